//! Low-bit storage: a code of 2 to 8 bits an element, a scale a block, levels that are logarithmic, equidistant or of dynamic exponent, rounded by chance or to
//! nearest. As SOLO keeps optimizer states (Xu et al., arXiv 2505.00347).
//!
//! Logarithmic levels are the powers `alpha^k` of a base that each block takes from its own quantile `x_p`: `alpha = (x_p / scale)^(1 / (2^bits - 1))`, so that
//! the lowest level is that quantile and none is 0. They have no sign.
//!
//! States are binary32: values of other types go through it.
//!
//! ```
//! use halfulp_lab::storage::Storage;
//!
//! let two_bits = Storage::parse("{ levels = \"logarithmic\", bits = 2, block = 128 }")?;
//! let mut v = vec![0.25f32; 128];
//! (v[0], v[1]) = (1.0, 0.01);
//! two_bits.keeper()?.store(&mut v, 7, 0);
//! // The largest is kept, and nothing becomes 0.
//! assert!(v[0] == 1.0 && v.iter().all(|x| *x > 0.0));
//! assert_eq!(two_bits.bytes(128, 4.0), 32.0 + 8.0);
//! # Ok::<(), halfulp_lab::storage::StorageError>(())
//! ```

mod block;
mod book;

pub use block::BlockLevels;
pub use book::Spacing;

use std::fmt;

use halfulp::noise;
use halfulp::slice::Wide;
use serde::Deserialize;

use super::blockwise::Scheme;

/// Which of the two levels around a number stands for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chance {
    /// By chance: of logarithmic levels so that the mean of codes is the logarithm, of the others so that the mean is the number.
    #[default]
    Chance,
    /// By chance, so that the mean is the number, of logarithmic levels too.
    Unbiased,
    /// The nearer one, of logarithmic levels in the logarithm.
    Nearest,
}

/// A low-bit storage.
#[derive(Clone, PartialEq, Debug)]
pub struct LowBit {
    /// Where levels are.
    pub spacing: Spacing,
    /// Bits of a code, 2 to 8.
    pub bits: u32,
    /// Whether there are negative levels.
    pub signed: bool,
    /// Elements that share a scale.
    pub block: usize,
    /// The share of a block's elements below its lowest logarithmic level.
    pub quantile: f64,
    /// Which level stands for a number.
    pub rounding: Chance,
    book: Vec<f32>,
}

/// What a block's codes are read with.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scale {
    /// The value of the level 1.
    pub scale: f32,
    /// The base of logarithmic levels; 1 of others.
    pub base: f32,
}

/// The least scale.
const FLOOR: f32 = 1e-12;

impl LowBit {
    /// A storage by chance, with SOLO's quantile 0.1.
    ///
    /// # Errors
    /// The key that is wrong, and why.
    pub fn new(spacing: Spacing, bits: u32, signed: bool, block: usize) -> Result<LowBit, String> {
        LowBit::with(spacing, [bits as usize, block], signed, 0.1, Chance::Chance)
    }

    /// The same with every choice: bits and block, sign, quantile, rounding.
    ///
    /// # Errors
    /// As for [`new`](LowBit::new).
    pub fn with(
        spacing: Spacing,
        [bits, block]: [usize; 2],
        signed: bool,
        quantile: f64,
        rounding: Chance,
    ) -> Result<LowBit, String> {
        if !(2..=8).contains(&bits) {
            return Err(format!("bits: {bits}, expected 2 to 8"));
        }
        if !Scheme::BLOCKS.contains(&block) {
            return Err(format!("block: {block} elements, expected 1 to {}", Scheme::BLOCKS.end()));
        }
        if signed && spacing == Spacing::Logarithmic {
            return Err("signed: true, and logarithmic levels have no sign".into());
        }
        if !(0.0..=1.0).contains(&quantile) {
            return Err(format!("quantile: {quantile}, expected 0 to 1"));
        }
        let bits = bits as u32;
        let book = book::levels(spacing, bits, signed);
        Ok(LowBit { spacing, bits, signed, block, quantile, rounding, book })
    }

    /// The levels in units of the scale, ascending; none of logarithmic ones, which differ from block to block.
    #[must_use]
    pub fn book(&self) -> &[f32] {
        &self.book
    }

    /// Bytes that elements take: their codes, and four for the scale of each block, and for its base.
    #[must_use]
    pub fn bytes(&self, elements: usize) -> f64 {
        let numbers = if self.spacing == Spacing::Logarithmic { 8.0 } else { 4.0 };
        elements as f64 * f64::from(self.bits) / 8.0 + numbers * elements.div_ceil(self.block) as f64
    }

    /// The codes of one block, given a number from 0 to below 1 for each element where it is rounded by chance.
    pub fn quantize(&self, block: &[f32], uniform: &dyn Fn(usize) -> f32, codes: &mut [u8]) -> Scale {
        let scale = self.scale(block);
        for (i, (code, &x)) in codes.iter_mut().zip(block).enumerate() {
            let z = x / scale.scale;
            *code = match self.spacing {
                Spacing::Logarithmic => self.logarithmic(z, scale.base, &|| uniform(i)),
                Spacing::Linear | Spacing::Dynamic => self.of_book(z, &|| uniform(i)),
            };
        }
        scale
    }

