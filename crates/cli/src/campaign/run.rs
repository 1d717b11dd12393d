//! `halfulp campaign run`.

use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use halfulp_verify::Engine;
use halfulp_verify::campaign::{Manifest, RunRecord, ShardResult, ShardRun, file_name, shard_text};
use halfulp_verify::engine::command::is_program;

use super::arguments::Run;
use super::files;
use crate::document;
use crate::exit::Verdict;
use crate::output::Outputs;
use crate::say::say;
use crate::verify::engines::{How, engine};
use crate::verify::print::program_verdict;
use crate::verify::progress::Progress;
use crate::verify::{Names, told::Told};

/// Runs `campaign run`.
pub fn run(args: &Run) -> anyhow::Result<Verdict> {
    let manifest = files::manifest(&args.manifest)?;
    manifest.shard(args.shard)?;
    Outputs::new().folder("--out", &args.out)?;
    let place = args.out.join(file_name(args.shard, manifest.len()));
    if let Some(result) = finished(&manifest, args.shard, &place)? {
        if !args.quiet {
            say(format_args!("shard {} is done: {}; nothing is run", args.shard, place.display()));
        }
        return printed(args, &result);
    }
    let part = place.with_extension("part.json");
    let mut run =
        begun(&manifest, args.shard, &part).map_or_else(|| ShardRun::new(&manifest, args.shard), Ok)?;
    if run.steps() > 0 && !args.quiet {
        say(format_args!("shard {} goes on after {} of {} steps", args.shard, run.steps(), run.of_steps()));
    }
    let (start, resumed) = (Instant::now(), run.steps());
    let threads =
        args.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    steps(&manifest, &mut run, threads, args.quiet, &part)?;
    let Some(result) = run.result() else { bail!("shard {} has no steps", args.shard) };
    let record = RunRecord::new(&result, threads.get(), start.elapsed(), resumed);
    files::write("--out", &place.with_extension("run.json"), &record.to_json())?;
    files::write("--out", &place, &result.to_json())?;
    // It may not be there, and is of no use any more.
    let _ = std::fs::remove_file(&part);
    printed(args, &result)
}

/// The result that is there, if it is one.
///
/// # Errors
/// It is of another campaign.
fn finished(manifest: &Manifest, shard: u64, place: &Path) -> anyhow::Result<Option<ShardResult>> {
    let Ok(text) = std::fs::read_to_string(place) else { return Ok(None) };
    let shown = place.display();
    let result = match ShardResult::read(&text) {
        Ok(result) => result,
        Err(error) => {
            say(format_args!("{shown}: {error}; the shard is run again"));
            return Ok(None);
        }
    };
    if let Err(why) = result.belongs_to(manifest) {
        bail!("{shown} would be overwritten, and {why}: name another folder with --out");
    }
    match ShardRun::resume(manifest, &result) {
        Ok(run) if run.is_done() && result.shard == shard => Ok(Some(result)),
        _ => {
            say(format_args!("{shown} is not the whole result of shard {shard}, which is run again"));
            Ok(None)
        }
    }
}

/// The shard as far as it was run, if it was.
fn begun<'a>(manifest: &'a Manifest, shard: u64, part: &Path) -> Option<ShardRun<'a>> {
    let text = std::fs::read_to_string(part).ok()?;
    let run = ShardResult::read(&text).and_then(|result| {
        let run = ShardRun::resume(manifest, &result)?;
        Ok((result.shard == shard).then_some(run))
    });
    match run {
        Ok(run) => run,
        Err(error) => {
            say(format_args!("{}: {error}; the shard begins anew", part.display()));
            None
        }
    }
}

/// Runs what is left, and saves what was found after each step.
fn steps(
    manifest: &Manifest,
    run: &mut ShardRun<'_>,
    threads: NonZero<usize>,
    quiet: bool,
    part: &Path,
) -> anyhow::Result<()> {
    let device = &manifest.device;
    let seconds = |time: Option<f64>| time.and_then(|time| Duration::try_from_secs_f64(time).ok());
    let window = device.window.and_then(NonZero::new);
    let how = How::of(seconds(device.startup_timeout), seconds(device.timeout), window);
    let asks_programs = manifest.against.iter().chain([&manifest.subject]).any(|name| is_program(name));
    let jobs = if asks_programs { manifest.jobs()? } else { Vec::new() };
    let told = Arc::new(Told::of(&Names::default(), &jobs)?);
    let subject = engine(&manifest.subject, how, &told)?;
    let oracles: Vec<Box<dyn Engine>> =
        manifest.against.iter().map(|name| engine(name, how, &told)).collect::<anyhow::Result<_>>()?;
    let progress = Progress::new(run.left(), quiet);
    while !run.is_done() {
        run.step((&*subject, &oracles), threads, &|cases| progress.add(cases))?;
        if let Some(result) = run.result().filter(|result| !result.is_done()) {
            files::write("--out", part, &result.to_json())?;
        }
    }
    progress.finish();
    Ok(())
}

fn printed(args: &Run, result: &ShardResult) -> anyhow::Result<Verdict> {
    let text = match args.json {
        true => document::harmless(&result.to_json()),
        false => shard_text(result),
    };
    let print = || -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    };
    program_verdict(&result.report).after(print().context("the result of the shard"))
}
