//! `halfulp check`: the answers that a device recorded in a file, judged like those of a live device.

mod arguments;
mod recording;

use std::num::NonZero;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use halfulp::{Operands, Task};
use halfulp_verify::coverage::Chooser;
use halfulp_verify::report::Summary;
use halfulp_verify::verify::Part;
use halfulp_verify::{Engine, Report, Settings, Verifier};

use crate::exit::Verdict;
use crate::output::Outputs;
use crate::verify::engines;
use crate::verify::gathered::{self, Gathered};
use crate::verify::mismatches::{self, Mismatches, Named};
use crate::verify::print::Reports;
use crate::verify::told::Told;
use crate::{diagnosis, document, say};
pub use arguments::Args;
use recording::Read;

/// Runs `check`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let mut outputs = Outputs::new();
    args.files().for_each(|path| outputs.reads(path));
    let reports = Reports::begin_among(&mut outputs, args.json, args.junit.as_deref())?;
    let file = Mismatches::begin(&mut outputs, args.mismatches.as_deref())?;
    let waivers = args.comparing.waivers()?;
    let Read { recording, group, names } = Read::of(args)?;
    if recording.is_unchanged() {
        say::say(format_args!(
            "{} is byte for byte as `halfulp vectors` wrote it: make sure that the answers in it are a device's",
            args.file.display()
        ));
    }
    let job = recording.job(&group)?.comparing(args.comparing.comparison());
    let told = Arc::new(Told::of(&Default::default(), &[])?);
    let oracles = engines::against(&args.against, "", engines::How::default(), &told)?;
    let part = match args.case {
        None => Part::Whole,
        Some(case) => match recording.place_of(case) {
            Some(place) => Part::Case(place),
            None => bail!("--case {case}: there is no answer to it"),
        },
    };
    let subject = recording.subject();
    let jobs = [job];
    let gathered = Gathered::begin(&mut outputs, &args.coverage, gathered::tasks(&jobs))?;
    let named = Named {
        jobs: &jobs,
        oracles: &oracles,
        waivers: &waivers,
        name: &*names,
        case: &|place| recording.case_at(place),
    };
    let mut report = judge(args, &*subject, file.as_ref(), &named, (part, &gathered))?;
    recording.complete(&mut report);
    let mut summary = Summary::of(&report, args.explain, &*names);
    summary.case = args.case;
    summary.command = document::command();
    let source = |task: &Task| gathered::source(Chooser::Check, &jobs, task, None);
    let written = file.map_or(Ok(()), Mismatches::finish);
    let written = written.and(gathered.write(&*names, &source, args.quiet));
    let verdict = reports.write_after(summary, written)?;
    if verdict == Verdict::No && args.diagnose {
        return verdict.after(diagnosis::print_after(&jobs, &mut *recording.subject(), false, &*names));
    }
    Ok(verdict)
}

fn judge(
    args: &Args,
    subject: &dyn Engine,
    file: Option<&Mismatches>,
    named: &Named<'_>,
    (part, gathered): (Part, &Gathered),
) -> anyhow::Result<Report> {
    let cores = || std::thread::available_parallelism().ok();
    let threads = args.threads.or_else(cores).unwrap_or(NonZero::<usize>::MIN);
    let settings = Settings { threads, keep: args.explain.max(1), part };
    let observer = |task: &Task, cases: &[Operands]| gathered.see(task, cases);
    let verifier = match gathered.is_wanted() {
        true => Verifier::observed(named.jobs, subject, named.oracles, settings, &observer)?,
        false => Verifier::new(named.jobs, subject, named.oracles, settings)?,
    };
    let verifier = verifier.waiving(named.waivers);
    mismatches::run(&verifier, &|_| (), file, named).context("the answers could not be judged")
}
