//! The recorded answers of a device as a subject of the verifier, whose cases come from the file.

mod joined;
mod numbering;
mod source;
mod table;

use std::sync::Arc;

use halfulp::{Task, TaskError};
use sha2::{Digest as _, Sha256};

use super::header::Header;
use super::layout::Layout;
use super::make::hex;
use super::read::digested;
use crate::cases::Selection;
use crate::engine::Engine;
use crate::verify::{Job, Part, Report};
use joined::{in_order, joined, missing};
use numbering::Numbering;
use table::{Answers, Listed, Table};

pub use source::{RecordingError, Source};

/// Recorded answers with their cases, in the order of the numbers of the cases.
pub struct Recording {
    task: Task,
    name: String,
    replay: Vec<String>,
    table: Arc<Table>,
    /// Cases that should have an answer.
    planned: u64,
    /// What is to be said of cases without one.
    missing: Option<String>,
    unchanged: bool,
}

impl Recording {
    /// The answers of a file with operands, or of another file to the operands of the first. `replay` are the words of the command that
    /// judges them again.
    ///
    /// # Errors
    /// A row whose operands are not those of its case, a case with two rows, answers to no case, or more rows than cases: which line.
    pub fn new(
        task: Task,
        header: Option<&Header>,
        file: Source<'_>,
        answers: Option<Source<'_>>,
        replay: Vec<String>,
    ) -> Result<Recording, RecordingError> {
        let named = answers.as_ref().map_or(file.path, |answers| answers.path).to_string();
        let numbering = Numbering::of(&task, header, &file)?;
        let numbers = numbering.numbers(&file)?;
        let unchanged = answers.is_none() && is_unchanged(header, &file);
        let planned = numbering.planned(&numbers);
        let mut order = match &answers {
            None => numbers.iter().zip(0..).map(|(number, row)| (*number, row, row)).collect(),
            Some(answers) => joined(&numbers, answers)?,
        };
        order.sort_unstable();
        let unnumbered = answers.as_ref().and_then(|answers| in_order(answers, numbers.len()));
        let missing = unnumbered.or_else(|| missing(&named, &order, numbering.first, planned));
        let table = Table {
            layout: Layout::of(&task),
            cases: file.rows,
            answers: answers.map(|answers| answers.rows),
            order,
        };
        let name = format!("file:{named}");
        Ok(Recording { task, name, replay, table: Arc::new(table), planned, missing, unchanged })
    }

    /// Whether the file is byte for byte as it was written: of a right device, or of none.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.unchanged
    }

    /// The place among the answered cases of the case with a number; `None` if it has no answer.
    #[must_use]
    pub fn place_of(&self, case: u64) -> Option<u64> {
        self.table.order.binary_search_by_key(&case, |row| row.0).ok().map(|place| place as u64)
    }

    /// The number in the file of a case of [`Recording::job`].
    ///
    /// # Panics
    /// There is no such case.
    #[must_use]
    pub fn case_at(&self, place: u64) -> u64 {
        self.table.order[place as usize].0
    }

    /// The job that judges the answers.
    ///
    /// # Errors
    /// If the task is invalid.
    pub fn job(&self, group: &str) -> Result<Job, TaskError> {
        let job = Job::new(group, self.task, vec![self.task.policy], Selection::Listed, 0)?;
        Ok(job.listing(Arc::new(Listed(Arc::clone(&self.table)))))
    }

    /// The subject of the run.
    #[must_use]
    pub fn subject(&self) -> Box<dyn Engine> {
        let (name, replay, table) = (self.name.clone(), self.replay.clone(), Arc::clone(&self.table));
        Box::new(Answers { name, task: self.task, replay, table, next: 0 })
    }

    /// Puts into a report of a run over [`Recording::job`] what the run cannot know: the numbers of the cases in the file, and which cases
    /// have no answer.
    pub fn complete(&self, report: &mut Report) {
        let whole = report.part == Part::Whole;
        for job in &mut report.jobs {
            for mismatch in &mut job.first {
                mismatch.case = self.case_at(mismatch.case);
            }
            if whole {
                job.policies.iter_mut().for_each(|policy| policy.planned = self.planned);
            }
        }
        if whole {
            report.unanswered = self.missing.clone();
        }
    }
}

/// Whether a file has the rows that its header has the digest of.
fn is_unchanged(header: Option<&Header>, file: &Source<'_>) -> bool {
    let Some(digests) = header.and_then(|header| header.sha256.as_ref()) else { return false };
    let mut digest = Sha256::new();
    digested(file.bytes, file.form).into_iter().for_each(|part| digest.update(part));
    hex(&digest.finalize()) == digests.rows
}
