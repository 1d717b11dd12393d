//! Sums and products of matrices: what rounding every addition can cost.
//!
//! All are of the form `|computed - exact| <= relative * sum |x_i y_i| + absolute`. With `u` the unit roundoff of the accumulator (`2u` where
//! it does not round to nearest, then written `u'`), `h` half of its smallest number (all of it where it does not round to nearest) and
//! `gamma_k = k u' / (1 - k u')`.

use halfulp::Rounding;

use super::Statement;
use super::outward::Upper;
use super::quantization::Errors;
use crate::bound::Hypothesis::{Assumed, Checked};
use crate::product::{Accumulator, Order, Products};

const NO_SATURATION: &str =
    "no saturation: what the terms' magnitudes and the bound add up to is finite in the accumulator";

/// Any order, any rounding.
pub static GAMMA: Statement = Statement {
    name: "sums.gamma",
    formula: "|s^ - s| <= gamma_k sum |x_i y_i| + n h (1 + gamma_k), k = n roundings a term",
    source: "Higham, Accuracy and Stability of Numerical Algorithms, 2002, lemma 3.1 and section 3.1; underflow derived here",
    clause: "B3",
    measures: "|s^ - s|, absolute",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("k u' < 1"), Checked(NO_SATURATION)],
};

/// Sums of halves.
pub static PAIRWISE: Statement = Statement {
    name: "sums.pairwise",
    formula: "|s^ - s| <= gamma_k sum |x_i y_i| + n h (1 + gamma_k), k = 1 + ceil(log2 n) roundings a term",
    source: "Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 4.2; underflow derived here",
    clause: "B3",
    measures: "|s^ - s|, absolute",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the order is pairwise"), Checked("k u' < 1"), Checked(NO_SATURATION)],
};

/// To nearest, one addition at a time, in any order: `n u`, for any `n`.
pub static NEAREST: Statement = Statement {
    name: "sums.nearest",
    formula: "|s^ - s| <= n u sum |x_i y_i| + n h (1 + n u)",
    source: "Jeannerod and Rump, SIAM J. Matrix Anal. Appl. 34 (2013), inner products; underflow derived here",
    clause: "B3",
    measures: "|s^ - s|, absolute",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("every rounding is to nearest"),
        Checked(
            "every product is a number of the accumulator's format, or is rounded to it before it is added",
        ),
        Checked("one addition is rounded at a time"),
        Checked(NO_SATURATION),
    ],
};

/// One rounding a block.
pub static BLOCKS: Statement = Statement {
    name: "sums.blocks",
    formula: "|s^ - s| <= gamma_k sum |x_i y_i| + k h (1 + gamma_k), k = ceil(n / b) blocks",
    source: "after Blanchard, Higham, Lopez, Mary and Pranesh, SIAM J. Sci. Comput. 42 (2020); derived here",
    clause: "B4",
    measures: "|s^ - s|, absolute",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("the order is by blocks, each added exactly and rounded once"),
        Checked("k u' < 1"),
        Checked(NO_SATURATION),
    ],
};

/// Terms that are aligned to the largest and cut.
pub static ALIGNED: Statement = Statement {
    name: "sums.aligned",
    formula: "|s^ - s| <= ((1 + r)^k - 1) sum |x_i y_i| + k h (1 + r)^k, r = (b + 1) 2^-f + u', k = ceil(n / b) blocks",
    source: "derived here, for the units described by Fasi, Higham, Mikaitis and Pranesh, PeerJ CS 7 (2021)",
    clause: "B4",
    measures: "|s^ - s|, absolute",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("the order is by blocks, aligned to the largest exponent and cut"),
        Checked(NO_SATURATION),
    ],
};

