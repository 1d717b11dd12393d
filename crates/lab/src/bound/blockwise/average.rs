//! Averages whose state is stored block-wise.

use crate::bound::Hypothesis::Checked;
use crate::bound::Statement;
use crate::bound::outward::Upper;

/// An average with its state stored after every step.
pub static AVERAGE: Statement = Statement {
    name: "blockwise.average",
    formula: "e_t = b e_(t-1) + r_t, with r_t the bound of storing one element and what rounding to binary32 before it moved",
    source: "derived here",
    clause: "B11",
    measures: "distance of the stored average to the exact one, in the tensor's unit",
    trivial: "max_s A_s: what an average of 0 errs by, about",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the bound of storing holds at every step")],
};

/// The same, known before the run but for its scales.
pub static SPAN: Statement = Statement {
    name: "blockwise.span",
    formula: "|e_t| <= h max_s A_s (1 - b^t) / (1 - b), h the largest half-gap",
    source: "derived here",
    clause: "B11",
    measures: "distance of the stored average to the exact one, in the tensor's unit",
    trivial: "max_s A_s: what an average of 0 errs by, about",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the bound of storing holds at every step")],
};

/// The same for all elements of a block of `B` together.
pub static NORM: Statement = Statement {
    name: "blockwise.norm",
    formula: "||e_t||_2 <= sqrt(B) h max_s A_s (1 - b^t) / (1 - b)",
    source: "derived here",
    clause: "B11",
    measures: "Euclidean norm over a block of the distance to the exact average, in the tensor's unit",
    trivial: "sqrt(B) max_s A_s: what a block of zeros errs by, about",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked("the bound of storing holds at every step")],
};

/// What the current gradient contributes to an Adam step, whatever was stored.
pub static CURRENT_GRADIENT: Statement = Statement {
    name: "blockwise.current-gradient",
    formula: "(1 - b1) |g| / (sqrt(v) + eps) <= (1 - b1) / sqrt(1 - b2) for v = b2 Q(v') + (1 - b2) g^2, Q(v') >= 0",
    source: "derived here",
    clause: "B11",
    measures: "(1 - b1) |g| / (sqrt(v) + eps), without unit",
    trivial: "nothing: it is algebra, whatever is stored",
    identity: true,
    everywhere: false,
    hypotheses: &[Checked("the stored second moment is not negative")],
};

/// Running bounds of the averages of a tensor.
#[derive(Clone, Debug)]
pub struct Averages {
    beta: f64,
    errors: Vec<Upper>,
}

impl Averages {
    /// Of `elements` averages that begin exactly.
    #[must_use]
    pub fn new(beta: f64, elements: usize) -> Averages {
        Averages { beta, errors: vec![Upper::ZERO; elements] }
    }

    /// An element was stored: `stored` is at least what that moved it by, `computed` what its step's own arithmetic did.
    pub fn step(&mut self, element: usize, stored: Upper, computed: Upper) -> Upper {
        let error = Upper::of(self.beta) * self.errors[element] + stored + computed;
        self.errors[element] = error;
        error
    }
}

/// `h max A (1 - b^t) / (1 - b)`.
#[must_use]
pub fn span(uniform: Upper, beta: f64, steps: u32) -> Upper {
    // b^t is at least its product with every step rounded down.
    let decayed = 1.0 - beta.powi(steps.cast_signed()) * (1.0 - 1e-12);
    (uniform * Upper::of(decayed)).over((1.0 - beta) * (1.0 - 1e-15))
}

/// `(1 - b1) / sqrt(1 - b2)`.
#[must_use]
pub fn current_gradient(beta1: f64, beta2: f64) -> Upper {
    Upper::of(1.0 - beta1).over((1.0 - beta2).sqrt() * (1.0 - 1e-15)) * Upper::of(1.0 + 1e-12)
}
