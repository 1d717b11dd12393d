//! Operations as data: [`Op`], [`Task`], and [`apply`], which decodes, operates and rounds.

mod apply;
mod extreme;
mod names;
mod operand;
mod operands;
mod p3109;
mod predicate;
mod task;
mod unrounded;

pub use apply::apply;
pub(crate) use apply::{apply_rem, apply_under};
pub use extreme::extreme;
pub use names::UnknownOp;
pub use operand::operand;
pub use operands::{IntoOperands, Operands};
pub use predicate::Predicate;
pub(crate) use task::same;
pub use task::{Task, TaskError};
pub use unrounded::exact_result;

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
