//! One run.

use std::sync::Arc;

use super::curves::{curves, followed};
use super::numbers::{Number, numbers, numbers_of_open};
use super::settings::{AdamwRun, Case};
use crate::arithmetic::{Arithmetic, Computing, Native, Plain, Rounded, Running};
use crate::bound::adamw::{ClosedLoop, OpenLoop};
use crate::bound::running::{RunningTwin, deviation};
use crate::bound::{Along, Setting, Tally};
use crate::detect::{Detectors, Value, coefficients, constants};
use crate::experiment::Invalid;
use crate::optimizer::{Adam, AnyOptimizer, StepIn};
use crate::problem::{Constants, Problem};
use crate::report::{Curve, Detection, Divergence};
use crate::storage::StorageError;
use crate::train::{Both, Diverged, Run, Streams};

/// A problem and its constants.
pub(super) type Known<'p> = (&'p dyn Problem, Constants);

/// What a run found.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) tallies: Vec<Tally>,
    pub(super) detections: Vec<Detection>,
    pub(super) diverged: Option<Divergence>,
    pub(super) curves: Vec<Curve>,
    /// Numbers by name, of each case one of all seeds.
    pub(super) numbers: Vec<Number>,
}

impl AdamwRun {
    pub(super) fn case(&self, case: &Case, problem: Known<'_>, seed: u64) -> Result<Outcome, Invalid> {
        let wrong = |e: StorageError| Invalid::new("run.adamw.cases.arithmetic", e.to_string());
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
        let mut outcome = Outcome::default();
        let diverged = |d| case.diverged(d);
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
            let twin = Twin { problem, optimizer: &optimizer, streams, start: &stored, name: &name };
            self.beside_twin(case, twin, a.clone(), &mut outcome)?;
        }
        outcome.detections = detectors.detections(&case.name);
        outcome.detections.extend(case.constants(&*optimizer, &a)?);
        Ok(outcome)
    }

    /// The run beside its exact twin.
    fn beside_twin<V, A>(
        &self,
        case: &Case,
        twin: Twin<'_>,
        a: A,
        outcome: &mut Outcome,
    ) -> Result<(), Invalid>
    where
        V: Native,
        A: Arithmetic<Number = V> + Clone + Send + 'static,
        dyn AnyOptimizer: StepIn<Running<A>>,
    {
        let Twin { problem, optimizer, streams, start, name } = twin;
        let deviation = deviation(start.len() as u64, self.steps);
        let running = Running::within(a, deviation);
        let mut run = Run::new(problem, optimizer.clone(), running, &case.storage, streams, start)?;
        let mut twin = RunningTwin::new(optimizer.clone(), problem.shapes(), start, deviation, name);
        let result = (0..self.steps).try_for_each(|_| run.step(&mut twin));
        outcome.diverged = result.err().map(|d| case.diverged(d));
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
        Ok(())
    }
}

/// What a twin begins with.
struct Twin<'t> {
    problem: &'t dyn Problem,
    optimizer: &'t Arc<dyn AnyOptimizer>,
    streams: Streams,
    /// The weights as they are stored.
    start: &'t [f64],
    name: &'t str,
}

impl Case {
    fn diverged(&self, d: Diverged) -> Divergence {
        Divergence { of: self.name.clone(), step: d.step, why: d.why, expected: false }
    }

    /// Decays that a format changes.
    fn constants<A: Arithmetic>(
        &self,
        optimizer: &dyn AnyOptimizer,
        a: &A,
    ) -> Result<Vec<Detection>, Invalid> {
        let wrong = |e: StorageError| Invalid::new("run.adamw.cases.storage.coefficients", e.to_string());
        let detect = |beta: f64| {
            let stored = constants(a, beta, &self.storage).map_err(wrong)?;
            Ok(coefficients(beta, stored, &format!("{}, beta {beta}", self.name)))
        };
        optimizer.decays().into_iter().filter(|beta| *beta > 0.0).map(detect).collect()
    }
}
