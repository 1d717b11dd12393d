//! The settings of a grid.

use serde::Deserialize;

use super::optimizer::OptimizerSpec;
use super::paths::Paths;
use super::rounded::{RoundingName, What};
use crate::experiment::{Invalid, Seeds};
use crate::problem::{Problem, ProblemSpec};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GridRun {
    /// Numbers of steps. Learning rates and decays depend on them.
    pub(super) horizons: Vec<u64>,
    /// Stored bits of the significand.
    pub(super) mantissas: Vec<u32>,
    /// How is rounded.
    pub(super) roundings: Vec<RoundingName>,
    /// Of starting point, gradients and rounding. All runs of a seed see the same gradient noise.
    #[serde(default)]
    pub(super) seeds: Seeds,
    /// Mantissas that grow with the horizon.
    pub(super) paths: Option<Paths>,
    /// The part of a rate that may be lost where it counts as kept.
    #[serde(default = "tenth")]
    pub(super) keeps: f64,
    /// The exponents `s` whose diagonals, `M - s log2 T` constant, the excesses are compared on.
    #[serde(default)]
    pub(super) diagonals: Vec<f64>,
    /// At how many steps of a run the gradient is looked at: all, if there are not more.
    pub(super) looks: Option<u64>,
    /// Whether the convergence bounds are evaluated.
    #[serde(default)]
    pub(super) bounds: bool,
    /// What runs.
    pub(super) runs: Vec<RunSpec>,
    /// Differences of what is lost.
    #[serde(default)]
    pub(super) differences: Vec<Difference>,
}

/// `[[run.grid.runs]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RunSpec {
    pub(super) name: String,
    pub(super) optimizer: OptimizerSpec,
    pub(super) problem: ProblemSpec,
    /// What is rounded: each on its own.
    pub(super) rounded: Vec<What>,
}

/// What one row loses of its rate less what another one does, seed by seed: each `RUN.WHAT.ROUNDING.mM` or `RUN.WHAT.ROUNDING.sS`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Difference {
    pub(super) name: String,
    pub(super) of: String,
    pub(super) less: String,
}

const fn tenth() -> f64 {
    0.1
}

pub(super) const KIND: &str = "run.grid";

pub(super) fn wrong(key: &str, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("{KIND}.{key}"), why)
}

impl GridRun {
    pub(super) fn problem(&self, k: usize) -> Result<Box<dyn Problem>, Invalid> {
        let built = self.runs[k].problem.build();
        built.map_err(|e| wrong(&format!("runs[{k}].{}", e.key), e.why))
    }

    /// Steps between two looks at the gradient.
    pub(super) fn stride(&self, steps: u64) -> u64 {
        self.looks.map_or(1, |looks| steps.div_ceil(looks)).max(1)
    }
}
