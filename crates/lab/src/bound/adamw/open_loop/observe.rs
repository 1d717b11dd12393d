//! What is observed of each step: computed numbers beside the exact twin's, and the bounds.

use rug::Float;
use rug::float::Round;

use super::{Bounds, OpenLoop};
use crate::arithmetic::Coefficient;
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{self, absolute};
use crate::optimizer::Quantity;

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
        let exact = decay * self.before.weights[k] - update;
        let trivial = exact.to_f64().abs();
        let distance = (exact - self.at(Quantity::Weights, k)).abs().to_f64();
        self.tallies[1].observe(distance, one.get(), trivial, || at.into());
    }

    pub(super) fn observe_preconditioner(&mut self, k: usize, c: &Bounds, v: f64, error: Upper, at: &str) {
        let (p, epsilon, root) = (self.exact.precision, self.adam.epsilon, c.root[0]);
        let r = |v: &Float| Float::with_val(p, 1.0) / (v.clone().sqrt() / root + epsilon);
        let (exact, computed) = (self.twin.second[k].clone(), Float::with_val(p, v));
        let (r_exact, r_computed) = (r(&exact), r(&computed));
        let [.., absolute_of, relative_of, root_of, zero_of] = &mut self.tallies;
        let distance = (exact.clone().sqrt() - computed.clone().sqrt()).abs().to_f64();
        let least = exact.to_f64_round(Round::Down);
        let trivial = exact.to_f64().max(v).sqrt();
        root_of.observe(distance, preconditioner::root(least, v, error).get(), trivial, || at.into());
        let bound = absolute(v, error, root, epsilon);
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
        if exact > 0 {
            let bound = preconditioner::zero(&exact, root, epsilon).get();
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
        e.update(self.adam.epsilon, c, errors, &self.locals[k]);
        let bound = e.weight.get();
        let exact = &self.twin.weights[k];
        let distance = (exact.clone() - w).abs().to_f64();
        let trivial = w.abs().max(exact.to_f64().abs());
        self.tallies[2].observe(distance, bound, trivial, || at.into());
        (distance, bound)
    }
}
