//! The two values of a format beside an exact result, found by search in the format's values: `round` has no part in
//! it, so an explanation of what it got wrong does not rest on it.

use std::borrow::Cow;
use std::cmp::Ordering;

use halfulp::{Code, Exact, Format, Real, Value, decode};
use serde::{Deserialize, Serialize};

use super::show::{CodeText, real_text};

/// Where an exact result lies among the values of a format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// The neighbour of smaller magnitude; none below the smallest value of a format without zero.
    pub inner: Option<CodeText>,
    /// The value halfway between the neighbours.
    pub midpoint: Option<String>,
    /// The neighbour of larger magnitude; none past the largest finite value.
    pub outer: Option<CodeText>,
    /// Where the exact result lies.
    pub place: Cow<'static, str>,
}

impl Neighbours {
    /// Of an exact result. `None` if the format has no value of its sign.
    pub fn of(f: &Format, x: Real) -> Option<Neighbours> {
        if x.negative && !f.is_signed() {
            return None;
        }
        let largest = f.largest_magnitude(x.negative);
        let text = |magnitude| CodeText::of(f, f.encode(x.negative, magnitude));
        let Some(below) = inner(f, x) else {
            return Some(Neighbours {
                inner: None,
                midpoint: None,
                outer: Some(text(0)),
                place: "below the smallest value".into(),
            });
        };
        let half = midpoint(f, f.encode(x.negative, below), x.negative);
        let same = compare_code(f, f.encode(x.negative, below), x) == Ordering::Equal;
        let place = match compare(x, half) {
            _ if same => "on a value of the format",
            Ordering::Less => "nearer to the one of smaller magnitude",
            Ordering::Equal => "halfway",
            Ordering::Greater => "nearer to the one of larger magnitude",
        };
        Some(Neighbours {
            inner: Some(text(below)),
            midpoint: (!same).then(|| real_text(&Value::Finite(half))),
            outer: (!same && below < largest).then(|| text(below + 1)),
            place: if below == largest && !same { "past the largest value" } else { place }.into(),
        })
    }
}

/// The largest magnitude code whose value is at most the magnitude of `x`.
fn inner(f: &Format, x: Real) -> Option<u64> {
    let at_most = |magnitude| compare_code(f, f.encode(x.negative, magnitude), x) != Ordering::Greater;
    if !at_most(0) {
        return None;
    }
    let (mut low, mut high) = (0, f.largest_magnitude(x.negative));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if at_most(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// Halfway between the value of a finite code and the next of larger magnitude.
fn midpoint(f: &Format, code: Code, negative: bool) -> Real {
    let (significand, exponent) = match decode(f, code) {
        Value::Finite(x) => (u128::from(x.significand), x.exponent),
        _ => (0, f.quantum_min()),
    };
    Real { negative, exponent: exponent - 1, significand: 2 * significand + 1, tail: false }
}

/// The magnitude of a finite code beside that of `x`.
fn compare_code(f: &Format, code: Code, x: Real) -> Ordering {
    match decode(f, code) {
        Value::Finite(value @ Exact { .. }) => compare(value.real(), x),
        _ => Ordering::Less,
    }
}

/// Two magnitudes.
pub fn compare(a: Real, b: Real) -> Ordering {
    let key = |x: Real| {
        let zeros = x.significand.leading_zeros();
        let leading = i64::from(x.exponent) + 127 - i64::from(zeros);
        (leading, x.significand << zeros, x.tail)
    };
    key(a).cmp(&key(b))
}
