//! The arguments of `halfulp check`.

use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use halfulp_verify::vectors::Form;

use crate::comparing::ComparisonArgs;
use crate::threads;

/// The arguments of `check`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The file: vectors as `halfulp vectors` writes them, with a device's answers in the place of the expected ones; or vectors as they
    /// were written, where --answers has the answers.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// A file with answers alone, one for each case of FILE, or each with the number of its case: `17: 40 01`.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The form of FILE: testfloat, readmemh, csv, jsonl, raw or fptest [default: what its header says, or its name ends in].
    #[arg(long = "as", value_name = "FORM")]
    pub form: Option<Form>,
    /// The form of the answers [default: what the name of the file ends in, or testfloat].
    #[arg(long, value_name = "FORM", requires = "answers")]
    pub answers_as: Option<Form>,
    /// The header of FILE, or a vector file with the same one in it [default: in FILE, or FILE.toml].
    #[arg(long, value_name = "FILE", conflicts_with = "task")]
    pub header: Option<PathBuf>,
    /// The task of a file without a header, in the words of `halfulp eval`: --task 'mul e4m3fn --round rtz'.
    #[arg(long, value_name = "WORDS", value_parser = NonEmptyStringValueParser::new())]
    pub task: Option<String>,
    /// The reference engines [default: definition,mpfr,apfloat,host,recorded].
    #[arg(long, value_name = "ENGINE,...", value_parser = NonEmptyStringValueParser::new())]
    pub against: Vec<String>,
    #[command(flatten)]
    pub comparing: ComparisonArgs,
    /// Judge only the case with this number.
    #[arg(long, value_name = "K")]
    pub case: Option<u64>,
    /// The number of threads [default: one per core].
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    pub threads: Option<NonZero<usize>>,
    /// The number of mismatches to explain.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub explain: usize,
    /// After the report, search for the deviations that explain the mismatches, as `halfulp diagnose` does.
    #[arg(long, conflicts_with_all = ["json", "case"])]
    pub diagnose: bool,
    /// Print only errors and warnings to standard error.
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
    /// Write to a file which situations the cases meet, as `halfulp verify` does. Its name ends in .json, .txt or .html. Several files: several
    /// times.
    #[arg(long, value_name = "FILE", conflicts_with = "case")]
    pub coverage: Vec<PathBuf>,
}

impl Args {
    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [Some(&self.file), self.answers.as_ref(), self.header.as_ref(), self.comparing.waivers.as_ref()]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }
}

const EXAMPLES: &str = "\
An answer with a digit x or z, as simulators print undefined signals, is a mismatch, \"undefined\". A file with fewer answers \
than cases is judged as far as it goes, and the verdict says so.

Examples:
  # Vectors, and what a device answers to them
  halfulp vectors mul e4m3fn --cases edge -o mul.txt --quiet && cut \\
    -d ' ' -f 1,2 mul.txt | halfulp eval mul e4m3fn > answers.txt &&
    halfulp check answers.txt --header mul.txt.toml
  # Answers alone, in the order of the cases
  halfulp vectors mul e4m3fn --cases edge -o mul.hex --quiet && sed \\
    -n 's/^.._.._//p' mul.hex > out.hex &&
    halfulp check mul.hex --answers out.hex --compare-nan any
  # Lines of another program, whose task has to be said
  printf '3C 41 46 01\\n3C 38 3C 00\\n' > lines.txt &&
    halfulp check lines.txt --task 'mul e4m3fn'";
