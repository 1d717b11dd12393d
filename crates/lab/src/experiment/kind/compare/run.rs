//! One run.

use serde::{Deserialize, Serialize};

use super::cases::Case;
use super::moments::{Moment, Moments};
use super::settings::{CompareRun, Metric};
use crate::arithmetic::{Arithmetic, Computing, Native, Plain, Rounded};
use crate::detect::{Detectors, Value, coefficients, constants};
use crate::experiment::{Invalid, Part};
use crate::optimizer::{AnyOptimizer, StepIn};
use crate::problem::Problem;
use crate::report::{Detection, Divergence};
use crate::storage::StorageError;
use crate::train::{Both, Run, Streams};

/// What a run found.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) curve: Vec<(f64, f64)>,
    pub(super) last: f64,
    pub(super) accuracy: Option<f64>,
    pub(super) detections: Vec<Detection>,
    pub(super) diverged: Option<Divergence>,
    /// Moments that are kept in few bits.
    pub(super) low_bit: Vec<Moment>,
}

impl Case {
    /// It and a seed, as a part of a run. Which others there are, and what is made of all, does not matter.
    pub(super) fn part(&self, run: &CompareRun, seed: u64) -> Part {
        let CompareRun {
            problem,
            steps: usual,
            metric,
            every,
            last,
            diverged,
            seeds: _,
            cases: _,
            sweeps: _,
            ratios: _,
        } = run;
        let Case { name, figure: _, beside: _, optimizer, steps, arithmetic, storage } = self;
        let (steps, looks) = (steps.unwrap_or(*usual), (metric, every, last, diverged));
        let settings = (problem, steps, looks, (optimizer, arithmetic, storage), seed);
        Part::new("compare", format!("{name}, seed {seed}"), &settings)
    }
}

impl CompareRun {
    pub(super) fn case(&self, case: &Case, problem: &dyn Problem, seed: u64) -> Result<Outcome, Invalid> {
        let wrong = |e: StorageError| Invalid::new("run.compare.cases.arithmetic", e.to_string());
        match &case.arithmetic {
            Computing::F64 => self.one(case, problem, seed, Plain::<f64>::default()),
            Computing::F32 => self.one(case, problem, seed, Plain::<f32>::default()),
            Computing::Rounded(storage) => {
                let Some((format, policy)) = storage.format() else {
                    return Err(Invalid::new(
                        "run.compare.cases.arithmetic",
                        "expected a format that rounds",
                    ));
                };
                self.one(case, problem, seed, Rounded::<f64>::new(format, policy).map_err(wrong)?)
            }
        }
    }

    fn one<V, A>(&self, case: &Case, problem: &dyn Problem, seed: u64, a: A) -> Result<Outcome, Invalid>
    where
        V: Native + Value,
        A: Arithmetic<Number = V> + Clone,
        dyn AnyOptimizer: StepIn<A>,
    {
        let start = problem.start(seed);
        let at_start = problem.value(&start);
        let limit = self.diverged * at_start.abs();
        let streams = Streams::new(seed);
        let mut run = Run::new(problem, case.optimizer.clone(), a.clone(), &case.storage, streams, &start)?;
        let mut detectors = Detectors::new(&case.storage);
        let mut moments = Moments::new(case, problem, seed);
        let (mut weights, mut gradient) = (start.clone(), vec![0.0; start.len()]);
        // Of a network the loss is most of a run: where it is what is looked at, it is computed once.
        let mut look = |weights: &[f64], loss: f64| match self.metric {
            Metric::Loss => loss,
            Metric::GradientNorm => {
                problem.gradient(weights, &mut gradient);
                gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
            }
        };
        let mut curve = vec![(0.0, look(&start, at_start))];
        let (mut sum, mut diverged) = (0.0, None);
        let steps = case.steps.unwrap_or(self.steps);
        for t in 1..=steps {
            if let Err(d) = run.step(&mut Both(&mut detectors, &mut moments)) {
                diverged = Some((d.step, d.why));
                break;
            }
            let counts = t > steps - self.last;
            if !t.is_multiple_of(self.every) && !counts {
                continue;
            }
            run.weights(&mut weights);
            let loss = problem.value(&weights);
            let seen = look(&weights, loss);
            if t.is_multiple_of(self.every) {
                curve.push((t as f64, seen));
            }
            // At the steps that count, too: a run that ends in infinity has diverged.
            if let Some(why) = self.beyond(loss, limit) {
                diverged = Some((t, why));
                break;
            }
            sum += if counts { seen } else { 0.0 };
        }
        let last = if diverged.is_some() { f64::INFINITY } else { sum / self.last as f64 };
        let mut detections = detectors.detections(&case.name);
        detections.extend(self.constants(case, &a)?);
        let name = |(step, why)| Divergence { of: case.name.clone(), step, why, expected: false };
        Ok(Outcome {
            curve,
            last,
            accuracy: problem.accuracy(&weights),
            detections,
            diverged: diverged.map(name),
            low_bit: moments.found(),
        })
    }

    /// Why a loss is no longer that of a run that converges.
    fn beyond(&self, loss: f64, limit: f64) -> Option<String> {
        let why = || format!("the loss is {loss:.3e}, more than {} times where it started", self.diverged);
        (loss.is_nan() || loss.abs() > limit).then(why)
    }

    fn constants<A: Arithmetic>(&self, case: &Case, a: &A) -> Result<Vec<Detection>, Invalid> {
        let wrong = |e: StorageError| Invalid::new("run.compare.cases.storage.coefficients", e.to_string());
        let detect = |beta: f64| {
            let stored = constants(a, beta, &case.storage).map_err(wrong)?;
            Ok(coefficients(beta, stored, &format!("{}, beta {beta}", case.name)))
        };
        case.optimizer.decays().into_iter().filter(|beta| *beta > 0.0).map(detect).collect()
    }
}
