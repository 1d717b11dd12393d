//! Tasks: an operation on formats under a policy.

use core::fmt;

use super::Op;
use crate::format::Format;
use crate::format::facts::Nans;
use crate::policy::{Policy, Rounding};

/// A computation: an operation, the format of each operand, the format of the result, and the policy.
///
/// Fields may be added, so create tasks with [`Task::within`] or [`Task::new`]:
///
/// ```
/// use halfulp::{Format, Op, Task};
///
/// let product = Task::within(Op::Mul, Format::E4M3FN).with_result(Format::BINARY16);
/// assert_eq!(product, Task::new(Op::Mul, [Format::E4M3FN; 3], Format::BINARY16));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Task {
    /// The operation.
    pub op: Op,
    /// The format of each operand. Those beyond the operation's arity are ignored.
    pub operands: [Format; 3],
    /// The format of the result. It is ignored for predicates and [`Op::Class`], which return a small integer.
    pub result: Format,
    /// The policy: rounding, saturation and so on.
    pub policy: Policy,
}

/// Why a task is invalid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TaskError {
    /// An operand has more than 53 bits of precision, and the operation is not a conversion, comparison, total order or class.
    OperandTooPrecise,
    /// The result has more than 53 bits of precision, and the operation is not a conversion.
    ResultTooPrecise,
    /// The operation works within one format, but operand and result have different formats.
    FormatsDiffer,
    /// The second operand of scaleB is not in an integer format.
    PowerNotInteger,
    /// The result of [`Op::ConvertToInteger`] is not in an integer format.
    ResultNotInteger,
    /// The sum of noise bits and the result's precision exceeds 72.
    NoiseBits,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TaskError::OperandTooPrecise => {
                "an operand has more than 53 bits of precision: such integers only convert and compare"
            }
            TaskError::ResultTooPrecise => {
                "the result has more than 53 bits of precision: such integers only result from conversions"
            }
            TaskError::FormatsDiffer => {
                "this operation works within one format: operand and result must have the same"
            }
            TaskError::PowerNotInteger => {
                "the second operand of scaleB must be in an integer format (i8, i16, i32, i64, ...)"
            }
            TaskError::ResultNotInteger => "the result must be in an integer format (i8, u8, i16, ...)",
            TaskError::NoiseBits => {
                "stochastic rounding takes bits of noise that with the result's precision are at most 72"
            }
        })
    }
}

impl core::error::Error for TaskError {}

impl Task {
    /// A task with a format for each operand, under the default policy.
    #[must_use]
    pub const fn new(op: Op, operands: [Format; 3], result: Format) -> Task {
        Task { op, operands, result, policy: Policy::IEEE }
    }

    /// A task within one format, under the default policy. The exponent of [`Op::ScaleB`] is a 32-bit signed integer.
    #[must_use]
    pub const fn within(op: Op, format: Format) -> Task {
        let second = match (op, Format::integer(32, true)) {
            (Op::ScaleB, Ok(integer)) => integer,
            _ => format,
        };
        Task::new(op, [format, second, format], format)
    }

    /// This task with another operation.
    #[must_use]
    pub const fn with_op(self, op: Op) -> Task {
        Task { op, ..self }
    }

    /// This task with other operand formats.
    #[must_use]
    pub const fn with_operands(self, operands: [Format; 3]) -> Task {
        Task { operands, ..self }
    }

    /// This task with another result format.
    #[must_use]
    pub const fn with_result(self, result: Format) -> Task {
        Task { result, ..self }
    }

    /// This task with another policy.
    #[must_use]
    pub const fn with_policy(self, policy: Policy) -> Task {
        Task { policy, ..self }
    }

    /// Checks that the task is valid. [`apply`](super::apply()) computes any task for which this returns `Ok`.
    ///
    /// # Errors
    /// See [`TaskError`].
    pub const fn check(&self) -> Result<(), TaskError> {
        let converts = matches!(self.op, Op::Convert | Op::ConvertToInteger);
        let mut i = 0;
        while i < self.op.arity() {
            let wide = self.operands[i].precision() > 53;
            let power = i == 1 && matches!(self.op, Op::ScaleB);
            if wide && !converts && !self.op.is_query() && !power {
                return Err(TaskError::OperandTooPrecise);
            }
            i += 1;
        }
        if self.result.precision() > 53 && !converts && !self.op.is_query() {
            return Err(TaskError::ResultTooPrecise);
        }
        match self.check_op() {
            Ok(()) => self.check_noise(),
            Err(e) => Err(e),
        }
    }

    const fn check_op(&self) -> Result<(), TaskError> {
        match self.op {
            Op::NextUp | Op::NextDown | Op::RoundToIntegral | Op::RoundToIntegralExact
                if !same(&self.operands[0], &self.result) =>
            {
                Err(TaskError::FormatsDiffer)
            }
            Op::ScaleB if !self.operands[1].is_integer() => Err(TaskError::PowerNotInteger),
            Op::ConvertToInteger if !self.result.is_integer() => Err(TaskError::ResultNotInteger),
            _ => Ok(()),
        }
    }

    const fn check_noise(&self) -> Result<(), TaskError> {
        match self.policy.rounding {
            Rounding::Stochastic { bits, .. } if bits.get() + self.result.precision() > 72 => {
                Err(TaskError::NoiseBits)
            }
            _ => Ok(()),
        }
    }
}

/// Equality of formats, in constants too.
pub(crate) const fn same(a: &Format, b: &Format) -> bool {
    let (x, y) = (a.facts(), b.facts());
    x.width == y.width
        && x.precision == y.precision
        && x.bias == y.bias
        && x.sign as u8 == y.sign as u8
        && x.overflow as u8 == y.overflow as u8
        && x.subnormals == y.subnormals
        && match (x.nans, y.nans) {
            (Nans::Top(m), Nans::Top(n)) => m == n,
            (Nans::None, Nans::None) => true,
            (Nans::NegativeZero, Nans::NegativeZero) => true,
            _ => false,
        }
}
