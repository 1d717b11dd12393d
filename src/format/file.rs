//! Format files: TOML in, validated facts out. The built-in formats, `formats/*.toml`, use the same files.
//! `formats/README.md` describes the keys and their defaults.

mod defaults;
mod error;
mod keys;

pub use error::FileError;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use toml::de::DeTable;

use super::facts::Facts;
use keys::{Keys, error_at};

/// The largest size of a format file, in bytes.
const LARGEST: u64 = 1 << 20;

/// The contents of a format file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileFormat {
    /// The name of the format.
    pub name: String,
    /// A one-line description; may be empty.
    pub summary: String,
    /// Who defines it; may be empty.
    pub source: String,
    /// Its names in other ecosystems: ecosystem and name.
    pub aliases: Vec<(String, String)>,
    /// Names in other ecosystems that also mean other formats and therefore need the ecosystem: ecosystem and name.
    pub ambiguous: Vec<(String, String)>,
    /// The validated facts.
    pub(super) facts: Facts,
}

/// Reads a format file.
///
/// # Errors
/// If the path is not a regular file, the file cannot be read or is larger than 1 MiB, or [`parse`] fails.
pub fn read(path: impl AsRef<Path>) -> Result<FileFormat, FileError> {
    let path = path.as_ref();
    parse(&text(path, "format file")?, &path.display().to_string())
}

/// The text of a file of some kind, which errors name.
///
/// # Errors
/// If the path is not a regular file, or the file cannot be read or is larger than 1 MiB.
pub fn text(path: &Path, kind: &str) -> Result<String, FileError> {
    contents(path, kind).map_err(|e| FileError {
        origin: path.display().to_string(),
        place: None,
        key: None,
        message: format!("cannot be read: {e}"),
    })
}

fn contents(path: &Path, kind: &str) -> io::Result<String> {
    let wrong = |message: String| io::Error::new(io::ErrorKind::InvalidData, message);
    // Looked at before it is opened: a pipe would wait for its writer, and a device may have no end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(wrong("this is not a regular file".into()));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong(format!("it has more than 1 MiB, and no {kind} is as large")));
    }
    String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8".into()))
}

/// Parses the text of a format file; `origin` is the name of the file in errors.
///
/// # Errors
/// If the text is not TOML; a key is unknown, missing, of the wrong type or out of range; or the facts contradict each
/// other.
pub fn parse(text: &str, origin: &str) -> Result<FileFormat, FileError> {
    let table = DeTable::parse(text).map_err(|e| {
        let lines: Vec<&str> = e.message().lines().map(str::trim).collect();
        let message = format!("this is not TOML: {}", lines.join(", "));
        error_at(text, origin, e.span(), None, message)
    })?;
    let keys = Keys::new(text, origin, table.get_ref());
    keys.check_known()?;
    let facts = defaults::facts(&keys)?;
    facts.check().map_err(|e| match keys.get(e.key) {
        Some(_) => keys.wrong(e.key, e.expected),
        None => keys.error(e.key, format!("expected {}", e.expected)),
    })?;
    Ok(FileFormat {
        name: keys.name("name", "what the format is to be called")?,
        summary: keys.string("summary")?.unwrap_or_default().into(),
        source: keys.string("source")?.unwrap_or_default().into(),
        aliases: keys.names("aliases")?,
        ambiguous: keys.names("ambiguous")?,
        facts,
    })
}
