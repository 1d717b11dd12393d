//! Arguments about exact results: their signs, exponents and bits.

use halfulp::Op;

use super::bin::{Argument, Bin};
use super::facts::{bounds, can_be_negative, fits, has_full_precision, is_as_precise, is_multiple};
use crate::coverage::groups::range::{EndExponents, NearRange};

pub const ARGUMENTS: &[Argument] = &[
    ("the exact result is never negative", is_negative),
    ("no exact result has such an exponent", has_no_such_exponent),
    ("the result has room for every bit of the operand", is_cut_off),
    ("the exact result is a multiple of the smallest value of the format", is_no_multiple),
    (
        "a number half-way between two normal values has one bit more than the operand has room for once it is multiplied back",
        is_tie,
    ),
    ("an exact root has at most half as many bits as its operand", is_long_root),
];

/// Groups that count exact results.
const OF_EXACT: [&str; 10] = [
    "rounding",
    "lone-bit",
    "boundaries",
    "lowest-bit",
    "overflow",
    "overflow-exponents",
    "underflow-smallest",
    "underflow-normal",
    "underflow-exponents",
    "below-smallest",
];

fn is_negative(bin: &Bin<'_>) -> bool {
    // The root of -0 is -0, and the product of a negative zero is one too.
    let zero = bin.group.id == "underflow-smallest" && bin.places[1] == 0;
    bin.is_in(&OF_EXACT) && bin.is_negative() && !zero && !can_be_negative(bin.task)
}

/// The landmark of a group, on the side of the bin's sign.
fn landmark(bin: &Bin<'_>) -> Option<NearRange> {
    let format = &bin.task.result;
    match bin.group.id {
        "overflow" => Some(NearRange::largest(format, bin.is_negative() && format.is_signed())),
        "underflow-smallest" => Some(NearRange::smallest(format)),
        "underflow-normal" => Some(NearRange::normal(format)),
        _ => None,
    }
}

fn has_no_such_exponent(bin: &Bin<'_>) -> bool {
    let Some((lowest, highest)) = bounds(bin.task) else { return false };
    let format = &bin.task.result;
    let span = match bin.group.id {
        "overflow-exponents" => Some(EndExponents::top(format).range(bin.places[1])),
        "underflow-exponents" => Some(EndExponents::bottom(format).range(bin.places[1])),
        "rounding" if bin.value("result") == "subnormal" => {
            Some((i64::MIN, i64::from(format.tiny_below()) - 1))
        }
        "rounding" if bin.value("result") == "normal" => Some((format.tiny_below().into(), i64::MAX)),
        "below-smallest" => Some((i64::MIN, i64::from(format.quantum_min()) - 1)),
        _ => landmark(bin).and_then(|near| near.exponents(bin.places[1])),
    };
    span.is_some_and(|(first, last)| last < lowest || first > highest)
}

fn is_cut_off(bin: &Bin<'_>) -> bool {
    let cut = match bin.group.id {
        "rounding" => bin.place("guard bit") == Some(1) || bin.place("sticky bit") == Some(1),
        "lone-bit" | "boundaries" | "below-smallest" => true,
        _ => false,
    };
    cut && fits(bin.task)
}

fn is_no_multiple(bin: &Bin<'_>) -> bool {
    let part = match bin.group.id {
        "below-smallest" => true,
        "rounding" => {
            bin.value("result") == "subnormal"
                && (bin.place("guard bit") == Some(1) || bin.place("sticky bit") == Some(1))
        }
        "underflow-smallest" | "underflow-normal" => {
            landmark(bin).is_some_and(|near| !near.is_whole(bin.places[1]))
        }
        _ => false,
    };
    part && is_multiple(bin.task)
}

fn is_tie(bin: &Bin<'_>) -> bool {
    let tie = match landmark(bin) {
        None => {
            bin.group.id == "rounding"
                && bin.value("result") == "normal"
                && (bin.place("guard bit"), bin.place("sticky bit")) == (Some(1), Some(0))
        }
        Some(near) => {
            let normal = i64::from(bin.task.result.tiny_below());
            near.is_half(bin.places[1], bin.task.result.precision())
                && near.exponents(bin.places[1]).is_some_and(|(first, _)| first >= normal)
        }
    };
    tie && matches!(bin.task.op, Op::Div | Op::Sqrt) && is_as_precise(bin.task)
}

fn is_long_root(bin: &Bin<'_>) -> bool {
    let precision = bin.task.operands[0].precision();
    let long = match bin.group.id {
        "lone-bit" => true,
        // The first place is the guard bit's, one below the last.
        "lowest-bit" => bin.places[1] < 1 + (bin.task.result.precision() - precision.div_ceil(2)) as usize,
        _ => false,
    };
    long && bin.task.op == Op::Sqrt && is_as_precise(bin.task) && has_full_precision(bin.task)
}
