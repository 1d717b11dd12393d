//! How the run of a shard went: what does not belong into its result, which is the same whoever runs it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ShardResult;
use crate::report::Machine;

/// The schema of a record: `docs/schema/halfulp.campaign-run-1.json`.
pub const RECORD_SCHEMA: &str = "halfulp.campaign-run/1";

/// The machine and the time of the last run of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// [`RECORD_SCHEMA`].
    pub schema: String,
    /// The digest of the campaign.
    pub campaign: String,
    /// The shard, counted from 1.
    pub shard: u64,
    /// The number of shards.
    pub of: u64,
    /// The machine.
    pub machine: Machine,
    /// The number of threads asked for.
    pub threads: usize,
    /// The time in seconds, without that of the steps which an earlier run had done.
    pub seconds: f64,
    /// The steps that an earlier run had done.
    pub resumed: usize,
}

impl RunRecord {
    /// Of a run on this machine.
    #[must_use]
    pub fn new(result: &ShardResult, threads: usize, time: Duration, resumed: usize) -> RunRecord {
        RunRecord {
            schema: RECORD_SCHEMA.into(),
            campaign: result.campaign.clone(),
            shard: result.shard,
            of: result.of,
            machine: Machine::this(),
            threads,
            seconds: time.as_secs_f64(),
            resumed,
        }
    }

    /// The record as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
