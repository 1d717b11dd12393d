//! One network: trained, and quantized in every form.

use std::sync::Arc;

use halfulp_lab::experiment::{Invalid, Part};
use halfulp_lab::optimizer::AnyOptimizer;
use serde::{Deserialize, Serialize};

use super::settings::{Candidate, PtqRun};
use crate::experiment::geometric;
use crate::layer::softmax::mean_cross_entropy;
use crate::metrics::Outliers;
use crate::propagation::Propagation;
use crate::quantizer::Form;

/// Which network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// The number of its optimizer.
    pub(super) optimizer: usize,
    /// The number of its learning rate.
    pub(super) rate: usize,
    pub(super) seed: u64,
}

/// One, and what was found of it.
pub(super) struct Network {
    pub(super) cell: Cell,
    pub(super) steps: u64,
    /// What is known of it at the common loss; else why it is not there.
    pub(super) found: Result<Found, String>,
}

/// The same without the numbers of its cell, which are those of one file.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) steps: u64,
    pub(super) found: Result<Found, String>,
}

/// What was found of a network at the common loss.
#[derive(Serialize, Deserialize)]
pub(super) struct Found {
    /// Of the rows, clean.
    pub(super) clean_loss: f64,
    /// Of the clean activations behind the last block.
    pub(super) outliers: Outliers,
    /// By the number of the form.
    pub(super) quantized: Vec<Quantized>,
}

/// What one form makes of a network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quantized {
    /// Of the rows.
    pub(super) loss: f64,
    /// Behind each block.
    pub(super) r: Vec<f64>,
    /// The geometric mean of the gains of blocks, where they have one.
    pub(super) gain: f64,
    /// Of the inner matrices.
    pub(super) weight_error: f64,
}

impl Quantized {
    /// `R` behind the last block.
    pub(super) fn last(&self) -> f64 {
        self.r.last().copied().unwrap_or(f64::NAN)
    }
}

impl PtqRun {
    /// A network as a part of a run. Which others there are does not matter.
    pub(super) fn part(&self, cell: &Cell, optimizer: &dyn AnyOptimizer) -> Part {
        let PtqRun { model, optimizers, formats, loss, steps, every, rows, resamples: _, seeds: _ } = self;
        let Cell { optimizer: number, rate, seed } = *cell;
        let Candidate { name, rates, optimizer: _ } = &optimizers[number];
        let settings = (model.keys(), optimizer, formats, (loss, steps, every), rows, seed);
        Part::new("ptq", format!("{name}, rate {}, seed {seed}", rates[rate]), &settings)
    }

    pub(super) fn outcome(
        &self,
        seed: u64,
        optimizer: Arc<dyn AnyOptimizer>,
        forms: &[Form],
    ) -> Result<Outcome, Invalid> {
        let reached = self.target().reach(self.model.problem(), optimizer, seed)?;
        let found = match reached.failed {
            Some(why) => Err(why),
            None => Ok(self.quantized(&reached.weights, forms)),
        };
        Ok(Outcome { steps: reached.steps, found })
    }

    fn quantized(&self, weights: &[f64], forms: &[Form]) -> Found {
        let network = &self.model.learner().network;
        let rows = self.model.training_rows(self.rows);
        let entropy = |logits: &[f64]| mean_cross_entropy(logits, network.outputs(), &rows.labels);
        let mut found = Found { clean_loss: f64::NAN, outliers: Outliers::default(), quantized: Vec::new() };
        for form in forms {
            let tracks = Propagation::of(network, weights, form, rows.input());
            found.clean_loss = entropy(&tracks.clean);
            if let Some(last) = tracks.blocks().next_back() {
                let columns = last.activations.len() / network.tokens(rows.input());
                found.outliers = Outliers::of(&last.activations, columns);
            }
            found.quantized.push(Quantized {
                loss: entropy(&tracks.quantized),
                r: tracks.blocks().map(|stage| stage.ratios.r).collect(),
                gain: geometric(tracks.blocks().filter_map(|stage| stage.gain)),
                weight_error: tracks.weight_error,
            });
        }
        found
    }
}
