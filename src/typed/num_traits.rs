//! Implementations of the traits of `num-traits`.
//!
//! For all formats: `Zero`, `One` and their constants (their use is a compile error if the format lacks the number),
//! `Bounded`, `Num`, `NumCast`, `FromPrimitive`, `ToPrimitive`, `MulAdd`, `MulAddAssign`, `Inv`. For formats with the
//! layout of IEEE 754, which have infinities, NaN and minus zero: `Signed` and `FloatCore`.
//!
//! Not implemented: `Float` and `Real`, which require transcendental functions; `Signed` and `FloatCore` for other formats, which
//! lack values that these traits require; the checked, wrapping and saturating traits, which are meant for integers, whereas
//! here a [`Policy`] determines overflow.

use core::num::FpCategory;

use num_traits::float::FloatCore;
use num_traits::{
    Bounded, ConstOne, ConstZero, FromPrimitive, Inv, MulAdd, MulAddAssign, Num, NumCast, One, Signed,
    ToPrimitive, Zero,
};

use super::{F64, Flagged, FloatFormat, Minifloat, angle, marker};
use crate::policy::{Flags, Policy};
use crate::text::ParseError;

impl<F: FloatFormat> Zero for Minifloat<F> {
    fn zero() -> Self {
        Self::ZERO
    }

    fn is_zero(&self) -> bool {
        Minifloat::is_zero(*self)
    }
}

impl<F: FloatFormat> ConstZero for Minifloat<F> {
    const ZERO: Self = Minifloat::<F>::ZERO;
}

impl<F: FloatFormat> One for Minifloat<F> {
    fn one() -> Self {
        Self::ONE
    }
}

impl<F: FloatFormat> ConstOne for Minifloat<F> {
    const ONE: Self = Minifloat::<F>::ONE;
}

impl<F: FloatFormat> Bounded for Minifloat<F> {
    fn min_value() -> Self {
        Self::MIN
    }

    fn max_value() -> Self {
        Self::MAX
    }
}

/// Radix 10, or radix 16 in the notation `0x1.8p+3` with or without the `0x`. Other radices are not supported.
impl<F: FloatFormat> Num for Minifloat<F> {
    type FromStrRadixErr = ParseError;

    fn from_str_radix(text: &str, radix: u32) -> Result<Self, ParseError> {
        let (sign, digits) = match text.as_bytes().first() {
            Some(b'+' | b'-') => text.split_at(1),
            _ => ("", text),
        };
        match radix {
            10 => text.parse(),
            16 if !digits.starts_with("0x") && !digits.starts_with("0X") => {
                alloc::format!("{sign}0x{digits}").parse()
            }
            16 => text.parse(),
            _ => Err(ParseError { position: 0, expected: "a number of base 10 or 16" }),
        }
    }
}

/// The converted number, or `None` if it is out of the format's range.
fn in_range<F: FloatFormat>(x: Flagged<F>) -> Option<Minifloat<F>> {
    let outside = x.flags.without(Flags::INEXACT.union(Flags::UNDERFLOW));
    (outside == Flags::NONE).then_some(x.value)
}

/// The nearest number; `None` if out of the format's range, or for a NaN or infinity that the format lacks.
impl<F: FloatFormat> FromPrimitive for Minifloat<F> {
    fn from_i64(n: i64) -> Option<Self> {
        in_range(Minifloat::from_i64_with(n, F::POLICY))
    }

    fn from_u64(n: u64) -> Option<Self> {
        in_range(Minifloat::from_u64_with(n, F::POLICY))
    }

    fn from_f32(x: f32) -> Option<Self> {
        FromPrimitive::from_f64(x.into())
    }

    fn from_f64(x: f64) -> Option<Self> {
        if x.is_infinite() {
            return if x > 0.0 { Self::try_infinity() } else { Self::try_neg_infinity() };
        }
        in_range(F64::from_bits(x.to_bits()).with(F::POLICY).convert())
    }
}

/// Converts to integers toward zero, as for `f32`: `None` if out of range or NaN.
impl<F: FloatFormat> ToPrimitive for Minifloat<F> {
    fn to_i64(&self) -> Option<i64> {
        let (n, flags) = self.with(TRUNCATE).to_i64();
        (!flags.contains(Flags::INVALID)).then_some(n)
    }

    fn to_u64(&self) -> Option<u64> {
        let (n, flags) = self.with(TRUNCATE).to_u64();
        (!flags.contains(Flags::INVALID)).then_some(n)
    }

