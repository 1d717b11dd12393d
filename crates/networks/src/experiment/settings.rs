//! The keys of `[run.abc]`.

use halfulp_lab::experiment::Seeds;
use halfulp_lab::optimizer::OptimizerSpec;
use halfulp_lab::product::Accumulator;
use halfulp_lab::report::Divergence;
use serde::Deserialize;

use super::Model;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AbcRun {
    /// The network, and what it learns.
    pub(super) model: Model,
    /// What it is trained by. The others are compared with the first.
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
    /// Images, or characters, on which errors are looked at: the first of the test set.
    pub(super) rows: usize,
    /// Seeds of starts and minibatches.
    #[serde(default)]
    pub(super) seeds: Seeds,
}

/// An optimizer by a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trained {
    pub(super) name: String,
    pub(super) optimizer: OptimizerSpec,
}

/// What an optimizer of this name is, in reports.
pub(super) fn described(name: &str, optimizer: &OptimizerSpec) -> (String, String) {
    let settings = optimizer.build("").map_or_else(|e| e.to_string(), |o| o.settings());
    (format!("optimizer {name}"), format!("{} {settings}", optimizer.name()))
}

/// A network whose training failed, if it did.
pub(super) fn diverged(of: String, step: u64, failed: Option<&String>) -> Option<Divergence> {
    failed.map(|why| Divergence { of, step, why: why.clone(), expected: false })
}
