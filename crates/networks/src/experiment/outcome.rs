//! One network: trained, quantized, looked at.

use std::sync::Arc;

use halfulp_lab::bound::{Tally, tallies};
use halfulp_lab::experiment::{Invalid, Part};
use halfulp_lab::optimizer::AnyOptimizer;
use serde::{Deserialize, Deserializer, Serialize};

use super::settings::AbcRun;
use super::training::Target;
use crate::abc::{Kept, Ratios, STATEMENTS, StageRatios, Subject, Tracks};
use crate::layer::softmax::mean_cross_entropy;
use crate::metrics::Outliers;

/// Which network.
pub(super) struct Cell {
    /// The number of its optimizer.
    pub(super) optimizer: usize,
    pub(super) seed: u64,
}

/// What was found of one.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) loss: f64,
    pub(super) steps: u64,
    /// Why it is not where it should be.
    pub(super) failed: Option<String>,
    pub(super) clean_loss: f64,
    /// By the number of the quantizer.
    pub(super) quantized: Vec<Quantized>,
    /// Of the clean activations behind the last block.
    pub(super) metrics: Outliers,
}

/// What one quantizer makes of a network.
#[derive(Serialize, Deserialize)]
pub(super) struct Quantized {
    pub(super) loss: f64,
    pub(super) blocks: Vec<Block>,
    pub(super) logits: f64,
    /// Of the linear layers: spectral ratio, alignment ratio, gain.
    pub(super) layers: Vec<[f64; 3]>,
    #[serde(serialize_with = "tallies::serialize", deserialize_with = "of_abc")]
    pub(super) tallies: Vec<Tally>,
}

/// What is known behind a block.
#[derive(Serialize, Deserialize)]
pub(super) struct Block {
    pub(super) ratios: Ratios<f64>,
    pub(super) gain: Option<f64>,
}

fn of_abc<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Tally>, D::Error> {
    tallies::among(STATEMENTS, from)
}

impl AbcRun {
    /// A network as a part of a run. Which others there are does not matter.
    pub(super) fn part(&self, cell: &Cell, optimizer: &dyn AnyOptimizer) -> Part {
        let AbcRun { model, optimizers, quantizers, accumulator, loss, steps, every, rows, seeds: _ } = self;
        let Cell { optimizer: number, seed } = cell;
        let settings = (model.keys(), optimizer, (quantizers, accumulator), (loss, steps, every), rows, seed);
        Part::new("abc", format!("{}, seed {seed}", optimizers[*number].name), &settings)
    }

    /// Trains a network until the loss is what was asked for, and looks at it.
    pub(super) fn outcome(
        &self,
        cell: &Cell,
        optimizer: Arc<dyn AnyOptimizer>,
        kept: &[Kept],
    ) -> Result<Outcome, Invalid> {
        let target = Target { loss: self.loss, steps: self.steps, every: self.every };
        let reached = target.reach(self.model.problem(), optimizer, cell.seed)?;
        Ok(self.looked(cell, &reached.weights, kept, (reached.loss, reached.steps, reached.failed)))
    }

    fn looked(
        &self,
        cell: &Cell,
        weights: &[f64],
        kept: &[Kept],
        (loss, steps, failed): (f64, u64, Option<String>),
    ) -> Outcome {
        let network = &self.model.learner().network;
        let rows = self.model.rows(self.rows);
        let name = &self.optimizers[cell.optimizer].name;
        let entropy = |logits: &[f64]| mean_cross_entropy(logits, network.outputs(), &rows.labels);
        let mut outcome = Outcome {
            loss,
            steps,
            failed,
            clean_loss: f64::NAN,
            quantized: Vec::new(),
            metrics: Outliers::default(),
        };
        for (declared, quantizer) in kept.iter().zip(&self.quantizers) {
            let subject = Subject { network, weights, declared: declared.clone(), actual: Vec::new() };
            let of = format!("{name}, seed {}, {quantizer}", cell.seed);
            let tracks = subject.tracks(rows.input(), &of);
            (outcome.clean_loss, outcome.metrics) = (entropy(&tracks.clean), outliers(&tracks));
            let loss = entropy(&tracks.quantized);
            outcome.quantized.push(Quantized::of(tracks, loss));
        }
        outcome
    }
}

fn outliers(tracks: &Tracks) -> Outliers {
    let last = tracks.stages.iter().rfind(|stage| stage.is_block());
    let of = |last: &StageRatios| Outliers::of(&last.activations, last.activations.len() / tracks.tokens);
    last.map(of).unwrap_or_default()
}

impl Quantized {
    fn of(tracks: Tracks, loss: f64) -> Quantized {
        let logits = tracks.stages.last().map_or(f64::NAN, |stage| stage.ratios.r);
        let blocks = tracks.stages.into_iter().filter(StageRatios::is_block);
        Quantized {
            loss,
            blocks: blocks.map(|stage| Block { ratios: stage.ratios, gain: stage.gain }).collect(),
            logits,
            layers: tracks.layers.iter().map(|l| [l.spectral, l.alignment, l.gain]).collect(),
            tallies: tracks.tallies,
        }
    }

    /// The ratios behind the last block.
    pub(super) fn last(&self) -> Ratios<f64> {
        self.blocks.last().map(|block| block.ratios.clone()).unwrap_or_default()
    }
}
