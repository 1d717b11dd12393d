//! What is wrong with reports that are to be merged.

/// Why reports cannot be merged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// There are no reports.
    #[error("there are no reports to join")]
    Nothing,
    /// A report is not that of a shard.
    #[error(
        "{0} is the report of no shard: give those of `halfulp verify --shard I/N --json`, all N of them"
    )]
    NoShard(String),
    /// A report belongs to another run.
    #[error("{of} is of another run than {first}: {what}")]
    Foreign {
        /// The report.
        of: String,
        /// The first report.
        first: String,
        /// The first difference.
        what: String,
    },
    /// A report is inconsistent.
    #[error("{of} contradicts itself: {what}")]
    Contradiction {
        /// The report.
        of: String,
        /// The inconsistency.
        what: &'static str,
    },
    /// There are two reports of the same shard.
    #[error("{first} and {second} are both of shard {shard}")]
    Doubled {
        /// One report.
        first: String,
        /// The other.
        second: String,
        /// The shard.
        shard: String,
    },
    /// Shards are missing.
    #[error("there is no report of {0}")]
    Missing(String),
}
