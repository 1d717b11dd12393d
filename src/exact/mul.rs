//! Multiplication.

use super::Outcome;
use crate::value::{Exact, Real, Value};

/// `a * b`. `0 * inf` is invalid.
#[must_use]
#[inline(always)]
pub const fn mul(a: Value<Exact>, b: Value<Exact>) -> Outcome {
    match (a, b) {
        (Value::Finite(a), Value::Finite(b)) => Outcome::finite(product(a, b)),
        _ => mul_special(a, b),
    }
}

/// The product of two numbers, always exact.
#[inline(always)]
pub(crate) const fn product(a: Exact, b: Exact) -> Real {
    Real {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent,
        significand: a.significand as u128 * b.significand as u128,
        tail: false,
    }
}

/// The product where an operand is no finite number.
pub(super) const fn mul_special(a: Value<Exact>, b: Value<Exact>) -> Outcome {
    let negative = a.is_negative() != b.is_negative();
    match (a, b) {
        (Value::Nan(_), _) | (_, Value::Nan(_)) => Outcome::from_nan(&[a, b]),
        (Value::Infinite { .. }, Value::Zero { .. }) | (Value::Zero { .. }, Value::Infinite { .. }) => {
            Outcome::invalid()
        }
        (Value::Infinite { .. }, _) | (_, Value::Infinite { .. }) => Outcome::infinite(negative),
        (Value::Zero { .. }, _) | (_, Value::Zero { .. }) => Outcome::zero(negative),
        (Value::Finite(a), Value::Finite(b)) => Outcome::finite(product(a, b)),
    }
}
