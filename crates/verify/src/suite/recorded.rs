//! Operations for which there are recorded results and which no other job covers.

use halfulp::{Op, Task, TaskError};

use super::{NamedFormat, policies};
use crate::cases::Selection;
use crate::verify::Job;

/// Block scales: the magnitude of a number in an unsigned format such as E8M0.
///
/// # Errors
/// None known: every format has a magnitude.
pub fn magnitudes(from: &NamedFormat, to: &[NamedFormat], seed: u64) -> Result<Vec<Job>, TaskError> {
    let job = |to: &NamedFormat| {
        let task = Task::within(Op::Abs, from.format).with_result(to.format);
        Job::new(&from.name, task, policies(Op::Convert), Selection::Edge, seed)
    };
    to.iter().filter(|to| !to.format.is_signed()).map(job).collect()
}
