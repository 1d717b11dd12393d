//! Quantization of all tensors of a file, in the order of their data.

use std::io::{self, Write};

use crate::element::{Codec, Element};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::layout::{self, Emit, Piece, Wish};
use crate::scale::{self, Rule};
use crate::stream::{CHUNK, Stream, Target, Written};
use crate::tally::Tally;
use crate::tensor::Tensor;

/// A quantization of the tensors of a file.
pub struct Quantization<'a> {
    /// The file.
    pub input: &'a Input,
    /// The formats; the output is in the first one.
    pub targets: &'a [Target],
    /// The rule for scales.
    pub rule: Rule,
    /// The noise seed of stochastic rounding. Elements are numbered consecutively in the order of their data.
    pub seed: u64,
    /// Whether to count exponents, for histograms.
    pub exponents: bool,
    /// What to write.
    pub emit: Emit,
    /// A description of the quantization for the header of the output.
    pub description: &'a str,
    /// The limit for the size of the output's header.
    pub head_limit: u64,
    /// Called with the number of elements processed.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// The measurements.
pub struct Measured<'a> {
    /// Each quantized tensor, with a scale and a tally per target.
    pub tensors: Vec<(&'a Tensor, Vec<(f64, Tally)>)>,
    /// The totals over all tensors, one tally per target.
    pub totals: Vec<Tally>,
}

/// The number of chunks of the largest tensor that is quantized: tensors are quantized one after another, so more threads have nothing
/// to do.
#[must_use]
pub fn largest_chunks(input: &Input) -> u64 {
    let quantized = input.head.tensors.iter().filter(|tensor| tensor.element.is_some());
    quantized.map(|tensor| tensor.count.div_ceil(CHUNK)).max().unwrap_or(0)
}

impl<'a> Quantization<'a> {
    /// Quantizes, and writes the output if there is one. Uses the threads of rayon's pool; their number does not affect the results.
    ///
    /// # Errors
    /// If there is nothing to quantize, a scale is beyond binary64, a name is already taken, the output's header would be too long, or a file
    /// cannot be read or written.
    pub fn run(&self, mut output: Option<&mut dyn Write>) -> Result<Measured<'a>> {
        let tensors = self.tensors();
        if tensors.is_empty() {
            let path = self.input.path.display();
            let why = format!("{path}: it has no tensor of f16, bf16, f32 or f64, so nothing to quantize");
            return Err(Error::Unknown(why));
        }
        let stream = Stream {
            input: self.input,
            targets: self.targets,
            seed: self.seed,
            exponents: self.exponents,
            progress: self.progress,
            codec: Codec::new()?,
        };
        if output.is_some() {
            // What cannot be laid out is said before any work.
            self.pieces(&tensors, &vec![vec![1.0]; tensors.len()])?;
        }
        let scales = self.scales(&stream, &tensors)?;
        match &mut output {
            Some(output) => pass(&stream, &tensors, scales.clone(), &self.pieces(&tensors, &scales)?, output),
            None => {
                let all: Vec<_> = (0..tensors.len()).map(|i| Piece::Quantized(i, Written::Nothing)).collect();
                pass(&stream, &tensors, scales, &all, &mut io::sink())
            }
        }
    }

    /// The total number of elements reported to `progress`.
    pub fn work(&self) -> u64 {
        let elements: u64 = self.tensors().iter().map(|(tensor, _)| tensor.count).sum();
        elements.saturating_mul(if self.rule.needs_largest() { 2 } else { 1 })
    }

    fn tensors(&self) -> Vec<(&'a Tensor, Element)> {
        let tensors = self.input.head.tensors.iter();
        tensors.filter_map(|tensor| Some((tensor, tensor.element?))).collect()
    }

    /// What the output holds.
    fn pieces(&self, tensors: &[(&'a Tensor, Element)], scales: &[Vec<f64>]) -> Result<Vec<Piece<'a>>> {
        let wish = Wish {
            format: self.targets[0].coder.format(),
            emit: self.emit,
            scales: (self.rule != Rule::None).then(|| scales.iter().map(|scales| scales[0]).collect()),
            description: self.description,
            head_limit: self.head_limit,
        };
        let named = |error: Error| error.at(self.input.path.display().to_string());
        layout::layout(self.input, tensors, &wish).map_err(named)
    }

    /// The scale of each tensor for each target.
    fn scales(&self, stream: &Stream<'_>, tensors: &[(&Tensor, Element)]) -> Result<Vec<Vec<f64>>> {
        let of = |&(tensor, element): &(&Tensor, Element)| {
            let largest = if self.rule.needs_largest() { stream.largest(tensor, element)? } else { 0.0 };
            let scale = |target: &Target| {
                scale::scale(self.rule, largest, target.coder.format()).map_err(|error| {
                    error.at(format!("--scale {}: tensor {}, format {}", self.rule, tensor.name, target.name))
                })
            };
            stream.targets.iter().map(scale).collect()
        };
        tensors.iter().map(of).collect()
    }
}

/// Goes through the pieces.
fn pass<'a>(
    stream: &Stream<'_>,
    tensors: &[(&'a Tensor, Element)],
    scales: Vec<Vec<f64>>,
    pieces: &[Piece<'_>],
    out: &mut dyn Write,
) -> Result<Measured<'a>> {
    let firsts = firsts(tensors);
    let mut tallies: Vec<Vec<Tally>> = tensors.iter().map(|_| Vec::new()).collect();
    let mut totals = vec![Tally::default(); stream.targets.len()];
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => out.write_all(bytes)?,
            Piece::Copied(tensor) => stream.copy(tensor, out)?,
            &Piece::Quantized(i, written) => {
                let (tensor, element) = tensors[i];
                let of = stream.quantize(tensor, element, &scales[i], firsts[i], (written, out))?;
                let small = of.into_iter().zip(&mut totals).map(|(tally, total)| total.take_codes(tally));
                tallies[i] = small.collect();
            }
        }
    }
    // In the tensors' order, whatever that of the output is.
    for tallies in &tallies {
        totals.iter_mut().zip(tallies).for_each(|(total, tally)| total.add(tally));
    }
    totals
        .iter_mut()
        .zip(stream.targets)
        .for_each(|(total, target)| total.count_codes(target.coder.values()));
    let rows =
        scales.into_iter().zip(tallies).map(|(scales, tallies)| scales.into_iter().zip(tallies).collect());
    Ok(Measured { tensors: tensors.iter().map(|&(tensor, _)| tensor).zip(rows).collect(), totals })
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
