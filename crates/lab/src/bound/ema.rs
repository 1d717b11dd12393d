//! Exponential moving averages in low precision: `m_t = b m_{t-1} + (1 - b) g_t`, stored after every step.
//!
//! Everywhere `e_t` is the distance of the stored average from the exact one over the same signal, and `r(q)` the most that rounding to
//! `q` can have changed: half an ulp of `q` to nearest, an ulp otherwise ([`Errors::of_result`]).

use halfulp::Rounding;

use super::Statement;
use super::outward::Upper;
use super::quantization::Errors;
use crate::bound::Hypothesis::{Assumed, Checked};

/// Only storing rounds; step by step.
pub static RUNNING: Statement = Statement {
    name: "ema.running",
    formula: "e_t <= b e_{t-1} + r(m_t)",
    source: "derived here",
    clause: "B5",
    measures: "|stored average - exact average|, in the signal's unit",
    trivial: "the largest magnitude of signal and average so far: what an average of 0 errs by at most",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation")],
};

/// Only storing rounds; before the run.
pub static A_PRIORI: Statement = Statement {
    name: "ema.a-priori",
    formula: "e_t <= b^t e_0 + (u G' + h) (1 - b^t) / (1 - b), |g| <= G, G' the least number of the format with G' >= G",
    source: "derived here: rounding is monotone, so the stored average stays within G'",
    clause: "B5",
    measures: "|stored average - exact average|, in the signal's unit",
    trivial: "the largest magnitude of signal and average so far: what an average of 0 errs by at most",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation"), Checked("G' is finite")],
};

/// Every operation rounds.
pub static ROUNDED: Statement = Statement {
    name: "ema.rounded",
    formula: "two products p = b^ m, q = c^ g: e_t <= b e_{t-1} + |b^ - b| |m_{t-1}| + |c^ - (1 - b)| |g_t| + r(p) + r(q) + r(p + q) + r(m_t); \
              lerp d = g - m, p = c^ d: e_t <= b e_{t-1} + |c^ - (1 - b)| |g_t - m_{t-1}| + c^ r(d) + r(p) + r(m + p) + r(m_t)",
    source: "derived here",
    clause: "B5",
    measures: "|stored average - exact average|, in the signal's unit",
    trivial: "the largest magnitude of signal and average so far: what an average of 0 errs by at most",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no saturation")],
};

/// Storing rounds stochastically.
pub static PROBABILITY: Statement = Statement {
    name: "ema.probability",
    formula: "P(e_t > k (gap / 2) sqrt((1 - b^2t) / (1 - b^2)) + 2^-N gap (1 - b^t) / (1 - b)) <= 2 exp(-k^2 / 2), gap the format's at G', N bits of noise",
    source: "Hoeffding and Azuma for the differences, each in an interval of one gap and within 2^-N gap of the mean 0; derived here",
    clause: "B5",
    measures: "share of elements beyond the distance",
    trivial: "1: no share is larger",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("stochastic rounding"),
        Checked("no saturation"),
        Assumed("the words of noise are independent and uniform"),
    ],
};

/// A nonnegative average, relatively.
pub static RELATIVE: Statement = Statement {
    name: "ema.relative",
    formula: "|v^ / v - 1| <= K ((1 + u)^c (1 - b) / (1 - b (1 + u)^c) - 1), K = max g_s^2 / v_t, c roundings a step",
    source: "derived here",
    clause: "B5",
    measures: "relative distance of the stored second moment from the exact one",
    trivial: "1: what a second moment of 0 errs by, relatively",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("b (1 + u)^c < 1"), Checked("no underflow"), Checked("no saturation")],
};

/// The averages of many elements beside their exact twins in binary64, and the running bound of each.
///
/// The twin's own rounding and the computed step's are bounded too, and are part of the bound.
#[derive(Clone, Debug)]
pub struct Averages {
    beta: f64,
    errors: Errors,
    exact: Vec<f64>,
    slack: Vec<Upper>,
    bound: Vec<Upper>,
}

/// What one operation in binary64 can round, of a number of this magnitude.
fn tiny(x: f64) -> Upper {
    Upper::of(x) * Upper::of(f64::EPSILON)
}

impl Averages {
    /// Averages that are all 0 before the first step.
    #[must_use]
    pub fn new(beta: f64, errors: Errors, elements: usize) -> Averages {
        let zero = vec![Upper::ZERO; elements];
        Averages { beta, errors, exact: vec![0.0; elements], slack: zero.clone(), bound: zero }
    }

    /// The exact averages, up to [`slack`](Averages::slack).
    #[must_use]
    pub fn exact(&self) -> &[f64] {
        &self.exact
    }

    /// How far a twin can be from the exact average.
    #[must_use]
    pub fn slack(&self, k: usize) -> Upper {
        self.slack[k]
    }

    /// The running bound of an element.
    #[must_use]
    pub fn bound(&self, k: usize) -> Upper {
        self.bound[k]
    }

    /// The same with what the twin can be off: at least the distance that is measured.
    #[must_use]
    pub fn with_slack(&self, k: usize) -> f64 {
        (self.bound[k] + self.slack[k]).get()
    }

    fn twin(&mut self, k: usize, g: f64) {
        let (b, c) = (self.beta, 1.0 - self.beta);
        let (p, q) = (b * self.exact[k], c * g);
        self.exact[k] = p + q;
        // Two products, a sum, and 1 - b itself.
        self.slack[k] = Upper::of(b) * self.slack[k] + tiny(p) + tiny(q) + tiny(q) + tiny(p + q);
    }

