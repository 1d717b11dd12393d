//! What was found of a scheme.

use super::average::Averaged;
use super::sample::Sampled;
use crate::storage::blockwise::Scheme;

/// What was found of one scheme, over all seeds.
pub(super) struct Outcome {
    pub(super) scheme: Scheme,
    pub(super) beta: f64,
    pub(super) sampled: Sampled,
    pub(super) averaged: Averaged,
}
