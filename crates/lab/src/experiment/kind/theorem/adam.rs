//! Adam without a first moment.

use serde::Deserialize;

use super::super::ALONE;
use super::super::rounded::{self, RoundingName, What};
use super::{Cell, Grid, Setting};
use crate::bound::{Tally, theorem_adam};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, inline};
use crate::framework::{Adam, AdamRun, Places};
use crate::problem::ProblemSpec;

/// `[run.theorem-adam]`: `alpha = learning-rate / sqrt(T)`, `beta1 = 0`, `beta2 = 1 - 1 / T`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TheoremAdam {
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
    /// Under the root, in the scaling without averages.
    epsilon: f64,
    problem: ProblemSpec,
}

const KIND: &str = "run.theorem-adam";

fn wrong(key: &str, why: impl Into<String>) -> Invalid {
    Invalid::new(format!("{KIND}.{key}"), why)
}

impl TheoremAdam {
    fn adam(&self, steps: u64) -> Adam {
        let t = steps as f64;
        Adam {
            steps,
            alpha: self.learning_rate / t.sqrt(),
            beta1: 0.0,
            beta2: 1.0 - 1.0 / t,
            epsilon: self.epsilon,
        }
    }

    fn cell(setting: Setting, runs: &theorem_adam::Runs<'_>) -> Cell {
        let mut tallies = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
        let [a_priori, a_posteriori] = &mut tallies;
        runs.observe(a_priori, a_posteriori, &setting.at());
        let (known, measured) = runs.terms();
        let note = |x: f64| format!("{x:.3e}");
        Cell {
            setting,
            measured: runs.measured(),
            a_priori: known.map_or(f64::NAN, |terms| terms.value().get()),
            a_posteriori: measured.value().get(),
            trivial: measured.trivial(),
            notes: vec![
                note(measured.rho),
                note(measured.gradient),
                note(measured.weights.unwrap_or(f64::NAN)),
            ],
            diverged: runs.runs.iter().find_map(|run| run.diverged),
            tallies,
        }
    }
}

impl Kind for TheoremAdam {
    fn check(&self) -> Result<(), Invalid> {
        rounded::grid(&self.mantissas, &self.horizons).map_err(|(key, why)| wrong(key, why))?;
        for (key, value) in [("learning-rate", self.learning_rate), ("epsilon", self.epsilon)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(wrong(key, format!("expected more than 0, got {value}")));
            }
        }
        for (k, what) in self.rounded.iter().enumerate() {
            let why = match what {
                What::Momentum => {
                    "the theorem has no first moment: expected gradients, weights, second or all"
                }
                What::NoMaster => "the theorem needs a master: expected gradients, weights, second or all",
                _ => continue,
            };
            return Err(wrong(&format!("rounded[{k}]"), why));
        }
        self.problem.check().map_err(|e| wrong(&e.key, e.why))?;
        // Which constants there are does not depend on sizes, and those of a large problem take long.
        let problem = self.problem.smallest().build().map_err(|e| wrong(&e.key, e.why))?;
        theorem_adam::Needs::of(&problem.constants(), &format!("{KIND}.problem")).map(drop)
    }

    fn memory(&self, threads: u64) -> Memory {
        let cells = [self.horizons.len(), self.mantissas.len(), 1 + self.rounded.len()].map(|n| n as u64);
        let seeds = self.seeds.as_slice().len() as u64;
        let elements = Memory::of("run.theorem-adam.problem", &[self.problem.elements(), ALONE, threads]);
        let problem = self.problem.memory("run.theorem-adam.problem");
        Memory::of_runs("run.theorem-adam.horizons", &cells)
            .and(Memory::of_runs("run.theorem-adam.seeds", &[seeds, threads]))
            .and(problem)
            .and(elements)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let problem = self.problem.build().map_err(|e| wrong(&e.key, e.why))?;
        let constants = problem.constants();
        let needs = theorem_adam::Needs::of(&constants, &format!("{KIND}.problem"))?;
        let grid = Grid {
            horizons: &self.horizons,
            mantissas: &self.mantissas,
            rounded: &self.rounded,
            rounding: self.rounding.0,
            notes: &["rho", "largest gradient element", "largest norm of weights"],
            unit: "mean of |grad F|^2",
        };
        let compute = |setting: Setting, places: &Places| {
            let adam = self.adam(setting.steps);
            let one = |&seed: &u64| adam.measure(&*problem, places, constants.domain, seed);
            let runs: Vec<AdamRun> = self.seeds.as_slice().iter().map(one).collect();
            let dimension = problem.dimension();
            TheoremAdam::cell(setting, &theorem_adam::Runs { adam, places, dimension, needs, runs: &runs })
        };
        let mut found = grid.run(progress, compute).map_err(|why| wrong("rounding", why))?;
        found.settings.extend([
            ("seeds".to_string(), format!("{:?}", self.seeds.as_slice())),
            ("learning-rate".into(), format!("{} / sqrt(T)", self.learning_rate)),
            ("beta1, beta2".into(), "0, 1 - 1 / T".into()),
            ("epsilon".into(), self.epsilon.to_string()),
            ("problem".into(), inline(&self.problem)),
            ("constants".into(), constants.to_string()),
        ]);
        Ok(found)
    }
}
