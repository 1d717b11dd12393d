//! What a step rounds of a moment's average, in every form that it is computed in.

use crate::bound::ema::Constants;
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::optimizer::Ema;
use crate::optimizer::adam::Square;

/// A step of one element's average.
#[derive(Clone, Copy, Debug)]
pub(super) struct Average<'a> {
    pub(super) form: Ema,
    pub(super) constants: &'a Constants,
    pub(super) step: &'a Errors,
    /// The average before.
    pub(super) before: f64,
    /// The two intermediate results, where the form has them, and the new average before it is stored.
    pub(super) results: [f64; 3],
}

impl Average<'_> {
    /// At least the distance of the new average from the exact one of the same average and signal: `signal` is at least the signal's
    /// magnitude, `apart` at least its distance from the average.
    pub(super) fn rounded(&self, signal: Upper, apart: Upper) -> Upper {
        let r = |x: f64| self.step.of_result(x);
        let (c, [first, second, new]) = (self.constants, self.results);
        let kept = c.keep * Upper::of(self.before);
        let local = match self.form {
            Ema::TwoProduct => kept + c.add_error * signal + r(first) + r(second),
            Ema::Fma => kept + c.add_error * signal + r(second),
            Ema::TwoProductFused => kept + c.add_error * signal + r(first),
            Ema::Lerp => c.add_error * apart + Upper::of(c.add) * r(first) + r(second),
            Ema::LerpFused => c.add_error * apart + Upper::of(c.add) * r(first),
            Ema::Sum => kept + r(first),
        };
        local + r(new)
    }

    /// The same of squares of a gradient within `size`; `square` is the computed square, where the order computes it.
    pub(super) fn squared(&self, size: Upper, square: f64, order: Square) -> Upper {
        let exact = size * size;
        let apart = exact + Upper::of(self.before);
        let add = match self.form {
            Ema::Sum => Upper::of(1.0),
            _ => Upper::of(self.constants.add),
        };
        let squaring = match (order, self.form) {
            // The gradient times 1 - b is rounded, and multiplied by the gradient.
            (Square::Scaled, Ema::TwoProduct | Ema::TwoProductFused) => {
                size * self.step.of_exact((add * size).get())
            }
            _ => add * self.step.of_result(square),
        };
        self.rounded(exact, apart) + squaring
    }
}

/// What a signal is multiplied by in an average: `1 - b`, or 1 in a weighted sum.
pub(super) fn share(form: Ema, beta: f64) -> f64 {
    if form == Ema::Sum { 1.0 } else { (1.0 - beta).next_up() }
}
