//! Block-wise 8-bit storage: a byte an element, a binary32 scale a block.
//!
//! A block's scale comes from its largest magnitude, every element is divided by it, and the nearest entry of a [code book](codebook)
//! stands for the quotient (Dettmers et al., arXiv 2110.02861). What libraries do differently from each other changes bits, so it is a
//! [parameter](Parameters), and what each library does is a [preset](Scheme::preset).
//!
//! States are binary32: values of other types go through it.
//!
//! ```
//! use halfulp_lab::storage::blockwise::{Map, Scheme};
//!
//! let scheme = Scheme::preset("torchao", Map::Dynamic, true, 256)?;
//! let mut momentum = vec![0.25f32; 1000];
//! momentum[3] = 1.0;
//! scheme.store(&mut momentum);
//! assert_eq!(momentum[3], 1.0);
//! assert_eq!(momentum[2], 0.24765624);
//! assert_eq!(scheme.bytes(1000), 1016.0);
//! # Ok::<(), String>(())
//! ```

pub mod codebook;
mod decide;
mod fast;
mod parameters;
mod presets;
mod steps;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use halfulp::slice::Wide;

pub use codebook::Map;
pub use decide::{Decision, Tie};
pub use parameters::{Floor, Nans, Parameters, Scaling, Zeros};
pub use presets::PRESETS;

use fast::Fast;
use steps::Steps;

/// A block-wise storage.
#[derive(Clone)]
pub struct Scheme {
    parameters: Parameters,
    book: &'static [f32; 256],
    steps: Arc<Steps>,
    fast: Option<Arc<Fast>>,
}

impl Scheme {
    /// How many elements can share a scale.
    pub const BLOCKS: RangeInclusive<usize> = 1..=1 << 20;

    /// A storage with these parameters.
    ///
    /// # Errors
    /// A block of no elements or of more than 2^20, or parameters that contradict each other.
    pub fn new(parameters: Parameters) -> Result<Scheme, String> {
        if !Scheme::BLOCKS.contains(&parameters.block) {
            return Err(format!(
                "block: {} elements, expected 1 to {}",
                parameters.block,
                Scheme::BLOCKS.end()
            ));
        }
        if parameters.map == Map::Integer && !parameters.signed {
            return Err("signed: false, and the integers from -127 to 127 are signed".into());
        }
        if parameters.sign_repair && !parameters.signed {
            return Err("sign repair: there are no signs in an unsigned code book".into());
        }
        let book = codebook::entries(parameters.map, parameters.signed);
        let steps = Arc::new(Steps::new(&parameters, book));
        let fast = Fast::new(&parameters, book, &steps).map(Arc::new);
        Ok(Scheme { parameters, book, steps, fast })
    }

    /// The storage of a library, by name: one of [`PRESETS`].
    ///
    /// | preset | quotient | ties | least scale | zeros | what it is |
    /// |---|---|---|---|---|---|
    /// | `paper` | divided | lower index | none | stay | arXiv 2110.02861's definition, nearest in exact arithmetic |
    /// | `bitsandbytes-cuda` | times reciprocal | even index | none | 0/0 | the optimizer kernels, sign repair, subnormals flushed |
    /// | `bitsandbytes-cpu` | times reciprocal | by a table of 65536 steps | none | first code | the compiled CPU library |
    /// | `bitsandbytes-torch` | times reciprocal | lower index | 1e-38 | stay | the backend written in PyTorch |
    /// | `torchao` | divided | upper index | 1e-12 | stay | the optimizer states of torchao |
    /// | `int8` | divided | even | 2^-126 | stay | integers to +-127 with scale max/127, as 8-bit Muon stores |
    ///
    /// The CPU presets and torchao's agree bit for bit with what the libraries computed (bitsandbytes 0.50.2, torchao 0.18.0). The CUDA
    /// preset follows the published source of its kernels and was checked against that, not against a run. There, `--use_fast_math` makes
    /// of the division a product with an approximate reciprocal, 2 ulp off at most (PTX `div.approx.ftz.f32`); here that reciprocal is the
    /// correctly rounded one, so that codes can differ from a device's where a quotient lies within 2 ulp of a boundary. A last block that
    /// is shorter is not padded, where the kernel's padding (code 128 of the old scale) could matter if all its elements became smaller.
    /// `bitsandbytes-cpu` stores a zero as a number beside it (2.1e-5 of the scale in the signed dynamic code book): its
    /// table has no entry at zero.
    ///
    /// # Errors
    /// A name that is not a preset, a preset that has no such code book, a block of no elements.
    pub fn preset(name: &str, map: Map, signed: bool, block: usize) -> Result<Scheme, String> {
        Scheme::new(presets::parameters(name, map, signed, block)?)
    }

