//! Regions of the operands, in which implementations differ for different reasons.

use halfulp::{Operands, Real, Task, Value, decode};
use serde::{Deserialize, Serialize};

use crate::model::{exact_result, place};

/// A region: each case is in the first one that holds it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// An operand is NaN.
    Nan,
    /// An operand is an infinity.
    Infinity,
    /// An operand is a zero.
    Zero,
    /// An operand is below the smallest normal value of its format.
    Subnormal,
    /// The operation is invalid though no operand is special.
    Invalid,
    /// The exact result is zero though no operand is.
    ZeroResult,
    /// The exact result is below zero, and the format has no sign.
    Negative,
    /// The exact result is at or beyond the value that would follow the largest finite one.
    Overflow,
    /// The exact result is between the largest finite value and the one that would follow.
    Gap,
    /// The exact result is halfway between two values.
    Tie,
    /// The exact result is below the smallest normal value.
    Tiny,
    /// Any other.
    Normal,
}

impl Region {
    /// All of them, in order.
    pub const ALL: [Region; 12] = [
        Region::Nan,
        Region::Infinity,
        Region::Zero,
        Region::Subnormal,
        Region::Invalid,
        Region::ZeroResult,
        Region::Negative,
        Region::Overflow,
        Region::Gap,
        Region::Tie,
        Region::Tiny,
        Region::Normal,
    ];

    /// What it is, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Region::Nan => "NaN operand",
            Region::Infinity => "infinite operand",
            Region::Zero => "zero operand",
            Region::Subnormal => "subnormal operand",
            Region::Invalid => "invalid",
            Region::ZeroResult => "exact zero",
            Region::Negative => "negative result",
            Region::Overflow => "overflow",
            Region::Gap => "beyond the largest",
            Region::Tie => "tie",
            Region::Tiny => "tiny result",
            Region::Normal => "normal",
        }
    }

    /// The region of a case.
    pub(super) fn of(task: &Task, operands: Operands) -> Region {
        let special = |i: usize| {
            let format = &task.operands[i];
            match decode(format, operands.codes[i]) {
                Value::Nan(_) => Some(Region::Nan),
                Value::Infinite { .. } => Some(Region::Infinity),
                Value::Zero { .. } => Some(Region::Zero),
                Value::Finite(x) if x.leading_exponent() < format.tiny_below() => Some(Region::Subnormal),
                Value::Finite(_) => None,
            }
        };
        if let Some(region) = (0..task.op.arity()).filter_map(special).min() {
            return region;
        }
        match exact_result(task, operands) {
            Value::Nan(_) | Value::Infinite { .. } => Region::Invalid,
            Value::Zero { .. } => Region::ZeroResult,
            Value::Finite(x) => Region::of_number(task, &x),
        }
    }

    fn of_number(task: &Task, x: &Real) -> Region {
        let f = &task.result;
        if x.negative && !f.is_signed() {
            return Region::Negative;
        }
        let place = place(f, x);
        let largest = i128::from(f.largest_magnitude(x.negative));
        let leading = x.exponent + 127 - x.significand.leading_zeros() as i32;
        if place.index > largest {
            Region::Overflow
        } else if place.index == largest && !place.rest.is_zero() {
            Region::Gap
        } else if place.rest.against_half().is_eq() {
            Region::Tie
        } else if leading < f.tiny_below() {
            Region::Tiny
        } else {
            Region::Normal
        }
    }
}
