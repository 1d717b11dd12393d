//! The arguments that describe a task: an operation, its formats and a policy.

mod testfloat;

use std::path::Path;

use anyhow::{Context as _, anyhow, bail, ensure};
use halfulp::{Format, NanResult, Op, Policy, Rounding, Saturation, Standard, Task, Tininess};

use crate::format_arg::{NamedFormat, format_arg, is_path};
use crate::offered::{self, text};

/// What describes a task.
#[derive(clap::Args)]
pub struct TaskArgs {
    /// The operation: add, sub, mul, div, sqrt, fma, convert and so on, as listed below; or a TestFloat name, which includes the formats:
    /// f16_mulAdd, e4m3fn_add, f32_to_e5m2, f16_to_i32_rx_minMag, f64_le_quiet.
    #[arg(value_name = "OPERATION", value_parser = offered::operation(text), hide_possible_values = true)]
    operation: String,
    /// The format of the operands and, unless --result says otherwise, of the result: a name or a file, ./mine.toml.
    #[arg(value_name = "FORMAT", conflicts_with = "named_format", value_parser = offered::format(), hide_possible_values = true)]
    format: Option<String>,
    /// The same as the argument FORMAT, instead of it.
    #[arg(long = "format", value_name = "FORMAT", value_parser = offered::format(), hide_possible_values = true)]
    named_format: Option<String>,
    /// The format of each operand.
    #[arg(long, value_name = "FORMAT,...", value_delimiter = ',', value_parser = offered::format(), hide_possible_values = true)]
    operands: Vec<String>,
    /// The format of the result.
    #[arg(long, value_name = "FORMAT", conflicts_with = "to", value_parser = offered::format(), hide_possible_values = true)]
    result: Option<String>,
    /// The format to convert from.
    #[arg(long, value_name = "FORMAT", value_parser = offered::format(), hide_possible_values = true)]
    from: Option<String>,
    /// The format to convert to.
    #[arg(long, value_name = "FORMAT", value_parser = offered::format(), hide_possible_values = true)]
    to: Option<String>,
    /// The standard of the operations: ieee-754, or a version of the P3109 draft, p3109-v4.0 or p3109-2026-07, whose operations raise no flags.
    #[arg(long, value_name = "STANDARD", default_value_t)]
    standard: Standard,
    /// The rounding: rne, rna, rtz, rup, rdn or odd; or stochastic rounding with N bits of noise, 1 to 32: sr-a:N, sr-b:N or sr-c:N. The
    /// noise word is an additional hexadecimal column of the input, of which the low N bits are used.
    #[arg(long, value_name = "ROUNDING", value_parser = offered::rounding(), hide_possible_values = true)]
    round: Option<Rounding>,
    /// The saturation: none, finite or propagate [default: none].
    #[arg(long, value_name = "SATURATION")]
    saturate: Option<Saturation>,
    /// When tininess is detected: before or after rounding.
    #[arg(long, value_name = "WHEN", default_value_t)]
    tininess: Tininess,
    /// Treat subnormal operands as zero.
    #[arg(long)]
    flush_operands: bool,
    /// Replace tiny results by zero.
    #[arg(long)]
    flush_results: bool,
    /// Both flush options in one word, as `verify` passes them to programs.
    #[arg(long, value_name = "WHAT", default_value = "none", conflicts_with_all = ["flush_operands", "flush_results"])]
    flush: Flush,
    /// The result for a NaN in a format without NaN, and for a number out of range of an integer: largest, least, zero or
    /// negative-zero.
    #[arg(long, value_name = "RESULT", default_value_t)]
    nan: NanResult,
}

impl TaskArgs {
    /// The rounding that was named.
    pub fn rounding(&self) -> Option<Rounding> {
        self.round
    }

    /// The saturation that was named.
    pub fn saturation(&self) -> Option<Saturation> {
        self.saturate
    }

    /// The format, in whichever way it was given.
    fn format(&self) -> Option<&String> {
        self.format.as_ref().or(self.named_format.as_ref())
    }

    /// The formats that are named, with their names.
    ///
    /// # Errors
    /// One that is none.
    pub fn named(&self) -> anyhow::Result<Vec<NamedFormat>> {
        let one = [&self.format, &self.named_format, &self.result, &self.from, &self.to];
        one.into_iter().flatten().chain(&self.operands).map(|text| format_arg(text)).collect()
    }

    /// The files that define formats.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let one = [&self.format, &self.named_format, &self.result, &self.from, &self.to];
        one.into_iter().flatten().chain(&self.operands).filter(|text| is_path(text)).map(Path::new)
    }
}

/// What is flushed to zero.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Flush {
    None,
    Operands,
    Results,
    Both,
}

