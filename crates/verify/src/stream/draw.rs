//! The order of a stream.

use std::sync::Arc;

use halfulp::{Operands, Task, noise};

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
    // The lists of cases that the jobs of a task have.
    let mut tasks: Vec<(Task, Vec<Arc<dyn Cases>>)> = Vec::new();
    for job in jobs {
        let wanted = job.policies().iter().map(|policy| job.task().with_policy(*policy));
        let wanted: Vec<Task> = wanted.filter(|task| is_wanted(task)).collect();
        if wanted.is_empty() {
            continue;
        }
        let cases = job.cases()?;
        for task in wanted.into_iter().filter(|_| !cases.is_empty()) {
            match tasks.iter_mut().find(|(known, _)| *known == task) {
                Some((_, lists)) => lists.push(Arc::clone(&cases)),
                None => tasks.push((task, vec![Arc::clone(&cases)])),
            }
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
        let (task, lists) = &tasks[current];
        let mut operands = case(lists, word(2));
        if operands.noise == 0 {
            // Selections without noise of their own: whatever the rounding is, it has some.
            operands.noise = word(3);
        }
        stream.push(*task, operands);
    }
    Ok((stream, tasks.len()))
}

/// A case of some lists, of a random word.
fn case(lists: &[Arc<dyn Cases>], word: u64) -> Operands {
    let all = lists.iter().fold(0u64, |sum, cases| sum.saturating_add(cases.len()));
    let (mut number, mut list) = (below(word, all), 0);
    while number >= lists[list].len() {
        number -= lists[list].len();
        list += 1;
    }
    lists[list].case(number)
}

/// A number below `end`, of a random word.
fn below(word: u64, end: u64) -> u64 {
    ((u128::from(word) * u128::from(end)) >> 64) as u64
}
