//! The recorded answers of a device as a subject of the verifier, whose cases come from the file.

use std::sync::Arc;

use halfulp::{Operands, Task};
use sha2::{Digest as _, Sha256};

use super::drawn::Drawn;
use super::form::{Form, FormError};
use super::header::Header;
use super::layout::{Layout, push_bytes};
use super::make::hex;
use super::read::digested;
use super::rows::Rows;
use crate::cases::{Cases, CasesError, Selection};
use crate::engine::{Answer, Engine, EngineError, Origin};
use crate::verify::{Job, Report};

/// How many cases without an answer are named.
const NAMED: usize = 3;

/// A file with recorded answers.
pub struct Source<'a> {
    /// What the person calls it.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// Its notation.
    pub form: Form,
    /// Its rows.
    pub rows: Rows,
}

/// Why recorded answers cannot be judged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RecordingError {
    /// A row is not what it should be.
    #[error("{path}:{line}: {why}")]
    Row {
        /// The file.
        path: String,
        /// The line, or the record.
        line: u32,
        /// What is wrong there.
        why: String,
    },
    /// The file as a whole is not what its header says.
    #[error("{path}: {why}")]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The cases that the header names cannot be numbered.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// The notation does not have the task.
    #[error(transparent)]
    Form(#[from] FormError),
}

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

/// The rows that have answers.
struct Table {
    layout: Layout,
    /// The rows with the operands.
    cases: Rows,
    /// The rows with the answers; none if they are the same.
    answers: Option<Rows>,
    /// For each answered case its number, its row of operands and its row of answers.
    order: Vec<(u64, u32, u32)>,
}

impl Table {
    fn operands(&self, place: usize) -> Operands {
        self.layout.operands(self.cases.inputs(self.order[place].1 as usize))
    }

    fn answer(&self, place: usize) -> Answer {
        self.answers.as_ref().unwrap_or(&self.cases).answer(self.order[place].2 as usize)
    }
}

struct Listed(Arc<Table>);

impl Cases for Listed {
    fn len(&self) -> u64 {
        self.0.order.len() as u64
    }

    fn case(&self, number: u64) -> Operands {
        self.0.operands(number as usize)
    }
}

/// The answers of the table, as an engine.
struct Answers {
    name: String,
    task: Task,
    replay: Vec<String>,
    table: Arc<Table>,
    next: usize,
}

impl Engine for Answers {
    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    fn replayed_by(&self) -> Option<Vec<String>> {
        Some(self.replay.clone())
    }

    fn covers(&self, task: &Task) -> bool {
        *task == self.task
    }

    fn stands_at(&mut self, _: u64, first: u64) {
        self.next = first as usize;
    }

    fn run(&mut self, _: &Task, _: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (place, answer) in (self.next..).zip(answers) {
            *answer = self.table.answer(place);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        let Answers { name, task, replay, table, next } = self;
        let (name, replay, table) = (name.clone(), replay.clone(), Arc::clone(table));
        Ok(Box::new(Answers { name, task: *task, replay, table, next: *next }))
    }
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
        let missing = missing(&named, &order, numbering.first, planned);
        let table = Table {
            layout: Layout::of(&task),
            cases: file.rows,
            answers: answers.map(|answers| answers.rows),
            order,
        };
        let name = format!("file:{named}");
        Ok(Recording { task, name, replay, table: Arc::new(table), planned, missing, unchanged })
    }

    /// Whether the file is as it was written: its answers are the expected ones, and no device's.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.unchanged
    }

    /// The place among the answered cases of the case with a number; `None` if it has no answer.
    #[must_use]
    pub fn place_of(&self, case: u64) -> Option<u64> {
        self.table.order.binary_search_by_key(&case, |row| row.0).ok().map(|place| place as u64)
    }

    /// The job that judges the answers.
    ///
    /// # Errors
    /// If the task is invalid.
    pub fn job(&self, group: &str) -> Result<Job, halfulp::TaskError> {
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
        let whole = report.part == crate::verify::Part::Whole;
        for job in &mut report.jobs {
            for mismatch in &mut job.first {
                mismatch.case = self.table.order[mismatch.case as usize].0;
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

/// The rows of operands that rows of answers belong to.
fn joined(numbers: &[u64], answers: &Source<'_>) -> Result<Vec<(u64, u32, u32)>, RecordingError> {
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
                return wrong(row, format!("it is one answer more than the {} cases", numbers.len()));
            }
        }
    }
    Ok(order)
}

