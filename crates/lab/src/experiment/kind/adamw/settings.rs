//! The keys of `[run.adamw]`.

use serde::Deserialize;

use crate::arithmetic::Computing;
use crate::experiment::Seeds;
use crate::optimizer::{OptimizerSpec, Storages};
use crate::problem::ProblemSpec;
use crate::registry::Registry;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AdamwRun {
    /// What is minimized.
    pub(super) problem: ProblemSpec,
    /// Adam and its numbers; a case can have its own.
    pub(super) optimizer: OptimizerSpec,
    /// Steps of each run.
    pub(super) steps: u64,
    /// Seeds of gradients and of stochastic rounding.
    #[serde(default)]
    pub(super) seeds: Seeds,
    /// What is run.
    pub(super) cases: Vec<Case>,
    /// Where bounds of other crates come from.
    #[serde(skip, default = "Registry::current")]
    pub(super) registry: Registry,
}

/// One case: an arithmetic, and where each tensor is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Case {
    pub(super) name: String,
    #[serde(default)]
    pub(super) arithmetic: Computing,
    #[serde(default)]
    pub(super) storage: Storages,
    pub(super) optimizer: Option<OptimizerSpec>,
}
