//! Numbered cases: a case is a number sliced into operands, so chunks, shards, replay and resuming need no state.

mod all;
mod around;
mod boundary;
mod edge;
mod given;
mod random;
mod selection;
mod special;

use core::ops::Range;

use halfulp::{Code, Format, Operands, Task, noise};

use crate::engine::definition::place::Values;

pub use all::{All, Spread};
pub use around::Around;
pub use edge::Edge;
pub use given::{Given, GivenOperands};
pub use random::Random;
pub use selection::Selection;

/// A numbered list of operands for one task.
pub trait Cases: Send + Sync {
    /// How many cases there are.
    fn len(&self) -> u64;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The case of a number below [`Cases::len`]. It depends on nothing else.
    fn case(&self, number: u64) -> Operands;

    /// The cases of a range of numbers, to the end of a list.
    fn extend(&self, list: &mut Vec<Operands>, numbers: Range<u64>) {
        list.extend(numbers.map(|number| self.case(number)));
    }
}

/// Why there are no such cases for a task.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CasesError {
    /// The number of combinations has no 64-bit number.
    #[error("the operands have {0} bits together, too many to number: use edge or random:N")]
    TooMany(u32),
    /// The boundaries of an operation that is no conversion were asked for.
    #[error("around:N is for conversions, whose boundaries are known: use edge or random:N")]
    NoBoundaries,
    /// More or fewer operands were given than the operation takes.
    #[error("given: the number of operands is {given}, and {op} takes {wanted}")]
    OperandCount {
        /// The operation.
        op: String,
        /// How many operands it takes.
        wanted: usize,
        /// How many there were.
        given: usize,
    },
    /// What was given is no code of the operand's format.
    #[error("given: operand {operand} is {code:#x}, which is no code of {format}: expected 0 to {most:#x}")]
    NoCode {
        /// Which operand: `a`, `b` or `c`.
        operand: &'static str,
        /// What was given for it.
        code: Code,
        /// Its format.
        format: String,
        /// The last code of that.
        most: Code,
    },
    /// The text is no selection.
    #[error(
        "{0:?} is no selection of cases: expected all, edge, spread:N, spread:M..N, around:N, random:N, or given:A,B,C/NOISE \
         with hexadecimal codes"
    )]
    Unknown(String),
    /// The text begins like a selection.
    #[error("{text:?} is no selection of cases: expected {expected}")]
    Malformed {
        /// The text.
        text: String,
        /// What was expected in its place.
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

#[cfg(test)]
mod tests;
