//! The arguments of `halfulp campaign`.

use std::num::NonZero;
use std::path::PathBuf;

use anyhow::anyhow;

use crate::{threads, verify};

/// A verification that is too long for one machine, in numbered shards of about equal cost. `plan` measures what the cases cost and
/// writes a manifest; `run` runs one shard, which can be killed and run again, on whichever machine; `halfulp merge --manifest` judges the
/// whole. Scripts for Slurm, Kubernetes, GNU parallel and GitHub are in docs/campaign.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(clap::Subcommand)]
pub(super) enum Verb {
    /// Measure what a verification costs, and write a manifest of shards of about equal cost.
    Plan(Box<Plan>),
    /// Run a shard of a campaign, or go on with it.
    Run(Run),
    /// List the shards that have no result yet, as schedulers take them.
    Left(Left),
}

const EXAMPLES: &str = "\
Examples:
  halfulp campaign plan e2m3 --op mul --shards 2 -o plan.json &&
    halfulp campaign run plan.json --shard 1 --out results &&
    halfulp campaign run plan.json --shard 2 --out results &&
    halfulp merge results --manifest plan.json";

/// What to verify, as `halfulp verify` takes it, and how to divide it.
#[derive(clap::Args)]
#[command(after_help = PLAN_EXAMPLES)]
pub struct Plan {
    #[command(flatten)]
    pub(super) verify: verify::Args,
    /// The number of shards [default: one for each ten minutes of a core].
    #[arg(long, value_name = "N", value_parser = shards, allow_negative_numbers = true, conflicts_with = "core_minutes")]
    pub(super) shards: Option<u64>,
    /// As many shards as it takes for each to need about so many minutes of a core.
    #[arg(long, value_name = "M", value_parser = positive)]
    pub(super) core_minutes: Option<f64>,
    /// The manifest to write [default: none; what the campaign would cost is printed].
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// The time in seconds for the measurements; each kind of task is measured at least once, however long that takes.
    #[arg(long, value_name = "SECONDS", value_parser = positive, default_value = "20")]
    pub(super) limit: f64,
    /// Take the measurements of another manifest, where it has them, with the same engines.
    #[arg(long, value_name = "FILE")]
    pub(super) costs: Option<PathBuf>,
    /// The seconds of a core after which a shard saves what it has found so far.
    #[arg(long, value_name = "SECONDS", value_parser = positive, default_value = "120")]
    pub(super) save: f64,
}

const PLAN_EXAMPLES: &str = "\
Examples:
  # All pairs in two shards
  halfulp campaign plan e4m3fn --op mul --shards 2 -o plan.json
  # The array interface, each shard about half an hour of a core
  halfulp campaign plan --exhaustive --subject portable --op sqrt \\
    --core-minutes 30 --limit 5 -o plan.json
  # What all of binary16's fma would cost: 2^48 cases
  halfulp campaign plan binary16 --op fma --exhaustive --round rne \\
    --saturate none --shards 20000 --limit 2
  # A sample of a space that is too large
  halfulp campaign plan binary32 --op add --cases uniform:10^7 \\
    --limit 2 -o plan.json";

/// Which shard of which campaign.
#[derive(clap::Args)]
#[command(after_help = RUN_EXAMPLES)]
pub struct Run {
    /// The manifest that `halfulp campaign plan` wrote.
    #[arg(value_name = "MANIFEST")]
    pub(super) manifest: PathBuf,
    /// The shard, counted from 1: $SLURM_ARRAY_TASK_ID, or $((JOB_COMPLETION_INDEX + 1)).
    #[arg(long, value_name = "I", value_parser = shards, allow_negative_numbers = true)]
    pub(super) shard: u64,
    /// The folder for the result. A shard that has one there is not run again.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) out: PathBuf,
    /// The number of threads [default: one per core]. The result does not depend on it.
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    pub(super) threads: Option<NonZero<usize>>,
    /// Print only errors to standard error, without progress.
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Print the result as JSON.
    #[arg(long)]
    pub(super) json: bool,
}

const RUN_EXAMPLES: &str = "\
Examples:
  halfulp campaign plan e2m1 --op fma --shards 3 -o plan.json &&
    halfulp campaign run plan.json --shard 3 --out results --threads 1
  # In docs/campaign/slurm.sh
  SLURM_ARRAY_TASK_ID=1; halfulp campaign plan e2m1 --op sqrt \\
    -o plan.json && halfulp campaign run plan.json \\
    --shard \"$SLURM_ARRAY_TASK_ID\"";

/// Of which campaign, and how.
#[derive(clap::Args)]
#[command(after_help = LEFT_EXAMPLES)]
pub struct Left {
    /// The manifest that `halfulp campaign plan` wrote.
    #[arg(value_name = "MANIFEST")]
    pub(super) manifest: PathBuf,
    /// The folder of the results [default: none; all shards are listed].
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// The form: lines, ranges such as 3,7-9, or json, a list of numbers.
    #[arg(long = "as", value_name = "FORM", default_value = "lines")]
    pub(super) form: Form,
}

/// How numbers are listed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    Lines,
    Ranges,
    Json,
}

const LEFT_EXAMPLES: &str = "\
Examples:
  halfulp campaign plan e2m1 --op mul --shards 2 -o plan.json &&
    halfulp campaign left plan.json --as ranges
  # What is still to be done, on all cores
  halfulp campaign plan e2m1 --op mul --shards 2 -o plan.json &&
    halfulp campaign left plan.json --out results | \\
    xargs -n 1 halfulp campaign run plan.json --out results --shard";

fn shards(text: &str) -> anyhow::Result<u64> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| anyhow!("expected a number, 1 or more"))
}

fn positive(text: &str) -> anyhow::Result<f64> {
    let number = text.parse().ok().filter(|number: &f64| *number > 0.0 && *number <= 1e9);
    number.ok_or_else(|| anyhow!("expected a number above zero, at most 10^9"))
}
