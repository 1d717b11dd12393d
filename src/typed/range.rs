//! Reciprocal, sign, clamping, and saturating conversion.

use super::{FloatFormat, Minifloat};
use crate::policy::Saturation;

impl<F: FloatFormat> Minifloat<F> {
    /// [`Minifloat::from_f32`], under the [policy](FloatFormat::POLICY) of the type except that overflow and infinities give the largest
    /// finite value of their sign.
    ///
    /// `from_f32` itself gives infinity, NaN (E4M3FN, the `fnuz` formats) or the largest value, depending on the format. A NaN
    /// remains NaN if the format has one; otherwise it becomes the largest value, unless the policy says otherwise.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::from_f32_saturating(1e9), F8E4M3FN::MAX);
    /// assert!(F8E4M3FN::from_f32(1e9).is_nan());
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_f32_saturating(x: f32) -> Self {
        Self::from_f32_with(x, F::POLICY.saturation(Saturation::Finite)).value
    }

    /// [`Minifloat::from_f64`], under the [policy](FloatFormat::POLICY) of the type except that overflow and infinities give the largest
    /// finite value of their sign.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::from_f64_saturating(-1e300), F8E4M3FN::MIN);
    /// ```
    #[must_use]
    #[inline]
    pub const fn from_f64_saturating(x: f64) -> Self {
        Self::from_f64_with(x, F::POLICY.saturation(Saturation::Finite)).value
    }

    /// `1 / self`. In a format without 1 its use is a compile error.
    ///
    /// ```
    /// use halfulp::typed::BF16;
    ///
    /// assert_eq!(BF16::from_f32(3.0).recip(), BF16::from_f32(0.333984375));
    /// ```
    #[must_use]
    #[inline]
    pub const fn recip(self) -> Self {
        Self::ONE.div(self)
    }

    /// 1 with the sign of the number, also for zeros; NaN for NaN. In a format without 1 its use is a compile error.
    ///
    /// ```
    /// use halfulp::typed::F8E5M2;
    ///
    /// assert_eq!(F8E5M2::from_f32(-0.0).signum().to_f32(), -1.0);
    /// ```
    #[must_use]
    #[inline]
    pub const fn signum(self) -> Self {
        if self.is_nan() { self } else { Self::ONE.copysign(self) }
    }

    /// Clamps the number to the range from `min` to `max`. NaN remains NaN.
    ///
    /// # Panics
    /// If `min` is greater than `max` or one of them is NaN.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// let [low, high] = [-2.0, 2.0].map(F8E4M3FN::from_f32);
    /// assert_eq!(F8E4M3FN::from_f32(3.5).clamp(low, high), high);
    /// ```
    #[must_use]
    pub fn clamp(self, min: Self, max: Self) -> Self {
        assert!(min <= max, "from {min} to {max} is not a range");
        if self < min {
            min
        } else if self > max {
            max
        } else {
            self
        }
    }
}
