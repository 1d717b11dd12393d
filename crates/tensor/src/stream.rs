//! Parallel processing of a tensor in chunks, with results taken in order, so that memory does not grow with the file.

use std::io::Write;

use halfulp::Code;
use rayon::prelude::*;

use crate::coder::{Coder, Codes};
use crate::counts::{Counts, Pool};
use crate::element::{Codec, Element};
use crate::error::Result;
use crate::input::Input;
use crate::scale::{self, Divider};
use crate::tally::{self, Block, Counter, Tally};
use crate::tensor::Tensor;

/// Elements of a chunk, which is tallied by itself.
pub const CHUNK: u64 = 65536;
/// Elements that are in the cache at a time.
const BLOCK: usize = 1024;

/// A format to quantize to.
pub struct Target {
    /// The name of the format.
    pub name: String,
    /// The coder for the format and the policy.
    pub coder: Coder,
}

/// What is written of a quantized tensor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// Nothing.
    Nothing,
    /// Codes, in a byte or two.
    Codes,
    /// Values, as elements of a type.
    Values(Element),
}

/// What all tensors have in common.
pub struct Stream<'a> {
    /// The file.
    pub input: &'a Input,
    /// The formats.
    pub targets: &'a [Target],
    /// The seed of the noise.
    pub seed: u64,
    /// Whether exponents are counted.
    pub exponents: bool,
    /// Told how many elements were done.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Reads and writes elements.
    pub codec: Codec,
}

impl Stream<'_> {
    /// The largest magnitude of a tensor's finite elements; zero without any.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn largest(&self, tensor: &Tensor, element: Element) -> Result<f64> {
        let mut largest = 0.0f64;
        let work = |bytes: &[u8], _| {
            let mut numbers = vec![0.0; BLOCK];
            let mut largest = 0.0f64;
            for block in bytes.chunks(BLOCK * element.size()) {
                let numbers = &mut numbers[..block.len() / element.size()];
                self.codec.read(element, self.input.head.big_endian, block, numbers)?;
                largest = largest.max(tally::largest(numbers));
            }
            Ok(largest)
        };
        self.each_chunk(tensor, element, work, |chunk| {
            largest = largest.max(chunk);
            Ok(())
        })?;
        Ok(largest)
    }

    /// Quantizes a tensor to every target with its scale, and writes what is to be written of the first one. The tensor's
    /// first element takes the noise of number `first`.
    ///
    /// # Errors
    /// The file cannot be read, or `out` cannot be written.
    pub fn quantize(
        &self,
        tensor: &Tensor,
        element: Element,
        scales: &[f64],
        first: u64,
        (written, out): (Written, &mut dyn Write),
    ) -> Result<Vec<Tally>> {
        let dividers = scales.iter().map(|&scale| Divider::new(scale)).collect::<Result<Vec<_>>>()?;
        let chunk = Chunk { stream: self, dividers, scales, written, pool: Pool::default() };
        let mut tallies = vec![Tally::default(); self.targets.len()];
        let work = |bytes: &[u8], start| chunk.quantize(bytes, element, first.wrapping_add(start));
        self.each_chunk(tensor, element, work, |(chunk, bytes)| {
            for (tally, chunk) in tallies.iter_mut().zip(&chunk) {
                tally.add(chunk);
            }
            Ok(out.write_all(&bytes)?)
        })?;
        for counts in chunk.pool.into_all() {
            counts.iter().zip(&mut tallies).for_each(|(counts, tally)| counts.add_to(tally));
        }
        for (target, tally) in self.targets.iter().zip(&mut tallies) {
            tally.count_codes(target.coder.values());
        }
        Ok(tallies)
    }

    /// New counts, a target each.
    fn counts(&self) -> Vec<Counts> {
        let new = |target: &Target| Counts::new(target.coder.codes(), self.exponents);
        self.targets.iter().map(new).collect()
    }

    /// Copies a tensor's bytes.
    ///
    /// # Errors
    /// The file cannot be read, or `out` cannot be written.
    pub fn copy(&self, tensor: &Tensor, out: &mut dyn Write) -> Result<()> {
        const PIECE: u64 = 1 << 20;
        let mut bytes = vec![0; PIECE as usize];
        for start in (0..tensor.bytes).step_by(PIECE as usize) {
            let piece = &mut bytes[..PIECE.min(tensor.bytes - start) as usize];
            self.input.read_at(piece, tensor.offset + start)?;
            out.write_all(piece)?;
        }
        Ok(())
    }

    /// Does `work` on the bytes of every chunk and the number of its first element; `take` gets the results in order.
    fn each_chunk<T: Send>(
        &self,
        tensor: &Tensor,
        element: Element,
        work: impl Fn(&[u8], u64) -> Result<T> + Sync,
        mut take: impl FnMut(T) -> Result<()>,
    ) -> Result<()> {
        let batch = CHUNK * 4 * rayon::current_num_threads() as u64;
        let size = element.size() as u64;
        for start in (0..tensor.count).step_by(batch as usize) {
            let end = tensor.count.min(start.saturating_add(batch));
            let chunks: Vec<u64> = (start..end).step_by(CHUNK as usize).collect();
            let results: Vec<Result<T>> = chunks
                .par_iter()
                .map_init(Vec::new, |bytes, &first| {
                    bytes.resize(((end - first).min(CHUNK) * size) as usize, 0);
                    self.input.read_at(bytes, tensor.offset + first * size)?;
                    work(bytes, first)
                })
                .collect();
            for result in results {
                take(result?)?;
            }
            (self.progress)(end - start);
        }
        Ok(())
    }
}

