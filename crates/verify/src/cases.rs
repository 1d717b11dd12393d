//! Numbered cases: a case is a number sliced into operands, so chunks, shards, replay and resuming need no state.

mod all;
mod around;
mod boundary;
mod edge;
mod given;
mod random;

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use halfulp::{Code, Format, Op, Operands, Task, noise};

pub use all::{All, Spread};
pub use around::Around;
pub use edge::Edge;
pub use given::Given;
pub use random::Random;

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

/// Which cases of a task are wanted: what `--cases` says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Selection {
    /// Every combination of operands.
    All,
    /// Distinct combinations, spread over all of them by a fixed permutation: those from `first` to before `end`.
    Spread {
        /// The place of the first one in the permutation.
        first: u64,
        /// The place after the last one.
        end: u64,
    },
    /// Every boundary of every operand, crossed, and for conversions every rounding boundary of the destination.
    Edge,
    /// For a conversion: every rounding boundary of the destination with its neighbours in the source at every distance
    /// that is a power of two, and so many drawn around them by the seed.
    Around(u64),
    /// So many combinations drawn by the seed: uniform, cancelling, near thresholds, with special significands.
    Random(u64),
    /// These operands alone, and their noise word.
    Given(Operands),
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
    /// The text is no selection.
    #[error(
        "{0:?} is no selection of cases: expected all, edge, spread:N, spread:M..N, around:N, random:N, or given:A,B,C/NOISE \
         with hexadecimal codes"
    )]
    Unknown(String),
}

impl Selection {
    /// Enough for all combinations to be the natural choice: two 8-bit operands, one 16-bit operand.
    const SMALL: u32 = 16;

    /// So many distinct combinations, spread over all of them.
    #[must_use]
    pub const fn spread(count: u64) -> Selection {
        Selection::Spread { first: 0, end: count }
    }

    /// What is taken where nothing was asked for: all combinations of up to 18 bits, 2^20 distinct ones of up to 32
    /// bits in fma, all edges otherwise.
    #[must_use]
    pub fn usual(task: &Task) -> Selection {
        match operand_bits(task) {
            bits if bits <= Selection::SMALL + 2 => Selection::All,
            bits if task.op == Op::Fma && bits <= 32 => Selection::spread(1 << 20),
            _ => Selection::Edge,
        }
    }

    /// The cases for a task.
    ///
    /// # Errors
    /// All combinations, or some spread over them, were asked for and cannot be numbered.
    pub fn cases(self, task: &Task, seed: u64) -> Result<Box<dyn Cases>, CasesError> {
        Ok(match self {
            Selection::All => Box::new(All::new(task, seed)?),
            Selection::Spread { first, end } => Box::new(Spread::new(task, seed, first, end)?),
            Selection::Edge => Box::new(Edge::new(task, seed)),
            Selection::Around(count) => Box::new(Around::new(task, seed, count)?),
            Selection::Random(count) => Box::new(Random::new(task, seed, count)),
            Selection::Given(operands) => Box::new(Given::new(task, operands)),
        })
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selection::All => f.write_str("all"),
            Selection::Edge => f.write_str("edge"),
            Selection::Spread { first: 0, end } => write!(f, "spread:{end}"),
            Selection::Spread { first, end } => write!(f, "spread:{first}..{end}"),
            Selection::Around(count) => write!(f, "around:{count}"),
            Selection::Random(count) => write!(f, "random:{count}"),
            Selection::Given(operands) => given::write(operands, f),
        }
    }
}

impl FromStr for Selection {
    type Err = CasesError;

    fn from_str(text: &str) -> Result<Selection, CasesError> {
        let unknown = || CasesError::Unknown(text.to_string());
        match text.split_once(':') {
            None if text == "all" => Ok(Selection::All),
            None if text == "edge" => Ok(Selection::Edge),
            Some(("given", operands)) => Ok(Selection::Given(given::parse(operands).ok_or_else(unknown)?)),
            Some(("around", count)) => Ok(Selection::Around(parse_count(count).ok_or_else(unknown)?)),
            Some(("random", count)) => Ok(Selection::Random(parse_count(count).ok_or_else(unknown)?)),
            Some(("spread", range)) => {
                let (first, end) = range.split_once("..").unwrap_or(("0", range));
                let (first, end) = (parse_count(first), parse_count(end));
                match first.zip(end) {
                    Some((first, end)) if first <= end => Ok(Selection::Spread { first, end }),
                    _ => Err(unknown()),
                }
            }
            Some(_) => Err(unknown()),
            None => Err(unknown()),
        }
    }
}

/// A count, which may be written as a power: `1000000`, `1_000_000` or `2^20`.
fn parse_count(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    match text.split_once('^') {
        Some((base, exponent)) => base.parse::<u64>().ok()?.checked_pow(exponent.parse().ok()?),
        None => text.parse().ok(),
    }
}

/// Bits of a task's operands together.
#[must_use]
pub fn operand_bits(task: &Task) -> u32 {
    operand_formats(task).iter().map(Format::width).sum()
}

/// The formats of the operands that count.
#[must_use]
pub fn operand_formats(task: &Task) -> &[Format] {
    &task.operands[..task.op.arity()]
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
