//! The constants of steps, each with its exact meaning.

use rug::{Float, ops::Pow};

/// A constant of a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Coefficient {
    /// The number itself.
    Given(f64),
    /// `1 - x`.
    Complement(f64),
    /// `1 - x y`: what decoupled weight decay leaves.
    Decay(f64, f64),
    /// `1 - beta^t`: the bias of a moment after `t` steps.
    Bias {
        /// The moment's decay.
        beta: f64,
        /// Steps, from 1.
        t: u64,
    },
    /// `sqrt(1 - beta^t)`.
    BiasRoot {
        /// The moment's decay.
        beta: f64,
        /// Steps, from 1.
        t: u64,
    },
    /// `x / (1 - beta^t)`.
    OverBias {
        /// The numerator: a learning rate.
        x: f64,
        /// The moment's decay.
        beta: f64,
        /// Steps, from 1.
        t: u64,
    },
    /// `x sqrt(1 - second^t) / (1 - first^t)`: the step of an update whose moments stay biased.
    Uncorrected {
        /// A learning rate.
        x: f64,
        /// Decay of the first moment.
        first: f64,
        /// Decay of the second moment.
        second: f64,
        /// Steps, from 1.
        t: u64,
    },
    /// `x sqrt(1 - beta^t)`.
    TimesBiasRoot {
        /// The factor: an epsilon.
        x: f64,
        /// The moment's decay.
        beta: f64,
        /// Steps, from 1.
        t: u64,
    },
}

impl Coefficient {
    /// The constant as libraries compute it: in binary64, operation by operation.
    #[must_use]
    pub fn binary64(self) -> f64 {
        let bias = |beta: f64, t: u64| 1.0 - beta.powf(t as f64);
        match self {
            Coefficient::Given(x) => x,
            Coefficient::Complement(x) => 1.0 - x,
            Coefficient::Decay(x, y) => 1.0 - x * y,
            Coefficient::Bias { beta, t } => bias(beta, t),
            Coefficient::BiasRoot { beta, t } => bias(beta, t).sqrt(),
            Coefficient::OverBias { x, beta, t } => x / bias(beta, t),
            Coefficient::Uncorrected { x, first, second, t } => x * bias(second, t).sqrt() / bias(first, t),
            Coefficient::TimesBiasRoot { x, beta, t } => x * bias(beta, t).sqrt(),
        }
    }

    /// At least the relative error of [`binary64`](Coefficient::binary64): every operation is right to an ulp, and `1 - beta^t` is at least
    /// `1 - beta`.
    #[must_use]
    pub fn slack(self) -> f64 {
        let small = |x: f64| x.max(1.0) / (1.0 - x).abs();
        let amplified = match self {
            Coefficient::Given(_) => return 0.0,
            Coefficient::Complement(x) => small(x),
            Coefficient::Decay(x, y) => small(x * y),
            Coefficient::Bias { beta, .. }
            | Coefficient::BiasRoot { beta, .. }
            | Coefficient::OverBias { beta, .. }
            | Coefficient::TimesBiasRoot { beta, .. } => small(beta),
            Coefficient::Uncorrected { first, second, .. } => small(first) + small(second),
        };
        2.0 * f64::EPSILON * (amplified + 2.0)
    }

    /// The constant with `precision` bits; every operation is rounded once at 64 bits more.
    #[must_use]
    pub fn exact(self, precision: u32) -> Float {
        let wide = precision + 64;
        let number = |x: f64| Float::with_val(wide, x);
        let bias = |beta: f64, t: u64| number(1.0) - number(beta).pow(t);
        let x = match self {
            Coefficient::Given(x) => number(x),
            Coefficient::Complement(x) => number(1.0) - x,
            Coefficient::Decay(x, y) => number(1.0) - number(x) * y,
            Coefficient::Bias { beta, t } => bias(beta, t),
            Coefficient::BiasRoot { beta, t } => bias(beta, t).sqrt(),
            Coefficient::OverBias { x, beta, t } => number(x) / bias(beta, t),
            Coefficient::Uncorrected { x, first, second, t } => {
                number(x) * bias(second, t).sqrt() / bias(first, t)
            }
            Coefficient::TimesBiasRoot { x, beta, t } => number(x) * bias(beta, t).sqrt(),
        };
        Float::with_val(precision, x)
    }
}
