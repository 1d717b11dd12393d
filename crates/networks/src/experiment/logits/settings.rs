//! The keys of `[run.logits]`.

use halfulp_lab::experiment::{Invalid, Seeds};
use halfulp_lab::product::Accumulator;
use serde::Deserialize;

use crate::experiment::training::Target;
use crate::experiment::{Model, Trained};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogitsRun {
    /// The network, and what it learns: one without attention.
    pub(super) model: Model,
    /// What it is trained by.
    pub(super) optimizers: Vec<Trained>,
    /// Names of quantizers: of weights and activations of all inner linear layers.
    pub(super) quantizers: Vec<String>,
    /// How the products of quantized layers are summed.
    #[serde(default = "Accumulator::binary32")]
    pub(super) accumulator: Accumulator,
    /// Training ends when the loss over all training examples is at most this.
    pub(super) loss: f64,
    /// The most steps.
    pub(super) steps: u64,
    /// Steps between two looks at the loss.
    pub(super) every: u64,
    /// Images on which errors are looked at: the first of the test set.
    pub(super) rows: usize,
    /// How often weights and activations are rounded by chance; 0 for never.
    pub(super) draws: u64,
    /// What the limit of what chance makes is to hold with.
    #[serde(default = "confidence")]
    pub(super) confidence: f64,
    /// Seeds of starts, minibatches and draws.
    #[serde(default)]
    pub(super) seeds: Seeds,
}

const fn confidence() -> f64 {
    0.95
}

impl LogitsRun {
    pub(super) const fn target(&self) -> Target {
        Target { loss: self.loss, steps: self.steps, every: self.every }
    }
}

/// What is wrong with a key.
pub(super) fn wrong(key: impl std::fmt::Display, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("run.logits.{key}"), why)
}
