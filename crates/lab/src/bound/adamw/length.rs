//! How long an update can be: computed moments from one step to the next, with all that their averages round.
//!
//! Of a first moment `|m'| <= keep |m| + share |g| + rest`, of a second one `v' >= keep v + share g^2 - rest`, in every form of the average. By Cauchy and
//! Schwarz `|m| <= ratio sqrt(v + second) + first` after any gradients; the derivation is SPEC.md's B7.

use super::kept::Kept;
use crate::bound::ema::Constants;
use crate::bound::outward::Upper;
use crate::bound::preconditioner::{chi, ratio};
use crate::bound::quantization::Errors;
use crate::optimizer::Ema;
use crate::optimizer::adam::{Choices, Moments, Square};

/// What is known of computed moments that started at 0: `|m| <= ratio sqrt(v + second) + first`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    /// The condition: below 1.
    pub(super) chi: Upper,
    ratio: Upper,
    /// What subnormal numbers can add to both.
    first: Upper,
    second: Upper,
}

/// A first moment, at most.
struct Most {
    keep: Upper,
    share: Upper,
    rest: Upper,
}

/// A second moment, at least.
struct Least {
    keep: f64,
    share: f64,
    rest: Upper,
}

/// A product of numbers of 0 and above, at most.
fn under(x: f64, y: f64) -> f64 {
    (x * y).next_down().max(0.0)
}

/// `x (1 - u)^n`, at most; `u` is no less than half an ulp of 1.
fn shrunk(x: f64, u: f64, n: u32) -> f64 {
    (0..n).fold(x, |x, _| under(x, 1.0 - u))
}

/// `1 - x`, at most; 0 where it is not above that.
fn left(x: Upper) -> f64 {
    (1.0 - x.get()).next_down().max(0.0)
}

impl Length {
    /// Of averages with these constants, computed with these roundings and kept so; none where a storage's errors are no format's.
    pub(super) fn new(
        choices: &Choices,
        constants: &[Constants; 2],
        step: &Errors,
        [first, second]: [Kept; 2],
    ) -> Option<Length> {
        let fresh = choices.moments == Moments::Fresh;
        let m = Most::new(choices.first, &constants[0], step).kept(first, fresh)?;
        let v = Least::new(choices.second, choices.square, &constants[1], step).kept(second, fresh)?;
        let chi = chi(m.keep, v.keep);
        let sum = |rest: Upper, keep: Upper| rest.over((1.0 - keep.get()).next_down());
        Some(Length {
            chi,
            ratio: ratio(m.share, v.share, chi),
            first: sum(m.rest, m.keep),
            second: sum(v.rest, Upper::of(v.keep)),
        })
    }

    /// At least the first moment's magnitude beside a second moment of `v`.
    pub(super) fn first(&self, v: f64) -> Upper {
        self.ratio * (Upper::of(v) + self.second).sqrt() + self.first
    }
}

impl Most {
    fn new(form: Ema, c: &Constants, step: &Errors) -> Most {
        let (u, h) = (step.unit(), Upper::of(step.absolute()));
        let grown = |x: Upper, n: u32| x * (Upper::of(1.0) + Upper::of(u)).powi(n);
        let (b, a) = (Upper::of(c.beta), Upper::of(c.add));
        // Of a lerp, m (1 - a (1 + d)), in n roundings: where a is near 1 it can change its sign.
        let lerp = |n: u32| {
            let least = (1.0 - shrunk(c.add, u, n)).next_up();
            Upper::of(least.max(grown(a, n).get() - 1.0).next_up())
        };
        let (keep, share) = match form {
            Ema::TwoProduct => (grown(b, 2), grown(a, 2)),
            Ema::Fma => (grown(b, 1), grown(a, 2)),
            Ema::TwoProductFused => (grown(b, 2), grown(a, 1)),
            Ema::Sum => (grown(b, 2), grown(Upper::of(1.0), 1)),
            Ema::Lerp => (grown(lerp(2), 1), grown(a, 3)),
            Ema::LerpFused => (grown(lerp(1), 1), grown(a, 2)),
        };
        // Three roundings or fewer, each in two others at most.
        Most { keep, share, rest: grown(Upper::of(3.0) * h, 2) }
    }

    /// The same with what storing changes; `fresh` is taken before it.
    fn kept(self, kept: Kept, fresh: bool) -> Option<Most> {
        let (q, h) = kept.relative()?;
        let stored = Upper::of(1.0) + Upper::of(q);
        let share = if fresh { self.share } else { self.share * stored };
        Some(Most { keep: self.keep * stored, share, rest: self.rest * stored + Upper::of(h) })
    }
}

impl Least {
    fn new(form: Ema, square: Square, c: &Constants, step: &Errors) -> Least {
        let (u, h) = (step.unit(), Upper::of(step.absolute()));
        let grown = |x: Upper, n: u32| x * (Upper::of(1.0) + Upper::of(u)).powi(n);
        let lerp = |n: u32| left(grown(Upper::of(c.add), n));
        let (b, a) = (c.beta, c.add);
        let (keep, share) = match form {
            Ema::TwoProduct => (shrunk(b, u, 2), shrunk(a, u, 3)),
            Ema::Fma => (shrunk(b, u, 1), shrunk(a, u, 3)),
            Ema::TwoProductFused => (shrunk(b, u, 2), shrunk(a, u, 2)),
            Ema::Sum => (shrunk(b, u, 2), shrunk(1.0, u, 2)),
            Ema::Lerp => (shrunk(lerp(2), u, 1), shrunk(a, u, 4)),
            Ema::LerpFused => (shrunk(lerp(1), u, 1), shrunk(a, u, 3)),
        };
        // What `(1 - b) g` loses below the normal numbers is multiplied by g, which is below `normal / (1 - b)` there.
        let scaled = match (square, form) {
            (Square::Scaled, Ema::TwoProduct | Ema::TwoProductFused) => Upper::of(step.normal()).over(a),
            _ => Upper::ZERO,
        };
        Least { keep, share, rest: grown((Upper::of(4.0) + scaled) * h, 3) }
    }

    fn kept(self, kept: Kept, fresh: bool) -> Option<Least> {
        let (q, h) = kept.relative()?;
        let share = if fresh { self.share } else { shrunk(self.share, q, 1) };
        Some(Least { keep: shrunk(self.keep, q, 1), share, rest: self.rest + Upper::of(h) })
    }
}
