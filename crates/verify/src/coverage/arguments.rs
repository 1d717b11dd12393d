//! Bins that no case can hit, by arguments that hold for formats of any size.
//!
//! Each argument is a sentence in the report. The tests hold every one against all cases of small formats.

mod exact;
mod facts;
mod results;

use halfulp::Task;

use super::group::Group;

/// A bin of a group.
struct Bin<'a> {
    task: &'a Task,
    group: &'a Group,
    places: &'a [usize],
}

impl Bin<'_> {
    fn is_in(&self, groups: &[&str]) -> bool {
        groups.contains(&self.group.id)
    }

    /// The place on an axis, if the group has it.
    fn place(&self, axis: &str) -> Option<usize> {
        self.group.axes.iter().position(|known| known.name == axis).map(|axis| self.places[axis])
    }

    /// The value of an axis; empty if the group does not have it.
    fn value(&self, axis: &str) -> &str {
        let at = self.group.axes.iter().position(|known| known.name == axis);
        at.map_or("", |at| &self.group.axes[at].values[self.places[at]])
    }

    fn is_negative(&self) -> bool {
        self.place("sign") == Some(1)
    }
}

/// An argument: a sentence, and whether it is about a bin.
type Argument = (&'static str, fn(&Bin<'_>) -> bool);

const ARGUMENTS: [&[Argument]; 2] = [exact::ARGUMENTS, results::ARGUMENTS];

/// Why no case can hit a bin, given by its place on each axis; `None` if nothing is known.
pub(super) fn unreachable(task: &Task, group: &Group, places: &[usize]) -> Option<&'static str> {
    let bin = Bin { task, group, places };
    let mut all = ARGUMENTS.iter().copied().flatten();
    all.find(|(_, holds)| holds(&bin)).map(|(why, _)| *why)
}

/// All sentences.
pub(super) fn sentences() -> impl Iterator<Item = &'static str> {
    ARGUMENTS.iter().copied().flatten().map(|(why, _)| *why)
}
