//! What is stated of whole runs of Adam.

use crate::bound::Hypothesis::{Assumed, Checked};
use crate::bound::{Hypothesis, Statement};

const FORMULA: &str = "mean |grad F|^2 <= Rh/(1/2-c) { (F0-F*)/(alpha T) + (d Lam/T) [2 Rh/s + rho^2 Rh/(2 c s^2) + \
    L alpha (1+rho)^2/(2 s^2)] + (d Rh/(c s)) (q_G/(1-q_G))^2 + L^2 q_W^2 max |x|^2/(c s sqrt(eps)) }, least over c = 2^-2 .. 2^-24";
const SOURCE: &str = "derived here; without quantization and for c -> 0 it is the theorem for Adam without momentum of Défossez, \
    Bottou, Bach and Usunier, arXiv 2003.02395";
const MEASURES: &str = "upper end of the 95 % confidence interval, one-sided by Student's t over the seeds, of the mean over steps of the squared Euclidean norm of the \
    gradient at the master weights";
const TRIVIAL: &str = "|grad F(x_0)|^2: no better than the start";
const HYPOTHESES: &[Hypothesis] = &[
    Checked("the run stays finite"),
    Checked("a master keeps the weights, and beta1 = 0"),
    Checked("the weights stay where the problem's constants hold"),
    Checked("every stochastic gradient is within R"),
    Checked("every rounding errs by no more than its q: nothing underflows or overflows"),
    Checked("q_G < 1"),
    Checked("two seeds or more, and so many that the interval lies on one side of the bound"),
    Assumed(
        "stochastic gradients and roundings by chance have no bias beyond q, and means over seeds are normal",
    ),
    Assumed("the constants that the problem states hold"),
];

/// With the constants of problem and formats: known before the run.
pub static A_PRIORI: Statement = Statement {
    name: "theorem-adam.a-priori",
    formula: FORMULA,
    source: SOURCE,
    clause: "B13",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: HYPOTHESES,
};

/// With what was measured in the run in place of `R`, `rho`, `q_G`, `q_W` and the norm of the weights.
pub static A_POSTERIORI: Statement = Statement {
    name: "theorem-adam.a-posteriori",
    formula: FORMULA,
    source: SOURCE,
    clause: "B13",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: HYPOTHESES,
};
