//! Quantized Adam without a first moment: the mean squared gradient over a whole run, every constant explicit.
//!
//! The run is [`Adam`] with `beta1 = 0` and a master. Notation: `d` parameters, `L` the smoothness, `F*` the
//! minimum, `R` at least the largest magnitude of an element of a stochastic gradient plus `sqrt(epsilon)`, `Rh = (1 + q_G) R`, `s = sqrt(1 - beta2)`,
//! `Lam = ln(1 + Rh^2 / ((1 - beta2) epsilon)) - T ln beta2`, `rho` at least `|sqrt((epsilon + vbar_t) / (epsilon + v_t)) - 1|` where `vbar` is
//! the second moment without rounding: `(1 - q_V)^(-(T - 1) / 2) - 1` a priori. For every `c` in (0, 1/2), the mean of `E |grad F(x_{t-1})|^2`
//! is at most
//!
//! ```text
//! Rh / (1/2 - c) * { (F(x_0) - F*) / (alpha T)
//!                  + (d Lam / T) [ 2 Rh / s + rho^2 Rh / (2 c s^2) + L alpha (1 + rho)^2 / (2 s^2) ]
//!                  + (d Rh / (c s)) (q_G / (1 - q_G))^2
//!                  + (L^2 q_W^2 / (c s sqrt(epsilon))) max_t E |x_t|^2 }
//! ```

mod statements;

pub use statements::{A_POSTERIORI, A_PRIORI};

use super::Tally;
use super::interval::Interval;
use super::outward::Upper;
use crate::problem::Constants;
use crate::train::horizon::{Adam, AdamMeasured, AdamRun, Places};

/// What the formula is made of.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The settings: `alpha`, `beta2`, `epsilon`, `T`.
    pub adam: Adam,
    /// `d`.
    pub dimension: usize,
    /// `L`.
    pub smoothness: f64,
    /// At least `F(x_0) - F*`.
    pub gap: f64,
    /// At least the largest magnitude of an element of a stochastic gradient.
    pub gradient: f64,
    /// `q_G`, below 1.
    pub q_gradients: f64,
    /// `q_W`.
    pub q_weights: f64,
    /// `rho`.
    pub rho: f64,
    /// At least the norm of the weights; `None` for what follows from the start by the steps' sizes.
    pub weights: Option<f64>,
    /// The norm of the weights at the start.
    pub first_weights: f64,
    /// The squared norm of the gradient at the start, its mean over the seeds.
    pub first_square: f64,
}

/// Logarithms of the standard library err by less than this, relatively.
const LOGARITHM: f64 = 1.0 + 1e-14;

fn one() -> Upper {
    Upper::of(1.0)
}

impl Terms {
    /// `R = gradient + sqrt(epsilon)`.
    #[must_use]
    pub fn r(&self) -> Upper {
        Upper::of(self.gradient) + Upper::of(self.adam.epsilon).sqrt()
    }

    /// At most `1 - beta2`.
    fn decay(&self) -> f64 {
        (1.0 - self.adam.beta2).next_down()
    }

    /// `Lam`.
    fn logarithms(&self, rh: Upper) -> Upper {
        let ratio = (rh * rh).over(self.decay()).over(self.adam.epsilon);
        let first = Upper::of(ratio.get().ln_1p()) * Upper::of(LOGARITHM);
        let second = Upper::of(self.adam.beta2.ln()) * Upper::of(LOGARITHM);
        first + second * Upper::of(self.adam.steps as f64)
    }

    /// The bound.
    #[must_use]
    pub fn value(&self) -> Upper {
        (2..=24).map(|k| self.value_at(2f64.powi(-k))).fold(Upper::UNKNOWN, Upper::min)
    }

    /// The bound for one `c`, a power of two below 1/2.
    #[must_use]
    pub fn value_at(&self, c: f64) -> Upper {
        let Adam { steps, alpha, epsilon, .. } = self.adam;
        let (t, d, l, rho) =
            (steps as f64, Upper::of(self.dimension as f64), Upper::of(self.smoothness), Upper::of(self.rho));
        let rh = (one() + Upper::of(self.q_gradients)) * self.r();
        let (s2, lam) = (self.decay(), self.logarithms(rh));
        let s = s2.sqrt().next_down();
        let optimisation = Upper::of(self.gap).over((alpha * t).next_down());
        let second = (rho * rho * rh).over(2.0 * c).over(s2);
        let curvature = (l * Upper::of(alpha) * (one() + rho) * (one() + rho)).over(2.0).over(s2);
        let noise = (d * lam).over(t) * ((Upper::of(2.0) * rh).over(s) + second + curvature);
        let q = Upper::of(self.q_gradients).over((1.0 - self.q_gradients).next_down());
        let gradients = (d * rh).over(c).over(s) * q * q;
        let norm = match self.weights {
            Some(measured) => Upper::of(measured),
            None => {
                let way = (one() + rho) * Upper::of(alpha) * (d * Upper::of(t) * lam).sqrt();
                Upper::of(self.first_weights) + way.over(s)
            }
        };
        let error = l * Upper::of(self.q_weights) * norm;
        let weights = (error * error).over(c).over(s).over(epsilon.sqrt().next_down());
        rh.over(0.5 - c) * (optimisation + noise + gradients + weights)
    }

    /// What is known without a theorem: the squared gradient at the start.
    #[must_use]
    pub const fn trivial(&self) -> f64 {
        self.first_square
    }
}

