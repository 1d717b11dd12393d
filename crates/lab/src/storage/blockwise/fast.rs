//! A block's round trip without branches: a quotient's leading bits lead to the code at the start of its cell, and an addition carries
//! into the next code where the remaining bits are at or past the step in that cell.

use super::codebook::Map;
use super::steps::Steps;
use super::{Floor, Parameters};
use crate::vectors::widest;

/// Cells of one sign: binary32's leading 16 bits, from those of 1 down; the first stands for all magnitudes below it (about 2^-32).
const CELLS: usize = 4096;
const ONE: u32 = 1f32.to_bits();
const BASE: u32 = (ONE >> 16) - (CELLS as u32 - 1);

/// Tables of one scheme.
pub(super) enum Fast {
    /// A code book: the cells of both signs, and the values by index.
    Book { cells: Box<[u32; 2 * CELLS]>, values: Box<[f32; 512]>, limits: Limits },
    /// Integers, rounded by the CPU.
    Integer { limits: Limits },
}

/// Which scales the fast way is right for.
pub(super) struct Limits {
    unit: f32,
    floor: f32,
    least: f32,
    greatest: f32,
}

/// The largest magnitude, or NaN if there is any.
pub(super) fn largest(values: &[f32]) -> f32 {
    // Magnitudes are in the order of their bits, and NaN is above infinity.
    let magnitudes = || values.iter().fold(0, |largest, x| u32::max(largest, x.to_bits() & 0x7fff_ffff));
    f32::from_bits(widest(magnitudes))
}

impl Fast {
    /// The tables, if this way is right for the scheme.
    pub(super) fn new(p: &Parameters, book: &[f32; 256], steps: &Steps) -> Option<Fast> {
        let (floor, least) = match p.floor {
            Floor::Stored(floor) => (floor, f32::MIN_POSITIVE),
            // Below, the divisor is not what is stored.
            Floor::Divisor(floor) => (0.0, f32::max(floor, f32::MIN_POSITIVE)),
            // Without flushed subnormals, quotients and products below are rounded as any others.
            Floor::None if !p.flush => (0.0, f32::MIN_POSITIVE),
            // Above, what is flushed lies below all steps and gets the code of a zero of its sign; no product is subnormal.
            Floor::None => (0.0, 2f32.powi(-90)),
        };
        // Reciprocals of larger ones are subnormal.
        let limits = Limits { unit: p.map.unit(), floor, least, greatest: 2f32.powi(126) };
        if p.flush && p.floor != Floor::None {
            return None;
        }
        match p.map {
            Map::Integer => Some(Fast::Integer { limits }),
            Map::Linear | Map::Dynamic => {
                let mut values = Box::new([0.0; 512]);
                let mut cells = Box::new([0; 2 * CELLS]);
                let mut index = 0;
                for (at, cell) in cells.iter_mut().enumerate() {
                    index += usize::from(at == CELLS);
                    *cell = entry(at, &mut index, &mut values, book, steps)?;
                }
                Some(Fast::Book { cells, values, limits })
            }
        }
    }

    /// Stores a block and reads it back, unless it is one of those that are not for this way: then nothing is changed.
    pub(super) fn store(&self, block: &mut [f32], divide: bool) -> bool {
        let largest = largest(block);
        let (Fast::Book { limits, .. } | Fast::Integer { limits }) = self;
        let scale = f32::max(largest / limits.unit, limits.floor);
        // A NaN is none of these.
        if !(largest <= f32::MAX && limits.least <= scale && scale <= limits.greatest) {
            return false;
        }
        match self {
            Fast::Book { cells, values, .. } => {
                let reciprocal = 1.0 / scale;
                if divide {
                    let books = Books::<true> { cells, values, scale, reciprocal };
                    widest(|| books.store_all(block));
                } else {
                    let books = Books::<false> { cells, values, scale, reciprocal };
                    widest(|| books.store_all(block));
                }
            }
            Fast::Integer { .. } => widest(|| {
                for x in block {
                    // There is no negative zero among integers.
                    *x = ((*x / scale).round_ties_even() + 0.0) * scale;
                }
            }),
        }
        true
    }
}

/// The cell at a place: what to add to the remaining 16 bits, so that the sum over 2^16 is the index of the value. Values are numbered as
/// they are met on the way from 0 to 1, and then from 0 to -1; `index` is that of the cell before.
fn entry(
    at: usize,
    index: &mut usize,
    values: &mut [f32; 512],
    book: &[f32; 256],
    steps: &Steps,
) -> Option<u32> {
    let (sign, cell) = ((at / CELLS) as u32, (at % CELLS) as u32);
    let value = |magnitude: u32| book[usize::from(steps.code(f32::from_bits(magnitude | sign << 31)))];
    let start = if cell == 0 { 0 } else { (BASE + cell) << 16 };
    let end = u32::min((BASE + cell) << 16 | 0xffff, ONE);
    let [first, last] = [value(start), value(end)];
    if cell == 0 {
        *values.get_mut(*index)? = first;
    }
    // Values differ in their bits where they differ, zeros included: a value is a table's entry.
    let is = |x: f32, y: f32| x.to_bits() == y.to_bits();
    if !is(values[*index], first) {
        *index += 1;
        *values.get_mut(*index)? = first;
    }
    let before = (*index as u32) << 16;
    if is(first, last) {
        return Some(before);
    }
    let (mut low, mut high) = (start, end);
    while low < high {
        let middle = u32::midpoint(low, high);
        if is(value(middle), first) { low = middle + 1 } else { high = middle }
    }
    // Below the first cell nothing is compared, and a cell has room for one step.
    if cell == 0 || !is(value(low), last) {
        return None;
    }
    *index += 1;
    *values.get_mut(*index)? = last;
    Some(before + 0x1_0000 - (low & 0xffff))
}

/// Quotients that are looked up together, step by step: what stands between the tables' reads is done in vectors.
const TOGETHER: usize = 32;

/// A code book and the scale of a block: elements are divided by it, or multiplied by its reciprocal.
struct Books<'a, const DIVIDE: bool> {
    cells: &'a [u32; 2 * CELLS],
    values: &'a [f32; 512],
    scale: f32,
    reciprocal: f32,
}

impl<const DIVIDE: bool> Books<'_, DIVIDE> {
    #[inline(always)]
    fn store_all(&self, block: &mut [f32]) {
        let (parts, rest) = block.as_chunks_mut();
        for part in parts {
            self.store(part);
        }
        if !rest.is_empty() {
            let mut last = [0.0; TOGETHER];
            last[..rest.len()].copy_from_slice(rest);
            self.store(&mut last);
            rest.copy_from_slice(&last[..rest.len()]);
        }
    }

    #[inline(always)]
    fn store(&self, part: &mut [f32; TOGETHER]) {
        let (mut cell, mut rest) = ([0; TOGETHER], [0; TOGETHER]);
        for i in 0..TOGETHER {
            let z = if DIVIDE { part[i] / self.scale } else { part[i] * self.reciprocal };
            let magnitude = u32::min(z.to_bits() & 0x7fff_ffff, ONE);
            cell[i] =
                (u32::max(magnitude >> 16, BASE) - BASE) | (z.to_bits() >> 31) << CELLS.trailing_zeros();
            rest[i] = magnitude & 0xffff;
        }
        for cell in &mut cell {
            *cell = self.cells[*cell as usize % (2 * CELLS)];
        }
        for i in 0..TOGETHER {
            rest[i] = (cell[i] + rest[i]) >> 16;
        }
        for i in 0..TOGETHER {
            part[i] = self.values[rest[i] as usize % 512] * self.scale;
        }
    }
}
