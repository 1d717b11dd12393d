//! An exact positive result: a rational, or the square root of one. All that is ever asked of it is how it compares
//! with a number `m * 2^q`, and how many steps of some size go into it.

use std::cmp::Ordering;

use super::integer::Integer;

/// The positive `x` for which `x` (or `x^2`, if it is a root) is `numerator / denominator * 2^exponent`.
#[derive(Clone, Debug)]
pub struct Quantity<I> {
    /// Above zero.
    pub numerator: I,
    /// Above zero.
    pub denominator: I,
    /// The power of two.
    pub exponent: i64,
    /// Whether this is the square of what is meant.
    pub root: bool,
}

impl<I: Integer> Quantity<I> {
    /// `significand * 2^exponent`. Precondition: the significand is above zero.
    pub fn dyadic(significand: I, exponent: i64) -> Option<Quantity<I>> {
        Some(Quantity { numerator: significand, denominator: I::new(1)?, exponent, root: false })
    }

    /// How it compares with `m * 2^q`: as `numerator * 2^exponent` does with `m * 2^q * denominator`, or for a root
    /// with `(m * 2^q)^2 * denominator`.
    pub fn compare(&self, m: u128, q: i64) -> Option<Ordering> {
        let m = I::new(m)?;
        let (power, scale) = if self.root { (m.times(&m)?, 2 * q) } else { (m, q) };
        compare_scaled(&self.numerator, self.exponent, &power.times(&self.denominator)?, scale)
    }

    /// How many whole steps of `2^step` go into it, and whether something is left.
    pub fn steps(&self, step: i64) -> Option<(i128, bool)> {
        if self.compare(1, step)? == Ordering::Less {
            return Some((0, true));
        }
        // x / 2^step, or for a root its square.
        let shift = self.exponent - if self.root { 2 * step } else { step };
        let (quotient, rest) = if shift >= 0 {
            self.numerator.scaled(shift)?.divided(&self.denominator)
        } else {
            self.numerator.divided(&self.denominator.scaled(-shift)?)
        };
        if !self.root {
            return Some((quotient.small()?, !rest.is_zero()));
        }
        let root = quotient.root();
        let left = !rest.is_zero() || root.times(&root)? != quotient;
        Some((root.small()?, left))
    }

    /// The greatest `e` with `2^e` not above it.
    pub fn leading_exponent(&self) -> Option<i64> {
        // The lengths of numerator and denominator tell it, or one more.
        let exponent = self.numerator.bits() - self.denominator.bits() + self.exponent;
        let exponent = if self.root { exponent.div_euclid(2) } else { exponent };
        let less = self.compare(1, exponent)? == Ordering::Less;
        Some(exponent - i64::from(less))
    }
}

/// How `a * 2^i` compares with `b * 2^j`, neither below zero.
pub fn compare_scaled<I: Integer>(a: &I, i: i64, b: &I, j: i64) -> Option<Ordering> {
    if a.is_zero() || b.is_zero() {
        return Some(a.cmp(b));
    }
    // By length first, so that only numbers of the same length are ever aligned.
    let lengths = (a.bits() + i).cmp(&(b.bits() + j));
    if lengths != Ordering::Equal {
        return Some(lengths);
    }
    Some(if i >= j { a.scaled(i - j)?.cmp(b) } else { a.cmp(&b.scaled(j - i)?) })
}
