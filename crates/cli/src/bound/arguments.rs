//! The arguments of `halfulp bound`.

use std::num::NonZero;
use std::path::PathBuf;

use halfulp_lab::experiment::{Seeds, Shard, TEMPLATES, USUAL};
use halfulp_lab::program::Request;
use halfulp_lab::storage::Storage;
use halfulp_lab::trace::Rounds;

use crate::threads;

/// Optimizer steps computed in emulated low precision, beside bounds on their errors. Each bound is evaluated with its
/// hypotheses checked while it runs, and is compared with what was measured.
#[derive(clap::Args)]
#[command(after_help = format!("{EXIT}\n\n{EXAMPLES}"), subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Verb {
    /// List the experiments that come with the program.
    List(List),
    /// Run experiments and print what they find.
    Run(Run),
    /// Run experiments and compare with what they assert: the verdict, for CI.
    Check(Check),
    /// Write a commented experiment file to begin with: it runs as it is.
    New(New),
    /// Judge a recorded training run: replay its gradients, compare its weights and states with the bounds.
    Trace(Trace),
}

/// How to list.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp bound list
  halfulp bound list --json")]
pub struct List {
    /// Print a JSON document with an object an experiment.
    #[arg(long)]
    pub json: bool,
}

/// What to write, and where.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  halfulp bound new -o first.toml
  halfulp bound new compare")]
pub struct New {
    /// The kind of experiment.
    #[arg(value_name = "KIND", default_value = USUAL, value_parser = clap::builder::PossibleValuesParser::new(TEMPLATES.iter().map(|(kind, _)| *kind)))]
    pub kind: String,
    /// Write to a file, which must not be there yet [default: standard output].
    #[arg(short, long, value_name = "FILE.toml")]
    pub output: Option<PathBuf>,
}

/// What to run, and how to report.
#[derive(clap::Args)]
#[command(after_help = format!("{EXIT}\n\n{EXAMPLES_OF_RUN}"), after_long_help = format!("{MORE}\n\n{EXIT}\n\n{EXAMPLES_OF_RUN}"))]
pub struct Run {
    #[command(flatten)]
    pub what: What,
    /// Print a line an experiment, and what is not as asserted: with --all, the default.
    #[arg(long, conflicts_with = "json")]
    pub brief: bool,
    /// Compute only part I of N of the runs, into the folder of --parts, and judge nothing. The run without it puts all together.
    #[arg(long, value_name = "I/N", requires = "parts", conflicts_with_all = ["all", "brief", "json", "html", "svg", "csv", "junit"])]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub output: Output,
}

/// What to check, and how to report.
#[derive(clap::Args)]
#[command(after_help = format!("{EXIT}\n\n{EXAMPLES_OF_CHECK}"), after_long_help = format!("{MORE}\n\n{EXIT}\n\n{EXAMPLES_OF_CHECK}"))]
pub struct Check {
    #[command(flatten)]
    pub what: What,
    #[command(flatten)]
    pub output: Output,
}

/// What to judge, and how to report.
#[derive(clap::Args)]
#[command(after_help = format!("{EXIT_OF_TRACE}\n\n{EXAMPLES_OF_TRACE}"), after_long_help = format!("{MORE_OF_TRACE}\n\n{EXIT_OF_TRACE}\n\n{EXAMPLES_OF_TRACE}"))]
pub struct Trace {
    /// The trace: a .safetensors file that tools/record-trace wrote.
    #[arg(value_name = "FILE.safetensors")]
    pub file: PathBuf,
    /// What must hold, in a file with [[assert]], [[expect]] and [[detect]] [default: trace.step, trace.running and
    /// trace.bits hold].
    #[arg(long, value_name = "FILE.toml")]
    pub assert: Option<String>,
    /// The order of operations that the bounds are of [default: that of the recorded class].
    #[arg(long, value_name = "PRESET")]
    pub preset: Option<String>,
    /// Where operations round: kernels (as PyTorch: in f32 within a kernel, to the tensors' type between kernels), roots (the
    /// same with square roots of f32 within an ulp, as MKL takes them), f32 (until stored), every (operation), f64 (until
    /// stored) [default: roots for Adam, kernels for SGD].
    #[arg(long, value_name = "WHERE")]
    pub arithmetic: Option<Rounds>,
    /// Where a tensor is kept, if not in the type that was recorded, as experiment files write it:
    /// weights=bfloat16, second='{ format = "bfloat16", rounding = "sr-a:16" }'.
    #[arg(long, value_name = "weights|first|second=STORAGE", value_parser = kept)]
    pub storage: Vec<(usize, Storage)>,
    /// How many threads [default: one a core]. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    pub threads: Option<NonZero<usize>>,
    /// The most memory that it may take by its sizes, in bytes or with a unit (500M, 4G, 2GiB).
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = memory)]
    pub max_memory: u64,
    #[command(flatten)]
    pub output: Output,
}

