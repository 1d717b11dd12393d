//! Quantized optimizers beside their theorems, over horizons and mantissas.

mod adam;
mod muon;
mod show;

pub use adam::TheoremAdam;
pub use muon::TheoremMuon;

use rayon::prelude::*;

use super::rounded::What;
use crate::bound::Tally;
use crate::experiment::{Findings, Progress};
use crate::framework::Places;

/// What is rounded in a cell, to how many bits, over how many steps.
#[derive(Clone, Copy, Debug)]
struct Setting {
    /// `None`: nothing is rounded.
    rounded: Option<(What, u32)>,
    steps: u64,
}

impl Setting {
    /// The row of the table.
    fn row(&self) -> String {
        self.rounded.map_or("exact".into(), |(what, _)| what.to_string())
    }

    fn at(&self) -> String {
        match self.rounded {
            None => format!("T = {}", self.steps),
            Some((_, bits)) => format!("M = {bits}, T = {}", self.steps),
        }
    }
}

/// What came of a cell.
#[derive(Clone, Debug)]
struct Cell {
    setting: Setting,
    measured: f64,
    /// The bounds; infinity where they say nothing, NaN where they cannot be evaluated.
    a_priori: f64,
    a_posteriori: f64,
    trivial: f64,
    /// What else was measured, for the table.
    notes: Vec<String>,
    diverged: Option<u64>,
    tallies: [Tally; 2],
}

/// Settings that both kinds have, and what differs between them in words.
struct Grid<'a> {
    horizons: &'a [u64],
    mantissas: &'a [u32],
    rounded: &'a [What],
    rounding: halfulp::Rounding,
    /// Heads of the notes.
    notes: &'a [&'a str],
    /// What is measured.
    unit: &'a str,
}

impl Grid<'_> {
    /// All cells: without rounding first, then each thing that is rounded, by mantissa and horizon.
    fn settings(&self) -> Vec<Setting> {
        let exact = self.horizons.iter().map(|&steps| Setting { rounded: None, steps });
        let mut all: Vec<Setting> = exact.collect();
        for &what in self.rounded {
            for &bits in self.mantissas {
                let cell = |&steps: &u64| Setting { rounded: Some((what, bits)), steps };
                all.extend(self.horizons.iter().map(cell));
            }
        }
        all
    }

    /// Computes every cell. The result is the same for any number of threads.
    fn run(
        &self,
        progress: &dyn Progress,
        compute: impl Fn(Setting, &Places) -> Cell + Sync,
    ) -> Result<Findings, String> {
        let settings = self.settings();
        progress.parts(settings.len() as u64);
        let cell = |setting: &Setting| {
            let places = match setting.rounded {
                None => Places::EXACT,
                Some((what, bits)) => what.places(bits, self.rounding)?,
            };
            let cell = compute(*setting, &places);
            progress.done();
            Ok(cell)
        };
        let cells: Result<Vec<Cell>, String> = settings.par_iter().with_max_len(1).map(cell).collect();
        Ok(show::findings(self, &cells?))
    }
}
