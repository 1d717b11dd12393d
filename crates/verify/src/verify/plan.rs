//! The division of jobs into chunks, and the coverage of tasks by engines.

use core::fmt;
use core::num::NonZero;
use core::ops::Range;
use core::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use halfulp::Policy;

use crate::cases::{Cases, CasesError};
use crate::engine::Engine;

use super::error::VerifyError;
use super::job::Job;
use super::parts::Parts;
use super::sweep::Sweep;

/// Operands in a chunk: few enough that what engines keep of them stays in a core's cache.
pub const CHUNK: u64 = 512;

/// Operands in a chunk of a sweep, which asks about runs of them.
const SWEPT: u64 = 1 << 20;

/// One of the `of` parts into which a run is divided, so that several machines can share it; `index` counts from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// The part, counted from 1.
    #[must_use]
    pub fn index(self) -> u64 {
        self.index
    }

    /// The number of parts.
    #[must_use]
    pub fn of(self) -> u64 {
        self.of
    }
}

/// The error for a text that is not a shard.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is not a shard: expected i/n with i from 1 to n, for example 2/8")]
pub struct ShardError(String);

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let parts = text.split_once('/');
        let parsed = parts.and_then(|(i, n)| Some((i.parse::<u64>().ok()?, n.parse::<u64>().ok()?)));
        match parsed {
            Some((index, of)) if 1 <= index && index <= of => Ok(Shard { index, of }),
            _ => Err(ShardError(text.to_string())),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// More threads than this help nowhere.
pub const MOST_THREADS: usize = 1024;

/// A thread more is worth while for so many jobs.
const JOBS_A_THREAD: usize = 16;

/// The cases of the jobs that are run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Part {
    /// All of them.
    #[default]
    Whole,
    /// Every `of`-th block of consecutive cases, counted over all jobs. Blocks depend on the jobs and on `of` alone, and not on the engines: the shards of a
    /// run have all of its cases, each once, however each of them asks its subject.
    Shard(Shard),
    /// Only the case with this number, in every job that has it.
    Case(u64),
}

/// The settings of a run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The number of threads, each with its own engines. It is limited by the amount of work, by 1024, and by what the system
    /// allows.
    pub threads: NonZero<usize>,
    /// The number of mismatches kept per job for explanation: the first of each kind, then the first of the others.
    pub keep: usize,
    /// The cases: all, one shard, or a single case.
    pub part: Part,
}

/// Which engines cover a task: the subject, and a bit an oracle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coverage {
    pub subject: bool,
    pub oracles: u64,
}

impl Coverage {
    /// Whether there is something to compare.
    pub fn compares(self) -> bool {
        self.subject && self.oracles != 0
    }

    pub fn oracle(self, index: usize) -> bool {
        self.oracles >> index & 1 == 1
    }

    /// Whether there is another oracle than this one.
    pub fn has_other(self, index: usize) -> bool {
        self.oracles & !(1 << index) != 0
    }
}

struct Entry {
    cases: Arc<dyn Cases>,
    coverage: Vec<Coverage>,
    /// Operands in a chunk.
    chunk: u64,
    /// Which of the cases are run, if not all are.
    parts: Option<Parts>,
    /// The oracles' steps, if it is a sweep.
    sweep: Option<Sweep>,
    /// Chunks of this job and all before it.
    end: u64,
}

impl Entry {
    fn chunks(&self) -> u64 {
        match &self.parts {
            Some(parts) => parts.blocks(self.cases.len()) * parts.chunks(self.chunk),
            None => self.cases.len().div_ceil(self.chunk),
        }
    }

    /// The cases of one of its chunks.
    fn range(&self, chunk: u64) -> Range<u64> {
        let all = self.cases.len();
        if let Some(parts) = &self.parts {
            return parts.chunk(chunk, self.chunk, all);
        }
        let first = chunk * self.chunk;
        first..all.min(first + self.chunk)
    }
}

/// All chunks of a run, numbered.
pub struct Plan {
    entries: Vec<Entry>,
    part: Part,
}

