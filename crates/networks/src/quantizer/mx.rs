//! The microscaling formats of the Open Compute Project, version 1.0.

use std::fmt;

use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Format, Policy, Rounding, Saturation};

use super::{Elements, Quantizer, blocks, largest};

/// Elements that share a power of two, by the rule of the specification (section 6.3): the largest power of two not above the largest magnitude, over the
/// largest power of two of the element format. What the specification leaves open: a block of zeros has the least scale, `2^-127`, and a quotient beyond
/// the largest number becomes that.
#[derive(Clone, Debug)]
pub struct Mx {
    elements: Elements,
    /// Scales are rounded down: E8M0, toward zero.
    scale: Arithmetic,
    name: &'static str,
}

/// Elements that share a scale.
const BLOCK: usize = 32;

impl Mx {
    /// MXFP4: E2M1.
    #[must_use]
    pub fn e2m1() -> Mx {
        Mx::of(catalog::builtin_format("e2m1"), "MXFP4")
    }

    /// MXFP8 with E4M3.
    #[must_use]
    pub fn e4m3() -> Mx {
        Mx::of(Format::E4M3FN, "MXFP8")
    }

    fn of(elements: Format, name: &'static str) -> Mx {
        let down = Policy::IEEE.rounding(Rounding::TowardZero).saturation(Saturation::Finite);
        let scale = Arithmetic::new(&catalog::builtin_format("e8m0"), &down);
        Mx { elements: Elements::of(elements), scale: scale.unwrap_or_else(|e| panic!("{e}")), name }
    }

    fn scale(&self, block: &[f64]) -> f64 {
        let top = 2f64.powi(self.elements.format().emax());
        let largest = largest(block) / top;
        let mut scale = [if largest.is_nan() { largest } else { largest.max(2f64.powi(-127)) }];
        self.scale.quantize_in_place(&mut scale);
        scale[0]
    }
}

impl Quantizer for Mx {
    fn elements(&self) -> &Elements {
        &self.elements
    }

    fn block(&self, _: usize) -> usize {
        BLOCK
    }

    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
        blocks(x, columns, BLOCK).map(|block| self.scale(block)).collect()
    }

    fn bits(&self, columns: usize) -> f64 {
        f64::from(self.elements.format().width()) + 8.0 * columns.div_ceil(BLOCK) as f64 / columns as f64
    }
}

impl fmt::Display for Mx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, scales by the floor rule", self.name)
    }
}
