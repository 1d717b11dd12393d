//! The arguments of `halfulp verify`.

use std::num::NonZero;
use std::path::PathBuf;

use anyhow::anyhow;
use clap::builder::NonEmptyStringValueParser;
use halfulp::{NanResult, Op, Rounding, Saturation, Standard, Tininess};
use halfulp_verify::Selection;
use halfulp_verify::engine::command::is_program;
use halfulp_verify::verify::Shard;

use crate::comparing::ComparisonArgs;
use crate::{offered, operations, profile_arg, threads};

/// What to verify, against what, on which cases. Without a FORMAT the main job runs: all operations and conversions,
/// exhaustively for formats of at most 8 bits, and on edge and random cases for wider formats.
#[derive(clap::Args)]
#[command(after_help = operations::before(EXAMPLES))]
pub struct Args {
    /// The formats: verifies operations within each of them, and conversions from them.
    #[arg(value_name = "FORMAT", value_delimiter = ',', value_parser = offered::format(), hide_possible_values = true)]
    pub formats: Vec<String>,
    /// The operations, as listed below [default: all].
    #[arg(long, value_name = "OP,...", value_delimiter = ',', value_parser = offered::operation(op), hide_possible_values = true)]
    pub op: Vec<Op>,
    /// The formats to convert from; each FORMAT is then a format to convert to.
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', conflicts_with = "operands", value_parser = offered::format(), hide_possible_values = true)]
    pub from: Vec<String>,
    /// The formats to convert to.
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', conflicts_with = "operands", value_parser = offered::format(), hide_possible_values = true)]
    pub to: Vec<String>,
    /// The format of each operand, if they differ.
    #[arg(
        long,
        value_name = "FORMAT,...",
        value_delimiter = ',',
        requires = "op",
        conflicts_with = "formats",
        value_parser = offered::format(),
        hide_possible_values = true
    )]
    pub operands: Vec<String>,
    /// The format of the result [default: the first operand's].
    #[arg(long, value_name = "FORMAT", requires = "operands", value_parser = offered::format(), hide_possible_values = true)]
    pub result: Option<String>,
    /// The standards: ieee-754, p3109-v4.0, p3109-2026-07, the latter two with P3109's operations [default: ieee-754; without a
    /// FORMAT, each task has its own].
    #[arg(long, value_name = "STANDARD,...", value_delimiter = ',', value_parser = named::<Standard>)]
    pub standard: Vec<Standard>,
    /// The roundings: rne, rna, rtz, rup, rdn, odd, sr-a:N, sr-b:N, sr-c:N with N noise bits [default: all].
    #[arg(long, value_name = "ROUNDING,...", value_delimiter = ',', value_parser = offered::rounding(), hide_possible_values = true)]
    pub round: Vec<Rounding>,
    /// The saturations: none, finite, propagate [default: all].
    #[arg(long, value_name = "SATURATION,...", value_delimiter = ',', value_parser = named::<Saturation>)]
    pub saturate: Vec<Saturation>,
    /// When tininess is detected: after or before rounding.
    #[arg(long, value_name = "TININESS,...", value_delimiter = ',', value_parser = named::<Tininess>)]
    pub tininess: Vec<Tininess>,
    /// The result for a NaN in a format without NaN: largest, least, zero, negative-zero.
    #[arg(long, value_name = "RESULT,...", value_delimiter = ',', value_parser = named::<NanResult>)]
    pub nan: Vec<NanResult>,
    /// Treat subnormal operands as zero.
    #[arg(long)]
    pub flush_operands: bool,
    /// Replace tiny results by zero.
    #[arg(long)]
    pub flush_results: bool,
    /// The engine under test: scalar, definition, mpfr, apfloat, host, recorded, a kernel of the array interface (avx512, avx2, portable;
    /// without flags and stochastic rounding), instructions of this CPU (cpu:sse, cpu:sse-ftz-daz, cpu:fma, cpu:f16c, cpu:avx512-fp16,
    /// cpu:avx512-bf16; docs/devices.md), model:PROFILE, or cmd:PROGRAM, which reads lines of operands,
    /// answers `result flags`, and flushes its output, or cmd2:PROGRAM, which does so for all tasks of a run in one process
    /// (docs/devices.md); {op} {format} {operands} {result} {standard} {round} {saturate} in its command line are replaced [default: scalar,
    /// or the best kernel for --exhaustive without FORMAT].
    #[arg(long, value_name = "ENGINE", value_parser = NonEmptyStringValueParser::new())]
    pub subject: Option<String>,
    /// The reference engines, one or several; `recorded` has recorded results of other implementations, and model:PROFILE answers as one of
    /// them does (see `halfulp profiles`) [default:
    /// definition,mpfr,apfloat,host,recorded; for a kernel scalar,definition,mpfr,recorded].
    #[arg(long, value_name = "ENGINE,...", value_parser = NonEmptyStringValueParser::new())]
    pub against: Vec<String>,
    /// Compare with a profile, model:PROFILE, under the policies that it has: `halfulp profiles` lists them. --round and --saturate choose among its own.
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["against", "standard", "tininess", "nan", "flush_operands", "flush_results"], value_parser = profile_arg::offered(), hide_possible_values = true)]
    pub like: Option<String>,
    /// The cases: all; edge; cover (few cases that meet every situation, as --coverage counts them); spread:N (N distinct cases spread over all); around:N (every
    /// rounding boundary of a conversion with its neighbours at every distance, and N random ones); random:N; uniform:N (N random cases, all operands equally likely, without the ones that are added to others); or given:A,B,C/NOISE, with hexadecimal
    /// operands and, for stochastic rounding, the noise word (default 0), of which the low bits are used. Zeros, infinities, NaNs, the ends of the range and values far outside it are always added to the N
    /// [default: all if these are at most 2^18, spread:2^20 for fma up to 32 bits, otherwise edge].
    #[arg(long, value_name = "CASES", conflicts_with = "exhaustive")]
    pub cases: Option<Selection>,
    /// Verify all cases (around:10^8 for conversions from 64 bits). Without a FORMAT: the whole array
    /// interface, for one kernel.
    #[arg(long)]
    pub exhaustive: bool,
    #[command(flatten)]
    pub comparing: ComparisonArgs,
    /// The seed of random cases and noise [default: 0].
    #[arg(long, value_name = "S", value_parser = threads::seed, allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Run only part I of N.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Run only the case with this number.
    #[arg(long, value_name = "K", conflicts_with = "shard")]
    pub case: Option<u64>,
    /// The number of threads [default: one per core].
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    pub threads: Option<NonZero<usize>>,
    /// The number of mismatches to explain.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub explain: usize,
    /// After the report, search for the deviations that explain the mismatches, as `halfulp diagnose` does.
    #[arg(long, conflicts_with_all = ["json", "shard", "case", "like"])]
    pub diagnose: bool,
    /// Print only errors to standard error, without announcement and progress.
    #[arg(short, long)]
    pub quiet: bool,
    /// Write a JSON report to standard output.
    #[arg(long)]
    pub json: bool,
    /// Write a JUnit XML report to a file.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write every mismatch to a CSV file, waived ones too, in an order that does not depend on the threads.
    #[arg(long, value_name = "FILE.csv")]
    pub mismatches: Option<PathBuf>,
    /// Write to a file which situations the cases meet: IBM's coverage models, classes, binades, roundings, exceptions (docs/coverage.md). Its name
    /// ends in .json, .txt or .html. Several files: several times.
    #[arg(long, value_name = "FILE", conflicts_with = "case")]
    pub coverage: Vec<PathBuf>,
    /// The time in seconds for a cmd:PROGRAM to start and give its first answer [default: 60, or the value of --timeout if that is longer].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub startup_timeout: Option<std::time::Duration>,
    /// The most cases that a cmd2:PROGRAM has without an answer at a time [default: 65536; 2^22 if it is asked in binary].
    #[arg(long, value_name = "N", value_parser = window, allow_negative_numbers = true)]
    pub window: Option<NonZero<usize>>,
    /// The time in seconds for each further answer of a cmd:PROGRAM [default: 10].
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<std::time::Duration>,
}

