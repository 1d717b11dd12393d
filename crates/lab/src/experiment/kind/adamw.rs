//! `[run.adamw]`: AdamW in low precision beside its exact twin, which sees the same gradients.

use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;

mod curves;

use curves::{curves, followed, with_ends};

use super::TWIN;
use crate::arithmetic::{Arithmetic, Computing, Native, Plain, Rounded, Running};
use crate::bound::Tally;
use crate::bound::adamw::{ClosedLoop, OpenLoop};
use crate::bound::running::{RunningTwin, deviation};
use crate::detect::{Detectors, Value, coefficients, constants};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, inline, range};
use crate::optimizer::{Elementwise, Observer, OptimizerSpec, Quantity, States, Storages};
use crate::problem::{Constants, Problem, ProblemSpec};
use crate::report::{Axis, Curve, Curves, Detection, Divergence, Figure};
use crate::train::{Run, Seeds as Step, Streams, Watch};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AdamwRun {
    /// What is minimized.
    problem: ProblemSpec,
    /// Adam and its numbers; a case can have its own.
    optimizer: OptimizerSpec,
    /// Steps of each run.
    steps: u64,
    /// Seeds of gradients and of stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
    /// What is run.
    cases: Vec<Case>,
}

/// One case: an arithmetic, and where each tensor is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    name: String,
    #[serde(default)]
    arithmetic: Computing,
    #[serde(default)]
    storage: Storages,
    optimizer: Option<OptimizerSpec>,
}

/// A problem and its constants.
type Known<'p> = (&'p dyn Problem, Constants);

/// What a run found.
struct Outcome {
    tallies: Vec<Tally>,
    detections: Vec<Detection>,
    diverged: Option<Divergence>,
    curves: Vec<Curve>,
    /// Numbers by name: of several seeds the largest counts.
    numbers: Vec<(&'static str, f64)>,
}

/// Two that watch one run.
struct Both<'a, A, B>(&'a mut A, &'a mut B);

impl<N, A: Observer<N>, B: Observer<N>> Observer<N> for Both<'_, A, B> {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        self.0.see(what, first, values);
        self.1.see(what, first, values);
    }
}

impl<N, A: Watch<N>, B: Watch<N>> Watch<N> for Both<'_, A, B> {
    fn before(&mut self, at: &Step, states: &States<N>, gradient: &[N]) {
        self.0.before(at, states, gradient);
        self.1.before(at, states, gradient);
    }

    fn after(&mut self, at: &Step, states: &States<N>) {
        self.0.after(at, states);
        self.1.after(at, states);
    }
}

/// Whether an optimizer can be built, and has bounds of whole runs.
fn bounded(optimizer: &OptimizerSpec, key: &str) -> Result<(), Invalid> {
    match optimizer.build(key)? {
        Elementwise::Muon(muon) if muon.rest.is_some() => {
            let why =
                "there is no bound for runs of two optimizers: expected none, or the experiment kind compare";
            Err(Invalid::new(format!("{key}.muon.rest"), why))
        }
        _ => Ok(()),
    }
}

impl Kind for AdamwRun {
    fn check(&self) -> Result<(), Invalid> {
        range::steps("run.adamw.steps", self.steps)?;
        self.problem
            .check_gradients(self.steps)
            .map_err(|e| Invalid::new(format!("run.adamw.{}", e.key), e.why))?;
        if self.cases.is_empty() {
            return Err(Invalid::new("run.adamw.cases", "expected at least one"));
        }
        bounded(&self.optimizer, "run.adamw.optimizer")?;
        for (k, case) in self.cases.iter().enumerate() {
            if let Some(optimizer) = &case.optimizer {
                bounded(optimizer, &format!("run.adamw.cases[{k}].optimizer"))?;
            }
            let wrong = |(key, e): (&str, crate::storage::StorageError)| {
                Invalid::new(format!("run.adamw.cases[{k}].storage.{key}"), e.to_string())
            };
            case.storage.keepers().map_err(wrong)?;
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let (cases, seeds) = (self.cases.len() as u64, self.seeds.as_slice().len() as u64);
        // Three points of three numbers each a step, and what became of the bounds of the whole run.
        let curves = Memory::of("run.adamw.steps", &[self.steps, 200, cases, seeds]);
        let problem = self.problem.memory("run.adamw.problem");
        let elements = Memory::of("run.adamw.problem", &[self.problem.elements(), TWIN, threads]);
        Memory::of_runs("run.adamw.seeds", &[cases, seeds]).and(curves).and(problem).and(elements)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let problem = self
            .problem
            .build_gradients()
            .map_err(|e| Invalid::new(format!("run.adamw.{}", e.key), e.why))?;
        let seeds = self.seeds.as_slice();
        let cells: Vec<(&Case, u64)> =
            self.cases.iter().flat_map(|case| seeds.iter().map(move |&seed| (case, seed))).collect();
        progress.parts(cells.len() as u64);
        let problem = (problem.as_ref(), problem.constants());
        let outcomes: Vec<Outcome> = cells
            .par_iter()
            .map(|(case, seed)| {
                let outcome = self.case(case, problem, *seed);
                progress.done();
                outcome
            })
            .collect::<Result<_, _>>()?;
        Ok(self.findings(outcomes))
    }
}

impl AdamwRun {
    /// A trace that is named by a relative path is in this folder.
    pub(super) fn relative_to(&mut self, folder: &Path) {
        self.problem.relative_to(folder);
    }

