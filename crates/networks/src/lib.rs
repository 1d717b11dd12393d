//! Small neural networks in emulated low precision, and how their quantization errors propagate.

pub mod abc;
pub mod experiment;
pub mod layer;
pub mod metrics;
pub mod network;
pub mod numerics;
pub mod problem;
pub mod quantizer;
pub mod text;

use halfulp_lab::registry::Registry;

/// A registry with what is here beside what it has: the kind of experiment `abc`, the problems `residual-digits` and `transformer-text`.
///
/// # Panics
/// If one of these names is taken.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .kind::<experiment::AbcRun>("abc")
        .problem::<problem::ResidualDigits>("residual-digits")
        .problem::<problem::TransformerText>("transformer-text")
}
