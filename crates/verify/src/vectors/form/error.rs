//! What no notation is, and what one cannot have.

/// A notation that there is not, or that cannot have a task.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FormError {
    /// No notation has this name.
    #[error("{0:?} is not a form of vectors: expected testfloat, readmemh, csv, jsonl, raw or fptest")]
    Unknown(String),
    /// `.fptest` has no such task.
    #[error("fptest has no notation for {what}: expected {expected}")]
    NotInFptest {
        /// What it lacks.
        what: String,
        /// What it has.
        expected: &'static str,
    },
}
