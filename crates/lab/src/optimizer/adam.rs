//! RMSProp, Adam and AdamW.

mod step;

use serde::{Deserialize, Serialize};

pub use step::Constants;

use super::ema::Ema;
use super::weights::Decay;

/// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019). Without decay it is Adam; with `beta1 = 0` and without
/// bias correction, RMSProp.
///
/// ```
/// use halfulp_lab::optimizer::Adam;
///
/// let adam = Adam::preset("pytorch").expect("a known preset");
/// assert_eq!(adam.betas, [0.9, 0.999]);
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Adam {
    /// Learning rate, above 0.
    pub rate: f64,
    /// Decay of the first and of the second moment, in `[0, 1)`.
    pub betas: [f64; 2],
    /// What is added to the denominator, 0 or more.
    pub epsilon: f64,
    /// Weight decay, 0 or more.
    pub weight_decay: f64,
    /// Everything that changes bits and is not a number.
    #[serde(flatten)]
    pub choices: Choices,
}

/// Everything about a step that changes bits and is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Choices {
    /// The form of the first moment's average.
    pub first: Ema,
    /// The form of the second moment's average.
    pub second: Ema,
    /// Whether the gradient is squared first, or multiplied by `1 - beta2` first.
    pub square: Square,
    /// Where epsilon and the bias correction stand.
    pub denominator: Denominator,
    /// Whether moments are corrected for their bias.
    pub bias_correction: bool,
    /// Whether the moment is divided by the denominator before it is scaled by the step, or after.
    pub ratio: Ratio,
    /// When weights decay.
    pub decay: Decay,
    /// Whether the update takes the moments before they are stored, or after.
    pub moments: Moments,
}

/// The order of `(1 - beta2) g^2`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Square {
    /// `(1 - beta2) (g g)`.
    #[default]
    First,
    /// `((1 - beta2) g) g`. Only in the two-product forms of the average; the others square first.
    Scaled,
}

/// Where epsilon and the bias correction stand. With `c1 = 1 - beta1^t` and `c2 = sqrt(1 - beta2^t)`:
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denominator {
    /// `(rate / c1) m / (sqrt(v) / c2 + epsilon)`.
    #[default]
    Corrected,
    /// `(rate c2 / c1) m / (sqrt(v) + c2 epsilon)`.
    Uncorrected,
    /// `(rate c2 / c1) m / sqrt(v + epsilon)`.
    Inside,
}

/// The order of step, moment and denominator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ratio {
    /// `step (m / denominator)`.
    #[default]
    DivideFirst,
    /// `(step m) / denominator`.
    ScaleFirst,
}

/// Which moments the update takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moments {
    /// The new ones, before they are stored.
    #[default]
    Fresh,
    /// The new ones, as they are read back.
    Stored,
}

/// Names of the presets.
pub const PRESETS: [&str; 6] =
    ["pytorch", "bitsandbytes", "bitsandbytes-cpu", "torchao", "rmsprop", "weighted-sum"];

impl Adam {
    /// The choices and the usual numbers of a library.
    ///
    /// - `pytorch`: `torch.optim.AdamW`, single tensor, as its CPU kernels compute it: lerp for the first moment, two products for the second,
    ///   the last product and sum of both fused; decay before.
    /// - `bitsandbytes`: two products for both, moments stay biased, decay after.
    /// - `bitsandbytes-cpu`: its 8-bit optimizers on a CPU, which are PyTorch's kernels: two products for both, each last product and sum fused; the rest
    ///   as of `pytorch`.
    /// - `torchao`: lerp for both, decay before.
    /// - `rmsprop`: `beta1 = 0`, no bias correction.
    /// - `weighted-sum`: unnormalised moments and epsilon under the root (Defossez et al., TMLR 2022).
    #[must_use]
    pub fn preset(name: &str) -> Option<Adam> {
        let choices = Choices {
            first: Ema::LerpFused,
            second: Ema::TwoProductFused,
            square: Square::Scaled,
            denominator: Denominator::Corrected,
            bias_correction: true,
            ratio: Ratio::ScaleFirst,
            decay: Decay::Before,
            moments: Moments::Fresh,
        };
        let (betas, choices) = match name {
            "pytorch" => ([0.9, 0.999], choices),
            "bitsandbytes" => (
                [0.9, 0.999],
                Choices {
                    first: Ema::TwoProduct,
                    second: Ema::TwoProduct,
                    square: Square::First,
                    denominator: Denominator::Uncorrected,
                    ratio: Ratio::DivideFirst,
                    decay: Decay::After,
                    ..choices
                },
            ),
            "bitsandbytes-cpu" => ([0.9, 0.999], Choices { first: Ema::TwoProductFused, ..choices }),
            "torchao" => (
                [0.9, 0.999],
                Choices { first: Ema::Lerp, second: Ema::Lerp, square: Square::First, ..choices },
            ),
            "rmsprop" => (
                [0.0, 0.99],
                Choices {
                    first: Ema::TwoProduct,
                    second: Ema::TwoProduct,
                    bias_correction: false,
                    ..choices
                },
            ),
            "weighted-sum" => (
                [0.9, 0.999],
                Choices {
                    first: Ema::Sum,
                    second: Ema::Sum,
                    square: Square::First,
                    denominator: Denominator::Inside,
                    bias_correction: false,
                    ..choices
                },
            ),
            _ => return None,
        };
        Some(Adam { rate: 1e-3, betas, epsilon: 1e-8, weight_decay: 0.0, choices })
    }

    /// The step with every operation in the order of the bounds: two products, root, correction, epsilon, quotient, step, decay, difference.
    #[must_use]
    pub fn plain() -> Adam {
        let pytorch = Adam::preset("pytorch").unwrap_or_else(|| unreachable!("the list has it"));
        let choices = Choices {
            first: Ema::TwoProduct,
            second: Ema::TwoProduct,
            square: Square::First,
            ratio: Ratio::DivideFirst,
            ..pytorch.choices
        };
        Adam { choices, ..pytorch }
    }

    /// What is wrong with the numbers: the key, and why.
    ///
    /// # Errors
    /// The first key that is out of range.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, x: f64, expected: &str| Err((key, format!("{x}: expected {expected}")));
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            return wrong("rate", self.rate, "a number above 0");
        }
        for beta in self.betas {
            if !(0.0..1.0).contains(&beta) {
                return wrong("betas", beta, "numbers from 0 to below 1");
            }
        }
        if !(self.epsilon >= 0.0 && self.epsilon.is_finite()) {
            return wrong("epsilon", self.epsilon, "0 or a number above");
        }
        if !(self.weight_decay >= 0.0 && self.rate * self.weight_decay <= 1.0) {
            return wrong("weight-decay", self.weight_decay, "0 or more, and at most 1 / rate");
        }
        Ok(())
    }
}
