//! Comparison and total order.

use core::cmp::Ordering;

use crate::value::{Exact, Nan, Value};

/// The relation between two values (IEEE 754-2019 clause 5.11); exactly one of the four holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Relation {
    /// The first is less.
    Less,
    /// Both are equal; zeros of opposite sign are equal.
    Equal,
    /// The first is greater.
    Greater,
    /// At least one is NaN.
    Unordered,
}

/// The relation of `a` to `b`.
#[must_use]
#[inline(always)]
pub const fn compare(a: Value<Exact>, b: Value<Exact>) -> Relation {
    match (a, b) {
        (Value::Nan(_), _) | (_, Value::Nan(_)) => Relation::Unordered,
        _ => match order(a, b) {
            Ordering::Less => Relation::Less,
            Ordering::Equal => Relation::Equal,
            Ordering::Greater => Relation::Greater,
        },
    }
}

/// Whether `a` precedes or equals `b` in the total order: numbers by value, `-0` before `+0`, a NaN beyond the infinity of its
/// sign, signalling NaNs closer to it than quiet ones, then by payload (IEEE 754-2019 clause 5.10).
#[must_use]
pub const fn total_order(a: Value<Exact>, b: Value<Exact>) -> bool {
    match (a, b) {
        (Value::Nan(x), Value::Nan(y)) => nan_rank(x) <= nan_rank(y),
        (Value::Nan(x), _) => x.negative,
        (_, Value::Nan(y)) => !y.negative,
        (Value::Zero { negative: x }, Value::Zero { negative: y }) => x || !y,
        _ => !matches!(order(a, b), Ordering::Greater),
    }
}

const fn nan_rank(nan: Nan) -> i128 {
    let distance = (nan.payload as i128) | ((!nan.signalling as i128) << 64);
    if nan.negative { -1 - distance } else { distance }
}

/// The order of two values other than NaN; zeros of opposite sign are equal.
#[inline(always)]
const fn order(a: Value<Exact>, b: Value<Exact>) -> Ordering {
    let (a_side, b_side) = (side(a), side(b));
    if a_side < b_side {
        return Ordering::Less;
    }
    if a_side > b_side {
        return Ordering::Greater;
    }
    let (Value::Finite(x), Value::Finite(y)) = (a, b) else {
        return Ordering::Equal;
    };
    let magnitude = order_magnitude(x, y);
    if x.negative { magnitude.reverse() } else { magnitude }
}

/// -2 and 2 for the infinities, -1 and 1 for numbers, 0 for zeros.
#[inline(always)]
const fn side(x: Value<Exact>) -> i32 {
    match x {
        Value::Nan(_) | Value::Zero { .. } => 0,
        Value::Infinite { negative } => 2 - 4 * negative as i32,
        Value::Finite(x) => 1 - 2 * x.negative as i32,
    }
}

/// The order of `|x|` and `|y|`: by leading bit, then bit by bit.
#[inline(always)]
pub(super) const fn order_magnitude(x: Exact, y: Exact) -> Ordering {
    let (a, b) = (x.leading_exponent(), y.leading_exponent());
    if a != b {
        return if a < b { Ordering::Less } else { Ordering::Greater };
    }
    let a = x.significand << x.significand.leading_zeros();
    let b = y.significand << y.significand.leading_zeros();
    if a == b {
        Ordering::Equal
    } else if a < b {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}
