//! The operations within one format: as methods that work in constants, and under a policy.

use super::{Flagged, FloatFormat, Minifloat, With, apply, known, within};
use crate::format::Code;
use crate::op::{Op, Predicate, Task};
use crate::policy::Rounding;

/// Writes each operation twice: under the policy of the type, and under any with its flags.
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
    add(y) => Add;
    /// `self - y`.
    sub(y) => Sub;
    /// `self * y`.
    mul(y) => Mul;
    /// `self / y`.
    div(y) => Div;
    /// `self * y + z`, rounded once.
    mul_add(y, z) => Fma;
    /// The square root.
    sqrt() => Sqrt;
    /// IEEE 754's remainder: `self - n * y` with `n` the integer nearest to `self / y`, even on ties. `%` is another,
    /// see [`Minifloat::rem`].
    remainder(y) => Remainder;
    /// The number with the other sign. In a format without signs the result is that of any number below zero.
    neg() => Negate;
    /// The number without its sign.
    abs() => Abs;
    /// The number with the sign of `sign`.
    copysign(sign) => CopySign;
    /// The lesser; NaN if one of them is. `-0` is less than `+0`.
    minimum(y) => Minimum;
    /// The greater; NaN if one of them is.
    maximum(y) => Maximum;
    /// The lesser; a number wins over NaN.
    minimum_number(y) => MinimumNumber;
    /// The greater; a number wins over NaN.
    maximum_number(y) => MaximumNumber;
    /// The one of lesser magnitude; NaN if one of them is.
    minimum_magnitude(y) => MinimumMagnitude;
    /// The one of greater magnitude; NaN if one of them is.
    maximum_magnitude(y) => MaximumMagnitude;
    /// The one of lesser magnitude; a number wins over NaN.
    minimum_magnitude_number(y) => MinimumMagnitudeNumber;
    /// The one of greater magnitude; a number wins over NaN.
    maximum_magnitude_number(y) => MaximumMagnitudeNumber;
    /// The least value of the format that is greater.
    next_up() => NextUp;
    /// The greatest value of the format that is less.
    next_down() => NextDown;
    /// `floor(log2 |self|)`, rounded to the format; of zero, minus infinity and division by zero.
    log_b() => LogB;
}

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
    /// The nearest integral value; of two equally near, the even one.
    round_ties_even => NearestEven;
    /// The nearest integral value; of two equally near, the one of larger magnitude.
    round => NearestAway;
    /// The integral value toward zero.
    trunc => TowardZero;
    /// The greatest integral value that is not greater.
    floor => TowardNegative;
    /// The least integral value that is not less.
    ceil => TowardPositive;
}

impl<F: FloatFormat> Minifloat<F> {
    /// `self * 2^n`, rounded once.
    #[must_use]
    #[inline]
    pub const fn scale_b(self, n: i32) -> Self {
        let task = const { &within::<F>(Op::ScaleB) };
        Minifloat::from_code(apply(task, [self.code(), n as u32 as Code, 0], 0).code)
    }

    /// Whether a comparison predicate holds.
    #[must_use]
    #[inline]
    pub const fn compare(self, predicate: Predicate, y: Self) -> bool {
        let task = within::<F>(Op::Compare(predicate));
        apply(&task, [self.code(), y.code(), 0], 0).code != 0
    }
}

impl<F: FloatFormat> With<F> {
    /// `self * 2^n`, rounded once.
    #[inline]
    pub const fn scale_b(self, n: i32) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::ScaleB) }, n as u32 as Code, 0)
    }

    /// Rounded to an integral value by the policy's rounding, without the inexact exception.
    #[inline]
    pub const fn round_to_integral(self) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::RoundToIntegral) }, 0, 0)
    }

    /// Rounded to an integral value by the policy's rounding, with the inexact exception.
    #[inline]
    pub const fn round_to_integral_exact(self) -> Flagged<F> {
        self.deliver(const { &within::<F>(Op::RoundToIntegralExact) }, 0, 0)
    }
}
