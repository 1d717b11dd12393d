//! Arguments about results: their codes, flags, and the reasons for these.

use halfulp::{Op, Overflow, Rounding, Saturation, Value, decode};

use super::bin::{Argument, Bin};
use super::facts::{
    bounds, can_be_negative, clamps, has_nan, has_normal_values, is_multiple, is_never_tiny, is_rounded,
    never_overflows,
};
use crate::coverage::groups::operands::Exponents;
use crate::coverage::groups::results::Flipped;

pub const ARGUMENTS: &[Argument] = &[
    ("the exact result is never negative, and a NaN result is positive", is_negative),
    ("no exact result has such an exponent, nor one that is rounded to it", has_no_such_exponent),
    ("the operation raises no such exceptions together", are_others),
    ("P3109's operations raise no exceptions", is_raised_by_p3109),
    ("only quotients and logarithms divide by zero", is_no_division),
    ("the infinity of a division by zero is exact in a format that has it", is_inexact_infinity),
    ("an infinity is valid in a format that has both signs and is not of integers", is_invalid_infinity),
    ("no exact result is as large as the largest value", is_overflow),
    ("no exact result is below the smallest normal value", is_underflow),
    ("sums of multiples of the smallest value are exact below the smallest normal value", is_cut_multiple),
    ("the NaN that an operation returns is the canonical one", is_other_nan),
    ("a NaN is inexact only where overflow gives NaN", is_inexact_nan),
    ("the format has no minus zero", is_minus_zero),
    ("terms that cancel give +0, or -0 where rounding is toward negative", is_other_zero),
    ("under this rounding and saturation, overflow gives infinity or NaN", is_largest),
    ("under this rounding and saturation, overflow gives the largest value", is_beyond),
    ("the format has infinities and keeps them", is_lost_infinity),
    ("the result has no room for payloads", has_no_room),
    ("that is the code of infinity", is_infinity),
];

fn reason<'a>(bin: &'a Bin<'_>) -> &'a str {
    if bin.group.id == "reasons" { bin.value("reason") } else { "" }
}

fn flags<'a>(bin: &'a Bin<'_>) -> &'a str {
    if bin.group.id == "flags" { bin.value("flags") } else { "" }
}

/// The code of a bin that is about one code of the result.
fn code(bin: &Bin<'_>) -> Option<u64> {
    match bin.group.id {
        "codes-result" => Some(bin.places[0] as u64),
        "flipped" => Flipped::new(&bin.task.result).code(bin.places),
        _ => None,
    }
}

fn is_negative(bin: &Bin<'_>) -> bool {
    let format = &bin.task.result;
    let negative = match bin.group.id {
        "binades-result" => bin.is_negative(),
        "classes-result" => bin.value("class").starts_with('-') && bin.value("class") != "-0",
        _ => code(bin).is_some_and(|code| matches!(decode(format, code), Value::Finite(x) if x.negative)),
    };
    negative && has_nan(bin.task) && !can_be_negative(bin.task)
}

fn has_no_such_exponent(bin: &Bin<'_>) -> bool {
    let format = &bin.task.result;
    let Some((lowest, highest)) = bounds(bin.task) else { return false };
    let exponents = match bin.group.id {
        "binades-result" => Some(Exponents::of(format).range(bin.places[1])),
        _ => code(bin).and_then(|code| match decode(format, code) {
            Value::Finite(x) => Some((i64::from(x.leading_exponent()), i64::from(x.leading_exponent()))),
            _ => None,
        }),
    };
    // The largest value may stand for an infinity, and what is far below the smallest value may be rounded to that.
    let above = (highest + 1).max(format.quantum_min().into());
    let outside =
        |(first, last): (i64, i64)| last < i64::from(format.emax()) && (last < lowest || first > above);
    exponents.is_some_and(outside) && has_nan(bin.task)
}

fn are_others(bin: &Bin<'_>) -> bool {
    // The first four give a number beside a signalling NaN, and round it to another format; the last one overflows without being inexact.
    let combines = matches!(
        bin.task.op,
        Op::MinimumNumber
            | Op::MaximumNumber
            | Op::MinimumMagnitudeNumber
            | Op::MaximumMagnitudeNumber
            | Op::RoundToIntegral
    );
    flags(bin) == "others" && !combines
}

fn is_raised_by_p3109(bin: &Bin<'_>) -> bool {
    bin.task.policy.standard.is_p3109() && !["", "none"].contains(&flags(bin))
}

fn is_no_division(bin: &Bin<'_>) -> bool {
    flags(bin).contains("division by zero") && !matches!(bin.task.op, Op::Div | Op::LogB)
}

fn keeps_infinities(bin: &Bin<'_>) -> bool {
    let format = &bin.task.result;
    let has = format.infinity(false).is_some() && format.infinity(true).is_some();
    has && bin.task.policy.saturation != Saturation::Finite
}

