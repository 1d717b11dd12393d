//! Decoding of operands, with flushing.

use super::{Task, p3109};
use crate::format::{Code, Format};
use crate::value::{Exact, Nan, Value, decode};

/// An operand's value, flushed if the policy says so.
#[inline(always)]
pub(super) const fn operand(task: &Task, index: usize, code: Code) -> Value<Exact> {
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
