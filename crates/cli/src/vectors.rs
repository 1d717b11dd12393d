//! `halfulp vectors`: cases and their expected answers, for testbenches.

pub mod aliases;
pub mod files;
mod selections;

use std::io::{self, IsTerminal as _, Write as _};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::ensure;
use halfulp::format::catalog;
use halfulp::{Format, Operands, Task};
use halfulp_verify::coverage::{Chooser, Source};
use halfulp_verify::report::file_name;
use halfulp_verify::suite::NamedFormat;
use halfulp_verify::vectors::{Form, MakeError, Recipe, Written};
use halfulp_verify::verify::Shard;
use halfulp_verify::{Engine, Selection};

use crate::exit::Verdict;
use crate::output::Outputs;
use crate::task::{self, TaskArgs};
use crate::verify::engines;
use crate::verify::gathered::{self, Gathered};
use crate::verify::told::Told;
use crate::{operations, say, stdout, threads};

/// The arguments of `vectors`.
#[derive(clap::Args)]
#[command(after_help = operations::before(EXAMPLES))]
pub struct Args {
    #[command(flatten)]
    task: TaskArgs,
    /// The cases, one selection after the other: all, edge, cover, spread:N, around:N, random:N, uniform:N or given:A,B,C/NOISE, as `halfulp verify` has
    /// them [default: all if these are at most 2^18, spread:2^20 for fma up to 32 bits, otherwise edge].
    #[arg(long, value_name = "CASES,...", value_parser = selections::parse)]
    cases: Option<selections::Selections>,
    /// The seed of random cases and noise.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = threads::seed, allow_negative_numbers = true)]
    seed: u64,
    /// Write only part I of N: the parts in order are the whole.
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// The form: testfloat, readmemh, csv, jsonl, raw or fptest [default: what the name of FILE ends in, or testfloat].
    #[arg(long = "as", value_name = "FORM")]
    form: Option<Form>,
    /// The file to write [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The file for the header, of a form that has no place for it [default: FILE.toml; none on standard output].
    #[arg(long, value_name = "FILE")]
    header: Option<PathBuf>,
    /// The engine that computes the expected answers: scalar, definition or mpfr.
    #[arg(long, value_name = "ENGINE", default_value = "scalar")]
    engine: String,
    /// The engines that must compute the same answers, or none.
    #[arg(long, value_name = "ENGINE,...", value_delimiter = ',', default_value = "definition")]
    confirm: Vec<String>,
    /// Write to a file which situations the cases meet, as `halfulp verify` does. Its name ends in .json, .txt or .html. Several files: several
    /// times.
    #[arg(long, value_name = "FILE")]
    coverage: Vec<PathBuf>,
    /// The number of threads [default: one per core]. The bytes do not depend on it.
    #[arg(long, value_name = "N", value_parser = threads::threads, allow_negative_numbers = true)]
    threads: Option<NonZero<usize>>,
    /// Do not say what was written.
    #[arg(short, long)]
    quiet: bool,
}

const EXAMPLES: &str = "\
A row has the operands, the noise word under stochastic rounding, the expected result and the flags (hexadecimal: 1 inexact, \
2 underflow, 4 overflow, 8 division by zero, 10 invalid). The header says the task, the formats, the cases, the engines, and \
SHA-256 digests; readmemh and jsonl have it in the file, the other forms in FILE.toml. `halfulp check` judges the file once a \
device's answers are in the place of the expected ones.

TestFloat's options are taken as well: -rnear_even -rnear_maxMag -rminMag -rmin -rmax -rodd -tininessbefore \
-tininessafter -seed S -n N -level 1.

Examples:
  halfulp vectors mul --format e4m3fn -o mul.txt
  halfulp vectors fma e5m2 --cases edge,random:1000 --seed 7 \\
    --as readmemh -o fma.hex
  halfulp vectors f32_to_e4m3fn --round rtz --cases edge --as csv \\
    -o convert.csv
  halfulp vectors e4m3fn_mulAdd -rminMag -n 1000 | head -n 3
  halfulp vectors add binary16 --cases spread:2^16 --shard 2/4 \\
    --as raw -o add.2.bin
  halfulp vectors div binary32 --cases random:100 --as fptest \\
    -o div.fptest";

