//! The files that recorded answers come from, and what can be wrong with them.

use crate::cases::CasesError;
use crate::vectors::form::{Form, FormError};
use crate::vectors::rows::Rows;

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

pub fn at(source: &Source<'_>, row: usize, why: String) -> RecordingError {
    RecordingError::Row { path: source.path.into(), line: source.rows.line(row), why }
}
