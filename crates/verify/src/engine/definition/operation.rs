//! The operations that compute a number, by their mathematical definitions (IEEE 754-2019 clauses 5.3 to 5.5, 9.6).
//!
//! Everything here gives `None` where the integers in use are too small.

use std::cmp::Ordering;

use halfulp::{Flags, Op};

use super::integer::Integer;
use super::order;
use super::quantity::{Quantity, compare_scaled};
use super::values::Meaning;

/// An exact result.
#[derive(Clone, Debug)]
pub enum Exact<I> {
    /// Not a number.
    Nan,
    /// An infinity.
    Infinite { negative: bool },
    /// A zero.
    Zero { negative: bool },
    /// The zero sum of two numbers of unlike sign: its sign is the rounding's business (6.3).
    Cancelled,
    /// Any other number.
    Number { negative: bool, x: Quantity<I> },
}

/// An exact result with the exceptions that the operation itself raises.
pub struct Outcome<I> {
    /// The result.
    pub exact: Exact<I>,
    /// Invalid, division by zero, or none.
    pub flags: Flags,
}

/// `±significand * 2^exponent`; the sign of zero counts.
#[derive(Clone)]
struct Finite<I> {
    negative: bool,
    significand: I,
    exponent: i64,
}

/// An operand that is no NaN.
#[derive(Clone)]
enum Operand<I> {
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

    fn outcome(self) -> Option<Outcome<I>> {
        match self {
            Operand::Finite(x) => x.outcome(),
            Operand::Infinite(negative) => Some(infinite(negative)),
        }
    }
}

impl<I: Integer> Finite<I> {
    fn outcome(self) -> Option<Outcome<I>> {
        let negative = self.negative;
        if self.significand.is_zero() {
            return Some(plain(Exact::Zero { negative }));
        }
        let x = Quantity::dyadic(self.significand, self.exponent)?;
        Some(plain(Exact::Number { negative, x }))
    }
}

fn plain<I>(exact: Exact<I>) -> Outcome<I> {
    Outcome {
        exact,
        flags: Flags::NONE,
    }
}

fn infinite<I>(negative: bool) -> Outcome<I> {
    plain(Exact::Infinite { negative })
}

fn invalid<I>() -> Outcome<I> {
    Outcome {
        exact: Exact::Nan,
        flags: Flags::INVALID,
    }
}

/// The exact result of an operation on what its operands mean. `None` also for operations that compute no number.
pub fn operate<I: Integer>(op: Op, operands: &[Meaning]) -> Option<Outcome<I>> {
    if let Some(kind) = Extreme::of(op) {
        return extreme(kind, operands[0], operands[1]);
    }
    if operands.iter().any(|x| matches!(x, Meaning::Nan { .. })) {
        let flags = Flags::INVALID.when(operands.iter().any(|x| order::is_signalling(*x)));
        return Some(Outcome {
            exact: Exact::Nan,
            flags,
        });
    }
    let operand = |i: usize| operand(operands[i]);
    match op {
        Op::Add => add(operand(0)?, operand(1)?),
        Op::Sub => add(operand(0)?, negate(operand(1)?)),
        Op::Mul => match multiply(operand(0)?, operand(1)?)? {
            Some(product) => product.outcome(),
            None => Some(invalid()),
        },
        Op::Fma => match multiply(operand(0)?, operand(1)?)? {
            Some(product) => add(product, operand(2)?),
            None => Some(invalid()),
        },
        Op::Div => divide(operand(0)?, operand(1)?),
        Op::Sqrt => square_root(operand(0)?),
        Op::Remainder => remainder(operand(0)?, operand(1)?),
        Op::ScaleB => scale(operand(0)?, operand(1)?),
        Op::LogB => logarithm(operand(0)?),
        Op::Convert | Op::ConvertToInteger | Op::RoundToIntegral | Op::RoundToIntegralExact => {
            operand(0)?.outcome()
        }
        _ => None,
    }
}

