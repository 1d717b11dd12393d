//! Where an exact result lies in a format's sorted list of values.

use std::cmp::Ordering;

use super::integer::Integer;
use super::quantity::Quantity;
use super::values::{Magnitude, Values};

/// Binary places of [`Fraction`]. Stochastic rounding looks at 33, and tininess takes one more.
const PLACES: u32 = 40;

/// A fraction in `[0, 1)`: forty binary places, and a last one that is set if there is anything beyond those.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fraction(u64);

/// One, in units of the last place.
const ONE: u64 = 1 << (PLACES + 1);

impl Fraction {
    /// From whole units of `2^-40` and whether there is more.
    fn new(units: u64, more: bool) -> Fraction {
        Fraction(2 * units + u64::from(more))
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// How it compares with one half.
    pub fn against_half(self) -> Ordering {
        self.0.cmp(&(ONE / 2))
    }

    /// `floor(fraction * 2^n)`. Precondition: `n <= 33`.
    pub fn floor(self, n: u32) -> u64 {
        self.0 >> (PLACES + 1 - n)
    }

    /// `fraction * 2^n` to the nearest integer, even on ties. Precondition: `n <= 32`.
    pub fn nearest_even(self, n: u32) -> u64 {
        let floor = self.floor(n);
        let unit = ONE >> n;
        let rest = self.0 - floor * unit;
        match rest.cmp(&(unit / 2)) {
            Ordering::Less => floor,
            Ordering::Equal => floor + floor % 2,
            Ordering::Greater => floor + 1,
        }
    }

    /// The fraction within the upper half of the unit; `None` in the lower half. Its last place of forty is lost.
    pub fn in_upper_half(self) -> Option<Fraction> {
        let upper = self.0.checked_sub(ONE / 2)?;
        Some(Fraction::new(upper & !1, upper & 1 == 1))
    }
}

/// Where an exact result lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Below the smallest value, in a format without zero. If it is past the value that would come before that:
    /// how far it is on the way from there.
    Below(Option<Fraction>),
    /// At a value or past it, by a fraction of the way to the next.
    At(u64, Fraction),
    /// At what would come after the last value, or past it.
    Beyond,
}

/// The greatest value that is not above `x`, and how far `x` is on the way to the next one.
pub fn locate<I: Integer>(values: &Values, negative: bool, x: &Quantity<I>) -> Option<Place> {
    let below = |k: i128| -> Option<bool> {
        let Magnitude { significand, exponent } = values.at(k);
        Some(x.compare(significand, exponent)? == Ordering::Less)
    };
    let (mut low, mut high) = (0, values.last(negative) + 1);
    if !below(high)? {
        return Some(Place::Beyond);
    }
    if !values.has_zero() && below(0)? {
        let before = if below(-1)? { None } else { Some(fraction(values, x, -1)?) };
        return Some(Place::Below(before));
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
    Some(Place::At(u64::try_from(low).ok()?, fraction(values, x, low)?))
}

/// Where a value of this leading exponent should lie.
fn guess<I: Integer>(values: &Values, x: &Quantity<I>) -> Option<i128> {
    let quantum = values.quantum(x.leading_exponent()?);
    let (significand, _) = x.steps(quantum)?;
    Some(values.number(significand, quantum))
}

/// How far `x` is on the way from value number `k` to the next, which is `2^quantum` away.
fn fraction<I: Integer>(values: &Values, x: &Quantity<I>, k: i128) -> Option<Fraction> {
    let Magnitude { significand, exponent } = values.at(k);
    let (units, more) = x.steps(exponent - i64::from(PLACES))?;
    let units = (units - ((significand as i128) << PLACES)) as u64;
    Some(Fraction::new(units, more))
}

/// The integer part of `x` and the fraction.
pub fn integer_part<I: Integer>(x: &Quantity<I>) -> Option<(u64, Fraction)> {
    let (units, more) = x.steps(-i64::from(PLACES))?;
    let one = 1i128 << PLACES;
    let integer = u64::try_from(units >> PLACES).ok()?;
    Some((integer, Fraction::new((units & (one - 1)) as u64, more)))
}
