//! Error feedback: weights without a master copy, whose rounding errors are given to the momentum (ECO, arXiv 2601.22101).
//!
//! With `m~ = b m + (1 - b) g(w^)`, `w~ = keep w^ - step m~ / D`, `w^ = Q(w~)` and `e = w~ - w^`, the momentum that is kept is
//!
//! ```text
//! m~ + D (keep / step) (1 - 1/b) e            eco: takes the error as the same from step to step
//! m~ + (keep / step) (e_prev - e / b)         exact: from m_0 = -(keep / (b step)) e_0
//! ```
//!
//! and with the second one `w~` is the master weight of the run that sees the same gradients: `keep (W - e) - step m~ = keep W - step M` asks for
//! `m~ = M - (keep / step) e_prev`, whatever the form of the average.

use serde::Deserialize;

/// What becomes of the rounding errors of weights.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feedback {
    /// They are lost.
    #[default]
    None,
    /// Each is given to the momentum, as far as it is the same from step to step. Keeps nothing beside weights and moments.
    Eco,
    /// The whole error is given to the momentum, so that the weights before rounding are master weights. Keeps the last errors, which is what a master copy
    /// takes: a check, not a saving. Of updates without denominators.
    Exact,
}

/// How an update depends on the momentum: weights become `keep w - step m / D`, where `D` is what the step observes as [`Quantity::Denominator`](super::Quantity::Denominator).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Proportion {
    /// The decay of the momentum, above 0.
    pub beta: f64,
    /// What the momentum is multiplied by.
    pub step: f64,
    /// What weights are multiplied by.
    pub keep: f64,
    /// Whether there are denominators.
    pub divides: bool,
}

impl Feedback {
    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Feedback::None => "none",
            Feedback::Eco => "eco",
            Feedback::Exact => "exact",
        }
    }
}
