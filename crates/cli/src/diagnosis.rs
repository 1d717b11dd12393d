//! Diagnoses of a device's answers, by themselves or after a report.

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use halfulp::{Format, Task};
use halfulp_verify::diagnose::{Diagnosis, Document, Question, diagnose_device, to_text};
use halfulp_verify::model::Behaviour;
use halfulp_verify::report::policy_arguments;
use halfulp_verify::{Engine, EngineError, Job};
use serde::Serialize;

use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::say;
use crate::verify::Args;
use crate::verify::progress::Progress;

/// The most tasks of a run.
const TASKS: usize = 64;

/// The diagnoses as JSON; its keys: `docs/schema/halfulp.diagnose-1.json`.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    head: Head,
    subject: String,
    /// Why the device stopped before all cases were answered, if it did.
    stopped: Option<String>,
    /// The tasks that it does not cover.
    not_covered: Vec<String>,
    tasks: Vec<Asked>,
}

#[derive(Serialize)]
struct Asked {
    op: String,
    operands: Vec<String>,
    result: String,
    policy: String,
    cases: String,
    #[serde(flatten)]
    found: Document,
}

/// Prints, after a report, what explains the mismatches of its jobs.
///
/// # Errors
/// A task that models of devices do not compute, too many tasks, or a device that does not answer.
pub fn print_after(
    jobs: &[Job],
    subject: &mut dyn Engine,
    live: bool,
    name: &dyn Fn(&Format) -> String,
) -> anyhow::Result<()> {
    writeln!(std::io::stdout())?;
    Found::of(subject, &tasks(jobs)?, live, true)?.print(false, name)
}

/// Says, of a device that one process is, what finds answers that depend on the cases before them: neither a report nor a diagnosis does.
pub fn say_of_streams(args: &Args) {
    let shared = args.subject.as_ref().is_some_and(|subject| subject.starts_with("cmd2:"));
    if shared && !args.quiet {
        say::say("whether answers depend on the cases before them, `halfulp stream` finds out");
    }
}

/// What was found of each task.
pub struct Found<'a> {
    subject: String,
    /// Why the device stopped before all cases were answered, if it did.
    stopped: Option<String>,
    /// The tasks that it does not cover.
    not_covered: Vec<Task>,
    tasks: Vec<(&'a Job, Task, Diagnosis)>,
}

impl<'a> Found<'a> {
    /// Asks the device what it covers of the tasks, and ends its work.
    ///
    /// # Errors
    /// It covers none of them, or gives no answer at all.
    pub fn of(
        subject: &mut dyn Engine,
        tasks: &[(&'a Job, Task)],
        live: bool,
        quiet: bool,
    ) -> anyhow::Result<Found<'a>> {
        let name = subject.name().to_string();
        let mut found = Found { subject: name, stopped: None, not_covered: Vec::new(), tasks: Vec::new() };
        let covers_some = tasks.iter().any(|(_, task)| subject.covers(task));
        for &(job, task) in tasks {
            if covers_some && !subject.covers(&task) {
                found.not_covered.push(task);
                continue;
            }
            let (diagnosis, error) = ask(subject, &Question { job, task, live }, quiet)?;
            found.tasks.push((job, task, diagnosis));
            if let Some(error) = error {
                say::say_lines(&error.to_string());
                found.stopped = Some(error.to_string());
                return Ok(found);
            }
        }
        if let Err(error) = subject.finish() {
            say::say_lines(&error.to_string());
            found.stopped = Some(error.to_string());
        }
        Ok(found)
    }

    /// Yes where it never differs and answered everything.
    pub fn verdict(&self) -> Verdict {
        match (self.tasks.iter().any(|(.., found)| !found.agrees()), &self.stopped) {
            (true, _) => Verdict::No,
            (false, Some(_)) => Verdict::Unknown,
            (false, None) if self.tasks.iter().any(|(.., found)| found.rows < found.planned) => {
                Verdict::Unknown
            }
            (false, None) => Verdict::Yes,
        }
    }

    /// Whether something is left that the deviations do not explain.
    pub fn is_incomplete(&self) -> bool {
        self.tasks.iter().any(|(.., found)| found.residual > 0)
    }

    /// Prints it as text, or as JSON.
    ///
    /// # Errors
    /// It cannot be printed.
    pub fn print(self, json: bool, name: &dyn Fn(&Format) -> String) -> anyhow::Result<()> {
        let tasks: Vec<Asked> = self.tasks.iter().map(|found| asked(found, name)).collect();
        let not_covered: Vec<String> = self.not_covered.iter().map(under).collect();
        if json {
            let (head, Found { subject, stopped, .. }) = (Head::new("halfulp.diagnose/1"), self);
            return document::print(&Report { head, subject, stopped, not_covered, tasks });
        }
        let mut out = std::io::stdout().lock();
        for task in &not_covered {
            writeln!(out, "not asked: {task}: {} does not cover it", self.subject)?;
        }
        for (asked, (.., diagnosis)) in tasks.iter().zip(&self.tasks) {
            let Asked { op, operands, result, policy, cases, .. } = asked;
            let subject = &self.subject;
            writeln!(out, "{subject}: {op} of {} in {result}, {policy}, cases {cases}", operands.join(", "))?;
            writeln!(out, "{}", to_text(diagnosis))?;
        }
        Ok(out.flush()?)
    }
}

fn asked((job, task, found): &(&Job, Task, Diagnosis), name: &dyn Fn(&Format) -> String) -> Asked {
    Asked {
        op: task.op.to_string(),
        operands: task.operands[..task.op.arity()].iter().map(name).collect(),
        result: name(&task.result),
        policy: policy_arguments(&task.policy).join(" "),
        cases: job.selection().to_string(),
        found: Document::of(found),
    }
}

/// Each task under each policy.
///
/// # Errors
/// One that models of devices do not compute, or too many.
pub fn tasks(jobs: &[Job]) -> anyhow::Result<Vec<(&Job, Task)>> {
    let all =
        jobs.iter().flat_map(|job| job.policies().iter().map(move |p| (job, job.task().with_policy(*p))));
    let all: Vec<(&Job, Task)> = all.collect();
    ensure!(all.len() <= TASKS, "these are {} tasks: diagnose takes at most {TASKS}", all.len());
    for (_, task) in &all {
        ensure!(
            Behaviour::default().computes(task),
            "{}: there are no deviations of it: diagnose knows add, sub, mul, div, sqrt, fma and convert",
            task.op
        );
    }
    Ok(all)
}

fn ask(
    subject: &mut dyn Engine,
    question: &Question<'_>,
    quiet: bool,
) -> anyhow::Result<(Diagnosis, Option<EngineError>)> {
    let mut progress: Option<(Progress, u64)> = None;
    let mut show = |done: u64, all: u64| {
        let (progress, before) = progress.get_or_insert_with(|| (Progress::new(all, quiet), 0));
        progress.add(done - *before);
        *before = done;
        if done == all {
            progress.finish();
        }
    };
    let found = diagnose_device(subject, question, &Behaviour::default(), &mut show);
    found.with_context(|| under(&question.task))
}

/// An operation and the policy.
fn under(task: &Task) -> String {
    format!("{} under {}", task.op, policy_arguments(&task.policy).join(" "))
}
