//! The keys of `[run.compare]`.

use serde::Deserialize;

use super::cases::{CaseSpec, Sweep};
use crate::experiment::Seeds;
use crate::problem::ProblemSpec;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CompareRun {
    /// What is minimized.
    pub(super) problem: ProblemSpec,
    /// Steps of each run.
    pub(super) steps: u64,
    /// What is looked at.
    pub(super) metric: Metric,
    /// Steps between two looks.
    #[serde(default = "one")]
    pub(super) every: u64,
    /// Steps at the end whose mean is the final number.
    #[serde(default = "one")]
    pub(super) last: u64,
    /// A run has diverged when its loss is this many times the loss at the start.
    #[serde(default = "thousand")]
    pub(super) diverged: f64,
    /// Seeds of starts, gradients and stochastic rounding.
    #[serde(default)]
    pub(super) seeds: Seeds,
    /// What is run.
    #[serde(default)]
    pub(super) cases: Vec<CaseSpec>,
    /// Cases that differ in one number.
    #[serde(default)]
    pub(super) sweeps: Vec<Sweep>,
    /// Ratios of two cases, beside those that cases have.
    #[serde(default)]
    pub(super) ratios: Vec<Ratio>,
}

/// The final number of one case over that of another, seed by seed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ratio {
    pub(super) name: String,
    pub(super) of: String,
    pub(super) over: String,
}

const fn one() -> u64 {
    1
}

const fn thousand() -> f64 {
    1000.0
}

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Metric {
    /// The Euclidean norm of the full gradient at the weights that are updated.
    GradientNorm,
    /// The loss there.
    Loss,
}
