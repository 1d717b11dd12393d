//! `halfulp verify`: a subject against oracles.

mod arguments;
mod engines;
mod jobs;
mod names;
mod print;
mod progress;
mod write;

use std::num::NonZero;

use anyhow::{Context as _, bail};
use halfulp_verify::report::{Summary, to_json, to_junit};
use halfulp_verify::verify::Part;
use halfulp_verify::{Engine, Report, Settings, Verifier};

use crate::exit::Verdict;
pub use arguments::Args;
use names::Names;

/// Runs `verify`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let names = Names::of(args)?;
    let jobs = jobs::jobs(args, &names)?;
    let subject = engines::subject(args, &names)?;
    let oracles = engines::oracles(args, &names)?;
    let report = verify(args, &jobs, &*subject, &oracles)?;
    let summary = Summary::of(&report, args.explain, &|format| names.name(format));
    if let Some(path) = &args.junit {
        write::atomically(path, &to_junit(&summary)?)?;
    }
    let printed = if args.json { print::json(&to_json(&summary)) } else { print::summary(&summary) };
    verdict(&summary)?.after(printed.map_err(anyhow::Error::from))
}

fn verify(
    args: &Args,
    jobs: &[halfulp_verify::Job],
    subject: &dyn Engine,
    oracles: &[Box<dyn Engine>],
) -> anyhow::Result<Report> {
    let settings = Settings {
        threads: args
            .threads
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZero::<usize>::MIN),
        keep: args.explain.max(1),
        part: part(args),
    };
    let verifier = Verifier::new(jobs, subject, oracles, settings)?;
    let progress = progress::Progress::new(verifier.len());
    let report = verifier.run(&|cases| progress.add(cases));
    progress.finish();
    report.context("the run could not go on")
}

fn part(args: &Args) -> Part {
    match (args.shard, args.case) {
        (Some(shard), _) => Part::Shard(shard),
        (None, Some(case)) => Part::Case(case),
        (None, None) => Part::Whole,
    }
}

/// A mismatch is a no. Without one, all that was asked for must have been compared for a yes.
fn verdict(summary: &Summary) -> anyhow::Result<Verdict> {
    if !summary.agree {
        return Ok(Verdict::No);
    }
    let uncovered = summary.uncovered.iter().filter(|u| !u.by_subject).count();
    if uncovered > 0 {
        bail!("no oracle covers {uncovered} of the tasks: name one that does with --against, or fewer tasks");
    }
    if summary.cases == 0 {
        bail!("nothing was compared: {} covers none of the tasks", summary.subject);
    }
    Ok(Verdict::Yes)
}
