//! The optimizer: one step, written once over any arithmetic.

use std::borrow::Cow;

use halfulp_lab::arithmetic::{Arithmetic, Coefficient};
use halfulp_lab::experiment::Invalid;
use halfulp_lab::optimizer::ema::{Ema, Factors};
use halfulp_lab::optimizer::weights::{Decay, Weights};
use halfulp_lab::optimizer::{Observer, Optimizer, Part, Quantity, Scratch, Step};
use serde::Deserialize;

/// `c = beta1 m + (1 - beta1) g`, `w = (1 - rate decay) w - rate sign(c)`, `m = beta2 m + (1 - beta2) g`: program 1 of the paper. Averages are computed
/// as two products and a sum, weights decay first, as in the authors' PyTorch code.
///
/// Its fields are the keys of its table in experiment files: `optimizer = { lion = { rate = 0.01 } }`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Lion {
    /// Learning rate, above 0.
    pub rate: f64,
    /// Decay of the interpolation whose sign is taken, and of the momentum; in `[0, 1)`.
    pub betas: [f64; 2],
    /// Decoupled weight decay, 0 or more.
    pub weight_decay: f64,
}

/// The defaults of the authors' code.
impl Default for Lion {
    fn default() -> Lion {
        Lion { rate: 1e-4, betas: [0.9, 0.99], weight_decay: 0.0 }
    }
}

impl Optimizer for Lion {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("Lion")
    }

    fn settings(&self) -> String {
        let Lion { rate, betas: [beta1, beta2], weight_decay } = self;
        format!("{{ rate = {rate:?}, betas = [{beta1:?}, {beta2:?}], weight-decay = {weight_decay:?} }}")
    }

    fn check(&self) -> Result<(), Invalid> {
        let wrong =
            |key: &str, x: f64, expected: &str| Err(Invalid::new(key, format!("{x}: expected {expected}")));
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            return wrong("rate", self.rate, "a number above 0");
        }
        if let Some(beta) = self.betas.into_iter().find(|beta| !(0.0..1.0).contains(beta)) {
            return wrong("betas", beta, "numbers from 0 to below 1");
        }
        if !(self.weight_decay >= 0.0 && self.rate * self.weight_decay <= 1.0) {
            return wrong("weight-decay", self.weight_decay, "0 or more, and at most 1 / rate");
        }
        Ok(())
    }

    fn moments(&self) -> usize {
        1
    }

    fn decays(&self) -> Vec<f64> {
        self.betas.to_vec()
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        let Step { seeds, states, gradients, keepers, .. } = step;
        let len = keepers.part(gradients.len());
        let mut constant = |c: Coefficient| vec![a.coefficient(c, &mut keepers.coefficients); len];
        let [blends, averages] = self.betas.map(|beta| Factors {
            keep: constant(Coefficient::Given(beta)),
            add: constant(Coefficient::Complement(beta)),
        });
        let rate = constant(Coefficient::Given(self.rate));
        let decays = self.weight_decay != 0.0;
        let decay = decays.then(|| constant(Decay::Before.constant(self.rate, self.weight_decay)));
        let mut scratch = Scratch::new(&rate[0], len);
        for Part { range, tensor } in keepers.parts(gradients.len(), len) {
            let first = range.start;
            a.place(seeds.operations, first as u64);
            let (g, m) = (&gradients[range.clone()], &mut states.first[range.clone()]);
            let [r, s, sum, update, blend] = scratch.parts(g.len());
            blend.clone_from_slice(m);
            Ema::TwoProduct.step(a, &blends, blend, g, [&mut *r, &mut *s, &mut *sum], |_, _| {});
            observer.see(Quantity::Blend, first, blend);
            a.sign(blend, sum);
            a.mul(&rate[..g.len()], sum, update);
            observer.see(Quantity::Update, first, update);
            Ema::TwoProduct.step(a, &averages, m, g, [r, s, sum], |_, _| {});
            observer.see(Quantity::First, first, m);
            a.store(keepers.first_of(tensor), m, seeds.first, first as u64);
            let decay = decay.as_deref().map(|by| (by, Decay::Before));
            let rooms = scratch.parts(g.len());
            Weights::of(states, range, first, keepers, seeds.weights).write(a, decay, None, rooms, observer);
        }
        Ok(())
    }
}
