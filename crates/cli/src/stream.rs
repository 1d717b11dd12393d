//! `halfulp stream`: cases of several tasks in one order, for devices whose answers depend on what came before.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use halfulp::Format;
use halfulp_verify::stream::{
    Document, Outcome, Settings, Stream, draw, from_lines, run as run_stream, to_lines,
};
use halfulp_verify::{Engine, EngineError};
use serde::Serialize;

use crate::document::{self, Head};
use crate::exit::Verdict;
use crate::format_arg::format_arg;
use crate::input;
use crate::output::{Output, Outputs};
use crate::say;
use crate::verify::{self, engines, jobs, names::Names, progress::Progress, told::Told};

/// The device, and the stream that it is asked. The tasks are those of `verify`, as far as the device has them.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    verify: verify::Args,
    /// The number of cases of the stream.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1 << 22), conflicts_with = "replay")]
    length: u32,
    /// Ask the cases of this file, lines of protocol 2, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["formats", "op", "from", "to", "operands", "round", "saturate", "cases", "seed"])]
    replay: Option<PathBuf>,
    /// Write the history of the first mismatch that has one, as lines that --replay takes, and the device itself.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// Arguments of `verify` that `stream` does not take.
pub const NOT_TAKEN: [&str; 9] =
    ["diagnose", "waivers", "mismatches", "like", "junit", "shard", "case", "threads", "exhaustive"];

const EXAMPLES: &str = "\
The device is a cmd2:PROGRAM: one process, which is asked all cases in their order. Where an answer is wrong, the \
device is started anew and asked the case alone. If it is right then, the cases before it are reduced to those that bring \
the wrong answer about, each time with a device that was started anew. docs/devices.md says more.

Examples:
  halfulp stream e4m3fn --op add,mul --round rne,rtz \\
    --subject cmd2:./my_device
  halfulp stream e4m3fn,e5m2 --seed 7 --length 100000 \\
    --subject cmd2:./my_device
  # A device whose rounding mode changes too late
  halfulp stream e4m3fn --op mul --saturate none \\
    --save history.txt \\
    --subject 'cmd2:halfulp serve --fault late-rounding'
  halfulp stream --replay history.txt \\
    --subject 'cmd2:halfulp serve --fault late-rounding'";

/// Mismatches that are asked again alone, for each whose history is looked for.
const EXAMINED: usize = 4;

/// The most times that a device is started for one mismatch.
const STARTS: usize = 400;

/// The document of `--json`; its keys: `docs/schema/halfulp.stream-1.json`.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    head: Head,
    subject: String,
    oracle: String,
    /// The seed of the stream, or none of one that was read.
    seed: Option<u64>,
    #[serde(flatten)]
    found: Document,
}

/// Runs `stream`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    check(args)?;
    let names = Names::of(&args.verify)?;
    let of_files: RefCell<Vec<(Format, String)>> = RefCell::new(Vec::new());
    let read = args.replay.as_deref().map(|path| read(path, &of_files)).transpose()?;
    let jobs = if read.is_some() { Vec::new() } else { jobs::jobs(&args.verify, &names)? };
    let told = Arc::new(Told::of(&names, &jobs)?.with(of_files.into_inner()));
    let device = || -> Result<Box<dyn Engine>, EngineError> {
        let started = engines::subject(&args.verify, &told);
        started.and_then(|engine| Ok(engine.fork()?)).map_err(engine_error)
    };
    let mut oracle = oracle(args, &told)?;
    let (stream, tasks) = match read {
        Some(stream) => {
            let mut tasks = stream.tasks.clone();
            tasks.sort_by_key(|task| format!("{task:?}"));
            tasks.dedup();
            (stream, tasks.len())
        }
        None => {
            // It says what it has, and ends.
            let mut subject = device()?;
            let jobs = jobs::as_claimed(&args.verify, jobs, &*subject)?;
            let is_wanted = |task: &_| subject.covers(task) && oracle.covers(task);
            let drawn = draw(&jobs, &is_wanted, args.length as usize, args.verify.seed())?;
            let claims = subject.claims().unwrap_or_default();
            subject.finish()?;
            ensure!(
                drawn.1 > 0,
                "the device and {} have none of these tasks in common; what its manifest claims: {claims}",
                oracle.name()
            );
            drawn
        }
    };
    let settings = Settings {
        comparison: args.verify.comparing.comparison(),
        examined: EXAMINED * args.verify.explain,
        reduced: args.verify.explain,
        starts: STARTS,
    };
    let saved = args.save.as_deref().map(|path| claim(path, args.replay.as_deref())).transpose()?;
    let progress = Progress::new(stream.len() as u64, args.verify.quiet);
    let outcome = run_stream(&device, &mut *oracle, &stream, &settings, &|cases| progress.add(cases))?;
    progress.finish();
    let name = |format: &Format| told.name(format);
    if let Some(file) = saved {
        save(file, &outcome, &name)?;
    }
    let found = Document::of(&outcome, &stream, tasks, &settings.comparison, &name);
    verdict(&outcome).after(print(args, oracle.name(), found))
}

