//! What is wrong with a profile's file.

use std::fmt;

/// An error in a profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileError {
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
impl fmt::Display for ProfileError {
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

impl std::error::Error for ProfileError {}
