//! Conversions of a format.

use halfulp::{Op, Task, TaskError};

use super::{NamedFormat, fewer_policies, integers, policies};
use crate::cases::Selection;
use crate::verify::Job;

/// Conversions of a format to others.
///
/// # Errors
/// None known: every format converts to every other.
pub fn conversions(
    from: &NamedFormat,
    to: &[NamedFormat],
    selection: Selection,
    seed: u64,
) -> Result<Vec<Job>, TaskError> {
    let job = |to: &NamedFormat| convert(Op::Convert, from, to, selection, seed);
    to.iter().map(job).collect()
}

/// Conversions of a format to the integers of 8 to 64 bits, with and without inexact.
///
/// # Errors
/// None known: every format converts to every integer.
pub fn to_integers(from: &NamedFormat, selection: Selection, seed: u64) -> Result<Vec<Job>, TaskError> {
    to_integers_of(from, &integers(), selection, seed)
}

/// The same to some of them.
pub(super) fn to_integers_of(
    from: &NamedFormat,
    to: &[NamedFormat],
    selection: Selection,
    seed: u64,
) -> Result<Vec<Job>, TaskError> {
    let mut jobs = Vec::new();
    for to in to {
        for op in [Op::Convert, Op::ConvertToInteger] {
            jobs.push(convert(op, from, to, selection, seed)?);
        }
    }
    Ok(jobs)
}

fn convert(
    op: Op,
    from: &NamedFormat,
    to: &NamedFormat,
    selection: Selection,
    seed: u64,
) -> Result<Job, TaskError> {
    let task = Task::within(op, from.format).with_result(to.format);
    // Between wide formats the boundaries are many, and few of them near the ends of the range, where the saturation
    // matters; random cases, fewer, meet every policy.
    let many = selection == Selection::Edge && from.format.width() > 8 && to.format.width() > 8;
    let mut policies = if many { fewer_policies(op) } else { policies(op) };
    // Noise bits and precision together have a limit, which the widest integers meet.
    policies.retain(|policy| task.with_policy(*policy).check().is_ok());
    Job::new(&from.name, task, policies, selection, seed)
}
