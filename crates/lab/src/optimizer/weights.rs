//! How an update reaches the weights: decay, difference, storage, compensation.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Keepers, Observer, Quantity, States};
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::storage::Keeper;
use halfulp::noise;

/// When weights decay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decay {
    /// `w (1 - rate decay)` before the update.
    #[default]
    Before,
    /// The same after the update.
    After,
    /// `decay w` is added to the gradient: not decoupled, as in `torch.optim.Adam` and `torch.optim.SGD`, whose product and sum are fused.
    Coupled,
}

impl Decay {
    /// The constant that weights are multiplied by.
    #[must_use]
    pub const fn constant(self, rate: f64, decay: f64) -> Coefficient {
        match self {
            Decay::Before | Decay::After => Coefficient::Decay(rate, decay),
            Decay::Coupled => Coefficient::Given(decay),
        }
    }

    /// What weights are multiplied by before the update: 1 where they decay after it or through the gradient.
    pub(super) fn keeps(self, rate: f64, decay: f64) -> f64 {
        if self == Decay::Before { Coefficient::Decay(rate, decay).binary64() } else { 1.0 }
    }
}

/// The gradients that the moments see: with `decay w` in them where that is coupled, product and sum `fused` or each rounded.
pub(super) fn coupled<'g, A: Arithmetic>(
    a: &mut A,
    decay: Option<(&[A::Number], Decay)>,
    weights: &[A::Number],
    gradients: &'g [A::Number],
    fused: bool,
) -> Cow<'g, [A::Number]> {
    let Some((by, Decay::Coupled)) = decay else { return Cow::Borrowed(gradients) };
    let mut sum = gradients.to_vec();
    if fused {
        a.fma(&by[..sum.len()], weights, gradients, &mut sum);
    } else {
        let mut product = gradients.to_vec();
        a.mul(&by[..sum.len()], weights, &mut product);
        a.written(&mut product);
        a.add(gradients, &product, &mut sum);
    }
    a.written(&mut sum);
    Cow::Owned(sum)
}

/// Part of the weights, about to be written.
pub struct Weights<'a, N> {
    w: &'a mut [N],
    compensation: Option<&'a mut [N]>,
    keeper: &'a mut Keeper,
    seed: u64,
    first: usize,
}

impl<'a, N: Clone> Weights<'a, N> {
    /// The elements of a range, the first of which is `first`; `seed` is that of their storing.
    pub fn of(
        states: &'a mut States<N>,
        range: Range<usize>,
        first: usize,
        keepers: &'a mut Keepers,
        seed: u64,
    ) -> Weights<'a, N> {
        let compensation =
            if keepers.compensated { Some(&mut states.compensation[range.clone()]) } else { None };
        Weights { w: &mut states.weights[range], compensation, keeper: &mut keepers.weights, seed, first }
    }

    /// Subtracts what is in the fourth room, and stores the weights. With a factor, what is subtracted is minus the factor times what is in the
    /// fifth room, and product and difference are rounded once.
    ///
    /// Compensated weights (Zamirai et al. 2020): with `u = c - update`, `w' = w + u` and `c' = u + (w - w')`, each stored. What weights lose when they
    /// decay before that is not given back: a decay of less than half a gap is lost whole, as in the optimizers that do so.
    pub fn write<A: Arithmetic<Number = N>, O: Observer<N>>(
        self,
        a: &mut A,
        decay: Option<(&[N], Decay)>,
        minus: Option<&[N]>,
        [r, s, difference, update, factor]: [&mut [N]; 5],
        observer: &mut O,
    ) {
        let (w, first, seed) = (self.w, self.first, self.seed);
        let decays = |when: Decay| decay.filter(|(_, at)| *at == when).map(|(by, _)| &by[..update.len()]);
        let subtract = |a: &mut A, x: &[N], to: &mut [N]| match minus {
            None => a.sub(x, update, to),
            Some(minus) => a.fma(&minus[..to.len()], factor, x, to),
        };
        let before = decays(Decay::Before);
        if let Some(by) = before {
            a.mul(w, by, r);
            a.written(r);
            observer.see(Quantity::Decayed, first, r);
        }
        if let Some(c) = self.compensation {
            if before.is_some() {
                w.clone_from_slice(r);
            }
            let keeper = self.keeper;
            a.store(keeper, w, noise::word(seed, 3), first as u64);
            if before.is_some() {
                observer.see(Quantity::DecayedBefore, first, w);
            }
            subtract(a, c, r);
            a.store(keeper, r, noise::word(seed, 1), first as u64);
            a.add(w, r, s);
            observer.see(Quantity::Weights, first, s);
            a.store(keeper, s, seed, first as u64);
            a.sub(w, s, difference);
            a.add(r, difference, c);
            a.store(keeper, c, noise::word(seed, 2), first as u64);
            a.compensated(c);
            w.clone_from_slice(s);
            return;
        }
        match (before, decays(Decay::After)) {
            (Some(_), _) => {
                observer.see(Quantity::DecayedBefore, first, r);
                subtract(a, r, w);
            }
            (None, Some(by)) => {
                subtract(a, w, s);
                a.written(s);
                observer.see(Quantity::Decayed, first, s);
                a.mul(s, by, w);
            }
            (None, None) => {
                subtract(a, w, s);
                w.clone_from_slice(s);
            }
        }
        observer.see(Quantity::Weights, first, w);
        a.store(self.keeper, w, seed, first as u64);
    }
}
