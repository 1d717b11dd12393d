//! Coverage: its bins, what is proved of them, the cases that are generated for them, and documents.

mod cover;
mod documents;
mod model;
mod proofs;

use halfulp::{Operands, Task};
use halfulp_verify::coverage::Counts;
use halfulp_verify::{Cases, Selection};

/// All cases of a list.
fn all_of(cases: &dyn Cases) -> Vec<Operands> {
    (0..cases.len()).map(|number| cases.case(number)).collect()
}

/// The cases of a selection of a task.
fn selected(selection: Selection, task: &Task) -> Vec<Operands> {
    let cases = halfulp_verify::coverage::cases(selection, task, &[task.policy], 0)
        .expect("a selection for the task");
    all_of(&*cases)
}

/// The counts of some cases.
fn counted(task: &Task, cases: &[Operands]) -> Counts {
    let mut counts = Counts::new(task);
    counts.see(cases);
    counts
}

/// The places of the bins of a group that were hit.
fn hit(counts: &Counts, id: &str) -> Vec<usize> {
    let group = counts.model().groups().iter().find(|group| group.id() == id);
    let bins = &counts.bins()[group.unwrap_or_else(|| panic!("no group {id}")).range()];
    (0..bins.len()).filter(|bin| bins[*bin] > 0).collect()
}
