//! `halfulp quantize`: real tensors through a format.

mod arguments;
mod coder;
mod counts;
mod element;
mod histogram;
mod input;
mod layout;
mod npy;
mod report;
mod safetensors;
mod scale;
mod stream;
mod tally;
mod tensor;

use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail, ensure};

use crate::exit::Verdict;
use crate::format_arg::{format_arg, is_path};
use crate::output::{Output, Outputs};
pub use arguments::Args;
use coder::Coder;
use element::Element;
use input::Input;
use layout::{Piece, Wish};
use report::{Copied, Report, Row};
use scale::Rule;
use stream::{Stream, Target, Written};
use tally::Tally;
use tensor::Tensor;

/// Runs `quantize`.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let targets = targets(args)?;
    let input = Input::open(&args.input)?;
    let tensors: Vec<(&Tensor, Element)> =
        input.head.tensors.iter().filter_map(|tensor| Some((tensor, tensor.element?))).collect();
    if tensors.is_empty() {
        bail!("{}: it has no tensor of f16, bf16, f32 or f64, so nothing to quantize", args.input.display());
    }
    let files = Files::begin(args, &input)?;
    let threads = args.threads.map_or(0, std::num::NonZero::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let report = pool.install(|| quantize(args, &input, &targets, &tensors, files))?;
    Verdict::Yes.after(print(args, &report))
}

fn print(args: &Args, report: &Report) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.json {
        report.json(&mut out)?;
    } else {
        report.table(&mut out)?;
    }
    Ok(out.flush()?)
}

/// The files that are written, begun before any work.
struct Files {
    tensors: Option<Output>,
    histogram: Option<Output>,
}

impl Files {
    fn begin(args: &Args, input: &Input) -> anyhow::Result<Files> {
        let mut outputs = Outputs::new();
        outputs.reads(&input.path);
        args.to.iter().filter(|format| is_path(format)).for_each(|path| outputs.reads(Path::new(path)));
        let mut tensors = args.output.as_deref().map(|path| outputs.claim("-o", path)).transpose()?;
        let histogram =
            args.histogram.as_deref().map(|path| outputs.claim("--histogram", path)).transpose()?;
        if let (Some(path), Some(output)) = (&args.output, &mut tensors) {
            let (kind, extension) = (input.kind.extension(), path.extension());
            ensure!(
                !output.is_file() || extension.is_some_and(|extension| extension.eq_ignore_ascii_case(kind)),
                "-o {}: the input is a .{kind} file, so the output is one: name it so",
                path.display()
            );
        }
        Ok(Files { tensors, histogram })
    }
}

fn targets(args: &Args) -> anyhow::Result<Vec<Target>> {
    let policy = args.policy()?;
    ensure!(
        args.output.is_none() || args.to.len() == 1,
        "--to names {} formats, which are compared; -o writes one of them: leave out the others, or -o",
        args.to.len()
    );
    let target = |name: &String| {
        let named = format_arg(name).context("--to")?;
        let coder = Coder::new(&named.format, &policy).with_context(|| format!("--to {name}"))?;
        Ok(Target { name: named.name, coder })
    };
    args.to.iter().map(target).collect()
}

fn quantize(
    args: &Args,
    input: &Input,
    targets: &[Target],
    tensors: &[(&Tensor, Element)],
    mut files: Files,
) -> anyhow::Result<Report> {
    let passes = if args.scale.needs_largest() { 2 } else { 1 };
    let elements: u64 = tensors.iter().map(|(tensor, _)| tensor.count).sum();
    let stream = Stream {
        input,
        targets,
        seed: args.seed,
        exponents: args.histogram.is_some(),
        progress: stream::progress(elements.saturating_mul(passes)),
    };
    let scales = scales(args, &stream, tensors)?;
    let outcome = match &mut files.tensors {
        Some(output) => pass(&stream, tensors, &scales, &pieces(args, &stream, tensors, &scales)?, output)?,
        None => {
            let all: Vec<_> = (0..tensors.len()).map(|i| Piece::Quantized(i, Written::Nothing)).collect();
            pass(&stream, tensors, &scales, &all, &mut io::sink())?
        }
    };
    if let Some(file) = files.histogram {
        histogram::write(file, args.scale != Rule::None, targets, &outcome.totals)?;
    }
    if let Some(output) = files.tensors {
        output.finish()?;
    }
    report(args, &stream, outcome)
}

