//! Reading the rows of a file, in whatever notation.

use halfulp::Task;

use super::form::{Codec, Form, FormError};
use super::header::{Header, MARK};
use super::layout::Layout;
use super::rows::{Found, Rows};

/// Why the rows of a file cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// A line, or a record of a binary file, is wrong.
    #[error("{place}: {why}")]
    Row {
        /// Where it is: `line 7`, or `record 7`.
        place: String,
        /// What is wrong with it and what was expected.
        why: String,
    },
    /// The notation does not have the task.
    #[error(transparent)]
    Form(#[from] FormError),
}

/// Reads rows of a task: with their operands, or the answers alone.
///
/// # Errors
/// The first line that is not a row, with what was expected.
pub fn read(bytes: &[u8], form: Form, task: &Task, with_inputs: bool) -> Result<Rows, ReadError> {
    let mut codec = form.codec(task)?;
    let mut rows = Rows::new(&Layout::of(task), with_inputs);
    let mut found = Found::default();
    let word = if codec.record(with_inputs).is_some() { "record" } else { "line" };
    let mut take = |codec: &mut dyn Codec, number: u64, line: &[u8]| {
        let read = codec.read(line, with_inputs, &mut found);
        let taken = read.and_then(|is_row| if is_row { rows.push(&found, number) } else { Ok(()) });
        taken.map_err(|why| ReadError::Row { place: format!("{word} {number}"), why })
    };
    match codec.record(with_inputs) {
        Some(length) => {
            let records = bytes.chunks_exact(length);
            let rest = records.remainder().len();
            let number = records.len() as u64 + 1;
            for (record, number) in records.zip(1..) {
                take(&mut *codec, number, record)?;
            }
            if rest > 0 {
                let why = format!("it has {rest} bytes, expected {length}");
                return Err(ReadError::Row { place: format!("record {number}"), why });
            }
        }
        None => {
            let gap = if with_inputs { None } else { gap(bytes) };
            for (line, number) in lines(bytes).zip(1..) {
                take(&mut *codec, number, line)?;
            }
            if let Some(number) = gap.filter(|_| !rows.is_numbered()) {
                return Err(at_line(number, EMPTY));
            }
            let whole = bytes.ends_with(b"\n");
            if let Some((line, number)) = lines(bytes).zip(1..).last().filter(|_| !whole)
                && !codec.has_all_digits(line, with_inputs)
            {
                return Err(at_line(number, CUT));
            }
        }
    }
    Ok(rows)
}

/// An answer that is not there moves all after it, where they have no numbers.
const EMPTY: &str = "it is empty between answers without numbers: is one missing? Number them, as in `17: 40 01`, or leave the empty line out";

const CUT: &str =
    "incomplete row: is the file cut? The last line has no end, and fewer digits than its columns";

fn at_line(number: u64, why: &str) -> ReadError {
    ReadError::Row { place: format!("line {number}"), why: why.into() }
}

/// The first empty line that has others before it and after it.
fn gap(bytes: &[u8]) -> Option<u64> {
    let (mut begun, mut empty) = (false, None);
    for (line, number) in lines(bytes).zip(1..) {
        match (line.trim_ascii().is_empty(), begun) {
            (true, true) => empty = empty.or(Some(number)),
            (true, false) => {}
            (false, _) if empty.is_some() => return empty,
            (false, _) => begun = true,
        }
    }
    None
}

/// The lines of a file, without their ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let most = if bytes.is_empty() { 0 } else { usize::MAX };
    text.split(|byte| *byte == b'\n').take(most).map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

impl Header {
    /// The header that a file has in itself, with its digests; `None` if it has none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn within(bytes: &[u8]) -> Result<Option<Header>, String> {
        if bytes.starts_with(b"{\"schema\":") {
            return of_objects(bytes).map(Some);
        }
        if !bytes.starts_with(MARK.as_bytes()) {
            return Ok(None);
        }
        let mut text = String::new();
        for line in lines(bytes).filter_map(|line| line.strip_prefix(MARK.as_bytes())) {
            text.push_str(std::str::from_utf8(line).map_err(|_| "its header is not text")?);
            text.push('\n');
        }
        Header::from_toml(&text).map(Some)
    }

    /// The header that a file beside the rows has.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_toml(text: &str) -> Result<Header, String> {
        toml::from_str(text).map_err(|error| format!("its header cannot be read: {error}"))
    }
}

/// The header in the first line of objects, and the digests in the last.
fn of_objects(bytes: &[u8]) -> Result<Header, String> {
    let wrong = |error: serde_json::Error| format!("its header cannot be read: {error}");
    let first = lines(bytes).next().unwrap_or(&[]);
    let mut header: Header = serde_json::from_slice(first).map_err(wrong)?;
    let last = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let last = last.rsplit(|byte| *byte == b'\n').next().unwrap_or(&[]);
    if last.starts_with(b"{\"sha256\":") {
        let trailer: super::header::Trailer = serde_json::from_slice(last).map_err(wrong)?;
        header.sha256 = Some(trailer.sha256);
    }
    Ok(header)
}

/// The bytes of a file that its digest is of: all but the lines of a header.
pub(super) fn digested(bytes: &[u8], form: Form) -> Vec<&[u8]> {
    if !form.holds_header() {
        return vec![bytes];
    }
    let is_header = |line: &&[u8]| {
        line.starts_with(MARK.as_bytes())
            || line.starts_with(b"{\"schema\":")
            || line.starts_with(b"{\"sha256\":")
    };
    bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| !is_header(line)).collect()
}
