//! Means over seeds with their intervals.

use crate::bound::interval::{Interval, quantile};

/// A mean over seeds with the ends of its interval, each one-sided at 95 %.
#[derive(Clone, Copy, Debug)]
pub struct Mean {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

impl Mean {
    /// Of one number a seed. Where there is one seed, or all seeds are one run because nothing depends on them, there is no interval: its ends are NaN.
    pub fn of(values: &[f64]) -> Mean {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let differ = values.iter().any(|x| x.to_bits() != values[0].to_bits());
        match Interval::of(values).filter(|_| differ) {
            Some(Interval { low, high, .. }) => Mean { mean, low, high },
            None => Mean { mean, low: f64::NAN, high: f64::NAN },
        }
    }

    /// The ratio of two means over the same seeds, `mean(above) / mean(below)`, with the ends of its interval by Fieller's theorem (J. R. Statist. Soc. B 16,
    /// 1954): both means have errors, which belong together. The ends are NaN where there is no interval: the mean below may be 0 as far as the seeds tell,
    /// or nothing depends on the seeds.
    pub fn ratio(above: &[f64], below: &[f64]) -> Mean {
        let n = above.len() as f64;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n;
        let (y, x) = (mean(above), mean(below));
        // Of the means, times the square of the quantile.
        let squared = quantile(above.len()).unwrap_or(f64::NAN).powi(2);
        let covariance = |a: &[f64], b: &[f64], (p, q): (f64, f64)| {
            let sum: f64 = a.iter().zip(b).map(|(a, b)| (a - p) * (b - q)).sum();
            squared * sum / (n - 1.0) / n
        };
        let (yy, xy, xx) = (
            covariance(above, above, (y, y)),
            covariance(above, below, (y, x)),
            covariance(below, below, (x, x)),
        );
        // The ratios r for which y - r x is 0 as far as the seeds tell.
        let (a, half_b, c) = (x * x - xx, x * y - xy, y * y - yy);
        let root = (half_b * half_b - a * c).sqrt();
        let differ = [above, below].iter().any(|v| v.iter().any(|x| x.to_bits() != v[0].to_bits()));
        let ends = if a > 0.0 && differ { [(half_b - root) / a, (half_b + root) / a] } else { [f64::NAN; 2] };
        Mean { mean: y / x, low: ends[0], high: ends[1] }
    }

    /// As numbers under a name: `NAME`, `NAME.low`, `NAME.high`.
    pub fn numbers(self, name: &str) -> [(String, f64); 3] {
        [(name.into(), self.mean), (format!("{name}.low"), self.low), (format!("{name}.high"), self.high)]
    }
}

#[cfg(test)]
mod tests {
    use super::Mean;

    #[test]
    fn seeds_that_are_one_run_have_no_interval() {
        for values in [&[0.5][..], &[0.5, 0.5, 0.5]] {
            let mean = Mean::of(values);
            assert!(mean.mean == 0.5 && mean.low.is_nan() && mean.high.is_nan(), "{mean:?}");
        }
        let mean = Mean::of(&[0.0, 0.01, 0.02]);
        assert!(mean.low < 0.01 && 0.01 < mean.high);
        let names = mean.numbers("x").map(|(name, _)| name);
        assert_eq!(names, ["x", "x.low", "x.high"]);
    }

    /// With a mean below that is known, the interval is that of the mean above; with one that is not, it is wider, unless both err together.
    #[test]
    fn the_ratio_of_means_has_the_errors_of_both() {
        let above = [0.9, 1.0, 1.1, 1.2];
        let (ratio, mean) = (Mean::ratio(&above, &[2.0; 4]), Mean::of(&above));
        for (ratio, mean) in [(ratio.mean, mean.mean), (ratio.low, mean.low), (ratio.high, mean.high)] {
            assert!((ratio - mean / 2.0).abs() < 1e-12, "{ratio} {mean}");
        }
        let apart = Mean::ratio(&above, &[2.1, 1.9, 2.2, 1.8]);
        assert!(apart.low < ratio.low && apart.high > ratio.high, "{apart:?} {ratio:?}");
        let together = Mean::ratio(&above, &above.map(|x| 2.0 * x + 1e-3 * (x - 1.0).powi(2)));
        assert!(together.high - together.low < 1e-3, "{together:?}");
        // A mean that may be 0, and seeds that are one run.
        assert!(Mean::ratio(&above, &[1.0, -1.0, 0.5, -0.4]).high.is_nan());
        assert!(Mean::ratio(&[0.5; 4], &[2.0; 4]).low.is_nan());
        // Their mean is not exact, and differs from them by its rounding.
        assert!(Mean::ratio(&[-0.05; 3], &[-0.5; 3]).low.is_nan());
        assert!(Mean::ratio(&[0.5], &[2.0]).low.is_nan());
    }

    /// Of 4000 pairs of means over 8 seeds each, whose true ratio is 0.5, close to 1 in 20 lies beyond each end.
    #[test]
    fn the_ends_of_a_ratio_are_one_sided_at_95_percent() {
        let uniform = |k: u64| (halfulp::noise::word(5, k) >> 11) as f64 / (1u64 << 53) as f64;
        // The sum of twelve is all but normal.
        let normal = |k: u64| (0..12).map(|i| uniform(12 * k + i)).sum::<f64>() - 6.0;
        let mut beyond = [0; 2];
        for trial in 0..4000u64 {
            let at = |i: u64| normal(16 * trial + i);
            let below: Vec<f64> = (0..8).map(|i| 1.0 + 0.2 * at(i)).collect();
            let above: Vec<f64> = (0..8).map(|i| 0.5 + 0.1 * at(i) + 0.1 * at(8 + i)).collect();
            let ratio = Mean::ratio(&above, &below);
            beyond[0] += u32::from(ratio.low > 0.5);
            beyond[1] += u32::from(ratio.high < 0.5);
        }
        // 200 of each, with a standard deviation of 14.
        assert!(beyond.iter().all(|n| (150..250).contains(n)), "{beyond:?}");
    }
}
