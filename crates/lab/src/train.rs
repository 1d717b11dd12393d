//! Runs: an optimizer on a problem, step by step.

mod both;
pub mod horizon;
mod run;

pub use both::Both;
pub use run::{Diverged, Run, Watch};

use halfulp::noise;

/// The noise of a run: the gradients' and every rounding's are streams of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Streams {
    gradients: u64,
    rounding: u64,
}

/// A step, and the seeds of its roundings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seeds {
    /// The step, from 1.
    pub t: u64,
    /// Of the step's operations.
    pub operations: u64,
    /// Of storing the weights.
    pub weights: u64,
    /// Of storing the gradients.
    pub gradients: u64,
    /// Of storing the first moment.
    pub first: u64,
    /// Of storing the second moment.
    pub second: u64,
}

impl Streams {
    /// The streams of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Streams {
        Streams { gradients: noise::word(seed, 0), rounding: noise::word(seed, 1) }
    }

    /// The same gradients under other rounding noise.
    #[must_use]
    pub const fn rounding(self, seed: u64) -> Streams {
        Streams { rounding: noise::word(seed, 1), ..self }
    }

    /// The seed of the gradient noise.
    #[must_use]
    pub const fn gradients(&self) -> u64 {
        self.gradients
    }

    /// The seeds of the roundings of step `t`.
    #[must_use]
    pub const fn step(&self, t: u64) -> Seeds {
        let step = noise::word(self.rounding, t);
        Seeds {
            t,
            operations: noise::word(step, 0),
            weights: noise::word(step, 1),
            gradients: noise::word(step, 2),
            first: noise::word(step, 3),
            second: noise::word(step, 4),
        }
    }
}
