//! What tasks cost, measured: each kind of task is run for a short time on one thread.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{CampaignError, Kind};
use crate::engine::Engine;
use crate::report::Machine;
use crate::verify::{Job, Part, Parts, Settings, Verifier};

/// What a kind of task costs on one thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// The kind.
    pub kind: Kind,
    /// The task that was run.
    pub task: String,
    /// The cases of the longest run.
    pub cases: u64,
    /// The time of that run, in seconds.
    pub seconds: f64,
    /// The time that it takes to begin, in seconds.
    pub fixed: f64,
    /// The time that each further case takes under all policies, in seconds.
    pub per_case: f64,
}

/// All measurements, and what they were made with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// The machine, unless nothing was measured.
    pub machine: Option<Machine>,
    /// The time that the measurements were to take together, in seconds.
    pub limit: f64,
    /// The time that they took, in seconds.
    pub seconds: f64,
    /// A measurement for each kind of task.
    pub kinds: Vec<Measurement>,
}

impl Measured {
    /// The position of the measurement of a kind.
    #[must_use]
    pub fn place(&self, kind: &Kind) -> Option<usize> {
        self.kinds.iter().position(|known| known.kind == *kind)
    }
}

/// Cases of the shortest run, as a block.
const SHORTEST: u64 = 512;

/// Blocks of a sample, at most: a run is cut into so many places all over the cases.
const PLACES: u64 = 64;

/// Measures those of some jobs' kinds that are not known yet, within about so much time together; each at least once, however long that takes. The
/// job of a kind with the most cases stands for all. The numbers are those of the jobs' cases.
///
/// # Errors
/// A run cannot be set up, or an engine fails.
pub fn measure(
    jobs: &[(Job, u64)],
    (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
    known: Measured,
    limit: Duration,
) -> Result<Measured, CampaignError> {
    let mut measured = known;
    let mut longest: Vec<(Kind, &(Job, u64))> = Vec::new();
    for job in jobs.iter().filter(|(_, cases)| *cases > 0) {
        let kind = Kind::of(&job.0, subject, oracles);
        match longest.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, known)) if known.1 < job.1 => *known = job,
            Some(_) => {}
            None if measured.place(&kind).is_none() => longest.push((kind, job)),
            None => {}
        }
    }
    if longest.is_empty() {
        return Ok(measured);
    }
    let start = Instant::now();
    for (done, (kind, (job, cases))) in longest.iter().enumerate() {
        let left = limit.saturating_sub(start.elapsed());
        let own = left / (longest.len() - done) as u32;
        measured.kinds.push(one(kind, (job, *cases), (subject, oracles), own)?);
    }
    measured.machine = Some(Machine::this());
    measured.limit = limit.as_secs_f64();
    measured.seconds += start.elapsed().as_secs_f64();
    Ok(measured)
}

/// Measures one job: runs of more and more cases, until one has taken most of the time.
fn one(
    kind: &Kind,
    (job, all): (&Job, u64),
    engines: (&dyn Engine, &[Box<dyn Engine>]),
    limit: Duration,
) -> Result<Measurement, CampaignError> {
    let start = Instant::now();
    let first = timed(job, all, SHORTEST, engines)?;
    let mut last = first;
    // A run four times as long must still fit in.
    while last.0 < all && start.elapsed() + last.1 * 4 <= limit {
        last = timed(job, all, last.0.saturating_mul(4), engines)?;
    }
    let (cases, seconds) = (last.0, last.1.as_secs_f64());
    let shortest = first.1.as_secs_f64();
    let per_case = match cases - first.0 {
        0 => seconds / cases as f64,
        more => ((seconds - shortest) / more as f64).max(0.0),
    };
    let fixed = (seconds - per_case * cases as f64).max(0.0);
    Ok(Measurement {
        kind: kind.clone(),
        task: format!("{} {}", job.group(), job.task().op),
        cases,
        seconds,
        fixed,
        per_case,
    })
}

/// Runs about so many of a job's cases, from places all over them: how many there were, and how long it took.
fn timed(
    job: &Job,
    all: u64,
    wanted: u64,
    (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
) -> Result<(u64, Duration), CampaignError> {
    let wanted = wanted.min(all);
    let block = (wanted / PLACES).max(SHORTEST.min(wanted));
    let parts = Parts::new(block, 0..1, (all / wanted).max(1));
    let cases = parts.map_or(all, |parts| parts.cases(all));
    let job = parts.map_or_else(|| job.clone(), |parts| job.clone().in_part(parts));
    let start = Instant::now();
    let settings = Settings { threads: core::num::NonZero::<usize>::MIN, keep: 1, part: Part::Whole };
    let jobs = [job];
    let report = Verifier::new(&jobs, subject, oracles, settings)?.run(&|_| ())?;
    match report.stopped {
        Some(why) => Err(CampaignError::Stopped(why)),
        None => Ok((cases, start.elapsed())),
    }
}
