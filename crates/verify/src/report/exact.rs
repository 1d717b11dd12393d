//! The exact result of a case, before any rounding: what an explanation shows beside the answers.

use halfulp::exact::{self, Outcome};
use halfulp::op::extreme;
use halfulp::{Exact, Nan, Op, Operands, Rounding, Task, Value, decode};

/// The value of an operand as the operation sees it.
pub fn operand(task: &Task, operands: &Operands, index: usize) -> Value<Exact> {
    let format = &task.operands[index];
    let value = decode(format, operands.codes[index]);
    let value = match value {
        Value::Finite(x)
            if task.policy.flush_operands
                && task.op.flushes_operands()
                && x.leading_exponent() < format.tiny_below() =>
        {
            Value::Zero { negative: x.negative }
        }
        _ => value,
    };
    match value {
        Value::Zero { .. } if task.policy.standard.is_p3109() => Value::Zero { negative: false },
        Value::Nan(_) if task.policy.standard.is_p3109() => Value::Nan(Nan::QUIET),
        _ => value,
    }
}

/// The exact result with the operation's own exceptions. `None` for operations that do not round an exact result to
/// the result's format: the queries, those on representations, and rounding to integral.
pub fn result(task: &Task, operands: &Operands) -> Option<Outcome> {
    let x = |index| operand(task, operands, index);
    let down = matches!(task.policy.rounding, Rounding::TowardNegative);
    Some(match task.op {
        Op::Add => exact::add(x(0), x(1), down),
        Op::Sub => exact::add(x(0), x(1).with_sign(!x(1).is_negative()), down),
        Op::Mul => exact::mul(x(0), x(1)),
        Op::Div if task.policy.standard.is_p3109() && matches!(x(1), Value::Zero { .. }) => {
            Outcome::invalid()
        }
        Op::Div => exact::div(x(0), x(1)),
        Op::Fma => exact::fma(x(0), x(1), x(2), down),
        Op::Sqrt => exact::sqrt(x(0)),
        Op::Remainder => exact::rem(x(0), x(1)),
        Op::ScaleB => exact::scale_b(x(0), x(1)),
        Op::LogB => exact::log_b(x(0)),
        Op::Convert | Op::ConvertToInteger => match x(0) {
            nan @ Value::Nan(_) => Outcome::from_nan(&[nan]),
            value => Outcome::of(value.real()),
        },
        op => exact::minmax(extreme(op)?, x(0), x(1)),
    })
}
