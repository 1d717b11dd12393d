//! The results of all shards, judged together.

use serde::{Deserialize, Serialize};

use super::tally::Tally;
use super::{CampaignError, Manifest, RECORD_SCHEMA, RESULT_SCHEMA, RunRecord, SCHEMA, ShardResult, ranges};
use crate::report::{Sample, Summary, Verdict, counted, samples};

/// The schema of a judgement: `docs/schema/halfulp.campaign-report-1.json`.
pub const REPORT_SCHEMA: &str = "halfulp.campaign-report/1";

/// A file that may be a result: its name, and its text or why it could not be read.
pub struct Found {
    /// The name.
    pub name: String,
    /// The text.
    pub text: Result<String, String>,
}

/// A file that is not a result of the campaign, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// Its name.
    pub file: String,
    /// Why.
    pub why: String,
}

/// Files that are results of the same shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubled {
    /// The shard.
    pub shard: u64,
    /// The files. The first one was counted.
    pub files: Vec<String>,
    /// Whether all have the same bytes.
    pub same: bool,
}

/// What there was of a campaign's shards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The digest of the campaign.
    pub digest: String,
    /// The number of shards.
    pub shards: u64,
    /// The number of shards with a result.
    pub found: u64,
    /// The shards without one.
    pub missing: Vec<u64>,
    /// The cases of these, each policy counted.
    pub missing_cases: u64,
    /// The shards with several.
    pub doubled: Vec<Doubled>,
    /// Files that are results of another campaign, or nothing of the kind.
    pub foreign: Vec<Wrong>,
    /// Files that are cut, unfinished, edited, or contradict the manifest or each other.
    pub damaged: Vec<Wrong>,
    /// The shards whose times are known.
    pub timed: u64,
    /// The time of these, in seconds times threads.
    pub core_seconds: f64,
    /// The time that was estimated for all shards, in seconds on one thread.
    pub estimated: f64,
}

/// The verdict on a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// What there was of the shards.
    pub campaign: State,
    /// What uniform samples say about all operands.
    pub samples: Vec<Sample>,
    /// The report: it agrees only if all shards are there, each once, and nothing else.
    pub report: Summary,
}

/// Most files, or shards, that a reason names.
const NAMED: usize = 8;

/// Judges results. All agree only if there is exactly one for each shard, each whole, of this campaign, and nothing else. A mismatch stands whatever is missing
/// besides.
///
/// # Errors
/// There is not a single result to speak of: what was wrong with the files.
pub fn judge(
    manifest: &Manifest,
    files: impl IntoIterator<Item = Found>,
) -> Result<Judgement, CampaignError> {
    let (mut state, all, records) = counted_up(manifest, files);
    let reasons = state.reasons();
    let Some(all) = all else {
        return Err(CampaignError::NoResult(reasons.join("; ")));
    };
    let mut report = all.summary(reasons.is_empty());
    if !reasons.is_empty() && report.verdict != Verdict::Differ {
        report.verdict = Verdict::Undecided;
    }
    report.reasons.extend(reasons);
    for record in &records {
        report.seconds += record.seconds;
        report.threads = report.threads.max(record.threads);
        if !report.machines.contains(&record.machine) {
            report.machines.push(record.machine.clone());
        }
    }
    times(records, &mut state);
    Ok(Judgement { samples: samples(&report), campaign: state, report })
}

/// What there is of a campaign's shards so far, read and checked as [`judge`] does; there may be nothing yet.
#[must_use]
pub fn survey(manifest: &Manifest, files: impl IntoIterator<Item = Found>) -> State {
    let (mut state, _, records) = counted_up(manifest, files);
    times(records, &mut state);
    state
}

/// What there is of the shards, all results together, and the records of their runs.
fn counted_up(
    manifest: &Manifest,
    files: impl IntoIterator<Item = Found>,
) -> (State, Option<Tally>, Vec<RunRecord>) {
    let mut state = State {
        digest: manifest.digest.clone(),
        shards: manifest.len(),
        estimated: manifest.core_seconds(),
        ..State::default()
    };
    let (mut results, mut records) = (Vec::new(), Vec::new());
    for Found { name, text } in files {
        match text.map_err(Sorted::Damaged).map_or_else(|wrong| wrong, |text| sort(manifest, &text)) {
            Sorted::Result(result) => results.push((name, *result)),
            Sorted::Record(record) => records.push(*record),
            Sorted::Manifest => {}
            Sorted::Foreign(why) => state.foreign.push(Wrong { file: name, why }),
            Sorted::Damaged(why) => state.damaged.push(Wrong { file: name, why }),
        }
    }
    let all = together(manifest, results, &mut state);
    records.sort_by_key(|record| record.shard);
    records.dedup_by_key(|record| record.shard);
    (state, all, records)
}

