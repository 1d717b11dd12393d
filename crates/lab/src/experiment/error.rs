//! Errors for the person who wrote the file.

use std::fmt;

use halfulp::text::escaped;

use super::place;
use crate::toml_value;

/// A setting that makes no sense: its key, as a path from the kind's table or the file's root, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// `run.ema.beta`, `assert[2].bound`: the path from the root of the file.
    pub key: String,
    /// What was wrong, and what was expected.
    pub why: String,
}

impl Invalid {
    /// A key and what is wrong with it.
    #[must_use]
    pub fn new(key: impl Into<String>, why: impl Into<String>) -> Invalid {
        Invalid { key: key.into(), why: why.into() }
    }
}

/// The key, if there is one, and why.
impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colon = if self.key.is_empty() { "" } else { ": " };
        write!(f, "{}{colon}{}", self.key, self.why)
    }
}

impl std::error::Error for Invalid {}

/// Why an experiment cannot be run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The file is wrong.
    #[error("{origin}:{line}:{column}: {message}")]
    File {
        /// The file, or what the text is called.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
        /// The key, what is wrong with it, what was expected.
        message: String,
    },
    /// The file cannot be read.
    #[error("{path}: {why}")]
    Unreadable {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
    /// It asserts nothing, and is to be checked.
    #[error(
        "{origin}: it asserts nothing, so there is nothing to check: add an [[assert]], or use `halfulp bound run`"
    )]
    Empty {
        /// The file, or what the text is called.
        origin: String,
    },
    /// No experiment of that name comes with the program.
    #[error("no experiment is named {name:?}: expected {known}, or a file such as ./mine.toml")]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
}

impl ExperimentError {
    pub(super) fn syntax(error: &toml_value::Error, text: &str, origin: &str) -> ExperimentError {
        let at = error.span().map_or(0, |span| span.start);
        let said = in_words(error.message());
        let message = match place::key(text, at) {
            Some(key) => format!("{key}: {said}"),
            None => said,
        };
        ExperimentError::at(at, &message, text, origin)
    }

    pub(super) fn invalid(error: &Invalid, text: &str, origin: &str) -> ExperimentError {
        ExperimentError::at(place::of(text, &error.key), &error.to_string(), text, origin)
    }

    fn at(offset: usize, message: &str, text: &str, origin: &str) -> ExperimentError {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        ExperimentError::File { origin: shown(origin), line, column, message: shown(message) }
    }

    pub(super) fn unreadable(path: &str, why: String) -> ExperimentError {
        ExperimentError::Unreadable { path: shown(path), why }
    }
}

/// Text whose lines stay lines, and in which whatever else a terminal obeys is shown.
fn shown(text: &str) -> String {
    text.lines().map(|line| escaped(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// An error of the file's syntax or types without the names of Rust's types.
pub(crate) fn in_words(message: &str) -> String {
    let types = [
        ("u64", "a whole number, 0 or more"),
        ("usize", "a whole number, 0 or more"),
        ("u32", "a whole number, 0 to 4294967295"),
        ("i32", "a whole number"),
        ("f64", "a number"),
    ];
    let spoken = types.iter().find_map(|(name, words)| {
        Some(format!("{}expected {words}", message.strip_suffix(name)?.strip_suffix("expected ")?))
    });
    spoken.unwrap_or_else(|| message.into())
}
