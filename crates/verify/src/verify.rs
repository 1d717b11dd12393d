//! The verifier: a subject against oracles, over jobs of numbered cases, on any number of threads.
//!
//! A [`Job`] is a task under a list of policies, with its cases. Jobs are cut into chunks; a chunk's operands are
//! drawn once and then run through every policy, so that engines can keep what does not depend on the policy.
//! Results are added, or sorted by case number: they do not depend on the threads.

mod job;
mod mismatch;
mod plan;
mod report;
mod steps;
mod sweep;
mod tally;
mod worker;

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Instant;

use crate::cases::CasesError;
use crate::engine::{Engine, EngineError};

pub use job::Job;
pub use mismatch::Mismatch;
pub use plan::{Part, Shard, ShardError};
pub use report::{Excused, JobReport, Report};

use plan::Plan;
use tally::Tally;

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many threads; each has its own engines.
    pub threads: NonZero<usize>,
    /// How many mismatches a job keeps to explain: those of the lowest case numbers.
    pub keep: usize,
    /// Which cases: all, one shard, or one case.
    pub part: Part,
}

/// Why a run could not be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// A job's cases cannot be numbered.
    #[error("{job}: {error}")]
    Cases {
        /// What the job computes.
        job: String,
        /// What is wrong with its cases.
        error: CasesError,
    },
    /// An engine could not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A case number that no job has.
    #[error("there is no case {case}: the numbers here go from 0 to {last}")]
    NoSuchCase {
        /// The number asked for.
        case: u64,
        /// The last case of the largest job.
        last: u64,
    },
}

/// A run that is ready to start.
pub struct Verifier<'a> {
    jobs: &'a [Job],
    subject: &'a dyn Engine,
    oracles: &'a [Box<dyn Engine>],
    settings: Settings,
    plan: Plan,
}

/// What all threads of a run share.
struct Shared<'a> {
    jobs: &'a [Job],
    plan: &'a Plan,
    oracles: Vec<&'a str>,
    keep: usize,
    next: AtomicU64,
    failed: AtomicBool,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Verifier<'a> {
    /// Numbers the cases of all jobs and finds out which engine covers what. Nothing runs yet.
    ///
    /// # Errors
    /// Cases that cannot be numbered or do not exist.
    pub fn new(
        jobs: &'a [Job],
        subject: &'a dyn Engine,
        oracles: &'a [Box<dyn Engine>],
        settings: Settings,
    ) -> Result<Verifier<'a>, VerifyError> {
        let plan = Plan::new(jobs, subject, oracles, settings.part)?;
        Ok(Verifier { jobs, subject, oracles, settings, plan })
    }

    /// How many cases the run has, each policy counted: what its progress adds up to.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.plan.work(self.jobs)
    }

    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs everything; `progress` is told how many cases a finished chunk had, each policy counted.
    ///
    /// # Errors
    /// An engine could not answer; what was found until then is lost.
    pub fn run(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, VerifyError> {
        let start = Instant::now();
        let shared = Shared {
            jobs: self.jobs,
            plan: &self.plan,
            oracles: self.oracles.iter().map(|o| o.name()).collect(),
            keep: self.settings.keep,
            next: AtomicU64::new(0),
            failed: AtomicBool::new(false),
            progress,
        };
        let most = self.plan.units().clamp(1, usize::MAX as u64) as usize;
        let threads = self.settings.threads.get().min(most);
        let engines = (0..threads)
            .map(|_| worker::Engines::fork(self.subject, self.oracles))
            .collect::<Result<Vec<_>, EngineError>>()?;
        let results = on_threads(&shared, engines);
        let mut tally = Tally::new(self.jobs, self.oracles.len(), self.settings.keep);
        for result in results {
            tally.add(result?);
        }
        Ok(report::assemble(self, tally, start.elapsed()))
    }
}

fn on_threads(shared: &Shared<'_>, engines: Vec<worker::Engines>) -> Vec<Result<Tally, EngineError>> {
    std::thread::scope(|scope| {
        let handles: Vec<_> =
            engines.into_iter().map(|engines| scope.spawn(|| worker::work(shared, engines))).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests;