/// Adds up the results, and notes which shards there are.
fn together(manifest: &Manifest, mut results: Vec<(String, Valid)>, state: &mut State) -> Option<Tally> {
    // Of several of a shard the one with most mismatches counts: a mismatch stands.
    let order = |(name, Valid { result, .. }): &(String, Valid)| {
        (result.shard, u64::MAX - result.report.mismatches, name.clone())
    };
    results.sort_by_cached_key(order);
    let mut all: Option<Tally> = None;
    let mut is_found = vec![false; manifest.shards.len()];
    for same_shard in results.chunk_by(|(_, a), (_, b)| a.result.shard == b.result.shard) {
        let [(name, Valid { result, tally }), others @ ..] = same_shard else { continue };
        if !others.is_empty() {
            let files = same_shard.iter().map(|(name, _)| name.clone()).collect();
            let same = others.iter().all(|(_, other)| other.result == *result);
            state.doubled.push(Doubled { shard: result.shard, files, same });
        }
        let added = match &mut all {
            Some(all) => all.add(tally.clone()),
            None => {
                all = Some(tally.clone());
                Ok(())
            }
        };
        match added {
            Ok(()) => is_found[result.shard as usize - 1] = true,
            Err(why) => state.damaged.push(Wrong { file: name.clone(), why: why.to_string() }),
        }
    }
    state.missing = (1..).zip(&is_found).filter(|(_, found)| !**found).map(|(shard, _)| shard).collect();
    state.found = state.shards - state.missing.len() as u64;
    let of_missing = state.missing.iter().filter_map(|shard| manifest.shard(*shard).ok());
    state.missing_cases = of_missing.fold(0, |sum, shard| sum.saturating_add(manifest.work(shard)));
    all
}

/// Times, as far as they were recorded.
fn times(records: Vec<RunRecord>, state: &mut State) {
    for record in records {
        state.timed += 1;
        state.core_seconds += record.seconds * record.threads as f64;
    }
}

/// A whole result of the campaign.
struct Valid {
    result: ShardResult,
    tally: Tally,
}

/// What a file is.
enum Sorted {
    Result(Box<Valid>),
    Record(Box<RunRecord>),
    Manifest,
    Foreign(String),
    Damaged(String),
}

fn sort(manifest: &Manifest, text: &str) -> Sorted {
    #[derive(Deserialize)]
    struct Head {
        schema: Option<String>,
        digest: Option<String>,
    }
    let head: Head = match serde_json::from_str(text) {
        Ok(head) => head,
        Err(error) => return Sorted::Damaged(format!("it is not JSON, or cut: {error}")),
    };
    match head.schema.as_deref() {
        Some(RESULT_SCHEMA) => valid(manifest, text).unwrap_or_else(|wrong| wrong),
        Some(RECORD_SCHEMA) => match serde_json::from_str::<RunRecord>(text) {
            Ok(record) if record.campaign == manifest.digest => Sorted::Record(Box::new(record)),
            Ok(_) => Sorted::Foreign("it is the record of a run of another campaign".into()),
            Err(error) => Sorted::Damaged(error.to_string()),
        },
        Some(SCHEMA) if head.digest.as_ref() == Some(&manifest.digest) => Sorted::Manifest,
        Some(other) => Sorted::Foreign(format!("its schema is {other:?}: expected {RESULT_SCHEMA:?}")),
        None => Sorted::Foreign(format!("it has no \"schema\": expected {RESULT_SCHEMA:?}")),
    }
}

fn valid(manifest: &Manifest, text: &str) -> Result<Sorted, Sorted> {
    let damaged = |error: CampaignError| Sorted::Damaged(error.to_string());
    let result = ShardResult::read(text).map_err(damaged)?;
    result.belongs_to(manifest).map_err(Sorted::Foreign)?;
    if !result.is_done() {
        let ShardResult { steps, of_steps, .. } = result;
        return Err(Sorted::Damaged(format!("it has {steps} of {of_steps} steps: run the shard again")));
    }
    let tally = result.tally(manifest).map_err(damaged)?;
    Ok(Sorted::Result(Box::new(Valid { result, tally })))
}

impl State {
    /// Why it cannot be said that all agree.
    fn reasons(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if !self.missing.is_empty() {
            let shards = ranges(&self.missing);
            let cases = counted(self.missing_cases, "case");
            reasons.push(match self.missing.len() {
                1 => format!("shard {shards} of {} is missing, with {cases}", self.shards),
                _ => format!("shards {shards} of {} are missing, with {cases}", self.shards),
            });
        }
        reasons.extend(self.wrong());
        reasons
    }

    /// What is wrong with the files that there are: shards that are there more than once, and what is foreign or damaged.
    #[must_use]
    pub fn wrong(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        for Doubled { shard, files, same } in &self.doubled {
            let what = if *same { "the same result" } else { "DIFFERENT results" };
            reasons.push(format!(
                "shard {shard} is there {} times, with {what}: {}",
                files.len(),
                files.join(", ")
            ));
        }
        for (what, files) in [("not a result of this campaign", &self.foreign), ("damaged", &self.damaged)] {
            let named =
                files.iter().take(NAMED).map(|Wrong { file, why }| format!("{file} is {what}: {why}"));
            reasons.extend(named);
            if files.len() > NAMED {
                reasons.push(format!("{} more files are {what}", files.len() - NAMED));
            }
        }
        reasons
    }
}
