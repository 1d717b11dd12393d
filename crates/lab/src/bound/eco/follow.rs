//! The bounds along a run.

use super::{Gains, IDENTITY, RADIUS, State, System};
use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::optimizer::{Feedback, Observer, Quantity, States};
use crate::problem::Quadratic;
use crate::train::{Seeds, Watch};

/// binary64's unit roundoff.
const U: f64 = f64::EPSILON / 2.0;
/// Gains beyond this are rounded by too much themselves.
const LARGEST: f64 = 1e6;

/// What is known of one variable.
#[derive(Clone, Debug)]
struct Variable {
    gains: Gains,
    optimum: f64,
    start: f64,
    left: Vec<f64>,
    /// The largest magnitude in what is left of the start: state and momentum times the rate.
    largest: f64,
    /// The largest error of the weight so far, and the largest of what was rounded in momentum and weight in one step.
    error: f64,
    momentum_rounding: f64,
    weight_rounding: f64,
    /// The master weight that sees the same gradients, its momentum, and what both runs have rounded.
    master: [f64; 2],
    apart: [Upper; 2],
    /// The stored weight and the momentum before the step, and the error before.
    before: [f64; 3],
}

/// The bounds of weights under `m = (b m) + ((1 - b) g)`, `w = w - (rate m)` in binary64 on a diagonal quadratic without noise.
#[derive(Clone, Debug)]
pub struct Follow {
    feedback: Feedback,
    system: System,
    variables: Vec<Variable>,
    fresh: [Vec<f64>; 2],
    gradient: Vec<f64>,
    tallies: [Tally; 2],
    of: String,
}

impl Follow {
    /// A run that starts with weights before they are stored and as they are stored.
    #[must_use]
    pub fn new(
        problem: &Quadratic,
        [beta, rate]: [f64; 2],
        feedback: Feedback,
        start: [&[f64]; 2],
        steps: u64,
        of: &str,
    ) -> Follow {
        let system = |curvature: f64| System::new(beta, rate, curvature, feedback);
        let variable = |((curvature, optimum), (wanted, stored)): ((&f64, &f64), (&f64, &f64))| {
            let (system, error) = (system(*curvature), wanted - stored);
            let momentum = if feedback == Feedback::Exact { system.fed[0] * error } else { 0.0 };
            // Without the exact feedback a run starts where the weights are stored.
            let away = if feedback == Feedback::Exact { wanted - optimum } else { stored - optimum };
            let error = if feedback == Feedback::Exact { error } else { 0.0 };
            let left = system.left(State { away, momentum, error }, steps);
            let largest = left.iter().fold(away.abs(), |max, y| max.max(y.abs()));
            Variable {
                gains: system.gains(steps),
                optimum: *optimum,
                start: stored - optimum,
                largest: largest + rate * momentum.abs(),
                left,
                error: error.abs(),
                momentum_rounding: 0.0,
                weight_rounding: 0.0,
                master: [if feedback == Feedback::Exact { *wanted } else { *stored }, 0.0],
                apart: [Upper::of(U * momentum.abs() * 4.0), Upper::ZERO],
                before: [*stored, momentum, error],
            }
        };
        let optimum = problem.optimum();
        let each = problem.curvatures().iter().zip(&optimum).zip(start[0].iter().zip(start[1]));
        Follow {
            feedback,
            system: system(0.0),
            variables: each.map(variable).collect(),
            fresh: Default::default(),
            gradient: Vec::new(),
            tallies: [&IDENTITY, &RADIUS].map(Tally::new),
            of: of.into(),
        }
    }

