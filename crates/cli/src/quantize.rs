//! `halfulp quantize`: real tensors through a format.

mod arguments;
mod axis;
mod chart;
mod errors;
mod histogram;
mod like;
mod order;
mod page;
mod report;
mod summary;
mod warnings;

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context as _, ensure};
use halfulp::Policy;
use halfulp_tensor::{Coder, Error, Input, Measured, Quantization, Target, largest_chunks};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::document::Head;
use crate::exit::Verdict;
use crate::format_arg::{NamedFormat, format_arg, is_path};
use crate::output::{Output, Outputs};
use crate::{input, threads};
pub use arguments::Args;
use axis::Unit;
use report::{Copied, Report, Row};

/// Runs `quantize`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let formats = formats(args)?;
    let plain = if args.like.is_none() { Some(targets(&formats, args.policy())?) } else { None };
    input::exists(&args.input)?;
    let mut input = Input::open(&args.input, args.max_head).map_err(with_hint)?;
    order::select(&mut input, &args.tensor)?;
    let (targets, policy) = match (plain, &args.like) {
        (None, Some(name)) => like::targets(args, name, formats, &input)?,
        (plain, _) => (plain.unwrap_or_default(), args.policy()),
    };
    check_seed(args, &policy)?;
    let files = Files::begin(args, &input)?;
    let pool = threads::pool(args.threads, largest_chunks(&input))?;
    let report = pool.install(|| quantize(args, &input, (&targets, policy), files))?;
    Verdict::Yes.after(print(args, &report))
}

/// An error with the option that would help.
fn with_hint(error: Error) -> anyhow::Error {
    let mut innermost = &error;
    while let Error::At { error, .. } = innermost {
        innermost = error;
    }
    let is_limit = matches!(innermost, Error::HeadTooLong { .. });
    let error = anyhow::Error::new(error);
    if is_limit { anyhow::anyhow!("{error:#}: --max-head raises it") } else { error }
}

fn print(args: &Args, report: &Report) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        report.json(&mut out)?;
    } else if args.summary {
        summary::write(report, &mut out)?;
    } else {
        report.table(&mut out)?;
    }
    Ok(out.flush()?)
}

/// The files that are written, begun before any work.
struct Files {
    tensors: Option<Output>,
    histogram: Option<Output>,
    csv: Option<Output>,
    html: Option<Output>,
}

impl Files {
    fn begin(args: &Args, input: &Input) -> anyhow::Result<Files> {
        let mut outputs = Outputs::new();
        outputs.reads(&input.path);
        args.to.iter().filter(|format| is_path(format)).for_each(|path| outputs.reads(Path::new(path)));
        let tensors = args.output.as_deref().map(|path| outputs.claim("-o", path)).transpose()?;
        let mut claim = |option, path: Option<&Path>, extensions: &[&str]| {
            path.map(|path| outputs.claim_kind(option, path, extensions)).transpose()
        };
        let histogram = claim("--histogram", args.histogram.as_deref(), &["svg"])?;
        let csv = claim("--csv", args.csv.as_deref(), &["csv"])?;
        if let (Some(path), Some(output)) = (&args.output, &tensors) {
            let (kind, extension) = (input.kind.extension(), path.extension());
            ensure!(
                !output.is_file() || extension.is_some_and(|extension| extension.eq_ignore_ascii_case(kind)),
                "-o {}: the input is a .{kind} file, so the output is one: name it so",
                path.display()
            );
        }
        let html = claim("--html", args.html.as_deref(), &["html", "htm"])?;
        Ok(Files { tensors, histogram, csv, html })
    }
}

/// A seed is for stochastic rounding.
fn check_seed(args: &Args, policy: &Policy) -> anyhow::Result<()> {
    let is_stochastic = matches!(policy.rounding, halfulp::Rounding::Stochastic { .. });
    ensure!(
        is_stochastic || args.seed.is_none(),
        "--seed is for the noise of stochastic rounding, and --round {} takes none",
        policy.rounding
    );
    Ok(())
}

