//! The verifier: a subject against oracles, over jobs of numbered cases, on any number of threads.
//!
//! A [`Job`] is a task under a list of policies, with its cases. Jobs are cut into chunks; a chunk's operands are
//! drawn once and then run through every policy, so that engines can keep what does not depend on the policy.
//! Results are added, or sorted by case number: they do not depend on the threads.

mod batch;
mod comparison;
mod engines;
mod job;
mod mismatch;
mod plan;
mod report;
mod steps;
mod sweep;
mod tally;
mod worker;

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::Builder;
use std::time::Instant;

use crate::cases::CasesError;
use crate::engine::{Engine, EngineError};

pub use comparison::{Comparison, NanMatch, letters};
pub use job::Job;
pub use mismatch::Mismatch;
pub use plan::{Part, Shard, ShardError};
pub use report::{Applied, Covered, JobReport, PolicyReport, Report};
pub use tally::{FlagCounts, OracleCounts};

use plan::Plan;
use tally::Tally;

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many threads; each has its own engines. No more run than there is work for, than 1024, or than the system
    /// grants.
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
    /// An engine against itself, which agrees whatever it answers.
    #[error("{0} cannot be compared with itself: name another engine with --against, or another --subject")]
    Itself(String),
    /// An oracle twice: it would confirm itself.
    #[error("{0} is named twice with --against")]
    Twice(String),
    /// More oracles than can be told apart.
    #[error("{0} oracles: a run takes at most 64")]
    TooManyOracles(usize),
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
    stopped: AtomicBool,
    why: Mutex<Option<EngineError>>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl Shared<'_> {
    /// Lets all threads end soon. The first reason stays.
    fn stop(&self, error: EngineError) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Ok(mut why) = self.why.lock() {
            why.get_or_insert(error);
        }
    }

    fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl<'a> Verifier<'a> {
    /// Numbers the cases of all jobs and finds out which engine covers what. Nothing runs yet.
    ///
    /// # Errors
    /// Cases that cannot be numbered or do not exist; an engine against itself.
    pub fn new(
        jobs: &'a [Job],
        subject: &'a dyn Engine,
        oracles: &'a [Box<dyn Engine>],
        settings: Settings,
    ) -> Result<Verifier<'a>, VerifyError> {
        let names: Vec<&str> = oracles.iter().map(|oracle| oracle.name()).collect();
        if names.contains(&subject.name()) {
            return Err(VerifyError::Itself(subject.name().into()));
        }
        if let Some(twice) = names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            return Err(VerifyError::Twice((*twice.1).into()));
        }
        if oracles.len() > 64 {
            return Err(VerifyError::TooManyOracles(oracles.len()));
        }
        let plan = Plan::new(jobs, subject, oracles, &settings)?;
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
    /// Where an engine fails the run ends soon, and the report says so, with all that was found until then.
    ///
    /// # Errors
    /// An engine could not be made ready for the threads.
    pub fn run(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, VerifyError> {
        self.run_on(Builder::new, progress)
    }

    fn run_on(
        &self,
        thread: impl Fn() -> Builder,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Report, VerifyError> {
        let start = Instant::now();
        let shared = Shared {
            jobs: self.jobs,
            plan: &self.plan,
            oracles: self.oracles.iter().map(|o| o.name()).collect(),
            keep: self.settings.keep,
            next: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            why: Mutex::new(None),
            progress,
        };
        let most = self.plan.units().clamp(1, MOST_THREADS) as usize;
        let threads = self.settings.threads.get().min(most);
        let fork = || engines::Engines::fork(self.subject, self.oracles);
        let mine = fork()?;
        let others = (1..threads).map(|_| fork()).collect::<Result<Vec<_>, EngineError>>()?;
        let (tally, threads) = on_threads(&shared, thread, mine, others);
        let why = shared.why.into_inner().ok().flatten().map(|error| error.to_string());
        Ok(report::assemble(self, tally, why, (threads, start.elapsed())))
    }
}

/// More threads than this help nowhere.
const MOST_THREADS: u64 = 1024;

/// Works on this thread and on as many others as there are engines for, or as the system grants: how many that were.
fn on_threads(
    shared: &Shared<'_>,
    thread: impl Fn() -> Builder,
    mine: engines::Engines,
    others: Vec<engines::Engines>,
) -> (Tally, usize) {
    std::thread::scope(|scope| {
        let start = |engines| thread().spawn_scoped(scope, move || worker::work(shared, engines)).ok();
        let handles: Vec<_> = others.into_iter().map_while(start).collect();
        let threads = handles.len() + 1;
        let mut tally = worker::work(shared, mine);
        for handle in handles {
            tally.add(handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        (tally, threads)
    })
}

#[cfg(test)]
mod tests;