    /// The largest gain of all variables.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.variables.iter().map(|v| v.gains.error).fold(0.0, f64::max)
    }

    /// What became of the identity, which only the exact feedback has, and of the radius.
    #[must_use]
    pub fn into_tallies(self) -> Vec<Tally> {
        let [identity, radius] = self.tallies;
        if self.feedback == Feedback::Exact { vec![identity, radius] } else { vec![radius] }
    }

    /// A variable's step: gradient, momentum before it got the error, weight before it was rounded, and both as they were kept.
    fn variable(&mut self, t: u64, i: usize, [g, m, w]: [f64; 3], [kept, momentum]: [f64; 2]) {
        let (v, [keep, add], rate) = (&mut self.variables[i], self.system.average, self.system.rate);
        let [_, was, last] = v.before;
        let error = w - kept;
        let up = |x: f64| Upper::of(x);
        // The average's three operations, and the gradient's two; the step's two.
        let average = up(U) * (up(keep * was) + up(add * g) + up(m)) * up(1.0 + 4.0 * U);
        let update = up(U) * (up(rate * m) + up(w)) * up(1.0 + 4.0 * U);
        // The feedback: constant, quotient, differences, product, sum.
        let [now, then] = self.system.fed.map(f64::abs);
        let given =
            up(U) * (up(6.0 * now * error) + up(6.0 * then * last) + up(momentum)) * up(1.0 + 16.0 * U);
        let gradient = up(U) * up(3.0 * add * g);
        v.momentum_rounding = v.momentum_rounding.max((average + gradient + given).get());
        v.weight_rounding = v.weight_rounding.max(update.get());
        v.error = v.error.max(error.abs());
        let at = || format!("{}, step {t}, variable {i}", self.of);
        let rounding =
            up(v.gains.weight) * up(v.weight_rounding) + up(v.gains.momentum) * up(v.momentum_rounding);
        let room = up(16.0 * U) * up(v.largest) * up(v.gains.weight);
        let left = v.left.get(t as usize - 1).map_or(Upper::UNKNOWN, |y| up(*y));
        let bound = left + (up(1.0) + up(v.gains.error)) * up(v.error) + rounding + room;
        if !(g.is_finite() && kept.is_finite() && momentum.is_finite()) {
            self.tallies.iter_mut().for_each(|tally| tally.fail(0, at));
        } else if v.gains.error.max(v.gains.weight) >= LARGEST {
            self.tallies[1].fail(1, at);
        } else {
            let away = Upper::distance(kept, v.optimum).get();
            self.tallies[1].observe(away, bound.get(), v.start.abs(), at);
        }
        // The master weight, of the same gradient.
        let [master, average_of_master] = v.master;
        let average_of_master = keep * average_of_master + add * g;
        let step = rate * average_of_master;
        v.master = [master - step, average_of_master];
        let both = up(U) * (up(add * g) + up(average_of_master) + up(average_of_master)) * up(1.0 + 4.0 * U);
        let [momenta, weights] = v.apart;
        let momenta = up(keep) * momenta + average + both;
        let rounded = up(U) * (up(step) + up(v.master[0]) + up(4.0 * last)) * up(1.0 + 4.0 * U);
        let weights = weights + up(rate) * momenta + update + rounded;
        let apart = Upper::distance(w, v.master[0]).get();
        if self.feedback == Feedback::Exact && g.is_finite() {
            self.tallies[0].observe(apart, weights.get(), v.master[0].abs(), at);
        }
        v.apart = [momenta + given, weights];
        v.before = [kept, momentum, error];
    }
}

impl Observer<f64> for Follow {
    fn see(&mut self, what: Quantity, first: usize, values: &[f64]) {
        let to = match what {
            Quantity::First => &mut self.fresh[0],
            Quantity::Weights => &mut self.fresh[1],
            _ => return,
        };
        to.resize(to.len().max(first + values.len()), 0.0);
        to[first..first + values.len()].copy_from_slice(values);
    }
}

impl Watch<f64> for Follow {
    fn before(&mut self, _: &Seeds, _: &States<f64>, gradient: &[f64]) {
        self.gradient = gradient.to_vec();
    }

    fn after(&mut self, at: &Seeds, states: &States<f64>) {
        self.tallies.iter_mut().for_each(|tally| tally.step(at.t));
        for i in 0..self.variables.len() {
            let Some((&m, &w)) = self.fresh[0].get(i).zip(self.fresh[1].get(i)) else { continue };
            self.variable(at.t, i, [self.gradient[i], m, w], [states.weights[i], states.first[i]]);
        }
    }
}
