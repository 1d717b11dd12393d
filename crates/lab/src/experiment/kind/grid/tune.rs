//! Learning rates that are tuned: the rule is part of the file, and has seeds of its own.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::GridRun;
use super::optimizer::{LearningRate, Optimizer};
use crate::experiment::Seeds;
use crate::problem::Problem;
use crate::train::horizon::Places;

/// For each horizon the best of `least`, `least factor`, ... up to `greatest`: the one whose run without rounding has the smallest mean gradient
/// over the seeds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tuned {
    least: f64,
    greatest: f64,
    factor: f64,
    seeds: Seeds,
}

/// Most rates of a grid.
const MOST: usize = 64;

impl Tuned {
    /// What is wrong, and the part of the key. `others` are the seeds of the runs that are looked at.
    pub(super) fn check(&self, others: &[u64]) -> Result<(), (&'static str, String)> {
        if !(self.factor > 1.0 && self.factor.is_finite()) {
            return Err((".factor", format!("expected more than 1, got {}", self.factor)));
        }
        if !(self.least > 0.0 && self.least < self.greatest && self.greatest.is_finite()) {
            return Err((".least", "expected more than 0, and less than greatest".into()));
        }
        let count = self.rates().take(MOST + 1).count();
        if !(3..=MOST).contains(&count) {
            return Err((".factor", format!("expected a grid of 3 to {MOST} rates, got {count}")));
        }
        match self.seeds.as_slice().iter().find(|seed| others.contains(seed)) {
            Some(seed) => Err((
                ".seeds",
                format!(
                    "expected seeds that the runs have not: with {seed} the rate would fit the runs' noise"
                ),
            )),
            None => Ok(()),
        }
    }

    fn rates(&self) -> impl Iterator<Item = f64> {
        let rate = |k: i32| self.least * self.factor.powi(k);
        // The last one may be off by a rounding.
        (0..).map(rate).take_while(|rate| *rate <= self.greatest * (1.0 + 1e-9))
    }
}

/// A learning rate with what it was chosen from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Rate {
    /// The factor of the schedule.
    pub(super) factor: f64,
    /// Whether it is the least or the greatest of its grid: the best may lie beyond.
    pub(super) at_end: bool,
}

/// The learning rates by run, then horizon.
pub(super) fn rates(settings: &GridRun, problems: &[Box<dyn Problem>]) -> Vec<Vec<Rate>> {
    let jobs = (0..problems.len()).flat_map(|run| settings.horizons.iter().map(move |&steps| (run, steps)));
    let jobs: Vec<(usize, u64)> = jobs.collect();
    let one = |&(run, steps): &(usize, u64)| best(settings, &*problems[run], run, steps);
    let all: Vec<Rate> = jobs.par_iter().with_max_len(1).map(one).collect();
    all.chunks(settings.horizons.len()).map(<[Rate]>::to_vec).collect()
}

fn best(settings: &GridRun, problem: &dyn Problem, run: usize, steps: u64) -> Rate {
    let optimizer = &settings.runs[run].optimizer;
    let tuned = match optimizer.rate() {
        LearningRate::Given(factor) => return Rate { factor: *factor, at_end: false },
        LearningRate::Tuned(tuned) => tuned,
    };
    let places = Places { iteration: optimizer.iteration(), ..Places::EXACT };
    let size = |rate: f64| {
        let size = |&seed: &u64| match optimizer.of(steps, rate) {
            Optimizer::Adam(adam) => adam.thinned(problem, &places, settings.stride(steps), seed).mean_square,
            Optimizer::Muon(muon) => {
                muon.thinned(problem, &places, settings.stride(steps), seed).mean_nuclear
            }
        };
        tuned.seeds.as_slice().iter().map(size).sum::<f64>()
    };
    let found: Vec<(f64, f64)> = tuned.rates().map(|rate| (rate, size(rate))).collect();
    let mut least = 0;
    for (k, (_, size)) in found.iter().enumerate() {
        // A run that diverged is NaN, and smaller than nothing.
        if *size < found[least].1 || found[least].1.is_nan() {
            least = k;
        }
    }
    Rate { factor: found[least].0, at_end: least == 0 || least + 1 == found.len() }
}