    /// The parameters.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The values that codes 0 to 255 stand for, in units of the scale, in ascending order.
    #[must_use]
    pub const fn book(&self) -> &'static [f32; 256] {
        self.book
    }

    /// The first quotient that gets this code or a larger one; `None` if only larger ones do, or none does. For code 0 that is minus
    /// infinity.
    #[must_use]
    pub fn first_of(&self, code: u8) -> Option<f32> {
        self.steps.first_of(code)
    }

    /// Blocks that `elements` elements make.
    #[must_use]
    pub const fn blocks(&self, elements: usize) -> usize {
        elements.div_ceil(self.parameters.block)
    }

    /// Bytes that `elements` elements take: one each, and four for the scale of each block.
    #[must_use]
    pub fn bytes(&self, elements: usize) -> f64 {
        elements as f64 + 4.0 * self.blocks(elements) as f64
    }

    /// The scale of one block, as stored, and the one that its elements are divided by.
    #[must_use]
    pub fn scale(&self, values: &[f32]) -> (f32, f32) {
        let p = &self.parameters;
        let largest = fast::largest(values);
        let largest = match p.nans {
            _ if !largest.is_nan() => largest,
            Nans::Propagated => f32::NAN,
            Nans::Ignored => values.iter().fold(0.0, |largest, x| f32::max(largest, x.abs())),
        };
        let scale = self.flushed(largest / p.map.unit());
        let raised = |floor: f32| if scale < floor { floor } else { scale };
        match p.floor {
            Floor::None => (scale, scale),
            Floor::Stored(floor) => (raised(floor), raised(floor)),
            Floor::Divisor(floor) if values.len() < p.block => (raised(floor), raised(floor)),
            Floor::Divisor(floor) => (scale, raised(floor)),
        }
    }

    /// The quotient of an element by the scale of its block, in a block of `elements`.
    #[must_use]
    pub fn quotient(&self, x: f32, divisor: f32, elements: usize) -> f32 {
        let x = self.flushed(x);
        let z = if self.divides(elements) { x / divisor } else { x * self.flushed(1.0 / divisor) };
        self.flushed(z)
    }

    /// The code of a quotient, with the sign bit of the element that it came from where it is not a number.
    #[must_use]
    pub fn code(&self, z: f32, element: f32) -> u8 {
        if !z.is_nan() {
            return self.steps.code(z);
        }
        let code = self.parameters.decision.of_nan();
        if self.parameters.sign_repair { decide::repaired(self.book, code, element) } else { code }
    }

    /// What a code stands for under a scale.
    #[must_use]
    pub fn value(&self, code: u8, scale: f32) -> f32 {
        self.flushed(self.book[usize::from(code)] * scale)
    }

    /// Stores values: a code each, a scale for each block.
    ///
    /// # Errors
    /// Lengths that do not fit.
    pub fn quantize(&self, values: &[f32], codes: &mut [u8], scales: &mut [f32]) -> Result<(), String> {
        self.fits(values.len(), codes.len(), scales.len())?;
        let block = self.parameters.block;
        let blocks = values.chunks(block).zip(codes.chunks_mut(block)).zip(scales);
        blocks.for_each(|((values, codes), stored)| *stored = self.quantize_block(values, codes));
        Ok(())
    }

    fn quantize_block(&self, values: &[f32], codes: &mut [u8]) -> f32 {
        let (stored, divisor) = self.scale(values);
        if stored == 0.0 && self.parameters.zeros != Zeros::AsComputed {
            codes.fill(if self.parameters.zeros == Zeros::FirstCode { 0 } else { self.steps.code(0.0) });
            return stored;
        }
        for (code, &x) in codes.iter_mut().zip(values) {
            *code = self.code(self.quotient(x, divisor, values.len()), x);
        }
        stored
    }

    /// Reads values back.
    ///
    /// # Errors
    /// Lengths that do not fit.
    pub fn dequantize(&self, codes: &[u8], scales: &[f32], values: &mut [f32]) -> Result<(), String> {
        self.fits(values.len(), codes.len(), scales.len())?;
        let block = self.parameters.block;
        for ((values, codes), &scale) in values.chunks_mut(block).zip(codes.chunks(block)).zip(scales) {
            for (value, &code) in values.iter_mut().zip(codes) {
                *value = self.value(code, scale);
            }
        }
        Ok(())
    }

    /// Stores values and reads them back: the same as [`quantize`](Scheme::quantize) and then [`dequantize`](Scheme::dequantize), fast.
    pub fn store(&self, values: &mut [f32]) {
        for block in values.chunks_mut(self.parameters.block) {
            if !self.fast.as_ref().is_some_and(|fast| fast.store(block, self.divides(block.len()))) {
                self.store_plainly(block);
            }
        }
    }

    /// [`store`](Scheme::store) for values of any wide type: those of binary64 are rounded to binary32 first, to nearest, ties to even.
    pub fn store_wide<V: Wide>(&self, values: &mut [V]) {
        if let Some(values) = V::singles_mut(values) {
            return self.store(values);
        }
        let mut buffer = vec![0.0f32; self.parameters.block.min(values.len())];
        for block in values.chunks_mut(self.parameters.block) {
            let narrow = &mut buffer[..block.len()];
            narrow.iter_mut().zip(&*block).for_each(|(narrow, x)| *narrow = x.double() as f32);
            self.store(narrow);
            block.iter_mut().zip(&*narrow).for_each(|(x, narrow)| *x = V::of_double(f64::from(*narrow)));
        }
    }

    fn store_plainly(&self, block: &mut [f32]) {
        let mut codes = vec![0; block.len()];
        let stored = self.quantize_block(block, &mut codes);
        block.iter_mut().zip(codes).for_each(|(x, code)| *x = self.value(code, stored));
    }

    const fn divides(&self, elements: usize) -> bool {
        matches!(self.parameters.scaling, Scaling::Division)
            || (self.parameters.divide_remainder && elements < self.parameters.block)
    }

    fn flushed(&self, x: f32) -> f32 {
        if self.parameters.flush && x.is_subnormal() { 0.0f32.copysign(x) } else { x }
    }

    fn fits(&self, values: usize, codes: usize, scales: usize) -> Result<(), String> {
        let blocks = self.blocks(values);
        if codes != values || scales != blocks {
            return Err(format!(
                "{codes} codes and {scales} scales for {values} values: expected {values} and {blocks}"
            ));
        }
        Ok(())
    }
}

impl PartialEq for Scheme {
    fn eq(&self, other: &Scheme) -> bool {
        self.parameters == other.parameters
    }
}

impl fmt::Debug for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheme").field("parameters", &self.parameters).finish_non_exhaustive()
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let p = &self.parameters;
        let sign = if p.signed { "signed" } else { "unsigned" };
        match presets::name_of(p) {
            Some(name) => write!(f, "{name} {} {sign} {}", p.map, p.block),
            None => write!(f, "8-bit {} {sign} {}", p.map, p.block),
        }
    }
}

#[cfg(test)]
mod tests;