/// Runs `vectors`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let task = task::build(&args.task)?;
    let named = args.task.named()?;
    let selections = match &args.cases {
        Some(selections) => selections.0.clone(),
        None => vec![Selection::usual(&task)],
    };
    let told = Arc::new(Told::of(&Default::default(), &[])?);
    let engine = engine(&args.engine, &told)?;
    let confirm: Vec<&String> = args.confirm.iter().filter(|name| *name != "none").collect();
    ensure!(
        !confirm.contains(&&args.engine),
        "{} computes the answers: name another engine with --confirm",
        args.engine
    );
    let confirm = confirm.into_iter().map(|name| self::engine(name, &told)).collect::<Result<Vec<_>, _>>()?;
    let form = files::form(args.form, args.output.as_deref()).unwrap_or(Form::Testfloat);
    let recipe = Recipe {
        task,
        name: &|format| name(format, &named),
        form,
        selections: &selections,
        seed: args.seed,
        shard: args.shard,
        engine: &*engine,
        confirm: &confirm,
    };
    ensure!(
        args.header.is_none() || !form.holds_header(),
        "--header: a {form} file has its header in itself: leave --header out"
    );
    write(args, &task, &recipe)
}

fn engine(name: &str, told: &Arc<Told>) -> anyhow::Result<Box<dyn Engine>> {
    ensure!(
        ["scalar", "definition", "mpfr"].contains(&name),
        "engine {name:?} does not know every answer: expected scalar, definition or mpfr"
    );
    engines::engine(name, engines::How::default(), told)
}

/// The name of a format in a header.
fn name(format: &Format, named: &[NamedFormat]) -> String {
    let given = named.iter().find(|known| known.format == *format);
    let given = || given.map(|known| known.name.clone());
    catalog::name_of(format).or_else(given).unwrap_or_else(|| file_name(format))
}

/// Writes the rows and, beside them, the header.
fn write(args: &Args, task: &Task, recipe: &Recipe<'_>) -> anyhow::Result<Verdict> {
    let mut outputs = Outputs::new();
    args.task.files().for_each(|path| outputs.reads(path));
    let beside = args.header.clone().or_else(|| args.output.as_deref().map(files::beside));
    let beside = beside.filter(|_| !recipe.form.holds_header());
    let mut rows = args.output.as_ref().map(|path| outputs.claim("-o", path)).transpose()?;
    let option = if args.header.is_some() { "--header" } else { "-o" };
    let header = beside.map(|path| outputs.claim(option, &path)).transpose()?;
    let gathered = Gathered::begin(&mut outputs, &args.coverage, [*task])?;
    let observer = |cases: &[Operands]| gathered.see(task, cases);
    let pool = threads::pool(args.threads, u64::MAX)?;
    let written = match &mut rows {
        Some(file) => recipe.write_observed(file, &pool, &observer),
        None => {
            stdout::check()?;
            ensure!(
                recipe.form != Form::Raw || !io::stdout().is_terminal(),
                "raw words would disturb the terminal: name a file for them, -o FILE, or send them through a pipe"
            );
            let mut out = io::BufWriter::with_capacity(1 << 18, io::stdout());
            let written = recipe.write_observed(&mut out, &pool, &observer);
            written.and_then(|written| Ok(out.flush().map(|()| written)?))
        }
    };
    let written = match written {
        Ok(written) => written,
        Err(MakeError::Write(error)) => return Verdict::Yes.after(Err(error.into())),
        Err(error) => return Err(error.into()),
    };
    if let (Some(mut header), Some(text)) = (header, written.beside()) {
        header.write_all(text.as_bytes())?;
        header.finish()?;
    }
    gathered.write(recipe.name, &|_| source(recipe), args.quiet)?;
    if let Some(rows) = rows {
        rows.finish()?;
        if !args.quiet {
            tell(args, task, &written);
        }
    }
    Ok(Verdict::Yes)
}

/// Where the cases come from.
fn source(recipe: &Recipe<'_>) -> Source {
    let policy = &recipe.task.policy;
    let takes_seed = recipe.selections.iter().any(|selection| selection.takes_seed(policy));
    let cases: Vec<String> = recipe.selections.iter().map(Selection::to_string).collect();
    let seed = if takes_seed { recipe.seed } else { 0 };
    gathered::source_of(Chooser::Vectors, cases.join(","), seed, recipe.shard)
}

/// Says what was written.
fn tell(args: &Args, task: &Task, written: &Written) {
    let header = &written.header;
    let name = header.name.clone().unwrap_or_else(|| task.op.to_string());
    let path = args.output.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
    let confirmed = match header.confirmed_by.as_slice() {
        [] => ", confirmed by no other engine".to_string(),
        engines => format!(", confirmed by {}", engines.join(" and ")),
    };
    say::say(format_args!(
        "{path}: {} row{} of {name}, {} bytes; answers of {}{confirmed}",
        header.rows,
        if header.rows == 1 { "" } else { "s" },
        written.bytes,
        header.engine
    ));
}
