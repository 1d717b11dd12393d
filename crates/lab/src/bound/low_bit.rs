//! Moments in few bits: what storing can change of a number, which averages cannot move, and what rounding by chance adds.
//!
//! Of a number between two levels that stands for one of them by chance, `d = (Q(x) - x) / gap` has the mean 0 whatever was before, and is one of two numbers
//! that are 1 apart. So the mean of `n` of them is within `sqrt(ln(2 / p) / (2 n))` of 0 (Azuma and Hoeffding), and that of `d^2`, whose expectation
//! is at most 1/4, below `1/4 + sqrt(ln(1 / p) / (2 n))`, each with probability `1 - p`. As `g~ - g = b / (1 - b) (Q(x) - x)`, the variance of the signal grows by at
//! most `(b / (1 - b) gap / 2)^2`: Theorem 3.6 of SOLO, with the gap around each number in the place of the widest.

mod kept;

pub use kept::Kept;

use super::Hypothesis::{Assumed, Checked};
use super::Statement;

/// Storing by chance has no bias.
pub static BIAS: Statement = Statement {
    name: "low-bit.bias",
    formula: "|mean of (Q(x) - x) / gap over n stores| <= sqrt(ln(2 / p) / (2 n)) + 2^-20, with probability 1 - p, p = 1e-9",
    source: "Theorem 3.6 of SOLO, arXiv 2505.00347: E g~ = E g; the deviation by Azuma's inequality, derived here",
    clause: "B20",
    measures: "|mean of (Q(x) - x) / gap| over all steps and elements of a run",
    trivial: "1: a number stands for one of two levels a gap apart",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(BETWEEN), Assumed(NOISE)],
};

/// What storing by chance adds to the signal's variance.
pub static VARIANCE: Statement = Statement {
    name: "low-bit.variance",
    formula: "mean of ((Q(x) - x) / gap)^2 over n stores <= 1/4 + sqrt(ln(1 / p) / (2 n)) + 2^-20, with probability 1 - p, p = 1e-9: the signal's variance grows by at most (b / (1 - b) gap / 2)^2",
    source: "Theorem 3.6 of SOLO, arXiv 2505.00347, with each number's own gap; the deviation by Azuma's inequality, derived here",
    clause: "B20",
    measures: "mean of ((Q(x) - x) / gap)^2 over all steps and elements of a run",
    trivial: "1: a number stands for one of two levels a gap apart",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(BETWEEN), Assumed(NOISE)],
};

const BETWEEN: &str =
    "levels are finite, and the number is between two of them (numbers beyond the last one are left out)";
const NOISE: &str = "the words of noise are independent and uniform";
