//! Blocks that are stored once.

use halfulp::noise;

use super::super::signal::normal;
use crate::bound::Tally;
use crate::bound::blockwise::{Blocks, decade_of};
use crate::detect::Count;
use crate::storage::blockwise::Scheme;

/// Bins of a decade in the figures.
pub(super) const BINS: usize = 4;

/// What storing blocks once did.
pub(super) struct Sampled {
    /// Element, uniform, linear, relative.
    pub tallies: [Tally; 4],
    /// Of normal numbers, or squared ones: the sum of relative errors, and how many numbers were not 0.
    pub errors: [f64; 2],
    /// Of those: numbers that were not 0 and are stored as 0.
    pub zeroed: Count,
    /// Blocks whose largest magnitude is negative, and stored at least half a percent smaller.
    pub shrunk: Count,
    /// Zeros that are stored as something else.
    pub moved: Count,
    /// Negative numbers so small that they would be 0 if they were positive, and that are not 0.
    pub asymmetric: Count,
    /// The largest relative error in each part of a decade.
    pub worst: [f64; 7 * BINS],
}

impl Sampled {
    pub(super) fn of(scheme: &Scheme, blocks: usize, seed: u64) -> Sampled {
        let p = scheme.parameters();
        let elements = (p.block * blocks) as u64;
        let shaped = |x: f64| (if p.signed { x } else { x * x }) as f32;
        let plain: Vec<f32> = (0..elements).map(|i| shaped(normal(noise::word(seed, 11), i))).collect();
        // Sizes over eight decades, and some zeros.
        let size =
            |i| 10f64.powf(-8.0 * (noise::word(noise::word(seed, 13), i) >> 11) as f64 / 2f64.powi(53));
        let wide = |i| if i % 16 == 7 { 0.0 } else { normal(noise::word(seed, 12), i) * size(i) };
        let wide = (0..elements).map(|i| (if p.signed { wide(i) } else { wide(i).abs() }) as f32).collect();
        let mut found = Sampled {
            tallies: Blocks::new(scheme).into_tallies(),
            errors: [0.0; 2],
            zeroed: Count::default(),
            shrunk: Count::default(),
            moved: Count::default(),
            asymmetric: Count::default(),
            worst: [0.0; 7 * BINS],
        };
        let mut bounds = Blocks::new(scheme);
        let threshold = zero_threshold(scheme);
        for (name, values) in [("normal", plain), ("wide", wide)] {
            let mut stored = values.clone();
            scheme.store(&mut stored);
            let name = if p.signed || name == "wide" { name } else { "squared normal" };
            bounds.observe(&values, &stored, &|i| format!("seed {seed}, {name} numbers, element {i}"));
            for (x, q) in values.chunks(p.block).zip(stored.chunks(p.block)) {
                found.block(x, q, name != "wide", threshold);
            }
        }
        found.tallies = bounds.into_tallies();
        found
    }

    fn block(&mut self, values: &[f32], stored: &[f32], plain: bool, threshold: f64) {
        let largest = values.iter().copied().fold(0.0f32, |a, b| if b.abs() > a.abs() { b } else { a });
        let scale = f64::from(largest.abs());
        for (&x, &q) in values.iter().zip(stored) {
            let relative = f64::from(q - x).abs() / f64::from(x.abs());
            if plain && x != 0.0 {
                self.errors[0] += relative;
                self.errors[1] += 1.0;
                self.zeroed.add(true, q == 0.0);
            }
            self.moved.add(x == 0.0, q != 0.0);
            let z = f64::from(x.abs()) / scale;
            self.asymmetric.add(x < 0.0 && z < threshold * (1.0 - 1e-6), q != 0.0);
            if let Some(bin) = bin_of(z) {
                self.worst[bin] = self.worst[bin].max(relative);
            }
        }
        let of_largest = values.iter().zip(stored).filter(|(x, _)| x.to_bits() == largest.to_bits());
        for (_, q) in of_largest.take(1) {
            self.shrunk.add(largest < 0.0, q.abs() < 0.995 * largest.abs());
        }
    }

    pub(super) fn merge(&mut self, other: Sampled) {
        for (mine, its) in self.tallies.iter_mut().zip(other.tallies) {
            mine.merge(its);
        }
        self.errors.iter_mut().zip(other.errors).for_each(|(mine, its)| *mine += its);
        self.worst.iter_mut().zip(other.worst).for_each(|(mine, its)| *mine = mine.max(its));
        let counts = [&mut self.zeroed, &mut self.shrunk, &mut self.moved, &mut self.asymmetric];
        let others = [other.zeroed, other.shrunk, other.moved, other.asymmetric];
        for (mine, its) in counts.into_iter().zip(others) {
            mine.merge(its);
        }
    }

    /// The mean relative error of normal or squared normal numbers.
    pub(super) fn mean(&self) -> f64 {
        self.errors[0] / self.errors[1]
    }
}

/// Which part of which decade.
fn bin_of(z: f64) -> Option<usize> {
    let decade = decade_of(z)?;
    let part = (-z.log10() - decade as f64) * BINS as f64;
    Some(decade * BINS + (part.max(0.0) as usize).min(BINS - 1))
}

/// The least positive quotient that is not stored as 0; 0 if a zero itself is not.
pub(super) fn zero_threshold(scheme: &Scheme) -> f64 {
    let positive = (1..=255).filter(|&code| scheme.book()[usize::from(code)] > 0.0);
    let mut firsts = positive.filter_map(|code| scheme.first_of(code));
    let unit = f64::from(scheme.parameters().map.unit());
    firsts.next().map_or(f64::NAN, |first| f64::from(first).max(0.0) / unit)
}
