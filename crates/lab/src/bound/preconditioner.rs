//! The second moment as a preconditioner, `r(v) = 1 / (sqrt(v) + epsilon)`, and what its storage makes of a step.

use rug::Float;
use rug::float::Round;

use super::Statement;
use super::outward::Upper;
use crate::bound::Hypothesis::Checked;

/// A relative error of the second moment, in the preconditioner.
pub static RELATIVE: Statement = Statement {
    name: "preconditioner.relative",
    formula: "v^ = v (1 + d), d > -1: |r(v^) / r(v) - 1| <= |(1 + d)^(-1/2) - 1|",
    source: "derived here",
    clause: "B7",
    measures: "relative distance of the preconditioner",
    trivial: "nothing: it is an identity of two numbers",
    identity: true,
    everywhere: false,
    hypotheses: &[Checked("v > 0 and v^ > 0")],
};

/// An absolute error of the second moment, in the preconditioner.
pub static ABSOLUTE: Statement = Statement {
    name: "preconditioner.absolute",
    formula: "|v^ - v| <= a: |r(v^) - r(v)| <= max(r(max(0, v^ - a)) - r(v^), r(v^) - r(v^ + a))",
    source: "derived here: r decreases and is convex",
    clause: "B7",
    measures: "distance of the preconditioner",
    trivial: "r(v): what a preconditioner of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("epsilon > 0")],
};

/// The root of a second moment with an error.
pub static ROOT: Statement = Statement {
    name: "preconditioner.root",
    formula: "|v^ - v| <= a: |sqrt(v^) - sqrt(v)| <= min(a / sqrt(max(v, v^)), sqrt(a))",
    source: "derived here",
    clause: "B7",
    measures: "distance of the roots",
    trivial: "the larger of the two roots: what a root of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("v >= 0 and v^ >= 0")],
};

/// A second moment that is stored as 0.
pub static ZERO: Statement = Statement {
    name: "preconditioner.zero",
    formula: "v^ = 0 < v: r(v^) / r(v) = 1 + sqrt(v) / epsilon",
    source: "derived here",
    clause: "B7",
    measures: "how many times larger the step is",
    trivial: "nothing: it is an identity of two numbers",
    identity: true,
    everywhere: false,
    hypotheses: &[Checked("epsilon > 0")],
};

/// No step is longer than this, whatever the gradients are.
pub static BOUNDED_STEP: Statement = Statement {
    name: "preconditioner.bounded-step",
    formula: "|m'| <= B1 |m| + S1 |g| + h1, v' >= B2 v + S2 g^2 - h2 with every rounding, chi = B1^2 / B2 < 1: \
              |step| <= (1 + gamma_7) s r(v) (S1 sqrt((v + h2 / (1 - B2)) / (S2 (1 - chi))) + h1 / (1 - B1)); without roundings at most rate (1 - b1) c2 / c1 / sqrt((1 - b2) (1 - b1^2 / b2))",
    source: "derived here by Cauchy and Schwarz; the condition without the averages' own roundings is that of Theorem 4.5 of arXiv 2510.21314",
    clause: "B7",
    measures: "|update| of an element",
    trivial: "nothing: without it an update can have any length",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("chi < 1"),
        Checked("moments start at 0 and are kept in formats"),
        Checked("no saturation, and no underflow in the update"),
        Checked("7 u < 1"),
    ],
};

/// At least `|r(v^) / r(v) - 1|`, for second moments above 0: `|sqrt(v / v^) - 1|`.
#[must_use]
pub fn relative(v: &Float, stored: &Float) -> Upper {
    let wide = v.prec().max(stored.prec());
    up(&(Float::with_val(wide, v / stored).sqrt() - 1.0f64).abs())
}

/// At least `r(0) / r(v)`: how many times longer the step is where the second moment was stored as 0. `root` is the bias correction of
/// the root; infinity without epsilon.
#[must_use]
pub fn zero(v: &Float, root: f64, epsilon: f64) -> Upper {
    up(&(v.clone().sqrt() / root / epsilon + 1.0))
}

/// A number of hundreds of bits, up to binary64, with a step for what was rounded before.
fn up(x: &Float) -> Upper {
    Upper::of(x.to_f64_round(Round::Up).next_up())
}

/// `r(v) = 1 / (sqrt(v) / c + epsilon)` with the bias correction `c` of the root, or `r(v) = 1 / sqrt(v + epsilon)`. Both decrease and are convex.
#[derive(Clone, Copy, Debug)]
pub struct Preconditioner {
    /// The correction: not above it, and not below it; 1 where there is none.
    pub root: [f64; 2],
    /// Epsilon.
    pub epsilon: f64,
    /// Whether it is under the root.
    pub inside: bool,
}

impl Preconditioner {
    /// The two ends for second moments from `v - a` to `v + a`: at most, and at least. Infinity stands for what is not bounded: epsilon 0 at a
    /// second moment of 0.
    #[must_use]
    pub fn ends(&self, v: f64, a: Upper) -> (Upper, f64) {
        let low = (v - a.get()).next_down().max(0.0);
        let high = (v + a.get()).next_up();
        let down = |x: f64| x.next_down().max(0.0);
        let [least, most] = if self.inside {
            let [low, high] = [low + self.epsilon, high + self.epsilon];
            [down(down(low).sqrt()), high.next_up().sqrt().next_up()]
        } else {
            let [low, high] = [down(down(low.sqrt()) / self.root[1]), high.sqrt().next_up() / self.root[0]];
            [(low + self.epsilon).next_down(), (high.next_up() + self.epsilon).next_up()]
        };
        (Upper::of(1.0).over(least), if most.is_finite() { (1.0 / most).next_down().max(0.0) } else { 0.0 })
    }

