//! Signals that averages are taken of.

use halfulp::noise;
use serde::Deserialize;

/// What is averaged. A function of seed, step and element.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// Normal, mean 0, variance 1.
    Gauss,
    /// The square of a normal one: mean 1.
    ChiSquare,
    /// The same number at every step, a different one for each element, from 1 to 2.
    Constant,
    /// 1 at the first step, then 0.
    Impulse,
}

pub(crate) use crate::problem::normal;
use crate::problem::unit;

impl Signal {
    /// The signal at a step, from 1.
    #[must_use]
    pub fn at(self, seed: u64, t: u64, element: usize) -> f64 {
        let index = t << 24 | element as u64;
        match self {
            Signal::Gauss => normal(seed, index),
            Signal::ChiSquare => normal(seed, index).powi(2),
            Signal::Constant => 1.0 + unit(noise::word(seed, element as u64)),
            Signal::Impulse => f64::from(u8::from(t == 1)),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Gauss => "gauss",
            Signal::ChiSquare => "chi-square",
            Signal::Constant => "constant",
            Signal::Impulse => "impulse",
        }
    }

    /// Whether it is never negative.
    #[must_use]
    pub const fn is_nonnegative(self) -> bool {
        !matches!(self, Signal::Gauss)
    }
}
