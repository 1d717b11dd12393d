//! The keys of `[run.swamping]`.

use serde::Deserialize;

use crate::bound::swamping::Book;
use crate::experiment::Seeds;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SwampingRun {
    /// Code books: each is run.
    pub(super) books: Vec<Book>,
    /// Decays of the averages: each is run.
    pub(super) betas: Vec<f64>,
    /// Averages that share a scale.
    pub(super) elements: usize,
    /// Steps of the averages, and of walks down logarithmic levels.
    pub(super) steps: u32,
    /// Draws of noise for each number that is stored once, and walks down logarithmic levels.
    pub(super) draws: u32,
    /// Distances of logarithmic levels, in steps of the exact average: levels are `beta^spacing` apart.
    pub(super) spacings: Vec<f64>,
    /// Seeds of the signals and of stochastic rounding.
    #[serde(default)]
    pub(super) seeds: Seeds,
}
