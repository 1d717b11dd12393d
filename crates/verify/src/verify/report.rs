//! The results of a run.

use std::time::Duration;

use halfulp::{Flags, Policy, Task};

use super::plan::Coverage;
use super::setup::{Setup, Stop};
use super::tally::{FlagCounts, OracleCounts, PolicyTally, Tally};
use super::{Comparison, FlushCounts, Job, Mismatch, Part, WaivedCounts, WaiverFacts};
use crate::cases::Selection;
use crate::engine::{Origin, Shares};
use crate::errata::{self, Erratum};

/// The results of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The subject's name.
    pub subject: String,
    /// The origin of the subject's answers.
    pub subject_origin: Origin,
    /// What tells the subject from others of its name: [`Engine::identity`](crate::Engine::identity).
    pub subject_identity: Option<String>,
    /// The oracles' names.
    pub oracles: Vec<String>,
    /// The origin of each oracle's answers.
    pub origins: Vec<Origin>,
    /// What tells each oracle from others of its name.
    pub identities: Vec<Option<String>>,
    /// The shares of third party and adapter, for each oracle with third-party work.
    pub shares: Vec<Option<Shares>>,
    /// The options of `halfulp verify` that configured the engines, each once.
    pub options: Vec<(&'static str, String)>,
    /// The words of the command that judges the subject again, if `halfulp verify` cannot name it: [`Engine::replayed_by`](crate::Engine::replayed_by).
    pub replayed_by: Option<Vec<String>>,
    /// Of recorded answers: which cases have none, if there are such.
    pub unanswered: Option<String>,
    /// The cases that were to run.
    pub part: Part,
    /// The waivers.
    pub waivers: Vec<WaiverFacts>,
    /// The results of each job, in the order of the jobs.
    pub jobs: Vec<JobReport>,
    /// The flags that the subject reported in some case.
    pub reported: Flags,
    /// Why the run ended before all cases were compared, if it did.
    pub stopped: Option<String>,
    /// The task of the subject when it failed, if that ended the run.
    pub failed_at: Option<Task>,
    /// The number of threads.
    pub threads: usize,
    /// The duration.
    pub elapsed: Duration,
}

/// The results of one job.
#[derive(Clone, Debug)]
pub struct JobReport {
    /// The line of the report in which it is counted.
    pub group: String,
    /// The task; its policy is ignored.
    pub task: Task,
    /// The selection of cases.
    pub selection: Selection,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// The comparison of answers.
    pub comparison: Comparison,
    /// The results under each policy, in the order of the job's policies.
    pub policies: Vec<PolicyReport>,
    /// Mismatches for explanation: the first of each kind ([`Difference`](super::Difference)), sorted by case number, then the first of the others.
    pub first: Vec<Mismatch>,
    /// The time spent, summed over all threads.
    pub busy: Duration,
}

/// Whether a task could be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covered {
    /// With at least one oracle.
    Compared,
    /// The subject does not cover it.
    NotBySubject,
    /// The subject covers it, and no oracle does.
    NotByOracles,
}

/// The results of one job under one policy.
#[derive(Clone, Debug)]
pub struct PolicyReport {
    /// The policy.
    pub policy: Policy,
    /// Whether it could be compared.
    pub covered: Covered,
    /// The number of cases to run.
    pub planned: u64,
    /// Cases compared with at least one oracle.
    pub cases: u64,
    /// Compared cases in which third-party work contributed to the answer of some oracle.
    pub third_party: u64,
    /// Cases in which the subject differs from some oracle.
    pub mismatches: u64,
    /// How many of the mismatches are waived.
    pub waived: u64,
    /// What each waiver that is about the task came to: its position, and its counts.
    pub waivers: Vec<(usize, WaivedCounts)>,
    /// Of a device: how many of the other mismatches flushing explains.
    pub flushed: FlushCounts,
    /// The number of comparisons of each flag with some oracle.
    pub flags: FlagCounts,
    /// The counts of each oracle.
    pub oracles: Vec<OracleCounts>,
    /// The errata of oracles that cover the task.
    pub errata: Vec<Applied>,
}

/// An erratum that one of the oracles has for a task.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// The erratum.
    pub erratum: &'static Erratum,
    /// The position of the oracle.
    pub oracle: usize,
    /// The expected number of wrong answers in all cases of the job; `None` if it is not known, or cannot be determined
    /// because there is no other oracle.
    pub listed: Option<u64>,
}

impl JobReport {
    /// Cases compared with at least one oracle, counted per policy.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.policies.iter().map(|policy| policy.cases).sum()
    }

    /// Cases in which the subject and some oracle disagree, counted per policy.
    #[must_use]
    pub fn mismatches(&self) -> u64 {
        self.policies.iter().map(|policy| policy.mismatches).sum()
    }
}

