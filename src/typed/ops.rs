//! Operations within one format: as `const` methods, and under a policy.

use super::{Flagged, FloatFormat, Minifloat, With, apply, within};
use crate::format::Code;
use crate::op::{Op, Predicate};

/// Defines each operation twice: under the policy of the type, and under a given policy with flags.
macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),*) => $op:ident;)*) => {
        impl<F: FloatFormat> Minifloat<F> {$(
            $(#[$doc])*
            #[must_use]
            #[inline]
            pub const fn $name(self, $($operand: Self),*) -> Self {
                let codes = codes(self.code(), &[$($operand.code()),*]);
                Minifloat::from_code(apply(const { &within::<F>(Op::$op) }, codes, 0).code)
            }
        )*}

        impl<F: FloatFormat> With<F> {$(
            $(#[$doc])*
            #[inline(always)]
            pub const fn $name(self, $($operand: Minifloat<F>),*) -> Flagged<F> {
                let [_, b, c] = codes(0, &[$($operand.code()),*]);
                self.deliver(const { &within::<F>(Op::$op) }, b, c)
            }
        )*}
    };
}

#[inline(always)]
const fn codes(first: Code, others: &[Code]) -> [Code; 3] {
    match *others {
        [b, c, ..] => [first, b, c],
        [b] => [first, b, 0],
        [] => [first, 0, 0],
    }
}

operations! {
    /// `self + y`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(1.5).add(F16::from_f32(0.25)).to_f32(), 1.75);
    /// ```
    add(y) => Add;
    /// `self - y`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(1.5).sub(F16::from_f32(0.25)).to_f32(), 1.25);
    /// ```
    sub(y) => Sub;
    /// `self * y`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(1.5).mul(F16::from_f32(0.25)).to_f32(), 0.375);
    /// ```
    mul(y) => Mul;
    /// `self / y`.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::ONE.div(F8E4M3FN::from_f32(3.0)).to_f32(), 0.34375);
    /// ```
    div(y) => Div;
    /// `self * y + z`, rounded once.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// let (x, z) = (F8E4M3FN::from_f32(1.125), F8E4M3FN::from_f32(-1.25));
    /// assert_eq!(x.mul_add(x, z).to_f32(), 0.015625);
    /// assert_eq!((x * x + z).to_f32(), 0.0);
    /// ```
    mul_add(y, z) => Fma;
    /// The square root.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(2.0).sqrt().to_f32(), 1.4140625);
    /// ```
    sqrt() => Sqrt;
    /// The remainder of IEEE 754: `self - n * y`, where `n` is the integer nearest to `self / y`, even on ties. `%` is a different one:
    /// see [`Minifloat::rem`].
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(5.0).remainder(F16::from_f32(3.0)).to_f32(), -1.0);
    /// ```
    remainder(y) => Remainder;
    /// The number with its sign reversed. In an unsigned format the result is the same as for any other negative result.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::ONE.neg().to_f32(), -1.0);
    /// ```
    neg() => Negate;
    /// The absolute value.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-1.5).abs().to_f32(), 1.5);
    /// ```
    abs() => Abs;
    /// The number with the sign of `sign`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(1.5).copysign(F16::from_f32(-0.0)).to_f32(), -1.5);
    /// ```
    copysign(sign) => CopySign;
    /// The lesser operand; NaN if either is NaN. `-0` is less than `+0`.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.0).minimum(F16::ONE).to_f32(), -2.0);
    /// assert!(F16::ONE.minimum(F16::NAN).is_nan());
    /// ```
    minimum(y) => Minimum;
    /// The greater operand; NaN if either is NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.0).maximum(F16::ONE), F16::ONE);
    /// ```
    maximum(y) => Maximum;
    /// The lesser operand; if one is NaN, the other.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::ONE.minimum_number(F16::NAN), F16::ONE);
    /// ```
    minimum_number(y) => MinimumNumber;
    /// The greater operand; if one is NaN, the other.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::ONE.maximum_number(F16::NAN), F16::ONE);
    /// ```
    maximum_number(y) => MaximumNumber;
    /// The operand of lesser magnitude; NaN if either is NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.0).minimum_magnitude(F16::ONE), F16::ONE);
    /// ```
    minimum_magnitude(y) => MinimumMagnitude;
    /// The operand of greater magnitude; NaN if either is NaN.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(-2.0).maximum_magnitude(F16::ONE).to_f32(), -2.0);
    /// ```
    maximum_magnitude(y) => MaximumMagnitude;
    /// The operand of lesser magnitude; if one is NaN, the other.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::NAN.minimum_magnitude_number(F16::ONE), F16::ONE);
    /// ```
    minimum_magnitude_number(y) => MinimumMagnitudeNumber;
    /// The operand of greater magnitude; if one is NaN, the other.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::NAN.maximum_magnitude_number(F16::ONE), F16::ONE);
    /// ```
    maximum_magnitude_number(y) => MaximumMagnitudeNumber;
    /// The least value of the format greater than the number.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::ONE.next_up().to_f32(), 1.125);
    /// ```
    next_up() => NextUp;
    /// The greatest value of the format less than the number.
    ///
    /// ```
    /// use halfulp::typed::F8E4M3FN;
    ///
    /// assert_eq!(F8E4M3FN::ONE.next_down().to_f32(), 0.9375);
    /// ```
    next_down() => NextDown;
    /// `floor(log2 |self|)`, rounded to the format. For zero the exact result is minus infinity, and division by zero is raised.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(10.0).log_b().to_f32(), 3.0);
    /// ```
    log_b() => LogB;
}

impl<F: FloatFormat> Minifloat<F> {
    /// `self * 2^n`, rounded once.
    ///
    /// ```
    /// use halfulp::typed::F16;
    ///
    /// assert_eq!(F16::from_f32(1.5).scale_b(3).to_f32(), 12.0);
    /// ```
    #[must_use]
    #[inline]
    pub const fn scale_b(self, n: i32) -> Self {
        let task = const { &within::<F>(Op::ScaleB) };
        Minifloat::from_code(apply(task, [self.code(), n as u32 as Code, 0], 0).code)
    }

    /// Whether a comparison predicate holds.
    ///
    /// ```
    /// use halfulp::{Predicate, typed::F16};
    ///
    /// assert!(F16::ONE.compare(Predicate::LESS_EQUAL, F16::ONE));
    /// ```
    #[must_use]
    #[inline]
    pub const fn compare(self, predicate: Predicate, y: Self) -> bool {
        let task = within::<F>(Op::Compare(predicate));
        apply(&task, [self.code(), y.code(), 0], 0).code != 0
    }
}

impl<F: FloatFormat> With<F> {
    /// `self * 2^n`, rounded once.
    ///
    /// ```
    /// use halfulp::typed::F16;
    /// use halfulp::{Flags, Policy};
    ///
    /// assert_eq!(F16::ONE.with(Policy::IEEE).scale_b(99).flags, Flags::OVERFLOW | Flags::INEXACT);
    /// ```
    #[inline]
    pub const fn scale_b(self, n: i32) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::ScaleB) }, n as u32 as Code, 0)
    }
}
