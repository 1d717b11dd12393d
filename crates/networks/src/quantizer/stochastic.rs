//! Quantizers that round by chance.

use std::sync::Arc;

use halfulp::slice::Arithmetic;
use halfulp::{NoiseBits, Policy, Rounding, Saturation, Stochastic};

use super::{Quantizer, blocks_mut};

/// A quantizer's scales and elements, but quotients go to one of their two neighbours by chance, so that they are kept without bias: up to
/// [`ByChance::BIAS`] of the distance of both. What is beyond the largest number is kept as that.
#[derive(Clone, Debug)]
pub struct ByChance {
    quantizer: Arc<dyn Quantizer>,
    arithmetic: Arithmetic,
}

/// What is known of rows before they are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// What they are kept as on average: they themselves, within the format.
    pub means: Vec<f64>,
    /// At least the distance of the two numbers that each can be kept as.
    pub spans: Vec<f64>,
}

impl ByChance {
    /// Bits of noise: as many as are independent between the elements of an array.
    const BITS: u32 = 16;
    /// The most that a mean is off, in spans.
    pub const BIAS: f64 = 1.0 / (1u32 << ByChance::BITS) as f64;

    /// Without bias.
    #[must_use]
    pub fn of(quantizer: Arc<dyn Quantizer>) -> ByChance {
        let bits = NoiseBits::known(ByChance::BITS);
        ByChance::rounding(quantizer, Rounding::Stochastic { variant: Stochastic::A, bits })
    }

    /// With another rounding in its place, which is nothing that [`ByChance`] says: a fault that is planted.
    ///
    /// # Panics
    /// If arrays cannot be rounded so.
    #[must_use]
    pub fn rounding(quantizer: Arc<dyn Quantizer>, rounding: Rounding) -> ByChance {
        let policy = Policy::IEEE.rounding(rounding).saturation(Saturation::Finite);
        let arithmetic = Arithmetic::new(quantizer.elements().format(), &policy);
        ByChance { quantizer, arithmetic: arithmetic.unwrap_or_else(|e| panic!("{e}")) }
    }

    /// What becomes of rows, on average and at most.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    #[must_use]
    pub fn spread(&self, x: &[f64], columns: usize) -> Spread {
        let (elements, scales) = (self.quantizer.elements(), self.quantizer.scales(x, columns));
        let mut means = x.to_vec();
        let mut spans = Vec::with_capacity(x.len());
        for (block, &scale) in blocks_mut(&mut means, columns, self.quantizer.block(columns)).zip(&scales) {
            for x in block {
                *x = within(*x, scale, elements.largest());
                spans.push(if scale == 0.0 { 0.0 } else { elements.errors.ulp(*x / scale) * scale });
            }
        }
        Spread { means, spans }
    }

    /// Rows as they are kept. The noise is a function of the seed and of an element's place.
    ///
    /// # Panics
    /// If the number of elements is no multiple of that of columns.
    pub fn quantize(&self, x: &mut [f64], columns: usize, seed: u64) {
        let (largest, scales) = (self.quantizer.elements().largest(), self.quantizer.scales(x, columns));
        let (mut arithmetic, mut first) = (self.arithmetic.clone(), 0);
        for (block, scale) in blocks_mut(x, columns, self.quantizer.block(columns)).zip(scales) {
            arithmetic.set_noise(seed, first);
            first += block.len() as u64;
            block.iter_mut().for_each(|x| *x = within(*x, scale, largest));
            if scale != 0.0 {
                let mut codes = vec![0.0; block.len()];
                // Lengths are equal.
                let _ = arithmetic.div(block, &vec![scale; block.len()], &mut codes);
                block.iter_mut().zip(codes).for_each(|(x, code)| *x = code * scale);
            }
        }
    }
}

/// A number within the format; NaN under a scale that is NaN.
fn within(x: f64, scale: f64, largest: f64) -> f64 {
    let most = largest * scale;
    if most.is_nan() { most } else { x.clamp(-most, most) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantizer::{NAMES, named};

    /// Of many draws every number is kept as one of two, within its span, and on average as what it is.
    #[test]
    fn numbers_are_kept_as_one_of_two_and_as_themselves_on_average() {
        let x: Vec<f64> = (0..128).map(|k| (f64::from(k) * 0.7).sin() * 2f64.powi(k % 5 - 3)).collect();
        for name in NAMES {
            let quantizer = ByChance::of(named(name).expect("a quantizer"));
            let spread = quantizer.spread(&x, 64);
            let draws: Vec<Vec<f64>> = (0..4096)
                .map(|seed| {
                    let mut kept = x.clone();
                    quantizer.quantize(&mut kept, 64, seed);
                    kept
                })
                .collect();
            let mut moved = 0;
            for k in 0..x.len() {
                let all = || draws.iter().map(|draw| draw[k]);
                let (low, high) = all().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(x), h.max(x)));
                assert!(all().all(|x| x == low || x == high), "{name} {k}");
                let (mean, span) = (spread.means[k], spread.spans[k]);
                // Of a number next to one that is kept all draws can be that.
                let near = [low, high].iter().all(|x| (x - mean).abs() <= span);
                assert!(high - low <= span && near, "{name} {k}: {low} {mean} {high}");
                moved += u32::from(high > low);
                let off = (all().sum::<f64>() / 4096.0 - mean).abs();
                // Six deviations: of at most half a span, over the root of 4096.
                assert!(
                    off <= 6.0 * span / 2.0 / 64.0 + ByChance::BIAS * span,
                    "{name} {k}: {off} of {span}"
                );
                let inside = (mean - x[k]).abs() <= 1e-6 * x[k].abs();
                assert!(inside || name.starts_with("mx") || name == "nvfp4", "{name} {k}");
            }
            assert!(moved > 100, "{name}: {moved}");
        }
    }
}
