//! The manifest: all that decides the results of a campaign, and how it is divided.

use halfulp::Policy;
use serde::{Deserialize, Serialize};

use super::{CampaignError, Measured, Piece, Shard, TaskEntry};
use crate::digest;
use crate::engine::Engine;
use crate::report::{NamedFacts, policy};
use crate::verify::{Job, Parts};

/// The schema of a manifest: `docs/schema/halfulp.campaign-1.json`.
pub const SCHEMA: &str = "halfulp.campaign/1";

/// How programs are asked, as options of `halfulp verify` say it; `null` is their default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// `--startup-timeout`, in seconds.
    pub startup_timeout: Option<f64>,
    /// `--timeout`, in seconds.
    pub timeout: Option<f64>,
    /// `--window`.
    pub window: Option<usize>,
}

/// What tells engines from others of the same names: [`Engine::identity`]. A shard is run by the same ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identities {
    /// The engine under test.
    pub subject: Option<String>,
    /// The reference engines, one each.
    pub against: Vec<Option<String>>,
}

impl Identities {
    /// Those of some engines.
    #[must_use]
    pub fn of(subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Identities {
        let against = oracles.iter().map(|oracle| oracle.identity()).collect();
        Identities { subject: subject.identity(), against }
    }
}

/// A campaign.
///
/// The digest is that of all that decides the results: everything but the command, the costs and the measurements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of this project that planned it, which is the one that runs it.
    pub version: String,
    /// The command line that planned it.
    pub command: Vec<String>,
    /// The SHA-256 of what decides the results, in hexadecimal.
    pub digest: String,
    /// The engine under test.
    pub subject: String,
    /// The reference engines.
    pub against: Vec<String>,
    /// What the engines were when the campaign was planned.
    pub identities: Identities,
    /// How programs are asked.
    pub device: Device,
    /// The number of mismatches to explain.
    pub explain: usize,
    /// The formats of all tasks.
    pub formats: Vec<NamedFacts>,
    /// The policies of all tasks.
    #[serde(with = "policy::list")]
    pub policies: Vec<Policy>,
    /// The tasks.
    pub tasks: Vec<TaskEntry>,
    /// The shards, of which the first one is number 1.
    pub shards: Vec<Shard>,
    /// What the costs were measured with.
    pub measured: Measured,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// The text is not a manifest, is one of another version, was changed since it was written, or contradicts itself.
    pub fn read(text: &str) -> Result<Manifest, CampaignError> {
        let wrong = |why: String| CampaignError::Document { what: "manifest of a campaign", why };
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
            version: Option<String>,
        }
        let head: Head = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        match head.schema.as_deref() {
            Some(SCHEMA) => {}
            Some(other) => return Err(wrong(format!("its schema is {other:?}: expected {SCHEMA:?}"))),
            None => return Err(wrong(format!("it has no \"schema\": expected {SCHEMA:?}"))),
        }
        let version = head.version.unwrap_or_default();
        if version != THIS {
            return Err(CampaignError::Version { manifest: version, this: THIS });
        }
        let manifest: Manifest = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let found = manifest.digest_of_content();
        if found != manifest.digest {
            return Err(CampaignError::Changed { said: manifest.digest, found });
        }
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as JSON, the same text for the same manifest.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always serialize.
        let mut text = serde_json::to_string(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The digest of all that decides the results.
    #[must_use]
    pub fn digest_of_content(&self) -> String {
        let mut decides = self.clone();
        decides.digest.clear();
        decides.command.clear();
        decides.measured = Measured::default();
        decides.shards.iter_mut().for_each(|shard| shard.core_seconds = 0.0);
        decides.tasks.iter_mut().for_each(|task| task.kind = 0);
        digest::of_bytes(decides.to_json().as_bytes())
    }

    /// The number of shards.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.shards.len() as u64
    }

