//! `[run.ema]`: exponential moving averages in low precision beside their bounds.

mod average;
mod cell;
mod findings;
mod tallies;

use serde::Deserialize;

use average::Outcome;
use cell::Cell;
use findings::findings;

use super::signal::Signal;
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, range};
use crate::optimizer::Ema;
use crate::parallel;
use crate::storage::Storage;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmaRun {
    /// Where the average is kept: each is run.
    storages: Vec<Storage>,
    /// Decays.
    betas: Vec<f64>,
    /// What is averaged.
    signals: Vec<Signal>,
    /// Forms that are also run with every operation rounded to the storage's format.
    #[serde(default)]
    forms: Vec<Ema>,
    /// Steps of each run.
    steps: u64,
    /// Elements of each run.
    elements: usize,
    /// Seeds of signals and of stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
}

impl Kind for EmaRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: &str, why: String| Err(Invalid::new(format!("run.ema.{key}"), why));
        for (k, beta) in self.betas.iter().enumerate() {
            range::share(format!("run.ema.betas[{k}]"), *beta)?;
        }
        for (k, storage) in self.storages.iter().enumerate() {
            if storage.format().is_none() {
                return wrong(&format!("storages[{k}]"), format!("{storage}: expected a format that rounds"));
            }
            if let Err(e) = storage.keeper() {
                return wrong(&format!("storages[{k}]"), e.to_string());
            }
        }
        if let Some(k) = self.forms.iter().position(|form| !matches!(form, Ema::TwoProduct | Ema::Lerp)) {
            return wrong(
                &format!("forms[{k}]"),
                "expected two-product or lerp: the others have no bound".into(),
            );
        }
        range::steps("run.ema.steps", self.steps)?;
        range::elements("run.ema.elements", self.elements)?;
        if self.storages.is_empty() || self.betas.is_empty() || self.signals.is_empty() {
            return wrong("storages", "expected at least one storage, one beta and one signal".into());
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let forms = 1 + self.forms.len();
        let cells =
            [self.storages.len(), self.betas.len(), self.signals.len(), forms, self.seeds.as_slice().len()];
        let cells = Memory::of_runs("run.ema.seeds", &cells.map(|n| n as u64));
        // Some thirty numbers an element.
        cells.and(Memory::of("run.ema.elements", &[self.elements as u64, 320, threads]))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let cells = self.cells();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<Outcome> = parallel::try_map(
            &cells,
            || progress.done(),
            |cell| average::run(cell, self.steps, self.elements),
        )?;
        Ok(findings(&outcomes, self.seeds.as_slice().len(), self.steps, self.elements))
    }
}

impl EmaRun {
    fn cells(&self) -> Vec<Cell<'_>> {
        let mut cells = Vec::new();
        for storage in &self.storages {
            for &beta in &self.betas {
                for &signal in &self.signals {
                    for form in std::iter::once(None).chain(self.forms.iter().map(|&form| Some(form))) {
                        for &seed in self.seeds.as_slice() {
                            cells.push(Cell { storage, beta, signal, form, seed });
                        }
                    }
                }
            }
        }
        cells
    }
}
