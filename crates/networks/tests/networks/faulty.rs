//! Quantizers with faults.

use std::fmt;
use std::sync::Arc;

use halfulp_networks::quantizer::{Elements, Quantizer};

/// A quantizer with a fault.
#[derive(Debug)]
pub struct Faulty {
    pub inner: Arc<dyn Quantizer>,
    pub fault: Fault,
}

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Codes are multiplied by this power of two times the scale that they were divided by.
    Scaled(i32),
    /// Every block has the scale of the one after it.
    Shifted,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.inner, self.fault)
    }
}

impl Quantizer for Faulty {
    fn elements(&self) -> &Elements {
        self.inner.elements()
    }

    fn block(&self, columns: usize) -> usize {
        self.inner.block(columns)
    }

    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
        let mut scales = self.inner.scales(x, columns);
        if matches!(self.fault, Fault::Shifted) && !scales.is_empty() {
            scales.rotate_left(1);
        }
        scales
    }

    fn quantize(&self, x: &mut [f64], columns: usize) {
        let scales = self.scales(x, columns);
        let block = self.block(columns);
        let blocks = x.chunks_mut(columns).flat_map(|row| row.chunks_mut(block));
        for (block, scale) in blocks.zip(scales) {
            // The elements of a block under a scale: those of a row that has the scale already.
            let by = if let Fault::Scaled(k) = self.fault { 2f64.powi(k) } else { 1.0 };
            let (format, largest) = (self.elements().format(), self.elements().largest());
            let policy = halfulp::Policy::IEEE.saturation(halfulp::Saturation::Finite);
            let arithmetic = halfulp::slice::Arithmetic::new(format, &policy).expect("an arithmetic");
            for x in block {
                let mut code = [(*x / scale).clamp(-largest, largest)];
                arithmetic.quantize_in_place(&mut code);
                *x = code[0] * scale * by;
            }
        }
    }

    fn bits(&self, columns: usize) -> f64 {
        self.inner.bits(columns)
    }
}
