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

/// What was found of each task.
pub struct Found<'a> {
    subject: String,
    /// Why the device stopped before all cases were answered, if it did.
    stopped: Option<String>,
    tasks: Vec<(&'a Job, Task, Diagnosis)>,
}

impl<'a> Found<'a> {
    /// Asks the device, and ends its work.
    ///
    /// # Errors
    /// A task that it does not cover, or no answer at all.
    pub fn of(
        subject: &mut dyn Engine,
        tasks: &[(&'a Job, Task)],
        live: bool,
        quiet: bool,
    ) -> anyhow::Result<Found<'a>> {
        let mut found = Found { subject: subject.name().into(), stopped: None, tasks: Vec::new() };
        for &(job, task) in tasks {
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

    /// Prints it as text, or as JSON.
    ///
    /// # Errors
    /// It cannot be printed.
    pub fn print(self, json: bool, name: &dyn Fn(&Format) -> String) -> anyhow::Result<()> {
        let tasks: Vec<Asked> = self.tasks.iter().map(|found| asked(found, name)).collect();
        if json {
            let head = Head::new("halfulp.diagnose/1");
            return document::print(&Report { head, subject: self.subject, stopped: self.stopped, tasks });
        }
        let mut out = std::io::stdout().lock();
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
    found.with_context(|| question.task.op.to_string())
}
