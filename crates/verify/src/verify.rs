//! The verifier: compares a subject with oracles, over jobs of numbered cases, on any number of threads.
//!
//! A [`Job`] is a task with a list of policies and its cases. Jobs are divided into chunks; the operands of a chunk are
//! generated once and then run under every policy, so that engines can cache what does not depend on the policy.
//! Results are summed, or sorted by case number, so they do not depend on the threads.

mod batch;
mod comparison;
mod difference;
mod engines;
mod error;
mod flushing;
mod job;
mod kept;
mod log;
mod mismatch;
mod parts;
mod plan;
mod record;
mod report;
mod setup;
mod steps;
mod sweep;
mod tally;
mod waived;
mod worker;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread::Builder;
use std::time::Instant;

use crate::engine::{Engine, EngineError};

pub use comparison::{Comparison, NanMatch, letters};
pub use difference::Difference;
pub use error::VerifyError;
pub use flushing::{FLUSHINGS, FlushCounts};
pub use job::Job;
pub use kept::first_of_each_kind;
pub use log::{Logged, Sink};
pub use mismatch::Mismatch;
pub use parts::Parts;
pub use plan::{Part, Settings, Shard, ShardError};
pub use report::{Applied, Covered, JobReport, PolicyReport, Report};
pub use setup::Observer;
pub use tally::{FlagCounts, OracleCounts};
pub use waived::{Fit, Judge, Questioned, WaivedCounts, WaiverFacts, Waivers};

use log::Log;
use plan::{MOST_THREADS, Plan};
use setup::{Setup, Shared};
use tally::Tally;
use waived::Waived;

/// A run that is ready to start.
pub struct Verifier<'a>(Setup<'a>);

impl<'a> Verifier<'a> {
    /// Numbers the cases of all jobs and determines which engine covers which task, without running anything.
    ///
    /// # Errors
    /// If cases cannot be numbered or do not exist, or an engine would be compared with itself.
    pub fn new(
        jobs: &'a [Job],
        subject: &'a dyn Engine,
        oracles: &'a [Box<dyn Engine>],
        settings: Settings,
    ) -> Result<Verifier<'a>, VerifyError> {
        Verifier::with(jobs, subject, oracles, settings, None)
    }

    /// The same, where an observer is told the cases that the subject answered: chunk after chunk, from all threads, under each policy.
    ///
    /// Then every case is run by itself, also where the results of a conversion could be compared step by step.
    ///
    /// # Errors
    /// As of [`Verifier::new`].
    pub fn observed(
        jobs: &'a [Job],
        subject: &'a dyn Engine,
        oracles: &'a [Box<dyn Engine>],
        settings: Settings,
        observer: Observer<'a>,
    ) -> Result<Verifier<'a>, VerifyError> {
        Verifier::with(jobs, subject, oracles, settings, Some(observer))
    }

    fn with(
        jobs: &'a [Job],
        subject: &'a dyn Engine,
        oracles: &'a [Box<dyn Engine>],
        settings: Settings,
        observer: Option<Observer<'a>>,
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
        let plan = Plan::new(jobs, subject, oracles, &settings, observer.is_none())?;
        Ok(Verifier(Setup { jobs, subject, oracles, settings, plan, observer, waived: Waived::default() }))
    }

    /// The same run with mismatches that are accepted: they are counted apart.
    #[must_use]
    pub fn waiving(mut self, waivers: &dyn Waivers) -> Verifier<'a> {
        self.0.waived = Waived::new(waivers, self.0.jobs);
        self
    }

    /// The number of cases of the run, counted per policy: the total reported as progress.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.plan.work(self.0.jobs)
    }

    /// The number of cases of a job that are run in one go, at most.
    pub(crate) fn chunk(&self, job: usize) -> u64 {
        self.0.plan.chunk(job)
    }

    /// Whether there is nothing to run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs everything; `progress` is called with the number of cases of each finished chunk, counted per policy.
    ///
    /// If an engine fails, the run ends early, and the report contains the failure and all results up to then.
    ///
    /// # Errors
    /// If an engine could not be duplicated for the threads.
    pub fn run(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, VerifyError> {
        self.run_on(Builder::new, progress, None)
    }

    /// The same, and every mismatch is given to `sink`, those that are waived too.
    ///
    /// # Errors
    /// As for [`Verifier::run`].
    pub fn run_and_log(
        &self,
        progress: &(dyn Fn(u64) + Sync),
        sink: Sink<'_>,
    ) -> Result<Report, VerifyError> {
        self.run_on(Builder::new, progress, Some(sink))
    }

    fn run_on(
        &self,
        thread: impl Fn() -> Builder,
        progress: &(dyn Fn(u64) + Sync),
        sink: Option<Sink<'_>>,
    ) -> Result<Report, VerifyError> {
        let start = Instant::now();
        let Setup { jobs, subject, oracles, settings, plan, observer, waived } = &self.0;
        let shared = Shared {
            jobs,
            plan,
            waived,
            log: sink.map(Log::new),
            oracles: oracles.iter().map(|o| o.name()).collect(),
            keep: settings.keep,
            next: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            why: Mutex::new(None),
            progress,
            observer: *observer,
        };
        let most = plan.units().clamp(1, MOST_THREADS as u64) as usize;
        let threads = settings.threads.get().min(most);
        let fork = || engines::Engines::fork(*subject, oracles);
        let mine = fork()?;
        let others = (1..threads).map(|_| fork()).collect::<Result<Vec<_>, EngineError>>()?;
        let (tally, threads) = on_threads(&shared, thread, mine, others);
        if let Some(log) = shared.log {
            log.finish();
        }
        let why = shared.why.into_inner().ok().flatten();
        Ok(report::assemble(&self.0, tally, why, (threads, start.elapsed())))
    }
}

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
