//! Arrays: values to codes and back, values rounded to a format's, elementwise arithmetic.
//!
//! ```
//! use halfulp::slice::Arithmetic;
//! use halfulp::{Format, Policy, Saturation};
//!
//! let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE.saturation(Saturation::Finite))?;
//!
//! let mut codes = [0u8; 4];
//! arithmetic.encode(&[1.0f32, 0.3, -1000.0, f32::NAN], &mut codes)?;
//! assert_eq!(codes, [0x38, 0x2a, 0xfe, 0x7f]);
//!
//! let mut values = [0.0f64; 4];
//! arithmetic.decode(&codes, &mut values)?;
//! assert_eq!(values[..3], [1.0, 0.3125, -448.0]);
//! # Ok::<(), halfulp::slice::SliceError>(())
//! ```
//!
//! What every method computes is defined element by element through [`apply`](crate::apply), and the result is that to the
//! bit: the kernel, the length, the alignment, the chunks and the threads never change it, nor do the rounding mode, flushing and
//! exception masks that the process has set on x86 and AArch64. The noise of element `i` is
//! [`noise::element(seed, first_index + i)`](crate::noise::element), 0 and 0 unless [`with_noise`](Arithmetic::with_noise) says
//! otherwise.
//!
//! With the feature `rayon`, large arrays are split among its threads.

mod error;
mod split;
mod typed;

pub use crate::kernel::{Counts, Element, Wide, Word};
pub use error::SliceError;
pub use typed::TypedArithmetic;

use crate::format::Format;
use crate::kernel::{Kernel, MOST_PRECISE, Noise, Plan, chosen};
use crate::op::Op;
use crate::policy::Policy;

/// A format under a policy, for arrays. Making one costs some microseconds; keep it.
#[derive(Clone, Debug)]
pub struct Arithmetic {
    plan: Plan,
    kernel: &'static Kernel,
    noise: Noise,
}

impl Arithmetic {
    /// Arithmetic in a format under a policy, by the [chosen] kernel. Arrays of values can be rounded to any format of a
    /// precision of up to 53 bits; arrays of codes have formats of up to 16 bits.
    ///
    /// # Errors
    /// An integer format of a higher precision; stochastic rounding with bits of noise that with the format's precision are more
    /// than 72; or an environment variable `HALFULP_KERNEL` that names no kernel of this CPU.
    pub fn new(format: &Format, policy: &Policy) -> Result<Arithmetic, SliceError> {
        if format.precision() > MOST_PRECISE {
            return Err(SliceError::TooPrecise { precision: format.precision() });
        }
        let plan = Plan::new(format, policy)?;
        Ok(Arithmetic { plan, kernel: chosen()?, noise: Noise::default() })
    }

    /// The same by another kernel. The results are the same.
    ///
    /// # Errors
    /// A kernel that this CPU cannot run.
    pub fn with_kernel(self, kernel: &'static Kernel) -> Result<Arithmetic, SliceError> {
        Ok(Arithmetic { kernel: kernel.checked()?, ..self })
    }

    /// The same with other noise for stochastic rounding: the seed, and the index of the first element of every array.
    #[must_use]
    pub fn with_noise(self, seed: u64, first_index: u64) -> Arithmetic {
        Arithmetic { noise: Noise { seed, first: first_index }, ..self }
    }

    /// Other noise from here on, as [`with_noise`](Arithmetic::with_noise) has it.
    pub const fn set_noise(&mut self, seed: u64, first_index: u64) {
        self.noise = Noise { seed, first: first_index };
    }

