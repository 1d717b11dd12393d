//! Addition; subtraction is addition of the negated operand.

use super::{Outcome, check, shift_right_sticky, subtract_tail};
use crate::value::{Exact, Real, Value};

/// `a + b`. An exact zero sum of operands of opposite sign is minus zero if `zero_negative`, which depends on the rounding
/// (IEEE 754-2019 clause 6.3). `inf - inf` is invalid.
///
/// # Panics
/// If an operand has a significand of more than 53 bits or an exponent beyond 2^21 in magnitude, which no valid task has.
#[must_use]
#[inline(always)]
pub const fn add(a: Value<Exact>, b: Value<Exact>, zero_negative: bool) -> Outcome {
    check(a);
    check(b);
    match (a, b) {
        (Value::Finite(a), Value::Finite(b)) => add_numbers(a, b, zero_negative),
        _ => add_special(a, b, zero_negative),
    }
}

const fn add_special(a: Value<Exact>, b: Value<Exact>, zero_negative: bool) -> Outcome {
    match (a, b) {
        (Value::Nan(_), _) | (_, Value::Nan(_)) => Outcome::from_nan(&[a, b]),
        (Value::Infinite { negative: p }, Value::Infinite { negative: q }) if p != q => Outcome::invalid(),
        (Value::Infinite { negative }, _) | (_, Value::Infinite { negative }) => Outcome::infinite(negative),
        (Value::Zero { negative: p }, Value::Zero { negative: q }) => {
            Outcome::zero(if p == q { p } else { zero_negative })
        }
        (Value::Zero { .. }, x) | (x, Value::Zero { .. }) => Outcome::of(x.real()),
        (Value::Finite(a), Value::Finite(b)) => add_numbers(a, b, zero_negative),
    }
}

/// The same for finite numbers other than zero.
#[inline(always)]
pub(crate) const fn add_numbers(a: Exact, b: Exact, zero_negative: bool) -> Outcome {
    let swap = a.exponent < b.exponent;
    let (high, low) = if swap { (b, a) } else { (a, b) };
    let distance = (high.exponent - low.exponent) as u32;
    if distance + 1 < high.significand.leading_zeros() {
        return match sum_64(high, low, distance) {
            None => Outcome::zero(zero_negative),
            Some(sum) => Outcome::finite(sum),
        };
    }
    if distance > 62 {
        return Outcome::finite(add_far(high, low, distance));
    }
    // More than 62 bits against at most 53.
    let x = (high.significand as u128) << distance;
    let y = low.significand as u128;
    if high.negative == low.negative {
        return Outcome::finite(real(high.negative, low.exponent, x + y, false));
    }
    Outcome::finite(real(high.negative, low.exponent, x - y, false))
}

/// Both operands fit in 62 bits at the lower one's exponent: signed integers, and no branch that random signs
/// would mispredict. `None` for an exact zero.
#[inline(always)]
const fn sum_64(high: Exact, low: Exact, distance: u32) -> Option<Real> {
    let (x, y) = ((high.significand << distance) as i64, low.significand as i64);
    let (p, q) = (-(high.negative as i64), -(low.negative as i64));
    let sum = ((x ^ p) - p) + ((y ^ q) - q);
    if sum == 0 {
        return None;
    }
    Some(real(sum < 0, low.exponent, sum.unsigned_abs() as u128, false))
}

/// Operands so far apart that the lower one only matters as a tail: with at most 53 bits each and more than 62
/// between their last bits, the sum keeps the higher one's leading bit or the one below.
const fn add_far(high: Exact, low: Exact, distance: u32) -> Real {
    let up = high.significand.leading_zeros() + 62;
    let x = (high.significand as u128) << up;
    let y = low.significand as u128;
    let (y, tail) =
        if up >= distance { (y << (up - distance), false) } else { shift_right_sticky(y, distance - up) };
    let sum = if high.negative == low.negative { x + y } else { subtract_tail(x, y, tail) };
    real(high.negative, high.exponent - up as i32, sum, tail)
}

const fn real(negative: bool, exponent: i32, significand: u128, tail: bool) -> Real {
    Real { negative, exponent, significand, tail }
}
