//! Errors of setting up a run.

use crate::cases::CasesError;
use crate::engine::EngineError;

/// Why a run could not be set up.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// A job's cases cannot be numbered.
    #[error("{job}: {error}")]
    Cases {
        /// The task of the job.
        job: String,
        /// The error of its cases.
        error: CasesError,
    },
    /// An engine could not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An engine would be compared with itself, which always agrees.
    #[error("{0} cannot be compared with itself: name another engine with --against, or another --subject")]
    Itself(String),
    /// The same oracle twice, which would confirm itself.
    #[error("{0} is named twice with --against")]
    Twice(String),
    /// Too many oracles.
    #[error("{0} oracles: a run takes at most 64")]
    TooManyOracles(usize),
    /// A shard of jobs of which only parts are run.
    #[error("jobs of which some parts are run have no shards")]
    ShardOfParts,
    /// A case number that no job has.
    #[error("there is no case {case}: the numbers here go from 0 to {last}")]
    NoSuchCase {
        /// The requested number.
        case: u64,
        /// The last case of the largest job.
        last: u64,
    },
}
