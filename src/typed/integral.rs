//! Rounding to an integral value within the format: methods with the names of the standard library, and by the policy.

use super::{Flagged, FloatFormat, Minifloat, With, apply, known, within};
use crate::op::{Op, Task};
use crate::policy::Rounding;

/// Writes the roundings to an integral value that have names in the standard library.
macro_rules! integral {
    ($($(#[$doc:meta])* $name:ident => $rounding:ident;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub const fn $name(self) -> Self {
                let task = const { &integral_task::<F>(Rounding::$rounding) };
                Minifloat::from_code(apply(task, [self.code(), 0, 0], 0).code)
            }
        )*}
    };
}

const fn integral_task<F: FloatFormat>(rounding: Rounding) -> Task {
    known(within::<F>(Op::RoundToIntegral).with_policy(F::POLICY.rounding(rounding)))
}

integral! {
    /// The nearest integral value, ties to even.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(2.5).round_ties_even().to_f32(), 2.0);
    /// ```
    round_ties_even => NearestEven;
    /// The nearest integral value, ties away from zero.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(2.5).round().to_f32(), 3.0);
    /// ```
    round => NearestAway;
    /// The nearest integral value that is not larger in magnitude: rounds toward zero.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.75).trunc().to_f32(), -2.0);
    /// ```
    trunc => TowardZero;
    /// The greatest integral value less than or equal to the number.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.25).floor().to_f32(), -3.0);
    /// ```
    floor => TowardNegative;
    /// The least integral value greater than or equal to the number.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.75).ceil().to_f32(), -2.0);
    /// ```
    ceil => TowardPositive;
}

impl<F: FloatFormat> With<F> {
    /// Rounds to an integral value by the policy's rounding, without the inexact exception.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let up = F16::from_f32(1.25).with(Policy::IEEE.rounding(Rounding::TowardPositive));
    /// let x = up.round_to_integral();
    /// assert_eq!((x.value.to_f32(), x.flags), (2.0, Flags::NONE));
    /// ```
    #[inline]
    pub const fn round_to_integral(self) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::RoundToIntegral) }, 0, 0)
    }

    /// Rounds to an integral value by the policy's rounding, with the inexact exception.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let up = F16::from_f32(1.25).with(Policy::IEEE.rounding(Rounding::TowardPositive));
    /// let x = up.round_to_integral_exact();
    /// assert_eq!((x.value.to_f32(), x.flags), (2.0, Flags::INEXACT));
    /// ```
    #[inline]
    pub const fn round_to_integral_exact(self) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::RoundToIntegralExact) }, 0, 0)
    }
}
