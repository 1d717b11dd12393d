//! `[run.compare]`: optimizers and storages on one problem, side by side.

mod cases;
mod found;
mod moments;

use serde::{Deserialize, Serialize};

use super::ALONE;
use crate::arithmetic::{Arithmetic, Computing, Native, Plain, Rounded};
use crate::detect::{Detectors, Value, coefficients, constants};
use crate::experiment::{
    Divided, Findings, Invalid, Kind, Memory, Parts, Progress, Seeds, Stopped, range, whole,
};
use crate::optimizer::{AnyOptimizer, OptimizerSpec, StepIn};
use crate::problem::{Problem, ProblemSpec};
use crate::report::{Detection, Divergence};
use crate::storage::StorageError;
use crate::train::{Both, Run, Streams};
use cases::{Case, CaseSpec, Sweep};
use moments::{Moment, Moments};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CompareRun {
    /// What is minimized.
    problem: ProblemSpec,
    /// Steps of each run.
    steps: u64,
    /// What is looked at.
    metric: Metric,
    /// Steps between two looks.
    #[serde(default = "one")]
    every: u64,
    /// Steps at the end whose mean is the final number.
    #[serde(default = "one")]
    last: u64,
    /// A run has diverged when its loss is this many times the loss at the start.
    #[serde(default = "thousand")]
    diverged: f64,
    /// Seeds of starts, gradients and stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
    /// What is run.
    #[serde(default)]
    cases: Vec<CaseSpec>,
    /// Cases that differ in one number.
    #[serde(default)]
    sweeps: Vec<Sweep>,
    /// Ratios of two cases, beside those that cases have.
    #[serde(default)]
    ratios: Vec<Ratio>,
}

/// The final number of one case over that of another, seed by seed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ratio {
    name: String,
    of: String,
    over: String,
}

const fn one() -> u64 {
    1
}

const fn thousand() -> f64 {
    1000.0
}

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Metric {
    /// The Euclidean norm of the full gradient at the weights that are updated.
    GradientNorm,
    /// The loss there.
    Loss,
}

/// What a run found.
#[derive(Serialize, Deserialize)]
struct Outcome {
    curve: Vec<(f64, f64)>,
    last: f64,
    accuracy: Option<f64>,
    detections: Vec<Detection>,
    diverged: Option<Divergence>,
    /// Moments that are kept in few bits.
    low_bit: Vec<Moment>,
}

impl Kind for CompareRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: &str, why: &str| Err(Invalid::new(format!("run.compare.{key}"), why));
        range::steps("run.compare.steps", self.steps)?;
        range::within("run.compare.every", self.every, &(1..=range::STEPS))?;
        range::within("run.compare.last", self.last, &(1..=self.steps))?;
        self.problem.check().map_err(|e| Invalid::new(format!("run.compare.{}", e.key), e.why))?;
        if self.diverged.is_nan() || self.diverged <= 1.0 {
            return wrong("diverged", "expected a factor above 1");
        }
        let cases = self.all()?;
        if cases.is_empty() {
            return wrong("cases", "expected at least one case or sweep");
        }
        if let Some(steps) = self.steps().find(|steps| !(self.last..=range::STEPS).contains(steps)) {
            return wrong(
                "steps",
                &format!("a case has {steps}: expected {} (last) to {}", self.last, range::STEPS),
            );
        }
        let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return wrong("cases", &format!("two cases are named {:?}", pair[0]));
        }
        let unknown = |name: &&str| !names.contains(name);
        let besides = self.cases.iter().enumerate();
        let besides = besides.filter_map(|(k, spec)| Some((format!("cases[{k}].beside"), spec.beside()?)));
        let ratios = self.ratios.iter().enumerate().flat_map(|(k, ratio)| {
            [(format!("ratios[{k}].of"), &*ratio.of), (format!("ratios[{k}].over"), &*ratio.over)]
        });
        if let Some((key, name)) = besides.chain(ratios).find(|(_, name)| unknown(name)) {
            let named = cases.iter().take(20).map(|case| format!("{:?}", case.name)).collect::<Vec<_>>();
            let more = if cases.len() > named.len() { ", ..." } else { "" };
            let why = format!("no case is named {name:?}: expected one of {}{more}", named.join(", "));
            return wrong(&key, &why);
        }
        let named = |k: usize, ratio: &Ratio| {
            let others = self.ratios[..k].iter().any(|other| other.name == ratio.name);
            ratio.name.is_empty() || others || names.contains(&ratio.name.as_str())
        };
        if let Some(k) = (0..self.ratios.len()).find(|&k| named(k, &self.ratios[k])) {
            return wrong(
                &format!("ratios[{k}].name"),
                "expected a name that no case and no other ratio has",
            );
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let cases: u64 = self.cases.len() as u64 + self.sweeps.iter().map(Sweep::count).sum::<u64>();
        let seeds = self.seeds.as_slice().len() as u64;
        let longest = self.steps().max().unwrap_or(0).max(self.steps);
        let curves = Memory::of("run.compare.steps", &[longest / self.every.max(1), 24, cases, seeds]);
        let elements = Memory::of("run.compare.problem", &[self.problem.elements(), ALONE, threads]);
        let sides =
            Memory::of("run.compare.problem", &[self.problem.longest(), self.problem.longest(), 64, threads]);
        let muon = self.optimizers().any(OptimizerSpec::is_of_matrices);
        // Those with a matrix for each side keep two pairs of them, and compute as many.
        let pairs = self.optimizers().any(OptimizerSpec::keeps_matrices);
        let squares = sides.times(u64::from(muon) + 3 * u64::from(pairs));
        let problem = self.problem.memory("run.compare.problem");
        Memory::of_runs("run.compare.seeds", &[cases, seeds])
            .and(curves)
            .and(problem)
            .and(elements)
            .and(squares)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        whole(self, progress)
    }

    fn divided(&self) -> Option<&dyn Divided> {
        Some(self)
    }
}