    /// Whether there are no shards; no manifest that was read has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shards.is_empty()
    }

    /// A shard, counted from 1.
    ///
    /// # Errors
    /// There is no such shard.
    pub fn shard(&self, number: u64) -> Result<&Shard, CampaignError> {
        let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let shard = index.and_then(|index| self.shards.get(index));
        shard.ok_or(CampaignError::NoShard { shard: number, of: self.len() })
    }

    /// The cases of a piece; each runs under every policy of its task.
    #[must_use]
    pub fn cases(&self, piece: &Piece) -> u64 {
        let task = self.tasks.get(piece.task);
        task.and_then(|task| Some(task.parts_of(piece)?.cases(task.cases))).unwrap_or(0)
    }

    /// The cases of a shard, each policy counted.
    #[must_use]
    pub fn work(&self, shard: &Shard) -> u64 {
        let pieces = shard.steps.iter().flatten();
        let policies =
            |piece: &Piece| self.tasks.get(piece.task).map_or(0, |task| task.policies.len() as u64);
        pieces
            .fold(0, |sum: u64, piece| sum.saturating_add(self.cases(piece).saturating_mul(policies(piece))))
    }

    /// The estimated time of all shards on one thread, in seconds.
    #[must_use]
    pub fn core_seconds(&self) -> f64 {
        self.shards.iter().map(|shard| shard.core_seconds).sum()
    }

    /// The job of a piece.
    ///
    /// # Errors
    /// None, of a manifest that was read.
    pub fn job(&self, piece: &Piece) -> Result<Job, CampaignError> {
        let nothing = || CampaignError::Contradiction(format!("there is no piece {piece:?}"));
        let task = self.tasks.get(piece.task).ok_or_else(nothing)?;
        let parts: Parts = task.parts_of(piece).ok_or_else(nothing)?;
        Ok(task.job(&self.formats, &self.policies)?.in_part(parts))
    }

    /// All jobs, on all of their cases.
    ///
    /// # Errors
    /// None, of a manifest that was read.
    pub fn jobs(&self) -> Result<Vec<Job>, CampaignError> {
        self.tasks.iter().map(|task| task.job(&self.formats, &self.policies)).collect()
    }

    /// Whether every task means something, and every part of it is in one shard.
    fn check(&self) -> Result<(), CampaignError> {
        let wrong = |what: String| Err(CampaignError::Contradiction(what));
        self.jobs()?;
        if self.identities.against.len() != self.against.len() {
            return wrong("it has not one identity for each of its reference engines".into());
        }
        if self.shards.is_empty() {
            return wrong("it has no shards".into());
        }
        let mut pieces: Vec<Piece> = Vec::new();
        for (number, shard) in (1..).zip(&self.shards) {
            if shard.steps.is_empty() || shard.steps.iter().any(Vec::is_empty) {
                return wrong(format!("shard {number} has a step without pieces"));
            }
            pieces.extend(shard.steps.iter().flatten());
        }
        pieces.sort_by_key(|piece| (piece.task, piece.first));
        let mut pieces = pieces.into_iter().peekable();
        for (index, task) in self.tasks.iter().enumerate() {
            if task.block == 0 || !(1..=task.cases.div_ceil(task.block)).contains(&task.parts) {
                return wrong(format!("{} has no parts, or more than it has blocks", task.task));
            }
            let mut next = 0;
            while let Some(piece) = pieces.next_if(|piece| piece.task == index) {
                if piece.first != next || piece.end <= piece.first {
                    return wrong(format!("a part of {} is in no shard, or in two", task.task));
                }
                next = piece.end;
            }
            if next != task.parts {
                return wrong(format!("a part of {} is in no shard, or there is none", task.task));
            }
        }
        match pieces.next() {
            Some(piece) => wrong(format!("a shard has a piece of task {}, which there is not", piece.task)),
            None => Ok(()),
        }
    }
}

/// This version.
const THIS: &str = env!("CARGO_PKG_VERSION");

/// The beginning of a digest, which tells campaigns apart.
pub fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}
