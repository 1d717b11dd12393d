//! Stochastic gradient descent with momentum.

use serde::Serialize;

use super::ema::{Ema, Factors, named};
use super::weights::{Weights, coupled};
use super::{Decay, Keepers, Moments, Observer, Quantity, Scratch, States, fill};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::train::Seeds;

/// `m = b m + g`, `w = w - rate m`: momentum as a weighted sum (`torch.optim.SGD`), or as an average.
///
/// ```
/// use halfulp_lab::optimizer::Sgd;
///
/// let sgd = Sgd { rate: 0.1, momentum: 0.9, ..Sgd::preset("pytorch").expect("a known preset") };
/// assert!(sgd.fused);
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sgd {
    /// Learning rate, above 0.
    pub rate: f64,
    /// Decay of the momentum, in `[0, 1)`.
    pub momentum: f64,
    /// The form of the momentum.
    pub form: Ema,
    /// Whether the update is `g + b m` (of averages, `(1 - b) g + b m`) instead of `m`.
    pub nesterov: bool,
    /// Whether the last product and sum are rounded once, of Nesterov's update and of the weights: `fma(b, m, g)`, `fma(-rate, m, w)`.
    pub fused: bool,
    /// Weight decay, 0 or more.
    pub weight_decay: f64,
    /// When weights decay.
    pub decay: Decay,
    /// Whether the update takes the momentum before it is stored, or after.
    pub moments: Moments,
}

/// Names of the presets.
pub const PRESETS: [&str; 2] = ["plain", "pytorch"];

impl Sgd {
    /// The choices and the usual numbers under a name.
    ///
    /// - `plain`: a weighted sum, every operation rounded.
    /// - `pytorch`: `torch.optim.SGD`, single tensor, as its CPU kernels compute it: the product with the rate and the difference are fused, and
    ///   those of Nesterov's update. Weight decay is added to the gradient.
    #[must_use]
    pub fn preset(name: &str) -> Option<Sgd> {
        let plain = Sgd {
            rate: 1e-3,
            momentum: 0.0,
            form: Ema::Sum,
            nesterov: false,
            fused: false,
            weight_decay: 0.0,
            decay: Decay::Before,
            moments: Moments::Fresh,
        };
        match name {
            "plain" => Some(plain),
            "pytorch" => Some(Sgd { fused: true, decay: Decay::Coupled, ..plain }),
            _ => None,
        }
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
        if !(0.0..1.0).contains(&self.momentum) {
            return wrong("momentum", self.momentum, "a number from 0 to below 1");
        }
        if !(self.weight_decay >= 0.0 && self.rate * self.weight_decay <= 1.0) {
            return wrong("weight-decay", self.weight_decay, "0 or more, and at most 1 / rate");
        }
        Ok(())
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
        let len = keepers.part(gradients.len());
        let mut constant = |c: Coefficient| fill::<A>(&a.coefficient(c, &mut keepers.coefficients), len);
        let factors = Factors {
            keep: constant(Coefficient::Given(self.momentum)),
            add: constant(Coefficient::Complement(self.momentum)),
        };
        // The factor of a sum is a scalar of the tensors' type.
        let mut tensors = a.kernels().cloned();
        let scalars = tensors.as_mut().unwrap_or(&mut keepers.coefficients);
        let mut scalar = |c: Coefficient| fill::<A>(&a.coefficient(c, scalars), len);
        let blend = scalar(Coefficient::Given(self.momentum));
        let step = scalar(Coefficient::Given(self.rate));
        let minus = self.fused.then(|| scalar(Coefficient::Given(-self.rate)));
        let decays = self.weight_decay != 0.0;
        let decay = decays.then(|| scalar(self.decay.constant(self.rate, self.weight_decay)));
        let mut scratch = Scratch::new(&step[0], len);
        for super::Part { range, tensor } in keepers.parts(gradients.len(), len) {
            let (first, n) = (range.start, range.len());
            a.place(seeds.operations, first as u64);
            let decay = decay.as_deref().map(|factor| (factor, self.decay));
            let g = coupled(a, decay, &states.weights[range.clone()], &gradients[range.clone()], self.fused);
            let g = g.as_ref();
            let m = &mut states.first[range.clone()];
            let [r, s, sum, update, factor] = scratch.parts(n);
            let names = [Quantity::FirstA, Quantity::FirstB];
            let rooms = [&mut *r, &mut *s, &mut *sum];
            self.form.step(a, &factors, m, g, rooms, named(observer, names, first));
            observer.see(Quantity::First, first, m);
            if self.moments == Moments::Stored {
                a.store(keepers.first_of(tensor), m, seeds.first, first as u64);
            }
            if self.nesterov {
                self.look_ahead(a, [&blend[..n], &factors.add[..n]], [m, g], [r, sum, factor]);
            } else if self.fused {
                factor.clone_from_slice(m);
            }
            let taken = if self.nesterov { &*factor } else { &*m };
            a.mul(&step[..n], taken, update);
            if !self.fused {
                a.written(update);
            }
            observer.see(Quantity::Update, first, update);
            if self.moments == Moments::Fresh {
                a.store(keepers.first_of(tensor), m, seeds.first, first as u64);
            }
            Weights::of(states, range, first, keepers, seeds.weights).write(
                a,
                decay,
                minus.as_deref(),
                scratch.parts(n),
                observer,
            );
        }
    }

    /// Nesterov's update, `g + b m` or `(1 - b) g + b m`, into the last of the rooms.
    fn look_ahead<A: Arithmetic>(
        &self,
        a: &mut A,
        [blend, add]: [&[A::Number]; 2],
        [m, g]: [&[A::Number]; 2],
        [r, sum, to]: [&mut [A::Number]; 3],
    ) {
        let fresh = if self.form == Ema::Sum {
            g
        } else {
            a.mul(add, g, sum);
            &*sum
        };
        if self.fused {
            a.fma(blend, m, fresh, to);
        } else {
            a.mul(blend, m, r);
            a.written(r);
            a.add(r, fresh, to);
        }
        a.written(to);
    }
}
