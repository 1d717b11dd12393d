//! Errors that know where in a file they are.

use std::fmt;

/// An error in a TOML file: of a format, or of what other packages keep in files.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FileError {
    /// The file, as named by the caller.
    pub origin: String,
    /// Line and column, counted from 1. `None` if the file could not be read.
    pub place: Option<(usize, usize)>,
    /// The key concerned, if any.
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
}

/// `file:line:column: key: message`, the form that editors and build tools recognize.
impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.origin)?;
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        if let Some(key) = &self.key {
            write!(f, " {key}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for FileError {}

impl FileError {
    /// An error at a byte of the text; `origin` is the name of the file.
    #[must_use]
    pub fn at(text: &str, origin: &str, byte: usize, key: Option<String>, message: String) -> FileError {
        let before = &text[..text.floor_char_boundary(byte)];
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        FileError { origin: origin.into(), place: Some((line, column)), key, message }
    }
}
