//! Numbers that only err upwards: bounds are evaluated with these, so that a bound's own rounding never makes it too small.
//!
//! An [`Upper`] is at least the real number it stands for. Every operation is binary64's nearest result moved one step up,
//! which is at least the exact one (IEEE 754-2019, 4.3.1: the nearest result errs by at most half a step).

use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

/// A nonnegative number that is at least the real one it stands for; infinity where nothing is known.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Upper(f64);

/// One step up, where a result can be inexact.
fn up(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.next_up() }
}

impl Upper {
    /// Zero.
    pub const ZERO: Upper = Upper(0.0);
    /// Nothing is known.
    pub const UNKNOWN: Upper = Upper(f64::INFINITY);

    /// The number itself: the magnitude of `x`, exactly. NaN is infinity.
    #[must_use]
    pub const fn of(x: f64) -> Upper {
        if x.is_nan() { Upper::UNKNOWN } else { Upper(x.abs()) }
    }

    /// At least `|x - y|`.
    #[must_use]
    pub fn distance(x: f64, y: f64) -> Upper {
        if x == y { Upper::ZERO } else { Upper::of(up((x - y).abs())) }
    }

    /// At least `self / y`, where `y` is a positive number that is not above the real divisor. Infinity where `y` is 0 or less.
    #[must_use]
    pub fn over(self, y: f64) -> Upper {
        match self.0 {
            0.0 => Upper::ZERO,
            _ if y <= 0.0 || y.is_nan() => Upper::UNKNOWN,
            // A quotient that underflows to 0 still is positive.
            x => Upper::of((x / y).next_up()),
        }
    }

    /// At least the square root.
    #[must_use]
    pub fn sqrt(self) -> Upper {
        Upper(up(self.0.sqrt()))
    }

    /// At least the power.
    #[must_use]
    pub fn powi(self, n: u32) -> Upper {
        (0..n).fold(Upper(1.0), |power, _| power * self)
    }

    /// The smaller: a quantity that is at most both.
    #[must_use]
    pub fn min(self, other: Upper) -> Upper {
        if other.0 < self.0 { other } else { self }
    }

    /// The larger.
    #[must_use]
    pub fn max(self, other: Upper) -> Upper {
        if other.0 > self.0 { other } else { self }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Add for Upper {
    type Output = Upper;

    fn add(self, other: Upper) -> Upper {
        if other.0 == 0.0 {
            self
        } else if self.0 == 0.0 {
            other
        } else {
            Upper(up(self.0 + other.0))
        }
    }
}

impl AddAssign for Upper {
    fn add_assign(&mut self, other: Upper) {
        *self = *self + other;
    }
}

/// Nothing times infinity is nothing: a factor of exactly 0 leaves no error.
impl Mul for Upper {
    type Output = Upper;

    fn mul(self, other: Upper) -> Upper {
        if self.0 == 0.0 || other.0 == 0.0 {
            return Upper::ZERO;
        }
        // A product that underflows to 0 still is positive.
        Upper((self.0 * other.0).next_up())
    }
}

impl Sum for Upper {
    fn sum<I: Iterator<Item = Upper>>(terms: I) -> Upper {
        terms.fold(Upper::ZERO, |sum, x| sum + x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Float;

    /// Every operation is at least the exact one, on numbers of all sizes.
    #[test]
    fn no_operation_errs_downwards() {
        let numbers = [0.0, 5e-324, 1e-310, 1e-200, 0.1, 1.0 / 3.0, 0.7, 1.0, 1.5, 3.1, 1e10, 1e200];
        let exact = |x: f64| Float::with_val(4000, x);
        for x in numbers {
            assert!(exact(Upper::of(x).sqrt().get()) >= exact(x).sqrt(), "sqrt {x}");
            for y in numbers {
                let (a, b) = (Upper::of(x), Upper::of(y));
                assert!(exact((a + b).get()) >= exact(x) + exact(y), "{x} + {y}");
                assert!(exact((a * b).get()) >= exact(x) * exact(y), "{x} * {y}");
                assert!(exact(Upper::distance(x, y).get()) >= (exact(x) - exact(y)).abs(), "|{x} - {y}|");
                if y > 0.0 {
                    assert!(exact(a.over(y).get()) * exact(y) >= exact(x), "{x} / {y}");
                }
            }
        }
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        assert_eq!(Upper::of(f64::NAN), Upper::UNKNOWN);
        assert_eq!(Upper::of(1.0).over(0.0), Upper::UNKNOWN);
        assert_eq!(Upper::UNKNOWN + Upper::of(1.0), Upper::UNKNOWN);
        assert_eq!(Upper::UNKNOWN * Upper::ZERO, Upper::ZERO);
    }
}
