//! Small neural networks in emulated low precision, and how their quantization errors propagate.
//!
//! A [network] is written once, forward and backward, over [numerics]: binary32 or binary64 at full speed, any of halfulp-lab's arithmetics with any of its
//! accumulators, exact rationals, or intervals. Its weights and activations can be kept by a [quantizer]; [abc] says what the errors become, [logits] how far
//! they can come.
//!
//! ```
//! use halfulp_lab::product::Accumulator;
//! use halfulp_networks::abc::{Kept, Subject};
//! use halfulp_networks::network::{Input, Residual};
//! use halfulp_networks::quantizer::named;
//!
//! let network = Residual { inputs: 2, width: 32, hidden: 64, blocks: 3, outputs: 2, norm: true }.network();
//! let weights = network.start(0);
//! let declared = Kept { quantizer: named("mxfp4")?, accumulator: Accumulator::binary32() };
//! let subject = Subject { network: &network, weights: &weights, declared, actual: Vec::new() };
//!
//! let rows = [0.5, -1.0, 0.25, 0.75];
//! let tracks = subject.tracks(Input::Rows(&rows), "example");
//! // The error behind the second block: propagated from the first, newly created, and the rest.
//! let r = &tracks.stages[2].ratios;
//! assert!((r.a + r.b + r.c - r.r).abs() < 1e-12 && r.r > 0.0);
//! # Ok::<(), String>(())
//! ```

pub mod abc;
pub mod experiment;
pub mod law;
pub mod layer;
pub mod logits;
pub mod metrics;
pub mod network;
pub mod numerics;
pub mod problem;
pub mod propagation;
pub mod quantizer;
pub mod statistics;
pub mod text;

use halfulp_lab::registry::Registry;

/// A registry with what is here beside what it has: the kinds of experiment `abc`, `ptq`, `qat` and `logits` and an experiment of each name, the problems `residual-digits` and `transformer-text`.
///
/// # Panics
/// If one of these names is taken.
#[must_use]
pub fn register(registry: Registry) -> Registry {
    registry
        .experiment("abc", include_str!("../experiments/abc.toml"))
        .kind::<experiment::AbcRun>("abc")
        .experiment("ptq", include_str!("../experiments/ptq.toml"))
        .kind::<experiment::PtqRun>("ptq")
        .experiment("qat", include_str!("../experiments/qat.toml"))
        .kind::<experiment::QatRun>("qat")
        .experiment("logits", include_str!("../experiments/logits.toml"))
        .kind::<experiment::LogitsRun>("logits")
        .problem::<problem::ResidualDigits>("residual-digits")
        .problem::<problem::TransformerText>("transformer-text")
}
