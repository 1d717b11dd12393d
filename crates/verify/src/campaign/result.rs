//! The result of a shard, or of its first steps.

use serde::{Deserialize, Serialize};

use super::manifest::short;
use super::tally::Tally;
use super::{CampaignError, Manifest};
use crate::digest;
use crate::report::{Piece, Summary, Verdict, contradiction};

/// The schema of a result: `docs/schema/halfulp.campaign-shard-1.json`.
pub const RESULT_SCHEMA: &str = "halfulp.campaign-shard/1";

/// What was found in a shard, or in its first steps. Its bytes depend only on the manifest and on the answers of the engines: times and machines are not in
/// it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardResult {
    /// [`RESULT_SCHEMA`].
    pub schema: String,
    /// The version of this project that ran it.
    pub version: String,
    /// The digest of the campaign.
    pub campaign: String,
    /// The shard, counted from 1.
    pub shard: u64,
    /// The number of shards.
    pub of: u64,
    /// The steps that are done.
    pub steps: usize,
    /// The steps of the shard.
    pub of_steps: usize,
    /// The tasks, as positions in the manifest: one for each job of the report.
    pub tasks: Vec<usize>,
    /// What was found.
    pub report: Summary,
    /// The SHA-256 of this document with an empty text here: it tells damage, not forgery.
    pub sha256: String,
}

/// The name of the file for the result of a shard.
///
/// ```
/// assert_eq!(halfulp_verify::campaign::file_name(7, 100), "shard-007-of-100.json");
/// ```
#[must_use]
pub fn file_name(shard: u64, of: u64) -> String {
    let width = of.to_string().len();
    format!("shard-{shard:0width$}-of-{of}.json")
}

impl ShardResult {
    /// Of the first steps of a shard.
    pub(super) fn new(
        manifest: &Manifest,
        shard: u64,
        (steps, of_steps): (usize, usize),
        tally: &Tally,
    ) -> ShardResult {
        let mut report = tally.summary(false);
        report.shard = Some(Piece { index: shard, of: manifest.len() });
        let mut result = ShardResult {
            schema: RESULT_SCHEMA.into(),
            version: manifest.version.clone(),
            campaign: manifest.digest.clone(),
            shard,
            of: manifest.len(),
            steps,
            of_steps,
            tasks: tally.tasks(),
            report,
            sha256: String::new(),
        };
        result.sha256 = digest::of_bytes(result.to_json().as_bytes());
        result
    }

    /// Reads a result, of whichever campaign.
    ///
    /// # Errors
    /// The text is not a result, or is not as it was written.
    pub fn read(text: &str) -> Result<ShardResult, CampaignError> {
        let wrong = |why: String| CampaignError::Document { what: "result of a shard", why };
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
        }
        let head: Head = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        match head.schema.as_deref() {
            Some(RESULT_SCHEMA) => {}
            Some(other) => return Err(wrong(format!("its schema is {other:?}: expected {RESULT_SCHEMA:?}"))),
            None => return Err(wrong(format!("it has no \"schema\": expected {RESULT_SCHEMA:?}"))),
        }
        let result: ShardResult = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let bare = ShardResult { sha256: String::new(), ..result.clone() };
        if digest::of_bytes(bare.to_json().as_bytes()) != result.sha256 || result.to_json() != text {
            return Err(wrong("its SHA-256 is another: it was changed after it was written".into()));
        }
        Ok(result)
    }

    /// The result as JSON, the same text for the same result.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always serialize.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Whether all steps are done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps == self.of_steps
    }

    /// Whether anything differs.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.report.verdict == Verdict::Differ
    }

    /// Whether it is of this campaign; if not, why.
    ///
    /// # Errors
    /// The reason.
    pub fn belongs_to(&self, manifest: &Manifest) -> Result<(), String> {
        if self.version != manifest.version {
            return Err(format!(
                "it is of halfulp {}, and the campaign of {}",
                self.version, manifest.version
            ));
        }
        if self.campaign != manifest.digest {
            return Err(format!(
                "it is of campaign {}, not {}",
                short(&self.campaign),
                short(&manifest.digest)
            ));
        }
        Ok(())
    }

    /// What was found, checked against the manifest.
    ///
    /// # Errors
    /// The counts contradict each other or the manifest, or cases are missing.
    pub(super) fn tally(&self, manifest: &Manifest) -> Result<Tally, CampaignError> {
        let wrong = |why: &str| CampaignError::Unfit(why.into());
        let shard = manifest.shard(self.shard)?;
        if (self.of, self.of_steps) != (manifest.len(), shard.steps.len()) || self.steps > self.of_steps {
            return Err(wrong("its shards or steps are not those of the manifest"));
        }
        if let Some(why) = contradiction(&self.report) {
            return Err(wrong(why));
        }
        let tally = Tally::of_result(manifest, &self.tasks, &self.report)?;
        let mut planned = vec![0u64; manifest.tasks.len()];
        for piece in shard.steps.iter().take(self.steps).flatten() {
            planned[piece.task] += manifest.cases(piece);
        }
        let asked: Vec<usize> = (0..planned.len()).filter(|task| planned[*task] > 0).collect();
        if asked != self.tasks {
            return Err(wrong("its tasks are not those of the shard"));
        }
        for (counts, task) in self.report.jobs.iter().zip(&self.tasks) {
            super::tally::complete(counts, planned[*task])?;
        }
        Ok(tally)
    }
}