impl Plan {
    pub fn new(
        jobs: &[Job],
        subject: &dyn Engine,
        oracles: &[Box<dyn Engine>],
        settings: &Settings,
        may_sweep: bool,
    ) -> Result<Plan, VerifyError> {
        let part = settings.part;
        let mut entries = Vec::with_capacity(jobs.len());
        let (mut end, mut blocks) = (0, 0);
        for (job, cases) in jobs.iter().zip(numbered(jobs, settings.threads)) {
            let cases = cases.map_err(|error| VerifyError::Cases {
                job: format!("{} {}", job.group(), job.task().op),
                error,
            })?;
            let one_by_one = matches!(part, Part::Case(_)) || !may_sweep;
            let sweep = if one_by_one { None } else { Sweep::of(job, subject, oracles) };
            let asked = CHUNK.max(subject.at_once() as u64);
            let chunk = if sweep.as_ref().is_some_and(Sweep::takes_every_operand) { SWEPT } else { asked };
            let coverage = coverage(job, subject, oracles);
            let parts = match (job.parts(), part) {
                (Some(_), Part::Shard(_)) => return Err(VerifyError::ShardOfParts),
                (None, Part::Shard(Shard { index, of })) => {
                    Some(Parts::of_shard((index, of), cases.len(), &mut blocks))
                }
                (parts, _) => parts.copied(),
            };
            let mut entry = Entry { cases, coverage, chunk, parts, sweep, end };
            entry.end += match part {
                Part::Case(case) => u64::from(case < entry.cases.len()),
                Part::Whole | Part::Shard(_) => entry.chunks(),
            };
            end = entry.end;
            entries.push(entry);
        }
        let plan = Plan { entries, part };
        match part {
            Part::Case(case) if end == 0 => {
                let longest = plan.entries.iter().map(|e| e.cases.len()).max().unwrap_or(0);
                Err(VerifyError::NoSuchCase { case, last: longest.saturating_sub(1) })
            }
            _ => Ok(plan),
        }
    }

    /// Chunks that this run takes.
    pub fn units(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.end)
    }

    /// The job and the case numbers of a unit, a number below [`Plan::units`].
    pub fn unit(&self, number: u64) -> (usize, Range<u64>) {
        let job = self.entries.partition_point(|entry| entry.end <= number);
        if let Part::Case(case) = self.part {
            return (job, case..case + 1);
        }
        let before = if job == 0 { 0 } else { self.entries[job - 1].end };
        (job, self.entries[job].range(number - before))
    }

    /// The oracles' steps of a job, if it is a sweep.
    pub fn sweep(&self, job: usize) -> Option<&Sweep> {
        self.entries[job].sweep.as_ref()
    }

    pub fn cases(&self, job: usize) -> &dyn Cases {
        &*self.entries[job].cases
    }

    /// Operands in a chunk of a job.
    pub fn chunk(&self, job: usize) -> u64 {
        self.entries[job].chunk
    }

    /// What is covered, a policy of the job each.
    pub fn coverage(&self, job: usize) -> &[Coverage] {
        &self.entries[job].coverage
    }

    /// Cases that this run takes of a job, under each of its policies.
    pub fn planned(&self, job: usize) -> u64 {
        let entry = &self.entries[job];
        let all = entry.cases.len();
        match self.part {
            Part::Case(case) => u64::from(case < all),
            Part::Whole | Part::Shard(_) => entry.parts.map_or(all, |parts| parts.cases(all)),
        }
    }

    /// Cases of the whole run, each policy counted.
    pub fn work(&self, jobs: &[Job]) -> u64 {
        let cases =
            |(index, job): (usize, &Job)| self.planned(index).saturating_mul(job.policies().len() as u64);
        jobs.iter().enumerate().map(cases).fold(0, u64::saturating_add)
    }
}

/// The cases of every job.
fn numbered(jobs: &[Job], threads: NonZero<usize>) -> Vec<Result<Arc<dyn Cases>, CasesError>> {
    let slots: Vec<(&Job, OnceLock<_>)> = jobs.iter().map(|job| (job, OnceLock::new())).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((job, slot)) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            slot.get_or_init(|| job.cases());
        }
    };
    std::thread::scope(|scope| {
        let others = 1..threads.get().min(jobs.len() / JOBS_A_THREAD).min(MOST_THREADS);
        let start = |_| std::thread::Builder::new().spawn_scoped(scope, work).ok();
        // As many as the system grants.
        others.map_while(start).for_each(drop);
        work();
    });
    slots.into_iter().map(|(job, slot)| slot.into_inner().unwrap_or_else(|| job.cases())).collect()
}

fn coverage(job: &Job, subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Vec<Coverage> {
    let of_policy = |policy: &Policy| {
        let task = job.task().with_policy(*policy);
        let covering = oracles.iter().enumerate().filter(|(_, o)| job.asks(o.name()) && o.covers(&task));
        Coverage { subject: subject.covers(&task), oracles: covering.fold(0, |bits, (i, _)| bits | 1 << i) }
    };
    job.policies().iter().map(of_policy).collect()
}
