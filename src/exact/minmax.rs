//! The eight minimum and maximum operations of IEEE 754-2019 clause 9.6.

use super::compare::{Relation, compare};
use super::{Outcome, is_signalling};
use crate::policy::Flags;
use crate::value::{Exact, Value};

/// Which of the eight operations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Extreme {
    /// The maximum rather than the minimum.
    pub maximum: bool,
    /// Compare magnitudes first, and values if the magnitudes are equal.
    pub magnitude: bool,
    /// If one operand is NaN, return the other.
    pub number: bool,
}

/// The minimum or maximum of two values. `-0` is less than `+0`. A NaN operand gives NaN, or the other operand with
/// [`Extreme::number`]; a signalling NaN raises invalid in both cases.
#[must_use]
#[inline(always)]
pub const fn minmax(kind: Extreme, a: Value<Exact>, b: Value<Exact>) -> Outcome {
    let flags = Flags::INVALID.when(is_signalling(a) || is_signalling(b));
    let value = match (a, b) {
        (Value::Nan(_), Value::Nan(_)) => return Outcome::from_nan(&[a, b]),
        (Value::Nan(_), x) | (x, Value::Nan(_)) => {
            if !kind.number {
                return Outcome::from_nan(&[a, b]);
            }
            x
        }
        _ if first_wins(kind, a, b) => a,
        _ => b,
    };
    Outcome { value: value.real(), flags }
}

/// The same for finite numbers other than zero.
#[inline(always)]
pub(crate) const fn minmax_numbers(kind: Extreme, a: Exact, b: Exact) -> Exact {
    if first_wins(kind, Value::Finite(a), Value::Finite(b)) { a } else { b }
}

#[inline(always)]
const fn first_wins(kind: Extreme, a: Value<Exact>, b: Value<Exact>) -> bool {
    if kind.magnitude {
        match compare(a.with_sign(false), b.with_sign(false)) {
            Relation::Less => return !kind.maximum,
            Relation::Greater => return kind.maximum,
            Relation::Equal | Relation::Unordered => {}
        }
    }
    match compare(a, b) {
        Relation::Less => !kind.maximum,
        Relation::Greater => kind.maximum,
        // Only zeros can be equal and yet differ.
        Relation::Equal | Relation::Unordered => a.is_negative() != kind.maximum,
    }
}
