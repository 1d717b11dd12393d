//! What arguments are about.

use halfulp::Task;

use crate::coverage::group::Group;

/// A bin of a group.
pub struct Bin<'a> {
    pub task: &'a Task,
    pub group: &'a Group,
    pub places: &'a [usize],
}

impl Bin<'_> {
    pub fn is_in(&self, groups: &[&str]) -> bool {
        groups.contains(&self.group.id)
    }

    /// The place on an axis, if the group has it.
    pub fn place(&self, axis: &str) -> Option<usize> {
        self.group.axes.iter().position(|known| known.name == axis).map(|axis| self.places[axis])
    }

    /// The value of an axis; empty if the group does not have it.
    pub fn value(&self, axis: &str) -> &str {
        let at = self.group.axes.iter().position(|known| known.name == axis);
        at.map_or("", |at| &self.group.axes[at].values[self.places[at]])
    }

    pub fn is_negative(&self) -> bool {
        self.place("sign") == Some(1)
    }
}

/// An argument: a sentence, and whether it is about a bin.
pub type Argument = (&'static str, fn(&Bin<'_>) -> bool);