/// What the chunks of a tensor have in common.
struct Chunk<'a> {
    stream: &'a Stream<'a>,
    dividers: Vec<Divider>,
    scales: &'a [f64],
    written: Written,
    pool: Pool,
}

impl Chunk<'_> {
    /// The tallies of a chunk, a target each, and the bytes to write.
    fn quantize(&self, bytes: &[u8], element: Element, first: u64) -> Result<(Vec<Tally>, Vec<u8>)> {
        let targets = self.stream.targets;
        let mut counts = self.pool.take().unwrap_or_else(|| self.stream.counts());
        let mut counters: Vec<Counter> = targets.iter().map(|_| Counter::default()).collect();
        let mut written = Vec::new();
        let mut arrays = Arrays::default();
        let mut first = first;
        for block in bytes.chunks(BLOCK * element.size()) {
            let count = block.len() / element.size();
            arrays.resize(count);
            let stream = self.stream;
            stream.codec.read(element, stream.input.head.big_endian, block, &mut arrays.numbers)?;
            for (i, counter) in counters.iter_mut().enumerate() {
                self.dividers[i].divide(&arrays.numbers, &mut arrays.quotients);
                let coder = &targets[i].coder;
                if coder.converts() {
                    let elements = self.elements(element, block, &arrays)?;
                    coder.convert(&element.format()?, &elements, &mut arrays.codes, stream.seed, first)?;
                } else {
                    coder.encode(&arrays.quotients, &mut arrays.codes, stream.seed, first)?;
                }
                let saturated = arrays.decode(coder, stream.seed, first)?;
                let block = arrays.block(self.scales[i]);
                counter.add(&block, saturated);
                counts[i].add(&block);
                if i == 0 {
                    self.write(&mut arrays, &mut written)?;
                }
            }
            first = first.wrapping_add(count as u64);
        }
        self.pool.put(counts);
        Ok((counters.into_iter().map(Counter::finish).collect(), written))
    }

    /// The quotients as elements of the tensor's type, each rounded to nearest; NaNs are those of the tensor.
    fn elements(&self, element: Element, block: &[u8], arrays: &Arrays) -> Result<Vec<Code>> {
        let mut elements = self.stream.codec.nearest(element, &arrays.quotients)?;
        let read = Codec::codes(element, self.stream.input.head.big_endian, block);
        for ((code, own), number) in elements.iter_mut().zip(read).zip(&arrays.numbers) {
            if number.is_nan() {
                *code = own;
            }
        }
        Ok(elements)
    }

    fn write(&self, arrays: &mut Arrays, bytes: &mut Vec<u8>) -> Result<()> {
        match self.written {
            Written::Codes => arrays.codes.write(bytes),
            Written::Values(element) => {
                let scale = self.scales[0];
                arrays.values.iter_mut().for_each(|value| *value = scale::times(*value, scale));
                self.stream.codec.write(element, &arrays.values, bytes)?;
            }
            Written::Nothing => {}
        }
        Ok(())
    }
}

/// A block's numbers on their way.
#[derive(Default)]
struct Arrays {
    numbers: Vec<f64>,
    quotients: Vec<f64>,
    codes: Codes,
    values: Vec<f64>,
}

impl Arrays {
    fn resize(&mut self, count: usize) {
        for array in [&mut self.numbers, &mut self.quotients, &mut self.values] {
            array.resize(count, 0.0);
        }
    }

    /// From codes to values; how many quotients were out of range.
    fn decode(&mut self, coder: &Coder, seed: u64, first: u64) -> Result<u64> {
        coder.decode(&self.codes, &mut self.values)?;
        Ok(coder.saturated(&self.quotients, seed, first))
    }

    fn block(&self, scale: f64) -> Block<'_> {
        let Arrays { numbers, quotients, codes, values } = self;
        Block { numbers, quotients, values, codes, scale }
    }
}
