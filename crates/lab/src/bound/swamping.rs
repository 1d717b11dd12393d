//! Signal swamping: when an average that is stored by levels does not move.
//!
//! With levels `y` in units of a scale, the state `D y_q` and the next scale `D'`, a step of the average gives, in units of `D'`,
//! `b y_q D/D' + (1 - b) z/D'`, which is `b y_q (D/D' - 1) + (1 - b)(z/D' - y_q)` away from `y_q`. As `b |y_q| <= 1`, the stored index stays where
//! `(1 - b) |z/D' - y_q| + |D/D' - 1|` is below half the smaller gap beside `y_q`.

mod levels;

pub use levels::{Book, Levels, Step};

use super::Statement;
use super::outward::Upper;
use crate::bound::Hypothesis::{Assumed, Checked};

/// The stored index of an element stays what it was.
pub static SWAMPED: Statement = Statement {
    name: "swamping.index",
    formula: "(1 - b) |z / D' - y| + |D / D' - 1| + rounding < half the smaller gap beside y  =>  the index stays",
    source: "Theorem 3.1 of SOLO, arXiv 2505.00347; here with what rounding adds",
    clause: "B12",
    measures: "1 where the stored index changed, else 0",
    trivial: "1: the index changed",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the signal is that much weaker than the gaps (else nothing is said)")],
};

/// Stochastic rounding to levels has no bias.
pub static UNBIASED: Statement = Statement {
    name: "swamping.unbiased",
    formula: "|mean of Q(x) over N draws - x| <= (y_k - y_{k-1}) sqrt(ln(2 / d) / (2 N)), with probability 1 - d, d = 1e-9",
    source: "Hoeffding 1963, theorem 2: each draw is within one gap and has the mean x; the premise of Proposition 3.4 and Theorem 3.6 of SOLO, arXiv 2505.00347",
    clause: "B12",
    measures: "|mean of the stored values - x|, in units of the scale",
    trivial: "the gap: a draw is one of two levels",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("x is between two levels"),
        Assumed("the words of noise are independent and uniform"),
    ],
};

/// What stochastic rounding makes of the preconditioner.
pub static INVERSE_ROOT: Statement = Statement {
    name: "swamping.inverse-root",
    formula: "Var 1 / sqrt(Q(x)) <= (1 / sqrt(y_{k-1}) - 1 / sqrt(y_k))^2 / 4, which is without bound as y_{k-1} -> 0",
    source: "Proposition 3.4 of SOLO, arXiv 2505.00347, gives the order; the constant is derived here (Popoviciu: two values), and holds for every sample",
    clause: "B12",
    measures: "mean square of 1 / sqrt(Q(x)) less its mean over the draws, the scale being 1",
    trivial: "nothing: without levels that are known it can be of any size",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the lower level is above 0")],
};

/// How fast logarithmic levels forget.
pub static DECAY: Statement = Statement {
    name: "swamping.decay",
    formula: "levels b^(c k), log-rounded by chance, signal 0: |levels passed in n steps - n / c| <= sqrt(n ln(2 / d) / 2), with probability 1 - d, d = 1e-9",
    source: "Proposition 3.5 of SOLO, arXiv 2505.00347 (on average c s steps for s levels); the deviation by Hoeffding 1963, theorem 2, derived here",
    clause: "B12",
    measures: "|levels passed - n / c|, over all walks together",
    trivial: "n / c: no level is passed",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("c >= 1"), Assumed("the words of noise are independent and uniform")],
};

/// What stochastic rounding of the state adds to the signal's variance.
pub static ADDED_VARIANCE: Statement = Statement {
    name: "swamping.added-variance",
    formula: "g~ - g = b / (1 - b) (Q(x) - x) of the step before; mean square <= (b / (1 - b) r_max)^2 (1 + 4 sqrt(ln(1 / d) / (2 n))), with probability 1 - d, d = 1e-9",
    source: "Theorem 3.6 of SOLO, arXiv 2505.00347; the part for n samples by Azuma's inequality, derived here",
    clause: "B12",
    measures: "mean of (g~ - g)^2 over steps and elements, the scale being 1",
    trivial: "(b / (1 - b) 2 r_max)^2: each draw is within one gap",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("averages stay between the levels, under one scale"),
        Assumed("the words of noise are independent and uniform"),
    ],
};

