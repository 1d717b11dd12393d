//! Campaigns: a verification divided into shards of about equal cost, for as many machines as there are.
//!
//! A [`Manifest`] lists the tasks, the engines and the shards. Each shard is run by itself ([`ShardRun`]) and gives a [`ShardResult`], whose bytes depend only on
//! the manifest and the answers: a shard that was killed is run again. [`judge`] puts the results together and names what is missing, double,
//! foreign or damaged.

mod divide;
mod error;
mod judge;
mod kind;
mod manifest;
mod measure;
mod plan;
mod record;
mod result;
mod run;
mod tally;
mod task;
mod text;

pub use divide::{Piece, Shard, Shards};
pub use error::CampaignError;
pub use judge::{Doubled, Found, Judgement, REPORT_SCHEMA, State, Wrong, judge, survey};
pub use kind::Kind;
pub use manifest::{Device, Identities, Manifest, SCHEMA};
pub use measure::{Measured, Measurement, measure};
pub use plan::{Wanted, plan};
pub use record::{RECORD_SCHEMA, RunRecord};
pub use result::{RESULT_SCHEMA, ShardResult, file_name};
pub use run::ShardRun;
pub use task::TaskEntry;
pub use text::{judgement_text, plan_text, shard_text};

/// Numbers in words, runs of them by their ends: `3, 7-9`. A Slurm array and a shell take it as it stands, without the blanks.
///
/// ```
/// assert_eq!(halfulp_verify::campaign::ranges(&[3, 7, 8, 9, 11, 12]), "3, 7-9, 11-12");
/// ```
#[must_use]
pub fn ranges(sorted: &[u64]) -> String {
    let runs = sorted.chunk_by(|a, b| a + 1 == *b);
    let text = |run: &[u64]| match run {
        [first, .., last] => format!("{first}-{last}"),
        _ => run.iter().map(u64::to_string).collect(),
    };
    runs.map(text).collect::<Vec<_>>().join(", ")
}