impl Args {
    /// Every format that is named: a name, or the path of a file.
    pub fn named_formats(&self) -> impl Iterator<Item = &String> {
        let named = [&self.formats, &self.from, &self.to, &self.operands];
        named.into_iter().flatten().chain(&self.result)
    }

    /// Whether any engine is a program.
    pub fn programs(&self) -> bool {
        self.subject.iter().chain(&self.against).any(|name| is_program(name))
    }

    /// The seed of random cases, and of noise.
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(0)
    }

    /// Whether the whole list of the array interface is asked for.
    pub fn is_about_arrays(&self) -> bool {
        self.exhaustive && self.formats.is_empty() && self.from.is_empty() && self.operands.is_empty()
    }
}

const EXAMPLES: &str = "\
Examples:
  # A first device, with one rounding and one saturation. It reads the
  # codes of the operands and answers each line with `result flags`.
  halfulp verify e4m3fn --op mul --round rne --saturate none \\
    --subject cmd:./my_device
  # A device that is told what to compute and may return any NaN
  halfulp verify e4m3fn --op add,mul --round rne,rtz \\
    --saturate finite --compare-nan any \\
    --subject 'cmd:./my_device {op} {round}'
  # `halfulp eval` as the device
  halfulp verify e5m2 --op add --round rne --saturate none \\
    --subject 'cmd:halfulp eval {op} --format {format}'
  # One pair of operands, explained if the answers differ
  halfulp verify e4m3fn --op mul --round rne \\
    --saturate none --cases given:7e,7e \\
    --subject cmd:./my_device
  # Products of narrow operands in a wider format, and a conversion
  halfulp verify --operands e4m3fn,e4m3fn --result binary16 --op mul
  halfulp verify e4m3fn --from binary16 --round rne --junit report.xml
  # A device that is meant to do what CUDA's headers do
  halfulp verify e4m3fn --from binary16 --like cuda-half \\
    --saturate finite --subject cmd:./my_device
  # The first of two parts, and a kernel of the array interface
  halfulp verify e2m1 --op fma --exhaustive --shard 1/2 --json > 1.json
  halfulp verify e4m3fn --op add --round rne --subject portable";

/// Thirty years: what clocks can still add to now.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(1_000_000_000);

fn op(text: &str) -> anyhow::Result<Op> {
    text.parse().map_err(|_| {
        let names: Vec<&str> = Op::all().map(Op::name).collect();
        anyhow!("{}expected one of {}", operations::did_you_mean(text), names.join(" "))
    })
}

fn named<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> anyhow::Result<T> {
    text.parse().map_err(|error| anyhow!("{error}"))
}

fn window(text: &str) -> anyhow::Result<NonZero<usize>> {
    let number: Option<NonZero<usize>> = text.parse().ok();
    number
        .filter(|window| window.get() <= 1 << 22)
        .ok_or_else(|| anyhow!("expected a number of cases, 1 to 2^22"))
}

fn seconds(text: &str) -> anyhow::Result<std::time::Duration> {
    let seconds: f64 = text.parse().map_err(|_| anyhow!("expected a number of seconds"))?;
    match std::time::Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() && duration <= LONGEST => Ok(duration),
        _ => Err(anyhow!("expected a number of seconds above zero, at most 10^9")),
    }
}
