//! Bins of sums: how far the terms are shifted against each other, and how much of them cancels.

use std::sync::Arc;

use halfulp::{Code, Format, Op, Real, Task, Value, decode};

use crate::coverage::axis::{Axis, Span, power, signed};
use crate::coverage::cut::leading;
use crate::coverage::dice::{Dice, code, exponents};
use crate::coverage::group::{Bins, Hits};
use crate::coverage::operand::Reader;
use crate::coverage::situation::{Situation, Sum};
use crate::coverage::solve;

/// Exponent differences that are counted one by one, if there are no more.
const SINGLE: i64 = 64;

/// How far the terms of a sum are apart.
#[derive(Clone, Copy)]
pub struct Shifts {
    span: Span,
    fused: bool,
}

impl Shifts {
    /// Of an addition: every exponent difference, or those up to the precision and four, and all beyond.
    pub fn of_addition(a: &Format, b: &Format) -> Shifts {
        let ((low_a, high_a), (low_b, high_b)) = (exponents(a), exponents(b));
        let (first, last) = (i64::from(low_a) - i64::from(high_b), i64::from(high_a) - i64::from(low_b));
        let precision = i64::from(a.precision().max(b.precision()));
        let span = match last - first <= SINGLE {
            true => Span::closed(first, last),
            false => Span::open(-precision - 4, precision + 4),
        };
        Shifts { span, fused: false }
    }

    /// Of a fused multiply-add: the addend's exponent less the product's.
    pub fn of_fma(task: &Task) -> Shifts {
        let [a, b, c] = task.operands.map(|format| i64::from(format.precision()));
        let result = i64::from(task.result.precision());
        let span = Span::open(-(a + b).max(result) - 1, c.max(result) + 1);
        Shifts { span, fused: true }
    }

    fn axis(self) -> Axis {
        let name = if self.fused { "exponent of c less that of a*b" } else { "exponent of a less that of b" };
        self.span.axis(name, signed)
    }

    #[inline]
    fn place(self, sum: &Sum) -> Option<usize> {
        let [first, second] = sum.exponents.map(i64::from);
        self.span.place(if self.fused { second - first } else { first - second })
    }

    /// A shift of a place; far out where the place is all beyond.
    fn draw(self, place: usize, dice: &mut Dice) -> i32 {
        let value = self.span.value(place);
        let beyond = self.span.place(value - 1) == Some(place) || self.span.place(value + 1) == Some(place);
        let farther = if beyond && dice.coin() { dice.between(0, 12) } else { 0 };
        (value + value.signum() * farther) as i32
    }
}

/// The shift and the effective operation.
pub struct Shift {
    pub shifts: Shifts,
}

impl Bins for Shift {
    fn axes(&self) -> Vec<Axis> {
        vec![self.shifts.axis(), Axis::effective()]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        if let Some(sum) = &case.sum
            && let Some(place) = self.shifts.place(sum)
        {
            hits.push(place << 1 | usize::from(sum.subtracts));
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let fractions = core::array::from_fn(|i| dice.fraction(&task.operands[i]));
        shifted(task, self.shifts.draw(bin[0], dice), bin[1] == 1, fractions, dice)
    }
}

/// Operands whose terms are so far apart.
fn shifted(
    task: &Task,
    shift: i32,
    subtracts: bool,
    fractions: [u64; 3],
    dice: &mut Dice,
) -> Option<[Code; 3]> {
    let [f, g, h] = &task.operands;
    let sign = dice.sign(f);
    let sub = task.op == Op::Sub;
    if task.op != Op::Fma {
        let (lowest, highest) = exponents(f);
        let (low, high) = exponents(g);
        let first = lowest.max(low.saturating_add(shift));
        let last = highest.min(high.saturating_add(shift));
        let exponent = dice.between(first.into(), last.into()) as i32;
        let a = code(f, sign, exponent, fractions[0])?;
        let b = code(g, (sign != subtracts) != sub, exponent - shift, fractions[1])?;
        return Some([a, b, 0]);
    }
    let a = code(f, sign, dice.exponent(f), fractions[0])?;
    let other = dice.sign(g);
    let b = code(g, other, dice.exponent(g), fractions[1])?;
    let (Value::Finite(x), Value::Finite(y)) = (decode(f, a), decode(g, b)) else { return None };
    let significand = u128::from(x.significand) * u128::from(y.significand);
    let product =
        leading(Real { negative: false, exponent: x.exponent + y.exponent, significand, tail: false });
    Some([a, b, code(h, (sign != other) != subtracts, product + shift, fractions[2])?])
}

/// The shift, the effective operation, and the patterns of the significands.
pub struct ShiftPatterns {
    pub shifts: Shifts,
    pub readers: Vec<Arc<Reader>>,
    /// Whether patterns are told apart less finely.
    pub coarse: bool,
}

impl ShiftPatterns {
    fn patterns<'a>(&self, reader: &'a Reader) -> &'a [String] {
        if self.coarse { &reader.patterns.coarse } else { &reader.patterns.names }
    }
}

