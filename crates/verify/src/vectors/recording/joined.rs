//! Which rows of answers belong to which rows of operands, and which cases have none.

use super::source::{RecordingError, Source, at};
use super::table::Place;

/// How many cases without an answer are named.
const NAMED: usize = 3;

/// The rows of operands that rows of answers belong to.
pub fn joined(numbers: &[u64], answers: &Source<'_>) -> Result<Vec<Place>, RecordingError> {
    let rows = &answers.rows;
    let wrong = |row, why: String| Err(at(answers, row, why));
    let mut by_number: Vec<(u64, u32)> = numbers.iter().copied().zip(0..).collect();
    by_number.sort_unstable();
    let mut order = Vec::with_capacity(rows.len());
    let mut taken = vec![false; numbers.len()];
    for row in 0..rows.len() {
        let place = match rows.case(row) {
            Some(case) => by_number.binary_search_by_key(&case, |known| known.0).ok(),
            None => (row < numbers.len()).then_some(row),
        };
        let case_row =
            place.map(|place| if rows.is_numbered() { by_number[place].1 as usize } else { place });
        match (case_row, rows.case(row)) {
            (Some(found), _) if taken[found] => {
                return wrong(row, format!("case {} has an answer already", numbers[found]));
            }
            (Some(found), _) => {
                taken[found] = true;
                order.push((numbers[found], found as u32, row as u32));
            }
            (None, Some(case)) => return wrong(row, format!("there is no case {case}")),
            (None, None) => {
                let (cases, s) = (numbers.len(), if numbers.len() == 1 { "" } else { "s" });
                return wrong(row, format!("it is one answer more than the {cases} case{s}"));
            }
        }
    }
    Ok(order)
}

/// What is to be said of fewer answers without numbers than cases: which are missing cannot be known.
pub fn in_order(answers: &Source<'_>, cases: usize) -> Option<String> {
    let (path, count) = (answers.path, answers.rows.len());
    (!answers.rows.is_numbered() && count < cases).then(|| {
        let s = if count == 1 { "" } else { "s" };
        format!(
            "{path} has {count} answer{s} to {cases} cases; without numbers they are taken in order, so that one missing in the \
             middle moves all after it: number them, as in `17: 40 01`"
        )
    })
}

/// What is to be said of the cases without an answer.
pub fn missing(path: &str, order: &[Place], first: u64, planned: u64) -> Option<String> {
    let count = planned.saturating_sub(order.len() as u64);
    if count == 0 {
        return None;
    }
    let mut answered = order.iter().map(|row| row.0).peekable();
    let unanswered = (first..first + planned).filter(|case| answered.next_if_eq(case).is_none());
    let named: Vec<String> = unanswered.take(NAMED).map(|case| case.to_string()).collect();
    let more = count - named.len() as u64;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (answers, s) = (order.len(), if count == 1 { "" } else { "s" });
    Some(format!(
        "{path} has answers to {answers} of {planned} cases, and none to case{s} {}{more}",
        named.join(", ")
    ))
}
