//! `halfulp verify`: a subject against oracles.

mod announce;
pub(crate) mod arguments;
pub(crate) mod engines;
pub(crate) mod gathered;
pub(crate) mod jobs;
pub mod merge;
pub(crate) mod mismatches;
pub(crate) mod names;
mod options;
pub(crate) mod print;
pub(crate) mod progress;
pub(crate) mod told;

use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use halfulp::{Operands, Task};
use halfulp_verify::coverage::Chooser;
use halfulp_verify::report::Summary;
use halfulp_verify::verify::Part;
use halfulp_verify::{Engine, Report, Selection, Settings, Verifier};

use crate::exit::Verdict;
use crate::format_arg::is_path;
use crate::output::Outputs;
use crate::say;
use crate::{diagnosis, document};
pub use arguments::Args;
use gathered::Gathered;
use mismatches::{Mismatches, Named};
pub use names::Names;
use print::Reports;
use told::Told;

/// Runs `verify`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let names = Names::of(args)?;
    let jobs = jobs::jobs(args, &names)?;
    if let Some(note) = options::without_effect(args, &jobs).filter(|_| !args.quiet) {
        say::say(note);
    }
    let waivers = args.comparing.waivers()?;
    let told = Arc::new(Told::of(&names, if args.programs() { &jobs } else { &[] })?);
    let subject = engines::subject(args, &told)?;
    let jobs = jobs::as_claimed(args, jobs, &*subject)?;
    let oracles = engines::oracles(args, &told)?;
    let files = args.named_formats().filter(|text| is_path(text)).map(Path::new);
    let mut outputs = Outputs::new();
    files.chain(args.comparing.waivers.as_deref()).for_each(|path| outputs.reads(path));
    let reports = Reports::begin_among(&mut outputs, args.json, args.junit.as_deref())?;
    let file = Mismatches::begin(&mut outputs, args.mismatches.as_deref())?;
    let gathered = Gathered::begin(&mut outputs, &args.coverage, gathered::tasks(&jobs))?;
    let name = |format: &_| names.name(format);
    let named = Named { jobs: &jobs, oracles: &oracles, waivers: &waivers, name: &name, case: &|case| case };
    let report = verify(args, &*subject, (file.as_ref(), &gathered), &named)?;
    let mut summary = Summary::of(&report, args.explain, &name);
    summary.command = document::command();
    let source = |task: &Task| gathered::source(Chooser::Verify, &jobs, task, args.shard);
    let written = file.map_or(Ok(()), Mismatches::finish);
    let written = written.and(gathered.write(&name, &source, args.quiet));
    let claims = summary.covers_nothing().then(|| subject.claims()).flatten();
    let verdict = reports.write_after(summary, written)?;
    if let Some(claims) = claims {
        say::say(format_args!("what its manifest claims: {claims}"));
    }
    if verdict == Verdict::No && args.diagnose {
        // The first one's work is done: a device of protocol 2 has ended.
        let mut again = engines::subject(args, &told)?.fork()?;
        let printed = diagnosis::print_after(&jobs, &mut *again, true, &name);
        return verdict.after(printed);
    }
    if verdict == Verdict::No && !args.quiet && is_to_be_diagnosed(args, &jobs) {
        say::say("with --diagnose, deviations are searched for that explain the mismatches");
        diagnosis::say_of_streams(args);
    }
    Ok(verdict)
}

/// Whether a device differs in something that `diagnose` knows.
fn is_to_be_diagnosed(args: &Args, jobs: &[halfulp_verify::Job]) -> bool {
    let device =
        args.subject.as_ref().is_some_and(|subject| halfulp_verify::engine::command::is_program(subject));
    let law = halfulp_verify::model::Behaviour::default();
    device && args.standard.is_empty() && jobs.len() == 1 && law.computes(jobs[0].task())
}

fn verify(
    args: &Args,
    subject: &dyn Engine,
    (file, gathered): (Option<&Mismatches>, &Gathered),
    named: &Named<'_>,
) -> anyhow::Result<Report> {
    let settings = Settings {
        threads: args
            .threads
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZero::<usize>::MIN),
        keep: args.explain.max(1),
        part: part(args),
    };
    let Named { jobs, oracles, waivers, .. } = *named;
    let observer = |task: &Task, cases: &[Operands]| gathered.see(task, cases);
    if args.cases == Some(Selection::Cover) && !args.quiet {
        let tasks = jobs.iter().map(|job| job.policies().len()).sum::<usize>();
        let s = if tasks == 1 { "" } else { "s" };
        say::say(format_args!("generating the cases of {tasks} task{s} for coverage"));
    }
    let verifier = match gathered.is_wanted() {
        true => Verifier::observed(jobs, subject, oracles, settings, &observer)?,
        false => Verifier::new(jobs, subject, oracles, settings)?,
    };
    let verifier = verifier.waiving(waivers);
    announce::announce(args, jobs, oracles, &verifier, settings.threads.get());
    let progress = progress::Progress::new(verifier.len(), args.quiet);
    let report = mismatches::run(&verifier, &|cases| progress.add(cases), file, named);
    progress.finish();
    Ok(report?)
}

fn part(args: &Args) -> Part {
    match (args.shard, args.case) {
        (Some(shard), _) => Part::Shard(shard),
        (None, Some(case)) => Part::Case(case),
        (None, None) => Part::Whole,
    }
}
