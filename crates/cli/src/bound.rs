//! `halfulp bound`: experiments with optimizers in low precision, beside their bounds.

mod arguments;
mod files;
mod list;
mod print;
mod progress;
mod trace;

use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Instant;

use anyhow::bail;
use halfulp_lab::experiment::{self, BUILTIN, Experiment};
use halfulp_lab::report::{Outcome, Verdict as Found};

use crate::exit::Verdict;
use crate::say;
pub use arguments::Args;
use arguments::{Output, Verb, What};
use files::Files;
use print::{Printer, Style};
use progress::Progress;

/// Runs `bound`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    match &args.verb {
        Verb::List(args) => list::list(args),
        Verb::Trace(args) => trace::trace(args),
        Verb::Run(args) => {
            let style = if args.brief || args.what.all { Style::Brief } else { Style::Full };
            find(&args.what, &args.output, style)
        }
        Verb::Check(args) => {
            for experiment in experiments(&args.what)? {
                if experiment.asserts().is_empty() {
                    bail!(
                        "{}: it asserts nothing, so there is nothing to check: add an [[assert]], or use `halfulp bound run`",
                        experiment.origin()
                    );
                }
            }
            find(&args.what, &args.output, Style::Brief)
        }
    }
}

/// The experiments that are asked for, all of them read before any is run.
fn experiments(what: &What) -> anyhow::Result<Vec<Experiment>> {
    let names: Vec<&str> = match what.all {
        true => BUILTIN.iter().map(|(name, _)| *name).collect(),
        false => what.names.iter().map(String::as_str).collect(),
    };
    let threads = what.threads.or_else(|| available_parallelism().ok()).map_or(1, NonZero::get);
    let read = |name: &&str| {
        let experiment = experiment::open(name)?.limited(what.max_memory);
        let long = what.full && (!what.all || experiment.has_full());
        let experiment = if long { experiment.full()? } else { experiment };
        let experiment = match &what.seeds {
            // With --all, those without seeds stay as they are.
            Some(_) if what.all && !experiment.has_seeds() => experiment,
            Some(seeds) => experiment.with_seeds(seeds)?,
            None => experiment,
        };
        experiment.fits(threads)?;
        Ok(experiment)
    };
    names.iter().map(read).collect()
}

/// Runs the experiments, prints what they find and writes the files that are asked for.
fn find(what: &What, output: &Output, style: Style) -> anyhow::Result<Verdict> {
    let experiments = experiments(what)?;
    let is_named = |origin: &&str| what.names.iter().any(|name| name == origin);
    let read: Vec<&Path> =
        experiments.iter().map(Experiment::origin).filter(is_named).map(Path::new).collect();
    let named: Vec<&str> = experiments.iter().map(Experiment::name).collect();
    let files = Files::begin(output, &named, &read)?;
    let threads = what.threads.map_or(0, NonZero::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut printer = Printer::new(style, experiments.len(), output.json);
    let (mut outcomes, mut printed) = (Vec::new(), Ok(()));
    for experiment in &experiments {
        let outcome = pool.install(|| outcome(experiment));
        if let Err(error) = &outcome.report {
            say::say(error);
        }
        printed = printed.and_then(|()| printer.outcome(&outcome));
        outcomes.push(outcome);
    }
    let verdict = verdict(&outcomes, matches!(style, Style::Brief));
    let written = files.write(&outcomes);
    // A file that is missing takes a yes back: then the one document of --json is the error's.
    if !(output.json && written.is_err() && verdict != Verdict::No) {
        printed = printed.and_then(|()| printer.finish(&outcomes));
    }
    match written {
        Err(error) if verdict == Verdict::No => say::say(format_args!("{error:#}")),
        written => written?,
    }
    verdict.after(printed.map_err(anyhow::Error::from))
}

fn outcome(experiment: &Experiment) -> Outcome {
    let progress = Progress::new(experiment.name());
    let start = Instant::now();
    let report = experiment.run(&progress).map_err(|error| error.to_string());
    progress.finish();
    Outcome { name: experiment.name().into(), seconds: start.elapsed().as_secs_f64(), report }
}

/// Something that is not as asserted is a no, whatever else could not be run. What asserts nothing that could fail, such as identities
/// alone, is no verdict of a check.
fn verdict(outcomes: &[Outcome], is_check: bool) -> Verdict {
    let has = |o: &Outcome, found: Found| o.report.as_ref().is_ok_and(|report| report.verdict() == found);
    if outcomes.iter().any(|o| has(o, Found::Fails)) {
        return Verdict::No;
    }
    let empty = outcomes.iter().filter(|o| is_check && has(o, Found::NothingAsserted));
    let empty: Vec<&str> = empty.map(|o| o.name.as_str()).collect();
    for name in &empty {
        say::say(format_args!("{name}: it asserts nothing that could fail, so there is nothing to check"));
    }
    if outcomes.iter().any(|o| o.report.is_err()) || !empty.is_empty() {
        Verdict::Unknown
    } else {
        Verdict::Yes
    }
}
