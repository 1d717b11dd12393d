//! Optimizers whose learning rates and decays depend on the horizon.

use serde::{Deserialize, Serialize};

use super::rounded::What;
use super::tuned::Tuned;
use crate::bound::{theorem_adam, theorem_muon};
use crate::experiment::Invalid;
use crate::optimizer::NewtonSchulz;
use crate::problem::Problem;
use crate::storage::Storage;
use crate::train::horizon::{Adam, Muon};

/// The schedules of the convergence theorems, in the horizon T.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OptimizerSpec {
    /// `alpha = learning-rate / sqrt(T)`, `beta2 = 1 - 1 / T` unless it is given.
    #[serde(rename_all = "kebab-case")]
    Adam {
        learning_rate: LearningRate,
        #[serde(default)]
        beta1: f64,
        beta2: Option<f64>,
        epsilon: f64,
    },
    /// `eta = learning-rate T^(-3/4)`, `beta = 1 - T^(-1/2)` unless it is given.
    #[serde(rename_all = "kebab-case")]
    Muon { learning_rate: LearningRate, beta: Option<f64>, newton_schulz: Option<Iteration> },
}

/// Five steps of the reference implementation's iteration in the place of polar factors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Iteration {
    /// In binary64 throughout.
    Binary64,
    /// Matrices in binary32.
    Binary32,
    /// Matrices in bfloat16, as in the reference implementation.
    Bfloat16,
}

impl Iteration {
    fn newton_schulz(self) -> NewtonSchulz {
        match self {
            Iteration::Binary64 => NewtonSchulz::exact(),
            Iteration::Binary32 => NewtonSchulz::reference().stored(Storage::binary32()),
            Iteration::Bfloat16 => NewtonSchulz::reference(),
        }
    }
}

/// The factor of a learning rate's schedule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a number, or { least, greatest, factor, seeds }: the best of a grid, for each horizon"
)]
pub(super) enum LearningRate {
    /// The same for all horizons.
    Given(f64),
    /// For each horizon the best of a grid, without rounding.
    Tuned(Tuned),
}

/// An optimizer with its horizon and its learning rate.
#[derive(Clone, Copy, Debug)]
pub(super) enum Optimizer {
    Adam(Adam),
    Muon(Muon),
}

/// The constants that a bound needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs {
    Adam(theorem_adam::Needs),
    Muon(theorem_muon::Needs),
}

impl OptimizerSpec {
    pub(super) const fn rate(&self) -> &LearningRate {
        match self {
            OptimizerSpec::Adam { learning_rate, .. } | OptimizerSpec::Muon { learning_rate, .. } => {
                learning_rate
            }
        }
    }

    /// What stands for polar factors.
    pub(super) fn iteration(&self) -> Option<Box<NewtonSchulz>> {
        match self {
            OptimizerSpec::Muon { newton_schulz: Some(how), .. } => Some(Box::new(how.newton_schulz())),
            OptimizerSpec::Muon { .. } | OptimizerSpec::Adam { .. } => None,
        }
    }

    /// The optimizer of a horizon, with this factor of its learning rate.
    pub(super) fn of(&self, steps: u64, rate: f64) -> Optimizer {
        let (t, root) = (steps as f64, (steps as f64).sqrt());
        match *self {
            OptimizerSpec::Adam { beta1, beta2, epsilon, .. } => {
                let beta2 = beta2.unwrap_or(1.0 - 1.0 / t);
                Optimizer::Adam(Adam { steps, alpha: rate / root, beta1, beta2, epsilon })
            }
            OptimizerSpec::Muon { beta, .. } => {
                let beta = beta.unwrap_or(1.0 - 1.0 / root);
                Optimizer::Muon(Muon { steps, eta: rate / (root * root.sqrt()), beta })
            }
        }
    }

    /// The key of what is wrong, and why. `seeds` are those of the runs.
    pub(super) fn check(&self, seeds: &[u64]) -> Result<(), (String, String)> {
        let share = |x: f64| x > 0.0 && x < 1.0;
        let between = "expected more than 0 and less than 1";
        let (name, found) = match *self {
            OptimizerSpec::Adam { beta1, .. } if !(0.0..1.0).contains(&beta1) => {
                ("adam", Some(("beta1", "expected 0 to below 1")))
            }
            OptimizerSpec::Adam { beta2: Some(beta2), .. } if !share(beta2) => {
                ("adam", Some(("beta2", between)))
            }
            OptimizerSpec::Adam { epsilon, .. } if !(epsilon > 0.0 && epsilon.is_finite()) => {
                ("adam", Some(("epsilon", "expected more than 0")))
            }
            OptimizerSpec::Adam { .. } => ("adam", None),
            OptimizerSpec::Muon { beta: Some(beta), .. } if !share(beta) => ("muon", Some(("beta", between))),
            OptimizerSpec::Muon { .. } => ("muon", None),
        };
        if let Some((key, why)) = found {
            return Err((format!("{name}.{key}"), why.into()));
        }
        let rate = match self.rate() {
            LearningRate::Given(rate) if !(*rate > 0.0 && rate.is_finite()) => {
                Err(("", "expected more than 0".into()))
            }
            LearningRate::Given(_) => Ok(()),
            LearningRate::Tuned(tuned) => tuned.check(seeds),
        };
        rate.map_err(|(key, why)| (format!("{name}.learning-rate{key}"), why))
    }

    /// Why this cannot be rounded, if it cannot: there is none, or the bounds know none.
    pub(super) fn refuses(&self, what: What, bounds: bool) -> Option<&'static str> {
        match (self, what) {
            (OptimizerSpec::Muon { .. }, What::Second) => Some("Muon has no second moment"),
            (OptimizerSpec::Adam { beta1, .. }, What::Momentum) if *beta1 == 0.0 => {
                Some("with beta1 = 0 there is no first moment to store")
            }
            (_, What::NoMaster) if bounds => {
                Some("the bounds need a master: expected another, or bounds = false")
            }
            _ => None,
        }
    }

    /// What the bounds of these runs need.
    pub(super) fn needs(&self, problem: &dyn Problem, key: &str) -> Result<Needs, Invalid> {
        let constants = problem.constants();
        match self {
            OptimizerSpec::Adam { beta1, .. } if *beta1 != 0.0 => {
                Err(Invalid::new(key, "the bound is about beta1 = 0"))
            }
            OptimizerSpec::Adam { .. } => Ok(Needs::Adam(theorem_adam::Needs::of(&constants, key)?)),
            OptimizerSpec::Muon { .. } if problem.shapes().len() != 1 => {
                Err(Invalid::new(key, "expected a problem of one matrix: that is what the bound is about"))
            }
            OptimizerSpec::Muon { .. } => Ok(Needs::Muon(theorem_muon::Needs::of(&constants, key)?)),
        }
    }

    /// What is looked at.
    pub(super) const fn unit(&self) -> &'static str {
        match self {
            OptimizerSpec::Adam { .. } => "mean of |grad F|^2",
            OptimizerSpec::Muon { .. } => "mean of |grad F|_*",
        }
    }
}