impl Divided for CompareRun {
    fn run_parts(&self, parts: &Parts<'_>) -> Result<Findings, Stopped> {
        let build = |e: Invalid| Invalid::new(format!("run.compare.{}", e.key), e.why);
        let (problem, cases) = (self.problem.build().map_err(build)?, self.all()?);
        let seeds = self.seeds.as_slice();
        let cells: Vec<(&Case, u64)> =
            cases.iter().flat_map(|case| seeds.iter().map(move |&seed| (case, seed))).collect();
        let outcomes = parts.map(
            &cells,
            |(case, seed)| case.part(self, *seed),
            |(case, seed)| self.case(case, problem.as_ref(), *seed),
        )?;
        Ok(found::findings(self, &cases, problem.as_ref(), &outcomes))
    }
}

impl CompareRun {
    fn steps(&self) -> impl Iterator<Item = u64> {
        let cases = self.cases.iter().filter_map(CaseSpec::steps);
        cases.chain(self.sweeps.iter().filter_map(Sweep::steps))
    }

    fn optimizers(&self) -> impl Iterator<Item = &OptimizerSpec> {
        self.cases.iter().map(CaseSpec::optimizer).chain(self.sweeps.iter().map(Sweep::optimizer))
    }

    fn all(&self) -> Result<Vec<Case>, Invalid> {
        let mut cases = Vec::new();
        for (k, spec) in self.cases.iter().enumerate() {
            cases.push(spec.case(&format!("run.compare.cases[{k}]"))?);
        }
        for (k, sweep) in self.sweeps.iter().enumerate() {
            cases.extend(sweep.cases(&format!("run.compare.sweeps[{k}]"))?);
        }
        Ok(cases)
    }

    fn case(&self, case: &Case, problem: &dyn Problem, seed: u64) -> Result<Outcome, Invalid> {
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
            if loss.is_nan() || loss.abs() > limit {
                let more =
                    format!("the loss is {loss:.3e}, more than {} times where it started", self.diverged);
                diverged = Some((t, more));
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

    fn constants<A: Arithmetic>(&self, case: &Case, a: &A) -> Result<Vec<Detection>, Invalid> {
        let wrong = |e: StorageError| Invalid::new("run.compare.cases.storage.coefficients", e.to_string());
        let detect = |beta: f64| {
            let stored = constants(a, beta, &case.storage).map_err(wrong)?;
            Ok(coefficients(beta, stored, &format!("{}, beta {beta}", case.name)))
        };
        case.optimizer.decays().into_iter().filter(|beta| *beta > 0.0).map(detect).collect()
    }
}
