//! How weights and activations are kept: elements in a small format, with scales that several of them share.
//!
//! A quantizer says which elements share a scale, what the scale is, and in which format the quotients are. The rest is the same for all: a quotient is
//! rounded once, by `halfulp`'s arithmetic on arrays, and multiplied by its scale, which is exact in binary64.
//!
//! ```
//! use halfulp_networks::quantizer::{Quantizer, named};
//!
//! let w4a4 = named("w4a4")?;
//! let mut row = [7.0, -3.4, 0.5, 1.5];
//! w4a4.quantize(&mut row, 4);
//! assert_eq!(row, [7.0, -3.0, 0.0, 2.0]);
//! # Ok::<(), String>(())
//! ```

mod form;
mod hadamard;
mod mx;
mod nvfp4;
mod per_row;
mod stochastic;
mod straight;
#[cfg(test)]
mod tests;

use std::fmt::{Debug, Display};
use std::sync::Arc;

use halfulp::slice::Arithmetic;
use halfulp::{Format, Policy, Saturation};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::quantization::Errors;

pub use form::Form;
pub use hadamard::Hadamard;
pub use mx::Mx;
pub use nvfp4::Nvfp4;
pub use per_row::PerRow;
pub use stochastic::{ByChance, Spread};
pub use straight::{Passes, Straight};

/// The quantizers that have names.
pub const NAMES: [&str; 6] = ["w4a4", "fp8", "mxfp8", "mxfp4", "e2m1-32", "nvfp4"];

/// Rows of a matrix in fewer bits. The matrix lies row by row; what is multiplied and summed is a row.
///
/// Where two matrices, the magnitudes of one nowhere above those of the other, have the same scales, all matrices between them must have these: networks in
/// intervals rely on it.
pub trait Quantizer: Debug + Display + Send + Sync {
    /// The format of the elements, rounding to nearest with ties to even; what is beyond it is kept as its largest number.
    fn elements(&self) -> &Elements;

    /// How many elements of a row, of so many columns, share a scale. The last block of a row can be shorter; none has elements of two rows.
    fn block(&self, columns: usize) -> usize;

    /// The scale of each block, row by row: what elements are divided by and codes are multiplied by. A number of at most 28 bits, 0 or NaN.
    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64>;

    /// The matrix as it is kept. A block with a number that is not finite becomes NaN, one whose scale is 0 becomes 0.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    fn quantize(&self, x: &mut [f64], columns: usize) {
        let scales = self.scales(x, columns);
        for (block, scale) in blocks_mut(x, columns, self.block(columns)).zip(scales) {
            self.elements().quantize(block, scale);
        }
    }

    /// At least the distance of each element from what is kept of it, by the scales alone: half the distance of neighbours around the quotient,
    /// or, beyond the largest number, the distance from that.
    ///
    /// # Panics
    /// As of [`quantize`](Quantizer::quantize).
    fn errors(&self, x: &[f64], columns: usize) -> Vec<Upper> {
        let scales = self.scales(x, columns);
        let of = |(block, scale): (&[f64], f64)| {
            block.iter().map(|&x| self.elements().error(x, scale)).collect::<Vec<_>>()
        };
        blocks(x, columns, self.block(columns)).zip(scales).flat_map(of).collect()
    }

    /// Bits that an element takes with its part of the scales, in a row of so many columns.
    fn bits(&self, columns: usize) -> f64;
}

/// The elements of a quantizer.
#[derive(Clone, Debug)]
pub struct Elements {
    format: Format,
    arithmetic: Arithmetic,
    errors: Errors,
}

impl Elements {
    /// Those of a format of at most 16 bits.
    ///
    /// # Panics
    /// If arrays cannot be computed in it.
    #[must_use]
    pub fn of(format: Format) -> Elements {
        let policy = Policy::IEEE.saturation(Saturation::Finite);
        let arithmetic = Arithmetic::new(&format, &policy).unwrap_or_else(|e| panic!("{e}"));
        Elements { format, arithmetic, errors: Errors::of(&format, &policy) }
    }

