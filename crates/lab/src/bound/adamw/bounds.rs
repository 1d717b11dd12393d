//! The constants of a step of AdamW, as the bounds take them.

use crate::bound::outward::Upper;
use crate::bound::preconditioner::Preconditioner;

/// The constants of a step, from both sides where there are two numbers.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// What the moments' quotient is multiplied by in exact arithmetic.
    pub(super) rate: [f64; 2],
    /// What the first moment is multiplied by in exact arithmetic, but for that.
    pub(super) preconditioner: Preconditioner,
    /// What weights are multiplied by.
    pub(super) decay: [f64; 2],
    /// At least what updates are multiplied by: weights that decay after the update take it with them.
    pub(super) after: Upper,
    pub(super) betas: [f64; 2],
    /// What a gradient and its square are multiplied by in the moments.
    pub(super) shares: [f64; 2],
    /// The longest update of an exact run that starts with moments of 0.
    pub(super) longest: Upper,
    /// The relative error of a rounding, or of a constant if that is larger.
    pub(super) unit: Upper,
    /// What the first moment is multiplied by, as it is stored.
    pub(super) step: f64,
    /// The decay, as it is stored.
    pub(super) k: f64,
}
