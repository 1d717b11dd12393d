//! Summaries: the counts of a run, with the first mismatches explained, as printed and exported.

use core::fmt;
use std::collections::HashMap;

use halfulp::Policy;
use serde::{Deserialize, Serialize};

use super::explain::task_text;
use super::{
    ErratumCounts, Explanation, FlagTable, FormatName, Group, JobCounts, Machine, NamedFacts, NotCompared,
    Oracle, OracleTotals, Party, Piece, PolicyCounts, Seen, Verdict, Waived, WaiverCounts, explain,
};
use crate::engine::Shares;
use crate::verify::{Applied, JobReport, Part, PolicyReport, Report, letters};

/// The schema of a summary as JSON: `docs/schema/halfulp.verify-1.json`.
pub const SCHEMA: &str = "halfulp.verify/1";

/// The summary of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of this program.
    pub version: String,
    /// The command line; empty if there was none.
    pub command: Vec<String>,
    /// The machine.
    pub machines: Vec<Machine>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why the verdict is not that all agree, apart from mismatches.
    pub reasons: Vec<String>,
    /// Why the run ended before all cases were compared, if it did.
    pub stopped: Vec<String>,
    /// Of recorded answers: which cases have none; of a document only the reasons tell.
    #[serde(skip)]
    pub unanswered: Vec<String>,
    /// The policy under which the subject failed, if that is why the run ended; not known of a document.
    #[serde(skip)]
    pub failed_under: Option<Policy>,
    /// What only the run itself knows.
    #[serde(skip)]
    pub seen: Seen,
    /// The engine under test.
    pub subject: Party,
    /// The reference engines.
    pub oracles: Vec<Oracle>,
    /// The shard, if only a part was run.
    pub shard: Option<Piece>,
    /// The case, if only one was run.
    pub case: Option<u64>,
    /// The number of threads.
    pub threads: usize,
    /// The elapsed time in seconds.
    pub seconds: f64,
    /// The number of cases to run, counted per policy.
    pub planned: u64,
    /// Cases compared, counted per policy.
    pub cases: u64,
    /// Compared cases in which third-party work contributed to the answer of some oracle.
    pub third_party: u64,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// How many of them are waived.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waived: u64,
    /// The number of comparisons of each flag.
    pub flags: FlagTable,
    /// The letters of the flags that the subject reported in some case.
    pub reported: String,
    /// What was not compared.
    pub not_compared: NotCompared,
    /// The formats.
    pub formats: Vec<NamedFacts>,
    /// The policies of all jobs, each once.
    #[serde(with = "super::policy::list")]
    pub policies: Vec<Policy>,
    /// The counts of each format.
    pub groups: Vec<Group>,
    /// The counts of each job.
    pub jobs: Vec<JobCounts>,
    /// The errata of the oracles that cover the tasks.
    pub errata: Vec<ErratumCounts>,
    /// The waivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverCounts>,
    /// The largest number of explained mismatches.
    pub most_explained: usize,
    /// The first mismatches.
    pub explanations: Vec<Explained>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// An explanation and its job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The position of the job.
    pub job: usize,
    /// The explanation.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explanation.fmt(f)
    }
}

impl Summary {
    /// Summarizes a run and explains at most `most` mismatches: the first of every job before the second of any.
    #[must_use]
    pub fn of(report: &Report, most: usize, name: FormatName<'_>) -> Summary {
        let (shard, case) = match report.part {
            Part::Whole => (None, None),
            Part::Shard(shard) => (Some(Piece { index: shard.index(), of: shard.of() }), None),
            Part::Case(case) => (None, Some(case)),
        };
        let policies = Policies::of(report);
        let mut summary = Summary {
            schema: SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            command: Vec::new(),
            machines: vec![Machine::this()],
            verdict: Verdict::Undecided,
            reasons: Vec::new(),
            stopped: report.stopped.iter().cloned().collect(),
            unanswered: report.unanswered.iter().cloned().collect(),
            failed_under: report.failed_at.map(|task| task.policy),
            seen: Seen::of(report, &policies.list),
            subject: Party {
                name: report.subject.clone(),
                origin: report.subject_origin,
                identity: report.subject_identity.clone(),
            },
            oracles: oracles(report),
            shard,
            case,
            threads: report.threads,
            seconds: report.elapsed.as_secs_f64(),
            planned: 0,
            cases: 0,
            third_party: 0,
            mismatches: 0,
            waived: 0,
            flags: FlagTable::default(),
            reported: match letters::text(report.reported) {
                none if report.reported == halfulp::Flags::NONE => none[..0].into(),
                reported => reported,
            },
            not_compared: NotCompared::default(),
            formats: formats(report, name),
            policies: policies.list.clone(),
            groups: Vec::new(),
            jobs: report.jobs.iter().map(|job| counts(report, job, &policies, name)).collect(),
            errata: report.jobs.iter().enumerate().flat_map(|job| errata(report, job, name)).collect(),
            waivers: report.waivers.iter().map(WaiverCounts::new).collect(),
            most_explained: most,
            explanations: explanations(report, most, name),
        };
        summary.settle();
        summary
    }
}