    /// The format.
    #[must_use]
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// The largest number.
    #[must_use]
    pub const fn largest(&self) -> f64 {
        self.errors.largest()
    }

    fn quantize(&self, block: &mut [f64], scale: f64) {
        if scale == 0.0 {
            return block.fill(0.0);
        }
        let mut codes = vec![0.0; block.len()];
        // Lengths are equal.
        let _ = self.arithmetic.div(block, &vec![scale; block.len()], &mut codes);
        block.iter_mut().zip(codes).for_each(|(x, code)| *x = code * scale);
    }

    fn error(&self, x: f64, scale: f64) -> Upper {
        if scale == 0.0 || x == 0.0 {
            return Upper::of(x);
        }
        let quotient = Upper::of(x).over(scale);
        let beyond = Upper::of((x.abs() - self.largest() * scale).max(0.0).next_up());
        let within = self.errors.of_exact(quotient.get()) * Upper::of(scale);
        if quotient.get() > self.largest() { within.max(beyond) } else { within }
    }
}

/// The quantizer of a name: one of [`NAMES`].
///
/// | name | elements | scale |
/// |---|---|---|
/// | `w4a4` | integers from -7 to 7 | a row's largest magnitude / 7, in binary32 |
/// | `fp8` | E4M3 (FN) | a row's largest magnitude / 448, in binary32 |
/// | `mxfp8` | E4M3 (FN) | of 32 elements, a power of two: OCP MX 1.0 |
/// | `mxfp4` | E2M1 | of 32 elements, a power of two: OCP MX 1.0 |
/// | `e2m1-32` | E2M1 | of 32 elements, their largest magnitude / 6, in binary32 |
/// | `nvfp4` | E2M1 | of 16 elements, in E4M3, and one of the tensor in binary32 |
///
/// # Errors
/// A name that none has.
pub fn named(name: &str) -> Result<Arc<dyn Quantizer>, String> {
    Ok(match name {
        "w4a4" => Arc::new(PerRow::integers()),
        "fp8" => Arc::new(PerRow::e4m3()),
        "mxfp8" => Arc::new(Mx::e4m3()),
        "mxfp4" => Arc::new(Mx::e2m1()),
        "e2m1-32" => Arc::new(PerRow::e2m1()),
        "nvfp4" => Arc::new(Nvfp4::default()),
        _ => return Err(format!("unknown quantizer {name:?}, expected one of {}", NAMES.join(", "))),
    })
}

/// The blocks of a matrix, row by row.
fn blocks(x: &[f64], columns: usize, block: usize) -> impl Iterator<Item = &[f64]> {
    assert!(x.len().is_multiple_of(columns), "{} elements in rows of {columns}", x.len());
    x.chunks(columns).flat_map(move |row| row.chunks(block))
}

fn blocks_mut(x: &mut [f64], columns: usize, block: usize) -> impl Iterator<Item = &mut [f64]> {
    assert!(x.len().is_multiple_of(columns), "{} elements in rows of {columns}", x.len());
    x.chunks_mut(columns).flat_map(move |row| row.chunks_mut(block))
}

/// The largest magnitude; NaN if a number is not finite.
fn largest(x: &[f64]) -> f64 {
    let max = |max: f64, x: &f64| if x.is_finite() { max.max(x.abs()) } else { f64::NAN };
    x.iter().try_fold(0.0, |m, x| Some(max(m, x)).filter(|m| !m.is_nan())).unwrap_or(f64::NAN)
}

/// A quotient, rounded once to a scale's format.
fn quotient(format: &Arithmetic, x: f64, y: f64) -> f64 {
    let mut to = [f64::NAN];
    // One element each.
    let _ = format.div(&[x], &[y], &mut to);
    to[0]
}
