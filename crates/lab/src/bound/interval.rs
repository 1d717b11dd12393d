//! Means over seeds with their sampling error: what is compared with a bound on an expectation.

use super::tally::Tally;

/// The quantiles of Student's t at 0.95 for 1 to 30 degrees of freedom; for more, that of 30 is larger than need be.
const QUANTILES: [f64; 30] = [
    6.3138, 2.9200, 2.3534, 2.1319, 2.0151, 1.9432, 1.8946, 1.8596, 1.8332, 1.8125, 1.7959, 1.7823, 1.7710,
    1.7614, 1.7531, 1.7459, 1.7397, 1.7341, 1.7292, 1.7248, 1.7208, 1.7172, 1.7139, 1.7109, 1.7082, 1.7057,
    1.7033, 1.7012, 1.6992, 1.6973,
];

/// The two ends of a mean over seeds: each one-sided at 95 %, by Student's t.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// The mean is at least this.
    pub low: f64,
    /// The mean is at most this.
    pub high: f64,
    /// How many seeds there were.
    pub seeds: usize,
}

/// The quantile of Student's t at 0.95 for so many seeds: one less are the degrees of freedom. `None` for fewer than two.
pub(crate) fn quantile(seeds: usize) -> Option<f64> {
    let freedom = seeds.checked_sub(1).filter(|n| *n > 0)?;
    Some(QUANTILES[freedom.min(QUANTILES.len()) - 1])
}

impl Interval {
    /// Of one number a seed; of a single seed there is none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Interval> {
        let seeds = values.len();
        let quantile = quantile(seeds)?;
        let n = seeds as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let half = quantile * (variance / n).sqrt();
        Some(Interval { low: mean - half, high: mean + half, seeds })
    }

    /// Evaluates a bound on the expectation. It is exceeded where the whole interval lies above, and it was kept where the whole interval does
    /// not; where it lies within, or there is none, the seeds are too few to say: the hypothesis of that index fails.
    pub fn observe(
        interval: Option<Interval>,
        tally: &mut Tally,
        undecided: usize,
        [bound, trivial]: [f64; 2],
        at: impl FnOnce() -> String,
    ) {
        match interval {
            Some(Interval { high, seeds, .. }) if high <= bound => {
                tally.observe(high, bound, trivial, || format!("{}, {seeds} seeds", at()));
            }
            Some(Interval { low, high, seeds }) if low > bound || high.is_nan() || bound.is_nan() => {
                tally.observe(low, bound, trivial, || format!("{}, {seeds} seeds", at()));
            }
            _ => tally.fail(undecided, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bound::statement::Hypothesis::Checked;
    use crate::bound::{Statement, Status};

    static BOUND: Statement = Statement {
        name: "test.mean",
        formula: "E x <= y",
        source: "none",
        clause: "B1",
        measures: "x",
        trivial: "nothing",
        identity: false,
        everywhere: false,
        hypotheses: &[Checked("other"), Checked("the seeds suffice")],
    };

    /// The part of Student's t within the quantile, by Simpson's rule over the density.
    fn below(quantile: f64, freedom: f64) -> f64 {
        let density = |x: f64| (1.0 + x * x / freedom).powf(-(freedom + 1.0) / 2.0);
        let simpson = |end: f64, pieces: u32| {
            let h = end / f64::from(pieces);
            let weight = |k: u32| match k {
                0 => 1.0,
                k if k == pieces => 1.0,
                k if k % 2 == 1 => 4.0,
                _ => 2.0,
            };
            (0..=pieces).map(|k| weight(k) * density(f64::from(k) * h)).sum::<f64>() * h / 3.0
        };
        // x = sqrt(n) tan a takes the line to an interval, and the density to a power of the cosine.
        let all = |n: f64| {
            let pieces = 2000;
            let h = std::f64::consts::FRAC_PI_2 / f64::from(pieces);
            let f = |a: f64| a.cos().max(0.0).powf(n - 1.0);
            let weight = |k: u32| {
                if k == 0 || k == pieces {
                    1.0
                } else if k % 2 == 1 {
                    4.0
                } else {
                    2.0
                }
            };
            n.sqrt() * (0..=pieces).map(|k| weight(k) * f(f64::from(k) * h)).sum::<f64>() * h / 3.0
        };
        0.5 + 0.5 * simpson(quantile, 4000) / all(freedom)
    }

    #[test]
    fn quantiles_are_those_of_students_t() {
        for (k, quantile) in QUANTILES.into_iter().enumerate() {
            let part = below(quantile, (k + 1) as f64);
            assert!((part - 0.95).abs() < 2e-5, "{} degrees: {part}", k + 1);
        }
    }

    #[test]
    fn an_interval_is_known_by_hand() {
        let found = Interval::of(&[1.0, 2.0, 3.0]).expect("three seeds");
        let half = 2.92 / 3f64.sqrt();
        assert!((found.high - 2.0 - half).abs() < 1e-12 && (found.low - 2.0 + half).abs() < 1e-12);
        assert_eq!((Interval::of(&[1.0]), Interval::of(&[])), (None, None));
    }

    /// The mean alone would hold under 2.5.
    #[test]
    fn the_end_of_the_interval_decides_and_too_few_seeds_do_not() {
        let values = [1.0, 2.0, 3.0];
        for (seeds, bound, status) in [
            (&values[..], 4.0, Status::Holds),
            (&values, 2.5, Status::HypothesisFailed),
            (&values, 0.2, Status::Violated),
            (&values[..1], 4.0, Status::HypothesisFailed),
            (&[f64::NAN, 1.0], 4.0, Status::Violated),
        ] {
            let mut tally = Tally::new(&BOUND);
            Interval::observe(Interval::of(seeds), &mut tally, 1, [bound, 10.0], || "here".into());
            assert_eq!(tally.status(), status, "{seeds:?} {bound}");
        }
    }
}
