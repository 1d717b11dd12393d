//! The exact result of a task, before it is rounded.

use super::extreme::extreme;
use super::operand::{negated, operand};
use super::{Op, Operands, Task, p3109};
use crate::exact::{self, Outcome};
use crate::policy::Rounding;
use crate::value::{Exact, Value};

/// The exact result of an operation that rounds it once, and the exceptions of the operation itself: what
/// [`round`](crate::round()) is given.
///
/// `None` for operations that work on codes or round elsewhere: queries, the operations on signs and neighbours, and rounding to an integral
/// value. Under P3109 the operations on signs have one.
///
/// Precondition: as for [`apply`](crate::apply()).
///
/// ```
/// use halfulp::{Format, Op, Real, Task, Value, op};
///
/// let product = op::exact_result(&Task::within(Op::Mul, Format::E4M3FN), &[0x3d, 0x3b].into()); // 1.625 * 1.375
/// let number = Real { negative: false, exponent: -6, significand: 13 * 11, tail: false };
/// assert_eq!(product.map(|outcome| outcome.value), Some(Value::Finite(number)));
/// ```
#[must_use]
pub const fn exact_result(task: &Task, operands: &Operands) -> Option<Outcome> {
    let [a, b, c] = operands.codes;
    let x = operand(task, 0, a);
    if task.policy.standard.is_p3109() {
        match task.op {
            Op::Div => return Some(p3109::divide(x, operand(task, 1, b))),
            Op::Negate | Op::Abs => return Some(p3109::change_sign(task.op, x, x)),
            Op::CopySign => return Some(p3109::change_sign(task.op, x, operand(task, 1, b))),
            _ => {}
        }
    }
    let zero_negative = matches!(task.policy.rounding, Rounding::TowardNegative);
    Some(match task.op {
        Op::Add => exact::add(x, operand(task, 1, b), zero_negative),
        Op::Sub => exact::add(x, negated(operand(task, 1, b)), zero_negative),
        Op::Mul => exact::mul(x, operand(task, 1, b)),
        Op::Fma => exact::fma(x, operand(task, 1, b), operand(task, 2, c), zero_negative),
        Op::Div => exact::div(x, operand(task, 1, b)),
        Op::Convert | Op::ConvertToInteger => convert(x),
        Op::Sqrt => exact::sqrt(x),
        Op::Remainder => exact::rem(x, operand(task, 1, b)),
        Op::ScaleB => exact::scale_b(x, operand(task, 1, b)),
        Op::LogB => exact::log_b(x),
        op => match extreme(op) {
            Some(kind) => exact::minmax(kind, x, operand(task, 1, b)),
            None => return None,
        },
    })
}

/// A value as a result: a NaN operand becomes the quiet NaN.
#[inline(always)]
pub(super) const fn convert(x: Value<Exact>) -> Outcome {
    match x {
        Value::Nan(_) => Outcome::from_nan(&[x]),
        _ => Outcome::of(x.real()),
    }
}