/// A tensor and its storage.
fn kept(text: &str) -> Result<(usize, Storage), String> {
    const NAMES: [&str; 3] = ["weights", "first", "second"];
    let (name, storage) = text.split_once('=').ok_or("expected weights=, first= or second= and a storage")?;
    let tensor = NAMES.iter().position(|known| *known == name);
    let tensor = tensor.ok_or_else(|| format!("{name:?}: expected weights, first or second"))?;
    Storage::parse(storage.trim()).map(|storage| (tensor, storage)).map_err(|e| e.to_string())
}

/// What to run.
#[derive(clap::Args)]
pub struct What {
    /// Names that `halfulp bound list` lists, or files such as ./mine.toml.
    #[arg(value_name = "NAME|FILE", required_unless_present = "all")]
    pub names: Vec<String>,
    /// All experiments that come with the program.
    #[arg(long, conflicts_with = "names")]
    pub all: bool,
    /// Other seeds than the file's: how many, or which (0,7,19; one alone is 7,). With --all, of the experiments that have
    /// seeds.
    #[arg(long, value_name = "N|A,B,...")]
    pub seeds: Option<Seeds>,
    /// The long run that a file describes in its table `full`. With --all, of the experiments that have one.
    #[arg(long)]
    pub full: bool,
    /// Keep each finished run of an optimizer in a folder, and take those that are there: a run that was stopped goes on. With
    /// --all, of the experiments that can. Runs of other settings or versions, and damaged ones, are made anew.
    #[arg(long, value_name = "DIR")]
    pub parts: Option<PathBuf>,
    /// How many threads [default: one a core]. The results do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    pub threads: Option<NonZero<usize>>,
    /// The most memory that an experiment may take by its sizes, in bytes or with a unit (500M, 4G, 2GiB): checked before it
    /// is run.
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = memory)]
    pub max_memory: u64,
}

impl What {
    /// What is asked for, run or checked.
    pub fn request(&self, check: bool) -> Request {
        Request {
            names: self.names.clone(),
            all: self.all,
            full: self.full,
            seeds: self.seeds.clone(),
            check,
            max_memory: self.max_memory,
            threads: NonZero::new(threads::limited(self.threads, u64::MAX)),
            parts: self.parts.clone(),
        }
    }
}

/// Where what was found goes.
#[derive(clap::Args)]
pub struct Output {
    /// Print a JSON document instead of text.
    #[arg(long)]
    pub json: bool,
    /// Write a page with curves, grids, bounds, detectors and settings: one file that needs no network.
    #[arg(long, value_name = "FILE.html")]
    pub html: Option<PathBuf>,
    /// Write each figure to a folder, as SVG.
    #[arg(long, value_name = "FOLDER")]
    pub svg: Option<PathBuf>,
    /// Write a table of all bounds, numbers and detections to a file whose name ends in .csv; or to a folder that table, and
    /// one for each figure and table.
    #[arg(long, value_name = "FILE.csv|FOLDER")]
    pub csv: Option<PathBuf>,
    /// Write a JUnit XML report, a test for each thing that is asserted.
    #[arg(long, value_name = "FILE.xml")]
    pub junit: Option<PathBuf>,
}

