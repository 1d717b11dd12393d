//! `halfulp bound`: experiments with optimizers in low precision, beside their bounds.

mod arguments;
mod files;
mod list;
mod names;
mod new;
mod print;
mod progress;
mod share;
mod trace;

use std::path::Path;

use halfulp_lab::experiment::Experiment;
use halfulp_lab::program::{Answer, Request};
use halfulp_lab::report::{Outcome, Verdict as Found};

use crate::exit::Verdict;
use crate::output::Outputs;
use crate::say;
pub use arguments::Args;
use arguments::{Output, Verb};
use files::Files;
use names::experiments;
use print::{Printer, Style};
use progress::Progress;

/// Runs `bound`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    match &args.verb {
        Verb::List(args) => list::list(args),
        Verb::New(args) => new::new(args),
        Verb::Trace(args) => trace::trace(args),
        Verb::Run(args) => {
            let request = args.what.request(false);
            let style = if args.brief || args.what.all { Style::Brief } else { Style::Full };
            match args.shard {
                Some(shard) => share::share(&request, shard),
                None => find(&request, &args.output, style),
            }
        }
        Verb::Check(args) => find(&args.what.request(true), &args.output, Style::Brief),
    }
}

/// Runs the experiments, prints what they find and writes the files that are asked for.
fn find(request: &Request, output: &Output, style: Style) -> anyhow::Result<Verdict> {
    let experiments = experiments(request)?;
    let is_named = |origin: &&str| request.names.iter().any(|name| name == origin);
    let read: Vec<&Path> =
        experiments.iter().map(Experiment::origin).filter(is_named).map(Path::new).collect();
    let named: Vec<&str> = experiments.iter().map(Experiment::name).collect();
    let files = Files::begin(output, &named, &read)?;
    if let Some(folder) = &request.parts {
        Outputs::new().folder("--parts", folder)?;
    }
    let mut printer = Printer::new(style, experiments.len(), output.json);
    let mut printed = Ok(());
    let outcomes = request.outcomes(
        &experiments,
        |name| Progress::new(name, request.parts.is_some()),
        |outcome| {
            if let Err(error) = &outcome.report {
                say::say(error);
            }
            if printed.is_ok() {
                printed = printer.outcome(outcome);
            }
        },
    )?;
    let verdict = verdict(&outcomes, request.check);
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

/// The answer; of what asserts nothing that could fail, such as identities alone, it is said that it does not.
fn verdict(outcomes: &[Outcome], is_check: bool) -> Verdict {
    let answer = Answer::of(outcomes, is_check);
    let empty = |o: &&Outcome| o.report.as_ref().is_ok_and(|r| r.verdict() == Found::NothingAsserted);
    if is_check && answer != Answer::No {
        for outcome in outcomes.iter().filter(empty) {
            say::say(format_args!(
                "{}: it asserts nothing that could fail, so there is nothing to check",
                outcome.name
            ));
        }
    }
    match answer {
        Answer::Yes => Verdict::Yes,
        Answer::No => Verdict::No,
        Answer::Unknown => Verdict::Unknown,
    }
}
