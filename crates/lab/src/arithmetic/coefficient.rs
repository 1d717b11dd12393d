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

#[cfg(test)]
mod tests {
    use super::*;

    /// Constants of betas, rates and decays on both sides of 1, far from it and near it: those of settings that make no sense are bounded, too, because slack is
    /// asked for before anything is checked.
    fn constants() -> Vec<Coefficient> {
        let near = 1.0 + 1e-9;
        let mut all = Vec::new();
        for x in [0.0, 0.3, 0.9, 0.999, 1.0 - 1e-9, near, 1.25, 3.7, 1e6] {
            all.push(Coefficient::Given(x));
            all.push(Coefficient::Complement(x));
            for y in [0.1, 0.7, 1.3, 11.0] {
                all.push(Coefficient::Decay(x, y));
            }
            for t in [1, 2, 7, 1000] {
                // Past 1 the root and the power leave the numbers.
                if x < 1.0 {
                    all.push(Coefficient::BiasRoot { beta: x, t });
                    all.push(Coefficient::TimesBiasRoot { x: 1e-8, beta: x, t });
                    all.push(Coefficient::Uncorrected { x: 1e-3, first: x * x, second: x, t });
                }
                if x < 1.0 || t < 10 {
                    all.push(Coefficient::Bias { beta: x, t });
                    all.push(Coefficient::OverBias { x: 1e-3, beta: x, t });
                }
            }
        }
        all
    }

    #[test]
    fn slack_covers_what_binary64_rounds_on_both_sides_of_one() {
        let (mut beyond, mut above) = (0.0f64, 0);
        for c in constants() {
            let (exact, computed, slack) = (c.exact(256), c.binary64(), c.slack());
            assert!(slack >= 0.0, "{c:?}: {slack}");
            let error = (exact.clone() - computed).abs() / exact.clone().abs();
            if exact == 0 {
                assert_eq!(computed, 0.0, "{c:?}");
                continue;
            }
            let error = error.to_f64();
            assert!(error <= slack, "{c:?}: {error:e} beyond {slack:e}");
            above += usize::from(exact < 0);
            beyond = beyond.max(error / slack.max(f64::MIN_POSITIVE));
        }
        // It is of the size of the errors, and numbers above 1 were among them.
        assert!(beyond > 0.1, "{beyond}");
        assert!(above > 20, "{above}");
    }
}
