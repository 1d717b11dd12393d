//! An optimizer on a problem, step by step.

use super::{Seeds, Streams};
use crate::arithmetic::Arithmetic;
use crate::experiment::Invalid;
use crate::optimizer::{Fed, Keepers, Observer, States, Step, StepIn, Storages};
use crate::problem::{Problem, Shape};

/// Who looks at a run: at what each step computes, and at the states before and after it.
pub trait Watch<N>: Observer<N> {
    /// A step begins: with these states, and this gradient as it was stored.
    fn before(&mut self, _at: &Seeds, _states: &States<N>, _gradient: &[N]) {}
    /// The step is done.
    fn after(&mut self, _at: &Seeds, _states: &States<N>) {}
}

impl<N> Watch<N> for crate::optimizer::Blind {}

/// A run went out of the numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diverged {
    /// The step, from 1.
    pub step: u64,
    /// What became infinite or NaN.
    pub why: String,
}

/// A run of an optimizer.
///
/// Gradients are taken at the weights as they are stored, and are stored before the step uses them. With a master copy the step
/// updates that, and it is never rounded. Every tensor of the problem is stored on its own: blocks of a storage start anew with each.
pub struct Run<'p, A: Arithmetic, P> {
    problem: &'p dyn Problem,
    shapes: Vec<Shape>,
    optimizer: P,
    arithmetic: A,
    keepers: Keepers,
    states: States<A::Number>,
    streams: Streams,
    t: u64,
    master: bool,
    fed: Option<Fed<A::Number>>,
    seen: Vec<f64>,
    gradient: Vec<f64>,
    kept: Vec<f64>,
    stored: Vec<A::Number>,
}