/// The mismatches explained: the first of every job, then the second, and so on. A job's begin with one of each kind.
fn explanations(report: &Report, most: usize, name: FormatName<'_>) -> Vec<Explained> {
    let all = report.jobs.iter().enumerate();
    let all: Vec<(usize, usize)> = all.map(|(job, found)| (job, found.first.len())).collect();
    in_rounds(&all, most)
        .map(|(job, place)| {
            let of = &report.jobs[job];
            Explained { job, explanation: explain(report, of, &of.first[place], name) }
        })
        .collect()
}

/// The first of each list of such a length, then the second, and so on: the key of each list and the place in it.
pub(crate) fn in_rounds(lists: &[(usize, usize)], most: usize) -> impl Iterator<Item = (usize, usize)> {
    let longest = lists.iter().map(|(_, length)| *length).max().unwrap_or(0);
    let rounds = (0..longest).flat_map(move |place| lists.iter().map(move |list| (list, place)));
    rounds.filter(|((_, length), place)| place < length).map(|((key, _), place)| (*key, place)).take(most)
}

fn oracles(report: &Report) -> Vec<Oracle> {
    let oracle = |(place, shares): (usize, &Option<Shares>)| Oracle {
        name: report.oracles[place].clone(),
        origin: report.origins[place],
        identity: report.identities.get(place).cloned().flatten(),
        by_third_party: shares.map(|shares| shares.theirs.into()),
        by_adapter: shares.map(|shares| shares.adapter.into()),
        totals: OracleTotals::default(),
    };
    report.shares.iter().enumerate().map(oracle).collect()
}

/// The policies of all jobs, each once.
#[derive(Default)]
struct Policies {
    list: Vec<Policy>,
    places: HashMap<Policy, usize>,
}

impl Policies {
    fn of(report: &Report) -> Policies {
        let mut policies = Policies::default();
        for PolicyReport { policy, .. } in report.jobs.iter().flat_map(|job| &job.policies) {
            policies.places.entry(*policy).or_insert_with(|| {
                policies.list.push(*policy);
                policies.list.len() - 1
            });
        }
        policies
    }
}

fn counts(report: &Report, job: &JobReport, policies: &Policies, name: FormatName<'_>) -> JobCounts {
    let task = &job.task;
    let policy = |found: &PolicyReport| PolicyCounts {
        policy: policies.places[&found.policy],
        covered: found.covered,
        planned: found.planned,
        cases: found.cases,
        third_party: found.third_party,
        mismatches: found.mismatches,
        waived: found.waived,
        waivers: found.waivers.iter().map(|&(waiver, counts)| Waived { waiver, counts }).collect(),
        flags: found.flags.into(),
        oracles: found.oracles.clone(),
    };
    JobCounts {
        group: job.group.clone(),
        task: task_text(task, name),
        op: task.op.to_string(),
        operands: task.operands[..task.op.arity()].iter().map(name).collect(),
        result: (!task.op.is_query()).then(|| name(&task.result)),
        selection: job.selection.to_string(),
        seed: job.seed,
        comparison: job.comparison,
        cases: 0,
        mismatches: 0,
        waived: 0,
        seconds: job.busy.as_secs_f64() / report.threads as f64,
        policies: job.policies.iter().map(policy).collect(),
    }
}

fn formats(report: &Report, name: FormatName<'_>) -> Vec<NamedFacts> {
    let mut formats = Vec::new();
    for JobReport { task, .. } in &report.jobs {
        let result = (!task.op.is_query()).then_some(&task.result);
        for format in task.operands[..task.op.arity()].iter().chain(result) {
            if !formats.contains(format) {
                formats.push(*format);
            }
        }
    }
    formats.iter().map(|format| NamedFacts { name: name(format), facts: format.facts() }).collect()
}

fn errata(report: &Report, (index, job): (usize, &JobReport), name: FormatName<'_>) -> Vec<ErratumCounts> {
    let of_policy = |policy: &PolicyReport| {
        let counts = |applied: &Applied| {
            let counts = policy.oracles[applied.oracle];
            ErratumCounts {
                job: index,
                task: task_text(&job.task, name),
                policy: policy.policy,
                engine: report.oracles[applied.oracle].clone(),
                reason: applied.erratum.reason.into(),
                excused: counts.excused,
                unconfirmed: counts.unconfirmed,
                shared: counts.shared,
                listed: applied.listed,
                changed: false,
            }
        };
        policy.errata.iter().map(counts).collect::<Vec<_>>()
    };
    job.policies.iter().flat_map(of_policy).collect()
}
