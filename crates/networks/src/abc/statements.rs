//! What is evaluated along the tracks.

use halfulp_lab::bound::Hypothesis::Checked;
use halfulp_lab::bound::{Statement, Tally};

/// All of them.
pub static STATEMENTS: &[&Statement] = &[&IDENTITY, &LINEAR, &GAIN, &KEPT, &PRODUCT];

/// The decomposition itself.
pub static IDENTITY: Statement = Statement {
    name: "abc.identity",
    formula: "R = A + B + C",
    source: "the definitions of arXiv 2509.23500, as an implementation of it has them",
    clause: "B21",
    measures: "|R - (A + B + C)|, at least, in intervals or rationals",
    trivial: "R",
    identity: true,
    everywhere: false,
    hypotheses: &[
        Checked("the intervals around what a quantizer rounds lie between two of its boundaries"),
        Checked("the clean activations of the token are not all 0"),
    ],
};

const NOT_ZERO: &str = "neither the clean results of the token nor its error before the layer are 0";
const FINITE: &str = "all numbers are finite";

/// What a linear layer propagates is the mean of both matrices times the error that comes in.
pub static LINEAR: Statement = Statement {
    name: "abc.linear",
    formula: "|||a|| - ||W' d||| <= e, W' = (W + W^q) / 2, d = h^q - h, e = (e_1 + e_2 + e_3 + e_4) / 2 what the four products can have rounded",
    source: "derived here; B3 and B4 of the accumulators that are declared",
    clause: "B21",
    measures: "|||a|| - ||W' d|||, a token's rows",
    trivial: "||a||",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(NOT_ZERO), Checked(FINITE)],
};

/// The inequality that follows.
pub static GAIN: Statement = Statement {
    name: "abc.gain",
    formula: "sqrt(A) <= (||W'||_2 ||d|| + e) / ||W h||: A <= G_max R with G_max = ||W'||_2^2 ||h||^2 / ||W h||^2 where nothing is rounded",
    source: "derived here from the definition of the spectral norm; B3 and B4 of the accumulators that are declared",
    clause: "B21",
    measures: "sqrt(A) of a token",
    trivial: "the same with the Frobenius norm: what the sizes of the entries alone say",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(NOT_ZERO), Checked(FINITE)],
};

/// What a quantizer keeps.
pub static KEPT: Statement = Statement {
    name: "network.kept",
    formula: "|Q(x) - x| <= s max(u' |x / s|, h') within the format, s (|x / s| - largest) beyond, s the block's scale",
    source: "B2 of the quotient; derived here",
    clause: "B22",
    measures: "|Q(x) - x|, every weight and activation",
    trivial: "the largest magnitude of the block: what keeping 0 for all of it errs by",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE)],
};

/// What a product of matrices is.
pub static PRODUCT: Statement = Statement {
    name: "network.product",
    formula: "|y - W^q h^q| <= g |W^q| |h^q| + e, g and e those of the accumulator that is declared",
    source: "B3 and B4",
    clause: "B22",
    measures: "|y - W^q h^q|, at least, every result",
    trivial: "the element of |W^q| |h^q|",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE)],
};

/// The tally of a statement.
pub(super) fn tally<'t>(tallies: &'t mut Vec<Tally>, statement: &'static Statement) -> &'t mut Tally {
    let known = tallies.iter().position(|tally| tally.statement == statement);
    let index = known.unwrap_or_else(|| {
        tallies.push(Tally::new(statement));
        tallies.len() - 1
    });
    &mut tallies[index]
}
