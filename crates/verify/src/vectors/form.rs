//! The notations of vector files, one module each.

mod codec;
mod csv;
mod error;
mod fptest;
mod jsonl;
mod raw;
mod readmemh;
mod testfloat;
mod words;

use core::fmt;
use core::str::FromStr;

use halfulp::Task;
use serde::{Deserialize, Serialize};

use super::layout::Layout;

pub(super) use codec::{Codec, Row};
pub use error::FormError;

/// The notation of a vector file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Berkeley TestFloat's lines: operands, result and flags in hexadecimal.
    Testfloat,
    /// Verilog's `$readmemh`: one word a line, its columns joined by `_`, each in whole hexadecimal digits.
    Readmemh,
    /// Comma-separated values under a line of column names.
    Csv,
    /// A JSON object a line.
    Jsonl,
    /// Little-endian words of 1, 2, 4 or 8 bytes, and a byte of flags.
    Raw,
    /// IBM's `.fptest`: `b32* =0 +1.000000P0 +1.800000P0 -> +1.800000P0`.
    Fptest,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 6] =
        [Form::Testfloat, Form::Readmemh, Form::Csv, Form::Jsonl, Form::Raw, Form::Fptest];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Testfloat => "testfloat",
            Form::Readmemh => "readmemh",
            Form::Csv => "csv",
            Form::Jsonl => "jsonl",
            Form::Raw => "raw",
            Form::Fptest => "fptest",
        }
    }

    /// Whether a file of this notation has its header in itself: the notation has comments, or takes a line of another kind.
    #[must_use]
    pub fn holds_header(self) -> bool {
        matches!(self, Form::Readmemh | Form::Jsonl)
    }

    /// The notation that the end of a file's name suggests.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Form> {
        Some(match extension {
            "txt" | "tv" | "out" => Form::Testfloat,
            "hex" | "mem" | "memh" => Form::Readmemh,
            "csv" => Form::Csv,
            "jsonl" | "ndjson" => Form::Jsonl,
            "bin" | "raw" => Form::Raw,
            "fptest" => Form::Fptest,
            _ => return None,
        })
    }

    /// What writes and reads rows of a task in this notation.
    pub(super) fn codec(self, task: &Task) -> Result<Box<dyn Codec>, FormError> {
        let layout = Layout::of(task);
        Ok(match self {
            Form::Testfloat => Box::new(testfloat::Testfloat::new(layout)),
            Form::Readmemh => Box::new(readmemh::Readmemh::new(layout)),
            Form::Csv => Box::new(csv::Csv::new(layout)),
            Form::Jsonl => Box::new(jsonl::Jsonl::new(layout)),
            Form::Raw => Box::new(raw::Raw::new(layout)),
            Form::Fptest => Box::new(fptest::Fptest::new(task, layout)?),
        })
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Form {
    type Err = FormError;

    fn from_str(text: &str) -> Result<Form, FormError> {
        let found = Form::ALL.into_iter().find(|form| form.name() == text);
        found.ok_or_else(|| FormError::Unknown(text.into()))
    }
}
