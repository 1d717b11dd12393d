//! Errata: known wrong answers of oracles, with the wrong answer and the exact number of occurrences.
//!
//! Engines report what they compute. A disagreement with an oracle is *excused*, and not counted as a mismatch, if the oracle gives exactly the
//! known wrong answer and another oracle of the run confirms the subject. Without another oracle nothing
//! is excused. In a run over all cases the number of wrong answers must equal the listed number: if an erratum has
//! disappeared, grown or shrunk, the run fails, so that the list stays up to date.

use halfulp::format::catalog::builtin_format;
use halfulp::{Code, Facts, Flags, Format, Nans, Op, Operands, Overflow, Rounding, Saturation, Sign, Task};

use crate::engine::definition::Definition;
use crate::engine::{Answer, Engine as _};

/// An operation of an engine, under one rounding, that is known to be wrong for some operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Erratum {
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
    /// The number of operands, of all, for which the answer is wrong; `None` if there are too many to count.
    pub count: Option<u64>,
    /// A description of the error, and its source.
    pub reason: &'static str,
}

const E4M3FN: Format = builtin_format("e4m3fn");

const REASON: &str = "rustc_apfloat 0.2.3 forgets the sign where a result truncates or rounds to the code of \
    E4M3FN's NaN, so that negative overflow goes to the wrong side under the roundings toward +inf and -inf";

const fn fault(op: Op, operand: Format, rounding: Rounding, count: Option<u64>) -> Erratum {
    Erratum { engine: "apfloat", op, operand, result: E4M3FN, rounding, count, reason: REASON }
}

const UP: Rounding = Rounding::TowardPositive;
const DOWN: Rounding = Rounding::TowardNegative;

/// The whole list. The counts are over all codes of every operand.
pub const LIST: [Erratum; 20] = [
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

/// The erratum of an engine for a task, if it has one.
#[must_use]
pub fn find(engine: &str, task: &Task) -> Option<&'static Erratum> {
    LIST.iter().find(|e| {
        e.engine == engine
            && e.op == task.op
            && e.operand == task.operands[0]
            && e.result == task.result
            && e.rounding == task.policy.rounding
    })
}

/// E4M3FN's binades with one more bit of precision, and many more: rounded to odd, a result here tells on which side of
/// 448, 480 and 512 the exact one lies, or on which of them.
const FINER: Format = Format::known(Facts {
    width: 10,
    precision: 5,
    bias: 15,
    sign: Sign::SignMagnitude,
    nans: Nans::Top(15),
    overflow: Overflow::Infinity,
    subnormals: true,
});

/// Between -448 and -480, -480 itself, and between -480 and -512.
const ROUNDS_TO_480: Code = 0x37d;
const IS_480: Code = 0x37e;
const TRUNCATES_TO_480: Code = 0x37f;

impl Erratum {
    /// Whether an answer of the engine is the known wrong one. The exact result is that of the oracle `definition`;
    /// one with a cache is faster.
    ///
    /// E4M3FN's NaN has the code that 480 would have. Where a significand is found to be that one, the engine delivers
    /// what *positive* overflow would, with the sign put back: upwards NaN in place of -448, downwards -448 in place
    /// of NaN. It looks before it rounds and after, so upwards results that truncate to -480 are hit, and downwards
    /// those that round to it as well.
    #[must_use]
    pub fn explains(
        &self,
        task: &Task,
        operands: Operands,
        said: &Answer,
        definition: &mut Definition,
    ) -> bool {
        let up = self.rounding == UP;
        let (code, flags) = match task.result.nan() {
            Some(nan) if up => (nan, Flags::OVERFLOW | Flags::INEXACT),
            _ => (task.result.largest(true), Flags::INEXACT),
        };
        let differing = (said.flags.bits() ^ flags.bits()) & said.known.bits();
        if said.code != code || differing != 0 {
            return false;
        }
        let policy = task.policy.rounding(Rounding::ToOdd).saturation(Saturation::Finite);
        let finer = task.with_policy(policy).with_result(FINER);
        let mut place = [Answer::default()];
        match (definition.run(&finer, &[operands], &mut place), place[0].code) {
            (Ok(()), IS_480 | TRUNCATES_TO_480) => true,
            (Ok(()), ROUNDS_TO_480) => !up,
            _ => false,
        }
    }

    /// Whether the number of wrong answers in a run over all cases contradicts the list.
    #[must_use]
    pub fn has_changed(&self, times: u64) -> bool {
        self.count.is_some_and(|listed| listed != times)
    }
}
