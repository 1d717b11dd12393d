//! A run in numbers, with the first mismatches explained: what is printed and exported.

use serde::Serialize;

use super::explain::task_text;
use super::{Explanation, FormatName, explain, policy_arguments};
use crate::exceptions::Verdict;
use crate::verify::{Excused, JobReport, Report};

/// The counts of one line of the report, a format's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Tasks compared, each policy counted.
    pub tasks: u64,
    /// Cases compared, each policy counted.
    pub cases: u64,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// Seconds that it took, as if it had the machine for itself.
    pub seconds: f64,
}

/// The counts of one job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobCounts {
    /// The group in which it is counted.
    pub group: String,
    /// Operation and formats.
    pub task: String,
    /// Which cases.
    pub selection: String,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// Cases compared, each policy counted.
    pub cases: u64,
    /// Cases compared, an oracle each, in the order of the summary's oracles.
    pub compared: Vec<u64>,
    /// Cases in which the subject differs, an oracle each.
    pub differs: Vec<u64>,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// Seconds that it took.
    pub seconds: f64,
}

/// A task that could not be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncovered {
    /// Operation and formats.
    pub task: String,
    /// Its policies, as arguments.
    pub policies: Vec<String>,
    /// Whether it is the subject that does not cover it; else no oracle does.
    pub by_subject: bool,
}

/// What a known exception of an oracle excused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// The oracle.
    pub engine: String,
    /// Operation and formats.
    pub task: String,
    /// The policy, as arguments.
    pub policy: String,
    /// Why the oracle is wrong.
    pub reason: &'static str,
    /// How many disagreements it excused.
    pub count: u64,
    /// How many it should have been, where it is another number.
    pub expected: Option<u64>,
}

impl Exception {
    fn of(excused: &Excused, name: FormatName<'_>) -> Exception {
        Exception {
            engine: excused.exception.engine.to_string(),
            task: task_text(&excused.task, name),
            policy: policy_arguments(&excused.task.policy).join(" "),
            reason: excused.exception.reason,
            count: excused.count,
            expected: match excused.verdict {
                Verdict::Expected => None,
                Verdict::Changed { expected, .. } => Some(expected),
            },
        }
    }
}

/// A run in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The version of this program.
    pub version: &'static str,
    /// The engine under test.
    pub subject: String,
    /// The engines that are trusted.
    pub oracles: Vec<String>,
    /// Whether all agree.
    pub agree: bool,
    /// Cases compared, each policy counted.
    pub cases: u64,
    /// Cases compared, an oracle each.
    pub compared: Vec<u64>,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// Threads that ran.
    pub threads: usize,
    /// Seconds from start to end.
    pub seconds: f64,
    /// A line a format.
    pub groups: Vec<Group>,
    /// Every job.
    pub jobs: Vec<JobCounts>,
    /// What could not be compared.
    pub uncovered: Vec<Uncovered>,
    /// What known exceptions of oracles excused.
    pub exceptions: Vec<Exception>,
    /// The first mismatches.
    pub explanations: Vec<Explanation>,
}

impl Summary {
    /// Sums a run up and explains at most `most` of its mismatches: the first of every job before the second of any.
    #[must_use]
    pub fn of(report: &Report, most: usize, name: FormatName<'_>) -> Summary {
        let seconds = |job: &JobReport| job.busy.as_secs_f64() / report.threads as f64;
        let exceptions = report.jobs.iter().flat_map(|job| &job.excused);
        let counts = |job: &JobReport| JobCounts {
            group: job.group.clone(),
            task: task_text(&job.task, name),
            selection: job.selection.to_string(),
            seed: job.seed,
            cases: job.cases,
            compared: job.compared.clone(),
            differs: job.differs.clone(),
            mismatches: job.mismatches,
            seconds: seconds(job),
        };
        Summary {
            version: env!("CARGO_PKG_VERSION"),
            subject: report.subject.clone(),
            oracles: report.oracles.clone(),
            agree: report.agrees(),
            cases: report.cases(),
            compared: (0..report.oracles.len()).map(|o| report.compared(o)).collect(),
            mismatches: report.mismatches(),
            threads: report.threads,
            seconds: report.elapsed.as_secs_f64(),
            groups: groups(report, &seconds),
            jobs: report.jobs.iter().map(counts).collect(),
            uncovered: report.jobs.iter().flat_map(|job| uncovered(job, name)).collect(),
            exceptions: exceptions.map(|excused| Exception::of(excused, name)).collect(),
            explanations: first(report, most)
                .into_iter()
                .map(|(job, index)| explain(report, job, &job.first[index], name))
                .collect(),
        }
    }
}

fn groups(report: &Report, seconds: &dyn Fn(&JobReport) -> f64) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for job in &report.jobs {
        let index = groups.iter().position(|g| g.name == job.group);
        let index = index.unwrap_or_else(|| {
            groups.push(Group { name: job.group.clone(), tasks: 0, cases: 0, mismatches: 0, seconds: 0.0 });
            groups.len() - 1
        });
        groups[index].tasks += job.tasks;
        groups[index].cases += job.cases;
        groups[index].mismatches += job.mismatches;
        groups[index].seconds += seconds(job);
    }
    groups
}

fn uncovered(job: &JobReport, name: FormatName<'_>) -> Vec<Uncovered> {
    let lists = [(&job.skipped, true), (&job.uncovered, false)];
    lists
        .into_iter()
        .filter(|(tasks, _)| !tasks.is_empty())
        .map(|(tasks, by_subject)| Uncovered {
            task: task_text(&job.task, name),
            policies: tasks.iter().map(|t| policy_arguments(&t.policy).join(" ")).collect(),
            by_subject,
        })
        .collect()
}

/// The mismatches to explain: the first of every job, then the second, and so on.
fn first(report: &Report, most: usize) -> Vec<(&JobReport, usize)> {
    let deepest = report.jobs.iter().map(|job| job.first.len()).max().unwrap_or(0);
    let rounds = (0..deepest).flat_map(|i| report.jobs.iter().map(move |job| (job, i)));
    rounds.filter(|(job, i)| *i < job.first.len()).take(most).collect()
}
