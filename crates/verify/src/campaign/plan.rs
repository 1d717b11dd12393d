//! Planning: from jobs to a manifest.

use std::time::Duration;

use halfulp::Format;

use super::divide::{Cost, Shards, divide};
use super::manifest::{Device, Identities, Manifest, SCHEMA};
use super::measure::{Measured, Measurement, measure};
use super::task::Tables;
use super::{CampaignError, Kind};
use crate::cases::Selection;
use crate::engine::Engine;
use crate::verify::Job;

/// What a campaign is to be.
pub struct Wanted<'a> {
    /// The jobs.
    pub jobs: &'a [Job],
    /// The engine under test.
    pub subject: &'a dyn Engine,
    /// The reference engines.
    pub oracles: &'a [Box<dyn Engine>],
    /// How programs are asked.
    pub device: Device,
    /// The number of mismatches to explain.
    pub explain: usize,
    /// The number of shards.
    pub shards: Shards,
    /// The time between two points at which results are saved, in core-seconds.
    pub step: f64,
    /// The time for the measurements.
    pub limit: Duration,
    /// Is told how many kinds of tasks are measured, before the first of them; not at all if there are none.
    pub begins: &'a dyn Fn(usize),
    /// Measurements made earlier, with the same engines.
    pub known: Measured,
    /// The command line.
    pub command: Vec<String>,
    /// The names of formats.
    pub name: &'a (dyn Fn(&Format) -> String + Sync),
}

/// The least and the most cases of a block.
const BLOCK: (u64, u64) = (512, 1 << 20);

/// Blocks of a job, at least, where there are enough cases.
const BLOCKS: u64 = 4096;

/// Cases in a block: few enough for many parts, and many enough for what an engine is asked at once.
fn block(cases: u64) -> u64 {
    (cases / BLOCKS).checked_ilog2().map_or(0, |bits| 1 << bits).clamp(BLOCK.0, BLOCK.1)
}

/// Measures what the jobs cost and divides them.
///
/// # Errors
/// Cases that cannot be numbered or divided so, an engine that fails, or a job with cases of its own.
pub fn plan(wanted: Wanted<'_>) -> Result<Manifest, CampaignError> {
    let Wanted { jobs, subject, oracles, .. } = wanted;
    if let Some(job) = jobs.iter().find(|job| job.selection() == Selection::Listed) {
        return Err(CampaignError::Listed(job.group().into()));
    }
    let counted = |job: &Job| Ok((job.clone(), job.cases()?.len()));
    let jobs: Vec<(Job, u64)> = jobs.iter().map(counted).collect::<Result<_, CampaignError>>()?;
    let measured = measure(&jobs, (subject, oracles), wanted.known, wanted.limit, wanted.begins)?;
    let mut tables = Tables::default();
    let (mut tasks, mut costs) = (Vec::new(), Vec::new());
    for (job, cases) in &jobs {
        // Every kind that has cases was measured.
        let Some(place) = measured.place(&Kind::of(job, subject, oracles)).filter(|_| *cases > 0) else {
            continue;
        };
        let Measurement { fixed, per_case, .. } = measured.kinds[place];
        let block = block(*cases);
        tasks.push(tables.entry(job, (*cases, block), place, wanted.name));
        costs.push(Cost { cases: *cases, block, fixed, per_case });
    }
    let (parts, shards) = divide(&costs, wanted.shards, wanted.step)?;
    tasks.iter_mut().zip(parts).for_each(|(task, parts)| task.parts = parts);
    let mut manifest = Manifest {
        schema: SCHEMA.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        command: wanted.command,
        digest: String::new(),
        subject: subject.name().into(),
        against: oracles.iter().map(|oracle| oracle.name().into()).collect(),
        identities: Identities::of(subject, oracles),
        device: wanted.device,
        explain: wanted.explain,
        formats: tables.formats,
        policies: tables.policies,
        tasks,
        shards,
        measured,
    };
    manifest.digest = manifest.digest_of_content();
    Ok(manifest)
}
