//! The exact twin of a run, and what becomes of the run's bounds beside it.

use rug::Float;

use super::{CHANCE, CHANCE_OF_MOMENTS, ENCLOSURE, RUNNING, WORST};
use crate::arithmetic::{Arithmetic, Bounded, Exact, Native};
use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::optimizer::{Keepers, Observer, States, Step as OptimizerStep, Twin};
use crate::problem::Shape;
use crate::train::{Seeds, Watch};

/// The largest distance of weights after a step, the largest bounds, and of how many weights each says something.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// The step, from 1.
    pub t: u64,
    /// The largest distance.
    pub measured: f64,
    /// The largest value of `run.running`, `run.worst-case` and `run.chance`.
    pub largest: [f64; 3],
    /// The weights that each says something of.
    pub informative: [usize; 3],
}

/// Watches a run in running-error arithmetic.
pub struct RunningTwin<P> {
    optimizer: P,
    shapes: Vec<Shape>,
    exact: Exact,
    twin: States<Float>,
    gradient: Vec<Float>,
    deviation: Upper,
    of: String,
    /// Running, worst case, chance; the enclosure, and chance of moments.
    weights: [Tally; 3],
    others: [Tally; 2],
    /// Whether anything was stored by chance.
    by_chance: bool,
    /// What became of weights, step by step.
    pub curve: Vec<Step>,
}

impl<P: Twin> RunningTwin<P> {
    /// Beside a run of these tensors that starts with these weights, where sums of chances are taken to be within so many spreads of 0.
    #[must_use]
    pub fn new(
        optimizer: P,
        shapes: Vec<Shape>,
        start: &[f64],
        deviation: Upper,
        of: &str,
    ) -> RunningTwin<P> {
        let exact = Exact::default();
        let zeros = || vec![exact.number(0.0); start.len()];
        let twin = States {
            weights: start.iter().map(|&x| exact.number(x)).collect(),
            compensation: Vec::new(),
            matrices: Vec::new(),
            first: zeros(),
            second: zeros(),
        };
        let gradient = zeros();
        let weights = [&RUNNING, &WORST, &CHANCE].map(Tally::new);
        let others = [&ENCLOSURE, &CHANCE_OF_MOMENTS].map(Tally::new);
        let of = of.into();
        RunningTwin {
            optimizer,
            shapes,
            exact,
            twin,
            gradient,
            deviation,
            of,
            weights,
            others,
            by_chance: false,
            curve: Vec::new(),
        }
    }

    /// The bounds, as they went: running, worst case, chance, the enclosure, chance of moments. Those of chance only where anything was stored by
    /// chance.
    #[must_use]
    pub fn tallies(self) -> Vec<Tally> {
        let all = self.weights.into_iter().chain(self.others);
        let says =
            |tally: &Tally| self.by_chance || ![&CHANCE, &CHANCE_OF_MOMENTS].contains(&tally.statement);
        all.filter(says).collect()
    }

    /// The last step up to which a bound said something of nine weights in ten: 0 is `run.running`, 1 `run.worst-case`, 2 `run.chance`.
    #[must_use]
    pub fn informs_until(&self, bound: usize) -> u64 {
        let enough = |step: &&Step| 10 * step.informative[bound] >= 9 * self.twin.weights.len();
        self.curve.iter().take_while(enough).last().map_or(0, |step| step.t)
    }

    /// The exact step, where it acts on each element by itself.
    fn step(&mut self, at: &Seeds) {
        let keepers = &mut Keepers::exact();
        let (states, gradients) = (&mut self.twin, &self.gradient);
        let step = OptimizerStep { seeds: at, shapes: &self.shapes, states, gradients, keepers };
        // What an optimizer cannot do, the run that is watched has not done either.
        let _ = self.optimizer.twin(&mut self.exact, step);
    }

