//! The kind of experiment `[run.logits]`: networks are trained and quantized, and the errors of their logits stand beside their certificates.

mod findings;
mod outcome;
mod settings;

use std::sync::Arc;

use halfulp_lab::experiment::{Findings, Invalid, Kind, Memory, Progress};
use halfulp_lab::optimizer::AnyOptimizer;
use rayon::prelude::*;

use super::{Model, Trained, names};
use crate::abc::Kept;
use crate::problem::within;
use crate::quantizer::named;
use outcome::{Cell, Outcome};
pub use settings::LogitsRun;
use settings::wrong;

impl Kind for LogitsRun {
    fn check(&self) -> Result<(), Invalid> {
        let key = |e: Invalid| wrong(&e.key, e.why);
        self.model.check().map_err(key)?;
        if !matches!(self.model, Model::ResidualDigits(_)) {
            return Err(wrong("model", "expected residual-digits: there are no certificates of attention"));
        }
        self.kept()?;
        self.optimizers()?;
        let texts = |key, all: Vec<&str>| names(key, &all).map_err(|(key, why)| wrong(key, why));
        texts("optimizers", self.optimizers.iter().map(|o| o.name.as_str()).collect())?;
        texts("quantizers", self.quantizers.iter().map(String::as_str).collect())?;
        self.target().check().map_err(|(key, why)| wrong(key, why))?;
        within("rows", self.rows, 1..=self.model.rows(usize::MAX).labels.len()).map_err(key)?;
        within("draws", usize::try_from(self.draws).unwrap_or(usize::MAX), 0..=10_000).map_err(key)?;
        match self.confidence > 0.0 && self.confidence < 1.0 {
            true => Ok(()),
            false => {
                let why = format!("{}: expected a number between 0 and 1", self.confidence);
                Err(wrong("confidence", why))
            }
        }
    }

    fn memory(&self, threads: u64) -> Memory {
        let networks = (self.optimizers.len() as u64).saturating_mul(self.seeds.as_slice().len() as u64);
        let at_once = networks.min(threads);
        let numbers = self.model.numbers_a_row() as u64;
        // Intervals, three certificates, and for each of ten logits the derivatives.
        let activations = Memory::of("run.logits.rows", &[self.rows as u64, numbers, 640, at_once]);
        let parameters = Memory::of("run.logits.model", &[self.model.parameters() as u64, 192, at_once]);
        Memory::of_runs("run.logits.seeds", &[networks]).and(parameters).and(activations)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let (kept, optimizers) = (self.kept()?, self.optimizers()?);
        let cells: Vec<Cell> = (0..optimizers.len())
            .flat_map(|optimizer| self.seeds.as_slice().iter().map(move |&seed| Cell { optimizer, seed }))
            .collect();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<Outcome> = cells
            .par_iter()
            .map(|cell| {
                let outcome = self.outcome(cell, optimizers[cell.optimizer].clone(), &kept);
                progress.done();
                outcome
            })
            .collect::<Result<_, _>>()?;
        Ok(self.findings(&cells, &outcomes, &kept))
    }
}

impl LogitsRun {
    fn optimizers(&self) -> Result<Vec<Arc<dyn AnyOptimizer>>, Invalid> {
        let build = |(k, one): (usize, &Trained)| {
            one.optimizer.build(&format!("run.logits.optimizers[{k}].optimizer"))
        };
        self.optimizers.iter().enumerate().map(build).collect()
    }

    fn kept(&self) -> Result<Vec<Kept>, Invalid> {
        let kept = |(k, name): (usize, &String)| {
            let quantizer = named(name).map_err(|why| wrong(format!("quantizers[{k}]"), why))?;
            Ok(Kept { quantizer, accumulator: self.accumulator.clone() })
        };
        self.quantizers.iter().enumerate().map(kept).collect()
    }
}
