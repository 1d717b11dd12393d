//! Conversion between degrees and radians, rounded once.

use super::{FloatFormat, Minifloat};
use crate::policy::Policy;
use crate::round::round;
use crate::value::{Exact, Real, Value, decode};

/// An irrational factor: the integer part of it times `2^-exponent`, 192 bits, the highest first.
///
/// A product with 53 bits differs from the true one by less than one part in `2^190`, and no true product of such a number
/// by one of the factors below comes nearer to 54 bits than one part in `2^110`, by their continued fractions: none rounds
/// differently.
pub(super) struct Factor {
    limbs: [u64; 3],
    exponent: i32,
}

/// `180 / pi`.
pub(super) const DEGREES: Factor = Factor {
    limbs: [0xe52e_e0d3_1e0f_bdc3, 0x0a97_537f_40d2_57d7, 0x3482_a25f_7cbf_02dc],
    exponent: 5 - 191,
};

/// `pi / 180`.
pub(super) const RADIANS: Factor = Factor {
    limbs: [0x8efa_3512_94e9_c8ae, 0x0ec5_f66e_9485_c4d9, 0x00b7_aef5_01b5_e6b8],
    exponent: -6 - 191,
};

/// A number times a factor.
pub(super) fn times<F: FloatFormat>(x: Minifloat<F>, factor: &Factor) -> Minifloat<F> {
    let format = &Minifloat::<F>::FORMAT;
    let product = match decode(format, x.code()) {
        Value::Finite(x) => Value::Finite(product(x, factor)),
        other => other.real(),
    };
    Minifloat::from_code(round(format, &Policy::IEEE, product, 0).code)
}

/// The leading 128 bits; an irrational number has more.
fn product(x: Exact, factor: &Factor) -> Real {
    let [high, middle, low] = factor.limbs.map(|limb| u128::from(limb) * u128::from(x.significand));
    let middle = middle + (low >> 64);
    let high = high + (middle >> 64);
    let rest = middle << 64 | low & u128::from(u64::MAX);
    // The significand has at most 53 bits and the first limb 64.
    let room = high.leading_zeros();
    Real {
        negative: x.negative,
        exponent: x.exponent + factor.exponent + 128 - room as i32,
        significand: high << room | rest >> (128 - room),
        tail: true,
    }
}
