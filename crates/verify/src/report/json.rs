//! A summary as JSON, and back.

use std::io;

use serde::Serialize as _;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use super::Summary;
use super::summary::SCHEMA;

/// The summary as one JSON object: indented, with a line a policy.
#[must_use]
pub fn to_json(summary: &Summary) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Indented { depth: 0, empty: false });
    // Strings, numbers and lists of them always serialize, into memory at least.
    match summary.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// Reads a summary of this version's schema.
///
/// # Errors
/// The text is no JSON, or no such document: what was expected, and where.
pub fn from_json(text: &str) -> Result<Summary, String> {
    #[derive(serde::Deserialize)]
    struct Head {
        schema: Option<String>,
    }
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match head.schema.as_deref() {
        Some(SCHEMA) => serde_json::from_str(text).map_err(|error| error.to_string()),
        Some(other) => Err(format!("its schema is {other:?}: expected {SCHEMA:?}")),
        None => {
            Err(format!("it has no \"schema\": expected {SCHEMA:?}, as `halfulp verify --json` writes it"))
        }
    }
}

/// Lists and objects from this depth on take one line.
const FLAT: usize = 4;

/// Indents what is not nested deeply.
struct Indented {
    depth: usize,
    /// Whether the list or object that was begun last is still empty.
    empty: bool,
}

impl Indented {
    fn begin<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        out.write_all(bracket)
    }

    fn end<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.empty && self.depth < FLAT {
            self.line(out)?;
        }
        self.empty = false;
        out.write_all(bracket)
    }

    fn item<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.empty = false;
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

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
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
