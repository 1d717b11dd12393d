//! Conversion between formats, including `f32` and `f64`, with a single rounding.

use super::{F32, F64, Flagged, FloatFormat, Minifloat, With, apply, known};
use crate::op::{Op, Task};
use crate::policy::{Flags, Policy};

/// The conversion of `F` to `G`.
const fn task<F: FloatFormat, G: FloatFormat>() -> Task {
    known(Task::new(Op::Convert, [Minifloat::<F>::FORMAT; 3], Minifloat::<G>::FORMAT).with_policy(G::POLICY))
}

impl<F: FloatFormat> Minifloat<F> {
    /// Converts to another format, rounded once under the [policy](FloatFormat::POLICY) of the type it converts to.
    ///
    /// The result's type is annotated, or its [marker](super::marker) given:
    ///
    /// ```
    /// use halfulp::typed::{BF16, F8E5M2, marker};
    ///
    /// let x: F8E5M2 = BF16::from_f32(1.2).convert();
    /// assert_eq!(x.to_string(), "1.25");
    /// assert_eq!(BF16::from_f32(1.2).convert::<marker::E5M2>(), x);
    /// ```
    #[must_use]
    #[inline]
    pub const fn convert<G: FloatFormat>(self) -> Minifloat<G> {
        Minifloat::from_code(apply(const { &task::<F, G>() }, [self.code(), 0, 0], 0).code)
    }

    /// An `f32` rounded once, under the [policy](FloatFormat::POLICY) of the type: to nearest, ties to even, unless it has another.
    ///
    /// Overflow gives infinity, NaN or the largest value, depending on the format; [`Minifloat::from_f32_saturating`] always gives the largest
    /// value. [`Minifloat::from_f32_with`] takes a policy and also returns the exceptions raised.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::from_f32(0.3).to_f32(), 0.3125);
    /// assert!(F8E4M3FN::from_f32(1e9).is_nan()); // the format has no infinity
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_f32(x: f32) -> Self {
        F32::from_bits(x.to_bits()).convert()
    }

    /// An `f64` rounded once, not via `f32`, under the [policy](FloatFormat::POLICY) of the type: to nearest, ties to even, unless it has
    /// another. [`Minifloat::from_f64_with`] takes a policy and also returns the exceptions raised.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f64(1.00048828126).to_f64(), 1.0009765625); // as an f32 it would be a tie
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_f64(x: f64) -> Self {
        F64::from_bits(x.to_bits()).convert()
    }

    /// An `f32` rounded once under a policy, and the exceptions raised.
    ///
    /// Stochastic rounding gets noise word 0 here; with another word it is `F32::from(x).with(policy).noise(word).convert()`.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let truncating = Policy::IEEE.rounding(Rounding::TowardZero);
    /// let x = F8E4M3FN::from_f32_with(0.3, truncating);
    /// assert_eq!((x.value.to_f32(), x.flags), (0.28125, Flags::INEXACT));
    /// ```
    #[inline]
    pub const fn from_f32_with(x: f32, policy: Policy) -> Flagged<F> {
        F32::from_bits(x.to_bits()).with(policy).convert()
    }

    /// An `f64` rounded once under a policy, and the exceptions raised.
    ///
    /// Stochastic rounding gets noise word 0 here; with another word it is `F64::from(x).with(policy).noise(word).convert()`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    /// let x = F16::from_f64_with(1.0 + 1e-9, up);
    /// assert_eq!((x.value, x.flags), (F16::ONE.next_up(), Flags::INEXACT));
    /// ```
    #[inline]
    pub const fn from_f64_with(x: f64, policy: Policy) -> Flagged<F> {
        F64::from_bits(x.to_bits()).with(policy).convert()
    }

    /// Converts to `f32`: exact for all built-in formats except binary64, otherwise rounded to nearest.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_bits(0x3e00).to_f32(), 1.5);
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_f32(self) -> f32 {
        f32::from_bits(self.convert::<super::marker::Binary32>().to_bits())
    }

    /// Converts to `f64`: exact for all built-in formats, and for any format within the precision and exponent range of binary64;
    /// otherwise rounded to nearest.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::SMALLEST.to_f64(), 2f64.powi(-24));
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_f64(self) -> f64 {
        f64::from_bits(self.convert::<super::marker::Binary64>().to_bits())
    }
}

impl<F: FloatFormat> With<F> {
    /// Converts to another format.
    ///
    /// ```
    /// use halfulp::typed::{F64, F8E4M3FN};
    /// use halfulp::{Flags, Policy, Saturation};
    ///
    /// let saturating = Policy::IEEE.saturation(Saturation::Finite);
    /// let x = F64::from(1e6).with(saturating).convert();
    /// let largest: F8E4M3FN = x.value;
    /// assert_eq!(largest, F8E4M3FN::MAX);
    /// assert_eq!(x.flags, Flags::OVERFLOW | Flags::INEXACT);
    /// ```
    #[inline(always)]
    pub const fn convert<G: FloatFormat>(self) -> Flagged<G> {
        self.deliver(const { &task::<F, G>() }, 0, 0)
    }

    /// Converts to `f32`.
    ///
    /// ```
    /// use halfulp::typed::F64;
    /// use halfulp::{Flags, Policy};
    ///
    /// assert_eq!(F64::from(0.1).with(Policy::IEEE).to_f32(), (0.1, Flags::INEXACT));
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_f32(self) -> (f32, Flags) {
        let Flagged { value, flags } = self.convert::<super::marker::Binary32>();
        (f32::from_bits(value.to_bits()), flags)
    }

    /// Converts to `f64`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy};
    ///
    /// assert_eq!(F16::ONE.with(Policy::IEEE).to_f64(), (1.0, Flags::NONE));
    /// ```
    #[must_use]
    #[inline]
    pub const fn to_f64(self) -> (f64, Flags) {
        let Flagged { value, flags } = self.convert::<super::marker::Binary64>();
        (f64::from_bits(value.to_bits()), flags)
    }
}

/// The same bits.
impl From<f32> for F32 {
    fn from(x: f32) -> Self {
        F32::from_bits(x.to_bits())
    }
}

/// The same bits.
impl From<f64> for F64 {
    fn from(x: f64) -> Self {
        F64::from_bits(x.to_bits())
    }
}
