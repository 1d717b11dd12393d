//! Results first, then flags.

use halfulp::Flags;

use super::found::{self, Diagnosis};
use super::outcome::Outcome;
use super::rows::Rows;
use super::search::Search;
use crate::model::Behaviour;
use crate::verify::Comparison;

/// The least set of deviations from `base` that explains the rows, whatever their order.
pub(super) fn of_rows(rows: &Rows, base: &Behaviour) -> Diagnosis {
    explained(rows, |defined| {
        let results = Search::of_results(defined, base).run();
        let compared = results.comparison;
        match Search::of_flags(defined, &results) {
            Some(search) => found::assemble(defined, &search.run(), &compared),
            None => found::assemble(defined, &results, &compared),
        }
    })
}

/// The counts of the rows, of which nothing is explained.
pub(super) fn unsearched(rows: &Rows, base: &Behaviour) -> Diagnosis {
    explained(rows, |defined| {
        let results = Comparison { flags: Flags::NONE, ..defined.comparison };
        let (candidates, set) = (Vec::new(), Vec::new());
        let nothing =
            Outcome { comparison: defined.comparison, base: *base, candidates, set, held_out: None };
        found::assemble(defined, &nothing, &results)
    })
}

/// What is found in the rows with a defined answer; the others are counted.
fn explained(rows: &Rows, find: impl Fn(&Rows) -> Diagnosis) -> Diagnosis {
    let defined = rows.rows.iter().filter(|row| row.answer.is_some()).copied().collect();
    let found = find(&Rows { task: rows.task, comparison: rows.comparison, rows: defined });
    let rows = rows.rows.len() as u64;
    Diagnosis { undefined: rows - found.rows, rows, planned: rows, ..found }
}
