//! Rates: slopes over the horizon, seed by seed, with the interval of their mean.

use super::cells::Cell;
use crate::experiment::kind::mean::Mean;

/// Whether a rate is kept, as far as the seeds tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Kept,
    Lost,
    Undecided,
}

impl Verdict {
    /// By the part that is lost, and the part that may be.
    pub(super) fn of(lost: Mean, may: f64) -> Verdict {
        match lost {
            Mean { high, .. } if high <= may => Verdict::Kept,
            Mean { low, .. } if low > may => Verdict::Lost,
            _ => Verdict::Undecided,
        }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Verdict::Kept => "kept",
            Verdict::Lost => "lost",
            Verdict::Undecided => "undecided",
        }
    }
}

/// The slopes of `ln size` over `ln T`, one a seed. NaN where a run diverged.
pub(super) fn slopes(horizons: &[u64], cells: &[&Cell]) -> Vec<f64> {
    let seeds = cells.iter().map(|cell| cell.sizes.len()).min().unwrap_or(0);
    let point = |seed: usize| move |(t, cell): (&u64, &&Cell)| ((*t as f64).ln(), cell.sizes[seed].ln());
    let slope = |seed| least_squares(&horizons.iter().zip(cells).map(point(seed)).collect::<Vec<_>>());
    (0..seeds).map(slope).collect()
}

/// The part of the rate that is lost: 0 where the slope is that without rounding, 1 where there is no slope any more.
pub(super) struct Lost {
    /// The ratio of two means, `mean(exact - rounded) / mean(exact)`.
    pub(super) ratio: Mean,
    /// A number a seed: their mean is the ratio, and they vary as it does to the first order, the denominator's error included. Of two of the same seeds the
    /// difference has an interval.
    pub(super) seeds: Vec<f64>,
}

/// All is NaN where without rounding nothing decreases, as far as the seeds tell: then there is no rate to lose.
pub(super) fn lost(exact: &[f64], rounded: &[f64]) -> Lost {
    let Mean { mean, high, .. } = Mean::of(exact);
    if mean >= 0.0 || high >= 0.0 {
        let none = Mean { mean: f64::NAN, low: f64::NAN, high: f64::NAN };
        return Lost { ratio: none, seeds: vec![f64::NAN; exact.len()] };
    }
    let less: Vec<f64> = exact.iter().zip(rounded).map(|(exact, rounded)| exact - rounded).collect();
    let ratio = Mean::ratio(&less, exact);
    let seed = |(less, exact): (&f64, &f64)| ratio.mean + (less - ratio.mean * exact) / mean;
    Lost { seeds: less.iter().zip(exact).map(seed).collect(), ratio }
}

/// The least exponent from which on every path keeps the rate; NaN if the last does not.
pub(super) fn least(exponents: &[f64], verdicts: &[Verdict]) -> f64 {
    let kept = verdicts.iter().rev().take_while(|verdict| **verdict == Verdict::Kept).count();
    if kept == 0 { f64::NAN } else { exponents[exponents.len() - kept] }
}

fn least_squares(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (above, below) =
        points.iter().fold((0.0, 0.0), |(a, b), p| (a + (p.0 - x) * (p.1 - y), b + (p.0 - x) * (p.0 - x)));
    if below == 0.0 { f64::NAN } else { above / below }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(sizes: [[f64; 2]; 3]) -> [Cell; 3] {
        sizes.map(|sizes| Cell { sizes: sizes.into(), ..Cell::default() })
    }

    #[test]
    fn slopes_are_those_of_powers() {
        let (exact, flat) =
            (cells([[1.0, 2.0], [0.5, 1.0], [0.25, 0.5]]), cells([[1.0, 1.0], [0.5, 1.0], [0.25, 1.0]]));
        let of = |cells: &[Cell; 3]| slopes(&[4, 16, 64], &cells.iter().collect::<Vec<_>>());
        assert!(of(&exact).iter().all(|slope| (slope + 0.5).abs() < 1e-12), "{:?}", of(&exact));
        let lost = lost(&of(&exact), &of(&flat)).seeds;
        assert!(lost[0].abs() < 1e-12 && (lost[1] - 1.0).abs() < 1e-12, "{lost:?}");
        assert!(super::lost(&[0.5, 0.4, 0.6], &[0.5; 3]).seeds.iter().all(|lost| lost.is_nan()));
        assert!(super::lost(&[-0.5, 0.4, -0.6], &[-0.5; 3]).ratio.high.is_nan());
        let diverged = cells([[1.0, 1.0], [f64::NAN, 1.0], [1.0, 1.0]]);
        assert!(of(&diverged)[0].is_nan() && Mean::of(&of(&diverged)).mean.is_nan());
    }

    /// The seeds' numbers have the ratio as their mean, and its interval where the denominator is well known.
    #[test]
    fn what_seeds_lose_is_the_ratio_of_means() {
        let exact = [-0.50, -0.52, -0.49, -0.51, -0.50];
        let rounded = [-0.30, -0.33, -0.29, -0.28, -0.31];
        let lost = lost(&exact, &rounded);
        let Mean { mean, low, high } = Mean::of(&lost.seeds);
        let near = |a: f64, b: f64, by: f64| assert!((a - b).abs() < by, "{a} {b}");
        near(lost.ratio.mean, (2.52 - 1.51) / 2.52, 1e-12);
        near(mean, lost.ratio.mean, 1e-12);
        near(low, lost.ratio.low, 5e-3);
        near(high, lost.ratio.high, 5e-3);
    }

    #[test]
    fn the_interval_decides_whether_a_rate_is_kept() {
        let mean = Mean::of(&[0.0, 0.01, 0.02]);
        assert_eq!(Verdict::of(mean, 0.1), Verdict::Kept);
        assert_eq!(Verdict::of(mean, 0.01), Verdict::Undecided);
        assert_eq!(Verdict::of(mean, -0.1), Verdict::Lost);
        // One run under three seeds says nothing.
        assert_eq!(Verdict::of(Mean::of(&[0.5; 3]), 0.9), Verdict::Undecided);
    }

    #[test]
    fn the_least_exponent_is_the_one_from_which_on_all_keep_the_rate() {
        use Verdict::{Kept, Lost, Undecided};
        let of = |verdicts: [Verdict; 4]| least(&[0.0, 0.5, 1.0, 2.0], &verdicts);
        assert_eq!(of([Lost, Lost, Kept, Kept]), 1.0);
        assert_eq!(of([Kept, Undecided, Kept, Kept]), 1.0);
        assert_eq!(of([Kept; 4]), 0.0);
        assert!(of([Kept, Kept, Kept, Lost]).is_nan());
    }
}