/// The task that the arguments describe.
///
/// # Errors
/// Arguments that name nothing, contradict each other, or lack something: which, and what was expected.
pub fn build(args: &TaskArgs) -> anyhow::Result<Task> {
    let mut task = match args.operation.parse::<Op>() {
        Ok(op) => described(args, op)?,
        Err(_) => named(args)?,
    };
    let policy = task
        .policy
        .standard(args.standard)
        .saturation(args.saturate.unwrap_or_default())
        .tininess(args.tininess)
        .flush_operands(args.flush_operands || matches!(args.flush, Flush::Operands | Flush::Both))
        .flush_results(args.flush_results || matches!(args.flush, Flush::Results | Flush::Both))
        .nan(args.nan);
    // A TestFloat name may have said it.
    task.policy = policy.rounding(args.round.unwrap_or(policy.rounding));
    task.check().with_context(|| format!("{} cannot be computed so", args.operation))?;
    Ok(task)
}

/// What is to be said of options that change no answer. They are no error: a program is told the whole policy, whatever it is to
/// compute.
pub fn without_effect(task: &Task) -> Option<String> {
    let (policy, usual) = (&task.policy, Policy::IEEE);
    let options = [
        ("--round", policy.rounding != usual.rounding),
        ("--saturate", policy.saturation != usual.saturation),
        ("--tininess", policy.tininess != usual.tininess),
        ("--flush-results", policy.flush_results),
        ("--flush-operands", policy.flush_operands && !task.op.flushes_operands()),
        ("--nan", policy.nan != usual.nan),
    ];
    let idle: Vec<&str> = options.into_iter().filter(|(_, given)| *given).map(|(option, _)| option).collect();
    (task.op.is_query() && !idle.is_empty()).then(|| without_effect_on(&task.op.to_string(), &idle))
}

/// The sentence about options that an operation without a number for a result does not look at.
pub fn without_effect_on(ops: &str, options: &[&str]) -> String {
    format!("{ops}: nothing is rounded, so these change no answer: {}", options.join(", "))
}

/// The task of a TestFloat name.
fn named(args: &TaskArgs) -> anyhow::Result<Task> {
    let name = &args.operation;
    let named = testfloat::parse(name).ok_or_else(|| {
        let known: Vec<&str> = Op::all().map(Op::name).collect();
        anyhow!(
            "no operation is called {name}: {}expected a TestFloat name (f16_mulAdd, e4m3fn_add, f32_to_e5m2) or one of {}",
            crate::operations::did_you_mean(name),
            known.join(", ")
        )
    })?;
    let described = args.format().is_some() || args.from.is_some() || !args.operands.is_empty();
    ensure!(
        !described && args.result.is_none() && args.to.is_none(),
        "{name} says its formats itself: leave out FORMAT, --operands, --result, --from and --to"
    );
    let mut task = Task::within(named.op, named.operands);
    task.result = named.result;
    if let Some(rounding) = named.rounding {
        ensure!(args.round.is_none(), "{name} says its rounding itself: leave out --round");
        task.policy = task.policy.rounding(rounding);
    }
    Ok(task)
}

/// The task of an operation with its formats as options.
fn described(args: &TaskArgs, op: Op) -> anyhow::Result<Task> {
    let ways = [
        ("FORMAT", args.format().is_some()),
        ("--operands", !args.operands.is_empty()),
        ("--from", args.from.is_some()),
    ];
    let given: Vec<&str> = ways.into_iter().filter(|(_, given)| *given).map(|(way, _)| way).collect();
    ensure!(
        given.len() <= 1,
        "{}: each says what the operands are; leave out all but one, as in `halfulp eval {op} {}`",
        given.join(" and "),
        if given.contains(&"--operands") {
            "--operands FORMAT,... --result FORMAT"
        } else {
            "--from FORMAT --to FORMAT"
        }
    );
    let one = args.format().or(args.from.as_ref());
    let mut task = match (one, args.operands.as_slice()) {
        (Some(name), _) => Task::within(op, format("FORMAT", name)?),
        (None, []) => bail!(
            "{op} needs formats: FORMAT, --operands FORMAT,... --result FORMAT, or --from FORMAT --to FORMAT"
        ),
        (None, names) => {
            ensure!(
                names.len() == op.arity(),
                "--operands: {op} takes {} operand{}, {} {} given",
                op.arity(),
                if op.arity() == 1 { "" } else { "s" },
                names.len(),
                if names.len() == 1 { "format was" } else { "formats were" }
            );
            let mut task = Task::within(op, format("--operands", &names[0])?);
            for (operand, name) in task.operands.iter_mut().zip(names) {
                *operand = format("--operands", name)?;
            }
            task
        }
    };
    let converts = matches!(op, Op::Convert | Op::ConvertToInteger);
    let alike = task.operands[..op.arity()].iter().all(|f| *f == task.operands[0]);
    match args.result.as_ref().or(args.to.as_ref()) {
        Some(name) => task.result = format("--result", name)?,
        None if op.is_query() => {}
        None if converts => bail!("{op} needs the format of the result: --to FORMAT"),
        None if !alike && op != Op::ScaleB => bail!("operands of several formats need --result FORMAT"),
        None => {}
    }
    Ok(task)
}

fn format(option: &str, name: &str) -> anyhow::Result<Format> {
    Ok(format_arg(name).with_context(|| option.to_string())?.format)
}
