//! The arithmetic of numbers and infinities, by its mathematical definitions (IEEE 754-2019 clauses 5.3 and 5.4).
//!
//! Everything here gives `None` where the integers in use are too small.

use std::cmp::Ordering;

use halfulp::Flags;

use super::integer::Integer;
use super::outcome::{Exact, Outcome};
use super::quantity::{Quantity, compare_scaled};
use super::values::Meaning;

/// `±significand * 2^exponent`; the sign of zero counts.
#[derive(Clone)]
pub struct Finite<I> {
    negative: bool,
    significand: I,
    exponent: i64,
}

/// An operand that is no NaN.
#[derive(Clone)]
pub enum Operand<I> {
    Finite(Finite<I>),
    Infinite(bool),
}

impl<I: Integer> Operand<I> {
    fn is_negative(&self) -> bool {
        match self {
            Operand::Finite(x) => x.negative,
            Operand::Infinite(negative) => *negative,
        }
    }

    fn is_zero(&self) -> bool {
        matches!(self, Operand::Finite(x) if x.significand.is_zero())
    }

    pub fn outcome(self) -> Option<Outcome<I>> {
        match self {
            Operand::Finite(x) => x.outcome(),
            Operand::Infinite(negative) => Some(Outcome::infinite(negative)),
        }
    }
}

impl<I: Integer> Finite<I> {
    pub fn outcome(self) -> Option<Outcome<I>> {
        let negative = self.negative;
        if self.significand.is_zero() {
            return Some(Outcome::of(Exact::Zero { negative }));
        }
        let x = Quantity::dyadic(self.significand, self.exponent)?;
        Some(Outcome::of(Exact::Number { negative, x }))
    }
}

/// Precondition: no NaN.
pub fn operand<I: Integer>(x: Meaning) -> Option<Operand<I>> {
    Some(match x {
        Meaning::Finite { negative, magnitude } => Operand::Finite(Finite {
            negative,
            significand: I::new(magnitude.significand)?,
            exponent: magnitude.exponent,
        }),
        Meaning::Infinite { negative } | Meaning::Nan { negative, .. } => Operand::Infinite(negative),
    })
}

pub fn negate<I: Integer>(x: Operand<I>) -> Operand<I> {
    match x {
        Operand::Finite(x) => Operand::Finite(Finite { negative: !x.negative, ..x }),
        Operand::Infinite(negative) => Operand::Infinite(!negative),
    }
}

/// `a + b`. Infinities of unlike sign have no sum.
pub fn add<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Outcome<I>> {
    let (a, b) = match (a, b) {
        (Operand::Infinite(a), Operand::Infinite(b)) if a != b => return Some(Outcome::invalid()),
        (Operand::Infinite(a), _) | (_, Operand::Infinite(a)) => return Some(Outcome::infinite(a)),
        (Operand::Finite(a), Operand::Finite(b)) => (a, b),
    };
    let exponent = match (a.significand.is_zero(), b.significand.is_zero()) {
        (true, false) => b.exponent,
        (false, true) => a.exponent,
        _ => a.exponent.min(b.exponent),
    };
    let sum = aligned(&a, exponent)?.plus(&aligned(&b, exponent)?)?;
    if sum.is_zero() && a.negative != b.negative {
        return Some(Outcome::of(Exact::Cancelled));
    }
    let negative = if sum.is_zero() { a.negative } else { sum.is_negative() };
    Finite { negative, significand: sum.magnitude(), exponent }.outcome()
}

/// With its sign, in units of `2^exponent`. Precondition: it is a multiple of that.
fn aligned<I: Integer>(x: &Finite<I>, exponent: i64) -> Option<I> {
    if x.significand.is_zero() {
        return I::new(0);
    }
    let units = x.significand.scaled(x.exponent - exponent)?;
    Some(if x.negative { units.negative() } else { units })
}

/// `a * b`, or nothing for zero times infinity.
pub fn multiply<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Option<Operand<I>>> {
    let negative = a.is_negative() != b.is_negative();
    if let (Operand::Finite(a), Operand::Finite(b)) = (&a, &b) {
        let significand = a.significand.times(&b.significand)?;
        let exponent = a.exponent + b.exponent;
        return Some(Some(Operand::Finite(Finite { negative, significand, exponent })));
    }
    let lost = a.is_zero() || b.is_zero();
    Some((!lost).then_some(Operand::Infinite(negative)))
}

