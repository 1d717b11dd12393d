//! One network: trained, quantized, looked at.

use std::sync::Arc;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::bound::Tally;
use halfulp_lab::experiment::Invalid;
use halfulp_lab::optimizer::{AnyOptimizer, Blind, Storages};
use halfulp_lab::train::{Run, Streams};

use super::AbcRun;
use crate::abc::{Kept, Ratios, Subject, Tracks};
use crate::layer::softmax::mean_cross_entropy;
use crate::metrics::{Typical, feature_kurtosis, kurtosis, mmr};

/// Which network.
pub(super) struct Cell {
    /// The number of its optimizer.
    pub(super) optimizer: usize,
    pub(super) seed: u64,
}

/// What was found of one.
pub(super) struct Outcome {
    pub(super) loss: f64,
    pub(super) steps: u64,
    /// Why it is not where it should be.
    pub(super) failed: Option<String>,
    pub(super) clean_loss: f64,
    /// By the number of the quantizer.
    pub(super) quantized: Vec<Quantized>,
    pub(super) metrics: Metrics,
}

/// Outlier metrics of the clean activations behind the last block.
#[derive(Clone, Copy, Default)]
pub(super) struct Metrics {
    pub(super) mmr: f64,
    pub(super) mmr_of_mean: f64,
    pub(super) kurtosis: f64,
    pub(super) feature_kurtosis: f64,
}

/// What one quantizer makes of a network.
pub(super) struct Quantized {
    pub(super) loss: f64,
    /// Of the blocks: name, ratios, gain.
    pub(super) blocks: Vec<(String, Ratios<f64>, Option<f64>)>,
    pub(super) logits: f64,
    /// Of the linear layers: spectral ratio, alignment ratio, gain.
    pub(super) layers: Vec<[f64; 3]>,
    pub(super) tallies: Vec<Tally>,
}

impl AbcRun {
    /// Trains a network until the loss is what was asked for, and looks at it.
    pub(super) fn outcome(
        &self,
        cell: &Cell,
        optimizer: Arc<dyn AnyOptimizer>,
        kept: &[Kept],
    ) -> Result<Outcome, Invalid> {
        let problem = self.model.problem();
        let start = problem.start(cell.seed);
        let (storages, streams) = (Storages::default(), Streams::new(cell.seed));
        let mut run = Run::new(problem, optimizer, Plain::<f32>::default(), &storages, streams, &start)?;
        let (mut weights, mut loss, mut failed) = (start, f64::INFINITY, None);
        while loss > self.loss && failed.is_none() {
            for _ in 0..self.every {
                failed = failed.or(run.step(&mut Blind).err().map(|d| d.why));
            }
            run.weights(&mut weights);
            loss = problem.value(&weights);
            if loss > self.loss && run.t() >= self.steps {
                failed = failed.or(Some(format!("the loss is {loss:.4}, and had to come to {}", self.loss)));
            }
        }
        Ok(self.looked(cell, &weights, kept, (loss, run.t(), failed)))
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
            metrics: Metrics::default(),
        };
        for (declared, quantizer) in kept.iter().zip(&self.quantizers) {
            let subject = Subject { network, weights, declared: declared.clone(), actual: Vec::new() };
            let of = format!("{name}, seed {}, {quantizer}", cell.seed);
            let tracks = subject.tracks(rows.input(), &of);
            (outcome.clean_loss, outcome.metrics) = (entropy(&tracks.clean), metrics(&tracks));
            let loss = entropy(&tracks.quantized);
            outcome.quantized.push(Quantized::of(tracks, loss));
        }
        outcome
    }
}

/// Stages between the first, which makes the rows, and the last, which makes the logits, of the whole.
fn is_block(name: &str) -> bool {
    name != "input" && name != "output"
}

fn metrics(tracks: &Tracks) -> Metrics {
    let Some(last) = tracks.stages.iter().rfind(|stage| is_block(&stage.name)) else {
        return Metrics::default();
    };
    let (x, columns) = (&last.activations, last.activations.len() / tracks.tokens);
    Metrics {
        mmr: mmr(x, columns, Typical::Median),
        mmr_of_mean: mmr(x, columns, Typical::Mean),
        kurtosis: kurtosis(x),
        feature_kurtosis: feature_kurtosis(x, columns),
    }
}

impl Quantized {
    fn of(tracks: Tracks, loss: f64) -> Quantized {
        let logits = tracks.stages.last().map_or(f64::NAN, |stage| stage.ratios.r);
        let blocks = tracks.stages.into_iter().filter(|stage| is_block(&stage.name));
        Quantized {
            loss,
            blocks: blocks.map(|stage| (stage.name, stage.ratios, stage.gain)).collect(),
            logits,
            layers: tracks.layers.iter().map(|l| [l.spectral, l.alignment, l.gain]).collect(),
            tallies: tracks.tallies,
        }
    }

    /// The ratios behind the last block.
    pub(super) fn last(&self) -> Ratios<f64> {
        self.blocks.last().map(|(_, ratios, _)| ratios.clone()).unwrap_or_default()
    }
}
