//! Bins that no case can hit, by arguments that hold for formats of any size.
//!
//! Each argument is a sentence in the report. The tests hold every one against all cases of small formats.

mod bin;
mod exact;
mod facts;
mod results;

use halfulp::Task;

use super::group::Group;
use bin::{Argument, Bin};

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
