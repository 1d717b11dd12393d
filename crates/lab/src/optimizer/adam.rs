//! RMSProp, Adam and AdamW.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::ema::{Ema, Factors, named};
use super::weights::{Decay, Weights, coupled};
use super::{Keepers, Observer, PART, Quantity, Scratch, States, fill};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::train::Seeds;

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
    /// Everything that changes bits and is no number.
    #[serde(flatten)]
    pub choices: Choices,
}

/// Everything about a step that changes bits and is no number.
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

    /// The constants of step `t`, from 1, for parts of up to `len` elements.
    pub fn constants<A: Arithmetic>(
        &self,
        a: &A,
        keepers: &mut Keepers,
        t: u64,
        len: usize,
    ) -> Constants<A::Number> {
        let [beta1, beta2] = self.betas;
        let mut constant = |c: Coefficient| fill::<A>(&a.coefficient(c, &mut keepers.coefficients), len);
        let mut factors = |beta: f64| Factors {
            keep: constant(Coefficient::Given(beta)),
            add: constant(Coefficient::Complement(beta)),
        };
        let (first, second) = (factors(beta1), factors(beta2));
        let (x, corrected) = (self.rate, self.choices.bias_correction);
        let (step, epsilon) = match (self.choices.denominator, corrected) {
            (_, false) => (Coefficient::Given(x), Coefficient::Given(self.epsilon)),
            (Denominator::Corrected, true) => {
                (Coefficient::OverBias { x, beta: beta1, t }, Coefficient::Given(self.epsilon))
            }
            (Denominator::Uncorrected, true) => (
                Coefficient::Uncorrected { x, first: beta1, second: beta2, t },
                Coefficient::TimesBiasRoot { x: self.epsilon, beta: beta2, t },
            ),
            (Denominator::Inside, true) => (
                Coefficient::Uncorrected { x, first: beta1, second: beta2, t },
                Coefficient::Given(self.epsilon),
            ),
        };
        let root = corrected && self.choices.denominator == Denominator::Corrected;
        let root = root.then(|| constant(Coefficient::BiasRoot { beta: beta2, t }));
        let decays = self.weight_decay != 0.0;
        let decay = decays.then(|| constant(self.choices.decay.constant(self.rate, self.weight_decay)));
        Constants { first, second, root, step: constant(step), epsilon: constant(epsilon), decay }
    }

    /// One step of all elements: the one that `seeds` belong to. `gradients` are as they were stored.
    pub fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        keepers: &mut Keepers,
        observer: &mut O,
    ) {
        self.step_within(a, seeds, states, gradients, 0..gradients.len(), keepers, observer);
    }

    /// The same of the tensors that begin in a range only.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn step_within<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        seeds: &Seeds,
        states: &mut States<A::Number>,
        gradients: &[A::Number],
        within: Range<usize>,
        keepers: &mut Keepers,
        observer: &mut O,
    ) {
        let block = keepers.block();
        let len = PART.next_multiple_of(block).min(gradients.len()).max(1);
        let constants = self.constants(a, keepers, seeds.t, len);
        let mut scratch = Scratch::new(&constants.step[0], len);
        for super::states::Part { range, tensor } in keepers.parts(gradients.len(), len) {
            if !within.contains(&range.start) {
                continue;
            }
            let first = range.start;
            a.place(seeds.operations, first as u64);
            let decay = constants.decay.as_deref().map(|decay| (decay, self.choices.decay));
            let g = coupled(a, decay, &states.weights[range.clone()], &gradients[range.clone()], true);
            let g = g.as_ref();
            let mut part =
                Part { m: &mut states.first[range.clone()], v: &mut states.second[range.clone()], g, first };
            self.moments(a, &constants, &mut part, scratch.parts(g.len()), observer);
            let store = |a: &mut A, part: &mut Part<'_, A::Number>, keepers: &mut Keepers| {
                a.store(keepers.first_of(tensor), part.m, seeds.first, first as u64);
                a.store(keepers.second_of(tensor), part.v, seeds.second, first as u64);
            };
            if self.choices.moments == Moments::Stored {
                store(a, &mut part, keepers);
            }
            self.update(a, &constants, &mut part, scratch.parts(g.len()), observer);
            if self.choices.moments == Moments::Fresh {
                store(a, &mut part, keepers);
            }
            let weights = Weights::of(states, range, first, keepers, seeds.weights);
            weights.write(a, decay, None, scratch.parts(g.len()), observer);
        }
    }

    fn moments<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        constants: &Constants<A::Number>,
        part: &mut Part<'_, A::Number>,
        rooms: [&mut [A::Number]; 5],
        observer: &mut O,
    ) {
        let [r, s, sum, square, _] = rooms;
        let (g, first) = (part.g, part.first);
        let names = [Quantity::FirstA, Quantity::FirstB];
        let rooms = [&mut *r, &mut *s, &mut *sum];
        self.choices.first.step(a, &constants.first, part.m, g, rooms, named(observer, names, first));
        observer.see(Quantity::First, first, part.m);
        let names = [Quantity::SecondA, Quantity::SecondB];
        let form = self.choices.second;
        if self.choices.square == Square::Scaled && matches!(form, Ema::TwoProduct | Ema::TwoProductFused) {
            let len = g.len();
            a.mul(&constants.second.keep[..len], part.v, r);
            a.written(r);
            a.mul(&constants.second.add[..len], g, sum);
            if form == Ema::TwoProduct {
                a.mul(sum, g, s);
                a.add(r, s, part.v);
                observer.see(Quantity::SecondB, first, s);
            } else {
                a.fma(sum, g, r, part.v);
            }
            observer.see(Quantity::SecondA, first, r);
        } else {
            a.mul(g, g, square);
            a.written(square);
            observer.see(Quantity::Square, first, square);
            let rooms = [r, s, sum];
            self.choices.second.step(
                a,
                &constants.second,
                part.v,
                square,
                rooms,
                named(observer, names, first),
            );
        }
        observer.see(Quantity::Second, first, part.v);
    }

    /// Leaves in the fourth room what is to be subtracted from the weights.
    fn update<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        constants: &Constants<A::Number>,
        part: &mut Part<'_, A::Number>,
        rooms: [&mut [A::Number]; 5],
        observer: &mut O,
    ) {
        let [r, s, denominator, update, _] = rooms;
        let (len, first) = (part.g.len(), part.first);
        let epsilon = &constants.epsilon[..len];
        match (self.choices.denominator, &constants.root) {
            (Denominator::Inside, _) => {
                a.add(part.v, epsilon, r);
                a.written(r);
                a.sqrt(r, denominator);
            }
            (_, Some(root)) => {
                a.sqrt(part.v, r);
                a.written(r);
                observer.see(Quantity::Root, first, r);
                a.div(r, &root[..len], s);
                a.written(s);
                a.add(s, epsilon, denominator);
            }
            (_, None) => {
                a.sqrt(part.v, r);
                a.written(r);
                observer.see(Quantity::Root, first, r);
                a.add(r, epsilon, denominator);
            }
        }
        a.written(denominator);
        observer.see(Quantity::Denominator, first, denominator);
        let step = &constants.step[..len];
        match self.choices.ratio {
            Ratio::DivideFirst => {
                a.div(part.m, denominator, r);
                observer.see(Quantity::Ratio, first, r);
                a.mul(step, r, update);
            }
            Ratio::ScaleFirst => {
                a.mul(step, part.m, r);
                a.div(r, denominator, update);
            }
        }
        observer.see(Quantity::Update, first, update);
    }
}

/// The constants of a step, in every place of a part.
#[derive(Clone, Debug)]
pub struct Constants<N> {
    first: Factors<N>,
    second: Factors<N>,
    root: Option<Vec<N>>,
    step: Vec<N>,
    epsilon: Vec<N>,
    decay: Option<Vec<N>>,
}

/// Part of every tensor.
struct Part<'a, N> {
    m: &'a mut [N],
    v: &'a mut [N],
    g: &'a [N],
    first: usize,
}