    /// The constants that kernels compute with.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The kernel.
    #[must_use]
    pub const fn kernel(&self) -> &'static Kernel {
        self.kernel
    }

    /// Values to codes: [`Op::Convert`] from binary32 or binary64, rounded once.
    ///
    /// # Errors
    /// Lengths that differ, or a format of more than 8 bits into `u8`.
    pub fn encode<W: Wide, C: Word>(&self, from: &[W], to: &mut [C]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::encode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Codes to values: [`Op::Convert`] to binary32 or binary64 under the policy. Exact for almost every format; one
    /// with more exponents than the wide type is rounded.
    ///
    /// # Errors
    /// Lengths that differ, or a format of more than 8 bits from `u8`.
    pub fn decode<W: Wide, C: Word>(&self, from: &[C], to: &mut [W]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::decode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Values to values of the format: encoded, and decoded again.
    ///
    /// # Errors
    /// Lengths that differ.
    pub fn quantize<W: Wide>(&self, from: &[W], to: &mut [W]) -> Result<(), SliceError> {
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::quantize(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// The same in place.
    pub fn quantize_in_place<W: Wide>(&self, values: &mut [W]) {
        split::in_place(values, |i, x| {
            let last = i + x.len() / split::BLOCK * split::BLOCK;
            let (blocks, rest) = x.as_chunks_mut::<{ split::BLOCK }>();
            for (k, block) in blocks.iter_mut().enumerate() {
                let copy = *block;
                W::quantize(self.kernel, self.work(i + k * split::BLOCK), &copy, block);
            }
            if !rest.is_empty() {
                let mut copy = [W::default(); split::BLOCK];
                copy[..rest.len()].copy_from_slice(rest);
                W::quantize(self.kernel, self.work(last), &copy[..rest.len()], rest);
            }
        });
    }

    /// [`encode`](Arithmetic::encode), and what happened to how many elements.
    ///
    /// # Errors
    /// As for `encode`.
    pub fn encode_counted<W: Wide, C: Word>(&self, from: &[W], to: &mut [C]) -> Result<Counts, SliceError> {
        self.encode(from, to)?;
        Ok(self.counts(from))
    }

    /// [`quantize`](Arithmetic::quantize), and what happened to how many elements.
    ///
    /// # Errors
    /// As for `quantize`.
    pub fn quantize_counted<W: Wide>(&self, from: &[W], to: &mut [W]) -> Result<Counts, SliceError> {
        self.quantize(from, to)?;
        Ok(self.counts(from))
    }

    fn counts<W: Wide>(&self, from: &[W]) -> Counts {
        split::sum(from, |i, x| W::count(self.kernel, self.work(i), x))
    }

    /// What a kernel needs for the elements from one on.
    const fn work(&self, from: usize) -> (&Plan, Noise) {
        (&self.plan, self.noise.from(from))
    }

    fn check_word<E: Element>(&self) -> Result<(), SliceError> {
        let width = self.plan.format().width();
        match E::CODE_BITS {
            Some(word) if width > word => Err(SliceError::CodeTooWide { width, word }),
            _ => Ok(()),
        }
    }

    fn compute<E: Element>(&self, op: Op, operands: [&[E]; 3], to: &mut [E]) -> Result<(), SliceError> {
        self.check_word::<E>()?;
        let first = operands[0].len();
        for (operand, which) in
            operands.iter().zip(["first operand", "second operand", "third operand"]).take(op.arity())
        {
            same_length(first, operand.len(), which)?;
        }
        same_length(first, to.len(), "result")?;
        split::ternary(operands, to, |i, x, y| {
            E::arithmetic(self.kernel, self.work(i), op, x, y);
        });
        Ok(())
    }
}

/// The elementwise operations. On arrays of codes they compute `apply(Task::within(op, format))` under the policy. On arrays of values the
/// operands are taken as they are, exactly, the result is rounded once to the format and kept in the wide type.
impl Arithmetic {
    /// `a + b`.
    ///
    /// # Errors
    /// Lengths that differ, or a format of more than 8 bits in `u8`. So for all of these.
    pub fn add<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Add, [a, b, &[]], to)
    }

    /// `a - b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    pub fn sub<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Sub, [a, b, &[]], to)
    }

    /// `a * b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    pub fn mul<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Mul, [a, b, &[]], to)
    }

    /// `a / b`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    pub fn div<E: Element>(&self, a: &[E], b: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Div, [a, b, &[]], to)
    }

    /// The square root of `a`.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    pub fn sqrt<E: Element>(&self, a: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Sqrt, [a, &[], &[]], to)
    }

    /// `a * b + c`, rounded once.
    ///
    /// # Errors
    /// See [`add`](Arithmetic::add).
    pub fn fma<E: Element>(&self, a: &[E], b: &[E], c: &[E], to: &mut [E]) -> Result<(), SliceError> {
        self.compute(Op::Fma, [a, b, c], to)
    }
}

const fn same_length(first: usize, other: usize, which: &'static str) -> Result<(), SliceError> {
    if first == other { Ok(()) } else { Err(SliceError::Lengths { first, other, which }) }
}
