//! Learning rates that are tuned: by the rule that is part of the file.

use super::optimizer::{LearningRate, Optimizer};
use super::settings::GridRun;
use crate::parallel;
use crate::problem::Problem;
use crate::train::horizon::Places;

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
    let all = parallel::map(&jobs, one);
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
