//! How far the logits of a quantized network are from those of the network in exact arithmetic: certificates that are carried through the layers.
//!
//! Beside every number of the quantized network stands what is known of its distance from the exact one: a middle, with a radius for each number and one for
//! the norm of a row. A linear layer is judged by what is *declared* of it, its quantizer and its accumulator, and never by what it did: a layer of which a
//! result departs from that by more than twice what its accumulator may round leaves its own certificate, and is named. Three [certificates](Certificate) differ in what they know of the quantizer's errors.
//!
//! ```
//! use halfulp_lab::product::Accumulator;
//! use halfulp_networks::abc::{Kept, Subject};
//! use halfulp_networks::logits::{Certificate, Certified, Clean};
//! use halfulp_networks::network::Residual;
//! use halfulp_networks::quantizer::named;
//!
//! let network = Residual { inputs: 2, width: 32, hidden: 64, blocks: 2, outputs: 2, norm: true }.network();
//! let weights = network.start(0);
//! let rows = [0.5, -1.0, 0.25, 0.75];
//! let clean = Clean::of(&network, &weights, &rows)?;
//! let declared = Kept { quantizer: named("fp8")?, accumulator: Accumulator::binary32() };
//! let subject = Subject { network: &network, weights: &weights, declared, actual: Vec::new() };
//!
//! let certified = Certified::of(&subject, &clean, "example");
//! let logits = certified.stages.last().expect("logits");
//! let running = Certificate::ALL.iter().position(|c| *c == Certificate::Running).expect("it is one");
//! for row in 0..2 {
//!     assert!(logits.measured[row] <= logits.bounds[running][row]);
//! }
//! // No layer did anything else than what was declared.
//! assert_eq!(certified.faulty().count(), 0);
//! # Ok::<(), String>(())
//! ```

mod certified;
pub mod chance;
mod clean;
mod known;
mod product;
mod rules;
mod statements;

pub use certified::{Certified, LayerCheck, StageErrors};
pub use clean::Clean;
pub use statements::{CHANCE, FIRST_ORDER, LAYER, RUNNING, WORST_CASE};

use halfulp_lab::bound::Statement;

/// What a certificate knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Certificate {
    /// The magnitudes alone: each quantization errs by at most what its scale says, in the worst direction.
    WorstCase,
    /// The errors of quantization with their signs, carried on by the derivatives of norms and of squares; what is of second order by its magnitude.
    FirstOrder,
    /// The errors of quantization with their signs, carried on exactly.
    Running,
}

impl Certificate {
    /// All of them, from the least to the most that is known.
    pub const ALL: [Certificate; 3] = [Certificate::WorstCase, Certificate::FirstOrder, Certificate::Running];

    /// What it states of the logits.
    #[must_use]
    pub fn statement(self) -> &'static Statement {
        match self {
            Certificate::WorstCase => &WORST_CASE,
            Certificate::FirstOrder => &FIRST_ORDER,
            Certificate::Running => &RUNNING,
        }
    }

    /// Its name in numbers: the statement's last word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Certificate::WorstCase => "worst-case",
            Certificate::FirstOrder => "first-order",
            Certificate::Running => "running",
        }
    }
}

/// The most columns of a layer.
const TERMS: usize = 4096;
/// More than the relative error of any sum of magnitudes of up to [`TERMS`] terms in binary64, with a few operations around it, that does not underflow.
const WIDE: f64 = 1.0 / (1u64 << 38) as f64;

/// A number that is at least the one that was computed, in binary64, from numbers that are not negative.
fn up(x: f64) -> f64 {
    x * (1.0 + WIDE)
}

/// The Euclidean norm; at least that, behind [`up`].
fn norm(x: impl IntoIterator<Item = f64>) -> f64 {
    x.into_iter().map(|x| x * x).sum::<f64>().sqrt()
}
