//! The keys of `[run.eco]`, and what becomes of the weights.

use serde::Deserialize;

use crate::experiment::Seeds;
use crate::optimizer::Feedback;
use crate::problem::Quadratic;
use crate::storage::Storage;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EcoRun {
    /// Formats that weights are stored in: each is run.
    pub(super) weights: Vec<Storage>,
    /// Learning rates: each is run.
    pub(super) rates: Vec<f64>,
    /// Decay of the momentum.
    pub(super) momentum: f64,
    /// The least and the greatest curvature of the quadratic, and how many variables it has.
    pub(super) curvatures: [f64; 2],
    pub(super) dimension: usize,
    /// The largest magnitude of an element of the minimizer and of the start.
    pub(super) optimum: f64,
    pub(super) start: f64,
    /// How long a run is: so many times as the slowest variable takes to come nearer by a factor of e.
    pub(super) horizon: f64,
    /// The share of the steps, at the end, over which distances are averaged.
    pub(super) last: f64,
    /// How weights are rounded by chance in the case of that name: `sr-b:32` and the like.
    pub(super) chance: String,
    /// Seeds of starts and of stochastic rounding.
    #[serde(default)]
    pub(super) seeds: Seeds,
}

/// What becomes of the weights.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Method {
    /// They are kept exactly beside the stored ones.
    Master,
    /// Their errors are lost, rounded to nearest.
    Naive,
    /// Their errors are lost, rounded by chance.
    Chance,
    /// Their errors go into the momentum.
    Eco,
    /// The same in the form that is exact.
    Exact,
}

impl Method {
    pub(super) const ALL: [Method; 5] =
        [Method::Master, Method::Naive, Method::Chance, Method::Eco, Method::Exact];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Method::Master => "master weights",
            Method::Naive => "no feedback",
            Method::Chance => "no feedback, by chance",
            Method::Eco => "eco",
            Method::Exact => "exact feedback",
        }
    }

    pub(super) const fn feedback(self) -> Feedback {
        match self {
            Method::Eco => Feedback::Eco,
            Method::Exact => Feedback::Exact,
            Method::Master | Method::Naive | Method::Chance => Feedback::None,
        }
    }
}

impl EcoRun {
    pub(super) fn problem(&self) -> Quadratic {
        let [least, greatest] = self.curvatures;
        let curvatures = Quadratic::logspace(least, greatest, self.dimension);
        Quadratic::new(curvatures, 0.0, self.start, self.start).about(self.optimum)
    }

    pub(super) fn steps(&self, rate: f64) -> u64 {
        (self.horizon / (rate * self.curvatures[0])).ceil() as u64
    }
}