/// The formats by name, each once.
fn formats(args: &Args) -> anyhow::Result<Vec<NamedFormat>> {
    if args.like.is_none() {
        check_seed(args, &args.policy())?;
    }
    ensure!(
        args.output.is_none() || args.to.len() == 1,
        "--to names {} formats, which are compared; -o writes one of them: leave out the others, or -o",
        args.to.len()
    );
    let named = args.to.iter().map(|name| format_arg(name).context("--to"));
    let formats = named.collect::<anyhow::Result<Vec<NamedFormat>>>()?;
    let twice =
        formats.iter().enumerate().find(|(i, one)| formats[..*i].iter().any(|other| other.name == one.name));
    ensure!(twice.is_none(), "--to names {} twice", twice.map_or("", |(_, format)| &format.name));
    ensure!(
        !args.summary || args.sort == order::Key::File || args.csv.is_some() || args.html.is_some(),
        "--sort orders tensors, and --summary prints none: leave out one of them"
    );
    Ok(formats)
}

fn targets(formats: &[NamedFormat], policy: Policy) -> anyhow::Result<Vec<Target>> {
    let target = |named: &NamedFormat| {
        let coder = Coder::new(&named.format, &policy).with_context(|| format!("--to {}", named.name))?;
        Ok(Target { name: named.name.clone(), coder })
    };
    formats.iter().map(target).collect()
}

fn quantize(
    args: &Args,
    input: &Input,
    (targets, policy): (&[Target], Policy),
    mut files: Files,
) -> anyhow::Result<Report> {
    let progress = progress();
    let quantization = Quantization {
        input,
        targets,
        rule: args.scale,
        seed: args.seed(),
        exponents: args.histogram.is_some() || args.html.is_some(),
        emit: args.emit.into(),
        description: &args.description(&targets[0].name, policy)?,
        head_limit: args.max_head,
        progress: &|elements| progress.inc(elements),
    };
    progress.set_length(quantization.work());
    let output = files.tensors.as_mut().map(|output| output as &mut dyn Write);
    let measured = quantization.run(output).map_err(with_hint)?;
    progress.finish_and_clear();
    if let Some(file) = files.histogram {
        histogram::write(file, Unit::of(args.scale), targets, &measured.totals)?;
    }
    if let Some(output) = files.tensors {
        output.finish()?;
    }
    let report = report(args, input, (targets, policy), &measured)?;
    for warning in &report.warnings {
        // Standard error may be closed: the run goes on.
        let _ = writeln!(io::stderr(), "warning: {warning}");
    }
    if let Some(mut file) = files.csv {
        report.csv(&mut file)?;
        file.finish()?;
    }
    if let Some(file) = files.html {
        page::write(file, Unit::of(args.scale), &report, targets, &measured.totals)?;
    }
    Ok(report)
}

/// A bar on standard error, if that is a terminal.
fn progress() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
    let style = ProgressStyle::with_template(
        "{bar:40} {percent:>3} %  {human_pos} of {human_len} elements  {eta} left",
    );
    // However the run ends, the line is free for what is said next.
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_finish(ProgressFinish::AndClear)
}

fn report(
    args: &Args,
    input: &Input,
    (targets, policy): (&[Target], Policy),
    measured: &Measured<'_>,
) -> anyhow::Result<Report> {
    let rows = measured.tensors.iter().flat_map(|(tensor, tallies)| {
        let of = |(target, (scale, tally)): (&_, &(f64, _))| Row::new(Some((tensor, *scale)), target, tally);
        targets.iter().zip(tallies).map(of)
    });
    let total = targets.iter().zip(&measured.totals).map(|(target, total)| Row::new(None, target, total));
    let (rows, total): (Vec<Row>, Vec<Row>) = (rows.collect(), total.collect());
    let copied = input.head.tensors.iter().filter(|tensor| tensor.element.is_none());
    Ok(Report {
        head: Head::new("halfulp.quantize/1"),
        file: args.input.display().to_string(),
        output: args.output.as_ref().map(|path| path.display().to_string()),
        policy: policy.into(),
        like: args.like.clone(),
        scale: args.scale.to_string(),
        seed: args.seed(),
        warnings: warnings::all(args, input, targets, &rows, &total),
        tensors: order::sort(rows, targets.len(), args.sort),
        total,
        copied: copied
            .map(|tensor| Copied {
                tensor: tensor.name.clone(),
                dtype: tensor.dtype.clone(),
                shape: tensor.shape.clone(),
            })
            .collect(),
    })
}
