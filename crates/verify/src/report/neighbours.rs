//! The two values of a format adjacent to an exact result, found in the `definition` oracle's list of the format's values,
//! without `round` and `decode`, so that explanations of their errors do not rely on them.

use std::borrow::Cow;
use std::cmp::Ordering;

use halfulp::{Format, Value};
use serde::{Deserialize, Serialize};

use super::exact::real;
use super::show::{CodeText, real_text};
use crate::engine::definition::place::{Magnitude, Values, compare, midpoint};

/// The position of an exact result among the values of a format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// The neighbour of smaller magnitude; `None` below the smallest value of a format without zero.
    pub inner: Option<CodeText>,
    /// The value halfway between the neighbours.
    pub midpoint: Option<String>,
    /// The neighbour of larger magnitude; `None` beyond the largest finite value.
    pub outer: Option<CodeText>,
    /// Where the exact result lies.
    pub place: Cow<'static, str>,
}

/// A nonzero finite exact result: a magnitude, or slightly above it if `more` is set.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Whether it is below zero.
    pub negative: bool,
    /// Its magnitude.
    pub magnitude: Magnitude,
    /// Whether the exact magnitude is slightly larger (a sticky bit).
    pub more: bool,
}

impl Number {
    /// How its magnitude compares with another.
    pub fn order(&self, other: Magnitude) -> Ordering {
        let more = if self.more { Ordering::Greater } else { Ordering::Equal };
        compare(self.magnitude, other).then(more)
    }
}

impl Neighbours {
    /// Of an exact result. `None` if the format has no value of its sign.
    pub fn of(f: &Format, x: Number) -> Option<Neighbours> {
        let values = Values::new(&f.facts());
        if x.negative && !values.is_signed() {
            return None;
        }
        let text = |k: u64| CodeText::of(f, values.code(x.negative, i128::from(k)));
        let Some(below) = inner(&values, x) else {
            return Some(Neighbours {
                inner: None,
                midpoint: None,
                outer: Some(text(0)),
                place: "below the smallest value".into(),
            });
        };
        let half = midpoint(&values, below);
        let same = x.order(values.at(i128::from(below))).is_eq();
        let last = i128::from(below) == values.last(x.negative);
        let place = match x.order(half) {
            _ if same => "on a value of the format",
            _ if last => "beyond the largest value",
            Ordering::Less => "nearer to the neighbour toward zero",
            Ordering::Equal => "halfway",
            Ordering::Greater => "nearer to the neighbour away from zero",
        };
        Some(Neighbours {
            inner: Some(text(below)),
            midpoint: (!same).then(|| real_text(&Value::Finite(real(x.negative, half, false)))),
            outer: (!same && !last).then(|| text(below + 1)),
            place: place.into(),
        })
    }
}

/// The number of the last value that is at most the magnitude of `x`, found by trying.
fn inner(values: &Values, x: Number) -> Option<u64> {
    let at_most = |k: u64| x.order(values.at(i128::from(k))).is_ge();
    if !at_most(0) {
        return None;
    }
    let (mut low, mut high) = (0, values.last(x.negative) as u64);
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

#[cfg(test)]
mod tests {
    use halfulp::format::catalog;
    use halfulp::{Flags, Policy, Real};

    use super::*;

    #[test]
    fn neighbours_are_where_rounding_goes() {
        for name in ["e5m2", "e4m3fn", "e2m1", "e8m0", "mxint8", "ue5m3", "i8", "bfloat16"] {
            let f = catalog::lookup(name).unwrap();
            for i in 0..4000u128 {
                let x = Real {
                    negative: i % 3 == 0 && f.is_signed(),
                    exponent: (i as i32 % 41) - 30,
                    significand: i * i % 977 + 1,
                    tail: false,
                };
                let magnitude = Magnitude { significand: x.significand, exponent: i64::from(x.exponent) };
                let number = Number { negative: x.negative, magnitude, more: false };
                let Some(n) = Neighbours::of(&f, number) else { continue };
                let rounded = halfulp::round(&f, &Policy::IEEE, halfulp::Value::Finite(x), 0);
                if rounded.flags.contains(Flags::OVERFLOW) || rounded.flags.contains(Flags::INVALID) {
                    continue;
                }
                let code = CodeText::of(&f, rounded.code);
                let near = [&n.inner, &n.outer].into_iter().flatten().any(|c| *c == code);
                assert!(near, "{name} {x:?}: {n:?} {code:?}");
                let inexact = rounded.flags.contains(Flags::INEXACT);
                assert_eq!(inexact, n.place != "on a value of the format", "{name} {x:?}: {n:?}");
            }
        }
    }
}
