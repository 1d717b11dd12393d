//! Known exceptions: where an engine is wrong, what it is wrong about, and exactly how often.
//!
//! An engine answers honestly. A disagreement with it that lies in the region of a known exception is *excused*, and
//! counts as no mismatch. In a run over all cases the number of excused ones must be the listed one: an exception
//! that has gone away, grown or shrunk fails the run, so that the list cannot rot.

use halfulp::format::catalog::builtin_format;
use halfulp::{Flags, Format, Op, Operands, Policy, Rounding, Saturation, Task};

use crate::engine::definition;

/// One operation of an engine, under one rounding, that is known to be wrong for some operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exception {
    /// The engine's name.
    pub engine: &'static str,
    /// The operation.
    pub op: Op,
    /// The format of the first operand.
    pub operand: Format,
    /// The format of the result.
    pub result: Format,
    /// The rounding.
    pub rounding: Rounding,
    /// For how many operands the answer is wrong, of all of them; `None` where there are too many to count.
    pub count: Option<u64>,
    /// What is wrong, and where it is known from.
    pub reason: &'static str,
}

/// Whether a run over all cases excused as many as are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It did, or their number is not known.
    Expected,
    /// It did not: the engine has changed, or the list is wrong.
    Changed {
        /// The number in the list.
        expected: u64,
        /// The number in the run.
        excused: u64,
    },
}

const E4M3FN: Format = builtin_format("e4m3fn");

const REASON: &str = "rustc_apfloat 0.2.3 forgets the sign where a result truncates or rounds to the code of \
    E4M3FN's NaN, so that negative overflow goes to the wrong side under the roundings toward +inf and -inf";

const fn fault(op: Op, operand: Format, rounding: Rounding, count: Option<u64>) -> Exception {
    Exception { engine: "apfloat", op, operand, result: E4M3FN, rounding, count, reason: REASON }
}

const UP: Rounding = Rounding::TowardPositive;
const DOWN: Rounding = Rounding::TowardNegative;

/// The whole list. The counts are over all codes of every operand.
pub const LIST: [Exception; 20] = [
    fault(Op::Add, E4M3FN, UP, Some(49)),
    fault(Op::Add, E4M3FN, DOWN, Some(273)),
    fault(Op::Sub, E4M3FN, UP, Some(49)),
    fault(Op::Sub, E4M3FN, DOWN, Some(273)),
    fault(Op::Mul, E4M3FN, UP, Some(122)),
    fault(Op::Mul, E4M3FN, DOWN, Some(174)),
    fault(Op::Div, E4M3FN, UP, Some(18)),
    fault(Op::Div, E4M3FN, DOWN, Some(110)),
    fault(Op::Fma, E4M3FN, UP, Some(28_790)),
    fault(Op::Fma, E4M3FN, DOWN, Some(79_338)),
    // For every power of 5 bits or more: -1.875 in each of the 14 binades that scale to 480.
    fault(Op::ScaleB, E4M3FN, UP, Some(14)),
    fault(Op::ScaleB, E4M3FN, DOWN, Some(14)),
    fault(Op::Convert, builtin_format("binary16"), UP, Some(128)),
    fault(Op::Convert, builtin_format("binary16"), DOWN, Some(255)),
    fault(Op::Convert, builtin_format("bfloat16"), UP, Some(16)),
    fault(Op::Convert, builtin_format("bfloat16"), DOWN, Some(31)),
    fault(Op::Convert, builtin_format("binary32"), UP, None),
    fault(Op::Convert, builtin_format("binary32"), DOWN, None),
    fault(Op::Convert, builtin_format("binary64"), UP, None),
    fault(Op::Convert, builtin_format("binary64"), DOWN, None),
];

/// The exception that an engine has for a task.
#[must_use]
pub fn find(engine: &str, task: &Task) -> Option<&'static Exception> {
    LIST.iter().find(|e| {
        e.engine == engine
            && e.op == task.op
            && e.operand == task.operands[0]
            && e.result == task.result
            && e.rounding == task.policy.rounding
    })
}

impl Exception {
    /// Whether a case lies in the region where the engine is wrong: a negative result that overflows. What the exact
    /// result is, the definition oracle says.
    #[must_use]
    pub fn excuses(&self, task: &Task, operands: Operands) -> bool {
        let clamped = Policy { saturation: Saturation::Finite, ..task.policy };
        definition::answer(&task.with_policy(clamped), operands).is_some_and(|exact| {
            exact.flags.contains(Flags::OVERFLOW) && exact.code == task.result.largest(true)
        })
    }

    /// Compares the number of excused cases of a run over all cases with the listed one.
    #[must_use]
    pub fn judge(&self, excused: u64) -> Verdict {
        match self.count {
            Some(expected) if expected != excused => Verdict::Changed { expected, excused },
            _ => Verdict::Expected,
        }
    }
}