    fn to_f32(&self) -> Option<f32> {
        Some(Minifloat::to_f32(*self))
    }

    fn to_f64(&self) -> Option<f64> {
        Some(Minifloat::to_f64(*self))
    }
}

const TRUNCATE: Policy = Policy::IEEE.rounding(crate::policy::Rounding::TowardZero);

/// Converts via `f64`, or via an integer if the source is one that `f64` cannot represent.
impl<F: FloatFormat> NumCast for Minifloat<F> {
    fn from<T: ToPrimitive>(n: T) -> Option<Self> {
        let x = n.to_f64()?;
        // From 2^53 on an integer may have been rounded on its way to `f64`.
        if x.abs() >= 9_007_199_254_740_992.0 && x.is_finite() {
            if let Some(number) = n.to_i64().filter(|&n| n.unsigned_abs() > 1 << 53) {
                return FromPrimitive::from_i64(number);
            }
            if let Some(number) = n.to_u64() {
                return FromPrimitive::from_u64(number);
            }
        }
        FromPrimitive::from_f64(x)
    }
}

impl<F: FloatFormat> MulAdd for Minifloat<F> {
    type Output = Self;

    fn mul_add(self, y: Self, z: Self) -> Self {
        Minifloat::mul_add(self, y, z)
    }
}

impl<F: FloatFormat> MulAddAssign for Minifloat<F> {
    fn mul_add_assign(&mut self, y: Self, z: Self) {
        *self = Minifloat::mul_add(*self, y, z);
    }
}

impl<F: FloatFormat> Inv for Minifloat<F> {
    type Output = Self;

    fn inv(self) -> Self {
        Self::ONE / self
    }
}

macro_rules! like_ieee {
    ($($marker:ident)*) => {$(
        impl Signed for Minifloat<marker::$marker> {
            fn abs(&self) -> Self {
                Minifloat::abs(*self)
            }

            fn abs_sub(&self, y: &Self) -> Self {
                if self <= y { Self::ZERO } else { *self - *y }
            }

            fn signum(&self) -> Self {
                if self.is_nan() { *self } else { Self::ONE.copysign(*self) }
            }

            fn is_positive(&self) -> bool {
                self.is_sign_positive()
            }

            fn is_negative(&self) -> bool {
                self.is_sign_negative()
            }
        }

        impl FloatCore for Minifloat<marker::$marker> {
            fn infinity() -> Self {
                Self::from_bits(Self::MAX.to_bits() + 1)
            }

            fn neg_infinity() -> Self {
                Self::infinity().neg()
            }

            fn nan() -> Self {
                Self::ZERO / Self::ZERO
            }

            fn neg_zero() -> Self {
                Self::ZERO.neg()
            }

            fn min_value() -> Self {
                Self::MIN
            }

            fn min_positive_value() -> Self {
                Self::MIN_POSITIVE
            }

            fn epsilon() -> Self {
                Self::EPSILON
            }

            fn max_value() -> Self {
                Self::MAX
            }

            fn is_nan(self) -> bool {
                Minifloat::is_nan(self)
            }

            fn is_infinite(self) -> bool {
                Minifloat::is_infinite(self)
            }

            fn is_finite(self) -> bool {
                Minifloat::is_finite(self)
            }

            fn classify(self) -> FpCategory {
                Minifloat::classify(self)
            }

            fn floor(self) -> Self {
                Minifloat::floor(self)
            }

            fn ceil(self) -> Self {
                Minifloat::ceil(self)
            }

            fn round(self) -> Self {
                Minifloat::round(self)
            }

            fn trunc(self) -> Self {
                Minifloat::trunc(self)
            }

            fn is_sign_negative(self) -> bool {
                Minifloat::is_sign_negative(self)
            }

            fn is_sign_positive(self) -> bool {
                Minifloat::is_sign_positive(self)
            }

            fn min(self, y: Self) -> Self {
                self.minimum_number(y)
            }

            fn max(self, y: Self) -> Self {
                self.maximum_number(y)
            }

            fn to_degrees(self) -> Self {
                angle::times(self, &angle::DEGREES)
            }

            fn to_radians(self) -> Self {
                angle::times(self, &angle::RADIANS)
            }

            fn integer_decode(self) -> (u64, i16, i8) {
                FloatCore::integer_decode(Minifloat::to_f64(self))
            }
        }
    )*};
}

like_ieee!(E5M2 E4M3Ieee E3M4Ieee Binary16 BFloat16 TF32 Binary32 Binary64);
