//! `halfulp diagnose`: which deviations explain what a device answers.

use std::sync::Arc;

use anyhow::ensure;
use halfulp::{Rounding, Saturation};

use crate::diagnosis::{Found, say_of_streams, tasks};
use crate::exit::Verdict;
use crate::verify::{self, engines, jobs, names::Names, told::Told};

/// The device and what it is asked: the arguments of `verify`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    verify: verify::Args,
}

/// Arguments of `verify` that `diagnose` does not take.
pub const NOT_TAKEN: [&str; 11] = [
    "diagnose",
    "waivers",
    "mismatches",
    "against",
    "like",
    "explain",
    "junit",
    "coverage",
    "shard",
    "case",
    "standard",
];

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
    let (verdict, is_incomplete) = (found.verdict(), found.is_incomplete());
    let printed = found.print(args.json, &|format| names.name(format));
    if is_incomplete {
        say_of_streams(&args);
    }
    verdict.after(printed)
}

fn check(args: &verify::Args) -> anyhow::Result<()> {
    let given = [
        ("--diagnose", args.diagnose),
        ("--mismatches", args.mismatches.is_some()),
        ("--waivers", args.comparing.waivers.is_some()),
        ("--against", !args.against.is_empty()),
        ("--like", args.like.is_some()),
        ("--junit", args.junit.is_some()),
        ("--coverage", !args.coverage.is_empty()),
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
