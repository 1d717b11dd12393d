//! `halfulp campaign plan`.

use std::io::{self, Write as _};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use halfulp_verify::Selection;
use halfulp_verify::campaign::{Device, Manifest, Measured, Shards, Wanted, plan, plan_text};

use super::arguments::Plan;
use super::files;
use crate::exit::Verdict;
use crate::format_arg::is_path;
use crate::output::Outputs;
use crate::verify::{self, Names, engines, jobs, told::Told};
use crate::{document, say};

/// Arguments of `verify` that `plan` does not take.
const NOT_TAKEN: [&str; 9] =
    ["diagnose", "waivers", "mismatches", "junit", "json", "coverage", "shard", "case", "threads"];

/// The time of a core for a shard, where no number of shards is asked for.
const CORE_SECONDS: f64 = 600.0;

/// An argument of `verify`, which is hidden where `plan` does not take it.
pub fn taken(arg: clap::Arg) -> clap::Arg {
    let is_hidden = NOT_TAKEN.contains(&arg.get_id().as_str());
    if is_hidden { arg.hide(true) } else { arg }
}

/// Runs `campaign plan`.
pub fn run(args: Plan) -> anyhow::Result<Verdict> {
    check(&args.verify)?;
    let known = match &args.costs {
        Some(path) => Some(files::manifest(path)?),
        None => None,
    };
    let names = Names::of(&args.verify)?;
    let jobs = jobs::jobs(&args.verify, &names)?;
    let told = Arc::new(Told::of(&names, if args.verify.programs() { &jobs } else { &[] })?);
    let subject = engines::subject(&args.verify, &told)?;
    let jobs = jobs::as_claimed(&args.verify, jobs, &*subject)?;
    let oracles = engines::oracles(&args.verify, &told)?;
    let output = args.output.as_deref().map(|path| claim(&args, path)).transpose()?;
    let shards = match (args.shards, args.core_minutes) {
        (Some(number), _) => Shards::Number(number),
        (None, minutes) => Shards::CoreSeconds(minutes.map_or(CORE_SECONDS, |minutes| 60.0 * minutes)),
    };
    let manifest = plan(Wanted {
        jobs: &jobs,
        subject: &*subject,
        oracles: &oracles,
        device: device(&args.verify),
        explain: args.verify.explain,
        shards,
        step: args.save,
        limit: Duration::from_secs_f64(args.limit),
        begins: &|kinds| {
            if !args.verify.quiet {
                announce(kinds, args.limit);
            }
        },
        known: known.map_or_else(|| Ok(Measured::default()), |known| costs(known, &*subject, &oracles))?,
        command: document::command(),
        name: &|format| names.name(format),
    })?;
    if let Some(mut file) = output {
        file.write_all(manifest.to_json().as_bytes())?;
        file.finish()?;
    }
    Verdict::Yes.after(print(&manifest, args.output.as_deref()).map_err(anyhow::Error::from))
}

/// Says what is measured, and the most that it takes: cases that are few take less, and the time that it took is in the plan.
fn announce(kinds: usize, limit: f64) {
    let these = if kinds == 1 { "1 kind of task costs" } else { &*format!("{kinds} kinds of tasks cost") };
    say::say(format_args!(
        "measuring on one thread what {these}: {limit} s at most, unless the shortest run of each takes longer"
    ));
}

fn check(args: &verify::Args) -> anyhow::Result<()> {
    let given = [
        ("--diagnose", args.diagnose),
        ("--waivers", args.comparing.waivers.is_some()),
        ("--mismatches", args.mismatches.is_some()),
        ("--junit", args.junit.is_some()),
        ("--json", args.json),
        ("--coverage", !args.coverage.is_empty()),
        ("--shard", args.shard.is_some()),
        ("--case", args.case.is_some()),
        ("--threads", args.threads.is_some()),
    ];
    let found = given.iter().find(|(_, given)| *given);
    ensure!(
        found.is_none(),
        "{}: campaign plan does not take it: it writes a manifest, and `halfulp campaign run` and `halfulp merge` \
         do the rest",
        found.map_or("", |(option, _)| option)
    );
    ensure!(
        args.cases != Some(Selection::Cover),
        "--cases cover: there are few of these, and they are made anew in each run: `halfulp verify` runs them"
    );
    Ok(())
}

fn claim(args: &Plan, path: &Path) -> anyhow::Result<crate::output::Output> {
    let mut outputs = Outputs::new();
    args.verify.named_formats().filter(|text| is_path(text)).for_each(|text| outputs.reads(Path::new(text)));
    args.costs.iter().for_each(|path| outputs.reads(path));
    outputs.claim_kind("-o", path, &["json"])
}

/// How the engines that are programs are asked.
fn device(args: &verify::Args) -> Device {
    Device {
        startup_timeout: args.startup_timeout.map(|time| time.as_secs_f64()),
        timeout: args.timeout.map(|time| time.as_secs_f64()),
        window: args.window.map(std::num::NonZero::get),
    }
}

/// The measurements of another campaign, with the same engines.
fn costs(
    known: Manifest,
    subject: &dyn halfulp_verify::Engine,
    oracles: &[Box<dyn halfulp_verify::Engine>],
) -> anyhow::Result<Measured> {
    let own: Vec<&str> = oracles.iter().map(|oracle| oracle.name()).collect();
    ensure!(
        known.subject == subject.name() && known.against == own,
        "--costs: what was measured there is {} against {}, and not {} against {}",
        known.subject,
        known.against.join(","),
        subject.name(),
        own.join(",")
    );
    Ok(known.measured)
}

fn print(manifest: &Manifest, path: Option<&Path>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let cores = std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
    out.write_all(plan_text(manifest, cores).as_bytes())?;
    match path {
        Some(path) => writeln!(
            out,
            "{} written; each shard I: halfulp campaign run {0} --shard I --out DIR; then: halfulp merge DIR --manifest {0}",
            halfulp::text::escaped(&path.display().to_string())
        )?,
        None => writeln!(out, "no manifest was written: name a file for it, -o FILE")?,
    }
    out.flush()
}
