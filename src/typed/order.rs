//! Comparison, total order and classification.

use core::cmp::Ordering;
use core::num::FpCategory;

use super::{FloatFormat, Minifloat, With, apply, within};
use crate::format::Code;
use crate::op::{Op, Predicate, Task};
use crate::value::decode;

impl<F: FloatFormat> Minifloat<F> {
    #[inline(always)]
    const fn total_order(self, y: Self) -> bool {
        apply(const { &within::<F>(Op::TotalOrder) }, [self.code(), y.code(), 0], 0).code != 0
    }

    /// The total order of IEEE 754: numbers by value, `-0` before `+0`, a NaN beyond the infinity of its sign. The single NaN
    /// of the `fnuz` and P3109 formats comes last.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// let mut x = [F16::NAN, F16::ZERO, F16::ZERO.neg(), F16::NEG_INFINITY];
    /// x.sort_by(F16::total_cmp);
    /// assert_eq!(x.map(F16::to_bits), [0xfc00, 0x8000, 0x0000, 0x7e00]);
    /// ```
    #[must_use]
    #[inline]
    pub const fn total_cmp(&self, y: &Self) -> Ordering {
        match (self.total_order(*y), y.total_order(*self)) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, _) => Ordering::Greater,
        }
    }

    /// The class as a number: see [`Op::Class`].
    #[inline(always)]
    const fn class(self) -> Code {
        apply(const { &within::<F>(Op::Class) }, [self.code(), 0, 0], 0).code
    }

    /// Whether it is a NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::NAN.is_nan());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_nan(self) -> bool {
        self.class() < 2
    }

    /// Whether it is a signalling NaN. Only formats with the NaN layout of IEEE 754 and a precision of at least 3 have them.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::from_bits(0x7c01).is_signalling() && !F16::NAN.is_signalling());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_signalling(self) -> bool {
        self.class() == 0
    }

    /// Whether it is an infinity.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::INFINITY.is_infinite());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_infinite(self) -> bool {
        matches!(self.class(), 2 | 9)
    }

    /// Whether it is neither infinite nor NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::MAX.is_finite() && !F16::INFINITY.is_finite());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_finite(self) -> bool {
        matches!(self.class(), 3..=8)
    }

    /// Whether it is nonzero and smaller in magnitude than the smallest normal number.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::SMALLEST.is_subnormal() && !F16::MIN_POSITIVE.is_subnormal());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_subnormal(self) -> bool {
        matches!(self.class(), 4 | 7)
    }

    /// Whether it is finite, nonzero and not subnormal. In a fixed-point format (MXINT8) all nonzero
    /// numbers are normal.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::ONE.is_normal() && !F16::SMALLEST.is_normal());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_normal(self) -> bool {
        matches!(self.class(), 3 | 8)
    }

    /// Whether it is zero, of either sign.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::ZERO.is_zero() && F16::ZERO.neg().is_zero());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_zero(self) -> bool {
        matches!(self.class(), 5 | 6)
    }

    /// Whether the sign is negative; for a NaN, its sign bit, if the format has signed NaNs.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::from_f32(-0.0).is_sign_negative());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_sign_negative(self) -> bool {
        decode(&Self::FORMAT, self.code()).is_negative()
    }

    /// The negation of [`is_sign_negative`](Minifloat::is_sign_negative).
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert!(F16::ZERO.is_sign_positive());
    /// ```
    #[must_use]
    #[inline]
    pub const fn is_sign_positive(self) -> bool {
        !self.is_sign_negative()
    }

    /// The class, as in the standard library.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::SMALLEST.classify(), std::num::FpCategory::Subnormal);
    /// ```
    #[must_use]
    #[inline]
    pub const fn classify(self) -> FpCategory {
        match self.class() {
            0 | 1 => FpCategory::Nan,
            2 | 9 => FpCategory::Infinite,
            4 | 7 => FpCategory::Subnormal,
            5 | 6 => FpCategory::Zero,
            _ => FpCategory::Normal,
        }
    }
}

impl<F: FloatFormat> With<F> {
    /// Whether it precedes or equals `y` in the total order of IEEE 754. No exception is raised.
    ///
    /// ```
    /// use halfulp::{Policy, typed::F16};
    ///
    /// assert!(F16::ONE.with(Policy::IEEE).total_order(F16::NAN));
    /// ```
    #[must_use]
    #[inline]
    pub const fn total_order(self, y: Minifloat<F>) -> bool {
        self.value().total_order(y)
    }
}

#[inline(always)]
fn holds<F: FloatFormat>(task: &Task, x: Minifloat<F>, y: Minifloat<F>) -> bool {
    apply(task, [x.code(), y.code(), 0], 0).code != 0
}

/// compareQuietEqual: a NaN is unequal to everything, and `-0` equals `+0`.
impl<F: FloatFormat> PartialEq for Minifloat<F> {
    #[inline]
    fn eq(&self, y: &Self) -> bool {
        holds(const { &within::<F>(Op::Compare(Predicate::EQUAL)) }, *self, *y)
    }
}

/// The quiet predicates: NaN is unordered.
impl<F: FloatFormat> PartialOrd for Minifloat<F> {
    #[inline]
    fn partial_cmp(&self, y: &Self) -> Option<Ordering> {
        if self.lt(y) {
            Some(Ordering::Less)
        } else if self.gt(y) {
            Some(Ordering::Greater)
        } else if self == y {
            Some(Ordering::Equal)
        } else {
            None
        }
    }

    #[inline]
    fn lt(&self, y: &Self) -> bool {
        holds(const { &within::<F>(Op::Compare(Predicate::LESS)) }, *self, *y)
    }

    #[inline]
    fn le(&self, y: &Self) -> bool {
        holds(const { &within::<F>(Op::Compare(Predicate::LESS_EQUAL)) }, *self, *y)
    }

    #[inline]
    fn gt(&self, y: &Self) -> bool {
        holds(const { &within::<F>(Op::Compare(Predicate::GREATER)) }, *self, *y)
    }

    #[inline]
    fn ge(&self, y: &Self) -> bool {
        holds(const { &within::<F>(Op::Compare(Predicate::GREATER_EQUAL)) }, *self, *y)
    }
}