/// What the output holds.
fn pieces<'a>(
    args: &Args,
    stream: &Stream<'a>,
    tensors: &[(&'a Tensor, Element)],
    scales: &[Vec<f64>],
) -> anyhow::Result<Vec<Piece<'a>>> {
    let wish = Wish {
        format: stream.targets[0].coder.format(),
        emit: args.emit,
        scales: (args.scale != Rule::None).then(|| scales.iter().map(|scales| scales[0]).collect()),
        description: args.description(&stream.targets[0].name)?,
    };
    layout::layout(stream.input, tensors, &wish)
}

/// What came out.
struct Outcome {
    /// A row a tensor and target.
    rows: Vec<Vec<Row>>,
    /// All tensors together, a target each.
    totals: Vec<Tally>,
}

/// Goes through the pieces.
fn pass(
    stream: &Stream<'_>,
    tensors: &[(&Tensor, Element)],
    scales: &[Vec<f64>],
    pieces: &[Piece<'_>],
    out: &mut dyn io::Write,
) -> anyhow::Result<Outcome> {
    let firsts = firsts(tensors);
    let mut rows: Vec<Vec<Row>> = tensors.iter().map(|_| Vec::new()).collect();
    let mut sums: Vec<Vec<Tally>> = tensors.iter().map(|_| Vec::new()).collect();
    let mut totals = vec![Tally::default(); stream.targets.len()];
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => out.write_all(bytes)?,
            Piece::Copied(tensor) => stream.copy(tensor, out)?,
            &Piece::Quantized(i, written) => {
                let (tensor, element) = tensors[i];
                let tallies = stream.quantize(tensor, element, &scales[i], firsts[i], (written, out))?;
                for (k, tally) in tallies.into_iter().enumerate() {
                    rows[i].push(Row::new(Some((tensor, scales[i][k])), &stream.targets[k], &tally));
                    sums[i].push(totals[k].take_codes(tally));
                }
            }
        }
    }
    // In the tensors' order, whatever that of the output is.
    for sums in &sums {
        totals.iter_mut().zip(sums).for_each(|(total, sums)| total.add(sums));
    }
    Ok(Outcome { rows, totals })
}

/// The scale of each tensor for each target.
fn scales(args: &Args, stream: &Stream<'_>, tensors: &[(&Tensor, Element)]) -> anyhow::Result<Vec<Vec<f64>>> {
    let of = |&(tensor, element): &(&Tensor, Element)| {
        let largest = if args.scale.needs_largest() { stream.largest(tensor, element)? } else { 0.0 };
        let scale = |target: &Target| {
            scale::scale(args.scale, largest, target.coder.format()).with_context(|| {
                format!("--scale {}: tensor {}, format {}", args.scale, tensor.name, target.name)
            })
        };
        stream.targets.iter().map(scale).collect()
    };
    tensors.iter().map(of).collect()
}

/// The number of each tensor's first element, where all that are quantized are numbered through.
fn firsts(tensors: &[(&Tensor, Element)]) -> Vec<u64> {
    let mut next = 0;
    let mut first = |(tensor, _): &(&Tensor, Element)| {
        next += tensor.count;
        next - tensor.count
    };
    tensors.iter().map(&mut first).collect()
}

fn report(args: &Args, stream: &Stream<'_>, outcome: Outcome) -> anyhow::Result<Report> {
    let total =
        stream.targets.iter().zip(&outcome.totals).map(|(target, total)| Row::new(None, target, total));
    let copied = stream.input.head.tensors.iter().filter(|tensor| tensor.element.is_none());
    Ok(Report {
        file: args.input.display().to_string(),
        output: args.output.as_ref().map(|path| path.display().to_string()),
        policy: args.policy()?,
        scale: args.scale.to_string(),
        seed: args.seed,
        tensors: outcome.rows.into_iter().flatten().collect(),
        total: total.collect(),
        copied: copied
            .map(|tensor| Copied {
                tensor: tensor.name.clone(),
                dtype: tensor.dtype.clone(),
                shape: tensor.shape.clone(),
            })
            .collect(),
    })
}