impl<'p, A: Arithmetic, P: StepIn<A>> Run<'p, A, P> {
    /// A run from where the problem starts. Without a master copy the starting weights are stored first.
    ///
    /// # Errors
    /// A storage that cannot be had, with its key below `storage`.
    pub fn new(
        problem: &'p dyn Problem,
        optimizer: P,
        arithmetic: A,
        storages: &Storages,
        streams: Streams,
        start: &[f64],
    ) -> Result<Run<'p, A, P>, Invalid> {
        let wrong = |(key, e): (&str, crate::storage::StorageError)| {
            Invalid::new(format!("run.storage.{key}"), e.to_string())
        };
        let (mut keepers, shapes) = (storages.keepers().map_err(wrong)?, problem.shapes());
        keepers.ends = ends(&shapes);
        let proportion = optimizer.optimizer().proportion(1);
        let misfit = |e: Invalid| Invalid::new(format!("run.storage.{}", e.key), e.why);
        storages.check_feedback(proportion).map_err(misfit)?;
        let fed = Fed::take(storages.feedback, &mut keepers);
        let moments = optimizer.optimizer().moments();
        let matrices = shapes.iter().map(|shape| optimizer.optimizer().matrices(shape)).sum();
        let zeros = |some: bool| vec![arithmetic.number(0.0); if some { start.len() } else { 0 }];
        let states = States {
            weights: start.iter().map(|&x| arithmetic.number(x)).collect(),
            compensation: zeros(storages.compensated),
            first: zeros(moments > 0),
            second: zeros(moments > 1),
            matrices: vec![arithmetic.number(0.0); matrices],
        };
        let stored = zeros(true);
        let none = || vec![0.0; start.len()];
        let (seen, gradient, kept) = (none(), none(), none());
        let master = storages.master;
        let mut run = Run {
            problem,
            shapes,
            optimizer,
            arithmetic,
            keepers,
            states,
            streams,
            t: 0,
            master,
            fed,
            seen,
            gradient,
            kept,
            stored,
        };
        let seed = run.streams.step(0).weights;
        for range in run.keepers.tensors(start.len()) {
            let (part, first) = (&mut run.states.weights[range.clone()], range.start as u64);
            run.arithmetic.store(&mut run.keepers.weights, part, seed, first);
        }
        if let (Some(fed), Some(how)) = (&mut run.fed, proportion) {
            fed.start(&mut run.arithmetic, how, seed, &mut run.states);
        }
        Ok(run)
    }

    /// The weights that gradients are taken at: as they are stored.
    fn see(&mut self, seed: u64) {
        if self.master {
            self.stored.clone_from_slice(&self.states.weights);
            for range in self.keepers.tensors(self.stored.len()) {
                let first = range.start as u64;
                self.arithmetic.store(&mut self.keepers.seen, &mut self.stored[range], seed, first);
            }
            value(&self.arithmetic, &self.stored, &mut self.seen);
        } else {
            value(&self.arithmetic, &self.states.weights, &mut self.seen);
        }
    }

    /// One step.
    ///
    /// # Errors
    /// A gradient or a weight that is infinite or NaN.
    pub fn step<W: Watch<A::Number>>(&mut self, watch: &mut W) -> Result<(), Diverged> {
        self.t += 1;
        let seeds = self.streams.step(self.t);
        self.see(halfulp::noise::word(seeds.weights, 9));
        self.problem.sample(&self.seen, self.streams.gradients(), self.t, &mut self.gradient);
        self.kept.clone_from(&self.gradient);
        for range in self.keepers.tensors(self.kept.len()) {
            let first = range.start as u64;
            self.keepers.gradients.store(&mut self.kept[range], seeds.gradients, first);
        }
        for (to, &g) in self.stored.iter_mut().zip(&self.kept) {
            *to = self.arithmetic.number(g);
        }
        self.finite("gradient", &self.stored)?;
        watch.before(&seeds, &self.states, &self.stored);
        let (a, states, keepers) = (&mut self.arithmetic, &mut self.states, &mut self.keepers);
        let step = Step { seeds: &seeds, shapes: &self.shapes, states, gradients: &self.stored, keepers };
        let done = match &mut self.fed {
            None => self.optimizer.step_in(a, step, watch),
            Some(fed) => self.optimizer.step_in(a, step, &mut fed.watching(watch)),
        };
        done.map_err(|e| Diverged { step: self.t, why: e.to_string() })?;
        if let (Some(fed), Some(how)) = (&mut self.fed, self.optimizer.optimizer().proportion(self.t)) {
            fed.give_back(&mut self.arithmetic, how, &seeds, &mut self.states);
        }
        watch.after(&seeds, &self.states);
        self.finite("weight", &self.states.weights)
    }

    fn finite(&self, what: &str, values: &[A::Number]) -> Result<(), Diverged> {
        match values.iter().map(|x| self.arithmetic.value(x)).enumerate().find(|(_, x)| !x.is_finite()) {
            None => Ok(()),
            Some((k, x)) => Err(Diverged { step: self.t, why: format!("{what} {k} is {x}") }),
        }
    }

    /// The step that was done last, from 1.
    #[must_use]
    pub const fn t(&self) -> u64 {
        self.t
    }

    /// The states.
    #[must_use]
    pub const fn states(&self) -> &States<A::Number> {
        &self.states
    }

    /// The arithmetic.
    #[must_use]
    pub const fn arithmetic(&self) -> &A {
        &self.arithmetic
    }

    /// The weights that are updated: the master copy, if there is one.
    pub fn weights(&self, to: &mut Vec<f64>) {
        to.resize(self.states.weights.len(), 0.0);
        value(&self.arithmetic, &self.states.weights, to);
    }

    /// The gradient that the last step saw, before it was stored.
    #[must_use]
    pub fn gradient(&self) -> &[f64] {
        &self.gradient
    }
}

/// Where each tensor ends in the arrays of all of them.
fn ends(shapes: &[Shape]) -> Vec<usize> {
    let end = |at: &mut usize, shape: &Shape| {
        *at += shape.elements();
        Some(*at)
    };
    shapes.iter().scan(0, end).collect()
}

fn value<A: Arithmetic>(a: &A, from: &[A::Number], to: &mut [f64]) {
    for (to, x) in to.iter_mut().zip(from) {
        *to = a.value(x);
    }
}
