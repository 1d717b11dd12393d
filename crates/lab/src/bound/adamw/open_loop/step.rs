//! A step of one element: what it rounded, and whether anything can be said of it.

use rug::Float;

use super::{Bounds, OpenLoop};
use crate::arithmetic::Coefficient;
use crate::bound::ema::two_products;
use crate::bound::outward::Upper;
use crate::optimizer::Quantity;

impl OpenLoop {
    /// The exact update from computed moments.
    pub(super) fn update(&self, m: f64, v: f64, t: u64) -> Float {
        let p = self.exact.precision;
        let rate = Coefficient::OverBias { x: self.adam.rate, beta: self.adam.betas[0], t }.exact(p);
        let root = Coefficient::BiasRoot { beta: self.adam.betas[1], t }.exact(p);
        rate * Float::with_val(p, m) / (Float::with_val(p, v).sqrt() / root + self.adam.epsilon)
    }

    /// Takes the moments of one element into their bounds; `fresh` are the new moments, `stored` what was read back.
    pub(super) fn moments_of(&mut self, k: usize, fresh: [f64; 2], stored: [f64; 2]) -> [Upper; 2] {
        let (g, none) = (self.gradient[k], Upper::ZERO);
        let products = [self.at(Quantity::FirstA, k), self.at(Quantity::FirstB, k), fresh[0]];
        let first = two_products(&self.factors[0], &self.step, none, self.before.first[k], g, products);
        let products = [self.at(Quantity::SecondA, k), self.at(Quantity::SecondB, k), fresh[1]];
        let square = self.at(Quantity::Square, k);
        // The signal is the exact square; what squaring rounds is multiplied by 1 - b.
        let squared = Upper::of(g) * Upper::of(g);
        let second =
            two_products(&self.factors[1], &self.step, none, self.before.second[k], squared.get(), products)
                + Upper::of(self.factors[1].add) * self.step.of_result(square);
        let local = &mut self.locals[k];
        local.rounded = [first, second];
        local.stored = [self.kept[1].error(fresh[0], stored[0]), self.kept[2].error(fresh[1], stored[1])];
        local.fresh = self.fresh;
        local.used = if self.fresh { fresh } else { stored };
        self.elements[k].average(&self.adam, [Upper::ZERO; 2], local)
    }

    /// Which hypothesis fails for an element at this step.
    pub(super) fn failed(&self, k: usize, fresh: [f64; 3]) -> Option<usize> {
        let normal = self.step.normal();
        let (root, denominator) = (self.at(Quantity::Root, k), self.at(Quantity::Denominator, k));
        let (ratio, update) = (self.at(Quantity::Ratio, k), self.at(Quantity::Update, k));
        // Zeros of both sides are exact; what is not 0 and below the normal numbers is not relatively right.
        let tiny = |x: f64, zero: bool| x.abs() < normal && !(x == 0.0 && zero);
        let m = if self.fresh { fresh[1] } else { ratio };
        let small = tiny(root, self.at(Quantity::Second, k) == 0.0)
            || tiny(denominator, false)
            || tiny(ratio, m == 0.0)
            || tiny(update, ratio == 0.0);
        let values = [root, denominator, ratio, update, fresh[0], fresh[1], fresh[2]];
        let large = values.iter().any(|x| !x.is_finite() || self.step.saturates(*x));
        let stored = self.kept.iter().zip(fresh).any(|(kept, x)| kept.saturates(x));
        match (small, large || stored) {
            (_, true) => Some(1),
            (true, _) => Some(0),
            _ => None,
        }
    }

    /// The arithmetic is too coarse for what has `14 u < 1` as a hypothesis: from here on nothing is known of the weight.
    pub(super) fn coarse(&mut self, k: usize, at: &str) {
        self.tallies[1..3].iter_mut().for_each(|tally| tally.fail(2, || at.into()));
        self.locals[k].weight = Upper::UNKNOWN;
        self.elements[k].weight = Upper::UNKNOWN;
    }

    /// What a step of the weights rounds: before it is stored, and altogether.
    pub(super) fn local(&self, k: usize, c: &Bounds, w: f64, update: f64, gamma: Upper) -> [Upper; 2] {
        let fresh = self.at(Quantity::Weights, k);
        let mut local = self.step.of_result(fresh);
        if self.adam.weight_decay != 0.0 {
            let off = Upper::distance(c.k, c.decay[0]).max(Upper::distance(c.k, c.decay[1]));
            local +=
                self.step.of_result(self.at(Quantity::Decayed, k)) + off * Upper::of(self.before.weights[k]);
        }
        local += gamma.over((1.0 - gamma.get()).next_down()) * Upper::of(update);
        [local, local + self.kept[0].error(fresh, w)]
    }
}
