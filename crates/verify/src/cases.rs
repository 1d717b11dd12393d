//! Numbered cases: the operands of a case are a function of its number, so that chunks, shards, replays and resumption need no state.

mod all;
mod around;
mod boundary;
mod edge;
mod given;
mod random;
mod selection;
mod special;
mod uniform;

use core::ops::Range;

use halfulp::{Code, Format, Operands, Task, noise};

use crate::engine::definition::place::Values;

pub use all::{All, Spread};
pub use around::Around;
pub use edge::Edge;
pub use given::{Given, GivenOperands};
pub use random::Random;
pub use selection::Selection;
pub use uniform::Uniform;

/// A numbered list of operands for one task.
pub trait Cases: Send + Sync {
    /// The number of cases.
    fn len(&self) -> u64;

    /// Whether there are no cases.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The case with a number below [`Cases::len`]. It depends only on the number.
    fn case(&self, number: u64) -> Operands;

    /// Appends the cases of a range of numbers to a list.
    fn extend(&self, list: &mut Vec<Operands>, numbers: Range<u64>) {
        list.extend(numbers.map(|number| self.case(number)));
    }
}

/// Why a selection of cases is not valid for a task.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CasesError {
    /// The number of combinations exceeds 64 bits.
    #[error("the operands have {0} bits together, too many to number: use edge, random:N or uniform:N")]
    TooMany(u32),
    /// `around` was requested for an operation that is not a conversion.
    #[error("around:N is for conversions, whose boundaries are known: use edge or random:N")]
    NoBoundaries,
    /// The number of given operands differs from the operation's arity.
    #[error("given: the number of operands is {given}, and {op} takes {wanted}")]
    OperandCount {
        /// The operation.
        op: String,
        /// The number of operands that it takes.
        wanted: usize,
        /// The number of given operands.
        given: usize,
    },
    /// A given operand is not a code of its format.
    #[error(
        "given: operand {operand} is {code:#x}, which is not a code of {format}: expected 0 to {most:#x}"
    )]
    NoCode {
        /// Which operand: `a`, `b` or `c`.
        operand: &'static str,
        /// The given operand.
        code: Code,
        /// Its format.
        format: String,
        /// The largest code of the format.
        most: Code,
    },
    /// The cases are those that a job lists.
    #[error("listed cases are in the job itself")]
    Listed,
    /// The cases are generated for coverage, which needs the law: [`coverage::cases`](crate::coverage::cases()).
    #[error("cover: these cases are generated, and not placed here")]
    Generated,
    /// The text is not a selection.
    #[error(
        "{0:?} is not a selection of cases: expected all, edge, cover, spread:N, spread:M..N, around:N, random:N, uniform:N, or given:A,B,C/NOISE \
         with hexadecimal codes"
    )]
    Unknown(String),
    /// The text begins like a selection but is invalid.
    #[error("{text:?} is not a selection of cases: expected {expected}")]
    Malformed {
        /// The text.
        text: String,
        /// What was expected instead.
        expected: &'static str,
    },
}

/// Bits of a task's operands together.
#[must_use]
pub fn operand_bits(task: &Task) -> u32 {
    operand_formats(task).iter().map(|format| format.facts().width).sum()
}

/// The formats of the operands that count.
#[must_use]
pub fn operand_formats(task: &Task) -> &[Format] {
    &task.operands[..task.op.arity()]
}

/// Their values, as the `definition` oracle knows them.
fn operand_values(task: &Task) -> Vec<Values> {
    operand_formats(task).iter().map(|format| Values::new(&format.facts())).collect()
}

/// The noise word of a case: one of sixteen is zero and one all ones, the ends of what stochastic rounding can meet.
fn noise_word(seed: u64, number: u64) -> u64 {
    match noise::word(seed, number) >> 60 {
        0 => 0,
        1 => u64::MAX,
        _ => noise::element(seed, number),
    }
}

/// Operands whose codes that do not count are zero.
fn operands(codes: &[Code], noise: u64) -> Operands {
    let mut all = [0; 3];
    all[..codes.len()].copy_from_slice(codes);
    Operands { codes: all, noise }
}
