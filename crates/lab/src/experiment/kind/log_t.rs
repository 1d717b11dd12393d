//! How many bits of mantissa a run needs, as it gets longer: the grid of horizons and mantissas.

mod cells;
mod fit;
mod show;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::cells::Grid;
use super::ALONE;
use super::rounded::{self, RoundingName, What};
use crate::bound::{theorem_adam, theorem_muon};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, range};
use crate::framework::{Adam, Muon};
use crate::problem::{Problem, ProblemSpec};

/// `[run.log-t]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogT {
    /// Numbers of steps. Learning rates and decays depend on them.
    horizons: Vec<u64>,
    /// Stored bits of the significand.
    mantissas: Vec<u32>,
    /// How is rounded.
    roundings: Vec<RoundingName>,
    /// Of starting point, gradients and rounding. All runs of a seed see the same gradient noise.
    #[serde(default)]
    seeds: Seeds,
    /// The excess over the run without rounding that is tolerated, 0.02 for 2 percent.
    #[serde(default = "two_percent")]
    tolerance: f64,
    /// The horizon whose excesses are listed.
    listed: u64,
    /// What runs.
    runs: Vec<RunSpec>,
    /// Differences of slopes, by name.
    #[serde(default)]
    differences: Vec<Difference>,
}

/// `[[run.log-t.runs]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RunSpec {
    name: String,
    optimizer: OptimizerSpec,
    problem: ProblemSpec,
    rounded: Vec<RoundedSpec>,
}

/// What is rounded, and what is predicted of the slope.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RoundedSpec {
    what: What,
    /// The slope that stagnation predicts under rounding to nearest.
    mechanism: Option<f64>,
    /// The slope with which a paper's theorem is satisfied.
    sufficient: Option<f64>,
}

/// Schedules that depend on the horizon T.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OptimizerSpec {
    /// `alpha = learning-rate / sqrt(T)`, `beta2 = 1 - 1 / T` unless it is given.
    #[serde(rename_all = "kebab-case")]
    Adam {
        learning_rate: f64,
        #[serde(default)]
        beta1: f64,
        beta2: Option<f64>,
        epsilon: f64,
    },
    /// `eta = learning-rate T^(-3/4)`, `beta = 1 - T^(-1/2)`.
    #[serde(rename_all = "kebab-case")]
    Muon { learning_rate: f64 },
}

/// The slope of one row less that of another, each `RUN.WHAT.ROUNDING`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Difference {
    name: String,
    of: String,
    less: String,
}

fn two_percent() -> f64 {
    0.02
}

impl OptimizerSpec {
    fn adam(self, steps: u64) -> Option<Adam> {
        let OptimizerSpec::Adam { learning_rate, beta1, beta2, epsilon } = self else { return None };
        let beta2 = beta2.unwrap_or(1.0 - 1.0 / steps as f64);
        Some(Adam { steps, alpha: learning_rate / (steps as f64).sqrt(), beta1, beta2, epsilon })
    }

    fn muon(self, steps: u64) -> Option<Muon> {
        let OptimizerSpec::Muon { learning_rate } = self else { return None };
        let root = (steps as f64).sqrt();
        Some(Muon { steps, eta: learning_rate / (root * root.sqrt()), beta: 1.0 - 1.0 / root })
    }

    /// The key and why, of what is wrong.
    fn check(self) -> Result<(), (&'static str, &'static str)> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        match self {
            OptimizerSpec::Adam { learning_rate, .. } if !positive(learning_rate) => {
                Err(("adam.learning-rate", "expected more than 0"))
            }
            OptimizerSpec::Adam { beta1, .. } if !(0.0..1.0).contains(&beta1) => {
                Err(("adam.beta1", "expected 0 to below 1"))
            }
            OptimizerSpec::Adam { beta2: Some(beta2), .. } if !(beta2 > 0.0 && beta2 < 1.0) => {
                Err(("adam.beta2", "expected more than 0 and less than 1"))
            }
            OptimizerSpec::Adam { epsilon, .. } if !positive(epsilon) => {
                Err(("adam.epsilon", "expected more than 0"))
            }
            OptimizerSpec::Muon { learning_rate } if !positive(learning_rate) => {
                Err(("muon.learning-rate", "expected more than 0"))
            }
            _ => Ok(()),
        }
    }
}

impl LogT {
    fn wrong(key: &str, why: impl Into<String>) -> Invalid {
        Invalid::new(format!("run.log-t.{key}"), why)
    }