fn check(args: &Args) -> anyhow::Result<()> {
    let verify = &args.verify;
    let given = [
        ("--diagnose", verify.diagnose),
        ("--waivers", verify.comparing.waivers.is_some()),
        ("--mismatches", verify.mismatches.is_some()),
        ("--like", verify.like.is_some()),
        ("--junit", verify.junit.is_some()),
        ("--shard", verify.shard.is_some()),
        ("--case", verify.case.is_some()),
        ("--threads", verify.threads.is_some()),
        ("--exhaustive", verify.exhaustive),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        bail!("{option}: stream does not take it");
    }
    let subject = verify.subject.as_deref().unwrap_or_default();
    ensure!(
        subject.starts_with("cmd2:"),
        "--subject: a stream needs one process for all of its tasks, cmd2:PROGRAM (docs/devices.md); verify takes others"
    );
    let named = !verify.formats.is_empty() || !verify.from.is_empty() || !verify.operands.is_empty();
    ensure!(
        named || args.replay.is_some(),
        "name a format, as in `halfulp stream e4m3fn --op add,mul --subject {subject}`"
    );
    Ok(())
}

/// The engine whose answers are taken for right.
fn oracle(args: &Args, told: &Arc<Told>) -> anyhow::Result<Box<dyn Engine>> {
    match &args.verify.against[..] {
        [] => engines::built_in("definition"),
        [name] => engines::engine(name, engines::how(&args.verify), told),
        _ => bail!("--against: stream compares with one engine"),
    }
}

fn engine_error(error: anyhow::Error) -> EngineError {
    error
        .downcast()
        .unwrap_or_else(|error| EngineError { engine: "cmd2".into(), message: format!("{error:#}") })
}

/// The stream of a file. Formats that only files define are noted with their paths.
fn read(path: &Path, of_files: &RefCell<Vec<(Format, String)>>) -> anyhow::Result<Stream> {
    let shown = path.display();
    let text = input::text(path)?;
    let of_file = |name: &str| {
        let format = format_arg(name).ok()?.format;
        of_files.borrow_mut().push((format, name.into()));
        Some(format)
    };
    from_lines(&text, &of_file).map_err(|why| anyhow::anyhow!("{shown}: {why}"))
}

/// Begins the file of `--save`: what cannot be written is known before the device is asked.
fn claim(path: &Path, read: Option<&Path>) -> anyhow::Result<Output> {
    let mut outputs = Outputs::new();
    read.into_iter().for_each(|path| outputs.reads(path));
    outputs.claim("--save", path)
}

/// Writes the first history that was found.
fn save(mut file: Output, outcome: &Outcome, name: &dyn Fn(&Format) -> String) -> anyhow::Result<()> {
    match outcome.sequential.iter().find(|found| !found.history.is_empty()) {
        Some(found) => {
            file.write_all(to_lines(&found.history, name).as_bytes())
                .context("could not write the history")?;
            file.finish()
        }
        None => {
            say::say("--save: no history was found, and nothing was written");
            Ok(())
        }
    }
}

fn verdict(outcome: &Outcome) -> Verdict {
    match (outcome.mismatches, &outcome.failure) {
        (1.., _) => Verdict::No,
        (0, Some(_)) => Verdict::Unknown,
        (0, None) if outcome.compared == 0 => Verdict::Unknown,
        (0, None) => Verdict::Yes,
    }
}

fn print(args: &Args, oracle: &str, found: Document) -> anyhow::Result<()> {
    let subject = args.verify.subject.clone().unwrap_or_default();
    if let Some(stopped) = &found.stopped {
        say::say_lines(stopped);
    }
    if args.verify.json {
        let seed = args.replay.is_none().then(|| args.verify.seed());
        let head = Head::new("halfulp.stream/1");
        return document::print(&Report { head, subject, oracle: oracle.into(), seed, found });
    }
    let stream = match &args.replay {
        Some(path) => format!("cases of {}", path.display()),
        None => format!("seed {}", args.verify.seed()),
    };
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{subject} against {oracle}, {stream}\n\n{}",
        found.to_text(args.verify.explain).trim_end()
    )?;
    Ok(out.flush()?)
}
