//! The kind of experiment `[run.qat]`: networks of several sizes are trained in full precision and quantized, by several optimizers, and a law is fitted to
//! their losses.

mod findings;

use std::sync::Arc;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::experiment::{
    Divided, Findings, Invalid, Kind, Memory, Part, Parts, Progress, Seeds, Stopped, whole,
};
use halfulp_lab::optimizer::{AnyOptimizer, Blind, OptimizerSpec, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::train::{Run, Streams};
use serde::Deserialize;

use super::names;
use crate::problem::{ResidualDigits, StraightDigits, within};
use crate::quantizer::Straight;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QatRun {
    /// The networks: a table of keys of `residual-digits` each.
    sizes: Vec<ResidualDigits>,
    /// What they are trained by. The others are compared with the first.
    optimizers: Vec<Candidate>,
    /// Names of [quantizers in training](Straight).
    formats: Vec<String>,
    /// Steps of every run.
    steps: u64,
    /// Up to where residuals of the fit count squared.
    #[serde(default = "thousandth")]
    delta: f64,
    /// Seeds of starts and minibatches.
    #[serde(default)]
    seeds: Seeds,
}

const fn thousandth() -> f64 {
    1e-3
}

/// An optimizer by a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Candidate {
    name: String,
    optimizer: OptimizerSpec,
}

/// Which run: by the numbers of its optimizer, of its format, 0 for none, and of its size.
#[derive(Clone, Copy, Debug)]
struct Cell {
    optimizer: usize,
    format: usize,
    size: usize,
    seed: u64,
}

/// A run, and the loss of the test images behind it, or why there is none.
struct Trained {
    cell: Cell,
    loss: Result<f64, String>,
}

fn wrong(key: impl std::fmt::Display, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("run.qat.{key}"), why)
}

impl Kind for QatRun {
    fn check(&self) -> Result<(), Invalid> {
        if self.sizes.is_empty() {
            return Err(wrong("sizes", "expected at least one"));
        }
        for (k, size) in self.sizes.iter().enumerate() {
            size.check().map_err(|e| wrong(format!("sizes[{k}].{}", e.key), e.why))?;
            if k > 0 && inner(size) <= inner(&self.sizes[k - 1]) {
                return Err(wrong(format!("sizes[{k}]"), "expected more parameters than the one before"));
            }
        }
        let texts = |key, all: Vec<&str>| names(key, &all).map_err(|(key, why)| wrong(key, why));
        texts("formats", self.formats.iter().map(String::as_str).collect())?;
        texts("optimizers", self.optimizers.iter().map(|o| o.name.as_str()).collect())?;
        self.formats()?;
        self.optimizers()?;
        within("steps", usize::try_from(self.steps).unwrap_or(usize::MAX), 1..=1 << 24)
            .map_err(|e| wrong(e.key, e.why))?;
        match self.delta > 0.0 {
            true => Ok(()),
            false => Err(wrong("delta", format!("{}: expected a number above 0", self.delta))),
        }
    }

    fn memory(&self, threads: u64) -> Memory {
        let runs =
            [self.optimizers.len(), self.formats.len() + 1, self.sizes.len(), self.seeds.as_slice().len()];
        let runs = runs.iter().fold(1u64, |product, &n| product.saturating_mul(n as u64));
        let largest = self.sizes.iter().map(|size| size.learner().network.parameters()).max().unwrap_or(0);
        Memory::of_runs("run.qat.seeds", &[runs])
            .and(Memory::of("run.qat.sizes", &[largest as u64, 192, runs.min(threads)]))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for QatRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let (formats, optimizers) = (self.formats()?, self.optimizers()?);
        let mut cells = Vec::new();
        for optimizer in 0..optimizers.len() {
            for format in 0..=formats.len() {
                for size in 0..self.sizes.len() {
                    let seeds = self.seeds.as_slice().iter();
                    cells.extend(seeds.map(|&seed| Cell { optimizer, format, size, seed }));
                }
            }
        }
        let losses = parts.map(
            &cells,
            |cell| self.part(*cell, &*optimizers[cell.optimizer]),
            |cell| {
                let kept = cell.format.checked_sub(1).map(|k| &formats[k]);
                self.loss(*cell, optimizers[cell.optimizer].clone(), kept)
            },
        )?;
        let all = cells.into_iter().zip(losses);
        let trained: Vec<Trained> = all.map(|(cell, loss)| Trained { cell, loss }).collect();
        Ok(self.findings(&trained))
    }
}

/// Parameters that are quantized.
fn inner(size: &ResidualDigits) -> usize {
    size.learner().network.linears().filter(|layer| layer.inner).map(|l| l.shape[0] * l.shape[1]).sum()
}

impl QatRun {
    fn formats(&self) -> Result<Vec<Straight>, Invalid> {
        let of = |(k, name): (usize, &String)| {
            Straight::named(name).map_err(|why| wrong(format!("formats[{k}]"), why))
        };
        self.formats.iter().enumerate().map(of).collect()
    }

    fn optimizers(&self) -> Result<Vec<Arc<dyn AnyOptimizer>>, Invalid> {
        let build = |(k, one): (usize, &Candidate)| {
            one.optimizer.build(&format!("run.qat.optimizers[{k}].optimizer"))
        };
        self.optimizers.iter().enumerate().map(build).collect()
    }

    /// A run as a part of all. Which others there are does not matter.
    fn part(&self, cell: Cell, optimizer: &dyn AnyOptimizer) -> Part {
        let QatRun { sizes, optimizers, formats: _, steps, delta: _, seeds: _ } = self;
        let Cell { optimizer: number, format, size, seed } = cell;
        let (format, size) = (self.format(format), &sizes[size]);
        let settings = (size.settings(), optimizer, format, steps, seed);
        let name = &optimizers[number].name;
        Part::new("qat", format!("{name}, {format}, {} parameters, seed {seed}", inner(size)), &settings)
    }

    /// The loss of the test images behind a run, or why there is none.
    fn loss(
        &self,
        cell: Cell,
        optimizer: Arc<dyn AnyOptimizer>,
        kept: Option<&Straight>,
    ) -> Result<Result<f64, String>, Invalid> {
        let problem = StraightDigits { digits: &self.sizes[cell.size], kept };
        let mut weights = problem.start(cell.seed);
        let (storages, streams) = (Storages::default(), Streams::new(cell.seed));
        let mut run = Run::new(&problem, optimizer, Plain::<f32>::default(), &storages, streams, &weights)?;
        let mut failed = None;
        while failed.is_none() && run.t() < self.steps {
            failed = run.step(&mut Blind).err().map(|diverged| diverged.why);
        }
        run.weights(&mut weights);
        let loss = problem.loss(&weights, &ResidualDigits::test());
        Ok(match failed {
            Some(why) => Err(why),
            None if loss.is_finite() => Ok(loss),
            None => Err(format!("the loss is {loss}")),
        })
    }
}
