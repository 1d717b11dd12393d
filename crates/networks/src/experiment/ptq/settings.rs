//! The keys of `[run.ptq]`.

use halfulp_lab::experiment::Seeds;
use halfulp_lab::optimizer::OptimizerSpec;
use serde::Deserialize;

use crate::experiment::Model;
use crate::experiment::training::Target;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PtqRun {
    /// The network, and what it learns.
    pub(super) model: Model,
    /// What it is trained by, each at several learning rates.
    pub(super) optimizers: Vec<Candidate>,
    /// Names of [forms](crate::quantizer::Form): of weights and activations of all inner linear layers.
    pub(super) formats: Vec<String>,
    /// Training ends when the loss over all training examples is at most this.
    pub(super) loss: f64,
    /// The most steps.
    pub(super) steps: u64,
    /// Steps between two looks at the loss.
    pub(super) every: u64,
    /// Images, or characters, on which errors and losses are looked at: the first of the training set, as the common loss is of that.
    pub(super) rows: usize,
    /// Resamples of the bootstrap.
    #[serde(default = "thousand")]
    pub(super) resamples: u64,
    /// Seeds of starts and minibatches.
    #[serde(default)]
    pub(super) seeds: Seeds,
}

const fn thousand() -> u64 {
    1000
}

/// An optimizer by a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) optimizer: OptimizerSpec,
    pub(super) rates: Vec<f64>,
}

impl PtqRun {
    pub(super) const fn target(&self) -> Target {
        Target { loss: self.loss, steps: self.steps, every: self.every }
    }
}
