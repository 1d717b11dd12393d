//! Operations as data: [`Op`], [`Task`], and [`apply`], which decodes, operates and rounds.

mod apply;
mod extreme;
mod names;
mod operand;
mod operands;
mod p3109;
mod predicate;
mod unrounded;

pub use apply::apply;
pub(crate) use apply::{apply_rem, apply_under};
pub use extreme::extreme;
pub use names::UnknownOp;
pub use operand::operand;
pub use operands::{IntoOperands, Operands};
pub use predicate::Predicate;
pub use unrounded::exact_result;

use core::fmt;

use crate::format::Format;
use crate::policy::{Policy, Rounding};
use crate::round::Rounded;

/// An operation. Clause numbers are IEEE 754-2019's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Op {
    /// `a + b` (5.4.1).
    Add,
    /// `a - b` (5.4.1).
    Sub,
    /// `a * b` (5.4.1).
    Mul,
    /// `a / b` (5.4.1).
    Div,
    /// The square root of `a` (5.4.1).
    Sqrt,
    /// `a * b + c`, rounded once (5.4.1).
    Fma,
    /// `a - n * b`, where `n` is the integer nearest to `a / b`, even on ties (5.3.1).
    Remainder,
    /// `a` with its sign reversed (5.5.1).
    Negate,
    /// The absolute value of `a` (5.5.1).
    Abs,
    /// `a` with the sign of `b` (5.5.1).
    CopySign,
    /// The lesser operand; NaN if either is NaN (9.6).
    Minimum,
    /// The greater operand; NaN if either is NaN (9.6).
    Maximum,
    /// The lesser operand; if one is NaN, the other (9.6).
    MinimumNumber,
    /// The greater operand; if one is NaN, the other (9.6).
    MaximumNumber,
    /// The operand of lesser magnitude; NaN if either is NaN (9.6).
    MinimumMagnitude,
    /// The operand of greater magnitude; NaN if either is NaN (9.6).
    MaximumMagnitude,
    /// The operand of lesser magnitude; if one is NaN, the other (9.6).
    MinimumMagnitudeNumber,
    /// The operand of greater magnitude; if one is NaN, the other (9.6).
    MaximumMagnitudeNumber,
    /// A comparison predicate; the result is 1 or 0 (5.11).
    Compare(Predicate),
    /// Whether `a` precedes or equals `b` in the total order; the result is 1 or 0 (5.10).
    TotalOrder,
    /// [`Op::TotalOrder`] of the magnitudes (5.10).
    TotalOrderMagnitude,
    /// Rounded to an integral value, without the inexact exception (5.3.1).
    RoundToIntegral,
    /// Rounded to an integral value, with the inexact exception (5.3.1).
    RoundToIntegralExact,
    /// The least value of the format greater than `a` (5.3.1).
    NextUp,
    /// The greatest value of the format less than `a` (5.3.1).
    NextDown,
    /// `a * 2^b`; `b` is in an integer format (5.3.3).
    ScaleB,
    /// `floor(log2 |a|)` (5.3.3).
    LogB,
    /// The class of `a` as a number from 0 to 9, in the order of 5.7.2: signalling NaN, quiet NaN, negative
    /// infinity, normal, subnormal and zero, then positive zero, subnormal, normal and infinity.
    Class,
    /// `a` converted to the result format (5.4.2; 5.4.1 and 5.8 for integers).
    Convert,
    /// `a` converted to an integer format, without the inexact exception (5.8).
    ConvertToInteger,
}

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

impl Op {
    /// The number of operands: 1, 2 or 3.
    #[must_use]
    pub const fn arity(self) -> usize {
        match self {
            Op::Fma => 3,
            Op::Sqrt | Op::Negate | Op::Abs | Op::RoundToIntegral | Op::RoundToIntegralExact => 1,
            Op::NextUp | Op::NextDown | Op::LogB | Op::Class | Op::Convert | Op::ConvertToInteger => 1,
            _ => 2,
        }
    }

    /// Whether the result is a truth value or a class rather than a code of the result format.
    #[must_use]
    pub const fn is_query(self) -> bool {
        matches!(self, Op::Compare(_) | Op::TotalOrder | Op::TotalOrderMagnitude | Op::Class)
    }

    /// Whether the result can depend on the rounding, for some formats of operands and result.
    #[must_use]
    pub const fn rounds(self) -> bool {
        !self.is_query() && !matches!(self, Op::NextUp | Op::NextDown)
    }

    /// Whether subnormal operands are flushed if the policy requires it. Operations that only inspect or change the
    /// representation do not flush.
    #[must_use]
    pub const fn flushes_operands(self) -> bool {
        !matches!(
            self,
            Op::Negate
                | Op::Abs
                | Op::CopySign
                | Op::Class
                | Op::TotalOrder
                | Op::TotalOrderMagnitude
                | Op::NextUp
                | Op::NextDown
        )
    }
}

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

    /// Computes the task: [`apply`](apply()) as a method.
    ///
    /// Precondition: [`Task::check`] returns `Ok`. Codes beyond the operation's arity are ignored.
    ///
    /// # Panics
    /// If there are fewer codes than the operation has [operands](Op::arity).
    ///
    /// ```
    /// use halfulp::{Format, Op, Task};
    ///
    /// let sum = Task::within(Op::Add, Format::E4M3FN).apply([0x38, 0x38]); // 1 + 1
    /// assert_eq!(sum.code, 0x40);
    /// ```
    #[track_caller]
    pub fn apply<T: IntoOperands>(&self, operands: T) -> Rounded {
        let (op, arity) = (self.op, self.op.arity());
        assert!(T::COUNT >= arity, "{op} takes {arity} operands, not {}", T::COUNT);
        apply(self, operands.into())
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

    /// Checks that the task is valid. [`apply`] computes any task for which this returns `Ok`.
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
            (crate::format::facts::Nans::Top(m), crate::format::facts::Nans::Top(n)) => m == n,
            (crate::format::facts::Nans::None, crate::format::facts::Nans::None) => true,
            (crate::format::facts::Nans::NegativeZero, crate::format::facts::Nans::NegativeZero) => true,
            _ => false,
        }
}