/// A product of matrices whose factors are rounded first, and whose result is rounded last.
pub static MATMUL: Statement = Statement {
    name: "sums.matmul",
    formula: "|C^ - A B| <= ((1 + u_in)^2 (1 + g) (1 + u_out) - 1) |A| |B| + (1 + u_out) e elementwise, g and e the accumulator's bound",
    source: "derived here from B3, B3 and the bounds of blocks",
    clause: "B4",
    measures: "|C^ - A B|, absolute, element by element",
    trivial: "the element of |A| |B|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("g is known"),
        Checked("nothing underflows or saturates at the inputs or at the output"),
    ],
};

/// What is likely, if roundings were independent and without bias: reported, never asserted.
pub static PROBABLE: Statement = Statement {
    name: "sums.probable",
    formula: "|s^ - s| <= (exp(lambda sqrt(k) u' + k u'^2 / (1 - u')) - 1) sum |x_i y_i|, with probability at least 1 - 2 n exp(-lambda^2 (1 - u')^2 / 2)",
    source: "Higham and Mary, SIAM J. Sci. Comput. 41 (2019), a model for rounding to nearest; Connolly, Higham and Mary, SIAM J. Sci. Comput. 43 (2021), for stochastic rounding",
    clause: "B3",
    measures: "|s^ - s|, absolute; lambda = 4",
    trivial: "sum |x_i y_i|: the largest error of the result 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Assumed("roundings are independent and have mean zero")],
};

/// How far a computed sum can be off: `relative` times the sum of magnitudes, and `absolute`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Accumulated {
    /// A factor of the sum of magnitudes.
    pub relative: Upper,
    /// Whatever underflows.
    pub absolute: Upper,
}

impl Accumulated {
    /// Nothing is lost.
    pub const NOTHING: Accumulated = Accumulated { relative: Upper::ZERO, absolute: Upper::ZERO };

    /// The bound, for terms whose magnitudes add up to `magnitudes`.
    #[must_use]
    pub fn of(&self, magnitudes: Upper) -> Upper {
        self.relative * magnitudes + self.absolute
    }
}

/// `gamma_k = k u / (1 - k u)`; infinity where `k u >= 1`.
#[must_use]
pub fn gamma(k: usize, u: f64) -> Upper {
    let ku = Upper::of(k as f64) * Upper::of(u);
    // A lower bound of 1 - k u.
    ku.over((1.0 - ku.get()).next_down())
}

fn rounded(k: usize, events: usize, errors: &Errors) -> Accumulated {
    let relative = gamma(k, errors.unit());
    let absolute = Upper::of(events as f64) * Upper::of(errors.absolute()) * (Upper::of(1.0) + relative);
    Accumulated { relative, absolute }
}

/// [`GAMMA`], of `n` terms one after the other.
#[must_use]
pub fn sequential(n: usize, errors: &Errors) -> Accumulated {
    rounded(n, n, errors)
}

/// [`PAIRWISE`].
#[must_use]
pub fn pairwise(n: usize, errors: &Errors) -> Accumulated {
    rounded(1 + n.max(1).next_power_of_two().trailing_zeros() as usize, n, errors)
}

/// [`NEAREST`].
#[must_use]
pub fn nearest(n: usize, errors: &Errors) -> Accumulated {
    let n = Upper::of(n as f64);
    let relative = n * Upper::of(errors.unit());
    Accumulated { relative, absolute: n * Upper::of(errors.absolute()) * (Upper::of(1.0) + relative) }
}

/// [`BLOCKS`].
#[must_use]
pub fn blocks(n: usize, width: usize, errors: &Errors) -> Accumulated {
    let k = n.div_ceil(width.max(1));
    rounded(k, k, errors)
}

/// [`ALIGNED`].
#[must_use]
pub fn aligned(n: usize, width: usize, fraction: i32, errors: &Errors) -> Accumulated {
    let (one, u) = (Upper::of(1.0), Upper::of(errors.unit()));
    // 2^-f exactly, for all f that files take.
    let unit = Upper::of(2f64.powi(-fraction));
    let each = Upper::of(width as f64 + 1.0) * unit + u;
    let k = n.div_ceil(width.max(1));
    let absolute = |growth: Upper| Upper::of(k as f64) * Upper::of(errors.absolute()) * growth;
    // (1 + r)^k - 1 = r sum (1 + r)^i.
    let mut growth = one;
    let mut relative = Upper::ZERO;
    for _ in 0..k {
        relative += each * growth;
        growth = growth * (one + each);
    }
    Accumulated { relative, absolute: absolute(growth) }
}