/// `a / b`. A number that is not zero, by zero, is an exact infinity.
pub fn divide<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Outcome<I>> {
    let negative = a.is_negative() != b.is_negative();
    Some(match (a, b) {
        (Operand::Infinite(_), Operand::Infinite(_)) => Outcome::invalid(),
        (Operand::Infinite(_), _) => Outcome::infinite(negative),
        (_, Operand::Infinite(_)) => Outcome::of(Exact::Zero { negative }),
        (Operand::Finite(a), Operand::Finite(b)) => {
            match (a.significand.is_zero(), b.significand.is_zero()) {
                (true, true) => Outcome::invalid(),
                (true, false) => Outcome::of(Exact::Zero { negative }),
                (false, true) => {
                    Outcome { exact: Exact::Infinite { negative }, flags: Flags::DIVIDE_BY_ZERO }
                }
                (false, false) => {
                    let exponent = a.exponent - b.exponent;
                    let (numerator, denominator) = (a.significand, b.significand);
                    let x = Quantity { numerator, denominator, exponent, root: false };
                    Outcome::of(Exact::Number { negative, x })
                }
            }
        }
    })
}

/// The number whose square is `a`. That of minus zero is minus zero.
pub fn square_root<I: Integer>(a: Operand<I>) -> Option<Outcome<I>> {
    match a {
        _ if a.is_zero() => a.outcome(),
        _ if a.is_negative() => Some(Outcome::invalid()),
        Operand::Infinite(_) => a.outcome(),
        Operand::Finite(a) => {
            let mut x = Quantity::dyadic(a.significand, a.exponent)?;
            x.root = true;
            Some(Outcome::of(Exact::Number { negative: false, x }))
        }
    }
}

/// `x - n * y`, where `n` is the integer nearest to `x / y`, even on ties.
pub fn remainder<I: Integer>(x: Operand<I>, y: Operand<I>) -> Option<Outcome<I>> {
    let (x, y) = match (x, y) {
        (Operand::Infinite(_), _) => return Some(Outcome::invalid()),
        (_, y) if y.is_zero() => return Some(Outcome::invalid()),
        (x, Operand::Infinite(_)) => return x.outcome(),
        (Operand::Finite(x), Operand::Finite(y)) => (x, y),
    };
    let twice = x.exponent + 1;
    if compare_scaled(&x.significand, twice, &y.significand, y.exponent)? == Ordering::Less {
        // Nearest to x / y is 0.
        return x.outcome();
    }
    let exponent = x.exponent.min(y.exponent);
    let divisor = y.significand.scaled(y.exponent - exponent)?;
    let (quotient, rest) = x.significand.scaled(x.exponent - exponent)?.divided(&divisor);
    let odd = !quotient.divided(&I::new(2)?).1.is_zero();
    let up = match rest.scaled(1)?.cmp(&divisor) {
        Ordering::Less => false,
        Ordering::Equal => odd,
        Ordering::Greater => true,
    };
    let rest = if up { rest.plus(&divisor.negative())? } else { rest };
    // A zero has the sign of x.
    let negative = x.negative != rest.is_negative();
    Finite { negative, significand: rest.magnitude(), exponent }.outcome()
}

/// More than the distance between any two exponents.
const FAR: i128 = 1 << 40;

/// `x * 2^n`.
pub fn scale<I: Integer>(x: Operand<I>, n: Operand<I>) -> Option<Outcome<I>> {
    let (Operand::Finite(x), Operand::Finite(n)) = (x.clone(), n) else {
        return x.outcome();
    };
    let n = aligned(&n, 0)?.small()?.clamp(-FAR, FAR) as i64;
    Finite { exponent: x.exponent + n, ..x }.outcome()
}

/// The greatest `n` with `2^n` not above `|x|`.
pub fn logarithm<I: Integer>(x: Operand<I>) -> Option<Outcome<I>> {
    let x = match x {
        Operand::Infinite(_) => return Some(Outcome::infinite(false)),
        Operand::Finite(x) => x,
    };
    if x.significand.is_zero() {
        let exact = Exact::Infinite { negative: true };
        return Some(Outcome { exact, flags: Flags::DIVIDE_BY_ZERO });
    }
    let n = Quantity::dyadic(x.significand, x.exponent)?.leading_exponent()?;
    let significand = I::new(u128::from(n.unsigned_abs()))?;
    Finite { negative: n < 0, significand, exponent: 0 }.outcome()
}
