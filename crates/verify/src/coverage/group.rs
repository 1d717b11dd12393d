//! Groups of bins: every combination of the values of some axes.

use super::axis::Axis;
use super::dice::Dice;
use super::situation::Situation;
use halfulp::{Code, Task};

/// What tells which bins of a group a case hits.
pub(super) trait Bins: Send + Sync {
    /// The axes; the bins are all combinations, the last axis fastest.
    fn axes(&self) -> Vec<Axis>;

    /// Says which bins a case hits: none, one or several.
    fn see(&self, case: &Situation<'_>, hits: &mut Hits);

    /// Operands that may hit a bin, given by its place on each axis: drawn by dice, the exact result solved for operands. `None` if there is
    /// no way to look for it, or none was found this time.
    fn solve(&self, _task: &Task, _bin: &[usize], _dice: &mut Dice) -> Option<[Code; 3]> {
        None
    }
}

/// The bins that a case hits.
pub(super) struct Hits {
    /// The number of the first bin of the group at hand.
    pub(super) first: u32,
    pub(super) list: Vec<u32>,
}

impl Hits {
    pub fn new() -> Hits {
        Hits { first: 0, list: Vec::with_capacity(64) }
    }

    /// A bin of the group at hand.
    #[inline]
    pub fn push(&mut self, bin: usize) {
        self.list.push(self.first + bin as u32);
    }
}

/// A group: its axes, its place among all bins, and the models of the literature that it stands for.
pub struct Group {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) models: &'static [&'static str],
    pub(super) axes: Vec<Axis>,
    pub(super) first: usize,
    pub(super) bins: Box<dyn Bins>,
}

impl Group {
    /// Its identifier: `rounding`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What it counts.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The models of Aharoni et al. that it stands for: `B3`.
    #[must_use]
    pub fn models(&self) -> &'static [&'static str] {
        self.models
    }

    /// What its bins are told apart by.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The number of its bins.
    #[must_use]
    pub fn len(&self) -> usize {
        size(&self.axes)
    }

    /// Whether it has no bins.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the bin with a number among those of the model.
    #[must_use]
    pub fn bin(&self, number: usize) -> String {
        let places = places(&self.axes, number - self.first);
        let values =
            self.axes.iter().zip(places).map(|(axis, place)| format!("{} {}", axis.name, axis.values[place]));
        format!("{}: {}", self.id, values.collect::<Vec<_>>().join(", "))
    }

    /// The numbers of its bins among those of the model.
    #[must_use]
    pub fn range(&self) -> core::ops::Range<usize> {
        self.first..self.first + self.len()
    }
}

/// The number of combinations of axes.
pub(super) fn size(axes: &[Axis]) -> usize {
    axes.iter().map(|axis| axis.values.len()).product()
}

/// The place on each axis of a bin.
pub(super) fn places(axes: &[Axis], bin: usize) -> Vec<usize> {
    let mut rest = bin;
    let mut places: Vec<usize> = axes
        .iter()
        .rev()
        .map(|axis| {
            let place = rest % axis.values.len();
            rest /= axis.values.len();
            place
        })
        .collect();
    places.reverse();
    places
}
