//! Weights without a master copy under momentum: what their rounding errors do where they are lost, and where they are given to the momentum (ECO).
//!
//! On one variable with curvature `h` and its minimum at `o`, with `y = w~ - o` before rounding and `e = w~ - w^`, a step is linear in state and errors:
//!
//! ```text
//! m~ = b m + (1 - b) h (y - e),    y' = y - e - rate m~,    m' = m~ + f e' + p e
//! ```
//!
//! `f = p = 0` where errors are lost; `f = (1 - 1/b) / rate`, `p = 0` for ECO; `f = -1 / (b rate)`, `p = 1 / rate` for the exact feedback. So `|w^ - o|` is at
//! most what the start leaves, plus the largest error times one and the sum of the magnitudes of what one error does later: the *gain*.

mod follow;

pub use follow::Follow;

use super::Hypothesis::Checked;
use super::Statement;
use crate::optimizer::Feedback;

/// The exact feedback and master weights.
pub static IDENTITY: Statement = Statement {
    name: "eco.identity",
    formula: "|w~ - W| <= sum of what both runs round: 0 in exact arithmetic, W the master weight that sees the same gradients",
    source: "the algebra of ECO's extension (arXiv 2601.22101); what binary64 adds is derived here",
    clause: "B19",
    measures: "|w~ - W|, w~ the weight before it is rounded",
    trivial: "|W|: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(NUMBERS)],
};

/// How far from the minimum errors keep a weight.
pub static RADIUS: Statement = Statement {
    name: "eco.radius",
    formula: "|w^ - o| <= |y0| + (1 + gain) max |e| + rounding, y0 what is left of the start, gain = sum |y| after one error",
    source: "derived here; that the radius does not depend on the rate with feedback, and grows as 1 / rate without, is what arXiv 2601.22101 proves with other constants",
    clause: "B19",
    measures: "|w^ - o|, w^ the stored weight",
    trivial: "|w^ - o| at the start: no better than the start",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked(NUMBERS),
        Checked("the gain is below 10^6, so that its own rounding is accounted for"),
    ],
};

const NUMBERS: &str = "weights and momentum are finite";

/// Heavy-ball descent on one variable, with errors of its weight.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct System {
    /// The decay of the momentum, and what gradients are taken into it with.
    pub average: [f64; 2],
    /// The learning rate.
    pub rate: f64,
    /// The curvature.
    pub curvature: f64,
    /// What the momentum gets of an error, at once and a step later.
    pub fed: [f64; 2],
}

/// Where a variable is: its distance from the minimum before rounding, the momentum that is kept, the error of the weight.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct State {
    /// `y`.
    pub away: f64,
    /// `m`.
    pub momentum: f64,
    /// `e`.
    pub error: f64,
}

/// What one disturbance adds up to over a run: sums of the magnitudes of the distance.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Gains {
    /// After an error of the weight.
    pub error: f64,
    /// After a disturbance of the weight before it is rounded, itself included.
    pub weight: f64,
    /// After a disturbance of the momentum.
    pub momentum: f64,
}

impl System {
    /// The momentum by the plain average `b m + (1 - b) g`.
    #[must_use]
    pub fn new(beta: f64, rate: f64, curvature: f64, feedback: Feedback) -> System {
        let fed = match feedback {
            Feedback::None => [0.0, 0.0],
            Feedback::Eco => [(1.0 - 1.0 / beta) / rate, 0.0],
            Feedback::Exact => [-1.0 / (beta * rate), 1.0 / rate],
        };
        System { average: [beta, 1.0 - beta], rate, curvature, fed }
    }

    /// A step in which the weight then errs by so much.
    #[must_use]
    pub fn next(&self, from: State, error: f64) -> State {
        let [keep, add] = self.average;
        let stored = from.away - from.error;
        let fresh = keep * from.momentum + add * (self.curvature * stored);
        let momentum = fresh + self.fed[0] * error + self.fed[1] * from.error;
        State { away: stored - self.rate * fresh, momentum, error }
    }

    /// The distances after each of so many steps without errors.
    #[must_use]
    pub fn left(&self, start: State, steps: u64) -> Vec<f64> {
        let one = |state: &mut State, _| {
            *state = self.next(*state, 0.0);
            Some(state.away)
        };
        (0..steps).scan(start, one).collect()
    }

    /// What disturbances add up to over so many steps, at least.
    #[must_use]
    pub fn gains(&self, steps: u64) -> Gains {
        let sum =
            |start: State| start.away.abs() + self.left(start, steps).iter().map(|y| y.abs()).sum::<f64>();
        let error = State { error: 1.0, momentum: self.fed[0], ..State::default() };
        let weight = State { away: 1.0, ..State::default() };
        // In the average, before the step is taken, and after it.
        let [before, after] =
            [-self.rate, 0.0].map(|away| sum(State { away, momentum: 1.0, ..State::default() }));
        let (weight, momentum) = (sum(weight), before.max(after));
        // A step rounds three sums and products of numbers that are at most those of the response.
        let room = |gain: f64| gain * (1.0 + 8.0 * f64::EPSILON * (1.0 + weight));
        Gains { error: room(sum(error)), weight: room(weight), momentum: room(momentum) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without momentum, `y' = (1 - rate h) (y - e)`: an error is forgotten in 1 / (rate h) steps; with feedback one error is worth one.
    #[test]
    fn gains_are_those_of_the_closed_form() {
        let lost = |rate| System::new(1e-9, rate, 0.5, Feedback::None).gains(100_000).error;
        for rate in [0.5, 0.05, 0.005] {
            assert!((lost(rate) * rate * 0.5 + rate * 0.5 - 1.0).abs() < 1e-6, "{rate}: {}", lost(rate));
        }
        for beta in [0.5, 0.9] {
            for rate in [0.02, 0.002] {
                // The roots of the characteristic polynomial are real: the response to an error has one sign, and sums up to its constant.
                let gains = System::new(beta, rate, 0.5, Feedback::Exact).gains(100_000);
                assert!((gains.error - 1.0).abs() < 1e-6, "{beta} {rate}: {gains:?}");
                let eco = System::new(beta, rate, 0.5, Feedback::Eco).gains(100_000);
                assert!(eco.error < 3.0 / (1.0 - beta), "{beta} {rate}: {eco:?}");
            }
        }
    }
}
