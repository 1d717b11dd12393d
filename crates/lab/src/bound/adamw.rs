//! AdamW with every operation rounded: one step, and many beside the exact twin that sees the same gradients.

mod bounds;
mod closed_loop;
mod kept;
mod length;
mod moments;
mod open_loop;

pub use closed_loop::ClosedLoop;
pub use open_loop::OpenLoop;

use super::Statement;
use crate::arithmetic::Coefficient;
use crate::bound::Hypothesis::{Assumed, Checked};
use rug::float::Round;

/// The update alone.
pub static UPDATE: Statement = Statement {
    name: "adamw.update",
    formula: "|th - T(m, v)| <= gamma_7(u) |T(m, v)|, T(m, v) = (rate / c1) m / (sqrt(v) / c2 + epsilon), gamma_n(u) = n u / (1 - n u)",
    source: "derived here from Higham 2002, Lemma 3.1: root, c2, quotient, sum, quotient, rate / c1, product; every other order has no more",
    clause: "B8",
    measures: "|computed update - exact update from the same moments|",
    trivial: "|T(m, v)|: what no update errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no underflow"), Checked("no saturation"), Checked("7 u < 1")],
};

/// One step of the weights.
pub static ONE_STEP: Statement = Statement {
    name: "adamw.one-step",
    formula: "|w' - (k w - T(m, v))| <= r(w') + r(w1) + |k^ - k| |w| + gamma_7 / (1 - gamma_7) |th|, k = 1 - rate l; where weights decay after the update, |w' - k (w - T(m, v))| <= r(w') + k (r(w1) + gamma_7 / (1 - gamma_7) |th|) + |k^ - k| |w1|",
    source: "derived here",
    clause: "B8",
    measures: "|new weight - exact new weight from the same weight and moments|",
    trivial: "the exact new weight: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no underflow"), Checked("no saturation"), Checked("14 u < 1")],
};

/// Many steps.
pub static OPEN_LOOP: Statement = Statement {
    name: "adamw.open-loop",
    formula: "D_t = |1 - rate l| D_{t-1} + local_t + min((rate / c1) (e^m r(v) + (|m| + e^m) max(r(max(0, v - e^v)) - r(v), r(v) - r(v + e^v))), |T(m, v)| + L_t), L_t the longest step of preconditioner.bounded-step without roundings",
    source: "derived here; e^m and e^v are the bounds of ema.rounded in the order's form, local_t is that of adamw.one-step",
    clause: "B8",
    measures: "|weight - weight of the exact twin that sees the same gradients|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no underflow"), Checked("no saturation"), Checked("14 u < 1")],
};

/// The second moment that the update takes: where its bound is not below the moment itself, the certificate says of the step no more than epsilon does.
pub static SECOND_MOMENT: Statement = Statement {
    name: "adamw.second-moment",
    formula: "|v^ - v| <= e^v, vacuous where e^v >= v^: from u / (1 - b2) >= 1 on an average that stands still is not excluded",
    source: "derived here; e^v is the bound of ema.rounded",
    clause: "B8",
    measures: "|computed second moment - that of the exact twin that sees the same gradients|",
    trivial: "v^: from there on nothing but epsilon bounds the step",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no underflow"), Checked("no saturation")],
};

/// Many steps beside a twin that goes its own way.
pub static CLOSED_LOOP: Statement = Statement {
    name: "adamw.closed-loop",
    formula: "adamw.open-loop with E = |g^ - G(w^)| + L ||D_{t-1}||_2, e^m' = b1 e^m + (1 - b1) E + rounding, e^v' = b2 e^v + (1 - b2) (2 |g^| E + E^2) + rounding",
    source: "derived here; it grows like the product of 1 + rate L over the steps, L that of the whole step, then by the lengths of two steps, and says nothing in the end",
    clause: "B8",
    measures: "|weight - weight of the exact twin that takes gradients at its own weights, under the same gradient noise|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("adamw.open-loop says something"),
        Checked("every stochastic gradient has a known Lipschitz constant where both runs are"),
        Checked("no master: gradients are taken at the weights that are updated"),
        Assumed("the Lipschitz constant and the domain that the problem states are right"),
    ],
};

/// The numbers of binary64 around a constant: at most, and at least.
pub(crate) fn around(c: Coefficient) -> [f64; 2] {
    let exact = c.exact(256);
    // The constant itself is right to 2^-250: one more step covers that.
    [exact.to_f64_round(Round::Down).next_down(), exact.to_f64_round(Round::Up).next_up()]
}
