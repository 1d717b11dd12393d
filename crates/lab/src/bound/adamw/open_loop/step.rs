//! A step of one element: what it rounded, and whether anything can be said of it.

use super::OpenLoop;
use crate::bound::adamw::bounds::Bounds;
use crate::bound::adamw::moments::Average;
use crate::bound::outward::Upper;
use crate::optimizer::adam::{Denominator, Ratio};
use crate::optimizer::{Decay, Quantity};

impl OpenLoop {
    /// Takes what a step rounded of one element's moments; `fresh` are the new moments, `stored` what was read back.
    pub(super) fn moments_of(&mut self, k: usize, fresh: [f64; 2], stored: [f64; 2]) {
        let choices = self.adam.choices;
        let (size, shifted) = self.signal(k);
        let average = |i: usize, form, before, results| Average {
            form,
            constants: &self.factors[i],
            step: &self.step,
            before,
            results,
        };
        let results = [self.at(Quantity::FirstA, k), self.at(Quantity::FirstB, k), fresh[0]];
        let before = self.before.first[k];
        // The signal itself is known, unless weights were added to it.
        let known = shifted[1] == Upper::ZERO;
        let apart = if known { Upper::distance(self.gradient[k], before) } else { size + Upper::of(before) };
        let first = average(0, choices.first, before, results).rounded(size, apart);
        let results = [self.at(Quantity::SecondA, k), self.at(Quantity::SecondB, k), fresh[1]];
        let second = average(1, choices.second, self.before.second[k], results);
        let second = second.squared(size, self.at(Quantity::Square, k), choices.square);
        let local = &mut self.locals[k];
        local.rounded = [first, second];
        local.stored = [self.kept[1].error(fresh[0], stored[0]), self.kept[2].error(fresh[1], stored[1])];
        local.fresh = self.fresh;
        local.used = if self.fresh { fresh } else { stored };
        (local.size, local.coupled) = (size, shifted);
    }

    /// At least the magnitude of the gradient that the moments take; what rounding changed of it when weights were added, and what their
    /// distance is multiplied by in it.
    fn signal(&self, k: usize) -> (Upper, [Upper; 2]) {
        let size = Upper::of(self.gradient[k]);
        if self.adam.choices.decay != Decay::Coupled || self.adam.weight_decay == 0.0 {
            return (size, [Upper::ZERO; 2]);
        }
        let [l, w] = [self.decay, self.before.weights[k]].map(Upper::of);
        let exact = size + l * w;
        let rounding = self.step.of_exact(exact.get());
        let constant = Upper::distance(self.decay, self.adam.weight_decay) * w;
        (exact + rounding, [rounding + constant, Upper::of(self.adam.weight_decay)])
    }

    /// Which hypothesis fails for an element at this step.
    pub(super) fn failed(&self, k: usize, c: &Bounds, fresh: [f64; 3]) -> Option<usize> {
        let choices = self.adam.choices;
        let (normal, [m, v]) = (self.step.normal(), self.locals[k].used);
        let (denominator, update) = (self.at(Quantity::Denominator, k), self.at(Quantity::Update, k));
        let root = match choices.denominator {
            Denominator::Inside => denominator,
            Denominator::Corrected | Denominator::Uncorrected => self.at(Quantity::Root, k),
        };
        let ratio = match choices.ratio {
            Ratio::DivideFirst => self.at(Quantity::Ratio, k),
            Ratio::ScaleFirst => c.step * m,
        };
        // Zeros of both sides are exact; what is not 0 and below the normal numbers is not relatively right.
        let tiny = |x: f64, zero: bool| x.abs() < normal && !(x == 0.0 && zero);
        let small = tiny(root, v == 0.0)
            || tiny(denominator, false)
            || tiny(ratio, m == 0.0)
            || tiny(update, m == 0.0);
        let averages =
            [Quantity::FirstA, Quantity::FirstB, Quantity::Square, Quantity::SecondA, Quantity::SecondB];
        let averages = averages.map(|what| self.at(what, k));
        let values = [root, denominator, ratio, update, fresh[0], fresh[1], fresh[2]];
        // A result that saturated is the largest number, or not finite.
        let beyond = |x: &f64| x.is_nan() || x.abs() >= self.step.largest();
        let large = values.iter().chain(&averages).any(beyond);
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
        let (fresh, decayed) = (self.at(Quantity::Weights, k), self.at(Quantity::Decayed, k));
        let updated = gamma.over((1.0 - gamma.get()).next_down()) * Upper::of(update);
        let off = Upper::distance(c.k, c.decay[0]).max(Upper::distance(c.k, c.decay[1]));
        let local = self.step.of_result(fresh)
            + match self.adam.choices.decay {
                Decay::Before if self.adam.weight_decay != 0.0 => {
                    self.step.of_result(decayed) + off * Upper::of(self.before.weights[k]) + updated
                }
                // The difference is rounded, and multiplied with what the update was off.
                Decay::After if self.adam.weight_decay != 0.0 => {
                    c.after * (self.step.of_result(decayed) + updated) + off * Upper::of(decayed)
                }
                _ => updated,
            };
        [local, local + self.kept[0].error(fresh, w)]
    }
}
