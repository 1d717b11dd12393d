//! Summaries as JSON.

use std::io;

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Summary;
use super::summary::SCHEMA;

/// The summary as one indented JSON object, with one line for the counts shared by policies of a job.
#[must_use]
pub fn to_json(summary: &Summary) -> String {
    indented(summary)
}

/// A document as indented JSON, with one line for what is nested deeply and for lists of numbers.
pub(crate) fn indented(document: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Indented::default());
    // Strings, numbers and lists of them always serialize, into memory at least.
    match document.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// Parses a summary of this version's schema.
///
/// # Errors
/// If the text is not JSON or not such a document: what was expected, and where.
pub fn from_json(text: &str) -> Result<Summary, String> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: Option<String>,
    }
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match head.schema.as_deref() {
        Some(SCHEMA) => {
            let summary: Summary = serde_json::from_str(text).map_err(|error| error.to_string())?;
            let known = summary.policies().all(|counts| counts.policy < summary.policies.len());
            match known {
                true => Ok(summary),
                false => Err("a job has a policy past the end of the list of policies".into()),
            }
        }
        Some(other) => Err(format!("its schema is {other:?}: expected {SCHEMA:?}")),
        None => {
            Err(format!("it has no \"schema\": expected {SCHEMA:?}, as `halfulp verify --json` writes it"))
        }
    }
}

/// Lists and objects from this depth on take one line.
const FLAT: usize = 4;

/// Indents what is not nested deeply, and is not a list of numbers.
#[derive(Default)]
struct Indented {
    depth: usize,
    /// Whether the list or object that was begun last is still empty, or a list of numbers.
    flat: bool,
    /// Whether an item of a list is due of which it is not known yet whether it is a number, and whether it is the first.
    due: Option<bool>,
}

impl Indented {
    fn begin<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.due(out)?;
        self.depth += 1;
        self.flat = true;
        out.write_all(bracket)
    }

    fn end<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.flat && self.depth < FLAT {
            self.line(out)?;
        }
        self.flat = false;
        out.write_all(bracket)
    }

    /// An item that is due, on a line of its own.
    fn due<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.due.take().map_or(Ok(()), |first| self.item(out, first))
    }

    fn item<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.flat = false;
        if !first {
            out.write_all(if self.depth <= FLAT { b"," } else { b", " })?;
        }
        if self.depth <= FLAT { self.line(out) } else { Ok(()) }
    }

    fn line<W: ?Sized + io::Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| out.write_all(b"  "))
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.due = Some(first);
        Ok(())
    }

    fn write_u64<W: ?Sized + io::Write>(&mut self, out: &mut W, value: u64) -> io::Result<()> {
        if let Some(false) = self.due.take() {
            out.write_all(b", ")?;
        }
        write!(out, "{value}")
    }

    fn begin_string<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.due(out)?;
        out.write_all(b"\"")
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}