    /// Whether the mean of what stands for a number is the number.
    #[must_use]
    pub const fn is_unbiased(&self) -> bool {
        match self.rounding {
            Chance::Nearest => false,
            Chance::Unbiased => true,
            Chance::Chance => !matches!(self.spacing, Spacing::Logarithmic),
        }
    }

    /// What a code stands for.
    #[must_use]
    pub fn value(&self, code: u8, scale: Scale) -> f32 {
        match self.spacing {
            Spacing::Logarithmic => power(scale.base, f64::from(code)) * scale.scale,
            Spacing::Linear | Spacing::Dynamic => self.book[usize::from(code)] * scale.scale,
        }
    }

    /// The scale and the base of a block, as they are stored.
    #[must_use]
    pub fn scale(&self, block: &[f32]) -> Scale {
        let magnitude = |x: &f32| if self.spacing == Spacing::Logarithmic { *x } else { x.abs() };
        let largest =
            block.iter().map(magnitude).fold(f32::MIN, |a, b| if b.is_nan() || b > a { b } else { a });
        let scale = if largest < FLOOR { FLOOR } else { largest };
        if self.spacing != Spacing::Logarithmic {
            return Scale { scale, base: 1.0 };
        }
        let lowest = book::quantile(block, self.quantile as f32) / scale;
        Scale { scale, base: power(lowest, 1.0 / f64::from(self.last())) }
    }

    /// The last code.
    fn last(&self) -> u8 {
        ((1u16 << self.bits) - 1) as u8
    }

    fn of_book(&self, z: f32, uniform: &dyn Fn() -> f32) -> u8 {
        let below = self.book.partition_point(|level| *level <= z).saturating_sub(1);
        let above = (below + 1).min(self.book.len() - 1);
        let part = if self.rounding == Chance::Nearest { 0.5 } else { uniform() };
        let gap = (self.book[above] - self.book[below]) * part;
        (if z - self.book[below] >= gap { above } else { below }) as u8
    }

    fn logarithmic(&self, z: f32, base: f32, uniform: &dyn Fn() -> f32) -> u8 {
        let last = f32::from(self.last());
        // NaN, of 0 under the base 0, is the code 0: conversions saturate.
        let exponent = binary_logarithm(z) / binary_logarithm(base);
        match self.rounding {
            Chance::Nearest => exponent.round_ties_even().clamp(0.0, last) as u8,
            Chance::Chance => (exponent + (uniform() - 0.5)).round_ties_even().clamp(0.0, last) as u8,
            Chance::Unbiased => {
                let upper = exponent.floor().clamp(0.0, last);
                let lower = (upper + 1.0).clamp(0.0, last);
                let (high, low) = (power(base, f64::from(upper)), power(base, f64::from(lower)));
                (if z - low >= (high - low) * uniform() { upper } else { lower }) as u8
            }
        }
    }

    /// Stores values and reads them back. The noise of element `i` is [`uniform(seed, first + i)`](uniform).
    pub fn store<V: Wide>(&self, values: &mut [V], seed: u64, first: u64) {
        let n = self.block.min(values.len());
        let (mut narrow, mut codes) = (vec![0.0f32; n], vec![0u8; n]);
        for (k, block) in values.chunks_mut(self.block).enumerate() {
            let (narrow, codes) = (&mut narrow[..block.len()], &mut codes[..block.len()]);
            narrow.iter_mut().zip(&*block).for_each(|(narrow, x)| *narrow = x.double() as f32);
            let at = first + (k * self.block) as u64;
            let scale = self.quantize(narrow, &|i| uniform(seed, at + i as u64), codes);
            for (x, code) in block.iter_mut().zip(codes) {
                *x = V::of_double(f64::from(self.value(*code, scale)));
            }
        }
    }

    /// The levels of a block, as they are read back.
    #[must_use]
    pub fn levels_of(&self, scale: Scale) -> BlockLevels {
        let mut values: Vec<f32> = (0..=self.last()).map(|code| self.value(code, scale)).collect();
        let descending = self.spacing == Spacing::Logarithmic;
        if descending {
            values.reverse();
        }
        BlockLevels::new(values, descending)
    }
}

/// A number from 0 to below 1 with 24 bits. Every element has a word of its own: the noise of formats, of which four elements share a word, is independent up to
/// 16 bits only.
#[must_use]
pub fn uniform(seed: u64, index: u64) -> f32 {
    (noise::word(seed, index) >> 40) as f32 / (1u32 << 24) as f32
}

/// In binary32, rounded once but for one number in many millions.
fn binary_logarithm(x: f32) -> f32 {
    f64::from(x).log2() as f32
}

fn power(base: f32, exponent: f64) -> f32 {
    f64::from(base).powf(exponent) as f32
}

impl fmt::Display for LowBit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spacing = match self.spacing {
            Spacing::Logarithmic => "logarithmic",
            Spacing::Linear => "linear",
            Spacing::Dynamic => "dynamic",
        };
        let rounding = match self.rounding {
            Chance::Chance => "by chance",
            Chance::Unbiased => "by chance, unbiased",
            Chance::Nearest => "to nearest",
        };
        let sign = if self.signed { " signed" } else { "" };
        write!(f, "{spacing} {}-bit{sign} {} {rounding}", self.bits, self.block)?;
        if self.spacing == Spacing::Logarithmic { write!(f, ", quantile {}", self.quantile) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
