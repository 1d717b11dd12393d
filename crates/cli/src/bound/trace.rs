//! `halfulp bound trace`: a recorded training run, judged.

use std::path::Path;
use std::time::Instant;

use halfulp_lab::experiment::Assertions;
use halfulp_lab::report::{Outcome, Verdict as Found};
use halfulp_lab::trace::{self, Against, Replayed, Trace};

use super::arguments::Trace as Args;
use super::files::Files;
use super::print::{self, Printer, Style};
use super::progress::Progress;
use crate::exit::Verdict;
use crate::{input, say, threads};

/// Judges a trace, prints what was found and writes the files that are asked for.
pub fn trace(args: &Args) -> anyhow::Result<Verdict> {
    input::exists(&args.file)?;
    let trace = Trace::open(&args.file)?;
    if let Some(path) = &args.assert {
        input::is_text(Path::new(path))?;
    }
    let assertions = args.assert.as_ref().map(|path| Assertions::open(path)).transpose()?;
    let name = trace::name(&trace.path);
    let read = [Some(args.file.as_path()), args.assert.as_deref().map(Path::new)];
    let files = Files::begin(&args.output, &[&name], &read.into_iter().flatten().collect::<Vec<_>>())?;
    let start = Instant::now();
    let found = replay(&trace, args)?;
    let assertions = match assertions {
        Some(assertions) => assertions,
        None => Assertions::parse(trace::ASSERTED, "the assertions of halfulp bound trace")?,
    };
    let command = command(args);
    let report = trace::report(&trace, &against(args), &found, &assertions, &command)?;
    let verdict = match report.verdict() {
        Found::Fails => Verdict::No,
        Found::Holds => Verdict::Yes,
        Found::NothingAsserted => {
            let file = args.assert.as_deref().unwrap_or_default();
            say::say(format_args!("{file}: it asserts nothing that could fail, so there is no verdict"));
            Verdict::Unknown
        }
    };
    let document = args.output.json.then(|| trace::json::document(&trace, &found, &report));
    let outcome = Outcome { name, seconds: start.elapsed().as_secs_f64(), report: Ok(report) };
    files.write(std::slice::from_ref(&outcome))?;
    let printed = match document {
        Some(document) => print::json(document),
        None => Printer::new(Style::Full, 1, false).outcome(&outcome),
    };
    verdict.after(printed.map_err(anyhow::Error::from))
}

fn replay(trace: &Trace, args: &Args) -> anyhow::Result<Replayed> {
    let pool = threads::pool(args.threads, u64::MAX)?;
    let progress = Progress::new(&trace.path, false);
    let found = pool.install(|| trace::replay(trace, &against(args), &progress));
    drop(progress);
    Ok(found?)
}

fn against(args: &Args) -> Against {
    let mut against = Against {
        preset: args.preset.clone(),
        rounds: args.arithmetic,
        limit: args.max_memory,
        ..Against::default()
    };
    for (tensor, storage) in &args.storage {
        against.kept[*tensor] = Some(storage.clone());
    }
    against
}

/// What runs it again, but for where the results go.
fn command(args: &Args) -> String {
    let mut words = vec![format!("halfulp bound trace {}", args.file.display())];
    words.extend(args.assert.as_ref().map(|path| format!("--assert {path}")));
    words.extend(args.preset.as_ref().map(|preset| format!("--preset {preset}")));
    let named = trace::ROUNDS.iter().find(|(_, rounds)| Some(*rounds) == args.arithmetic);
    words.extend(named.map(|(name, _)| format!("--arithmetic {name}")));
    let names = ["weights", "first", "second"];
    words.extend(
        args.storage.iter().map(|(tensor, storage)| format!("--storage '{}={storage}'", names[*tensor])),
    );
    words.join(" ")
}