/// What it adds to the signal's mean.
pub static ADDED_MEAN: Statement = Statement {
    name: "swamping.added-mean",
    formula: "|mean of g~ - g| <= b / (1 - b) 2 r_max sqrt(ln(2 / d) / (2 n)), with probability 1 - d, d = 1e-9",
    source: "Theorem 3.6 of SOLO, arXiv 2505.00347: E g~ = E g; the deviation by Azuma's inequality, derived here",
    clause: "B12",
    measures: "|mean of g~ - g| over steps and elements, the scale being 1",
    trivial: "b / (1 - b) 2 r_max: each draw is within one gap",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("averages stay between the levels, under one scale"),
        Assumed("the words of noise are independent and uniform"),
    ],
};

/// The probability with which a bound on a mean over draws may fail, each time that it is evaluated.
pub const CHANCE: f64 = 1e-9;

/// `sqrt(ln(sides / d) / (2 n))`: how far the mean of `n` numbers in an interval of length 1 may be from what is expected, on so many sides.
#[must_use]
pub fn deviation(sides: f64, n: f64) -> Upper {
    // The logarithm is right to an ulp or two.
    (Upper::of((sides / CHANCE).ln()) * Upper::of(1.0 + 1e-14)).over(2.0 * n).sqrt()
}

/// The decay from which on no level of a linear unsigned code book of this many bits moves: `1 - 1 / (2 (2^bits - 1))`.
#[must_use]
pub fn linear_threshold(bits: u32) -> f64 {
    1.0 - 0.5 / ((1u64 << bits.min(52)) - 1) as f64
}

/// The largest variance of `1 / sqrt(x)` where `x` is rounded by chance, without bias, between two levels: a quarter of the squared
/// distance between the two results (Proposition 3.4 of SOLO, arXiv 2505.00347, gives its order). Infinite if the lower level is 0.
#[must_use]
pub fn inverse_root_variance(lower: f64, upper: f64) -> f64 {
    let apart = 1.0 / lower.sqrt() - 1.0 / upper.sqrt();
    apart * apart / 4.0
}

/// Steps that an average without signal takes from one logarithmic level to the next, on average, where levels are `ratio` apart: `ln
/// ratio / ln b`, as the exact average does (Proposition 3.5 of SOLO, arXiv 2505.00347).
#[must_use]
pub fn steps_per_level(ratio: f64, beta: f64) -> f64 {
    ratio.ln() / beta.ln()
}

/// By how much stochastic rounding of the state raises the variance of the signal, at most: `(b / (1 - b) r D)^2` with `r` half the largest gap
/// (Theorem 3.6 of SOLO, arXiv 2505.00347).
#[must_use]
pub fn variance_added(beta: f64, half_gap: f64, scale: f64) -> f64 {
    (beta / (1.0 - beta) * half_gap * scale).powi(2)
}

/// The decay that keeps that variance where half-gaps grow from `half_gap` to `coarser`: `b' / (1 - b') coarser = b / (1 - b) half_gap`.
#[must_use]
pub fn decay_for(beta: f64, half_gap: f64, coarser: f64) -> f64 {
    let odds = beta / (1.0 - beta) * half_gap / coarser;
    odds / (1.0 + odds)
}

#[cfg(test)]
mod tests {
    use halfulp::noise;

    use super::*;
    use crate::bound::{Status, Tally};
    use crate::storage::blockwise::{Map, Scheme};

    #[test]
    fn thresholds_are_those_of_the_theorem_not_the_rounded_ones() {
        for (bits, known) in [(8, 0.99804), (4, 0.9667), (3, 0.9286), (2, 0.8333)] {
            assert!((linear_threshold(bits) - known).abs() < 5e-5, "{bits}");
        }
        let thresholds =
            |map| Levels::new(&Scheme::preset("paper", map, false, 256).unwrap()).thresholds(1.0);
        let (linear, dynamic) = (thresholds(Map::Linear), thresholds(Map::Dynamic));
        assert!((linear[255] - linear_threshold(8)).abs() < 1e-6, "{}", linear[255]);
        assert!((dynamic[128] - 0.998).abs() < 5e-4, "{}", dynamic[128]);
    }

