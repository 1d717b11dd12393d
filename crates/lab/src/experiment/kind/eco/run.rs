//! One run.

use serde::{Deserialize, Serialize};

use super::settings::{EcoRun, Method};
use crate::arithmetic::Plain;
use crate::bound::Tally;
use crate::bound::eco::Follow;
use crate::detect::Detectors;
use crate::experiment::{Invalid, Part};
use crate::optimizer::{Ema, Sgd, Storages};
use crate::problem::Problem;
use crate::report::Detection;
use crate::storage::Storage;
use crate::train::{Both, Run, Streams};

/// A run that is to be made.
pub(super) struct Cell {
    /// The storage as it was asked for.
    pub of: String,
    pub weights: Storage,
    pub method: Method,
    pub rate: f64,
    pub seed: u64,
}

/// What a run found.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    #[serde(with = "crate::bound::tallies")]
    pub tallies: Vec<Tally>,
    /// The root mean square distance of stored weights from the minimizer over the last steps.
    pub distance: f64,
    /// The share of weights that are the same in all of the last steps.
    pub still: f64,
    /// What errors of weights add up to at most.
    pub gain: f64,
    pub detections: Vec<Detection>,
    /// Step and distance.
    pub curve: Vec<(f64, f64)>,
}

impl Cell {
    /// What it is called in reports, without its seed.
    pub(super) fn name(&self) -> String {
        format!("{}, {}, rate {}", self.method.name(), self.of, self.rate)
    }

    /// What it is as a part of a run. Which other cells there are does not matter.
    pub(super) fn part(&self, how: &EcoRun) -> Part {
        let EcoRun {
            weights: _,
            rates: _,
            momentum,
            curvatures,
            dimension,
            optimum,
            start,
            horizon,
            last,
            chance: _,
            seeds: _,
        } = how;
        let Cell { of, weights, method, rate, seed } = self;
        let problem = (curvatures, dimension, optimum, start);
        let settings = (momentum, problem, (horizon, last), (of, weights, method, rate, seed));
        Part::new("eco", format!("{}, seed {seed}", self.name()), &settings)
    }

    pub(super) fn run(&self, how: &EcoRun) -> Result<Outcome, Invalid> {
        let problem = how.problem();
        let plain = Sgd::preset("plain").unwrap_or_else(|| unreachable!("the list has it"));
        let sgd = Sgd { rate: self.rate, momentum: how.momentum, form: Ema::TwoProduct, ..plain };
        let storages = Storages {
            weights: self.weights.clone(),
            master: self.method == Method::Master,
            feedback: self.method.feedback(),
            ..Storages::default()
        };
        let start = problem.start(self.seed);
        let mut run =
            Run::new(&problem, sgd, Plain::<f64>::default(), &storages, Streams::new(self.seed), &start)?;
        let steps = how.steps(self.rate);
        let mut stored = Vec::new();
        run.weights(&mut stored);
        let of = format!("seed {}", self.seed);
        let feedback = self.method.feedback();
        let mut follow =
            Follow::new(&problem, [how.momentum, self.rate], feedback, [&start, &stored], steps, &of);
        let mut detectors = Detectors::new(&storages);
        let (optimum, from) = (problem.optimum(), steps - (how.last * steps as f64).ceil() as u64);
        let (every, mut curve) = (steps.div_ceil(200), Vec::new());
        let (mut sum, mut count, mut still) = (0.0, 0.0, Vec::new());
        for t in 1..=steps {
            let done = match self.method {
                // Its weights are those before they are stored: there is nothing to bound.
                Method::Master => run.step(&mut detectors),
                _ => run.step(&mut Both(&mut detectors, &mut follow)),
            };
            done.map_err(|e| {
                Invalid::new("run.eco.rates", format!("{}: {} at step {}", self.name(), e.why, e.step))
            })?;
            run.weights(&mut stored);
            let square = stored.iter().zip(&optimum).map(|(w, o)| (w - o) * (w - o)).sum::<f64>();
            if t.is_multiple_of(every) {
                curve.push((t as f64, (square / stored.len() as f64).sqrt()));
            }
            if t > from {
                (sum, count) = (sum + square / stored.len() as f64, count + 1.0);
                if still.is_empty() {
                    still = stored.iter().map(|w| (*w, true)).collect();
                }
                still.iter_mut().zip(&stored).for_each(|((was, same), w)| *same &= was == w);
            }
        }
        Ok(Outcome {
            distance: f64::sqrt(sum / count),
            still: still.iter().filter(|(_, same)| *same).count() as f64 / still.len() as f64,
            gain: follow.gain(),
            tallies: if self.method == Method::Master { Vec::new() } else { follow.into_tallies() },
            detections: detectors.detections(&self.name()),
            curve,
        })
    }
}
