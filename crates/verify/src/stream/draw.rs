//! The order of a stream.

use std::sync::Arc;

use halfulp::{Task, noise};

use super::mixed::Stream;
use crate::cases::{Cases, CasesError};
use crate::verify::Job;

/// A stream of `count` cases of some jobs: each case of the task before or, as often, of any other one under any of its policies, and
/// drawn from the cases of its job. `is_wanted` says which tasks take part; the number of those that do is returned too.
///
/// # Errors
/// If the selection of cases of a job does not fit its task.
pub fn draw(
    jobs: &[Job],
    is_wanted: &dyn Fn(&Task) -> bool,
    count: usize,
    seed: u64,
) -> Result<(Stream, usize), CasesError> {
    let mut tasks: Vec<(Task, Arc<dyn Cases>)> = Vec::new();
    for job in jobs {
        let wanted = job.policies().iter().map(|policy| job.task().with_policy(*policy));
        let wanted: Vec<Task> = wanted.filter(|task| is_wanted(task)).collect();
        if wanted.is_empty() {
            continue;
        }
        let cases = job.cases()?;
        if !cases.is_empty() {
            tasks.extend(wanted.into_iter().map(|task| (task, Arc::clone(&cases))));
        }
    }
    let mut stream = Stream::default();
    let Some(last) = tasks.len().checked_sub(1) else { return Ok((stream, 0)) };
    let mut current = 0;
    for place in 0..count as u64 {
        let word = |index: u64| noise::word(seed, place * 4 + index);
        if place == 0 || word(0) >> 63 == 1 {
            current = below(word(1), last as u64 + 1) as usize;
        }
        let (task, cases) = &tasks[current];
        let mut operands = cases.case(below(word(2), cases.len()));
        if operands.noise == 0 {
            // Selections without noise of their own: whatever the rounding is, it has some.
            operands.noise = word(3);
        }
        stream.push(*task, operands);
    }
    Ok((stream, tasks.len()))
}

/// A number below `end`, of a random word.
fn below(word: u64, end: u64) -> u64 {
    ((u128::from(word) * u128::from(end)) >> 64) as u64
}
