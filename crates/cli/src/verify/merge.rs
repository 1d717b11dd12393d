//! `halfulp merge`: the reports of shards as one.

use std::path::PathBuf;

use anyhow::{anyhow, ensure};
use halfulp_verify::report::{from_json, merge};

use super::print::Reports;
use crate::campaign::judge;
use crate::exit::Verdict;
use crate::input;

/// Combine the reports of all shards of a run. The result equals the report of an unsharded run, except for times.
///
/// With --manifest the results of a campaign are judged: they agree only if there is exactly one for each shard, each whole, of this
/// campaign, and nothing else. What is missing, double, foreign or damaged is named.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp verify e2m1 --op fma --exhaustive --shard 1/2 --json > 1.json
  halfulp verify e2m1 --op fma --exhaustive --shard 2/2 --json > 2.json
  halfulp merge 1.json 2.json --junit report.xml
  # A campaign
  halfulp campaign plan e2m1 --op add --shards 2 -o plan.json &&
    halfulp campaign run plan.json --shard 1 --out results &&
    halfulp campaign run plan.json --shard 2 --out results &&
    halfulp merge results --manifest plan.json")]
pub struct Args {
    /// The reports written by `halfulp verify --shard I/N --json`, one for each of the N shards; with --manifest the results of
    /// `halfulp campaign run`, or folders of them.
    #[arg(value_name = "REPORT", required = true)]
    pub reports: Vec<PathBuf>,
    /// Judge the results of this campaign, which `halfulp campaign plan` wrote.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Write a JSON report to standard output.
    #[arg(long)]
    pub json: bool,
    /// Write a JUnit XML report to a file.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// Runs `merge`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    if let Some(manifest) = &args.manifest {
        return judge::judge(&args.reports, manifest, args.json, args.junit.as_deref());
    }
    let read = args.reports.iter().map(PathBuf::as_path);
    let outputs = Reports::begin(args.json, args.junit.as_deref(), read)?;
    let read = |path: &PathBuf| -> anyhow::Result<_> {
        let name = path.display().to_string();
        ensure!(
            !path.is_dir(),
            "{name} is a folder, and a report was expected: a campaign's are judged with --manifest FILE"
        );
        let text = input::text(path)?;
        let summary = from_json(&text).map_err(|why| anyhow!("{name} is not a report: {why}"))?;
        Ok((name, summary))
    };
    let reports = args.reports.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    outputs.write(merge(reports)?)
}
