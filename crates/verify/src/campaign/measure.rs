//! What tasks cost, measured: each kind of task is run for a short time on one thread.

use std::sync::Mutex;
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
    /// The cases of the last run, which is the longest.
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

/// How many times as many cases a run has as the one before.
const GROWTH: u64 = 4;

/// Blocks of a sample, at most: a run is cut into so many places all over the cases.
const PLACES: u64 = 64;

/// The kinds of some jobs that are not known yet, each with the job of most cases that is of it. The numbers are those of the jobs' cases.
fn unknown<'j>(
    jobs: &'j [(Job, u64)],
    (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
    known: &Measured,
) -> Vec<(Kind, &'j (Job, u64))> {
    let mut longest: Vec<(Kind, &(Job, u64))> = Vec::new();
    for job in jobs.iter().filter(|(_, cases)| *cases > 0) {
        let kind = Kind::of(&job.0, subject, oracles);
        match longest.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, known)) if known.1 < job.1 => *known = job,
            Some(_) => {}
            None if known.place(&kind).is_none() => longest.push((kind, job)),
            None => {}
        }
    }
    longest
}

/// Measures those of some jobs' kinds that are not known yet, within about so much time together; each at least once, however long that takes. The
/// job of a kind with the most cases stands for all. The numbers are those of the jobs' cases. `begins` is told how many kinds are measured, before the
/// first of them.
///
/// # Errors
/// A run cannot be set up, or an engine fails.
pub fn measure(
    jobs: &[(Job, u64)],
    (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
    known: Measured,
    limit: Duration,
    begins: &dyn Fn(usize),
) -> Result<Measured, CampaignError> {
    let mut measured = known;
    let longest = unknown(jobs, (subject, oracles), &measured);
    if longest.is_empty() {
        return Ok(measured);
    }
    begins(longest.len());
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

/// Measures one job: runs of more and more cases, until another one would take more than the time that is left.
fn one(
    kind: &Kind,
    (job, all): (&Job, u64),
    engines: (&dyn Engine, &[Box<dyn Engine>]),
    limit: Duration,
) -> Result<Measurement, CampaignError> {
    let start = Instant::now();
    let chunk = Verifier::new(std::slice::from_ref(job), engines.0, engines.1, ALONE)?.chunk(0);
    let mut run = timed(job, all, chunk, 2 * chunk, engines)?;
    loop {
        let more = run.cases.saturating_mul(GROWTH).min(all);
        let estimate = run.fixed() + more as f64 * run.per_case();
        if more == run.cases || start.elapsed().as_secs_f64() + estimate > limit.as_secs_f64() {
            break;
        }
        run = timed(job, all, chunk, more, engines)?;
    }
    Ok(Measurement {
        kind: kind.clone(),
        task: format!("{} {}", job.group(), job.task().op),
        cases: run.cases,
        seconds: run.seconds,
        fixed: run.fixed(),
        per_case: run.per_case(),
    })
}

/// One thread, all cases of what is run.
const ALONE: Settings = Settings { threads: core::num::NonZero::<usize>::MIN, keep: 1, part: Part::Whole };

/// The times of a run.
struct Timed {
    cases: u64,
    seconds: f64,
    /// The cases of the first chunk, and when it was done: what is done once, such as an oracle's steps, is done by then.
    first: (u64, f64),
}

impl Timed {
    fn per_case(&self) -> f64 {
        let (cases, seconds) = self.first;
        match self.cases - cases {
            0 => seconds / cases as f64,
            others => ((self.seconds - seconds) / others as f64).max(0.0),
        }
    }

    fn fixed(&self) -> f64 {
        let (cases, seconds) = self.first;
        (seconds - cases as f64 * self.per_case()).max(0.0)
    }
}

/// Runs about so many of a job's cases, from places all over them.
fn timed(
    job: &Job,
    all: u64,
    chunk: u64,
    wanted: u64,
    (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
) -> Result<Timed, CampaignError> {
    let wanted = wanted.min(all);
    // Two blocks at least.
    let block = (wanted / PLACES).max(chunk.min(wanted.div_ceil(2)));
    // Not those with the first cases, which are zeros and subnormals.
    let of = (all / wanted).max(1);
    let parts = Parts::new(block, of / 3..of / 3 + 1, of);
    let cases = parts.map_or(all, |parts| parts.cases(all));
    let jobs = [parts.map_or_else(|| job.clone(), |parts| job.clone().in_part(parts))];
    let policies = job.policies().len() as u64;
    let first = Mutex::new(None);
    let start = Instant::now();
    let report = Verifier::new(&jobs, subject, oracles, ALONE)?.run(&|done| {
        if let Ok(mut first) = first.lock() {
            first.get_or_insert_with(|| (done / policies, start.elapsed().as_secs_f64()));
        }
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let first = first.into_inner().ok().flatten().filter(|(cases, _)| *cases > 0);
    match report.stopped {
        Some(why) => Err(CampaignError::NotMeasured(why)),
        None => Ok(Timed { cases, seconds, first: first.unwrap_or((cases, seconds)) }),
    }
}
