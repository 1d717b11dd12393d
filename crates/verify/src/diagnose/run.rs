//! Results first, then flags.

use super::found::{self, Diagnosis};
use super::rows::Rows;
use super::search::Search;
use crate::model::Behaviour;

/// The least set of deviations from `base` that explains the rows: of the results first, then of the flags that the device reports.
#[must_use]
pub fn diagnose(rows: &Rows, base: &Behaviour) -> Diagnosis {
    let results = Search::of_results(rows, base).run();
    let compared = results.comparison;
    match Search::of_flags(rows, &results) {
        Some(search) => found::assemble(rows, &search.run(), &compared, true),
        None => found::assemble(rows, &results, &compared, false),
    }
}
