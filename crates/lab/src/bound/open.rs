//! Bounds of other crates, evaluated along a run.

use super::{Statement, Tally};
use crate::arithmetic::Native;
use crate::bound::quantization::Errors;
use crate::optimizer::{AnyOptimizer, Observer, Quantity, States, Storages};
use crate::problem::Problem;
use crate::train::{Seeds, Watch};

/// A bound along a run: it sees every step, its numbers in binary64, which is exact of those of the arithmetics that runs are computed in.
///
/// It calls [`Tally::step`] at every step, and [`Tally::observe`] or [`Tally::fail`] in each of its places. A tally that has not seen the last step fails there,
/// and tallies of other statements than the one that the bound was registered with are left out.
pub trait Bound: Watch<f64> + Send {
    /// How it went.
    fn tallies(self: Box<Self>) -> Vec<Tally>;
}

/// A run that is about to begin.
#[derive(Clone, Copy)]
pub struct Setting<'r> {
    /// The optimizer; its method `downcast` says whether it is the one that a bound is about.
    pub optimizer: &'r dyn AnyOptimizer,
    /// How far an operation's result is from the exact one.
    pub arithmetic: Errors,
    /// Where each tensor is kept.
    pub storages: &'r Storages,
    /// What is minimized.
    pub problem: &'r dyn Problem,
    /// The weights at the start, as they are stored.
    pub start: &'r [f64],
    /// What the run is called.
    pub of: &'r str,
}

/// Shows a run to bounds.
pub(crate) struct Along {
    bounds: Vec<(&'static Statement, Box<dyn Bound>)>,
    steps: u64,
    states: States<f64>,
    values: Vec<f64>,
}

impl Along {
    pub(crate) fn new(bounds: Vec<(&'static Statement, Box<dyn Bound>)>) -> Along {
        let [weights, compensation, first, second, matrices, values] = std::array::from_fn(|_| Vec::new());
        Along { bounds, steps: 0, states: States { weights, compensation, first, second, matrices }, values }
    }

    pub(crate) fn tallies(self) -> impl Iterator<Item = Tally> {
        let steps = self.steps;
        self.bounds.into_iter().flat_map(move |(statement, bound)| {
            let mut own = bound.tallies();
            own.retain(|tally| std::ptr::eq(tally.statement, statement));
            if own.is_empty() {
                own.push(Tally::new(statement));
            }
            own.into_iter().map(move |mut tally| {
                if tally.steps().is_none_or(|seen| seen.last < steps) {
                    tally.step(steps);
                    tally.fail(0, || format!("step {steps}, of which it says nothing"));
                }
                tally
            })
        })
    }

    fn take<V: Native>(&mut self, states: &States<V>) {
        let to = &mut self.states;
        widen(&states.weights, &mut to.weights);
        widen(&states.compensation, &mut to.compensation);
        widen(&states.first, &mut to.first);
        widen(&states.second, &mut to.second);
        widen(&states.matrices, &mut to.matrices);
    }
}

fn widen<V: Native>(from: &[V], to: &mut Vec<f64>) {
    to.clear();
    to.extend(from.iter().map(|x| x.wide()));
}

impl<V: Native> Observer<V> for Along {
    fn see(&mut self, what: Quantity, first: usize, values: &[V]) {
        if self.bounds.is_empty() {
            return;
        }
        widen(values, &mut self.values);
        self.bounds.iter_mut().for_each(|(_, bound)| bound.see(what, first, &self.values));
    }
}

impl<V: Native> Watch<V> for Along {
    fn before(&mut self, at: &Seeds, states: &States<V>, gradient: &[V]) {
        if self.bounds.is_empty() {
            return;
        }
        self.steps += 1;
        self.take(states);
        widen(gradient, &mut self.values);
        self.bounds.iter_mut().for_each(|(_, bound)| bound.before(at, &self.states, &self.values));
    }

    fn after(&mut self, at: &Seeds, states: &States<V>) {
        if self.bounds.is_empty() {
            return;
        }
        self.take(states);
        self.bounds.iter_mut().for_each(|(_, bound)| bound.after(at, &self.states));
    }
}
