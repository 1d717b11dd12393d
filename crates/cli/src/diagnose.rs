//! `halfulp diagnose`: which deviations explain what a device answers.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use halfulp::{Format, Rounding, Saturation, Task};
use halfulp_verify::diagnose::{Diagnosis, Document, Question, diagnose_device, to_text};
use halfulp_verify::model::Behaviour;
use halfulp_verify::report::policy_arguments;
use halfulp_verify::{Engine, Job};
use serde::Serialize;

use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::say;
use crate::verify::{self, engines, jobs, names::Names, progress::Progress, told::Told};

/// The device and what it is asked: the arguments of `verify`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    verify: verify::Args,
}

/// Arguments of `verify` that `diagnose` does not take.
pub const NOT_TAKEN: [&str; 8] =
    ["diagnose", "against", "like", "explain", "junit", "shard", "case", "standard"];

/// The most tasks of a run.
const TASKS: usize = 64;

const EXAMPLES: &str = "\
The device is compared with one that deviates nowhere, under one rounding and one saturation unless more are named
(nearest-even, none). The deviations that may explain it are those that `halfulp device --help` lists.

Examples:
  halfulp diagnose e4m3fn --op mul --subject cmd:./my_device
  halfulp diagnose e4m3fn --op mul --compare-nan any \\
    --compare-flags none --subject cmd:./my_device
  halfulp diagnose --from binary32 --to e4m3fn --saturate finite \\
    --subject 'cmd:./my_device {op} {round}'
  halfulp diagnose e2m3 --op add --round rtz --subject \\
    'cmd:halfulp device truncate {op} {format}'";

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

/// Runs `diagnose`.
pub fn run(args: Args) -> anyhow::Result<Verdict> {
    let mut args = args.verify;
    check(&args)?;
    if args.round.is_empty() {
        args.round.push(Rounding::NearestEven);
    }
    if args.saturate.is_empty() {
        args.saturate.push(Saturation::None);
    }
    let names = Names::of(&args)?;
    let jobs = jobs::jobs(&args, &names)?;
    let tasks = tasks(&jobs)?;
    let told = Arc::new(Told::of(&names, if args.programs() { &jobs } else { &[] })?);
    let mut subject = engines::subject(&args, &told)?.fork()?;
    let found = Found::of(&mut *subject, &tasks, true, args.quiet)?;
    found.verdict().after(found.print(args.json, &|format| names.name(format)))
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
    println_apart()?;
    Found::of(subject, &tasks(jobs)?, live, true)?.print(false, name)
}

/// A line between the report and the diagnosis.
fn println_apart() -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout())?)
}

/// What was found of each task.
struct Found<'a> {
    subject: String,
    /// Why the device stopped before all cases were answered, if it did.
    stopped: Option<String>,
    tasks: Vec<(&'a Job, Task, Diagnosis)>,
}

impl<'a> Found<'a> {
    fn of(
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
                break;
            }
        }
        Ok(found)
    }

    fn verdict(&self) -> Verdict {
        match (self.tasks.iter().any(|(.., found)| !found.agrees()), &self.stopped) {
            (true, _) => Verdict::No,
            (false, Some(_)) => Verdict::Unknown,
            (false, None) if self.tasks.iter().any(|(.., found)| found.rows < found.planned) => {
                Verdict::Unknown
            }
            (false, None) => Verdict::Yes,
        }
    }

    fn print(self, json: bool, name: &dyn Fn(&Format) -> String) -> anyhow::Result<()> {
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

fn check(args: &verify::Args) -> anyhow::Result<()> {
    let given = [
        ("--diagnose", args.diagnose),
        ("--against", !args.against.is_empty()),
        ("--like", args.like.is_some()),
        ("--junit", args.junit.is_some()),
        ("--shard", args.shard.is_some()),
        ("--case", args.case.is_some()),
        ("--standard", !args.standard.is_empty()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        anyhow::bail!("{option}: diagnose does not take it: it compares with a device that deviates nowhere");
    }
    let named = !args.formats.is_empty() || !args.from.is_empty() || !args.operands.is_empty();
    ensure!(named, "name a format, as in `halfulp diagnose e4m3fn --op mul --subject cmd:./my_device`");
    ensure!(
        !args.op.is_empty() || !args.from.is_empty(),
        "--op says which operation the device computes, as in `halfulp diagnose e4m3fn --op mul`"
    );
    Ok(())
}

/// Each task under each policy, as far as models of devices compute it.
fn tasks(jobs: &[Job]) -> anyhow::Result<Vec<(&Job, Task)>> {
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
) -> anyhow::Result<(Diagnosis, Option<halfulp_verify::EngineError>)> {
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
