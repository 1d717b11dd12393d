//! The model of a task: which groups of bins apply to it.

mod list;

use std::sync::Arc;

use halfulp::{Operands, Task};

use list::List;

use super::group::{Group, Hits};
use super::operand::Reader;
use super::situation::Situation;

/// The version of the models: bins of another version are other bins.
pub const VERSION: u32 = 2;

/// The bins of a task under its policy, in groups.
///
/// ```
/// use halfulp::{Format, Op, Task};
/// use halfulp_verify::coverage::Model;
///
/// let model = Model::new(&Task::within(Op::Mul, Format::E4M3FN));
/// let rounding = model.groups().iter().find(|group| group.id() == "rounding").unwrap();
/// assert_eq!((rounding.len(), rounding.models()), (32, &["B3"][..]));
/// ```
pub struct Model {
    pub(super) task: Task,
    readers: Vec<Arc<Reader>>,
    groups: Vec<Group>,
    bins: usize,
}

impl Model {
    /// The model of a task.
    ///
    /// Precondition: [`Task::check`] returns `Ok`.
    #[must_use]
    pub fn new(task: &Task) -> Model {
        let formats = &task.operands[..task.op.arity()];
        let readers: Vec<Arc<Reader>> = formats.iter().map(|format| Arc::new(Reader::new(format))).collect();
        let List { groups, bins } = List::of(task, &readers);
        Model { task: *task, readers, groups, bins }
    }

    /// The task.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The groups, whose bins are numbered on.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The number of bins of all groups.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.bins
    }

    /// The bins that a case hits, in the place of those of the list.
    #[inline]
    pub(super) fn hits(&self, operands: &Operands, hits: &mut Hits) {
        hits.list.clear();
        self.add_hits(operands, hits);
    }

    /// The bins that a case hits, after those of the list.
    #[inline]
    pub(super) fn add_hits(&self, operands: &Operands, hits: &mut Hits) {
        let case = Situation::of(&self.task, &self.readers, operands);
        for group in &self.groups {
            hits.first = group.first as u32;
            group.bins.see(&case, hits);
        }
    }
}