/// At least `(1 - q)^(-(steps - 1) / 2) - 1`, what `rho` can be if every store of the second moment errs by up to `q` relatively.
#[must_use]
pub fn rho(q: f64, steps: u64) -> f64 {
    if q >= 1.0 {
        return f64::INFINITY;
    }
    let exponent = -(-q).ln_1p() * 0.5 * steps.saturating_sub(1) as f64;
    // The exponent is right to some units of rounding; up to 700 of it can be exponentiated.
    exponent.exp_m1() * (1.0 + 1e-12)
}

/// The constants that the bound needs.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// `L`.
    pub smoothness: f64,
    /// `F*`.
    pub minimum: f64,
    /// The largest magnitude of an element of a stochastic gradient, where it is known beforehand.
    pub gradient: Option<f64>,
}

impl Needs {
    /// Takes them from a problem's.
    ///
    /// # Errors
    /// The key, and which constant the problem has not.
    pub fn of(constants: &Constants, key: &str) -> Result<Needs, crate::experiment::Invalid> {
        Ok(Needs {
            smoothness: constants.smoothness.require(key, "the gradient's Lipschitz constant")?,
            minimum: constants.minimum.require(key, "a lower bound of the function")?,
            gradient: constants.gradient_bound.get(),
        })
    }
}

/// The runs of several seeds that one point of the bound is about.
#[derive(Clone, Copy, Debug)]
pub struct Runs<'a> {
    /// The settings.
    pub adam: Adam,
    /// What was rounded.
    pub places: &'a Places,
    /// The problem's dimension.
    pub dimension: usize,
    /// The problem's constants.
    pub needs: Needs,
    /// The runs, measured.
    pub runs: &'a [AdamRun],
}

impl Runs<'_> {
    /// The mean over the seeds.
    #[must_use]
    pub fn measured(&self) -> f64 {
        self.runs.iter().map(|run| run.mean_square).sum::<f64>() / self.runs.len() as f64
    }

    /// The same with its sampling error.
    fn interval(&self) -> Option<Interval> {
        Interval::of(&self.runs.iter().map(|run| run.mean_square).collect::<Vec<f64>>())
    }

    fn mean(&self, what: impl Fn(&AdamMeasured) -> f64) -> f64 {
        self.runs.iter().filter_map(|run| run.measured.as_ref()).map(what).sum::<f64>()
            / self.runs.len() as f64
    }

    fn largest(&self, what: impl Fn(&AdamMeasured) -> f64) -> f64 {
        self.runs.iter().filter_map(|run| run.measured.as_ref()).map(what).fold(0.0, f64::max)
    }

    /// What the formula is made of: a priori if the problem bounds its gradients, a posteriori.
    #[must_use]
    pub fn terms(&self) -> (Option<Terms>, Terms) {
        let start = self.mean(|m| m.start);
        let measured = Terms {
            adam: self.adam,
            dimension: self.dimension,
            smoothness: self.needs.smoothness,
            gap: (start - self.needs.minimum).max(0.0) * (1.0 + 1e-12),
            gradient: self.largest(|m| m.gradient),
            q_gradients: self.largest(|m| m.q_gradients),
            q_weights: self.largest(|m| m.q_weights),
            rho: self.largest(|m| m.rho),
            weights: Some(self.largest(|m| m.weights)),
            first_weights: self.largest(|m| m.first_weights),
            first_square: self.mean(|m| m.first_square),
        };
        let known = self.needs.gradient.map(|gradient| Terms {
            gradient,
            q_gradients: self.places.gradients.relative_error().get(),
            q_weights: self.places.weights.relative_error().get(),
            rho: rho(self.places.second.relative_error().get(), self.adam.steps),
            weights: None,
            ..measured
        });
        (known, measured)
    }

    /// Evaluates both bounds at one point.
    pub fn observe(&self, a_priori: &mut Tally, a_posteriori: &mut Tally, at: &str) {
        let (known, measured) = self.terms();
        let place = || at.to_string();
        if let Some(failed) = self.failed() {
            a_priori.fail(failed, place);
            a_posteriori.fail(failed, place);
            return;
        }
        if measured.q_gradients < 1.0 {
            let both = [measured.value().get(), measured.trivial()];
            Interval::observe(self.interval(), a_posteriori, 6, both, place);
        } else {
            a_posteriori.fail(5, place);
        }
        let Some(known) = known else { return };
        let roundings = [
            (measured.q_gradients, known.q_gradients),
            (measured.q_weights, known.q_weights),
            (self.largest(|m| m.q_second), self.places.second.relative_error().get()),
        ];
        // Norms were rounded upwards.
        let within = |&(found, stated): &(f64, f64)| found <= stated * (1.0 + 2e-9);
        if measured.gradient > known.gradient {
            a_priori.fail(3, place);
        } else if !roundings.iter().all(within) {
            a_priori.fail(4, place);
        } else if known.q_gradients >= 1.0 {
            a_priori.fail(5, place);
        } else {
            let both = [known.value().get(), known.trivial()];
            Interval::observe(self.interval(), a_priori, 6, both, place);
        }
    }

    /// The first hypothesis of both bounds that failed.
    fn failed(&self) -> Option<usize> {
        let outside = |run: &AdamRun| run.measured.as_ref().is_none_or(|m| m.outside.is_some());
        if self.runs.is_empty() || self.runs.iter().any(|run| run.diverged.is_some()) {
            Some(0)
        } else if !self.places.master || self.adam.beta1 != 0.0 {
            Some(1)
        } else if self.runs.iter().any(outside) {
            Some(2)
        } else {
            None
        }
    }
}
