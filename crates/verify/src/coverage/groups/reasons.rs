//! Bins of the reasons for exceptions: which situation of IEEE 754-2019 clause 7 raises a flag, or loses a value without one.

use halfulp::{Code, Flags, Op, Real, Task, Value};

use super::range::is_beyond;
use crate::coverage::axis::Axis;
use crate::coverage::cut::Cut;
use crate::coverage::dice::Dice;
use crate::coverage::group::{Bins, Hits};
use crate::coverage::operand::class;
use crate::coverage::situation::Situation;
use crate::coverage::solve;

/// A reason, whether an operation can have it, and whether a case has it.
struct Reason {
    name: &'static str,
    /// Whether it is about operands or results that are no numbers, or zero.
    special: bool,
    applies: fn(&Task) -> bool,
    holds: fn(&Situation<'_>) -> bool,
}

/// The reasons that an operation can have.
pub struct Reasons {
    list: Vec<&'static Reason>,
    /// The place of the last two, of results that are rounded within the range.
    rounded: Option<usize>,
}

impl Reasons {
    pub fn of(task: &Task) -> Reasons {
        let list: Vec<&Reason> = REASONS.iter().filter(|reason| (reason.applies)(task)).collect();
        Reasons { rounded: rounds(task).then(|| list.len() - 2), list }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl Bins for Reasons {
    fn axes(&self) -> Vec<Axis> {
        vec![Axis::new("reason", self.list.iter().map(|reason| reason.name))]
    }

    #[inline]
    fn see(&self, case: &Situation<'_>, hits: &mut Hits) {
        // Of most cases that is cheap to tell: a number well within the range.
        let format = &case.task.result;
        let within = |cut: &Cut| {
            cut.leading >= format.tiny_below() && cut.leading < format.emax() && !raises(case, Flags::INVALID)
        };
        if let Some(cut) = case.cut.filter(within) {
            if cut.is_inexact()
                && let Some(rounded) = self.rounded
            {
                hits.push(rounded + usize::from(away(case)));
            }
            return;
        }
        for (place, reason) in self.list.iter().enumerate() {
            if reason.special != case.cut.is_some() && (reason.holds)(case) {
                hits.push(place);
            }
        }
    }

    fn solve(&self, task: &Task, bin: &[usize], dice: &mut Dice) -> Option<[Code; 3]> {
        // Those of special operands are classes and kinds; results beyond the ends of the range are solved for.
        let format = &task.result;
        let exponent = match self.list[bin[0]].name {
            name if name.starts_with("overflow") => format.emax() + dice.between(0, 2) as i32,
            name if name.starts_with("underflow") => format.emin() - dice.between(0, 4) as i32,
            _ => dice.exponent(format),
        };
        let bits = format.precision().min(40) as i32 + 2;
        let significand = u128::from(1u64 << bits | dice.word() & ((1 << bits) - 1));
        let target = Real { negative: dice.coin(), exponent: exponent - bits, significand, tail: false };
        solve::operands_for(task, target, dice)
    }
}

fn is_p3109(task: &Task) -> bool {
    task.policy.standard.is_p3109()
}

/// Whether results are rounded numbers of a format.
fn delivers(task: &Task) -> bool {
    !task.op.is_query()
}

fn rounds(task: &Task) -> bool {
    task.op.rounds() && !matches!(task.op, Op::RoundToIntegral | Op::RoundToIntegralExact)
}

fn has_nan(case: &Situation<'_>) -> bool {
    case.values[..case.task.op.arity()].iter().any(|value| matches!(value, Value::Nan(_)))
}

fn signalling(case: &Situation<'_>) -> bool {
    let is = |value: &Value<_>| matches!(value, Value::Nan(nan) if nan.signalling);
    case.values[..case.task.op.arity()].iter().any(is)
}

fn infinite<T>(value: &Value<T>) -> bool {
    matches!(value, Value::Infinite { .. })
}

fn zero<T>(value: &Value<T>) -> bool {
    matches!(value, Value::Zero { .. })
}

fn invalid(case: &Situation<'_>) -> bool {
    case.rounded.flags.contains(Flags::INVALID)
}

/// Zero times infinity.
fn zero_by_infinity(case: &Situation<'_>) -> bool {
    let [a, b, _] = &case.values;
    zero(a) && infinite(b) || infinite(a) && zero(b)
}

/// Infinities of opposite signs in a sum.
fn infinities_cancel(case: &Situation<'_>) -> bool {
    let [a, b, c] = &case.values;
    if case.task.op != Op::Fma {
        return infinite(a) && infinite(b) && a.is_negative() != b.is_negative();
    }
    let product = infinite(a) && !zero(b) || infinite(b) && !zero(a);
    product && !has_nan(case) && infinite(c) && (a.is_negative() != b.is_negative()) != c.is_negative()
}

/// Whether the exact result lies beyond the largest value.
fn beyond(case: &Situation<'_>) -> bool {
    case.cut.is_some_and(|cut| is_beyond(&case.task.result, &cut))
}

/// Whether it lies less than a quantum beyond the largest value.
fn just_beyond(case: &Situation<'_>) -> bool {
    let format = &case.task.result;
    let at_end = |cut: Cut| {
        cut.leading == format.emax() && cut.code == format.largest_magnitude(cut.negative) && cut.is_inexact()
    };
    case.cut.is_some_and(at_end)
}

/// The result's value.
fn result(case: &Situation<'_>) -> Value<halfulp::Exact> {
    halfulp::decode(&case.task.result, case.rounded.code)
}

fn largest(case: &Situation<'_>) -> bool {
    let format = &case.task.result;
    let (negative, magnitude) = format.split(case.rounded.code);
    magnitude == format.largest_magnitude(negative)
}

/// A nonzero exact result below the smallest normal value, not exact.
fn tiny(case: &Situation<'_>) -> bool {
    let format = &case.task.result;
    let tiny = case.cut.is_some_and(|cut| cut.leading < format.tiny_below() && cut.is_inexact());
    tiny && !invalid(case)
}

/// A nonzero exact result below the smallest normal value, exact or not, of which zero became. A negative number in an unsigned format is none.
fn is_flushed(case: &Situation<'_>) -> bool {
    let format = &case.task.result;
    let tiny = |cut: &Cut| cut.leading < format.tiny_below() && (format.is_signed() || !cut.negative);
    case.cut.as_ref().is_some_and(tiny) && size(case) == 0 && !invalid(case)
}

/// Whether the result is an infinity or NaN; a largest value that is subnormal may have been flushed to zero.
fn is_no_number(case: &Situation<'_>) -> bool {
    matches!(result(case), Value::Infinite { .. } | Value::Nan(_))
}

/// The result's place among the classes of numbers: zero, subnormal, normal.
fn size(case: &Situation<'_>) -> usize {
    match class(&case.task.result, result(case)) {
        5 | 6 => 0,
        4 | 7 => 1,
        _ => 2,
    }
}

fn in_range(task: &Task) -> bool {
    rounds(task) && task.result.tiny_below() == task.result.emin() && !task.result.is_integer()
}

fn can_overflow(task: &Task) -> bool {
    rounds(task) && !task.result.is_integer()
}

fn raises(case: &Situation<'_>, flags: Flags) -> bool {
    case.rounded.flags.contains(flags)
}

macro_rules! reasons {
    ($($special:ident: $name:literal, $applies:expr, $holds:expr;)*) => {
        &[$(Reason { name: $name, special: reasons!($special), applies: $applies, holds: $holds }),*]
    };
    (special) => { true };
    (number) => { false };
}

const REASONS: &[Reason] = reasons! {
    special: "invalid: a signalling NaN",
        |t| t.operands[..t.op.arity()].iter().any(halfulp::Format::has_ieee_nans) && !is_p3109(t),
        |c| signalling(c) && invalid(c);
    special: "invalid: infinity - infinity",
        |t| matches!(t.op, Op::Add | Op::Sub | Op::Fma) && !is_p3109(t), |c| infinities_cancel(c) && invalid(c);
    special: "invalid: 0 * infinity",
        |t| matches!(t.op, Op::Mul | Op::Fma) && !is_p3109(t),
        |c| zero_by_infinity(c) && !matches!(c.values[2], Value::Nan(_)) && invalid(c);
    special: "none: 0 * infinity + a quiet NaN",
        |t| t.op == Op::Fma, |c| zero_by_infinity(c) && matches!(c.values[2], Value::Nan(_)) && !invalid(c);
    special: "invalid: 0 / 0",
        |t| t.op == Op::Div && !is_p3109(t), |c| zero(&c.values[0]) && zero(&c.values[1]) && invalid(c);
    special: "invalid: infinity / infinity",
        |t| t.op == Op::Div && !is_p3109(t), |c| infinite(&c.values[0]) && infinite(&c.values[1]) && invalid(c);
    special: "invalid: the remainder of infinity",
        |t| t.op == Op::Remainder && !is_p3109(t), |c| infinite(&c.values[0]) && !has_nan(c) && invalid(c);
    special: "invalid: the remainder by zero",
        |t| t.op == Op::Remainder && !is_p3109(t), |c| zero(&c.values[1]) && !has_nan(c) && invalid(c);
    special: "invalid: the root of a negative number",
        |t| t.op == Op::Sqrt && !is_p3109(t),
        |c| c.values[0].is_negative() && !zero(&c.values[0]) && !has_nan(c) && invalid(c);
    special: "invalid: a quiet NaN in a signalling comparison",
        |t| matches!(t.op, Op::Compare(p) if p.is_signalling()), |c| has_nan(c) && !signalling(c) && invalid(c);
    special: "invalid: a NaN in a format without NaN",
        |t| delivers(t) && t.result.nan().is_none() && !is_p3109(t), |c| has_nan(c) && !signalling(c) && invalid(c);
    special: "invalid: infinity in an integer format",
        |t| rounds(t) && t.result.is_integer() && !is_p3109(t),
        |c| matches!(c.exact.map(|o| o.value), Some(Value::Infinite { .. })) && invalid(c);
    number: "invalid: a number out of the range of an integer format",
        |t| rounds(t) && t.result.is_integer() && !is_p3109(t),
        |c| c.number().is_some_and(|x| !x.negative || c.task.result.is_signed()) && invalid(c);
    number: "invalid: a negative number in an unsigned format",
        |t| delivers(t) && !t.result.is_signed() && !is_p3109(t), |c| c.number().is_some_and(|x| x.negative) && invalid(c);
    special: "invalid: a zero in a format without zero",
        |t| delivers(t) && !t.result.has_zero() && !is_p3109(t),
        |c| matches!(c.exact.map(|o| o.value), Some(Value::Zero { .. })) && invalid(c);
    special: "division by zero: a number by 0",
        |t| t.op == Op::Div && !is_p3109(t),
        |c| matches!(c.values, [Value::Finite(_), Value::Zero { .. }, _]) && raises(c, Flags::DIVIDE_BY_ZERO);
    special: "division by zero: the logarithm of 0",
        |t| t.op == Op::LogB && !is_p3109(t), |c| zero(&c.values[0]) && raises(c, Flags::DIVIDE_BY_ZERO);
    number: "overflow: within a unit beyond the largest value, result infinite or NaN",
        can_overflow, |c| just_beyond(c) && is_no_number(c);
    number: "overflow: within a unit beyond the largest value, result the largest value, overflow raised",
        |t| can_overflow(t) && !is_p3109(t),
        |c| just_beyond(c) && largest(c) && raises(c, Flags::OVERFLOW);
    number: "none: within a unit beyond the largest value, rounded to it",
        can_overflow, |c| just_beyond(c) && largest(c) && !raises(c, Flags::OVERFLOW);
    number: "overflow: farther beyond, result infinite or NaN",
        can_overflow, |c| beyond(c) && !just_beyond(c) && is_no_number(c);
    number: "overflow: farther beyond, result the largest value",
        can_overflow, |c| beyond(c) && !just_beyond(c) && largest(c);
    special: "inexact: an infinity that the result has not",
        |t| can_overflow(t) && !is_p3109(t),
        |c| matches!(c.exact.map(|o| o.value), Some(Value::Infinite { .. })) && raises(c, Flags::INEXACT);
    number: "underflow: result zero",
        in_range, |c| tiny(c) && size(c) == 0 && !c.task.policy.flush_results;
    number: "underflow: result subnormal",
        in_range, |c| tiny(c) && size(c) == 1;
    number: "underflow: result the smallest normal value",
        |t| in_range(t) && !is_p3109(t), |c| tiny(c) && size(c) == 2 && raises(c, Flags::UNDERFLOW);
    number: "none: tiny before rounding, result the smallest normal value",
        in_range, |c| tiny(c) && size(c) == 2 && !raises(c, Flags::UNDERFLOW);
    number: "underflow: a tiny result flushed to zero",
        |t| in_range(t) && t.policy.flush_results, is_flushed;
    number: "inexact: rounded toward zero",
        rounds,
        |c| c.cut.is_some_and(|cut| cut.is_inexact()) && !beyond(c) && !away(c) && !invalid(c);
    number: "inexact: rounded away from zero",
        rounds, |c| c.cut.is_some_and(|cut| cut.is_inexact()) && !beyond(c) && away(c) && !invalid(c);
};

/// Whether the answer is not the truncated result.
fn away(case: &Situation<'_>) -> bool {
    case.cut.is_none_or(|cut| case.task.result.split(case.rounded.code).1 != cut.code)
}