    /// The problem of a run.
    fn problem(&self, k: usize) -> Result<Box<dyn Problem>, Invalid> {
        let built = self.runs[k].problem.build();
        built.map_err(|e| Invalid::new(format!("run.log-t.runs[{k}].{}", e.key), e.why))
    }

    fn check_run(&self, k: usize) -> Result<(), Invalid> {
        let run = &self.runs[k];
        let wrong = |key: &str, why: &str| Err(LogT::wrong(&format!("runs[{k}].{key}"), why));
        if run.name.is_empty() || !run.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return wrong("name", "expected letters, digits and dashes");
        }
        if let Err((key, why)) = run.optimizer.check() {
            return wrong(&format!("optimizer.{key}"), why);
        }
        let at = |e: Invalid| LogT::wrong(&format!("runs[{k}].{}", e.key), e.why);
        run.problem.check().map_err(at)?;
        let problem = run.problem.smallest().build().map_err(at)?;
        let muon = matches!(run.optimizer, OptimizerSpec::Muon { .. });
        if muon && problem.shapes().len() != 1 {
            return wrong(
                "problem",
                "expected a problem of one matrix: that is what Muon's theorem is about",
            );
        }
        for (i, rounded) in run.rounded.iter().enumerate() {
            for (key, slope) in [("mechanism", rounded.mechanism), ("sufficient", rounded.sufficient)] {
                let key = format!("run.log-t.runs[{k}].rounded[{i}].{key}");
                range::within(key, slope.unwrap_or(0.0), &(-100.0..=100.0))?;
            }
            let why = match rounded.what {
                What::Second if muon => "Muon has no second moment",
                What::Momentum if !muon && run.optimizer.adam(64).is_some_and(|adam| adam.beta1 == 0.0) => {
                    "with beta1 = 0 there is no first moment to store"
                }
                _ => continue,
            };
            return wrong(&format!("rounded[{i}].what"), why);
        }
        if run.rounded.is_empty() { wrong("rounded", "expected something that is rounded") } else { Ok(()) }
    }
}

impl Kind for LogT {
    fn check(&self) -> Result<(), Invalid> {
        rounded::grid(&self.mantissas, &self.horizons).map_err(|(key, why)| LogT::wrong(key, why))?;
        if self.roundings.is_empty() {
            return Err(LogT::wrong("roundings", "expected at least one"));
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return Err(LogT::wrong("tolerance", "expected more than 0 and less than 1"));
        }
        if !self.horizons.contains(&self.listed) {
            return Err(LogT::wrong("listed", "expected one of the horizons"));
        }
        let names: BTreeSet<&str> = self.runs.iter().map(|run| run.name.as_str()).collect();
        if names.len() != self.runs.len() || names.is_empty() {
            return Err(LogT::wrong("runs", "expected runs, each with a name of its own"));
        }
        (0..self.runs.len()).try_for_each(|k| self.check_run(k))
    }

    fn memory(&self, threads: u64) -> Memory {
        let rounded: u64 = self.runs.iter().map(|run| 1 + run.rounded.len() as u64).sum();
        let grid = [self.horizons.len(), self.mantissas.len(), self.roundings.len()].map(|n| n as u64);
        let cells = Memory::of_runs("run.log-t.horizons", &grid).times(rounded);
        let seeds = Memory::of_runs("run.log-t.seeds", &[self.seeds.as_slice().len() as u64, threads]);
        let problem = |run: &RunSpec| run.problem.memory("run.log-t.runs");
        let elements = self.runs.iter().map(|run| run.problem.elements()).max().unwrap_or(0);
        let elements = Memory::of("run.log-t.runs", &[elements, ALONE, threads]);
        self.runs.iter().map(problem).fold(cells.and(seeds).and(elements), Memory::and)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let mut grid = Grid::new(self)?;
        grid.run(progress);
        show::findings(self, &grid)
    }
}

/// A problem with the constants that the bounds need, as far as it has them.
struct Known {
    problem: Box<dyn Problem>,
    constants: crate::problem::Constants,
    adam: Option<theorem_adam::Needs>,
    muon: Option<theorem_muon::Needs>,
}

impl Known {
    fn new(problem: Box<dyn Problem>) -> Known {
        let constants = problem.constants();
        // Where a problem has not all constants the bound is not evaluated, and says so.
        let adam = theorem_adam::Needs::of(&constants, "").ok();
        let muon = theorem_muon::Needs::of(&constants, "").ok();
        Known { problem, constants, adam, muon }
    }
}