impl Bins for ShiftPatterns {
    fn axes(&self) -> Vec<Axis> {
        let names = super::operands::NAMES.iter().zip(&self.readers);
        let patterns = names.map(|(name, reader)| Axis::new(*name, self.patterns(reader)));
        [self.shifts.axis(), Axis::effective()].into_iter().chain(patterns).collect()
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(sum) = &case.sum else { return };
        let Some(place) = self.shifts.place(sum) else { return };
        let mut bin = place << 1 | usize::from(sum.subtracts);
        for (reader, facts) in self.readers.iter().zip(&case.facts) {
            let pattern = if self.coarse { facts.coarse } else { facts.pattern };
            bin = bin * self.patterns(reader).len() + usize::from(pattern);
        }
        hits.push(bin);
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let mut fractions = [0; 3];
        for ((reader, place), fraction) in self.readers.iter().zip(&bin[2..]).zip(&mut fractions) {
            *fraction = if self.coarse { dice.coarse(reader, *place) } else { dice.pattern(reader, *place) };
        }
        shifted(task, self.shifts.draw(bin[0], dice), bin[1] == 1, fractions, dice)
    }
}

/// How far the leading bit of the sum lies from that of the larger term.
pub struct Cancellation {
    span: Span,
    /// The exponents of subnormal results, if these are told apart.
    exponents: Option<Span>,
}

impl Cancellation {
    /// Of a sum; with the exponents of subnormal results if `subnormal`.
    pub fn of(task: &Task, subnormal: bool) -> Cancellation {
        let [a, b, c] = task.operands.map(|format| i64::from(format.precision()));
        let deepest = if task.op == Op::Fma { (a + b).max(c) + 1 } else { a.max(b) };
        let result = &task.result;
        let exponents =
            subnormal.then(|| Span::closed(result.quantum_min().into(), i64::from(result.emin()) - 1));
        Cancellation { span: Span::closed(-deepest, 1), exponents }
    }
}

impl Bins for Cancellation {
    fn axes(&self) -> Vec<Axis> {
        let mut axis = self.span.axis("exponent of the sum less that of the larger term", signed);
        let Some(exponents) = self.exponents else {
            axis.values.push("no sum: all cancels".into());
            return vec![axis];
        };
        vec![axis, exponents.axis("exponent of the sum", power)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Some(sum) = &case.sum else { return };
        let larger = sum.exponents[0].max(sum.exponents[1]);
        let shift = sum.result.map(|result| self.span.place(i64::from(result) - i64::from(larger)));
        match (shift, self.exponents) {
            (None, None) => hits.push(self.span.len()),
            (Some(Some(shift)), None) => hits.push(shift),
            (Some(Some(shift)), Some(exponents)) => {
                let exponent = exponents.place(i64::from(sum.result.unwrap_or(0)));
                exponent.into_iter().for_each(|place| hits.push(shift * exponents.len() + place));
            }
            _ => {}
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let [f, g, h] = &task.operands;
        if self.exponents.is_none() && bin[0] == self.span.len() {
            return cancelled(task, dice);
        }
        let shift = self.span.value(bin[0]) as i32;
        let result = match self.exponents {
            Some(exponents) => exponents.value(bin[1]) as i32,
            None => dice.exponent(&task.result),
        };
        // The sum is drawn, and the larger term, and the other one is what is missing.
        let (sign, bits) = (dice.coin(), dice.between(0, 3) as i32);
        let significand = 1u128 << bits | u128::from(dice.below(1 << bits));
        let sum = Real { negative: sign, exponent: result - bits, significand, tail: false };
        if task.op == Op::Fma {
            let c = drawn(dice, h, result - shift)?;
            let Value::Finite(x) = decode(h, c) else { return None };
            let [a, b] = solve::product_for(task, sum, x.real(), dice)?;
            return Some([a, b, c]);
        }
        let swap = f == g && task.op == Op::Add && dice.coin();
        let a = drawn(dice, f, result - shift)?;
        let b = solve::second_term(task, sum, a)?;
        Some(if swap { [b, a, 0] } else { [a, b, 0] })
    }
}

/// A number with an exponent, of either sign.
fn drawn(dice: &mut Dice, format: &Format, exponent: i32) -> Option<Code> {
    let sign = dice.sign(format);
    dice.number(format, sign, exponent)
}

/// Terms that cancel.
fn cancelled(task: &Task, dice: &mut Dice) -> Option<[Code; 3]> {
    let [f, g, h] = &task.operands;
    if task.op == Op::Fma {
        let exponent = dice.exponent(f);
        let a = drawn(dice, f, exponent)?;
        let sign = dice.sign(g);
        let fraction = if dice.coin() { 0 } else { dice.fraction(g) };
        let b = code(g, sign, dice.exponent(g), fraction)?;
        let (Value::Finite(x), Value::Finite(y)) = (decode(f, a), decode(g, b)) else { return None };
        let product = Real {
            negative: x.negative == y.negative,
            exponent: x.exponent + y.exponent,
            significand: u128::from(x.significand) * u128::from(y.significand),
            tail: false,
        };
        return Some([a, b, solve::exactly(h, product)?]);
    }
    let exponent = dice.exponent(f);
    let a = drawn(dice, f, exponent)?;
    let Value::Finite(x) = decode(f, a) else { return None };
    let negative = x.negative == (task.op == Op::Sub);
    Some([a, solve::exactly(g, Real { negative, ..x.real() })?, 0])
}