    /// A step of which only storing rounds: `fresh` was computed in binary64 by two products, `stored` is what was read back.
    pub fn stored(&mut self, k: usize, g: f64, before: f64, fresh: f64, stored: f64) {
        self.twin(k, g);
        let computed = tiny(self.beta * before) + tiny((1.0 - self.beta) * g) + tiny(fresh);
        let b = Upper::of(self.beta);
        self.bound[k] = b * self.bound[k] + computed + computed + self.errors.of_result(stored);
    }

    /// A step of which every operation rounds, with what it rounded altogether: see [`two_products`] and [`lerp()`].
    pub fn rounded(&mut self, k: usize, g: f64, local: Upper) {
        self.twin(k, g);
        self.bound[k] = Upper::of(self.beta) * self.bound[k] + local;
    }
}

/// The constants of an average as they were stored, and how far they are from the exact ones.
#[derive(Clone, Copy, Debug)]
pub struct Constants {
    /// `b` as it was stored.
    pub beta: f64,
    /// At least `|b^ - b|`.
    pub keep: Upper,
    /// `1 - b` as it was stored.
    pub add: f64,
    /// At least `|c^ - (1 - b)|`.
    pub add_error: Upper,
}

impl Constants {
    /// Of `b`, with `b` and `1 - b` as they were stored.
    #[must_use]
    pub fn new(beta: f64, keep: f64, add: f64) -> Constants {
        // 1 - b in binary64 is off by at most half an ulp of 1.
        let add_error = Upper::distance(add, 1.0 - beta) + Upper::of(f64::EPSILON / 2.0);
        Constants { beta: keep, keep: Upper::distance(keep, beta), add, add_error }
    }
}

/// What one step in two products rounds: from the average before it, the signal, both products, their sum, and what was stored of it.
#[must_use]
pub fn two_products(
    c: &Constants,
    step: &Errors,
    store: Upper,
    before: f64,
    g: f64,
    [p, q, sum]: [f64; 3],
) -> Upper {
    let constants = c.keep * Upper::of(before) + c.add_error * Upper::of(g);
    constants + step.of_result(p) + step.of_result(q) + step.of_result(sum) + store
}

/// What one step in the lerp form rounds: from the difference, its product with `1 - b`, the sum, and what was stored of it.
#[must_use]
pub fn lerp(c: &Constants, step: &Errors, store: Upper, before: f64, g: f64, [d, p, sum]: [f64; 3]) -> Upper {
    let constants = c.add_error * Upper::distance(g, before);
    constants + Upper::of(c.add) * step.of_result(d) + step.of_result(p) + step.of_result(sum) + store
}

/// Before the run: at most this far after `t` steps from 0 with a signal within `largest`, which is a number of the format.
#[must_use]
pub fn a_priori(errors: &Errors, beta: f64, largest: f64, t: u64) -> Upper {
    let each = Upper::of(errors.unit()) * Upper::of(largest) + Upper::of(errors.absolute());
    // (1 - b^t) / (1 - b) is the sum of the powers below t; both ways are above it.
    let sum = Upper::of(1.0).over((1.0 - beta).next_down()).min(Upper::of(t as f64));
    let power =
        Upper::of((1.0 - beta.powf(t as f64) * (1.0 - 1e-12)).min(1.0)).over((1.0 - beta).next_down());
    each * sum.min(power)
}

/// The distance that a share `2 exp(-k^2 / 2)` of elements may exceed, of stochastic rounding with this largest gap.
#[must_use]
pub fn deviation(gap: f64, beta: f64, t: u64, k: f64) -> f64 {
    k * gap / 2.0 * ((1.0 - beta.powf(2.0 * t as f64)) / (1.0 - beta * beta)).sqrt()
}

/// What the bias of rounding by chance adds to a distance, at most: `N` bits of noise see the discarded part to within `2^-N` of a gap.
#[must_use]
pub fn bias(gap: f64, rounding: &Rounding, beta: f64, t: u64) -> f64 {
    let Rounding::Stochastic { bits, .. } = rounding else { return 0.0 };
    let each = gap * 2f64.powi(-(bits.get() as i32));
    each * (1.0 - beta.powf(t as f64)) / (1.0 - beta)
}

/// The relative bound with `c` roundings a step and a signal whose squares are at most `ratio` times the average; infinity where it says
/// nothing.
#[must_use]
pub fn relative(u: f64, beta: f64, c: u32, ratio: f64) -> Upper {
    let grown = Upper::of(1.0 + u).powi(c);
    let denominator = 1.0 - (Upper::of(beta) * grown).get();
    let share = (grown * Upper::of((1.0 - beta).next_up())).over(denominator.next_down());
    // Minus 1 is exact or rounded up: share is at least 1.
    Upper::of(ratio) * Upper::of((share.get() - 1.0).next_up())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relative_bound_is_the_amplification_it_is_known_for() {
        // u / (1 - b) for one rounding a step: 0.49 for binary16 at 0.999, nothing for bfloat16.
        let binary16 = relative(2f64.powi(-11), 0.999, 1, 1.0).get();
        assert!((binary16 - 0.955).abs() < 0.01, "{binary16}");
        assert_eq!(relative(2f64.powi(-8), 0.999, 1, 1.0), Upper::UNKNOWN);
    }

    #[test]
    fn the_a_priori_bound_starts_at_one_rounding_and_settles() {
        let errors = Errors::binary32();
        let one = a_priori(&errors, 0.9, 1.0, 1).get();
        assert!((one / errors.unit() - 1.0).abs() < 1e-6, "{one}");
        let many = a_priori(&errors, 0.9, 1.0, 1000).get();
        assert!((many / errors.unit() - 10.0).abs() < 1e-6, "{many}");
    }
}
