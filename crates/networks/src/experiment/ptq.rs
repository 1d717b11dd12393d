//! The kind of experiment `[run.ptq]`: networks are trained by several optimizers to one loss, then quantized, and it is asked which of their metrics tells
//! the loss after that.

mod correlations;
mod findings;
mod networks;
mod settings;

use std::sync::Arc;

use halfulp_lab::experiment::{Divided, Findings, Invalid, Kind, Memory, Parts, Progress, Stopped, whole};
use halfulp_lab::optimizer::AnyOptimizer;

use super::names;
use super::rates::at_rate;
use crate::problem::within;
use crate::quantizer::Form;
use networks::{Cell, Network};
use settings::Candidate;
pub use settings::PtqRun;

fn wrong(key: impl std::fmt::Display, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("run.ptq.{key}"), why)
}

impl Kind for PtqRun {
    fn check(&self) -> Result<(), Invalid> {
        let key = |e: Invalid| wrong(&e.key, e.why);
        self.model.check().map_err(key)?;
        let texts = |key, all: Vec<&str>| names(key, &all).map_err(|(key, why)| wrong(key, why));
        texts("formats", self.formats.iter().map(String::as_str).collect())?;
        texts("optimizers", self.optimizers.iter().map(|o| o.name.as_str()).collect())?;
        self.forms()?;
        self.built()?;
        self.target().check().map_err(|(key, why)| wrong(key, why))?;
        if !(1..=100_000).contains(&self.resamples) {
            return Err(wrong("resamples", format!("{}: expected 1 to 100000", self.resamples)));
        }
        within("rows", self.rows, 1..=1 << 16).map_err(key)?;
        within("rows", self.rows, 1..=self.model.training_rows(usize::MAX).labels.len()).map_err(key)
    }

    fn memory(&self, threads: u64) -> Memory {
        let rates = self.optimizers.iter().map(|one| one.rates.len() as u64).sum::<u64>();
        let networks = rates.saturating_mul(self.seeds.as_slice().len() as u64);
        let at_once = networks.min(threads);
        let numbers = self.model.numbers_a_row() as u64;
        let activations = Memory::of("run.ptq.rows", &[self.rows as u64, numbers, 16, at_once]);
        // Weights, gradients, moments, preconditioners as large, and matrices as they are kept.
        let parameters = Memory::of("run.ptq.model", &[self.model.parameters() as u64, 144, at_once]);
        Memory::of_runs("run.ptq.seeds", &[networks]).and(parameters).and(activations)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for PtqRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let (forms, built) = (self.forms()?, self.built()?);
        let seeds = self.seeds.as_slice();
        let rates = built.iter().enumerate().flat_map(|(k, rates)| (0..rates.len()).map(move |r| (k, r)));
        let cells: Vec<Cell> = rates
            .flat_map(|(optimizer, rate)| seeds.iter().map(move |&seed| Cell { optimizer, rate, seed }))
            .collect();
        let outcomes = parts.map(
            &cells,
            |cell| self.part(cell, &*built[cell.optimizer][cell.rate]),
            |cell| self.outcome(cell.seed, built[cell.optimizer][cell.rate].clone(), &forms),
        )?;
        let all = cells.into_iter().zip(outcomes);
        let networks: Vec<Network> =
            all.map(|(cell, of)| Network { cell, steps: of.steps, found: of.found }).collect();
        Ok(self.findings(&networks, &forms))
    }
}

impl PtqRun {
    fn forms(&self) -> Result<Vec<Form>, Invalid> {
        let form = |(k, name): (usize, &String)| {
            Form::named(name).map_err(|why| wrong(format!("formats[{k}]"), why))
        };
        self.formats.iter().enumerate().map(form).collect()
    }

    /// Each optimizer at each of its rates.
    fn built(&self) -> Result<Vec<Vec<Arc<dyn AnyOptimizer>>>, Invalid> {
        let build = |(k, one): (usize, &Candidate)| {
            let key = format!("optimizers[{k}]");
            if one.rates.is_empty() || !one.rates.is_sorted_by(|x, y| x < y) {
                return Err(wrong(format!("{key}.rates"), "expected at least one, in ascending order"));
            }
            let at = |&rate: &f64| match at_rate(&one.optimizer, rate) {
                Some(spec) => spec.build(&format!("run.ptq.{key}.optimizer")),
                None => Err(wrong(
                    format!("{key}.optimizer"),
                    "rates apply to the optimizers of halfulp-lab, and to shampoo and soap with a table adam",
                )),
            };
            one.rates.iter().map(at).collect()
        };
        self.optimizers.iter().enumerate().map(build).collect()
    }
}
