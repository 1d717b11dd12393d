//! The clause of SPEC.md that determines a result. A test checks that each id exists in SPEC.md.

use halfulp::{Flags, Op, Operands, Rounding, Saturation, Stochastic, Task};

use super::neighbours::Number;
use crate::engine::Answer;
use crate::engine::definition::place::{Exact, Meaning, Outcome, Values};
use crate::engine::definition::{answer, exact, operand};

/// All clauses that [`of`] can return.
pub const ALL: [&str; 50] = [
    "O1", "O2", "O3", "O4", "O5", "O6", "O7", "O8", "O9", "O10", "O11", "O12", "O13", "O14", "O15", "V2",
    "V3", "V4", "V6", "V7", "R1", "R3", "R4", "R5", "R6", "R7", "R8", "R11", "R12", "R13", "R14", "S1", "S3",
    "S4", "S6", "S7", "S9", "T2", "T4", "T7", "T8", "C4", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9",
];

/// The clause that distinguishes two answers to a case.
#[must_use]
pub fn of(task: &Task, operands: &Operands, got: &Answer, want: &Answer) -> &'static str {
    if is_flushed(task, operands) {
        return "T8";
    }
    if task.policy.standard.is_p3109() {
        return of_p3109(task, operands, got, want);
    }
    by_ieee(task, operands, got, want)
}

/// Whether the result is another one without flushing.
fn is_flushed(task: &Task, operands: &Operands) -> bool {
    let without = || task.with_policy(task.policy.flush_results(false));
    task.policy.flush_results && answer(task, *operands) != answer(&without(), *operands)
}

/// The clause where P3109 has its own, else IEEE 754's.
fn of_p3109(task: &Task, operands: &Operands, got: &Answer, want: &Answer) -> &'static str {
    let result = Values::new(&task.result.facts());
    let divisor_is_zero = || matches!(operand(task, operands, 1), Meaning::Finite { magnitude, .. } if magnitude.significand == 0);
    match (task.op, exact(task, operands).map(|outcome| outcome.exact)) {
        _ if got.code == want.code => "P3",
        (Op::Negate | Op::Abs | Op::CopySign, _) => "P6",
        (Op::TotalOrder | Op::TotalOrderMagnitude, _) => "P7",
        (Op::NextUp | Op::NextDown, _) => "P8",
        (Op::Class, _) => "P9",
        (Op::Div, _) if divisor_is_zero() => "P5",
        (_, Some(Exact::Zero { .. })) if result.has_zero() => "P2",
        (_, Some(Exact::Infinite { .. })) if !result.is_integer() => "P4",
        _ => match by_ieee(task, operands, got, want) {
            "S3" | "S4" | "S6" | "S7" => "P4",
            clause => clause,
        },
    }
}

fn by_ieee(task: &Task, operands: &Operands, got: &Answer, want: &Answer) -> &'static str {
    let Some(outcome) = exact(task, operands) else {
        return operation(task.op);
    };
    let result = Values::new(&task.result.facts());
    let signalling = |i| matches!(operand(task, operands, i), Meaning::Nan { signalling: true, .. });
    if (0..task.op.arity()).any(signalling) {
        return "V3";
    }
    let own = matches!(
        task.op,
        Op::Minimum
            | Op::Maximum
            | Op::MinimumNumber
            | Op::MaximumNumber
            | Op::MinimumMagnitude
            | Op::MaximumMagnitude
            | Op::MinimumMagnitudeNumber
            | Op::MaximumMagnitudeNumber
    );
    match outcome.exact {
        Exact::Nan if result.nan().is_none() => "V4",
        _ if own => "O8",
        Exact::Nan if outcome.flags == Flags::NONE => "V2",
        Exact::Nan => operation(task.op),
        Exact::Infinite { negative } => infinite(&result, &outcome, negative),
        Exact::Zero { .. } => zero(task, &result),
        Exact::Number { negative, magnitude, more } => {
            finite(task, &result, Number { negative, magnitude, more }, got, want)
        }
    }
}

/// The clause of an operation.
fn operation(op: Op) -> &'static str {
    match op {
        Op::Add | Op::Sub => "O1",
        Op::Mul => "O2",
        Op::Div => "O3",
        Op::Sqrt => "O4",
        Op::Fma => "O5",
        Op::Remainder => "O6",
        Op::Negate | Op::Abs | Op::CopySign => "O7",
        Op::Compare(_) => "O9",
        Op::TotalOrder | Op::TotalOrderMagnitude => "O10",
        Op::RoundToIntegral | Op::RoundToIntegralExact => "O11",
        Op::NextUp | Op::NextDown => "O12",
        Op::ScaleB => "O13",
        Op::LogB => "O14",
        Op::Class => "O15",
        Op::Convert | Op::ConvertToInteger => "V2",
        _ => "O8",
    }
}

fn infinite(result: &Values, outcome: &Outcome, negative: bool) -> &'static str {
    if outcome.flags.contains(Flags::DIVIDE_BY_ZERO) {
        "T7"
    } else if result.is_integer() {
        "C4"
    } else if negative && !result.is_signed() {
        "S7"
    } else {
        "S6"
    }
}

fn zero(task: &Task, result: &Values) -> &'static str {
    if !result.has_zero() {
        return "S9";
    }
    match task.op {
        Op::Add | Op::Sub | Op::Fma => "V6",
        _ => "V7",
    }
}

fn finite(task: &Task, result: &Values, x: Number, got: &Answer, want: &Answer) -> &'static str {
    if x.negative && !result.is_signed() {
        return "S7";
    }
    if x.order(result.at(result.last(x.negative))).is_gt() {
        return match task.policy.saturation {
            _ if result.is_integer() => "C4",
            Saturation::None => "S3",
            Saturation::Finite | Saturation::Propagate => "S4",
        };
    }
    let tell = got.flags.bits() ^ want.flags.bits();
    if got.code == want.code && tell & Flags::UNDERFLOW.bits() != 0 {
        return "T4";
    }
    if got.code == want.code && tell & Flags::INEXACT.bits() != 0 {
        return "T2";
    }
    if got.code == want.code && tell & Flags::OVERFLOW.bits() != 0 {
        return "S1";
    }
    rounded(task, x)
}

/// The clause of the rounding, for a number within the range.
fn rounded(task: &Task, x: Number) -> &'static str {
    match super::Neighbours::of(&task.result, x) {
        Some(n) if n.inner.is_none() => return "R14",
        Some(n) if n.outer.is_none() => return "R1",
        _ => {}
    }
    match task.policy.rounding {
        Rounding::NearestEven => "R3",
        Rounding::NearestAway => "R4",
        Rounding::TowardZero => "R5",
        Rounding::TowardPositive => "R6",
        Rounding::TowardNegative => "R7",
        Rounding::ToOdd => "R8",
        Rounding::Stochastic { variant, .. } => match variant {
            Stochastic::A => "R11",
            Stochastic::B => "R12",
            Stochastic::C => "R13",
        },
    }
}