    /// At least `|r(v^) - r(v)|` for a true second moment within `a` of `v`.
    #[must_use]
    pub fn absolute(&self, v: f64, a: Upper) -> Upper {
        let (most, least) = self.ends(v, a);
        let (here_most, here_least) = self.ends(v, Upper::ZERO);
        if most == Upper::UNKNOWN {
            return most;
        }
        Upper::of((most.get() - here_least).next_up().max(0.0))
            .max(Upper::of((here_most.get() - least).next_up().max(0.0)))
    }

    /// The preconditioner of a number of hundreds of bits.
    #[must_use]
    pub fn of(&self, v: &Float) -> Float {
        let one = Float::with_val(v.prec(), 1.0);
        let root = if self.inside {
            Float::with_val(v.prec(), v + self.epsilon).sqrt()
        } else {
            v.clone().sqrt() / self.root[0] + self.epsilon
        };
        one / root
    }
}

/// At least `|sqrt(v^) - sqrt(v)|`.
#[must_use]
pub fn root(v: f64, stored: f64, a: Upper) -> Upper {
    a.over(v.max(stored).sqrt().next_down()).min(a.sqrt())
}

/// The condition of the bounded step, `B1^2 / B2`, at least: below 1 it holds. A first moment becomes at most `first` times itself from one step to the next,
/// a second one at least `second` times: the betas, where nothing is rounded.
#[must_use]
pub fn chi(first: Upper, second: f64) -> Upper {
    first.powi(2).over(second)
}

/// At least `|m| / sqrt(v)` of moments that started at 0, whatever the gradients were: `S1 / sqrt(S2 (1 - chi))`, where a gradient adds at most `S1` times
/// itself to the first moment and at least `S2` times its square to the second. Infinity where the condition fails.
#[must_use]
pub fn ratio(first: Upper, second: f64, chi: Upper) -> Upper {
    let room = (second * (1.0 - chi.get()).next_down()).next_down();
    first * Upper::of(1.0).over(room).sqrt()
}

/// The longest exact step of an element; infinity where the condition fails. `scale` is at least what bias corrections make of the rate,
/// `rate c2 / c1`, and `shares` are what a gradient and its square are multiplied by in the moments, at least: `1 - b`, or 1 in weighted sums.
#[must_use]
pub fn longest(scale: Upper, shares: [f64; 2], chi: Upper) -> Upper {
    let [first, second] = shares;
    scale * ratio(Upper::of(first), second.next_down().next_down(), chi)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relative_line_is_attained() {
        for d in [-0.5, -0.1, 0.0, 0.2, 3.0] {
            let number = |x: f64| Float::with_val(256, x);
            let exact = (number(1.0) / number(1.0 + d).sqrt() - 1.0f64).abs();
            let bound = relative(&number(1.0), &number(1.0 + d)).get();
            assert!(bound >= exact && bound <= exact.to_f64() + 1e-14, "{d}: {bound} {exact}");
        }
    }

    #[test]
    fn a_moment_of_zero_makes_the_step_longer_by_root_over_epsilon() {
        let bound = zero(&Float::with_val(256, 1e-6), 1.0, 1e-8).get();
        assert!((bound / 100_001.0 - 1.0).abs() < 1e-12, "{bound}");
        assert_eq!(zero(&Float::with_val(256, 1.0), 1.0, 0.0), Upper::UNKNOWN);
    }

    #[test]
    fn the_absolute_line_covers_both_ends() {
        for (v, a) in [(1.0, 0.5), (1e-4, 1e-3), (0.0, 1e-6), (4.0, 0.0)] {
            for inside in [false, true] {
                let shape = Preconditioner { root: [1.0; 2], epsilon: 1e-8, inside };
                let r = |v: f64| if inside { 1.0 / (v + 1e-8).sqrt() } else { 1.0 / (v.sqrt() + 1e-8) };
                let bound = shape.absolute(v, Upper::of(a)).get();
                for x in [v - a, v, v + a].map(|x: f64| x.max(0.0)) {
                    assert!((r(x) - r(v)).abs() <= bound, "{v} {a} {x}");
                    let wide = shape.of(&Float::with_val(256, x)).to_f64();
                    assert!((wide / r(x) - 1.0).abs() < 1e-15, "{v} {a} {x}");
                }
            }
        }
        let none = Preconditioner { root: [1.0; 2], epsilon: 0.0, inside: false };
        assert_eq!(none.absolute(0.0, Upper::ZERO), Upper::UNKNOWN);
    }

    #[test]
    fn the_usual_decays_bound_the_step() {
        let chi = chi(Upper::of(0.9), 0.999);
        assert!((chi.get() - 0.810_810_8).abs() < 1e-6);
        // Exactly (1 - b1) / sqrt((1 - b2) (1 - chi)) once bias has gone.
        let longest = longest(Upper::of(1.0), [1.0 - 0.9, 1.0 - 0.999], chi).get();
        assert!((longest - 0.1 / (0.001f64 * (1.0 - 0.81 / 0.999)).sqrt()).abs() < 1e-9, "{longest}");
    }
}
