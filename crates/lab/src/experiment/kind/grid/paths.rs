//! Mantissas that grow with the horizon.

use serde::Deserialize;

/// `M = bits + ceil(s log2(T / T_0))`, `T_0` being the first horizon, for each exponent `s`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paths {
    /// The exponents `s`, in ascending order.
    pub(super) exponents: Vec<f64>,
    /// The mantissa at the first horizon.
    pub(super) bits: u32,
}

/// Stochastic rounding takes up to 32 bits of noise beside the precision.
pub(super) const MOST: u32 = 40;

impl Paths {
    /// How many there are.
    pub(super) const fn count(&self) -> usize {
        self.exponents.len()
    }

    /// What is wrong, with its key.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if !(1..=MOST).contains(&self.bits) {
            return Err(("bits", format!("expected 1 to {MOST}, got {}", self.bits)));
        }
        let sorted = self.exponents.is_sorted_by(|a, b| a < b);
        if self.exponents.is_empty() || !sorted || self.exponents.iter().any(|s| !(0.0..=4.0).contains(s)) {
            return Err(("exponents", "expected exponents, 0 to 4 each, in ascending order".into()));
        }
        Ok(())
    }

    /// The mantissa at a horizon, for the exponent of this index.
    pub(super) fn bits(&self, exponent: usize, first: u64, steps: u64) -> u32 {
        let growth = self.exponents[exponent] * (steps as f64 / first as f64).log2();
        // Exact for powers of two; the margin is for others.
        (self.bits + (growth - 1e-9).ceil().max(0.0) as u32).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::Paths;

    #[test]
    fn mantissas_grow_by_the_exponent_times_the_logarithm() {
        let paths = Paths { exponents: vec![0.0, 0.25, 0.5, 1.0, 2.0], bits: 2 };
        let of = |s: usize| [64, 256, 1024, 4096].map(|steps| paths.bits(s, 64, steps));
        assert_eq!(of(0), [2; 4]);
        assert_eq!(of(1), [2, 3, 3, 4]);
        assert_eq!(of(2), [2, 3, 4, 5]);
        assert_eq!(of(3), [2, 4, 6, 8]);
        assert_eq!(of(4), [2, 6, 10, 14]);
        assert_eq!(paths.bits(4, 64, 1 << 40), 40);
    }
}
