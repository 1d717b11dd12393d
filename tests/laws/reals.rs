//! Exact numbers between the values of a format, and their order.

use core::cmp::Ordering;

use halfulp::{Exact, Format, Real, Value, decode};

/// Bits of the fraction of a quantum that numbers have past a value.
const FRACTION: u32 = 60;

/// A number from a code's value on, away from zero, and before the next one: special fractions of the quantum as often as random
/// ones. Past what is not a number, the code's value itself.
pub fn past(f: &Format, code: u64, bits: u64) -> Value<Real> {
    let one = 1u64 << FRACTION;
    let random = bits >> 4;
    let fraction = match bits & 15 {
        0 => 0,
        1 => 1,
        2 => one - 1,
        3 => one / 2,
        4 => one / 2 - 1,
        5 => one / 2 + 1,
        6 => one / 4,
        7 => 3 * (one / 4),
        8 => one >> (1 + random % 45),
        9 => one / 2 + (one >> (2 + random % 45)),
        _ => random,
    };
    let (negative, exponent, significand) = match decode(f, code) {
        Value::Finite(x) => (x.negative, x.exponent, x.significand),
        Value::Zero { negative } => (negative, f.quantum_min(), 0),
        other => return other.real(),
    };
    let significand = u128::from(significand) << FRACTION | u128::from(fraction);
    if significand == 0 {
        return Value::Zero { negative };
    }
    // With a tail there are 75 bits at least.
    let tail = bits & 1 << 63 != 0 && significand >> 74 != 0;
    Value::Finite(Real { negative, exponent: exponent - FRACTION as i32, significand, tail })
}

/// `a * b`.
pub fn product(a: Exact, b: Exact) -> Real {
    Real {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent,
        significand: u128::from(a.significand) * u128::from(b.significand),
        tail: false,
    }
}

/// `a / b` to 75 bits or more. Precondition: a divisor of at most 53.
pub fn quotient(a: Exact, b: Exact) -> Real {
    let room = u128::from(a.significand).leading_zeros();
    let (x, y) = (u128::from(a.significand) << room, u128::from(b.significand));
    Real {
        negative: a.negative != b.negative,
        exponent: a.exponent - room as i32 - b.exponent,
        significand: x / y,
        tail: x % y != 0,
    }
}

/// `a + b`; none if it is zero or too long.
pub fn sum(a: Exact, b: Exact) -> Option<Real> {
    let exponent = a.exponent.min(b.exponent);
    if a.exponent.max(b.exponent) - exponent > 60 {
        return None;
    }
    let [x, y] = [a, b].map(|x| {
        let magnitude = i128::from(x.significand) << (x.exponent - exponent);
        if x.negative { -magnitude } else { magnitude }
    });
    let significand = (x + y).unsigned_abs();
    (significand != 0).then_some(Real { negative: x + y < 0, exponent, significand, tail: false })
}

/// The middle between the value of a magnitude code and the next one.
pub fn middle_above(f: &Format, magnitude: u64) -> Real {
    let negative = magnitude > f.largest_magnitude(false);
    let (significand, exponent) = match decode(f, f.encode(negative, magnitude)) {
        Value::Finite(x) => (x.significand, x.exponent),
        _ => (0, f.quantum_min()),
    };
    let significand = 2 * u128::from(significand) + 1;
    Real { negative: false, exponent: exponent - 1, significand, tail: false }
}

/// Without its sign.
pub fn magnitude(x: Real) -> Real {
    Real { negative: false, ..x }
}

/// `|x|` against `|y|`; none where two tails leave it open.
pub fn compare_reals(x: &Real, y: &Real) -> Option<Ordering> {
    let leading = |x: &Real| x.exponent - x.significand.leading_zeros() as i32;
    let by_exponent = leading(x).cmp(&leading(y));
    if by_exponent.is_ne() {
        return Some(by_exponent);
    }
    // Each is its first number, or between that and its second.
    let ends = |x: &Real| {
        let room = x.significand.leading_zeros();
        let low = x.significand << room;
        (low, if x.tail { low.saturating_add(1 << room) } else { low })
    };
    let (a, b) = (ends(x), ends(y));
    let open = x.tail || y.tail;
    match () {
        () if a == b && !open => Some(Ordering::Equal),
        () if a.1 < b.0 || (a.1 == b.0 && open) => Some(Ordering::Less),
        () if b.1 < a.0 || (b.1 == a.0 && open) => Some(Ordering::Greater),
        () => None,
    }
}

/// `x` against `y`, the zeros equal; none for NaN and where two tails leave it open.
pub fn compare_values(x: &Value<Real>, y: &Value<Real>) -> Option<Ordering> {
    let side = |x: &Value<Real>| {
        let (negative, size) = match x {
            Value::Nan(_) => return None,
            Value::Zero { .. } => (false, 0),
            Value::Finite(x) => (x.negative, 1),
            Value::Infinite { negative } => (*negative, 2),
        };
        Some(if negative { -size } else { size })
    };
    let by_side = side(x)?.cmp(&side(y)?);
    match (x, y) {
        (Value::Finite(x), Value::Finite(y)) if by_side.is_eq() => {
            let order = compare_reals(x, y)?;
            Some(if x.negative { order.reverse() } else { order })
        }
        _ => Some(by_side),
    }
}
