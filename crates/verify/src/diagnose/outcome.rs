//! What a search found.

use crate::deviation::{self, Deviation};
use crate::model::Behaviour;
use crate::verify::Comparison;

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// What was compared.
    pub comparison: Comparison,
    /// The device that the deviations are of.
    pub base: Behaviour,
    /// All deviations that were thought of.
    pub candidates: Vec<Deviation>,
    /// Numbers of candidates.
    pub set: Vec<usize>,
    /// Of the mismatches that were held out of the search: how many the set explains, and how many there are. `None` if all were searched.
    pub held_out: Option<(u64, u64)>,
}

impl Outcome {
    pub fn device(&self) -> Behaviour {
        self.without(None)
    }

    /// The device without one of its deviations.
    pub fn without(&self, left_out: Option<usize>) -> Behaviour {
        let planted = self.set.iter().filter(|number| Some(**number) != left_out);
        deviation::device(&self.base, planted.map(|&number| &self.candidates[number]))
    }
}
