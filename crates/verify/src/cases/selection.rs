//! Selections of cases: the values of `--cases`.

use core::fmt;
use core::str::FromStr;

use halfulp::{Op, Policy, Rounding, Task};

use super::given::{self, GivenOperands};
use super::special::Led;
use super::{All, Around, Cases, CasesError, Edge, Given, Random, Spread, Uniform, operand_bits};

/// The cases of a task to run: the value of `--cases`.
///
/// All selections except `Given` and `Uniform` contain the special operands: zeros, infinities, NaNs (quiet and signalling, of both signs, with
/// the first and the last payload), the ends of the finite, normal and subnormal ranges, and operands whose
/// results are far outside the range. If a selection would not contain them, they come first, as some hundreds of cases
/// that N does not count. `random:0` and `spread:0` have no cases.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Selection {
    /// Every combination of operands.
    All,
    /// Distinct combinations, spread over all combinations by a fixed permutation: those from `first` up to but excluding `end`.
    Spread {
        /// The position of the first one in the permutation.
        first: u64,
        /// The position after the last one.
        end: u64,
    },
    /// All combinations of the operands' boundary codes, and for conversions every rounding boundary of the destination.
    Edge,
    /// For a conversion: every rounding boundary of the destination with its neighbours in the source at every distance
    /// that is a power of two, and this many random operands around them.
    Around(u64),
    /// This many random combinations: uniform, cancelling, near thresholds, with special significands.
    Random(u64),
    /// This many random combinations, all equally likely: a sample from which the share of mismatches in all combinations can be estimated. Nothing is
    /// added to it.
    Uniform(u64),
    /// Only these operands, with their noise word.
    Given(GivenOperands),
    /// Cases that hit every bin of the coverage model, as far as such cases are found: [`coverage::cases`](crate::coverage::cases()) has them.
    Cover,
    /// The cases that a job has itself, such as those of a file: [`Job::listing`](crate::Job::listing).
    Listed,
}

impl Selection {
    /// Enough for all combinations to be the natural choice: two 8-bit operands, one 16-bit operand.
    const SMALL: u32 = 16;

    /// This many distinct combinations, spread over all combinations.
    #[must_use]
    pub const fn spread(count: u64) -> Selection {
        Selection::Spread { first: 0, end: count }
    }

    /// The same cases for a single policy: without a noise word if the policy ignores it.
    #[must_use]
    pub fn under(self, policy: &Policy) -> Selection {
        match self {
            Selection::Given(operands) if !matches!(policy.rounding, Rounding::Stochastic { .. }) => {
                Selection::Given(operands.without_noise())
            }
            selection => selection,
        }
    }

    /// The default selection: all combinations of up to 18 bits, 2^20 distinct combinations for fma up to 32
    /// bits, otherwise edge cases.
    #[must_use]
    pub fn usual(task: &Task) -> Selection {
        match operand_bits(task) {
            bits if bits <= Selection::SMALL + 2 => Selection::All,
            bits if task.op == Op::Fma && bits <= 32 => Selection::spread(1 << 20),
            _ => Selection::Edge,
        }
    }

    /// Whether the cases or their noise depend on the seed under a policy.
    #[must_use]
    pub fn takes_seed(self, policy: &Policy) -> bool {
        let is_stochastic = matches!(policy.rounding, Rounding::Stochastic { .. });
        match self {
            Selection::Random(_) | Selection::Uniform(_) | Selection::Around(_) | Selection::Cover => true,
            Selection::All | Selection::Spread { .. } | Selection::Edge => is_stochastic,
            Selection::Given(_) | Selection::Listed => false,
        }
    }

    /// The cases for a task.
    ///
    /// # Errors
    /// If all or spread combinations are requested and cannot be numbered in 64 bits; if `around` is requested for an operation that is not a
    /// conversion; if given operands do not match the task; or if the cases are a job's own or generated for coverage.
    pub fn cases(self, task: &Task, seed: u64) -> Result<Box<dyn Cases>, CasesError> {
        Ok(match self {
            Selection::All => Box::new(All::new(task, seed)?),
            Selection::Spread { first, end } => {
                let spread = Spread::new(task, seed, first, end)?;
                if spread.is_all() { Box::new(spread) } else { Box::new(Led::new(task, seed, spread)) }
            }
            Selection::Edge => Box::new(Edge::new(task, seed)),
            Selection::Around(count) => Box::new(Led::new(task, seed, Around::new(task, seed, count)?)),
            Selection::Random(count) => Box::new(Led::new(task, seed, Random::new(task, seed, count))),
            Selection::Uniform(count) => Box::new(Uniform::new(task, seed, count)),
            Selection::Given(operands) => Box::new(Given::new(task, &operands)?),
            Selection::Listed => return Err(CasesError::Listed),
            Selection::Cover => return Err(CasesError::Generated),
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
            Selection::Uniform(count) => write!(f, "uniform:{count}"),
            Selection::Given(operands) => write!(f, "given:{operands}"),
            Selection::Cover => f.write_str("cover"),
            Selection::Listed => f.write_str("listed"),
        }
    }
}

impl FromStr for Selection {
    type Err = CasesError;

    fn from_str(text: &str) -> Result<Selection, CasesError> {
        let malformed = |expected| CasesError::Malformed { text: text.to_string(), expected };
        let count = |number: &str| parse_count(number).ok_or_else(|| malformed(COUNT));
        match text.split_once(':') {
            None if text == "all" => Ok(Selection::All),
            None if text == "edge" => Ok(Selection::Edge),
            None if text == "cover" => Ok(Selection::Cover),
            Some(("given", operands)) => {
                given::parse(operands).map(Selection::Given).ok_or_else(|| malformed(GIVEN))
            }
            Some(("around", number)) => Ok(Selection::Around(count(number)?)),
            Some(("random", number)) => Ok(Selection::Random(count(number)?)),
            Some(("uniform", number)) => Ok(Selection::Uniform(count(number)?)),
            Some(("spread", range)) => {
                let (first, end) = range.split_once("..").unwrap_or(("0", range));
                match (count(first)?, count(end)?) {
                    (first, end) if first <= end => Ok(Selection::Spread { first, end }),
                    _ => Err(malformed("spread:M..N with M at most N")),
                }
            }
            _ => Err(CasesError::Unknown(text.to_string())),
        }
    }
}

const COUNT: &str = "a number after the colon, such as 1000, 1_000 or 2^20, below 2^64";

const GIVEN: &str =
    "one to three codes and perhaps a noise word, hexadecimal and below 2^64: given:3c,be or given:3c/4d";

/// A count, which may be written as a power: `1000000`, `1_000_000` or `2^20`.
fn parse_count(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    if text.contains('+') {
        return None;
    }
    match text.split_once('^') {
        Some((base, exponent)) => base.parse::<u64>().ok()?.checked_pow(exponent.parse().ok()?),
        None => text.parse().ok(),
    }
}
