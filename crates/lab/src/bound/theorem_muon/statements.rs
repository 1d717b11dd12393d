//! What is stated of whole runs of Muon.

use crate::bound::Hypothesis::{Assumed, Checked};
use crate::bound::{Hypothesis, Statement};
use crate::train::horizon::Places;

const FORMULA: &str = "[1 - e - 2 sqrt(r) (kappa+q_G)/(1-kappa)] mean |grad f|_* <= (f0-f*)/(eta T) + L eta r (1+e)^2/2 + \
    (2 sqrt(r)/(1-kappa)) [Gam/(T(1-b)) + b L eta sqrt(r) (1+e)/(1-b) + (1+q_G) L q_W omega + q_G sigma + sigma sqrt((1-b)/(1+b))], \
    e the error of the polar factor";
const ITERATED_FORMULA: &str = "[p - (p+s) sqrt(r) (kappa+q_G)/(1-kappa)] mean |grad f|_* <= (f0-f*)/(eta T) + L eta r s^2/2 + \
    ((p+s) sqrt(r)/(1-kappa)) [Gam/(T(1-b)) + b L eta sqrt(r) s/(1-b) + (1+q_G) L q_W omega + q_G sigma + sigma sqrt((1-b)/(1+b))], \
    <M, O> >= p |M|_*, |O|_2 <= s";
const SOURCE: &str = "derived here; without quantization it is the known bound for Muon with exact polar factors, \
    whose proof it extends";
const MEASURES: &str = "upper end of the 95 % confidence interval, one-sided by Student's t over the seeds, of the mean over steps of the nuclear norm of \
    the gradient at the master weights";
const TRIVIAL: &str = "|grad f(W_0)|_*: no better than the start";
const HYPOTHESES: &[Hypothesis] = &[
    Checked("the run stays finite"),
    Checked("a master keeps the weights"),
    Checked("the weights stay where the problem's constants hold"),
    Checked("every rounding errs by no more than its q: nothing underflows or overflows"),
    Checked("kappa < 1"),
    Checked("two seeds or more, and so many that the interval lies on one side of the bound"),
    Assumed(
        "stochastic gradients and roundings by chance have no bias beyond q, and means over seeds are normal",
    ),
    Assumed("the constants that the problem states hold"),
    Assumed("nuclear norms and polar factors, by Jacobi's method, are right to within 1e-12 of the norm"),
];

/// With the constants of problem and formats: known before the run.
pub static A_PRIORI: Statement = Statement {
    name: "theorem-muon.a-priori",
    formula: FORMULA,
    source: SOURCE,
    clause: "B14",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: HYPOTHESES,
};

/// With what was measured in the run in place of the `q`s, `omega` and `|G_0|_F`.
pub static A_POSTERIORI: Statement = Statement {
    name: "theorem-muon.a-posteriori",
    formula: FORMULA,
    source: SOURCE,
    clause: "B14",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: HYPOTHESES,
};

const ITERATED_SOURCE: &str = "derived here: B14 with p and s of the iteration's polynomial, which Kim and Oh, arXiv 2601.19156, have for polynomials \
    that converge to the polar factor; this one does not";
const ITERATED_HYPOTHESES: &[Hypothesis] = &[
    HYPOTHESES[0],
    HYPOTHESES[1],
    HYPOTHESES[2],
    HYPOTHESES[3],
    HYPOTHESES[4],
    HYPOTHESES[5],
    Checked("every momentum's norm is at least 1000 times the iteration's epsilon"),
    Checked(
        "the coefficients are the reference implementation's, and a step rounds less than the iteration is certain to survive",
    ),
    HYPOTHESES[6],
    HYPOTHESES[7],
    HYPOTHESES[8],
];

/// With an iteration in the factor's place, and what its polynomial and its roundings have for certain.
pub static ITERATED_A_PRIORI: Statement = Statement {
    name: "theorem-muon.iterated-a-priori",
    formula: ITERATED_FORMULA,
    source: ITERATED_SOURCE,
    clause: "B18",
    hypotheses: ITERATED_HYPOTHESES,
    ..A_PRIORI
};

/// With what was measured in the run of the iteration, too.
pub static ITERATED_A_POSTERIORI: Statement = Statement {
    name: "theorem-muon.iterated-a-posteriori",
    formula: ITERATED_FORMULA,
    source: ITERATED_SOURCE,
    clause: "B18",
    ..A_POSTERIORI
};

/// The bounds of a run, a priori and a posteriori.
#[must_use]
pub fn statements(places: &Places) -> [&'static Statement; 2] {
    match places.iteration {
        None => [&A_PRIORI, &A_POSTERIORI],
        Some(_) => [&ITERATED_A_PRIORI, &ITERATED_A_POSTERIORI],
    }
}