/// Bytes, from a number with or without a binary unit.
fn memory(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim().to_ascii_uppercase();
    let power = match unit.trim_end_matches("IB").trim_end_matches('B') {
        "" => Some(0),
        one => "KMGT".find(one).filter(|_| one.len() == 1).map(|place| 10 * (place as u32 + 1)),
    };
    let bytes =
        number.parse::<u64>().ok().zip(power).and_then(|(number, power)| number.checked_mul(1 << power));
    bytes.ok_or_else(|| "expected a whole number of bytes, or one with K, M, G or T (powers of 1024)".into())
}

const EXIT: &str = "\
Exit code of check: 0 all that is asserted holds, 1 some bound is violated, (mostly) vacuous or out of its band, or something \
else is not as asserted, 2 could not run, or a file asserts nothing. Of run: the same, but 0 where nothing is asserted and no run diverged.";

const MORE: &str = "\
A bound is informative where it is below what one would know without it. It holds if it was never exceeded and is informative in at least \
90 % of its places (of all, and of those of the last step), and the largest measured / bound lies in its band. What is \
mostly vacuous, was not evaluated or lost its hypotheses does not pass, unless the file lists it as not informative: then \
it is counted separately and listed first.

An experiment file says what is run and what is asserted of it: see docs/experiments.md, and docs/ci.md for CI.";

const EXIT_OF_TRACE: &str = "\
Exit code: 0 all that is asserted holds, 1 a bound is violated, (mostly) vacuous or out of its band, or something else is not \
as asserted, 2 the trace cannot be read or judged, or nothing that could fail is asserted.";

const MORE_OF_TRACE: &str = "\
Every recorded number is compared with the exact step from the numbers recorded before it (trace.step), and with the exact \
run that starts where the trace starts and sees the same gradients (trace.running, trace.worst-case). Beside that stand \
detectors of what low precision does, and a table of the orders of operations that give the recorded numbers bit by bit; \
where none does, one of the faults that would: a truncation in place of a rounding, a stale state, a decay in bfloat16.

A trace is written by tools/record-trace from any PyTorch optimizer: see docs/traces.md.";

const EXAMPLES_OF_TRACE: &str = "\
Examples:
  halfulp bound trace run.safetensors
  halfulp bound trace run.safetensors --assert ./mine.toml
  halfulp bound trace run.safetensors --html trace.html
  halfulp bound trace run.safetensors --arithmetic kernels --json";

const EXAMPLES: &str = "\
Examples:
  halfulp bound list
  halfulp bound run one-step
  halfulp bound new -o first.toml
  halfulp bound check one-step ./mine.toml";

const EXAMPLES_OF_RUN: &str = "\
Examples:
  halfulp bound run one-step
  halfulp bound run ./mine.toml --seeds 4 --csv mine/ --svg mine/
  halfulp bound run ./mine.toml --html mine.html --json
  # In two halves, which can be stopped, and run again, and anywhere
  halfulp bound new compare -o long.toml &&
    halfulp bound run ./long.toml --parts parts --shard 1/2 &&
    halfulp bound run ./long.toml --parts parts --shard 2/2 &&
    halfulp bound run ./long.toml --parts parts";

const EXAMPLES_OF_CHECK: &str = "\
Examples:
  halfulp bound check one-step
  halfulp bound check ./mine.toml --junit bounds.xml";

#[cfg(test)]
mod tests {
    use super::memory;

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in
            [("0", 0), ("512", 512), ("3K", 3 << 10), ("2GiB", 2 << 30), ("7 mb", 7 << 20), ("1T", 1 << 40)]
        {
            assert_eq!(memory(text), Ok(bytes), "{text}");
        }
        for wrong in ["", "G", "-1", "1.5G", "1X", "1KM", "99999999999T", "18446744073709551616"] {
            assert!(memory(wrong).is_err(), "{wrong}");
        }
    }
}
