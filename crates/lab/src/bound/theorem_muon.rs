//! Quantized Muon with polar factors: the mean nuclear norm of the gradient over a whole run, every constant explicit.
//!
//! The run is [`Muon`] with a master. Notation: `r` the smaller side of the matrix, `L` the smoothness in Frobenius
//! norms, `f*` the minimum, `sigma` the deviation of stochastic gradients, `q_G`, `q_W`, `q_M` relative errors in Frobenius norms, `p` and `s` what the
//! computed factor `O` is of a polar factor: `<M, O> >= p |M|_*` and `|O|_2 <= s`, both 1 of the factor itself; `kappa = b q_M / (1 - b) < 1`,
//! `omega` at least the largest `E |W_t|_F`, `Gam = L q_W |W_0|_F + sigma + q_G E |G_0|_F`. With `B = p - (p + s) sqrt(r) (kappa + q_G) / (1 - kappa)`
//! positive, the mean of `E |grad f(W_t)|_*` is at most
//!
//! ```text
//! 1/B * { (f(W_0) - f*) / (eta T) + L eta r s^2 / 2
//!       + ((p + s) sqrt(r) / (1 - kappa)) [ Gam / (T (1 - b)) + b L eta sqrt(r) s / (1 - b)
//!                                         + (1 + q_G) L q_W omega + q_G sigma + sigma sqrt((1 - b) / (1 + b)) ] }
//! ```
//!
//! A Newton-Schulz iteration in the factor's place has `p` and `s` of [`iterated`](super::muon::iterated), whatever the momentum is.
//!
//! If `B` is not positive the bound says nothing: that is where `q_M` is about `(1 - b) / sqrt(r)`.

mod statements;

pub use statements::{A_POSTERIORI, A_PRIORI, ITERATED_A_POSTERIORI, ITERATED_A_PRIORI, statements};

use super::Tally;
use super::interval::Interval;
use super::muon::iterated::{ABOVE_EPSILON, Factor, factor};
use super::outward::Upper;
use crate::experiment::Invalid;
use crate::optimizer::NewtonSchulz;
use crate::problem::Constants;
use crate::train::horizon::{Muon, MuonMeasured, MuonRun, Places};

/// What the formula is made of.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The settings: `eta`, `b`, `T`.
    pub muon: Muon,
    /// `r`.
    pub rank: usize,
    /// `L`.
    pub smoothness: f64,
    /// `sigma`.
    pub deviation: f64,
    /// At least `f(W_0) - f*`.
    pub gap: f64,
    /// `1 - p` and `s - 1`.
    pub factor: Factor,
    /// `q_G`.
    pub q_gradients: f64,
    /// `q_W`.
    pub q_weights: f64,
    /// `q_M`.
    pub q_momentum: f64,
    /// `|W_0|_F`.
    pub first_weights: f64,
    /// At least `E |G_0|_F`; `None` for what follows from the gradient at the start.
    pub first_gradient: Option<f64>,
    /// `omega`; `None` for what follows from the start by the steps' sizes.
    pub weights: Option<f64>,
    /// At least the nuclear norm of the gradient at the start.
    pub nuclear: f64,
    /// Its mean over the seeds.
    pub first_nuclear: f64,
}

impl Terms {
    /// At most `1 - b`.
    fn decay(&self) -> f64 {
        (1.0 - self.muon.beta).next_down()
    }

    /// `kappa`: how much the relative error of the stored momentum is amplified by its long memory.
    #[must_use]
    pub fn kappa(&self) -> Upper {
        (Upper::of(self.muon.beta) * Upper::of(self.q_momentum)).over(self.decay())
    }

    /// The bound: infinity where the bracket on the left is not positive. `None` if `kappa` is 1 or more.
    #[must_use]
    pub fn value(&self) -> Option<Upper> {
        let n = Upper::of;
        let Muon { steps, eta, beta } = self.muon;
        let (t, l, r) = (steps as f64, n(self.smoothness), n(self.rank as f64));
        let (q_g, q_w, sigma) = (n(self.q_gradients), n(self.q_weights), n(self.deviation));
        let (root, size, kappa) = (r.sqrt(), n(1.0) + n(self.factor.excess), self.kappa());
        // p + s = 2 - lost + excess.
        let both = n((2.0 - self.factor.lost).next_up().max(0.0)) + n(self.factor.excess);
        let rest = (1.0 - kappa.get()).next_down();
        if rest <= 0.0 {
            return None;
        }
        let lost = n(self.factor.lost) + (both * root * (kappa + q_g)).over(rest);
        let bracket = (1.0 - lost.get()).next_down();
        let omega = match self.weights {
            Some(measured) => n(measured),
            None => n(self.first_weights) + n(eta) * n(t) * root * size,
        };
        let sent = l * q_w * n(self.first_weights);
        let gradient = match self.first_gradient {
            Some(measured) => n(measured),
            None => n(self.nuclear) + sent + sigma,
        };
        let descent = n(self.gap).over((eta * t).next_down()) + (l * n(eta) * r * size * size).over(2.0);
        let first = (sent + sigma + q_g * gradient).over((t * self.decay()).next_down());
        let drift = (n(beta) * l * n(eta) * root * size).over(self.decay());
        let noise = n((1.0 - beta).next_up()).over((1.0 + beta).next_down()).sqrt();
        let momentum = first + drift + (n(1.0) + q_g) * l * q_w * omega + q_g * sigma + sigma * noise;
        Some((descent + (both * root * momentum).over(rest)).over(bracket))
    }

