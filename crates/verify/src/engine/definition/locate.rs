//! Where an exact result lies in a format's sorted list of values.

use std::cmp::Ordering;

use super::integer::Integer;
use super::quantity::Quantity;
use super::values::{Magnitude, Values};

/// Binary places of [`Fraction`]. Stochastic rounding looks at 33, and tininess takes one more.
const PLACES: u32 = 40;

/// A fraction in `[0, 1)`: whole units of `2^-40`, and whether there is more than those.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fraction {
    units: u64,
    more: bool,
}

impl Fraction {
    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.units == 0 && !self.more
    }

    /// How it compares with one half.
    pub fn against_half(self) -> Ordering {
        self.units.cmp(&(1 << (PLACES - 1))).then(self.more.cmp(&false))
    }

    /// `floor(fraction * 2^n)`. Precondition: `n <= 33`.
    pub fn floor(self, n: u32) -> u64 {
        self.units >> (PLACES - n)
    }

    /// `fraction * 2^n` to the nearest integer, even on ties. Precondition: `n <= 32`.
    pub fn nearest_even(self, n: u32) -> u64 {
        let floor = self.floor(n);
        let rest = self.units - (floor << (PLACES - n));
        let half = 1 << (PLACES - n - 1);
        match rest.cmp(&half).then(self.more.cmp(&false)) {
            Ordering::Less => floor,
            Ordering::Equal => floor + floor % 2,
            Ordering::Greater => floor + 1,
        }
    }

    /// The fraction within the upper half of the unit; `None` in the lower half.
    pub fn in_upper_half(self) -> Option<Fraction> {
        let half = 1 << (PLACES - 1);
        let units = 2 * self.units.checked_sub(half)?;
        Some(Fraction {
            units,
            more: self.more,
        })
    }
}

/// The number of the greatest value that is not above `x`, and how far `x` is on the way to the next one.
///
/// The search stops at the first value past the format's range, and in a format without zero at the one that would
/// be second below its smallest: from there on the fraction is not told, and no rounding depends on it.
pub fn locate<I: Integer>(values: &Values, negative: bool, x: &Quantity<I>) -> Option<(i128, Fraction)> {
    let below = |k: i128| -> Option<bool> {
        let Magnitude {
            significand,
            exponent,
        } = values.at(k);
        Some(x.compare(significand, exponent)? == Ordering::Less)
    };
    let (mut low, mut high) = (if values.has_zero() { 0 } else { -1 }, values.last(negative) + 1);
    if !below(high)? {
        return Some((high, Fraction::default()));
    }
    if below(low)? {
        return Some((low - 1, Fraction::default()));
    }
    // A guess saves most of the search. It only counts if it proves right.
    if let Some(guess) = guess(values, x)
        && low < guess
        && guess + 1 < high
    {
        if below(guess)? {
            high = guess;
        } else if below(guess + 1)? {
            (low, high) = (guess, guess + 1);
        } else {
            low = guess + 1;
        }
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if below(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    fraction(values, x, low).map(|fraction| (low, fraction))
}

/// Where a value of this leading exponent should lie.
fn guess<I: Integer>(values: &Values, x: &Quantity<I>) -> Option<i128> {
    let quantum = values.quantum(x.leading_exponent()?);
    let (significand, _) = x.steps(quantum)?;
    Some(values.number(significand, quantum))
}

/// How far `x` is on the way from value number `k` to the next, which is `2^quantum` away.
fn fraction<I: Integer>(values: &Values, x: &Quantity<I>, k: i128) -> Option<Fraction> {
    let Magnitude {
        significand,
        exponent,
    } = values.at(k);
    let (units, more) = x.steps(exponent - i64::from(PLACES))?;
    let units = (units - ((significand as i128) << PLACES)) as u64;
    Some(Fraction { units, more })
}

/// The integer part of `x` and the fraction.
pub fn integer_part<I: Integer>(x: &Quantity<I>) -> Option<(i128, Fraction)> {
    let (units, more) = x.steps(-i64::from(PLACES))?;
    let one = 1i128 << PLACES;
    let fraction = Fraction {
        units: (units % one) as u64,
        more,
    };
    Some((units / one, fraction))
}
