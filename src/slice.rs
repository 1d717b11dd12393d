//! Operations on arrays: encoding, decoding, quantization and elementwise arithmetic.
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
//! Every method is defined element by element through [`apply`](crate::apply), and its results are bit-identical to that definition.
//! They do not depend on the kernel, the length and alignment of the arrays, their division into chunks, or the threads, nor on the rounding
//! mode, flushing and exception masks that the process has set on x86 or AArch64. The noise of element `i` is
//! [`noise::element(seed, first_index + i)`](crate::noise::element); seed and first index are 0 unless set by
//! [`with_noise`](Arithmetic::with_noise).
//!
//! With the feature `rayon`, large arrays are split among threads.

mod counted;
mod elementwise;
mod error;
mod split;
mod typed;

pub use crate::kernel::{Counts, Element, Wide, Word};
pub use error::SliceError;
pub use typed::TypedArithmetic;

use crate::format::Format;
use crate::kernel::{Kernel, MOST_PRECISE, Noise, Plan, chosen};
use crate::policy::Policy;

/// Array arithmetic in a format under a policy. Creating one takes a few microseconds, so reuse it.
#[derive(Clone, Debug)]
pub struct Arithmetic {
    plan: Plan,
    kernel: &'static Kernel,
    noise: Noise,
}

impl Arithmetic {
    /// Array arithmetic in a format under a policy, with the [chosen] kernel. Arrays of values can be rounded to any format with
    /// up to 53 bits of precision; arrays of codes need a format of up to 16 bits.
    ///
    /// # Errors
    /// If the format has a higher precision (as integers may); if the sum of noise bits and precision exceeds
    /// 72; or if the environment variable `HALFULP_KERNEL` does not name a kernel that this CPU can run.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// assert_eq!(arithmetic.plan().format(), &Format::E4M3FN);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn new(format: &Format, policy: &Policy) -> Result<Arithmetic, SliceError> {
        if format.precision() > MOST_PRECISE {
            return Err(SliceError::TooPrecise { precision: format.precision() });
        }
        let plan = Plan::new(format, policy)?;
        Ok(Arithmetic { plan, kernel: chosen()?, noise: Noise::default() })
    }

    /// Uses another kernel. The results are the same.
    ///
    /// # Errors
    /// If this CPU cannot run the kernel.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let scalar = arithmetic.with_kernel(halfulp::kernel::named("scalar")?)?;
    /// assert_eq!(scalar.kernel().name(), "scalar");
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn with_kernel(self, kernel: &'static Kernel) -> Result<Arithmetic, SliceError> {
        Ok(Arithmetic { kernel: kernel.checked()?, ..self })
    }

    /// Sets the noise of stochastic rounding: the seed, and the index of the first element of each array.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, NoiseBits, Policy, Rounding, Stochastic};
    ///
    /// let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) });
    /// let by_chance = Arithmetic::new(&Format::E4M3FN, &policy)?.with_noise(7, 0);
    /// let mut values = [1.03125f32; 1000]; // a quarter of the way from 1 to 1.125
    /// by_chance.quantize_in_place(&mut values);
    /// let up = values.iter().filter(|&&x| x == 1.125).count();
    /// assert!((200..300).contains(&up));
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    #[must_use]
    pub fn with_noise(self, seed: u64, first_index: u64) -> Arithmetic {
        Arithmetic { noise: Noise { seed, first: first_index }, ..self }
    }

    /// Sets the noise for subsequent calls, as [`with_noise`](Arithmetic::with_noise) does.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let mut arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// arithmetic.set_noise(7, 1 << 20); // the next array begins at element 2^20
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub const fn set_noise(&mut self, seed: u64, first_index: u64) {
        self.noise = Noise { seed, first: first_index };
    }

    /// The format, the policy and the constants that kernels use.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// assert_eq!(arithmetic.plan().policy(), &Policy::IEEE);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The kernel.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// assert!(arithmetic.kernel().is_available());
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    #[must_use]
    pub const fn kernel(&self) -> &'static Kernel {
        self.kernel
    }

    /// Converts values to codes: [`Op::Convert`](crate::Op::Convert) from binary32 or binary64, rounded once.
    ///
    /// # Errors
    /// If the lengths differ, or the codes of the format do not fit in `C`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut codes = [0u8; 3];
    /// arithmetic.encode(&[1.0f32, 0.3, -448.0], &mut codes)?;
    /// assert_eq!(codes, [0x38, 0x2a, 0xfe]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn encode<W: Wide, C: Word>(&self, from: &[W], to: &mut [C]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::encode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Converts codes to values: [`Op::Convert`](crate::Op::Convert) to binary32 or binary64 under the policy. This is exact for almost all
    /// formats; values of a format whose exponent range exceeds that of the wide type are rounded.
    ///
    /// # Errors
    /// If the lengths differ, or the codes of the format do not fit in `C`.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.0f32; 3];
    /// arithmetic.decode(&[0x38u8, 0x2a, 0xfe], &mut values)?;
    /// assert_eq!(values, [1.0, 0.3125, -448.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn decode<W: Wide, C: Word>(&self, from: &[C], to: &mut [W]) -> Result<(), SliceError> {
        self.check_word::<C>()?;
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::decode(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// Rounds values to values of the format: encodes and decodes.
    ///
    /// # Errors
    /// If the lengths differ.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.0f64; 2];
    /// arithmetic.quantize(&[0.3, 17.0], &mut values)?;
    /// assert_eq!(values, [0.3125, 16.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
    pub fn quantize<W: Wide>(&self, from: &[W], to: &mut [W]) -> Result<(), SliceError> {
        same_length(from.len(), to.len(), "result")?;
        split::unary(from, to, |i, x, y| W::quantize(self.kernel, self.work(i), x, y));
        Ok(())
    }

    /// [`quantize`](Arithmetic::quantize) in place.
    ///
    /// ```
    /// use halfulp::slice::Arithmetic;
    /// use halfulp::{Format, Policy};
    ///
    /// let arithmetic = Arithmetic::new(&Format::E4M3FN, &Policy::IEEE)?;
    /// let mut values = [0.3f32, 17.0];
    /// arithmetic.quantize_in_place(&mut values);
    /// assert_eq!(values, [0.3125, 16.0]);
    /// # Ok::<(), halfulp::slice::SliceError>(())
    /// ```
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

    /// The plan, and the noise for the elements from the given index on.
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
}

const fn same_length(first: usize, other: usize, which: &'static str) -> Result<(), SliceError> {
    if first == other { Ok(()) } else { Err(SliceError::Lengths { first, other, which }) }
}
