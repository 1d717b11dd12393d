//! Results first, then flags.

use super::found::{self, Diagnosis};
use super::rows::Rows;
use super::search::Search;
use crate::model::Behaviour;

/// The least set of deviations from `base` that explains the rows: of the results first, then of the flags that the device reports. Rows without
/// a defined answer are counted and take no part.
#[must_use]
pub fn diagnose(rows: &Rows, base: &Behaviour) -> Diagnosis {
    let defined = rows.rows.iter().filter(|row| row.answer.is_some()).copied().collect();
    let defined = Rows { task: rows.task, comparison: rows.comparison, rows: defined };
    let results = Search::of_results(&defined, base).run();
    let compared = results.comparison;
    let found = match Search::of_flags(&defined, &results) {
        Some(search) => found::assemble(&defined, &search.run(), &compared),
        None => found::assemble(&defined, &results, &compared),
    };
    let rows = rows.rows.len() as u64;
    Diagnosis { undefined: rows - found.rows, rows, planned: rows, ..found }
}
