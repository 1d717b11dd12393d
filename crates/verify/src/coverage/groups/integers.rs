//! Bins of integers: conversions to them, and rounding to integral values.

use halfulp::{Code, Format, Real, Task, Value, decode};

use crate::coverage::axis::{Axis, Near, Span, power};
use crate::coverage::cut::units;
use crate::coverage::dice::Dice;
use crate::coverage::group::{Bins, Hits};
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// The exponents of numbers that are converted to integers of some bits.
pub struct ToIntegerExponents {
    pub bits: u32,
}

impl ToIntegerExponents {
    fn span(&self) -> Span {
        Span::open(-3, i64::from(self.bits) + 3)
    }
}

impl Bins for ToIntegerExponents {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), self.span().axis("exponent", power)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        if let Value::Finite(x) = case.values[0]
            && let Some(place) = self.span().place(x.leading_exponent().into())
        {
            hits.push(usize::from(x.negative) * self.span().len() + place);
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let exponent = self.span().value(bin[1]) as i32;
        Some([dice.number(&task.operands[0], bin[0] == 1, exponent)?, 0, 0])
    }
}

/// Numbers near a landmark, in quarters, of both signs.
pub struct Quarters {
    name: &'static str,
    unit: &'static str,
    /// The landmark of each sign.
    landmarks: [i128; 2],
    near: Near,
}

impl Quarters {
    /// Around the largest integer of each sign.
    pub fn largest(integer: &Format) -> Quarters {
        let last = |negative| match decode(integer, integer.largest(negative)) {
            Value::Finite(x) => i128::from(x.significand) << x.exponent.max(0),
            _ => 0,
        };
        Quarters {
            name: "distance from the largest integer",
            unit: "1",
            landmarks: [last(false), last(true)],
            near: Near { first: -4, last: 4, of: 4 },
        }
    }

    /// From zero up.
    pub fn small(last: i64) -> Quarters {
        Quarters { name: "magnitude", unit: "", landmarks: [0, 0], near: Near { first: 0, last, of: 4 } }
    }

    fn place(&self, x: Real) -> Option<usize> {
        let (whole, more) = units(x, -2)?;
        let steps = whole - 4 * self.landmarks[usize::from(x.negative)];
        self.near.place(i64::try_from(steps).ok()?, more)
    }
}

impl Bins for Quarters {
    fn axes(&self) -> Vec<Axis> {
        let unit = if self.unit == "1" { "" } else { self.unit };
        vec![Axis::sign(), self.near.axis(self.name, unit)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let zero = self.landmarks == [0, 0];
        match case.values[0] {
            Value::Finite(x) => {
                if let Some(place) = self.place(x.real()) {
                    hits.push(usize::from(x.negative) * self.near.len() + place);
                }
            }
            Value::Zero { negative } if zero => hits.push(usize::from(negative) * self.near.len()),
            _ => {}
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let (steps, more) = self.near.steps(bin[1]);
        let bits = dice.between(1, 6) as u32;
        let rest = if more { 1 + u128::from(dice.below((1 << bits) - 1)) } else { 0 };
        let whole = u128::try_from(4 * self.landmarks[bin[0]] + i128::from(steps)).ok()?;
        let significand = whole << bits | rest;
        if significand == 0 {
            return None;
        }
        let x = Real { negative: bin[0] == 1, exponent: -2 - bits as i32, significand, tail: false };
        Some([solve::exactly(&task.operands[0], x)?, 0, 0])
    }
}

/// What is not rounded to an integral value: numbers that are integral already, infinities, NaNs.
pub struct NotRounded;

const KINDS: [&str; 5] = ["zero", "has a fraction", "integral", "infinity", "NaN"];

impl Bins for NotRounded {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::sign(), Axis::new("operand", KINDS)]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let value = case.values[0];
        let kind = match value {
            Value::Zero { .. } => 0,
            Value::Finite(x) if x.exponent + (x.significand.trailing_zeros() as i32) < 0 => 1,
            Value::Finite(_) => 2,
            Value::Infinite { .. } => 3,
            Value::Nan(_) => 4,
        };
        hits.push(usize::from(value.is_negative()) * KINDS.len() + kind);
    }
}

/// Payload bits, without the quiet bit, that the result of a conversion has room for.
pub fn kept(task: &Task) -> u32 {
    let [operand, ..] = &task.operands;
    let trailing = if task.result.has_ieee_nans() { task.result.precision() - 1 } else { 1 };
    trailing.saturating_sub(1).min(operand.precision() - 2)
}

/// NaNs in a conversion: signalling or not, and whether the payload bits that the result has room for, and those that it has not, are zero.
pub struct NanPayload {
    /// Payload bits of the result, without the quiet bit.
    pub kept: u32,
}

impl Bins for NanPayload {
    fn axes(&self) -> Vec<Axis> {
        vec![
            Axis::new("NaN", ["quiet", "signalling"]),
            Axis::new("bits kept", ["zero", "not zero"]),
            Axis::new("bits lost", ["zero", "not zero"]),
        ]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        let Value::Nan(nan) = case.facts[0].value else { return };
        let payload = nan.payload << 1;
        let kept = self.kept != 0 && payload >> (64 - self.kept) != 0;
        let lost = payload << self.kept != 0;
        hits.push(usize::from(nan.signalling) << 2 | usize::from(kept) << 1 | usize::from(lost));
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        let format = &task.operands[0];
        let trailing = format.precision() - 1;
        let lost = (trailing - 1).saturating_sub(self.kept);
        let high = if bin[1] == 1 { 1 + dice.below((1 << self.kept) - 1) } else { 0 };
        let low = if bin[2] == 1 { 1 + dice.below((1u64 << lost) - 1) } else { 0 };
        let quiet = u64::from(bin[0] == 0) << (trailing - 1);
        let infinity = format.infinity(false)?;
        Some([infinity | quiet | high << lost | low, 0, 0])
    }
}
