//! The region of a case: what makes it special.

use std::str::FromStr;

use halfulp::{Operands, Task};
use serde::Serialize;

use crate::engine::definition::place::{Exact, Magnitude, Meaning, Values, at_most, compare, midpoint};
use crate::engine::definition::{exact, operand};

/// Where a case lies: the first that is true of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    /// An operand is a NaN.
    NanOperand,
    /// The result is a NaN though no operand is.
    Invalid,
    /// An operand is an infinity, or the result is.
    Infinity,
    /// An operand is subnormal.
    SubnormalOperand,
    /// The result is beyond the largest finite value.
    Overflow,
    /// The result is a zero.
    Zero,
    /// The result is below the smallest normal value.
    Tiny,
    /// The result is half-way between two values.
    Tie,
    /// The result lies between two values.
    Inexact,
    /// The result is a value.
    Exact,
}

impl Region {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Region; 10] = [
        Region::NanOperand,
        Region::Invalid,
        Region::Infinity,
        Region::SubnormalOperand,
        Region::Overflow,
        Region::Zero,
        Region::Tiny,
        Region::Tie,
        Region::Inexact,
        Region::Exact,
    ];

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Region::NanOperand => "NaN operand",
            Region::Invalid => "invalid operation",
            Region::Infinity => "infinity",
            Region::SubnormalOperand => "subnormal operand",
            Region::Overflow => "overflow",
            Region::Zero => "zero result",
            Region::Tiny => "tiny result",
            Region::Tie => "tie",
            Region::Inexact => "inexact result",
            Region::Exact => "exact result",
        }
    }

    /// The region of a case, by the oracle `definition`.
    #[must_use]
    pub fn of(task: &Task, operands: &Operands) -> Region {
        let meanings = (0..task.op.arity()).map(|index| operand(task, operands, index));
        let kinds: Vec<Region> = meanings.enumerate().filter_map(|(i, m)| of_operand(task, i, m)).collect();
        if kinds.contains(&Region::NanOperand) {
            return Region::NanOperand;
        }
        let Some(outcome) = exact(task, operands) else { return Region::Exact };
        let result = match outcome.exact {
            Exact::Nan => return Region::Invalid,
            Exact::Infinite { .. } => return Region::Infinity,
            Exact::Zero { .. } => Region::Zero,
            Exact::Number { negative, magnitude, more } => of_number(task, negative, magnitude, more),
        };
        kinds.into_iter().min().map_or(result, |kind| kind.min(result))
    }
}

/// By its name, or as JSON has it: `NaN operand` and `nan-operand` are the same.
impl FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Region, String> {
        let word = |text: &str| text.to_ascii_lowercase().replace(' ', "-");
        let names = |region: Region| [word(region.name()), word(&format!("{region:?}"))];
        let written = word(text);
        let is_meant = |region: &Region| {
            let [name, plain] = names(*region);
            written == name || written.replace('-', "") == plain
        };
        Region::ALL.into_iter().find(is_meant).ok_or_else(|| {
            let all = Region::ALL.map(Region::name).join(", ");
            format!("{text:?} is no region: expected one of {all}")
        })
    }
}

fn of_operand(task: &Task, index: usize, meaning: Meaning) -> Option<Region> {
    match meaning {
        Meaning::Nan { .. } => Some(Region::NanOperand),
        Meaning::Infinite { .. } => Some(Region::Infinity),
        Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => None,
        Meaning::Finite { magnitude, .. } => {
            let values = Values::new(&task.operands[index].facts());
            let normal = values.at(values.first_normal());
            (values.can_be_tiny() && compare(magnitude, normal).is_lt()).then_some(Region::SubnormalOperand)
        }
    }
}

fn of_number(task: &Task, negative: bool, magnitude: Magnitude, more: bool) -> Region {
    let values = Values::new(&task.result.facts());
    let last = values.last(negative);
    let largest = values.at(last);
    let beyond = compare(magnitude, largest);
    if beyond.is_gt() || beyond.is_eq() && more {
        return Region::Overflow;
    }
    if values.can_be_tiny() && compare(magnitude, values.at(values.first_normal())).is_lt() {
        return Region::Tiny;
    }
    let Some(k) = at_most(&values, short(magnitude)) else { return Region::Tiny };
    let (value, middle) = (values.at(i128::from(k)), midpoint(&values, k));
    match (compare(magnitude, value).is_eq(), compare(magnitude, middle).is_eq(), more) {
        (true, _, false) => Region::Exact,
        (_, true, false) => Region::Tie,
        _ => Region::Inexact,
    }
}

/// At most 80 bits of a magnitude: what is cut off is far below any value's last place.
pub(super) fn short(x: Magnitude) -> Magnitude {
    let drop = (128 - x.significand.leading_zeros()).saturating_sub(80);
    Magnitude { significand: x.significand >> drop, exponent: x.exponent + i64::from(drop) }
}
