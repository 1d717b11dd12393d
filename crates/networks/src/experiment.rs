//! The kind of experiment `[run.abc]`: networks are trained by several optimizers to one loss, and what quantization makes of them is decomposed.

mod findings;
mod logits;
mod model;
mod outcome;
mod ptq;
mod qat;
mod rates;
mod settings;
mod training;

use std::sync::Arc;

use halfulp_lab::experiment::{Divided, Findings, Invalid, Kind, Memory, Parts, Progress, Stopped, whole};
use halfulp_lab::optimizer::AnyOptimizer;

use crate::abc::Kept;
use crate::problem::within;
use crate::quantizer::named;
pub use logits::LogitsRun;
pub use model::Model;
use outcome::Cell;
pub use ptq::PtqRun;
pub use qat::QatRun;
pub use settings::AbcRun;
use settings::Trained;
use training::Target;

fn wrong(key: &str, why: impl Into<String>) -> Result<(), Invalid> {
    Err(Invalid::new(format!("run.abc.{key}"), why))
}

impl Kind for AbcRun {
    fn check(&self) -> Result<(), Invalid> {
        let key = |e: Invalid| Invalid::new(format!("run.abc.{}", e.key), e.why);
        self.model.check().map_err(key)?;
        self.kept()?;
        self.optimizers()?;
        let texts = |key, all: Vec<&str>| names(key, &all).or_else(|(key, why)| wrong(&key, why));
        texts("optimizers", self.optimizers.iter().map(|o| o.name.as_str()).collect())?;
        texts("quantizers", self.quantizers.iter().map(String::as_str).collect())?;
        let target = Target { loss: self.loss, steps: self.steps, every: self.every };
        target.check().or_else(|(key, why)| wrong(key, why))?;
        within("rows", self.rows, 1..=1 << 16).map_err(key)?;
        let test = self.model.rows(usize::MAX).labels.len();
        within("rows", self.rows, 1..=test).map_err(key)
    }

    fn memory(&self, threads: u64) -> Memory {
        let networks = (self.optimizers.len() as u64).saturating_mul(self.seeds.as_slice().len() as u64);
        let at_once = networks.min(threads);
        let numbers = self.model.numbers_a_row() as u64;
        let activations = Memory::of("run.abc.rows", &[self.rows as u64, numbers, 64, at_once]);
        // Weights, gradients, moments, and matrices as they are kept.
        let parameters = Memory::of("run.abc.model", &[self.model.parameters() as u64, 96, at_once]);
        Memory::of_runs("run.abc.seeds", &[networks]).and(parameters).and(activations)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for AbcRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let (kept, optimizers) = (self.kept()?, self.optimizers()?);
        let cells: Vec<Cell> = (0..optimizers.len())
            .flat_map(|optimizer| self.seeds.as_slice().iter().map(move |&seed| Cell { optimizer, seed }))
            .collect();
        let outcomes = parts.map(
            &cells,
            |cell| self.part(cell, &*optimizers[cell.optimizer]),
            |cell| self.outcome(cell, optimizers[cell.optimizer].clone(), &kept),
        )?;
        Ok(self.findings(&cells, &outcomes, &kept))
    }
}

impl AbcRun {
    fn optimizers(&self) -> Result<Vec<Arc<dyn AnyOptimizer>>, Invalid> {
        let build =
            |(k, one): (usize, &Trained)| one.optimizer.build(&format!("run.abc.optimizers[{k}].optimizer"));
        self.optimizers.iter().enumerate().map(build).collect()
    }

    fn kept(&self) -> Result<Vec<Kept>, Invalid> {
        let kept = |(k, name): (usize, &String)| {
            let quantizer =
                named(name).map_err(|why| Invalid::new(format!("run.abc.quantizers[{k}]"), why))?;
            Ok(Kept { quantizer, accumulator: self.accumulator.clone() })
        };
        self.quantizers.iter().enumerate().map(kept).collect()
    }
}

/// The geometric mean; NaN of nothing.
fn geometric(x: impl IntoIterator<Item = f64>) -> f64 {
    mean(x.into_iter().map(f64::ln)).exp()
}

fn mean(x: impl IntoIterator<Item = f64>) -> f64 {
    let x: Vec<f64> = x.into_iter().collect();
    x.iter().sum::<f64>() / x.len() as f64
}

/// Names of a list: at least one, none twice, none empty. Else the key and what is wrong.
fn names(key: &str, names: &[&str]) -> Result<(), (String, String)> {
    if names.is_empty() {
        return Err((key.into(), "expected at least one".into()));
    }
    for (k, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            return Err((format!("{key}[{k}].name"), "expected a name".into()));
        }
        if names[..k].contains(name) {
            return Err((format!("{key}[{k}]"), format!("{name:?} is there twice")));
        }
    }
    Ok(())
}
