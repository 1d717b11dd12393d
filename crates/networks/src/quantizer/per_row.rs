//! A scale for every row, or every block of a row, from its largest magnitude.

use std::fmt;

use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Format, Policy};
use halfulp_lab::storage::Storage;

use super::{Elements, Quantizer, blocks, largest, quotient};

/// Symmetric: a row's largest magnitude becomes the format's largest number, to within the rounding of the scale, which is a number of binary32.
///
/// With the integers from -7 to 7 this is the W4A4 of "Beyond Outliers" (arXiv 2509.23500): absmax by row, to nearest, no groups, no rotation.
#[derive(Clone, Debug)]
pub struct PerRow {
    elements: Elements,
    scale: Arithmetic,
    /// Elements that share a scale; none: a row's.
    block: Option<usize>,
    name: &'static str,
}

/// Arithmetic in binary32, to nearest.
pub(super) fn binary32() -> Arithmetic {
    match Storage::binary32().format() {
        Some((format, policy)) => Arithmetic::new(format, policy).unwrap_or_else(|e| panic!("{e}")),
        None => unreachable!("binary32 is a format"),
    }
}

impl PerRow {
    /// The integers from -7 to 7. The format has -8, too, which no quotient is rounded to.
    #[must_use]
    pub fn integers() -> PerRow {
        let format = Format::integer(4, true).unwrap_or_else(|e| panic!("{e}"));
        PerRow { elements: Elements::of(format), scale: binary32(), block: None, name: "integers of 4 bits" }
    }

    /// E4M3 with the largest number 448.
    #[must_use]
    pub fn e4m3() -> PerRow {
        PerRow { elements: Elements::of(Format::E4M3FN), scale: binary32(), block: None, name: "E4M3" }
    }

    /// E2M1 in blocks of 32: MXFP4 without its powers of two.
    #[must_use]
    pub fn e2m1() -> PerRow {
        let elements = Elements::of(catalog::builtin_format("e2m1"));
        PerRow { elements, scale: binary32(), block: Some(32), name: "E2M1" }
    }
}

impl Quantizer for PerRow {
    fn elements(&self) -> &Elements {
        &self.elements
    }

    fn block(&self, columns: usize) -> usize {
        self.block.unwrap_or(columns)
    }

    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
        let scale = |row: &[f64]| quotient(&self.scale, largest(row), self.elements.largest());
        blocks(x, columns, self.block(columns)).map(scale).collect()
    }

    fn bits(&self, columns: usize) -> f64 {
        let scales = columns.div_ceil(self.block(columns)) as f64;
        f64::from(self.elements.format().width()) + 32.0 * scales / columns as f64
    }
}

impl fmt::Display for PerRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.block {
            None => write!(f, "{}, one scale a row", self.name),
            Some(n) => write!(f, "{}, one scale in binary32 for {n} elements", self.name),
        }
    }
}

/// The policy that scales are rounded by, where nothing else is said.
pub(super) const NEAREST: Policy = Policy::IEEE;