    fn observe_moments<V: Native>(&mut self, t: u64, moments: &[Bounded<V>], second: bool) {
        let (name, exact) = if second { ("second", &self.twin.second) } else { ("first", &self.twin.first) };
        for (k, (m, exact)) in moments.iter().zip(exact).enumerate() {
            let at = || format!("{}, step {t}, {name} moment of element {k}", self.of);
            let [enclosure, chance] = &mut self.others;
            enclosed(enclosure, m, exact, &at);
            if m.value.wide().is_finite() {
                self.by_chance |= m.chance.spread > Upper::ZERO;
                let bound = m.chance.within(self.deviation).get();
                chance.observe(distance(m, exact), bound, trivial(m, exact), at);
            } else {
                chance.fail(0, at);
            }
        }
    }

    fn observe_weights<V: Native>(&mut self, t: u64, weights: &[Bounded<V>]) {
        let mut step = Step { t, measured: 0.0, largest: [0.0; 3], informative: [0; 3] };
        for (k, (w, exact)) in weights.iter().zip(&self.twin.weights).enumerate() {
            let at = || format!("{}, step {t}, element {k}", self.of);
            enclosed(&mut self.others[0], w, exact, &at);
            self.by_chance |= w.chance.spread > Upper::ZERO;
            let (distance, trivial) = (distance(w, exact), trivial(w, exact));
            step.measured = step.measured.max(distance);
            let bounds = [w.error.magnitude(), w.worst, w.chance.within(self.deviation)];
            for (i, bound) in bounds.into_iter().map(Upper::get).enumerate() {
                if let Some(hypothesis) = failed(w, i < 2) {
                    self.weights[i].fail(hypothesis, at);
                    continue;
                }
                self.weights[i].observe(distance, bound, trivial, at);
                step.largest[i] = step.largest[i].max(bound);
                step.informative[i] += usize::from(bound < trivial);
            }
        }
        self.curve.push(step);
    }
}

/// The hypothesis that fails of a number.
fn failed<V: Native>(x: &Bounded<V>, of_roundings: bool) -> Option<usize> {
    match x {
        _ if !x.value.wide().is_finite() => Some(0),
        _ if of_roundings && !x.sound => Some(1),
        _ => None,
    }
}

fn distance<V: Native>(x: &Bounded<V>, exact: &Float) -> f64 {
    (exact.clone() - x.value.wide()).abs().to_f64()
}

/// What is known without any bound: the larger of both magnitudes.
fn trivial<V: Native>(x: &Bounded<V>, exact: &Float) -> f64 {
    exact.to_f64().abs().max(x.value.wide().abs())
}

fn enclosed<V: Native>(tally: &mut Tally, x: &Bounded<V>, exact: &Float, at: &impl Fn() -> String) {
    if let Some(hypothesis) = failed(x, true) {
        return tally.fail(hypothesis, at);
    }
    let predicted = Float::with_val(exact.prec(), x.value.wide()) - exact - x.error.middle();
    tally.observe(predicted.abs().to_f64(), x.error.radius().get(), trivial(x, exact), at);
}

impl<V: Native, P> Observer<Bounded<V>> for RunningTwin<P> {}

impl<V: Native, P: Twin> Watch<Bounded<V>> for RunningTwin<P> {
    fn before(&mut self, _: &Seeds, _: &States<Bounded<V>>, gradient: &[Bounded<V>]) {
        for (to, g) in self.gradient.iter_mut().zip(gradient) {
            *to = self.exact.number(g.value.wide());
        }
    }

    fn after(&mut self, at: &Seeds, states: &States<Bounded<V>>) {
        self.weights.iter_mut().chain(&mut self.others).for_each(|tally| tally.step(at.t));
        self.step(at);
        self.observe_moments(at.t, &states.first, false);
        self.observe_moments(at.t, &states.second, true);
        if self.optimizer.is_whole() {
            return self.observe_weights(at.t, &states.weights);
        }
        // Orthogonalization is not an operation on elements: its bounds are those of one Muon step.
        self.weights.iter_mut().for_each(|tally| tally.fail(tally.failed.len() - 1, || self.of.clone()));
    }
}
