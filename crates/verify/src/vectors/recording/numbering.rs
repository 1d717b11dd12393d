//! Which case each row of operands is, and whether it has the operands of that case.

use halfulp::Task;
use sha2::{Digest as _, Sha256};

use super::source::{RecordingError, Source, at};
use crate::cases::{Cases as _, CasesError, Selection};
use crate::vectors::drawn::Drawn;
use crate::vectors::form::Codec;
use crate::vectors::header::Header;
use crate::vectors::layout::{Layout, push_bytes};
use crate::vectors::make::{hex, part};
use crate::vectors::rows::Rows;

/// How the rows of a file are numbered.
pub struct Numbering {
    /// The number of the first case.
    pub first: u64,
    known: Option<Known>,
}

/// The cases that a header names.
struct Known {
    drawn: Drawn,
    rows: u64,
    form: Box<dyn Codec>,
    layout: Layout,
    digest: Option<String>,
}

/// Cases without a row that are looked at, at most, for the rows that come after.
const SKIPPED: u64 = 1 << 24;

impl Numbering {
    pub fn of(task: &Task, header: Option<&Header>, file: &Source<'_>) -> Result<Numbering, RecordingError> {
        let Some(header) = header else { return Ok(Numbering { first: 0, known: None }) };
        let wrong = |why: String| RecordingError::File { path: file.path.into(), why };
        let selections: Vec<Selection> =
            header.cases.iter().map(|text| text.parse()).collect::<Result<_, CasesError>>()?;
        let shard = header.shard.as_ref().map(|text| text.parse()).transpose();
        let shard = shard.map_err(|error| wrong(format!("its header: shard: {error}")))?;
        let drawn = Drawn::new(task, &selections, header.seed)?;
        let range = part(drawn.len(), shard);
        if (range.start, range.end - range.start) != (header.first_case, header.rows) {
            return Err(wrong(format!(
                "its header says {} row{} from case {}, and its cases are {} from case {}: it was changed, or another version \
                 of this program wrote it",
                header.rows,
                if header.rows == 1 { "" } else { "s" },
                header.first_case,
                range.end - range.start,
                range.start
            )));
        }
        let known = Known {
            drawn,
            rows: header.rows,
            form: header.form.codec(task)?,
            layout: Layout::of(task),
            digest: header.sha256.as_ref().map(|digests| digests.cases.clone()),
        };
        Ok(Numbering { first: header.first_case, known: Some(known) })
    }

    /// The cases that should have answers.
    pub fn planned(&self, numbers: &[u64]) -> u64 {
        self.known.as_ref().map_or(numbers.len() as u64, |known| known.rows)
    }

    /// The number of the case of each row.
    pub fn numbers(&self, file: &Source<'_>) -> Result<Vec<u64>, RecordingError> {
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
        // Cases without a row: of so many that a row may have any operands, none is looked for.
        let mut skipped = 0;
        for row in 0..file.rows.len() {
            let expected = next;
            loop {
                if next >= first + self.rows || skipped > SKIPPED {
                    self.words(expected.min(first + self.rows.saturating_sub(1)), &mut want);
                    return Err(at(file, row, self.differs(file, row, expected, &want)));
                }
                self.words(next, &mut want);
                next += 1;
                if file.rows.inputs(row).eq(want.iter().copied()) {
                    break;
                }
                skipped += 1;
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
