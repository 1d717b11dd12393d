//! `halfulp coverage`: which situations cases have met, of several runs together.

pub mod files;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use halfulp_verify::coverage::{Document, from_json, merge, to_json, to_text};

use crate::exit::Verdict;
use crate::output::Outputs;
use crate::{document, input};
use files::Files;

/// Show which situations the cases of a run met, or of several runs together: of shards, or of other cases.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The files that --coverage FILE.json wrote.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write the whole to a file, whose name ends in .json, .txt or .html. Several files: several times.
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Answer no, exit code 1, if a bin is empty that is not known to be unreachable.
    #[arg(long)]
    full: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Bins are counted by the law, whatever a device answers: docs/coverage.md says which there are. Files have to be of the same bins, and \
no cases may be in two of them.

Examples:
  # Which situations do the usual random cases miss?
  halfulp vectors mul e4m3fn --cases random:1000 -q -o mul.txt \\
    --coverage mul.json && halfulp coverage mul.json
  # The cases that are generated miss none
  halfulp verify e4m3fn --op mul --round rne --saturate none \\
    --cases cover --coverage all.json -q > report.txt &&
    halfulp coverage all.json --full
  # Two shards as one, and a page of it
  halfulp vectors fma e2m1 --shard 1/2 -q -o 1.txt \\
    --coverage 1.json &&
    halfulp vectors fma e2m1 --shard 2/2 -q -o 2.txt \\
    --coverage 2.json &&
    halfulp coverage 1.json 2.json -o fma.json -o fma.html";

/// Runs `coverage`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let mut outputs = Outputs::new();
    args.files.iter().for_each(|path| outputs.reads(path));
    let files = Files::begin(&mut outputs, "-o", &args.output)?;
    let documents = args.files.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let count = documents.len();
    let mut whole = merge(documents)?;
    if count > 1 {
        whole.command = document::command();
    }
    let totals = whole.totals();
    let verdict = match args.full && (totals.empty > 0 || totals.contradicted > 0) {
        true => Verdict::No,
        false => Verdict::Yes,
    };
    files.write(&whole)?;
    verdict.after(print(args.json, &whole))
}

fn print(json: bool, whole: &Document) -> anyhow::Result<()> {
    let text = if json { document::harmless(&to_json(whole)) + "\n" } else { to_text(whole) };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn read(path: &Path) -> anyhow::Result<(String, Document)> {
    let name = path.display().to_string();
    let text = input::text(path)?;
    let document = from_json(&text).map_err(|why| anyhow!("{name} is not coverage: {why}"))?;
    Ok((name, document))
}
