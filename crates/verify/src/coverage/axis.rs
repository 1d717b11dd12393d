//! Axes: what the bins of a group are told apart by.

use serde::{Deserialize, Serialize};

/// One property of a case, and the values that it is counted by.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// The property: `sign`, `shift`.
    pub name: String,
    /// Its values, in order.
    pub values: Vec<String>,
}

impl Axis {
    pub(super) fn new<T: ToString>(name: impl Into<String>, values: impl IntoIterator<Item = T>) -> Axis {
        Axis { name: name.into(), values: values.into_iter().map(|value| value.to_string()).collect() }
    }

    pub(super) fn sign() -> Axis {
        Axis::new("sign", ["+", "-"])
    }

    pub(super) fn bit(name: &str) -> Axis {
        Axis::new(name, ["0", "1"])
    }

    pub(super) fn effective() -> Axis {
        Axis::new("operation", ["addition", "subtraction"])
    }
}

/// Consecutive integers as an axis, perhaps with all that lie below and above as two values more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    first: i64,
    last: i64,
    open: bool,
}

impl Span {
    /// From `first` to `last`, and nothing else.
    pub fn closed(first: i64, last: i64) -> Span {
        Span { first, last: last.max(first), open: false }
    }

    /// From `first` to `last`, and what lies below and above.
    pub fn open(first: i64, last: i64) -> Span {
        Span { open: true, ..Span::closed(first, last) }
    }

    pub fn len(self) -> usize {
        (self.last - self.first) as usize + 1 + 2 * usize::from(self.open)
    }

    /// The place of an integer.
    #[inline]
    pub fn place(self, value: i64) -> Option<usize> {
        if self.open {
            return Some((value.clamp(self.first - 1, self.last + 1) - self.first + 1) as usize);
        }
        (self.first..=self.last).contains(&value).then(|| (value - self.first) as usize)
    }

    /// An integer of a place: of all below, or all above, the nearest.
    pub fn value(self, place: usize) -> i64 {
        self.first - i64::from(self.open) + place as i64
    }

    /// The first and the last integer of a place.
    pub fn range(self, place: usize) -> (i64, i64) {
        let value = self.value(place);
        match self.open {
            true if place == 0 => (i64::MIN / 2, value),
            true if place + 1 == self.len() => (value, i64::MAX / 2),
            _ => (value, value),
        }
    }

    /// The axis, its values written by a function.
    pub fn axis(self, name: &str, write: impl Fn(i64) -> String) -> Axis {
        let inner = (self.first..=self.last).map(&write);
        let values: Vec<String> = match self.open {
            false => inner.collect(),
            true => {
                let below = format!("below {}", write(self.first));
                let above = format!("above {}", write(self.last));
                [below].into_iter().chain(inner).chain([above]).collect()
            }
        };
        Axis::new(name, values)
    }
}

/// A signed integer as people write differences.
pub(super) fn signed(value: i64) -> String {
    format!("{value:+}")
}

/// A power of two.
pub(super) fn power(exponent: i64) -> String {
    format!("2^{exponent}")
}

/// The multiples of a fraction from `-most` to `most`, and the intervals between them: where a number lies near a landmark.
///
/// Places alternate: a multiple, then the interval above it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Near {
    /// The first and the last multiple.
    pub first: i64,
    pub last: i64,
    /// The fraction: 2 for halves, 4 for quarters.
    pub of: i64,
}

impl Near {
    pub fn len(self) -> usize {
        2 * (self.last - self.first) as usize + 1
    }

    /// The place of `steps` fractions, and whether there is more below the next one.
    #[inline]
    pub fn place(self, steps: i64, more: bool) -> Option<usize> {
        let place = 2 * (steps - self.first) + i64::from(more);
        (0..self.len() as i64).contains(&place).then_some(place as usize)
    }

    /// The multiple of a place, and whether the place is the interval above it.
    pub fn steps(self, place: usize) -> (i64, bool) {
        (self.first + place as i64 / 2, place % 2 == 1)
    }

    pub fn axis(self, name: &str, unit: &str) -> Axis {
        let write = |steps: i64| fraction(steps, self.of, unit);
        let label = |place| match self.steps(place) {
            (steps, false) => write(steps),
            (steps, true) => format!("between {} and {}", write(steps), write(steps + 1)),
        };
        Axis::new(name, (0..self.len()).map(label))
    }
}

fn fraction(steps: i64, of: i64, unit: &str) -> String {
    let (whole, rest) = (steps.abs() / of, steps.abs() % of);
    let sign = match steps.signum() {
        1 if !unit.is_empty() => "+",
        -1 => "-",
        _ => "",
    };
    let number = match (whole, rest) {
        (whole, 0) => whole.to_string(),
        (0, rest) => reduced(rest, of),
        (whole, rest) => format!("{whole} {}", reduced(rest, of)),
    };
    format!("{sign}{number}{}{unit}", if unit.is_empty() { "" } else { " " })
}

fn reduced(part: i64, of: i64) -> String {
    if part % 2 == 0 && of % 2 == 0 { reduced(part / 2, of / 2) } else { format!("{part}/{of}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_integers_correspond() {
        let span = Span::open(-3, 2);
        assert_eq!(span.len(), 8);
        assert_eq!([-9, -4, -3, 2, 3, 70].map(|v| span.place(v)), [0, 0, 1, 6, 7, 7].map(Some));
        assert!((0..8).all(|place| span.place(span.value(place)) == Some(place)));
        assert_eq!(Span::closed(1, 3).place(0), None);
        let axis = span.axis("shift", signed);
        assert_eq!((axis.values.len(), &*axis.values[0], &*axis.values[7]), (8, "below -3", "above +2"));
        let near = Near { first: -3, last: 3, of: 2 };
        let axis = near.axis("distance", "ulp");
        assert_eq!(axis.values.len(), near.len());
        assert_eq!(axis.values[0], "-1 1/2 ulp");
        assert_eq!(axis.values[5], "between -1/2 ulp and 0 ulp");
        assert_eq!(near.place(-1, true), Some(5));
        assert_eq!(near.place(3, true), None);
    }
}
