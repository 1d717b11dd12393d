//! What a comparison finds.

use halfulp::{Flags, Op, Operands};
use serde::Serialize;

use super::region::Region;
use crate::cases::CasesError;
use crate::engine::{Answer, EngineError};

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
