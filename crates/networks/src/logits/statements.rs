//! What is said of logits.

use halfulp_lab::bound::Hypothesis::{Assumed, Checked};
use halfulp_lab::bound::{Hypothesis, Statement};

const FINITE: Hypothesis = Checked("all numbers before it are finite");
const UNDERFLOW: Hypothesis = Assumed("products and squares do not underflow in binary64");
const MEASURES: &str =
    "||y^ - y|| of a row, at least: y^ the logits of the quantized network, y enclosed in intervals";
const TRIVIAL: &str = "||y||, at least: what logits of 0 err by";

/// By magnitudes alone.
pub static WORST_CASE: Statement = Statement {
    name: "logits.worst-case",
    formula: "||y^ - y|| <= E, carried through the layers: |W| (E + e_x) + e_W |Q(h)| + g |W^q| |Q(h)| of a linear layer, e_x and e_W half of the grid's distance at the scale of the block, or what is beyond it",
    source: "derived here from B2, B3, B4 and B22",
    clause: "B23",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: &[FINITE, UNDERFLOW],
};

/// Signed, to the first order.
pub static FIRST_ORDER: Statement = Statement {
    name: "logits.first-order",
    formula: "||y^ - y|| <= ||d|| + E, d' = (W^q Q(h) - W h) + W d of a linear layer and J d of others, J the derivative at h; E has what is of second order, and what accumulators may round",
    source: "derived here from B3, B4 and B22",
    clause: "B23",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: &[FINITE, UNDERFLOW],
};

/// Signed, exactly.
pub static RUNNING: Statement = Statement {
    name: "logits.running",
    formula: "||y^ - y|| <= ||d|| + E, d' = W^q Q(h) - W (h - d) of a linear layer and f(h) - f(h - d) of others; E has what accumulators may round, carried on",
    source: "derived here from B3, B4 and B22",
    clause: "B23",
    measures: MEASURES,
    trivial: TRIVIAL,
    identity: false,
    everywhere: false,
    hypotheses: &[FINITE, UNDERFLOW],
};

/// One layer by itself.
pub static LAYER: Statement = Statement {
    name: "logits.layer",
    formula: "|(y^ - W h) - (W^q Q(h) - W h)| <= g |W^q| |Q(h)| + e, W^q = Q(W), g and e those of the accumulator that is declared",
    source: "derived here from B3, B4 and B22",
    clause: "B23",
    measures: "what a layer adds to the error of what it is given, beside what is declared of it, at least; every result",
    trivial: "|W^q Q(h) - W h|: the error that is declared",
    identity: false,
    everywhere: false,
    hypotheses: &[FINITE, UNDERFLOW],
};

/// By chance.
pub static CHANCE: Statement = Statement {
    name: "logits.chance",
    formula: "|M| < sqrt((V / 4 + c) (2 ln(1 / p) + ln(1 + V / (4 c)))) + 2^-N S with probability 1 - p, V the sum of the squares of all roundings' spans, S that of the spans",
    source: "Hoeffding, J. Am. Stat. Assoc. 58 (1963); de la Pena, Lai and Shao, Self-Normalized Processes, 2009, for the mixture; derived here for networks, as Connolly, Higham and Mary, SIAM J. Sci. Comput. 43 (2021) for sums",
    clause: "B24",
    measures: "|M|, the first-order error of a logit that rounding by chance made",
    trivial: "S: what the worst of all roundings comes to",
    identity: false,
    everywhere: false,
    hypotheses: &[
        FINITE,
        UNDERFLOW,
        Assumed("the noise is uniform, and independent of weights, rows and itself"),
    ],
};
