//! What is observed of each step: computed numbers beside the exact twin's, and the bounds.

use rug::Float;
use rug::float::Round;

use super::OpenLoop;
use crate::arithmetic::Coefficient;
use crate::bound::adamw::bounds::Bounds;
use crate::bound::outward::Upper;
use crate::bound::preconditioner;
use crate::optimizer::{Decay, Quantity};

impl OpenLoop {
    pub(super) fn observe_update(&mut self, exact: &Float, update: f64, gamma: Upper, at: &str) {
        let size = Upper::of(exact.to_f64_round(Round::Up).abs().next_up());
        let distance = (exact.clone() - update).abs().to_f64();
        let bound = (gamma * size).get();
        if gamma == Upper::UNKNOWN {
            self.tallies[0].fail(2, || at.into());
        } else {
            self.tallies[0].observe(distance, bound, size.get(), || at.into());
        }
    }

    pub(super) fn observe_step(&mut self, k: usize, update: &Float, one: Upper, at: &str) {
        let decay = Coefficient::Decay(self.adam.rate, self.adam.weight_decay).exact(self.exact.precision);
        let w = self.before.weights[k];
        let exact = match self.adam.choices.decay {
            Decay::Before => decay * w - update,
            Decay::After => decay * (w - update.clone()),
            Decay::Coupled => w - update.clone(),
        };
        let trivial = exact.to_f64().abs();
        let distance = (exact - self.at(Quantity::Weights, k)).abs().to_f64();
        self.tallies[1].observe(distance, one.get(), trivial, || at.into());
    }

    /// The update beside the longest that its moments can make; `failed` is the hypothesis of the other bounds that fails here.
    pub(super) fn observe_length(
        &mut self,
        k: usize,
        c: &Bounds,
        gamma: Upper,
        failed: Option<usize>,
        at: &str,
    ) {
        self.saturated[k] |= failed == Some(1);
        let (v, update) = (self.locals[k].used[1], self.at(Quantity::Update, k));
        let tally = &mut self.tallies[4];
        let hypothesis = match &self.length {
            None => 1,
            Some(length) if length.chi >= Upper::of(1.0) => 0,
            Some(_) if self.saturated[k] || failed.is_some() => 2,
            Some(_) if gamma == Upper::UNKNOWN => 3,
            Some(length) => {
                let (most, _) = c.preconditioner.ends(v, Upper::ZERO);
                let exact = Upper::of(c.rate[1]) * most * length.first(v);
                let bound = (exact + gamma * exact).get();
                return tally.observe(update.abs(), bound, f64::INFINITY, || at.into());
            }
        };
        tally.fail(hypothesis, || at.into());
    }

    pub(super) fn observe_preconditioner(&mut self, k: usize, c: &Bounds, v: f64, error: Upper, at: &str) {
        let (p, shape) = (self.exact.precision, &c.preconditioner);
        let (exact, computed) = (self.twin.second[k].clone(), Float::with_val(p, v));
        let (r_exact, r_computed) = (shape.of(&exact), shape.of(&computed));
        let [.., absolute_of, relative_of, root_of, zero_of] = &mut self.tallies;
        let distance = (exact.clone().sqrt() - computed.clone().sqrt()).abs().to_f64();
        let least = exact.to_f64_round(Round::Down);
        let trivial = exact.to_f64().max(v).sqrt();
        root_of.observe(distance, preconditioner::root(least, v, error).get(), trivial, || at.into());
        let bound = shape.absolute(v, error);
        // A moment that is 0 in the exact run has no preconditioner without epsilon.
        if bound == Upper::UNKNOWN || !r_exact.is_finite() || !r_computed.is_finite() {
            absolute_of.fail(0, || at.into());
        } else {
            let (distance, trivial) = ((r_exact.clone() - &r_computed).abs().to_f64(), r_exact.to_f64());
            absolute_of.observe(distance, bound.get(), trivial, || at.into());
        }
        let ratio = r_computed / r_exact;
        if exact > 0 && v > 0.0 {
            let bound = preconditioner::relative(&exact, &computed).get();
            relative_of.observe((ratio - 1.0f64).abs().to_f64(), bound, f64::INFINITY, || at.into());
            return;
        }
        relative_of.fail(0, || at.into());
        if exact > 0 && !shape.inside {
            let bound = preconditioner::zero(&exact, shape.root[0], shape.epsilon).get();
            zero_of.observe(ratio.to_f64(), bound, f64::INFINITY, || at.into());
        }
    }

    /// The second moment beside the exact one. Where the bound is not below the moment itself, the step's length is bounded by epsilon alone.
    pub(super) fn observe_second(&mut self, k: usize, v: f64, error: Upper, at: &str) {
        let distance = (self.twin.second[k].clone() - v).abs().to_f64();
        self.tallies[3].observe(distance, error.get(), v, || at.into());
    }

    pub(super) fn observe_run(
        &mut self,
        k: usize,
        c: &Bounds,
        w: f64,
        errors: [Upper; 2],
        at: &str,
    ) -> (f64, f64) {
        let e = &mut self.elements[k];
        e.update(c, errors, &self.locals[k]);
        let bound = e.weight.get();
        let exact = &self.twin.weights[k];
        let distance = (exact.clone() - w).abs().to_f64();
        let trivial = w.abs().max(exact.to_f64().abs());
        self.tallies[2].observe(distance, bound, trivial, || at.into());
        (distance, bound)
    }
}
