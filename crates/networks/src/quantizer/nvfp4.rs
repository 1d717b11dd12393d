//! NVIDIA's 4-bit format with two scales.

use std::fmt;

use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Format, Saturation};

use super::per_row::{NEAREST, binary32};
use super::{Elements, Quantizer, blocks, largest, quotient};

/// 16 elements in E2M1 share a scale in E4M3, all of a tensor one in binary32. With the largest magnitudes `A` of the tensor and `a` of a block, the
/// tensor's scale is `t = A / (6 448)`, a block's `a / (6 t)`, each rounded to nearest; an element is divided by the product of both, which is exact.
#[derive(Clone, Debug)]
pub struct Nvfp4 {
    elements: Elements,
    scale: Arithmetic,
    tensor: Arithmetic,
}

/// Elements that share a scale.
const BLOCK: usize = 16;
/// The largest number of the scales' format.
const LARGEST_SCALE: f64 = 448.0;

impl Default for Nvfp4 {
    fn default() -> Nvfp4 {
        let scale = Arithmetic::new(&Format::E4M3FN, &NEAREST.saturation(Saturation::Finite));
        Nvfp4 {
            elements: Elements::of(catalog::builtin_format("e2m1")),
            scale: scale.unwrap_or_else(|e| panic!("{e}")),
            tensor: binary32(),
        }
    }
}

impl Quantizer for Nvfp4 {
    fn elements(&self) -> &Elements {
        &self.elements
    }

    fn block(&self, _: usize) -> usize {
        BLOCK
    }

    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
        let six = self.elements.largest();
        let tensor = quotient(&self.tensor, largest(x), six * LARGEST_SCALE);
        let scale = |block: &[f64]| match tensor == 0.0 {
            true => 0.0,
            false => quotient(&self.scale, largest(block), six * tensor) * tensor,
        };
        blocks(x, columns, BLOCK).map(scale).collect()
    }

    fn bits(&self, columns: usize) -> f64 {
        4.0 + 8.0 * columns.div_ceil(BLOCK) as f64 / columns as f64
    }
}

impl fmt::Display for Nvfp4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NVFP4, scales in E4M3 and one of the tensor in binary32")
    }
}
