//! The constants of a step, in every order of its operations.

use rug::Float;

use super::OpenLoop;
use crate::arithmetic::Coefficient;
use crate::bound::adamw::around;
use crate::bound::adamw::bounds::Bounds;
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{Preconditioner, chi, longest};
use crate::optimizer::Decay;
use crate::optimizer::adam::{Adam, Denominator};

/// What the update multiplies by, in exact arithmetic: that of the quotient, the root's correction, if there is one.
fn exact(adam: &Adam, t: u64) -> (Coefficient, Option<Coefficient>) {
    let (x, [first, second]) = (adam.rate, adam.betas);
    let root = Coefficient::BiasRoot { beta: second, t };
    match (adam.choices.denominator, adam.choices.bias_correction) {
        (_, false) => (Coefficient::Given(x), None),
        (Denominator::Inside, true) => (Coefficient::Uncorrected { x, first, second, t }, None),
        // Both are the same function of the moments.
        (Denominator::Corrected | Denominator::Uncorrected, true) => {
            (Coefficient::OverBias { x, beta: first, t }, Some(root))
        }
    }
}

/// What a step computes with: the factor of the first moment, epsilon, and the root's correction, if it divides by one.
fn computed(adam: &Adam, t: u64) -> (Coefficient, Coefficient, Option<Coefficient>) {
    let ((exact, root), [first, second]) = (exact(adam, t), adam.betas);
    match (adam.choices.denominator, adam.choices.bias_correction) {
        (Denominator::Uncorrected, true) => (
            Coefficient::Uncorrected { x: adam.rate, first, second, t },
            Coefficient::TimesBiasRoot { x: adam.epsilon, beta: second, t },
            None,
        ),
        _ => (exact, Coefficient::Given(adam.epsilon), root),
    }
}

impl OpenLoop {
    pub(super) fn constants(&mut self, t: u64) -> Bounds {
        let adam = self.adam;
        let (rate, root) = exact(&adam, t);
        let (step, epsilon, divisor) = computed(&adam, t);
        let mut unit = Upper::of(self.step.unit());
        // A constant is computed in binary64 and then rounded, so its relative error can be a little above u; much more where it underflows.
        let positive = (adam.epsilon > 0.0).then_some(epsilon);
        for c in [Some(step), positive, divisor].into_iter().flatten() {
            let (stored, [low, high]) = ((self.stored)(c), around(c));
            unit = unit.max(Upper::distance(stored, low).max(Upper::distance(stored, high)).over(low));
        }
        let decay = match adam.choices.decay {
            Decay::Coupled => [1.0; 2],
            Decay::Before | Decay::After => around(Coefficient::Decay(adam.rate, adam.weight_decay)),
        };
        let after = if adam.choices.decay == Decay::After { decay[1] } else { 1.0 };
        let (rate, root) = (around(rate), root.map_or([1.0; 2], around));
        let inside = adam.choices.denominator == Denominator::Inside;
        let scale = Upper::of(rate[1]) * Upper::of(root[1]);
        let exact = if self.anew { chi(Upper::of(adam.betas[0]), adam.betas[1]) } else { Upper::UNKNOWN };
        Bounds {
            rate,
            preconditioner: Preconditioner { root, epsilon: adam.epsilon, inside },
            decay,
            after: Upper::of(after),
            betas: adam.betas,
            shares: self.shares,
            longest: if exact < Upper::of(1.0) { longest(scale, self.shares, exact) } else { Upper::UNKNOWN },
            unit,
            step: (self.stored)(step),
            k: self.decay,
        }
    }

    /// The exact update from computed moments.
    pub(super) fn update(&self, m: f64, v: f64, t: u64) -> Float {
        let p = self.exact.precision;
        let (rate, root) = exact(&self.adam, t);
        let v = Float::with_val(p, v);
        let denominator = match (self.adam.choices.denominator, root) {
            (Denominator::Inside, _) => (v + self.adam.epsilon).sqrt(),
            (_, None) => v.sqrt() + self.adam.epsilon,
            (_, Some(root)) => v.sqrt() / root.exact(p) + self.adam.epsilon,
        };
        rate.exact(p) * Float::with_val(p, m) / denominator
    }
}
