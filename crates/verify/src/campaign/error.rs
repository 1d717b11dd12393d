//! What can be wrong with a campaign.

use halfulp::TaskError;

use crate::cases::CasesError;
use crate::verify::VerifyError;

/// Why a campaign cannot be planned, read or run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CampaignError {
    /// A file is not what it should be.
    #[error("it is not a {what}: {why}")]
    Document {
        /// What was expected.
        what: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A manifest says something that cannot be.
    #[error("the manifest contradicts itself: {0}")]
    Contradiction(String),
    /// A result says something that does not fit the manifest, or another result.
    #[error("it does not fit: {0}")]
    Unfit(String),
    /// There is no result to judge.
    #[error("there is no result to judge: {0}")]
    NoResult(String),
    /// A manifest was changed after it was written.
    #[error(
        "the manifest was changed after `halfulp campaign plan` wrote it: its digest is {said}, and what it says has {found}"
    )]
    Changed {
        /// The digest that it has.
        said: String,
        /// That of what it says.
        found: String,
    },
    /// A manifest of another version of this project.
    #[error(
        "the manifest is of halfulp {manifest}, and this is {this}: another version may number cases otherwise"
    )]
    Version {
        /// Its version.
        manifest: String,
        /// This version.
        this: &'static str,
    },
    /// A shard that there is not.
    #[error("there is no shard {shard}: the campaign has the shards 1 to {of}")]
    NoShard {
        /// The number asked for.
        shard: u64,
        /// The number of shards.
        of: u64,
    },
    /// There is too little to divide.
    #[error(
        "{wanted} shards were asked for, and the cases come in {most} blocks: at most that many shards can be made"
    )]
    TooManyShards {
        /// The shards asked for.
        wanted: u64,
        /// The blocks.
        most: u64,
    },
    /// There is nothing to run.
    #[error("there are no cases to run")]
    Nothing,
    /// A job with cases of its own, which no manifest has.
    #[error("the cases of {0} are a list: a campaign takes selections of cases")]
    Listed(String),
    /// The cases are not those that were planned.
    #[error(
        "{task} has {found} cases in this part, and the manifest says {planned}: it was made by another build"
    )]
    Renumbered {
        /// The task.
        task: String,
        /// Cases of the run.
        found: u64,
        /// Cases of the manifest.
        planned: u64,
    },
    /// An engine is another one than when the campaign was planned, though its name is the same.
    #[error("{engine} is {found}, and the campaign was planned with {planned}: plan it anew")]
    OtherEngine {
        /// Its name.
        engine: String,
        /// What it is.
        found: String,
        /// What it was.
        planned: String,
    },
    /// An engine failed before the costs were known.
    #[error("the cases could not be measured: {0}")]
    NotMeasured(String),
    /// An engine failed before the shard was done.
    #[error("the shard could not go on: {0}")]
    Stopped(String),
    /// A task that is not valid.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// Cases that cannot be numbered.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// A run that could not be set up.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}
