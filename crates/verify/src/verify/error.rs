//! Why there is no run.

use crate::cases::CasesError;
use crate::engine::EngineError;

/// Why a run could not be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// A job's cases cannot be numbered.
    #[error("{job}: {error}")]
    Cases {
        /// What the job computes.
        job: String,
        /// What is wrong with its cases.
        error: CasesError,
    },
    /// An engine could not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An engine against itself, which agrees whatever it answers.
    #[error("{0} cannot be compared with itself: name another engine with --against, or another --subject")]
    Itself(String),
    /// An oracle twice: it would confirm itself.
    #[error("{0} is named twice with --against")]
    Twice(String),
    /// More oracles than can be told apart.
    #[error("{0} oracles: a run takes at most 64")]
    TooManyOracles(usize),
    /// A case number that no job has.
    #[error("there is no case {case}: the numbers here go from 0 to {last}")]
    NoSuchCase {
        /// The number asked for.
        case: u64,
        /// The last case of the largest job.
        last: u64,
    },
}
