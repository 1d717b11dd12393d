//! The runs that convergence theorems for quantized optimizers are about: a master keeps the weights exactly, and four things are
//! rounded on their way, each by a relative error: the weights that gradients are taken at, the gradients, and the two moments as they
//! are stored between steps. Every operation of the step itself is exact but for binary64's rounding; the step is [`optimizer`](crate::optimizer)'s.
//!
//! The step is made of the moments before they are stored. This is the model of Tang, Li and Zou (arXiv 2510.21314, sections 3 and 4) as
//! secondary sources describe it; with the weights rounded in place of the master, it also shows what a missing master costs.
//!
//! Of several runs with one seed, all see the same noise on their gradients.

mod adam;
mod muon;
mod place;

pub use adam::{Adam, AdamMeasured, AdamRun};
pub use muon::{Muon, MuonMeasured, MuonRun};
pub use place::{Place, Places};

use halfulp::noise;

/// Streams of a run's seed: starting point, gradient noise, and the rounding noise of each place. Not those of [`Streams`](crate::train::Streams), which draw other noise
/// from a seed: what is recorded of these runs depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Streams {
    start: u64,
    gradient: u64,
    places: [u64; 4],
    /// Of an iteration in the place of polar factors.
    factor: u64,
}

impl Streams {
    const fn of(seed: u64) -> Streams {
        let places = [noise::word(seed, 2), noise::word(seed, 3), noise::word(seed, 4), noise::word(seed, 5)];
        let [start, gradient, factor] = [noise::word(seed, 0), noise::word(seed, 1), noise::word(seed, 6)];
        Streams { start, gradient, places, factor }
    }
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}
