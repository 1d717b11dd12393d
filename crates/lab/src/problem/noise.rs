//! Bounded noise on gradients, counter-based.

use halfulp::noise;

/// A number in (-1, 1), uniform and of mean exactly 0: an odd multiple of 2^-52.
#[must_use]
pub fn symmetric(seed: u64, index: u64) -> f64 {
    // 2 k + 1 - 2^52 with k of 52 bits has a magnitude below 2^53: exact.
    let k = (noise::word(seed, index) >> 12) as i64;
    (2 * k + 1 - (1 << 52)) as f64 * 2f64.powi(-52)
}

/// Independent noise, uniform in (-amplitude, amplitude), on every element of a gradient.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Uniform {
    /// The largest magnitude.
    pub amplitude: f64,
}

impl Uniform {
    /// Adds the noise of a step.
    pub fn add(&self, seed: u64, step: u64, to: &mut [f64]) {
        if self.amplitude == 0.0 {
            return;
        }
        let first = step.wrapping_mul(to.len() as u64);
        for (i, g) in to.iter_mut().enumerate() {
            *g += self.amplitude * symmetric(seed, first.wrapping_add(i as u64));
        }
    }

    /// The root of the mean squared norm, for so many elements: `amplitude sqrt(elements / 3)`.
    #[must_use]
    pub fn deviation(&self, elements: usize) -> f64 {
        (self.amplitude * (elements as f64 / 3.0).sqrt().next_up()).next_up()
            * f64::from(self.amplitude != 0.0)
    }
}

/// A number from 0 to 1, never 0, of a word of noise.
pub(crate) fn unit(word: u64) -> f64 {
    ((word >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

/// A normal number by Box and Muller: a function of seed and index.
pub(crate) fn normal(seed: u64, index: u64) -> f64 {
    let (a, b) = (unit(noise::word(seed, 2 * index)), unit(noise::word(seed, 2 * index + 1)));
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_symmetric_bounded_and_of_the_stated_deviation() {
        let noise = Uniform { amplitude: 0.5 };
        let (mut sum, mut squares, steps) = ([0.0f64; 4], 0.0, 20_000);
        for step in 0..steps {
            let mut g = [0.0; 4];
            noise.add(3, step, &mut g);
            for (s, x) in sum.iter_mut().zip(g) {
                assert!(x != 0.0 && x.abs() < 0.5);
                *s += x;
                squares += x * x;
            }
        }
        assert!(sum.iter().all(|s| s.abs() / (steps as f64) < 0.01));
        let deviation = (squares / steps as f64).sqrt();
        assert!((deviation / noise.deviation(4) - 1.0).abs() < 0.01, "{deviation}");
        assert_eq!(Uniform { amplitude: 0.0 }.deviation(4), 0.0);
    }
}
