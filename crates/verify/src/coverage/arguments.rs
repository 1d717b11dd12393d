//! Bins that no case can hit, by an argument that holds for formats of any size.
//!
//! Each argument is a sentence in the report. The tests hold every one against all cases of small formats.

use halfulp::{Op, Task};

use super::dice::exponents;
use super::group::Group;
use super::groups::range::EndExponents;

const NOT_NEGATIVE: &str = "the exact result is never negative";
const EXPONENT: &str = "no exact result has such an exponent";
const MULTIPLE: &str = "the exact result is a multiple of the smallest value of the format";
const NOTHING_CUT: &str = "the result has room for every bit of the operand";
const NO_TIE: &str = "a number half-way between two normal values has one bit more than the operand has room for once it is multiplied back";

/// Why no case can hit a bin, given by its place on each axis; `None` if nothing is known.
pub(super) fn unreachable(task: &Task, group: &Group, bin: &[usize]) -> Option<&'static str> {
    if !OF_EXACT.contains(&group.id) {
        return None;
    }
    let value = |name: &str| group.axes.iter().position(|axis| axis.name == name).map(|axis| bin[axis]);
    // The root of -0 is -0, and the product of a negative zero is one too.
    let zero = group.id == "underflow-smallest" && bin[1] == 0;
    if value("sign") == Some(1) && !zero && !can_be_negative(task) {
        return Some(NOT_NEGATIVE);
    }
    let cut = match group.id {
        "rounding" => value("guard bit") == Some(1) || value("sticky bit") == Some(1),
        "lone-bit" | "boundaries" | "below-smallest" => true,
        _ => false,
    };
    if cut && fits(task) {
        return Some(NOTHING_CUT);
    }
    let below = group.id == "below-smallest"
        || group.id == "rounding" && cut && group.axes[0].values[bin[0]] == "subnormal";
    if below && is_multiple(task) {
        return Some(MULTIPLE);
    }
    let tie = group.id == "rounding"
        && group.axes[0].values[bin[0]] == "normal"
        && (value("guard bit"), value("sticky bit")) == (Some(1), Some(0));
    if tie && has_no_ties(task) {
        return Some(NO_TIE);
    }
    let (lowest, highest) = of_result(task)?;
    let span = match group.id {
        "overflow-exponents" => EndExponents::top(&task.result).range(bin[1]),
        "underflow-exponents" => EndExponents::bottom(&task.result).range(bin[1]),
        _ => return None,
    };
    (span.1 < lowest || span.0 > highest).then_some(EXPONENT)
}

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

fn can_be_negative(task: &Task) -> bool {
    let signed = task.operands[..task.op.arity()].iter().any(|format| format.is_signed());
    match task.op {
        Op::Sqrt => false,
        Op::Sub => true,
        Op::ScaleB => task.operands[0].is_signed(),
        _ => signed,
    }
}

/// Whether a conversion never cuts anything off.
fn fits(task: &Task) -> bool {
    let [operand, ..] = &task.operands;
    matches!(task.op, Op::Convert | Op::ConvertToInteger)
        && operand.precision() <= task.result.precision()
        && operand.quantum_min() >= task.result.quantum_min()
}

/// Whether exact results are multiples of the smallest value.
fn is_multiple(task: &Task) -> bool {
    let [a, b, _] = &task.operands;
    matches!(task.op, Op::Add | Op::Sub) && a.quantum_min().min(b.quantum_min()) >= task.result.quantum_min()
}

/// Whether quotients and roots are never half-way between normal values.
fn has_no_ties(task: &Task) -> bool {
    matches!(task.op, Op::Div | Op::Sqrt) && task.operands[0].precision() <= task.result.precision()
}

/// Bounds on the exponent of an exact result's leading bit.
fn of_result(task: &Task) -> Option<(i64, i64)> {
    let [a, b, c] = task.operands.map(|format| {
        let (lowest, highest) = exponents(&format);
        (i64::from(lowest), i64::from(highest))
    });
    let quanta = task.operands.map(|format| i64::from(format.quantum_min()));
    Some(match task.op {
        Op::Add | Op::Sub => (quanta[0].min(quanta[1]), a.1.max(b.1) + 1),
        Op::Mul => (a.0 + b.0, a.1 + b.1 + 1),
        Op::Div => (a.0 - b.1 - 1, a.1 - b.0),
        Op::Sqrt => (a.0.div_euclid(2), a.1.div_euclid(2)),
        Op::Fma => ((quanta[0] + quanta[1]).min(quanta[2]), (a.1 + b.1 + 1).max(c.1) + 1),
        Op::Convert | Op::ConvertToInteger => a,
        _ => return None,
    })
}
