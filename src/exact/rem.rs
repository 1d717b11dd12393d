//! The remainder, for the nearest and for the truncated quotient.

use super::{Outcome, check};
use crate::value::{Exact, Real, Value};

/// `x - n * y`, where `n` is the integer nearest to `x / y`, even on ties (IEEE 754-2019 clause 5.3.1). Always exact. A
/// zero result has the sign of `x`. An infinite `x` and a zero `y` are invalid; an infinite `y` gives `x`.
///
/// # Panics
/// If an operand has a significand of more than 53 bits or an exponent beyond 2^21 in magnitude, which no valid task has.
#[must_use]
pub const fn rem(x: Value<Exact>, y: Value<Exact>) -> Outcome {
    check(x);
    check(y);
    match (x, y) {
        (Value::Finite(a), Value::Finite(b)) => rem_finite(a, b, true),
        _ => rem_special(x, y),
    }
}

/// The remainder with the quotient truncated to an integer: `%` of Rust's floats, C's `fmod`.
#[must_use]
pub(crate) const fn rem_cut(x: Value<Exact>, y: Value<Exact>) -> Outcome {
    match (x, y) {
        (Value::Finite(a), Value::Finite(b)) => rem_finite(a, b, false),
        _ => rem_special(x, y),
    }
}

const fn rem_special(x: Value<Exact>, y: Value<Exact>) -> Outcome {
    match (x, y) {
        (Value::Nan(_), _) | (_, Value::Nan(_)) => Outcome::from_nan(&[x, y]),
        (Value::Infinite { .. }, _) | (_, Value::Zero { .. }) => Outcome::invalid(),
        _ => Outcome::of(x.real()),
    }
}

const fn rem_finite(a: Exact, b: Exact, nearest: bool) -> Outcome {
    let distance = a.exponent - b.exponent;
    let divisor = b.significand as u128;
    // In units of 2^exponent: |x| modulo 2|y|, which tells the quotient's parity too.
    let (rest, divisor, exponent) = if distance >= 0 {
        let doubled = 2 * divisor;
        let power = power_of_two(distance as u32, doubled);
        (a.significand as u128 * power % doubled, divisor, b.exponent)
    } else if -distance > 64 {
        // |y| exceeds 2|x|: the quotient rounds to zero.
        return Outcome::finite(a.real());
    } else {
        let divisor = divisor << -distance;
        (a.significand as u128 % (2 * divisor), divisor, a.exponent)
    };
    let (odd, rest) = if rest >= divisor { (true, rest - divisor) } else { (false, rest) };
    let up = nearest && (rest > divisor - rest || (rest == divisor - rest && odd));
    let (negative, magnitude) = if up { (!a.negative, divisor - rest) } else { (a.negative, rest) };
    if magnitude == 0 {
        return Outcome::zero(a.negative);
    }
    Outcome::finite(Real { negative, exponent, significand: magnitude, tail: false })
}

/// `2^exponent mod modulus`, the modulus from 2 to `2^64`.
const fn power_of_two(exponent: u32, modulus: u128) -> u128 {
    let (mut power, mut base, mut left) = (1, 2, exponent);
    while left > 0 {
        if left & 1 == 1 {
            power = power * base % modulus;
        }
        base = base * base % modulus;
        left >>= 1;
    }
    power
}
