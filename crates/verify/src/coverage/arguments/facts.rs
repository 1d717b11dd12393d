//! What is known of the exact results of a task from its operation and formats alone.

use halfulp::{Op, Rounding, Saturation, Task, Value, decode};

use crate::coverage::dice::exponents;

/// Whether an exact result can be below zero.
pub fn can_be_negative(task: &Task) -> bool {
    let signed = task.operands[..task.op.arity()].iter().any(|format| format.is_signed());
    match task.op {
        Op::Sqrt => false,
        Op::Sub => true,
        Op::ScaleB => task.operands[0].is_signed(),
        _ => signed,
    }
}

/// Whether a conversion never cuts anything off.
pub fn fits(task: &Task) -> bool {
    let [operand, ..] = &task.operands;
    matches!(task.op, Op::Convert | Op::ConvertToInteger)
        && operand.precision() <= task.result.precision()
        && operand.quantum_min() >= task.result.quantum_min()
}

/// Whether exact results are multiples of the smallest value.
pub fn is_multiple(task: &Task) -> bool {
    let [a, b, _] = &task.operands;
    matches!(task.op, Op::Add | Op::Sub)
        && a.quantum_min().min(b.quantum_min()) >= task.result.quantum_min()
        && task.result.has_zero()
}

/// Whether the operand has no more precision than the result.
pub fn is_as_precise(task: &Task) -> bool {
    task.operands[0].precision() <= task.result.precision()
}

/// Whether the result is a number of a format that is computed exactly and rounded once.
pub fn is_rounded(task: &Task) -> bool {
    matches!(
        task.op,
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Convert | Op::ConvertToInteger
    )
}

/// Whether only exact results that are numbers give numbers: NaNs and infinities have codes of their own, and none is turned into a number
/// but the largest.
pub fn has_nan(task: &Task) -> bool {
    is_rounded(task) && task.result.nan().is_some() && task.result.has_zero() && !task.result.is_integer()
}

/// Bounds on the exponent of the leading bit of an exact result that is a nonzero number.
pub fn bounds(task: &Task) -> Option<(i64, i64)> {
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

/// Whether no exact result is below the smallest normal value.
pub fn is_never_tiny(task: &Task) -> bool {
    bounds(task).is_some_and(|(lowest, _)| lowest >= i64::from(task.result.tiny_below()))
}

/// Whether every exact result has the full precision of the result: fixed point has it in its highest binade alone.
pub fn has_full_precision(task: &Task) -> bool {
    bounds(task).is_some_and(|(lowest, _)| lowest >= i64::from(task.result.emin()))
}

/// Whether no exact result reaches the exponent of the largest value of either sign: in two's complement that of the positive one is the lower.
pub fn never_overflows(task: &Task) -> bool {
    let format = &task.result;
    let top = [false, true].map(|negative| match decode(format, format.largest(negative)) {
        Value::Finite(x) => i64::from(x.leading_exponent()),
        // The largest value is finite and not zero.
        _ => i64::MIN,
    });
    bounds(task).is_some_and(|(_, highest)| highest < top[0].min(top[1]))
}

/// Whether a result can be tiny, and the largest value is not: what is clamped to it then is no tiny result.
pub fn has_normal_values(task: &Task) -> bool {
    let format = &task.result;
    format.tiny_below() == format.emin() && format.emax() >= format.emin()
}

/// Whether what overflows becomes the largest value, under every case's sign; `None` if that depends.
pub fn clamps(task: &Task) -> Option<bool> {
    let beyond = task.result.nan().is_some() || task.result.infinity(false).is_some();
    let policy = &task.policy;
    if policy.standard.is_p3109() || !beyond || !task.result.is_signed() {
        return None;
    }
    match (policy.saturation, policy.rounding) {
        (Saturation::Finite | Saturation::Propagate, _) | (Saturation::None, Rounding::TowardZero) => {
            Some(true)
        }
        (Saturation::None, Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. })
            if task.result.facts().overflow != halfulp::Overflow::Largest =>
        {
            Some(false)
        }
        _ => None,
    }
}
