//! `%`: the remainder with the sign of the dividend, as for Rust's floats.

use super::{Flagged, FloatFormat, Minifloat, With, within};
use crate::op::{Op, Operands, apply_rem};

impl<F: FloatFormat> Minifloat<F> {
    /// The result of `%`: `self - n * y`, where `n` is the quotient `self / y` truncated to an integer, as for `f32` (C's
    /// `fmod`). It is always exact; a zero result has the sign of `self`. [`Minifloat::remainder`] is that of IEEE 754, which uses
    /// the nearest integer.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// let (x, y) = (F16::from_f32(5.0), F16::from_f32(3.0));
    /// assert_eq!((x % y).to_f32(), 2.0);
    /// assert_eq!(x.remainder(y).to_f32(), -1.0);
    /// ```
    #[must_use]
    #[inline]
    pub const fn rem(self, y: Self) -> Self {
        self.with(F::POLICY).rem(y).value
    }
}

impl<F: FloatFormat> With<F> {
    /// See [`Minifloat::rem`]. Invalid if the number is infinite or `y` is zero.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy};
    ///
    /// assert_eq!(F16::ONE.with(Policy::IEEE).rem(F16::ZERO).flags, Flags::INVALID);
    /// ```
    pub const fn rem(self, y: Minifloat<F>) -> Flagged<F> {
        let task = const { &within::<F>(Op::Remainder) };
        let rounded = apply_rem(task, &self.policy(), Operands::new(self.value().code(), y.code(), 0));
        Flagged { value: Minifloat::from_code(rounded.code), flags: rounded.flags }
    }
}
