//! Muon: what low precision does to the Newton-Schulz iteration, and what an error of the momentum does to the step.
//!
//! Norms are Frobenius unless marked. `phi` is the iteration's polynomial, `R_j` the local error of its step `j`, `X_j` the computed iterates.

pub mod iterated;
pub mod polynomial;
mod residual;

pub use residual::{Local, Roundings, deviation, evaluated, initial, local};

use nalgebra::DMatrix;

use super::outward::Upper;
use super::{Statement, Tally};
use crate::bound::Hypothesis::{Assumed, Checked};
use crate::matrix::{self, Singular};

/// Local errors that the iteration is certain to survive.
pub const SURVIVED: f64 = 0.0515;
/// The radius that iterates then stay in.
pub const RADIUS: f64 = 1.2539;
/// Beyond this, singular values grow without end.
pub const GROWTH: f64 = 1.2637;

/// Small local errors do not blow up.
pub static NO_BLOW_UP: Statement = Statement {
    name: "newton-schulz.no-blow-up",
    formula: "||X_j||_2 <= 1.2539, if ||X_0||_2 <= 1.2539 and the bound of newton-schulz.local is within 0.0515 for all steps up to j",
    source: "derived here: phi maps [0, 1.2539] into [0, 1.2024]",
    clause: "B10",
    measures: "||X_j||_2, spectral norm",
    trivial: "nothing: without it iterates can grow without end",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("the coefficients are the reference implementation's"),
        Checked("the roundings of every step up to j, bounded a priori, come to at most 0.0515"),
        Checked("||X_0||_2 <= 1.2539"),
    ],
};

/// One step's local error.
pub static LOCAL: Statement = Statement {
    name: "newton-schulz.local",
    formula: "||X+ - phi(X)|| <= u||X+|| + u||aX|| + g_m || |B||X| || + u||S|| + be ||X||_2, be = u||B|| + u||bA|| + g_m || |C||A| || + u||P|| + u||C|| ||A||_2 + |b| al + |c| (2 ||A||_2 + al) al, al = g_n || |X||X|' || + u||A||, and what elementwise operations, coefficients and underflow add",
    source: "derived here from B3 to B4",
    clause: "B10",
    measures: "||X+ - phi(X)||, evaluated in binary64, whose own error is added",
    trivial: "||phi(X)||: what a step to 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the accumulator's bound is finite"), Checked("no saturation")],
};

/// The whole iteration, from a priori local errors.
pub static DEVIATION: Statement = Statement {
    name: "newton-schulz.deviation",
    formula: "||X_K - Phi_K(G / (||G|| + epsilon))|| <= sum_{j=0}^{K} Lip_{K-j}(s) R_j, R_0 of the normalization, the others as newton-schulz.local; s = max_j max(||X_j||_2, max phi)",
    source: "derived here",
    clause: "B10",
    measures: "||X_K - Phi_K(X_0)||, the exact iteration in binary64, whose own error is added",
    trivial: "||Phi_K(X_0)||: what an end at 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("every local error is finite")],
};

/// The whole iteration, from measured local errors.
pub static DEVIATION_MEASURED: Statement = Statement {
    name: "newton-schulz.deviation-measured",
    formula: "||X_K - Phi_K(G / (||G|| + epsilon))|| <= sum_{j=0}^{K} Lip_{K-j}(s) R_j, every R_j measured; s = max_j max(||X_j||_2, max phi)",
    source: "derived here",
    clause: "B10",
    measures: "||X_K - Phi_K(X_0)||, the exact iteration in binary64, whose own error is added",
    trivial: "||Phi_K(X_0)||: what an end at 0 errs by",
    identity: true,
    everywhere: false,
    hypotheses: &[Checked("every local error is finite")],
};

/// What comes out is never large.
pub static SIZE: Statement = Statement {
    name: "newton-schulz.size",
    formula: "||X_K||_2 <= max phi + ||R_K||_2 = 1.20237 + ||R_K||_2, so that ||dW|| <= rate scale sqrt(r) (1.20237 + ||R_K||_2)",
    source: "derived here",
    clause: "B10",
    measures: "||X_K||_2, spectral norm",
    trivial: "nothing: it is algebra, whatever the last step did",
    identity: true,
    everywhere: false,
    hypotheses: &[
        Checked("the coefficients are the reference implementation's"),
        Checked("||X_{K-1}||_2 <= 1.2539"),
    ],
};

