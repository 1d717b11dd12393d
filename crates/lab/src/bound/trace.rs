//! The bounds of recorded runs: what another program computed, beside the exact step and the exact run that see the recorded gradients.

use super::Hypothesis::{self, Checked};
use super::Statement;

/// One recorded step, from what was recorded before it.
pub static STEP: Statement = Statement {
    name: "trace.step",
    formula: "|x - x*| <= e, x* the exact step from the recorded weights and states before it, e of run.worst-case over that one step; the weights' from the recorded new moments \
              where those are stored before they are used",
    source: "derived here, from the standard model (Higham 2002, 2.2)",
    clause: "B17",
    measures: "|recorded number - exact step from the numbers recorded before|",
    trivial: "the larger of the two numbers: what 0 in its place errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE)],
};

/// The recorded run, every rounding as it was: whatever was recorded, the enclosure goes along, so that only `trace.step` can betray a fault.
pub static RUNNING: Statement = Statement {
    name: "trace.running",
    formula: "|x - x*| <= |c| + e, [c - e, c + e] run.running's enclosure of x - x* taken along the recorded numbers",
    source: "derived here; the first-order part is Langlois's correction (BIT 41, 2001)",
    clause: "B17",
    measures: "|recorded number - number of the exact run from the same start that sees the same gradients|",
    trivial: "the larger of the two numbers: what 0 in its place errs by",
    identity: true,
    everywhere: false,
    hypotheses: &SOUND,
};

/// The recorded run, every rounding in full.
pub static WORST: Statement = Statement {
    name: "trace.worst-case",
    formula: "|x - x*| <= e, e of run.worst-case taken along the recorded numbers",
    source: "derived here, from the standard model (Higham 2002, 2.2)",
    clause: "B17",
    measures: "|recorded number - number of the exact run from the same start that sees the same gradients|",
    trivial: "the larger of the two numbers: what 0 in its place errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE)],
};

/// Every number, where the order of operations is known.
pub static BITS: Statement = Statement {
    name: "trace.bits",
    formula: "x = x^, x^ what the nearest order of operations gives from the numbers recorded before; the signs of zeros apart",
    source: "derived here: an order of a tensor that misses at most one of 100 numbers that changed, and a tenth of those that tell it from any other, is the one that was run",
    clause: "B17",
    measures: "|recorded number - number that the order gives|",
    trivial: "nothing: without the order there is no such number",
    identity: false,
    everywhere: true,
    hypotheses: &[
        Checked(
            "the nearest order of the tensor misses at most one of 100 recorded numbers that changed, and a tenth of those that tell it from any other",
        ),
        Checked(
            "one order gives weights and moments of the parameter, and decays weights when the recorded class does",
        ),
    ],
};

const FINITE: &str = "no operation left the finite numbers";

static SOUND: [Hypothesis; 2] =
    [Checked(FINITE), Checked("every recorded step so far is within its bound: see trace.step")];