fn at(source: &Source<'_>, row: usize, why: String) -> RecordingError {
    RecordingError::Row { path: source.path.into(), line: source.rows.line(row), why }
}

/// How the rows of a file are numbered.
struct Numbering {
    first: u64,
    /// The cases that a header names.
    known: Option<Known>,
}

struct Known {
    drawn: Drawn,
    rows: u64,
    form: Box<dyn super::form::Codec>,
    layout: Layout,
    digest: Option<String>,
}

impl Numbering {
    fn of(task: &Task, header: Option<&Header>, file: &Source<'_>) -> Result<Numbering, RecordingError> {
        let Some(header) = header else { return Ok(Numbering { first: 0, known: None }) };
        let wrong = |why: String| RecordingError::File { path: file.path.into(), why };
        let selections: Vec<Selection> =
            header.cases.iter().map(|text| text.parse()).collect::<Result<_, CasesError>>()?;
        let shard = header.shard.as_ref().map(|text| text.parse()).transpose();
        let shard = shard.map_err(|error| wrong(format!("its header: shard: {error}")))?;
        let drawn = Drawn::new(task, &selections, header.seed)?;
        let range = super::make::part(drawn.len(), shard);
        if (range.start, range.end - range.start) != (header.first_case, header.rows) {
            return Err(wrong(format!(
                "its header says {} rows from case {}, and its cases are {} from case {}: it was changed, or another version \
                 of this program wrote it",
                header.rows,
                header.first_case,
                range.end - range.start,
                range.start
            )));
        }
        let known = Known {
            drawn,
            rows: header.rows,
            form: file.form.codec(task)?,
            layout: Layout::of(task),
            digest: header.sha256.as_ref().map(|digests| digests.cases.clone()),
        };
        Ok(Numbering { first: header.first_case, known: Some(known) })
    }

    /// The cases that should have answers.
    fn planned(&self, numbers: &[u64]) -> u64 {
        self.known.as_ref().map_or(numbers.len() as u64, |known| known.rows)
    }

    /// The number of the case of each row.
    fn numbers(&self, file: &Source<'_>) -> Result<Vec<u64>, RecordingError> {
        let rows = &file.rows;
        let given: Vec<u64> = (0..rows.len()).map_while(|row| rows.case(row)).collect();
        if rows.is_numbered() {
            unique(file, &given)?;
        }
        let Some(known) = &self.known else {
            return Ok(if rows.is_numbered() { given } else { (0..rows.len() as u64).collect() });
        };
        if rows.is_numbered() {
            for (row, case) in given.iter().enumerate() {
                if case.checked_sub(self.first).is_none_or(|place| place >= known.rows) {
                    let (first, last) = (self.first, self.first + known.rows.saturating_sub(1));
                    return Err(at(
                        file,
                        row,
                        format!("there is no case {case}: the header has {first} to {last}"),
                    ));
                }
            }
            known.check(file, &given)?;
            return Ok(given);
        }
        let numbers = match (rows.len() as u64).cmp(&known.rows) {
            std::cmp::Ordering::Less => known.aligned(file, self.first)?,
            _ => (self.first..self.first + known.rows).collect(),
        };
        known.check(file, &numbers)?;
        match rows.len() as u64 > known.rows {
            true => Err(at(
                file,
                known.rows as usize,
                format!("it is one row more than the {} of the header", known.rows),
            )),
            false => Ok(numbers),
        }
    }
}

/// Checks that no case has two rows.
fn unique(file: &Source<'_>, numbers: &[u64]) -> Result<(), RecordingError> {
    let mut sorted: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let twice = sorted.windows(2).filter(|pair| pair[0].0 == pair[1].0).min_by_key(|pair| pair[1].1);
    twice.map_or(Ok(()), |pair| {
        let (case, before) = (pair[0].0, file.rows.line(pair[0].1));
        Err(at(file, pair[1].1, format!("case {case} has a row already, in line {before}")))
    })
}

