//! Decoding of operands, with flushing.

use super::{Task, p3109};
use crate::format::{Code, Format};
use crate::value::{Exact, Nan, Value, decode};

/// The value of the operand at an index from 0 to 2, as the operation takes it: a subnormal one is zero if the policy flushes operands,
/// and under P3109 there is one zero and one NaN.
///
/// # Panics
/// If the index is above 2.
///
/// ```
/// use halfulp::{Format, Op, Policy, Task, Value, op};
///
/// let task = Task::within(Op::Mul, Format::E4M3FN).with_policy(Policy::IEEE.flush_operands(true));
/// assert_eq!(op::operand(&task, 1, 0x83), Value::Zero { negative: true });
/// ```
#[must_use]
#[inline(always)]
pub const fn operand(task: &Task, index: usize, code: Code) -> Value<Exact> {
    let format = &task.operands[index];
    let mut value = decode(format, code);
    if task.policy.flush_operands && task.op.flushes_operands() {
        value = flush(format, value);
    }
    if task.policy.standard.is_p3109() { p3109::closed(value) } else { value }
}

const fn flush(format: &Format, value: Value<Exact>) -> Value<Exact> {
    match value {
        Value::Finite(x) if x.leading_exponent() < format.tiny_below() => {
            Value::Zero { negative: x.negative }
        }
        _ => value,
    }
}

pub(super) const fn negated(x: Value<Exact>) -> Value<Exact> {
    x.with_sign(!x.is_negative())
}

pub(super) const fn magnitude(x: Value<Exact>) -> Value<Exact> {
    match x {
        Value::Nan(nan) => Value::Nan(Nan { negative: false, ..nan }),
        _ => x.with_sign(false),
    }
}
