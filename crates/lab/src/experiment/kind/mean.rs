//! Means over seeds with their intervals.

use crate::bound::interval::Interval;

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
}