impl Known {
    fn words(&self, case: u64, words: &mut Vec<u64>) {
        self.layout.words(&self.form.expressible(self.drawn.case(case)), words);
    }

    /// Checks the operands of all rows that have a number: by the digest if all cases are there, and one by one if it does not say yes.
    fn check(&self, file: &Source<'_>, numbers: &[u64]) -> Result<(), RecordingError> {
        let whole = numbers.len() as u64 == self.rows && file.rows.len() as u64 >= self.rows;
        let digest = self.digest.as_ref().filter(|_| whole);
        if digest.is_some_and(|digest| *digest == self.digest_of(&file.rows, numbers)) {
            return Ok(());
        }
        let mut want = Vec::new();
        for (row, &case) in numbers.iter().enumerate().take(file.rows.len()) {
            self.words(case, &mut want);
            if !file.rows.inputs(row).eq(want.iter().copied()) {
                return Err(at(file, row, self.differs(file, row, case, &want)));
            }
        }
        match digest {
            Some(_) => Err(RecordingError::File {
                path: file.path.into(),
                why: "its operands are the cases that the header names, and their SHA-256 is not the header's: the header was changed"
                    .into(),
            }),
            None => Ok(()),
        }
    }

    fn differs(&self, file: &Source<'_>, row: usize, case: u64, want: &[u64]) -> String {
        let text = |words: &mut dyn Iterator<Item = u64>| {
            let columns = self.layout.inputs.iter();
            let words =
                columns.zip(words).map(|(column, word)| format!("{word:0width$X}", width = column.digits()));
            words.collect::<Vec<_>>().join(" ")
        };
        let repeats = row > 0 && file.rows.inputs(row).eq(file.rows.inputs(row - 1));
        let note = if repeats { ": they repeat those of the row before" } else { "" };
        format!(
            "the operands are {}, and case {case} has {}{note}",
            text(&mut file.rows.inputs(row)),
            text(&mut want.iter().copied())
        )
    }

    /// The numbers of fewer rows than cases, which have the same order.
    fn aligned(&self, file: &Source<'_>, first: u64) -> Result<Vec<u64>, RecordingError> {
        let (mut numbers, mut want, mut next) = (Vec::new(), Vec::new(), first);
        for row in 0..file.rows.len() {
            let expected = next;
            loop {
                if next >= first + self.rows {
                    self.words(expected.min(first + self.rows.saturating_sub(1)), &mut want);
                    return Err(at(file, row, self.differs(file, row, expected, &want)));
                }
                self.words(next, &mut want);
                next += 1;
                if file.rows.inputs(row).eq(want.iter().copied()) {
                    break;
                }
            }
            numbers.push(next - 1);
        }
        Ok(numbers)
    }

    /// The digest of the operands in the order of their cases.
    fn digest_of(&self, rows: &Rows, numbers: &[u64]) -> String {
        let mut order: Vec<(u64, usize)> = numbers.iter().copied().zip(0..).collect();
        if !order.is_sorted() {
            order.sort_unstable();
        }
        let (mut digest, mut words, mut bytes) = (Sha256::new(), Vec::new(), Vec::new());
        for (_, row) in order {
            words.clear();
            words.extend(rows.inputs(row));
            push_bytes(&self.layout.inputs, &words, &mut bytes);
            if bytes.len() > 1 << 16 {
                digest.update(&bytes);
                bytes.clear();
            }
        }
        digest.update(&bytes);
        hex(&digest.finalize())
    }
}

/// Whether a file has the rows that its header has the digest of.
fn is_unchanged(header: Option<&Header>, file: &Source<'_>) -> bool {
    let Some(digests) = header.and_then(|header| header.sha256.as_ref()) else { return false };
    let mut digest = Sha256::new();
    digested(file.bytes, file.form).into_iter().for_each(|part| digest.update(part));
    hex(&digest.finalize()) == digests.rows
}

/// What is to be said of the cases without an answer.
fn missing(path: &str, order: &[(u64, u32, u32)], first: u64, planned: u64) -> Option<String> {
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
