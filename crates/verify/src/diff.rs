//! Where two engines differ, region by region: on how many operands, and on which first.
//!
//! A conversion is a step function of its operand's code. Its steps are found exactly by bisection between codes so close together that there
//! is at most one, so that all 2^32 operands in binary32 take seconds and those in binary64 hardly longer. Other operations are compared case by
//! case. What one of the two has no answer to is counted, and not compared.
//!
//! ```
//! use halfulp::{Format, Op, Task};
//! use halfulp_verify::diff::{Region, Side, compare};
//! use halfulp_verify::{Comparison, profile};
//!
//! let task = Task::within(Op::Convert, Format::BINARY32).with_result(Format::E4M3FN);
//! let side = |name| Side::of_profile(name, profile::by_name(name).unwrap(), &task).unwrap();
//! let found = compare(&task, side("torch"), side("cuda-float"), &Comparison::STRICT, None, 0).unwrap();
//! assert!(found.exhaustive);
//! // They differ in the sign of NaNs alone.
//! let differing: Vec<Region> = found.regions.iter().filter(|r| r.differs > 0).map(|r| r.region).collect();
//! assert_eq!(differing, [Region::Nan]);
//! assert_eq!(found.differs(), (1 << 23) - 1);
//! ```

mod cases;
mod cuts;
mod intervals;
mod region;
mod side;
mod tally;

use halfulp::{Flags, Op, Operands, Rounding, Task};
use serde::Serialize;

use crate::cases::{CasesError, Selection, operand_bits};
use crate::engine::{Answer, EngineError};
use crate::verify::Comparison;
pub use region::Region;
pub use side::Side;

/// Operands of so many bits together are compared one by one, all of them.
const ALL: u32 = 24;

/// What differs between two sides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diff {
    /// How many cases there are, or were chosen: operands, with their noise word where the rounding takes one.
    pub cases: u128,
    /// How many of them were compared.
    pub compared: u128,
    /// How many each side has no answer to.
    pub unanswered: [u128; 2],
    /// The flags that each side reported in some case; those of both were compared.
    pub flags: [Flags; 2],
    /// Whether the cases are all that there are.
    pub exhaustive: bool,
    /// How they were compared.
    pub method: Method,
    /// The counts, a region each; every case is in one.
    pub regions: Vec<RegionDiff>,
}

/// How cases were compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By the steps of both functions.
    Intervals,
    /// One by one.
    Cases,
}

/// What differs in a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegionDiff {
    /// The region.
    pub region: Region,
    /// How many of its cases were compared.
    pub compared: u128,
    /// On how many of these the sides differ.
    pub differs: u128,
    /// The difference with the operands of the smallest magnitudes.
    pub example: Option<Example>,
}

/// A difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// The operands.
    pub operands: Operands,
    /// What each side answers.
    pub answers: [Answer; 2],
}

impl Diff {
    /// On how many cases the sides differ.
    #[must_use]
    pub fn differs(&self) -> u128 {
        self.regions.iter().map(|region| region.differs).sum()
    }
}

/// Why two sides cannot be compared.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DiffError {
    /// A side does not answer the task.
    #[error("{engine} does not answer {op} with these formats under its policy")]
    NotCovered {
        /// The engine.
        engine: String,
        /// The operation.
        op: Op,
    },
    /// The operation has no regions.
    #[error("{0} has no regions: expected add, sub, mul, div, sqrt, fma or convert")]
    NoRegions(Op),
    /// The cases that were chosen are none of the task.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// A side could not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Compares two sides on a task, each under its own policy. Without a selection all cases are compared if they are few or both sides
/// are step functions, otherwise the usual ones. Precondition: [`Task::check`] returns `Ok` for the task under both policies.
///
/// # Errors
/// A side does not answer the task or cannot answer, the operation is not one of add, sub, mul, div, sqrt, fma and convert, or the selection
/// has no cases for it.
pub fn compare(
    task: &Task,
    a: Side,
    b: Side,
    comparison: &Comparison,
    selection: Option<Selection>,
    seed: u64,
) -> Result<Diff, DiffError> {
    let computed =
        matches!(task.op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Convert);
    if !computed {
        return Err(DiffError::NoRegions(task.op));
    }
    let mut sides = [a, b];
    for side in &sides {
        if !side.engine.covers(&side.task(task)) {
            return Err(DiffError::NotCovered { engine: side.engine.name().into(), op: task.op });
        }
    }
    let few = operand_bits(task) + noise_bits(&sides) <= ALL;
    match selection {
        None if few => cases::all(task, &mut sides, comparison),
        None => match cuts::of(task, &sides) {
            Some(cuts) => intervals::compare(task, &mut sides, comparison, &cuts),
            None => cases::selected(task, &mut sides, comparison, Selection::usual(task), seed),
        },
        Some(selection) => cases::selected(task, &mut sides, comparison, selection, seed),
    }
}

/// Bits of the noise word that some side uses.
fn noise_bits(sides: &[Side; 2]) -> u32 {
    let bits = sides.iter().map(|side| match side.policy.rounding {
        Rounding::Stochastic { bits, .. } => bits.get(),
        _ => 0,
    });
    bits.max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
