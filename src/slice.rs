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
//! mode, flushing and exception masks that the process has set on x86 or AArch64.
//!
//! With the feature `rayon`, large arrays are split among threads.
//!
//! # Noise
//!
//! Under stochastic rounding the noise of element `i` is [`noise::element(seed, first_index + i)`](crate::noise::element); seed and first
//! index are 0 unless set by [`with_noise`](Arithmetic::with_noise). It is not [`noise::word`](crate::noise::word), of which each serves four
//! elements, so a loop over [typed numbers](crate::typed::With::noise) gives the results of an array if it takes its noise from `element` too:
//!
//! ```
//! use halfulp::slice::TypedArithmetic;
//! use halfulp::typed::{F8E4M3FN, F32, marker};
//! use halfulp::{NoiseBits, Policy, Rounding, Stochastic, noise};
//!
//! let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(16) });
//! let values = [1.03125f32; 100];
//! let mut array = [F8E4M3FN::ZERO; 100];
//! TypedArithmetic::<marker::E4M3FN>::new(&policy)?.with_noise(7, 0).encode(&values, &mut array)?;
//!
//! for (i, (&x, &rounded)) in values.iter().zip(&array).enumerate() {
//!     let noise = noise::element(7, i as u64);
//!     assert_eq!(F32::from(x).with(policy).noise(noise).convert::<marker::E4M3FN>().value, rounded);
//! }
//! # Ok::<(), halfulp::slice::SliceError>(())
//! ```
//!
//! # Blocks with a shared scale
//!
//! Blocks as such are a [planned extension](https://github.com/halfulp/halfulp/blob/main/docs/stability.md#planned-extensions). Until then
//! a few lines quantize one, here as MXFP4: 32 elements in E2M1 and a scale in E8M0. The OCP MX specification 1.0 takes as the scale the
//! largest power of two not above the largest magnitude, divided by the largest power of two of the element format: the exponent is
//! `floor(log2 amax) - emax`. The rest is a choice: E8M0 has no zero, so the least of all scales is its smallest value, 2^-127, which is
//! also that of a block of zeros; a block with an infinity or NaN gets the scale NaN, by which all of its values are NaN.
//!
//! ```
//! use halfulp::typed::{F4E2M1, F8E8M0, F32};
//!
//! fn quantize(block: &[f32; 32]) -> (F8E8M0, [F4E2M1; 32]) {
//!     let numbers = block.map(F32::from);
//!     let amax = numbers.iter().fold(F32::ZERO, |max, x| max.maximum(x.abs())); // NaN if any is
//!     if !amax.is_finite() {
//!         return (F8E8M0::NAN, [F4E2M1::ZERO; 32]);
//!     }
//!     let emax = F4E2M1::MAX.log_b().to_i32(); // 2: the largest element is 6, or 1.5 * 2^2
//!     let exponent = if amax.is_zero() { -127 } else { amax.log_b().to_i32() - emax };
//!     let scale = F8E8M0::ONE.scale_b(exponent.max(-127));
//!     (scale, numbers.map(|x| x.div_into(scale))) // rounded once; what lies past 6 becomes 6
//! }
//!
//! fn value(scale: F8E8M0, element: F4E2M1) -> f32 {
//!     let product: F32 = scale.mul_into(element); // exact
//!     product.to_f32()
//! }
//!
//! // By hand: floor(log2 31) - 2 = 2, so the scale is 4. Quotients 7.75, 2.5 (a tie, to the even code), -0.825, 0.25 (a tie), 0.3.
//! let mut block = [0.0; 32];
//! block[..5].copy_from_slice(&[31.0, 10.0, -3.3, 1.0, 1.2]);
//! let (scale, elements) = quantize(&block);
//! assert_eq!(scale.to_f32(), 4.0);
//! assert_eq!(elements[..6], [6.0, 2.0, -1.0, 0.0, 0.5, 0.0].map(F4E2M1::from_f32));
//! assert_eq!(value(scale, elements[0]), 24.0);
//!
//! let (scale, elements) = quantize(&[0.0; 32]);
//! assert_eq!((scale, elements), (F8E8M0::SMALLEST, [F4E2M1::ZERO; 32]));
//!
//! // The exponent would be -126 - 2, but -127 is the least: 1.5 * 2^-126 is 3 * 2^-127.
//! let (scale, elements) = quantize(&[1.5 * f32::MIN_POSITIVE; 32]);
//! assert_eq!((scale, elements), (F8E8M0::SMALLEST, [F4E2M1::from_f32(3.0); 32]));
//!
//! block[5] = f32::NAN;
//! let (scale, elements) = quantize(&block);
//! assert!(scale.is_nan() && elements.iter().all(|&x| value(scale, x).is_nan()));
//! ```

mod convert;
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

    /// Sets the noise of stochastic rounding: the seed, and the index of the first element of each array. The [module](self#noise) says which
    /// noise each element gets, and how a loop over numbers gets the same.
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
