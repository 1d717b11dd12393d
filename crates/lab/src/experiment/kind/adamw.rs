//! `[run.adamw]`: AdamW in low precision beside its exact twin, which sees the same gradients.

use std::path::Path;

use serde::Deserialize;

mod curves;
mod numbers;

use curves::{curves, followed, with_ends};
use numbers::{Number, numbers, numbers_of_open, of_seeds, settings};

use super::TWIN;
use crate::arithmetic::{Arithmetic, Computing, Native, Plain, Rounded, Running};
use crate::bound::adamw::{ClosedLoop, OpenLoop};
use crate::bound::running::{RunningTwin, deviation};
use crate::bound::{Along, Setting, Tally};
use crate::detect::{Detectors, Value, coefficients, constants};
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, inline, range};
use crate::optimizer::{Adam, AnyOptimizer, Feedback, OptimizerSpec, StepIn, Storages};
use crate::parallel;
use crate::problem::{Constants, Problem, ProblemSpec};
use crate::registry::Registry;
use crate::report::{Axis, Curve, Curves, Detection, Divergence, Figure};
use crate::train::{Both, Run, Streams};

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
    /// Where bounds of other crates come from.
    #[serde(skip, default = "Registry::current")]
    registry: Registry,
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
    /// Numbers by name, of each case one of all seeds.
    numbers: Vec<Number>,
}

/// Whether an optimizer can be built, and has bounds of whole runs.
fn bounded(optimizer: &OptimizerSpec, key: &str) -> Result<(), Invalid> {
    match optimizer.build(key)?.unbounded() {
        Some(e) => Err(Invalid::new(format!("{key}.{}.{}", optimizer.name(), e.key), e.why)),
        None => Ok(()),
    }
}

impl Kind for AdamwRun {
    fn relative_to(&mut self, folder: &Path) {
        self.problem.relative_to(folder);
    }

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
            if case.storage.feedback != Feedback::None {
                let why = "there are no bounds for runs with error feedback: expected none, or the experiment kinds compare and eco";
                return Err(Invalid::new(format!("run.adamw.cases[{k}].storage.feedback"), why));
            }
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
        let outcomes: Vec<Outcome> =
            parallel::try_map(&cells, || progress.done(), |(case, seed)| self.case(case, problem, *seed))?;
        Ok(self.findings(outcomes))
    }
}

impl AdamwRun {
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
        dyn AnyOptimizer: StepIn<A> + StepIn<Running<A>>,
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
        let setting = Setting {
            optimizer: &*optimizer,
            arithmetic: a.errors(),
            storages: &case.storage,
            problem,
            start: &stored,
            of: &name,
        };
        let mut along = Along::new(self.registry.bounds_of(&setting));
        let served = optimizer.downcast::<Adam>().filter(|_| !case.storage.compensated);
        let seen = &mut Both(&mut detectors, &mut along);
        match served {
            Some(adam) if problem.is_recorded() => {
                let mut open = OpenLoop::new(adam, &a, &case.storage, &stored, &name)?;
                let result = (0..self.steps).try_for_each(|_| run.step(&mut Both(seen, &mut open)));
                outcome.diverged = result.err().map(diverged);
                outcome.curves = curves(&open.curve, "open-loop bound");
                outcome.numbers = numbers_of_open(&open, adam.betas[1]);
                outcome.tallies = open.tallies();
            }
            Some(adam) => {
                let open = OpenLoop::new(adam, &a, &case.storage, &stored, &name)?;
                let (seed, master) = (streams.gradients(), case.storage.master);
                let mut closed = ClosedLoop::new(open, problem, &known, seed, master, &stored, &name);
                let result = (0..self.steps).try_for_each(|_| run.step(&mut Both(seen, &mut closed)));
                outcome.diverged = result.err().map(diverged);
                outcome.curves = curves(&closed.open.curve, "open-loop bound");
                let bound = curves(&closed.curve, "closed-loop bound, while it says something").pop();
                outcome.curves.extend(bound.filter(|curve| !curve.points.is_empty()));
                outcome.numbers = numbers(&closed, adam.betas[1]);
                outcome.tallies = closed.tallies();
            }
            None => outcome.diverged = (0..self.steps).try_for_each(|_| run.step(seen)).err().map(diverged),
        }
        outcome.tallies.extend(along.tallies());
        if outcome.diverged.is_none() {
            let deviation = deviation(stored.len() as u64, self.steps);
            let running = Running::within(a.clone(), deviation);
            let mut run = Run::new(problem, optimizer.clone(), running, &case.storage, streams, &stored)?;
            let mut twin = RunningTwin::new(optimizer.clone(), problem.shapes(), &stored, deviation, &name);
            let result = (0..self.steps).try_for_each(|_| run.step(&mut twin));
            outcome.diverged = result.err().map(diverged);
            let measured = outcome.curves.is_empty();
            outcome.curves.extend(followed(&twin.curve, measured));
            outcome.numbers.extend([
                Number::least(
                    "steps through which run.running is informative for nine weights in ten of CASE",
                    twin.informs_until(0) as f64,
                ),
                Number::least(
                    "steps through which run.worst-case is informative for nine weights in ten of CASE",
                    twin.informs_until(1) as f64,
                ),
            ]);
            outcome.tallies.extend(twin.tallies());
            outcome.tallies.push(run.arithmetic().roundings().clone());
        }
        outcome.detections = detectors.detections(&case.name);
        for beta in optimizer.decays().into_iter().filter(|beta| *beta > 0.0) {
            let wrong = |e: crate::storage::StorageError| {
                Invalid::new("run.adamw.cases.storage.coefficients", e.to_string())
            };
            let stored = constants(&a, beta, &case.storage).map_err(wrong)?;
            outcome.detections.push(coefficients(beta, stored, &format!("{}, beta {beta}", case.name)));
        }
        Ok(outcome)
    }

    fn findings(&self, outcomes: Vec<Outcome>) -> Findings {
        let mut found = Findings { uniform: true, ..Findings::default() };
        let seeds = self.seeds.as_slice().len();
        for (case, group) in self.cases.iter().zip(outcomes.chunks(seeds)) {
            let tallies = merged(group);
            found.bounds.extend(tallies.iter().map(|tally| (case.name.clone(), tally.clone())));
            found.numbers.extend(of_seeds(group.iter().flat_map(|outcome| &outcome.numbers), &case.name));
            found.detections.extend(group[0].detections.iter().cloned());
            found.divergences.extend(group.iter().filter_map(|o| o.diverged.clone()));
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

/// The bounds of all seeds, by name: a run that diverged has fewer than the others.
fn merged(group: &[Outcome]) -> Vec<Tally> {
    let mut all: Vec<Tally> = Vec::new();
    for tally in group.iter().flat_map(|outcome| &outcome.tallies) {
        match all.iter_mut().find(|known| std::ptr::eq(known.statement, tally.statement)) {
            Some(known) => known.merge(tally.clone()),
            None => all.push(tally.clone()),
        }
    }
    all
}