    /// What is known without a theorem: the gradient's nuclear norm at the start.
    #[must_use]
    pub const fn trivial(&self) -> f64 {
        self.first_nuclear
    }
}

/// The constants that the bound needs.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// `L`.
    pub smoothness: f64,
    /// `f*`.
    pub minimum: f64,
    /// `sigma`.
    pub deviation: f64,
}

impl Needs {
    /// Takes them from a problem's.
    ///
    /// # Errors
    /// The key, and which constant the problem has not.
    pub fn of(constants: &Constants, key: &str) -> Result<Needs, Invalid> {
        Ok(Needs {
            smoothness: constants.smoothness.require(key, "the gradient's Lipschitz constant")?,
            minimum: constants.minimum.require(key, "a lower bound of the function")?,
            deviation: constants.deviation.require(key, "the deviation of stochastic gradients")?,
        })
    }
}

/// The runs of several seeds that one point of the bound is about.
#[derive(Clone, Copy, Debug)]
pub struct Runs<'a> {
    /// The settings.
    pub muon: Muon,
    /// What was rounded.
    pub places: &'a Places,
    /// Rows and columns of the matrix.
    pub shape: [usize; 2],
    /// The problem's constants.
    pub needs: Needs,
    /// The runs, measured.
    pub runs: &'a [MuonRun],
}

impl Runs<'_> {
    /// The mean over the seeds.
    #[must_use]
    pub fn measured(&self) -> f64 {
        self.runs.iter().map(|run| run.mean_nuclear).sum::<f64>() / self.runs.len() as f64
    }

    /// The same with its sampling error.
    fn interval(&self) -> Option<Interval> {
        Interval::of(&self.runs.iter().map(|run| run.mean_nuclear).collect::<Vec<f64>>())
    }

    fn mean(&self, what: impl Fn(&MuonMeasured) -> f64) -> f64 {
        self.runs.iter().filter_map(|run| run.measured.as_ref()).map(what).sum::<f64>()
            / self.runs.len() as f64
    }

    fn largest(&self, what: impl Fn(&MuonMeasured) -> f64) -> f64 {
        self.runs.iter().filter_map(|run| run.measured.as_ref()).map(what).fold(0.0, f64::max)
    }

    /// What the formula is made of: a priori and a posteriori.
    #[must_use]
    pub fn terms(&self) -> (Terms, Terms) {
        let start = self.mean(|m| m.start);
        let measured = Terms {
            muon: self.muon,
            rank: self.shape[0].min(self.shape[1]),
            smoothness: self.needs.smoothness,
            deviation: self.needs.deviation,
            gap: (start - self.needs.minimum).max(0.0) * (1.0 + 1e-12),
            factor: Factor { lost: self.largest(|m| m.lost), excess: self.largest(|m| m.excess) },
            q_gradients: self.largest(|m| m.q_gradients),
            q_weights: self.largest(|m| m.q_weights),
            q_momentum: self.largest(|m| m.q_momentum),
            first_weights: self.largest(|m| m.first_weights),
            first_gradient: Some(self.largest(|m| m.first_gradient)),
            weights: Some(self.largest(|m| m.weights)),
            nuclear: self.largest(|m| m.nuclear),
            first_nuclear: self.mean(|m| m.nuclear),
        };
        let iterated = self.places.iteration.as_deref().map(|how| self.certain(how));
        let known = Terms {
            factor: iterated.map_or(measured.factor, |found| found.unwrap_or(Factor::NONE)),
            q_gradients: self.places.gradients.relative_error().get(),
            q_weights: self.places.weights.relative_error().get(),
            q_momentum: self.places.momentum.relative_error().get(),
            first_gradient: None,
            weights: None,
            ..measured
        };
        (known, measured)
    }

    /// What is certain of an iteration, or the hypothesis that fails.
    fn certain(&self, how: &NewtonSchulz) -> Result<Factor, usize> {
        let measured = self.runs.iter().filter_map(|run| run.measured.as_ref());
        let least = measured.map(|m| m.momentum).fold(f64::INFINITY, f64::min);
        if least.is_nan() || least <= 0.0 || least < ABOVE_EPSILON * how.epsilon {
            return Err(6);
        }
        factor(how, self.shape, least).ok_or(7)
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
        let observe = |tally: &mut Tally, terms: &Terms| match terms.value() {
            Some(bound) => {
                let both = [bound.get(), terms.trivial()];
                Interval::observe(self.interval(), tally, 5, both, place);
            }
            None => tally.fail(4, place),
        };
        observe(a_posteriori, &measured);
        let roundings = [
            (measured.q_gradients, known.q_gradients),
            (measured.q_weights, known.q_weights),
            (measured.q_momentum, known.q_momentum),
        ];
        // Norms were rounded upwards.
        let within = roundings.iter().all(|(found, stated)| *found <= stated * (1.0 + 2e-9));
        match self.places.iteration.as_deref().map(|how| self.certain(how)) {
            _ if !within => a_priori.fail(3, place),
            Some(Err(hypothesis)) => a_priori.fail(hypothesis, place),
            _ => observe(a_priori, &known),
        }
    }

    /// The first hypothesis of both bounds that failed.
    fn failed(&self) -> Option<usize> {
        let outside = |run: &MuonRun| run.measured.as_ref().is_none_or(|m| m.outside.is_some());
        if self.runs.is_empty() || self.runs.iter().any(|run| run.diverged.is_some()) {
            Some(0)
        } else if !self.places.master {
            Some(1)
        } else if self.runs.iter().any(outside) {
            Some(2)
        } else {
            None
        }
    }
}
