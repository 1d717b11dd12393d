//! The bounds of a whole run, whatever the order of operations: beside the exact twin that sees the same gradients.

mod twin;

use super::Hypothesis::{self, Assumed, Checked};
use super::Statement;
use super::outward::Upper;

pub use twin::{RunningTwin, Step};

/// Every rounding as it was, carried on with its sign.
pub static RUNNING: Statement = Statement {
    name: "run.running",
    formula: "|w - w*| <= |c| + e, [c - e, c + e] the enclosure of w - w*: sums c_x + c_y; products y c_x + (x - c_x) c_y; quotients (c_x - (x / y) c_y) / (y - c_y); \
              roots sqrt(x) - sqrt(x - c_x); averages b c_m + (1 - b) c_x; and what every operation and store changed, as measured",
    source: "derived here; the first-order part is Langlois's correction (BIT 41, 2001)",
    clause: "B6",
    measures: "|weight - weight of the exact twin that sees the same gradients|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &FINITE,
};

/// The same, of the enclosure itself.
pub static ENCLOSURE: Statement = Statement {
    name: "run.enclosure",
    formula: "|(x - x*) - c| <= e, with run.running's enclosure, of weights and moments",
    source: "derived here",
    clause: "B6",
    measures: "distance of a weight's or a moment's error from the one that is predicted",
    trivial: "the larger of the two numbers: what 0 in its place errs by",
    identity: false,
    everywhere: false,
    hypotheses: &FINITE,
};

/// Every rounding in full, added up.
pub static WORST: Statement = Statement {
    name: "run.worst-case",
    formula: "sums: e_x + e_y + r(z); products: |x| e_y + |y| e_x + e_x e_y + r(z); quotients: (e_x + |x / y| e_y) / (|y| - e_y) + r(z); roots: e_x / (sqrt(x) + \
              sqrt(max(0, x - e_x))) + r(z), or sqrt(e_x) + r(z); lerp: b e_m + (1 - b) e_x + |c^ - c| |x - m| + c^ r(d) + r(p) + r(z); stores: e_x + r(stored)",
    source: "derived here, from the standard model (Higham 2002, 2.2)",
    clause: "B6",
    measures: "|weight - weight of the exact twin that sees the same gradients|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &FINITE,
};

/// Stores by chance added up by their squares, in weights.
pub static CHANCE: Statement = Statement {
    name: "run.chance",
    formula: "|w - w*| <= k s + e with probability 1 - 1e-9 for all weights and steps of the run, s^2 = sum (gap / 2)^2 a^2 over the stores by chance; e as of run.worst-case for all else",
    source: "Hoeffding and Azuma, with the sizes of s peeled off; derived here",
    clause: "B6",
    measures: "|weight - weight of the exact twin that sees the same gradients|",
    trivial: "the larger of the two weights: what a weight of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked("no operation left the finite numbers"),
        Assumed(UNIFORM),
        Checked("an elementwise optimizer"),
    ],
};

/// The same of moments.
pub static CHANCE_OF_MOMENTS: Statement = Statement {
    name: "run.chance-of-moments",
    formula: "|m - m*| <= k s + e with probability 1 - 1e-9 for all moments and steps of the run, s and e as of run.chance: s^2 tends to (gap / 2)^2 / (1 - b^2)",
    source: "Hoeffding and Azuma, with the sizes of s peeled off; derived here",
    clause: "B6",
    measures: "|moment - moment of the exact twin that sees the same gradients|",
    trivial: "the larger of the two moments: what a moment of 0 errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("no operation left the finite numbers"), Assumed(UNIFORM)],
};

const UNIFORM: &str = "the words of noise are independent and uniform";

static FINITE: [Hypothesis; 3] = [
    Checked("no operation left the finite numbers"),
    Checked("every rounding is within its bound: see run.rounding"),
    Checked("an elementwise optimizer"),
];

/// Stores by chance of an element in a step, at most: both moments, and a compensated weight four times.
const STORES: f64 = 6.0;

/// The chance that run.chance may fail by.
pub const FAILURE: f64 = 1e-9;

/// How many spreads a sum of chances may be beyond 0 in a run of so many elements and steps: none of its numbers is further with
/// probability [`1 - FAILURE`](FAILURE).
///
/// The sum `s^2` of squares is not known before the run, only before each draw. It lies between the least gap's and the sum of the largest gaps', `2^-2150`
/// and `2^2050` times the steps; cut into ranges of ratio 1.1, each with its own bound at its upper end, and added up over ranges, elements, steps and stores.
#[must_use]
pub fn deviation(elements: u64, steps: u64) -> Upper {
    const RATIO: f64 = 1.1;
    let ranges = (4200.0 * std::f64::consts::LN_2 + (steps as f64).ln()) / RATIO.ln() + 1.0;
    let events = ranges * elements as f64 * steps as f64 * STORES;
    let k = (2.0 * RATIO * (2.0 * events / FAILURE).ln()).sqrt();
    Upper::of(k * (1.0 + 1e-12))
}