impl Report {
    fn policies(&self) -> impl Iterator<Item = &PolicyReport> {
        self.jobs.iter().flat_map(|job| &job.policies)
    }

    /// Cases compared with at least one oracle, counted per policy.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.jobs.iter().map(JobReport::cases).sum()
    }

    /// Cases in which the subject and some oracle disagree, counted per policy, those that are waived included.
    #[must_use]
    pub fn mismatches(&self) -> u64 {
        self.jobs.iter().map(JobReport::mismatches).sum()
    }

    /// Cases computed by the oracle at a position, counted per policy.
    #[must_use]
    pub fn compared(&self, oracle: usize) -> u64 {
        self.policies().map(|policy| policy.oracles[oracle].compared).sum()
    }
}

/// The errata of a job's oracles under one policy.
fn applied(run: &Setup<'_>, job: &Job, task: &Task, coverage: Coverage) -> Vec<Applied> {
    let oracles = run.oracles.iter().enumerate().filter(|(oracle, _)| coverage.oracle(*oracle));
    let found = oracles.filter_map(|(oracle, engine)| {
        let erratum = errata::find(engine.name(), task)?;
        let shows = job.selection() == Selection::All && coverage.has_other(oracle);
        Some(Applied { erratum, oracle, listed: erratum.count.filter(|_| shows) })
    });
    found.filter(|_| coverage.subject).collect()
}

/// What was found under one policy.
fn of_policy(run: &Setup<'_>, place: (usize, usize), counts: PolicyTally) -> PolicyReport {
    let (index, policy) = place;
    let job = &run.jobs[index];
    let coverage = run.plan.coverage(index)[policy];
    let policy = job.policies()[policy];
    let task = job.task().with_policy(policy);
    let covering = run.oracles.iter().enumerate().filter(|(oracle, _)| coverage.oracle(*oracle));
    let by_others = covering.map(|(_, oracle)| oracle).any(|oracle| oracle.is_third_party(&task));
    PolicyReport {
        policy,
        covered: match coverage {
            Coverage { subject: false, .. } => Covered::NotBySubject,
            Coverage { oracles: 0, .. } => Covered::NotByOracles,
            _ => Covered::Compared,
        },
        planned: run.plan.planned(index) - counts.unanswered,
        cases: counts.cases,
        third_party: if by_others { counts.cases } else { 0 },
        mismatches: counts.mismatches,
        waived: counts.waived,
        waivers: run.waived.judges(index, place.1).iter().map(|(k, _)| (*k, counts.waivers[*k])).collect(),
        flushed: counts.flushed,
        flags: counts.flags,
        oracles: counts.oracles,
        errata: applied(run, job, &task, coverage),
    }
}

/// Puts a run's counts beside its jobs.
pub(super) fn assemble(
    run: &Setup<'_>,
    tally: Tally,
    stop: Option<Stop>,
    (threads, elapsed): (usize, Duration),
) -> Report {
    let reported = tally.reported;
    let of_subject = stop.as_ref().filter(|stop| stop.error.engine == run.subject.name());
    let failed_at = of_subject.and_then(|stop| stop.task);
    let mut options: Vec<(&'static str, String)> = Vec::new();
    for option in run.oracles.iter().fold(run.subject.options(), |all, o| [all, o.options()].concat()) {
        if !options.contains(&option) {
            options.push(option);
        }
    }
    let jobs = run.jobs.iter().zip(tally.jobs).enumerate().map(|(index, (job, counts))| JobReport {
        group: job.group().to_string(),
        task: *job.task(),
        selection: job.selection(),
        seed: job.seed(),
        comparison: *job.comparison(),
        policies: (0..)
            .zip(counts.policies)
            .map(|(policy, counts)| of_policy(run, (index, policy), counts))
            .collect(),
        first: counts.kept.sorted(),
        busy: counts.busy,
    });
    Report {
        subject: run.subject.name().to_string(),
        subject_origin: run.subject.origin(),
        subject_identity: run.subject.identity(),
        oracles: run.oracles.iter().map(|o| o.name().to_string()).collect(),
        origins: run.oracles.iter().map(|o| o.origin()).collect(),
        identities: run.oracles.iter().map(|o| o.identity()).collect(),
        shares: run.oracles.iter().map(|o| o.shares()).collect(),
        options,
        replayed_by: run.subject.replayed_by(),
        unanswered: None,
        part: run.settings.part,
        waivers: run.waived.facts.clone(),
        reported,
        jobs: jobs.collect(),
        stopped: stop.map(|stop| stop.error.to_string()),
        failed_at,
        threads,
        elapsed,
    }
}
