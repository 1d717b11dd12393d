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
use super::outward::Upper;
use super::rounding::{Allowed, Beyond};
use crate::storage::levels::{BlockLevels, Chance, LowBit, Spacing};

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

/// How much closer to a level a number may come by what is rounded on the way to its code, relatively: quotient, and of logarithmic levels two logarithms of at
/// most 150 and their quotient, each 2^-24.
const ROUNDED: f64 = 1.0 / (1u64 << 15) as f64;

/// Whether the mean of what stands for a number is the number.
const fn is_unbiased(low: &LowBit) -> bool {
    match low.rounding {
        Chance::Nearest => false,
        Chance::Unbiased => true,
        Chance::Chance => !matches!(low.spacing, Spacing::Logarithmic),
    }
}

/// What storing `values`, from the first element of a block on, can change of each.
pub(super) fn allowed(low: &LowBit, values: &[f64], stored: &[f64]) -> Vec<Result<Allowed, Beyond>> {
    let mut all = Vec::with_capacity(values.len());
    for (values, _) in values.chunks(low.block).zip(stored.chunks(low.block)) {
        let narrow: Vec<f32> = values.iter().map(|&x| x as f32).collect();
        let scale = low.scale(&narrow);
        let levels = low.levels_of(scale);
        let finite = narrow.iter().all(|x| x.is_finite()) && scale.base.is_finite();
        for (&x, &narrow) in values.iter().zip(&narrow) {
            let beyond = !finite || (!low.signed && narrow < 0.0);
            all.push(if beyond { Err(Beyond) } else { Ok(element(low, &levels, x, narrow)) });
        }
    }
    all
}

fn element(low: &LowBit, levels: &BlockLevels, x: f64, narrow: f32) -> Allowed {
    let room = (f64::from(narrow.abs()) * ROUNDED) as f32;
    let [below, above] = [levels.around(narrow - room)[0], levels.around(narrow + room)[1]].map(f64::from);
    let gap = Upper::distance(above, below);
    let slack = Upper::of(f64::from(room)) + Upper::distance(x, f64::from(narrow));
    let reach = Upper::distance(above, x).max(Upper::distance(below, x)) + slack;
    let nearest = low.rounding == Chance::Nearest && low.spacing != Spacing::Logarithmic;
    let most = if nearest && below <= x && x <= above { gap * Upper::of(0.5) + slack } else { reach };
    let by_chance = is_unbiased(low) && below <= x && x <= above;
    Allowed { most, chance: by_chance.then(|| [gap + slack, gap * Upper::of(0.5f64.powi(20)) + slack]) }
}

#[cfg(test)]
mod tests;