    fn case(&self, case: &Case, problem: Known<'_>, seed: u64) -> Result<Outcome, Invalid> {
        let wrong =
            |e: crate::storage::StorageError| Invalid::new("run.adamw.cases.arithmetic", e.to_string());
        match &case.arithmetic {
            Computing::F64 => self.watched(case, problem, seed, Plain::<f64>::default()),
            Computing::F32 => self.watched(case, problem, seed, Plain::<f32>::default()),
            Computing::Rounded(storage) => {
                let Some((format, policy)) = storage.format() else {
                    return Err(Invalid::new("run.adamw.cases.arithmetic", "expected a format that rounds"));
                };
                self.watched(case, problem, seed, Rounded::<f64>::new(format, policy).map_err(wrong)?)
            }
        }
    }

    fn watched<V, A>(&self, case: &Case, problem: Known<'_>, seed: u64, a: A) -> Result<Outcome, Invalid>
    where
        V: Native + Value,
        A: Arithmetic<Number = V> + Clone + Send + 'static,
    {
        let (problem, known) = problem;
        let spec = case.optimizer.as_ref().unwrap_or(&self.optimizer);
        let optimizer = spec.build("run.adamw.optimizer")?;
        let name = format!("{}, seed {seed}", case.name);
        let streams = Streams::new(seed);
        let start = problem.start(seed);
        let mut run = Run::new(problem, optimizer.clone(), a.clone(), &case.storage, streams, &start)?;
        let mut stored = Vec::new();
        run.weights(&mut stored);
        let mut detectors = Detectors::new(&case.storage);
        let mut outcome = Outcome {
            tallies: Vec::new(),
            detections: Vec::new(),
            diverged: None,
            curves: Vec::new(),
            numbers: Vec::new(),
        };
        let diverged = |d: crate::train::Diverged| Divergence {
            of: case.name.clone(),
            step: d.step,
            why: d.why,
            expected: false,
        };
        match &optimizer {
            Elementwise::Adam(adam) if !case.storage.compensated && problem.is_recorded() => {
                let mut open = OpenLoop::new(adam, &a, &case.storage, &stored, &name)?;
                let result = (0..self.steps).try_for_each(|_| run.step(&mut Both(&mut detectors, &mut open)));
                outcome.diverged = result.err().map(diverged);
                outcome.curves = curves(&open.curve, "open-loop bound");
                outcome.numbers = numbers_of_open(&open, adam.betas[1]);
                outcome.tallies = open.tallies();
            }
            Elementwise::Adam(adam) if !case.storage.compensated => {
                let open = OpenLoop::new(adam, &a, &case.storage, &stored, &name)?;
                let (seed, master) = (streams.gradients(), case.storage.master);
                let mut closed = ClosedLoop::new(open, problem, &known, seed, master, &stored, &name);
                let result =
                    (0..self.steps).try_for_each(|_| run.step(&mut Both(&mut detectors, &mut closed)));
                outcome.diverged = result.err().map(diverged);
                outcome.curves = curves(&closed.open.curve, "open-loop bound");
                let bound = curves(&closed.curve, "closed-loop bound, while it says something").pop();
                outcome.curves.extend(bound.filter(|curve| !curve.points.is_empty()));
                outcome.numbers = numbers(&closed, adam.betas[1]);
                outcome.tallies = closed.tallies();
            }
            _ => {
                outcome.diverged =
                    (0..self.steps).try_for_each(|_| run.step(&mut detectors)).err().map(diverged)
            }
        }
        if outcome.diverged.is_none() {
            let deviation = deviation(stored.len() as u64, self.steps);
            let running = Running::within(a.clone(), deviation);
            let mut run = Run::new(problem, optimizer.clone(), running, &case.storage, streams, &stored)?;
            let mut twin = RunningTwin::new(optimizer.clone(), &stored, deviation, &name);
            let result = (0..self.steps).try_for_each(|_| run.step(&mut twin));
            outcome.diverged = result.err().map(diverged);
            let measured = outcome.curves.is_empty();
            outcome.curves.extend(followed(&twin.curve, measured));
            outcome.numbers.extend([
                (
                    "steps through which run.running informs of nine weights in ten of CASE",
                    twin.informs_until(0) as f64,
                ),
                (
                    "steps through which run.worst-case informs of nine weights in ten of CASE",
                    twin.informs_until(1) as f64,
                ),
            ]);
            outcome.tallies.extend(twin.tallies());
            outcome.tallies.push(run.arithmetic().roundings().clone());
        }
        outcome.detections = detectors.detections(&case.name);
        let betas = match &optimizer {
            Elementwise::Adam(adam) => adam.betas.to_vec(),
            Elementwise::Sgd(sgd) => vec![sgd.momentum],
            Elementwise::Muon(_) => vec![],
        };
        for beta in betas.into_iter().filter(|beta| *beta > 0.0) {
            let wrong = |e: crate::storage::StorageError| {
                Invalid::new("run.adamw.cases.storage.coefficients", e.to_string())
            };
            let stored = constants(&a, beta, &case.storage).map_err(wrong)?;
            outcome.detections.push(coefficients(beta, stored, &format!("{}, beta {beta}", case.name)));
        }
        Ok(outcome)
    }

    fn findings(&self, outcomes: Vec<Outcome>) -> Findings {
        let mut found = Findings::default();
        let seeds = self.seeds.as_slice().len();
        for (case, group) in self.cases.iter().zip(outcomes.chunks(seeds)) {
            let first = found.bounds.len();
            for k in 0..group[0].tallies.len() {
                let mut tally = group[0].tallies[k].clone();
                for other in group[1..].iter().filter_map(|o| o.tallies.get(k)) {
                    tally.merge(other.clone());
                }
                found.bounds.push((case.name.clone(), tally));
            }
            for (k, (what, _)) in group[0].numbers.iter().enumerate() {
                let largest = group.iter().filter_map(|o| o.numbers.get(k)).map(|n| n.1).fold(0.0, f64::max);
                found.numbers.push((what.replace("CASE", &case.name), largest));
            }
            found.detections.extend(group[0].detections.iter().cloned());
            found.divergences.extend(group.iter().filter_map(|o| o.diverged.clone()));
            let tallies: Vec<Tally> = found.bounds[first..].iter().map(|(_, tally)| tally.clone()).collect();
            found.figures.push(Figure::Curves(Curves {
                name: format!("distance-{}", found.figures.len()),
                title: format!("{}: distance from the exact twin", case.name),
                x: Axis::linear("step"),
                y: Axis::log("largest |weight - exact weight| of all elements"),
                curves: with_ends(group[0].curves.clone(), &tallies),
            }));
        }
        found.settings.push(("problem".into(), inline(&self.problem)));
        found.settings.extend(settings("optimizer", &self.optimizer));
        found.settings.push(("steps".into(), self.steps.to_string()));
        found.settings.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        for case in &self.cases {
            let s = &case.storage;
            let master = if s.master { ", master weights" } else { "" };
            let storages = format!(
                "{}; weights {}, gradients {}, first moment {}, second moment {}{master}",
                case.arithmetic, s.weights, s.gradients, s.first, s.second
            );
            found.settings.push((case.name.clone(), storages));
            found.settings.extend(
                case.optimizer.as_ref().and_then(|own| settings(&format!("{}, optimizer", case.name), own)),
            );
        }
        found
    }
}

/// What a certificate comes to.
fn numbers_of_open(open: &OpenLoop, beta: f64) -> Vec<(&'static str, f64)> {
    let mut all = vec![("update error of CASE, in u", open.largest_update_error())];
    if let Some(u) = open.second_unit() {
        all.push(("u / (1 - beta2) of CASE", u / (1.0 - beta)));
    }
    all.push(("share of steps with e^v >= v of CASE", open.stagnant()));
    let until = open.informs_until() as f64;
    all.push(("steps through which adamw.open-loop informs of nine weights in ten of CASE", until));
    all
}

/// What a certificate and its closed loop come to.
fn numbers(closed: &ClosedLoop<'_>, beta: f64) -> Vec<(&'static str, f64)> {
    let mut all = numbers_of_open(&closed.open, beta);
    all.push((
        "last step of which the closed loop of CASE says something",
        closed.curve.last().map_or(0.0, |p| p.0),
    ));
    all.push(("growth of the closed loop of CASE, a step", closed.growth()));
    all
}

/// An optimizer with all its numbers and choices.
fn settings(key: &str, optimizer: &OptimizerSpec) -> Option<(String, String)> {
    let built = optimizer.build(key).ok()?;
    let numbers = match &built {
        Elementwise::Adam(adam) => inline(adam),
        Elementwise::Sgd(sgd) => inline(sgd),
        Elementwise::Muon(_) => String::new(),
    };
    Some((key.into(), format!("{} {numbers}", built.name())))
}
