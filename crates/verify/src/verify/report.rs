//! What a run found.

use std::time::Duration;

use halfulp::Task;

use super::tally::Tally;
use super::{Job, Mismatch, Part, Verifier};
use crate::cases::Selection;
use crate::exceptions::{self, Exception, Verdict};

/// What a run found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The subject's name.
    pub subject: String,
    /// The oracles' names.
    pub oracles: Vec<String>,
    /// One a job, in the order of the jobs.
    pub jobs: Vec<JobReport>,
    /// How many threads ran.
    pub threads: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// What a run found in one job.
#[derive(Clone, Debug)]
pub struct JobReport {
    /// The line of the report in which it is counted.
    pub group: String,
    /// The task; its policy does not count.
    pub task: Task,
    /// Which cases, and their seed.
    pub selection: Selection,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// Tasks compared with at least one oracle: one a policy.
    pub tasks: u64,
    /// Cases compared with at least one oracle, each policy counted.
    pub cases: u64,
    /// Cases compared, an oracle each.
    pub compared: Vec<u64>,
    /// Cases in which the subject differs, an oracle each.
    pub differs: Vec<u64>,
    /// Cases in which the subject differs from some oracle, each policy counted.
    pub mismatches: u64,
    /// The mismatches of the lowest case numbers, sorted.
    pub first: Vec<Mismatch>,
    /// What known exceptions excused.
    pub excused: Vec<Excused>,
    /// Tasks that the subject does not cover.
    pub skipped: Vec<Task>,
    /// Tasks that the subject covers and no oracle does.
    pub uncovered: Vec<Task>,
    /// Time spent, all threads added.
    pub busy: Duration,
}

/// What a known exception of an oracle excused in one task.
#[derive(Clone, Copy, Debug)]
pub struct Excused {
    /// The exception.
    pub exception: &'static Exception,
    /// The task.
    pub task: Task,
    /// How many disagreements with the oracle it excused.
    pub count: u64,
    /// Whether that is as it is known to be. Only a run over all cases can tell that it is not.
    pub verdict: Verdict,
}

impl Report {
    /// Exceptions that did not occur as they are known to, in runs over all cases.
    pub fn changed(&self) -> impl Iterator<Item = &Excused> {
        let all = self.jobs.iter().flat_map(|job| &job.excused);
        all.filter(|excused| excused.verdict != Verdict::Expected)
    }

    /// Whether there is no mismatch, and every known exception occurred as it is known to.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.mismatches() == 0 && self.changed().next().is_none()
    }

    /// Cases compared with at least one oracle, each policy counted.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.jobs.iter().map(|job| job.cases).sum()
    }

    /// Cases in which the subject and some oracle disagree, each policy counted.
    #[must_use]
    pub fn mismatches(&self) -> u64 {
        self.jobs.iter().map(|job| job.mismatches).sum()
    }

    /// Tasks, each policy counted, that the subject covers and no oracle does.
    #[must_use]
    pub fn uncovered(&self) -> u64 {
        self.jobs.iter().map(|job| job.uncovered.len() as u64).sum()
    }

    /// Tasks, each policy counted, that the subject does not cover.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.jobs.iter().map(|job| job.skipped.len() as u64).sum()
    }

    /// Cases compared with one oracle, by its position.
    #[must_use]
    pub fn compared(&self, oracle: usize) -> u64 {
        self.jobs.iter().map(|job| job.compared[oracle]).sum()
    }
}

/// What known exceptions excused in a job; also those that excused nothing, where all cases ran.
fn excused(run: &Verifier<'_>, job: &Job, index: usize, counts: &[u64]) -> Vec<Excused> {
    let whole = run.settings.part == Part::Whole && job.selection() == Selection::All;
    let mut found = Vec::new();
    for (policy, coverage) in run.plan.coverage(index).iter().enumerate() {
        let task = job.task().with_policy(job.policies()[policy]);
        for (oracle, engine) in run.oracles.iter().enumerate() {
            let covered = coverage.subject && coverage.oracle(oracle);
            let Some(exception) = exceptions::find(engine.name(), &task).filter(|_| covered) else {
                continue;
            };
            let count = counts[policy * run.oracles.len() + oracle];
            if whole || count > 0 {
                let verdict = if whole { exception.judge(count) } else { Verdict::Expected };
                found.push(Excused { exception, task, count, verdict });
            }
        }
    }
    found
}

/// Puts a run's counts beside its jobs.
pub(super) fn assemble(run: &Verifier<'_>, tally: Tally, elapsed: Duration) -> Report {
    let jobs = run.jobs.iter().zip(tally.jobs).enumerate();
    let jobs = jobs.map(|(index, (job, counts))| {
        let coverage = run.plan.coverage(index);
        let tasks = |wanted: &dyn Fn(&super::plan::Coverage) -> bool| {
            let policies = job.policies().iter().zip(coverage);
            let chosen = policies.filter(|(_, c)| wanted(c));
            chosen.map(|(policy, _)| job.task().with_policy(*policy)).collect()
        };
        JobReport {
            group: job.group().to_string(),
            task: *job.task(),
            selection: job.selection(),
            seed: job.seed(),
            tasks: coverage.iter().filter(|c| c.compares()).count() as u64,
            cases: counts.cases,
            compared: counts.compared,
            differs: counts.differs,
            mismatches: counts.by_policy.iter().sum(),
            excused: excused(run, job, index, &counts.excused),
            first: counts.first,
            skipped: tasks(&|c| !c.subject),
            uncovered: tasks(&|c| c.subject && c.oracles == 0),
            busy: counts.busy,
        }
    });
    Report {
        subject: run.subject.name().to_string(),
        oracles: run.oracles.iter().map(|o| o.name().to_string()).collect(),
        jobs: jobs.collect(),
        threads: run.settings.threads.get(),
        elapsed,
    }
}
