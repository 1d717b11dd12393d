//! Muon with polar factors.

use serde::Deserialize;

use super::super::ALONE;
use super::super::rounded::{self, RoundingName, What};
use super::{Cell, Grid, Setting};
use crate::bound::{Tally, theorem_muon};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, inline};
use crate::framework::{Muon, MuonRun, Places};
use crate::problem::ProblemSpec;

/// `[run.theorem-muon]`: `eta = learning-rate T^(-3/4)`, `beta = 1 - T^(-1/2)`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TheoremMuon {
    /// Numbers of steps.
    horizons: Vec<u64>,
    /// Stored bits of the significand.
    mantissas: Vec<u32>,
    /// What is rounded: each on its own.
    rounded: Vec<What>,
    /// How.
    rounding: RoundingName,
    #[serde(default)]
    seeds: Seeds,
    learning_rate: f64,
    problem: ProblemSpec,
}

const KIND: &str = "run.theorem-muon";

fn wrong(key: &str, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("{KIND}.{key}"), why)
}

impl TheoremMuon {
    fn muon(&self, steps: u64) -> Muon {
        let root = (steps as f64).sqrt();
        Muon { steps, eta: self.learning_rate / (root * root.sqrt()), beta: 1.0 - 1.0 / root }
    }

    fn cell(setting: Setting, runs: &theorem_muon::Runs<'_>) -> Cell {
        let mut tallies = [&theorem_muon::A_PRIORI, &theorem_muon::A_POSTERIORI].map(Tally::new);
        let [a_priori, a_posteriori] = &mut tallies;
        runs.observe(a_priori, a_posteriori, &setting.at());
        let (known, measured) = runs.terms();
        let note = |x: f64| format!("{x:.3e}");
        let value = |terms: theorem_muon::Terms| terms.value().map_or(f64::NAN, |bound| bound.get());
        Cell {
            setting,
            measured: runs.measured(),
            a_priori: value(known),
            a_posteriori: value(measured),
            trivial: measured.trivial(),
            notes: vec![
                note(known.kappa().get()),
                note(measured.kappa().get()),
                note(measured.weights.unwrap_or(f64::NAN)),
                note(measured.polar),
            ],
            diverged: runs.runs.iter().find_map(|run| run.diverged),
            tallies,
        }
    }
}

impl Kind for TheoremMuon {
    fn check(&self) -> Result<(), Invalid> {
        rounded::grid(&self.mantissas, &self.horizons).map_err(|(key, why)| wrong(key, why))?;
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return Err(wrong("learning-rate", format!("expected more than 0, got {}", self.learning_rate)));
        }
        for (k, what) in self.rounded.iter().enumerate() {
            let why = match what {
                What::Second => "Muon has no second moment: expected gradients, weights, momentum or all",
                What::NoMaster => "the theorem needs a master: expected gradients, weights, momentum or all",
                _ => continue,
            };
            return Err(wrong(&format!("rounded[{k}]"), why));
        }
        self.problem.check().map_err(|e| wrong(&e.key, e.why))?;
        // Which constants there are does not depend on sizes, and those of a large problem take long.
        let problem = self.problem.smallest().build().map_err(|e| wrong(&e.key, e.why))?;
        if problem.shapes().len() != 1 {
            return Err(wrong(
                "problem",
                "expected a problem of one matrix: that is what the theorem is about",
            ));
        }
        theorem_muon::Needs::of(&problem.constants(), &format!("{KIND}.problem")).map(drop)
    }

    fn memory(&self, threads: u64) -> Memory {
        let cells = [self.horizons.len(), self.mantissas.len(), 1 + self.rounded.len()].map(|n| n as u64);
        let seeds = self.seeds.as_slice().len() as u64;
        let elements = Memory::of("run.theorem-muon.problem", &[self.problem.elements(), ALONE, threads]);
        let problem = self.problem.memory("run.theorem-muon.problem");
        Memory::of_runs("run.theorem-muon.horizons", &cells)
            .and(Memory::of_runs("run.theorem-muon.seeds", &[seeds, threads]))
            .and(problem)
            .and(elements)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let problem = self.problem.build().map_err(|e| wrong(&e.key, e.why))?;
        let constants = problem.constants();
        let needs = theorem_muon::Needs::of(&constants, &format!("{KIND}.problem"))?;
        let rank = problem.shapes().iter().map(|shape| shape.rows.min(shape.columns)).sum();
        let grid = Grid {
            horizons: &self.horizons,
            mantissas: &self.mantissas,
            rounded: &self.rounded,
            rounding: self.rounding.0,
            notes: &[
                "kappa by format",
                "kappa as measured",
                "largest norm of weights",
                "polar factor's error",
            ],
            unit: "mean of |grad f|_*",
        };
        let compute = |setting: Setting, places: &Places| {
            let muon = self.muon(setting.steps);
            let one = |&seed: &u64| muon.measure(&*problem, places, constants.domain, seed);
            let runs: Vec<MuonRun> = self.seeds.as_slice().iter().map(one).collect();
            TheoremMuon::cell(setting, &theorem_muon::Runs { muon, places, rank, needs, runs: &runs })
        };
        let mut found = grid.run(progress, compute).map_err(|why| wrong("rounding", why))?;
        found.settings.extend([
            ("seeds".to_string(), format!("{:?}", self.seeds.as_slice())),
            ("learning-rate".into(), format!("{} T^(-3/4)", self.learning_rate)),
            ("beta".into(), "1 - T^(-1/2)".into()),
            ("problem".into(), inline(&self.problem)),
            ("constants".into(), constants.to_string()),
        ]);
        Ok(found)
    }
}