/// [`PROBABLE`] without its absolute part, for `lambda`. The exponential in binary64, a few units in the last place up.
#[must_use]
pub fn probable(k: usize, lambda: f64, errors: &Errors) -> Upper {
    let (k, u) = (k as f64, errors.unit());
    let exponent = lambda * k.sqrt() * u + k * u * u / (1.0 - u);
    Upper::of(exponent.exp_m1() * (1.0 + 8.0 * f64::EPSILON))
}

/// The sharpest bound of an accumulator for sums of `n` products. `fits` says whether every product is a number of its format.
#[must_use]
pub fn accumulated(how: &Accumulator, n: usize, fits: bool) -> Accumulated {
    let errors = Errors::of(how.format(), how.policy());
    let alone = fits || how.products == Products::Rounded;
    let nearest_too = |bound: Accumulated| {
        let other = nearest(n, &errors);
        if alone && how.is_nearest() && other.relative < bound.relative { other } else { bound }
    };
    match how.order {
        Order::Sequential => nearest_too(sequential(n, &errors)),
        Order::Pairwise => nearest_too(pairwise(n, &errors)),
        Order::Blocks { width } => blocks(n, width, &errors),
        Order::Aligned { width, fraction } => aligned(n, width, fraction, &errors),
    }
}

/// [`MATMUL`]: of factors and a result that are stored, with sums that have this bound.
#[must_use]
pub fn matmul(input: &Errors, sum: &Accumulated, output: &Errors) -> Accumulated {
    let one = Upper::of(1.0);
    let out = one + Upper::of(output.unit());
    let factor = (one + Upper::of(input.unit())).powi(2) * (one + sum.relative) * out;
    // Minus 1 is exact or rounded up: the factor is at least 1.
    Accumulated { relative: Upper::of((factor.get() - 1.0).next_up()), absolute: out * sum.absolute }
}

/// Whether the roundings of an accumulator are what [`PROBABLE`] is a theorem for.
#[must_use]
pub const fn is_stochastic(how: &Accumulator) -> bool {
    matches!(how.policy().rounding, Rounding::Stochastic { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_errs_upwards_and_ends_at_one() {
        assert_eq!(gamma(0, 0.25), Upper::ZERO);
        assert!(gamma(1, 0.25).get() >= 1.0 / 3.0 && gamma(1, 0.25).get() < 1.0 / 3.0 + 1e-15);
        assert_eq!(gamma(4, 0.25), Upper::UNKNOWN);
        assert_eq!(gamma(5, 0.25), Upper::UNKNOWN);
    }

    #[test]
    fn the_orders_need_the_roundings_they_need() {
        let errors = Errors::binary32();
        let u = errors.unit();
        assert!((pairwise(1000, &errors).relative.get() / (11.0 * u) - 1.0).abs() < 1e-5);
        assert!((pairwise(1024, &errors).relative.get() / (11.0 * u) - 1.0).abs() < 1e-5);
        assert!((blocks(1000, 16, &errors).relative.get() / (63.0 * u) - 1.0).abs() < 1e-5);
        assert!(nearest(1 << 24, &errors).relative.get() < 1.001);
        assert_eq!(sequential(1 << 24, &errors).relative, Upper::UNKNOWN);
        assert!((aligned(16, 16, 25, &errors).relative.get() - (17.0 / 2f64.powi(25) + u)).abs() < 1e-12);
        let how = Accumulator::binary32();
        assert!(accumulated(&how, 100, true).relative < accumulated(&how, 100, false).relative);
    }
}