    #[test]
    fn variances_and_rates() {
        // Half the time each: the largest.
        let (low, high) = (0.25f64, 1.0f64);
        let variance = |p: f64| p * (1.0 - p) * (1.0 / low.sqrt() - 1.0 / high.sqrt()).powi(2);
        let largest = (0..=100).map(|p| variance(f64::from(p) / 100.0)).fold(0.0, f64::max);
        assert!((largest - inverse_root_variance(low, high)).abs() < 1e-12);
        assert_eq!(inverse_root_variance(0.0, 1.0), f64::INFINITY);
        assert!((steps_per_level(0.9f64.powi(7), 0.9) - 7.0).abs() < 1e-9);
        assert!((variance_added(0.9, 0.01, 2.0) - 0.0324).abs() < 1e-12);
        assert!((decay_for(0.9, 0.01, 0.01) - 0.9).abs() < 1e-12 && decay_for(0.9, 0.01, 0.1) < 0.9);
    }

    /// Averages of steady and of changing signals, in every scheme: wherever the theorem says that an index stays, it does; a code that moves
    /// by truncation does not.
    #[test]
    fn indices_stay_where_the_theorem_says_and_faults_are_caught() {
        let mut failures = 0;
        for (name, signed) in [("bitsandbytes-cuda", true), ("torchao", false), ("bitsandbytes-cpu", false)] {
            for map in [Map::Linear, Map::Dynamic] {
                let scheme = Scheme::preset(name, map, signed, 32).unwrap();
                let levels = Levels::new(&scheme);
                for (beta, truncating) in [(0.99, false), (0.999, false), (0.999, true)] {
                    let mut tally = Tally::new(&SWAMPED);
                    run(&scheme, &levels, beta, truncating, &mut tally);
                    if truncating {
                        failures += u32::from(tally.status() == Status::Violated);
                    } else {
                        assert_eq!(tally.counts().violated, 0, "{scheme} {beta}: {:?}", tally.worst());
                        assert!(
                            beta < 0.999 || tally.counts().evaluated > 1000,
                            "{scheme}: {}",
                            tally.counts().evaluated
                        );
                    }
                }
            }
        }
        assert!(failures >= 3, "{failures}");
    }

    fn run(scheme: &Scheme, levels: &Levels, beta: f64, truncating: bool, tally: &mut Tally) {
        let uniform = |t: u64, i: usize| (noise::word(t, i as u64) >> 11) as f64 / 2f64.powi(53);
        let signal =
            |t, i| if scheme.parameters().signed { 2.0 * uniform(t, i) - 1.0 } else { uniform(t, i) };
        let mut values: Vec<f32> = (0..32).map(|i| signal(0, i) as f32).collect();
        let (mut codes, mut scales) = (vec![0u8; 32], vec![0.0f32]);
        scheme.quantize(&values, &mut codes, &mut scales).unwrap();
        for t in 1..300 {
            let (codes_before, scale) = (codes.clone(), scales[0]);
            scheme.dequantize(&codes, &scales, &mut values).unwrap();
            let signals: Vec<f64> = (0..32).map(|i| signal(t, i)).collect();
            for (x, z) in values.iter_mut().zip(&signals) {
                *x = (beta * f64::from(*x) + (1.0 - beta) * z) as f32;
            }
            scheme.quantize(&values, &mut codes, &mut scales).unwrap();
            if truncating {
                for (code, x) in codes.iter_mut().zip(&values) {
                    let z = x / scales[0];
                    *code = scheme.book().partition_point(|c| *c <= z).saturating_sub(1) as u8;
                }
            }
            for i in 0..32 {
                let step = Step {
                    signal: signals[i],
                    scales: [f64::from(scale), f64::from(scales[0])],
                    codes: [codes_before[i], codes[i]],
                };
                levels.observe(tally, beta, &step, || format!("step {t}, element {i}"));
            }
        }
    }
}
