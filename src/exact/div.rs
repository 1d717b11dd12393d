//! Division.

use super::{Outcome, check};
use crate::policy::Flags;
use crate::value::{Exact, Real, Value};

/// `a / b`. `0 / 0` and `inf / inf` are invalid; a nonzero finite number divided by zero is an exact infinity and raises division by zero.
///
/// # Panics
/// If an operand has a significand of more than 53 bits or an exponent beyond 2^21 in magnitude, which no valid task has.
#[must_use]
#[inline(always)]
pub const fn div(a: Value<Exact>, b: Value<Exact>) -> Outcome {
    check(a);
    check(b);
    match (a, b) {
        (Value::Finite(a), Value::Finite(b)) => Outcome::finite(quotient(a, b)),
        _ => div_special(a, b),
    }
}

const fn div_special(a: Value<Exact>, b: Value<Exact>) -> Outcome {
    let negative = a.is_negative() != b.is_negative();
    match (a, b) {
        (Value::Nan(_), _) | (_, Value::Nan(_)) => Outcome::from_nan(&[a, b]),
        (Value::Infinite { .. }, Value::Infinite { .. }) | (Value::Zero { .. }, Value::Zero { .. }) => {
            Outcome::invalid()
        }
        (Value::Infinite { .. }, _) => Outcome::infinite(negative),
        (Value::Zero { .. }, _) | (_, Value::Infinite { .. }) => Outcome::zero(negative),
        (_, Value::Zero { .. }) => {
            Outcome { value: Value::Infinite { negative }, flags: Flags::DIVIDE_BY_ZERO }
        }
        (Value::Finite(a), Value::Finite(b)) => Outcome::finite(quotient(a, b)),
    }
}

/// The dividend fills 128 bits and the divisor has at most 53, so the quotient has at least 75.
#[inline(always)]
pub(crate) const fn quotient(a: Exact, b: Exact) -> Real {
    let up = a.significand.leading_zeros() + 64;
    let x = (a.significand as u128) << up;
    let y = b.significand as u128;
    let quotient = x / y;
    Real {
        negative: a.negative != b.negative,
        exponent: a.exponent - b.exponent - up as i32,
        significand: quotient,
        // One division serves for both.
        tail: quotient * y != x,
    }
}