/// The step's inner product with the momentum it should have been made of.
pub static PAIRING: Statement = Statement {
    name: "muon.pairing",
    formula: "||M||_* - <M, polar(M + E)> <= 2 ||E||_*",
    source: "derived here",
    clause: "B10",
    measures: "||M||_* - <M, polar(M + E)>, the inner product that is lost",
    trivial: "2 ||M||_*: no factor within the unit ball loses more",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("M, E and the factor are finite"),
        Assumed("singular values are computed to within 1e-11 of the largest"),
    ],
};

/// The same with an iteration in the place of the polar factor.
pub static PAIRING_INEXACT: Statement = Statement {
    name: "muon.pairing-inexact",
    formula: "||M||_* - <M, O> <= e_O ||M||_* + 2 ||E||_*, e_O = ||O - polar(M + E)||_2",
    source: "derived here",
    clause: "B10",
    measures: "||M||_* - <M, O>, the inner product that is lost",
    trivial: "(1 + ||O||_2) ||M||_*: no factor of that size loses more",
    identity: true,
    everywhere: false,
    hypotheses: &[
        Checked("M, E and O are finite"),
        Assumed("singular values are computed to within 1e-11 of the largest"),
    ],
};

/// How far the polar factor moves.
pub static PERTURBATION: Statement = Statement {
    name: "muon.perturbation",
    formula: "||polar(A + E) - polar(A)|| <= ||E|| / (s_r(A) - ||E||_2)",
    source: "derived here; Li and Sun, SIAM J. Matrix Anal. Appl. 23 (2002) have 2 / (s_r(A) + s_r(A + E))",
    clause: "B9",
    measures: "||polar(A + E) - polar(A)||, Frobenius norm",
    trivial: "2 sqrt(r): both factors have the norm sqrt(r)",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("||E||_2 < s_r(A), the least singular value"),
        Assumed("singular values are computed to within 1e-11 of the largest"),
    ],
};

/// What singular values that were computed in binary64 can be off, relative to the largest: far above what is seen, and not proved.
const SINGULAR: f64 = 1e-11;

/// Evaluates [`PAIRING`] and [`PERTURBATION`] for a momentum, its error, and what was computed as the polar factor of their sum.
pub fn momentum(
    m: &DMatrix<f64>,
    e: &DMatrix<f64>,
    moved: &DMatrix<f64>,
    tallies: [&mut Tally; 2],
    at: impl Fn() -> String,
) {
    let [pairing, perturbation] = tallies;
    let finite = moved.iter().all(|x| x.is_finite());
    let (Some(exact), Some(error), true) = (matrix::singular(m), matrix::singular(e), finite) else {
        pairing.fail(0, &at);
        perturbation.fail(0, &at);
        return;
    };
    let nuclear = exact.values.sum();
    let room = SINGULAR * (nuclear + error.values.sum());
    let lost = (nuclear - m.dot(moved) - room).max(0.0);
    let allowed = Upper::of(2.0 * error.values.sum()) + Upper::of(room);
    pairing.observe(lost, allowed.get(), 2.0 * nuclear, &at);
    let Singular { left, values, right } = exact;
    let gap = values.min() - error.values.max() - SINGULAR * values.max();
    if gap <= 0.0 {
        perturbation.fail(0, &at);
        return;
    }
    let apart = (moved - left * right).norm();
    let bound = matrix::frobenius(e).over(gap);
    let trivial = 2.0 * (values.len() as f64).sqrt();
    perturbation.observe((apart - SINGULAR * trivial).max(0.0), bound.get(), trivial, &at);
}

/// Evaluates [`PAIRING_INEXACT`] for a momentum, its error, and what stands for the polar factor of their sum.
pub fn inexact(
    m: &DMatrix<f64>,
    e: &DMatrix<f64>,
    o: &DMatrix<f64>,
    tally: &mut Tally,
    at: impl Fn() -> String,
) {
    let stored = m + e;
    let (Some(nuclear), Some(error), Some(exact)) =
        (matrix::singular(m), matrix::singular(e), matrix::polar(&stored))
    else {
        return tally.fail(0, at);
    };
    if o.iter().any(|x| !x.is_finite()) {
        return tally.fail(0, at);
    }
    let (nuclear, error) = (nuclear.values.sum(), error.values.sum());
    let room = SINGULAR * (nuclear + error);
    let apart = matrix::spectral(&(o - exact)) + Upper::of(SINGULAR);
    let allowed = apart * Upper::of(nuclear) + Upper::of(2.0 * error) + Upper::of(room);
    let trivial = (1.0 + matrix::spectral(o).get()) * nuclear;
    tally.observe((nuclear - m.dot(o) - room).max(0.0), allowed.get(), trivial, at);
}