fn is_inexact_infinity(bin: &Bin<'_>) -> bool {
    flags(bin) == "division by zero, inexact" && keeps_infinities(bin)
}

fn is_invalid_infinity(bin: &Bin<'_>) -> bool {
    let format = &bin.task.result;
    flags(bin) == "invalid, division by zero" && format.is_signed() && !format.is_integer()
}

fn is_overflow(bin: &Bin<'_>) -> bool {
    let beyond = reason(bin).starts_with("overflow") || reason(bin).starts_with("none: within a unit");
    (beyond || flags(bin).starts_with("overflow")) && is_rounded(bin.task) && never_overflows(bin.task)
}

/// Whether a bin is about inexact results below the smallest normal value.
fn is_tiny(bin: &Bin<'_>) -> bool {
    let reason = reason(bin);
    reason.starts_with("underflow: result")
        || reason.starts_with("none: tiny")
        || flags(bin).starts_with("underflow")
}

/// Whether a bin is about numbers that are rounded to zero, in a format whose zero stands for nothing else.
fn is_rounded_to_zero(bin: &Bin<'_>) -> bool {
    let plain = bin.task.result.is_signed() && !bin.task.result.is_integer();
    bin.group.id == "zeros" && bin.value("zero from") == "rounded to zero" && plain
}

fn is_underflow(bin: &Bin<'_>) -> bool {
    let flushed = reason(bin) == "underflow: a tiny result flushed to zero";
    // Where nothing is tiny, as in two's complement, results are rounded to zero all the same.
    let zero = is_rounded_to_zero(bin) && has_normal_values(bin.task);
    (is_tiny(bin) || flushed || zero) && is_rounded(bin.task) && is_never_tiny(bin.task)
}

fn is_cut_multiple(bin: &Bin<'_>) -> bool {
    let inexact = bin.group.id == "classes-result"
        && bin.value("flag") == "inexact"
        && ["+0", "-0", "+subnormal", "-subnormal"].contains(&bin.value("class"));
    let tiny = is_tiny(bin) || inexact || is_rounded_to_zero(bin);
    let clamped = inexact && !has_normal_values(bin.task);
    tiny && !clamped && is_multiple(bin.task) && !bin.task.policy.flush_results
}

fn returns_canonical(bin: &Bin<'_>) -> bool {
    !matches!(bin.task.op, Op::Negate | Op::Abs | Op::CopySign)
}

fn is_other_nan(bin: &Bin<'_>) -> bool {
    let format = &bin.task.result;
    let is_nan = |code: &u64| matches!(decode(format, *code), Value::Nan(_));
    let other = code(bin).filter(is_nan).is_some_and(|code| Some(code) != format.nan());
    let signalling = bin.group.id == "classes-result" && bin.value("class") == "signalling NaN";
    (other || signalling) && returns_canonical(bin)
}

fn is_inexact_nan(bin: &Bin<'_>) -> bool {
    bin.group.id == "classes-result"
        && (bin.value("class"), bin.value("flag")) == ("quiet NaN", "inexact")
        && bin.task.result.facts().overflow != Overflow::Nan
}

fn is_minus_zero(bin: &Bin<'_>) -> bool {
    bin.group.id == "zeros" && bin.is_negative() && !bin.task.result.has_negative_zero()
}

fn is_other_zero(bin: &Bin<'_>) -> bool {
    let downward = bin.task.policy.rounding == Rounding::TowardNegative;
    bin.group.id == "zeros"
        && bin.value("zero from") == "numbers that cancel"
        && bin.is_negative() != downward
        && !bin.task.policy.standard.is_p3109()
        && bin.task.result.has_negative_zero()
}

fn is_largest(bin: &Bin<'_>) -> bool {
    let largest = [
        "overflow: within a unit beyond the largest value, result the largest value, overflow raised",
        "overflow: farther beyond, result the largest value",
    ];
    largest.contains(&reason(bin)) && clamps(bin.task) == Some(false)
}

fn is_beyond(bin: &Bin<'_>) -> bool {
    reason(bin).starts_with("overflow")
        && reason(bin).ends_with("infinite or NaN")
        && clamps(bin.task) == Some(true)
}

fn is_lost_infinity(bin: &Bin<'_>) -> bool {
    reason(bin) == "inexact: an infinity that the result has not" && keeps_infinities(bin)
}

fn has_no_room(bin: &Bin<'_>) -> bool {
    bin.group.id == "nan-payload"
        && bin.place("bits kept") == Some(1)
        && crate::coverage::groups::integers::kept(bin.task) == 0
}

fn is_infinity(bin: &Bin<'_>) -> bool {
    bin.group.id == "nan-payload" && bin.places == [1, 0, 0]
}