/// Precondition: no NaN.
fn operand<I: Integer>(x: Meaning) -> Option<Operand<I>> {
    Some(match x {
        Meaning::Finite { negative, magnitude } => Operand::Finite(Finite {
            negative,
            significand: I::new(magnitude.significand)?,
            exponent: magnitude.exponent,
        }),
        Meaning::Infinite { negative } | Meaning::Nan { negative, .. } => Operand::Infinite(negative),
    })
}

fn negate<I: Integer>(x: Operand<I>) -> Operand<I> {
    match x {
        Operand::Finite(x) => Operand::Finite(Finite {
            negative: !x.negative,
            ..x
        }),
        Operand::Infinite(negative) => Operand::Infinite(!negative),
    }
}

/// `a + b`. Infinities of unlike sign have no sum.
fn add<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Outcome<I>> {
    let (a, b) = match (a, b) {
        (Operand::Infinite(a), Operand::Infinite(b)) if a != b => return Some(invalid()),
        (Operand::Infinite(a), _) | (_, Operand::Infinite(a)) => return Some(infinite(a)),
        (Operand::Finite(a), Operand::Finite(b)) => (a, b),
    };
    let exponent = match (a.significand.is_zero(), b.significand.is_zero()) {
        (true, false) => b.exponent,
        (false, true) => a.exponent,
        _ => a.exponent.min(b.exponent),
    };
    let sum = aligned(&a, exponent)?.plus(&aligned(&b, exponent)?)?;
    if sum.is_zero() && a.negative != b.negative {
        return Some(plain(Exact::Cancelled));
    }
    let negative = if sum.is_zero() {
        a.negative
    } else {
        sum.is_negative()
    };
    Finite {
        negative,
        significand: sum.magnitude(),
        exponent,
    }
    .outcome()
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
fn multiply<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Option<Operand<I>>> {
    let negative = a.is_negative() != b.is_negative();
    if let (Operand::Finite(a), Operand::Finite(b)) = (&a, &b) {
        let significand = a.significand.times(&b.significand)?;
        let exponent = a.exponent + b.exponent;
        return Some(Some(Operand::Finite(Finite {
            negative,
            significand,
            exponent,
        })));
    }
    let lost = a.is_zero() || b.is_zero();
    Some((!lost).then_some(Operand::Infinite(negative)))
}

/// `a / b`. A number that is not zero, by zero, is an exact infinity.
fn divide<I: Integer>(a: Operand<I>, b: Operand<I>) -> Option<Outcome<I>> {
    let negative = a.is_negative() != b.is_negative();
    Some(match (a, b) {
        (Operand::Infinite(_), Operand::Infinite(_)) => invalid(),
        (Operand::Infinite(_), _) => infinite(negative),
        (_, Operand::Infinite(_)) => plain(Exact::Zero { negative }),
        (Operand::Finite(a), Operand::Finite(b)) => {
            match (a.significand.is_zero(), b.significand.is_zero()) {
                (true, true) => invalid(),
                (true, false) => plain(Exact::Zero { negative }),
                (false, true) => Outcome {
                    exact: Exact::Infinite { negative },
                    flags: Flags::DIVIDE_BY_ZERO,
                },
                (false, false) => {
                    let exponent = a.exponent - b.exponent;
                    let (numerator, denominator) = (a.significand, b.significand);
                    let x = Quantity {
                        numerator,
                        denominator,
                        exponent,
                        root: false,
                    };
                    plain(Exact::Number { negative, x })
                }
            }
        }
    })
}

/// The number whose square is `a`. That of minus zero is minus zero.
fn square_root<I: Integer>(a: Operand<I>) -> Option<Outcome<I>> {
    match a {
        _ if a.is_zero() => a.outcome(),
        _ if a.is_negative() => Some(invalid()),
        Operand::Infinite(_) => a.outcome(),
        Operand::Finite(a) => {
            let mut x = Quantity::dyadic(a.significand, a.exponent)?;
            x.root = true;
            Some(plain(Exact::Number { negative: false, x }))
        }
    }
}

/// `x - n * y`, where `n` is the integer nearest to `x / y`, even on ties.
fn remainder<I: Integer>(x: Operand<I>, y: Operand<I>) -> Option<Outcome<I>> {
    let (x, y) = match (x, y) {
        (Operand::Infinite(_), _) => return Some(invalid()),
        (_, y) if y.is_zero() => return Some(invalid()),
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
    Finite {
        negative,
        significand: rest.magnitude(),
        exponent,
    }
    .outcome()
}

/// More than the distance between any two exponents.
const FAR: i128 = 1 << 40;

/// `x * 2^n`.
fn scale<I: Integer>(x: Operand<I>, n: Operand<I>) -> Option<Outcome<I>> {
    let (Operand::Finite(x), Operand::Finite(n)) = (x.clone(), n) else {
        return x.outcome();
    };
    let n = aligned(&n, 0)?.small()?.clamp(-FAR, FAR) as i64;
    Finite {
        exponent: x.exponent + n,
        ..x
    }
    .outcome()
}

/// The greatest `n` with `2^n` not above `|x|`.
fn logarithm<I: Integer>(x: Operand<I>) -> Option<Outcome<I>> {
    let x = match x {
        Operand::Infinite(_) => return Some(infinite(false)),
        Operand::Finite(x) => x,
    };
    if x.significand.is_zero() {
        let exact = Exact::Infinite { negative: true };
        return Some(Outcome {
            exact,
            flags: Flags::DIVIDE_BY_ZERO,
        });
    }
    let n = Quantity::dyadic(x.significand, x.exponent)?.leading_exponent()?;
    let significand = I::new(u128::from(n.unsigned_abs()))?;
    Finite {
        negative: n < 0,
        significand,
        exponent: 0,
    }
    .outcome()
}

/// Which of the eight minimum and maximum operations.
#[derive(Clone, Copy)]
struct Extreme {
    maximum: bool,
    magnitude: bool,
    number: bool,
}

impl Extreme {
    fn of(op: Op) -> Option<Extreme> {
        let kind = |maximum, magnitude, number| {
            Some(Extreme {
                maximum,
                magnitude,
                number,
            })
        };
        match op {
            Op::Minimum => kind(false, false, false),
            Op::MinimumNumber => kind(false, false, true),
            Op::MinimumMagnitude => kind(false, true, false),
            Op::MinimumMagnitudeNumber => kind(false, true, true),
            Op::Maximum => kind(true, false, false),
            Op::MaximumNumber => kind(true, false, true),
            Op::MaximumMagnitude => kind(true, true, false),
            Op::MaximumMagnitudeNumber => kind(true, true, true),
            _ => None,
        }
    }
}

fn extreme<I: Integer>(kind: Extreme, a: Meaning, b: Meaning) -> Option<Outcome<I>> {
    let flags = Flags::INVALID.when(order::is_signalling(a) || order::is_signalling(b));
    let chosen = match (order::is_nan(a), order::is_nan(b)) {
        (false, false) => {
            let by_magnitude = order::compare(order::magnitude(a), order::magnitude(b));
            let by_value = order::compare(a, b).then(order::signs(a, b));
            let order = if kind.magnitude {
                by_magnitude.then(by_value)
            } else {
                by_value
            };
            let a_first = if kind.maximum {
                order.is_ge()
            } else {
                order.is_le()
            };
            if a_first { a } else { b }
        }
        (true, false) if kind.number => b,
        (false, true) if kind.number => a,
        _ => {
            return Some(Outcome {
                exact: Exact::Nan,
                flags,
            });
        }
    };
    let Outcome { exact, .. } = operand(chosen)?.outcome()?;
    Some(Outcome { exact, flags })
}
