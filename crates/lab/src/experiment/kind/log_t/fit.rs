//! Thresholds and slopes.

/// The index of the first mantissa from which on no excess is beyond the tolerance, in either direction; `None` if the last one is.
pub(super) fn threshold(
    excesses: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator,
    tolerance: f64,
) -> Option<usize> {
    let count = excesses.len();
    let kept = excesses.rev().take_while(|x| x.abs() <= tolerance).count();
    (kept > 0).then_some(count - kept)
}

/// The slope of thresholds (in bits) over the binary logarithm of horizons, by least squares. Horizons without a threshold are left out; of
/// leading ones at the grid's smallest mantissa, where all that is known is "not more than that", only the last counts. 0 where that
/// leaves one alone that is at the smallest, NaN where it leaves fewer than two otherwise.
pub(super) fn slope(horizons: &[u64], thresholds: &[Option<u32>], smallest: u32) -> f64 {
    let floor = thresholds.iter().take_while(|t| **t == Some(smallest)).count();
    let points = horizons.iter().zip(thresholds).skip(floor.saturating_sub(1));
    let points: Vec<(f64, f64)> =
        points.filter_map(|(&t, bits)| bits.map(|bits| ((t as f64).log2(), f64::from(bits)))).collect();
    if points.len() == 1 && floor > 0 {
        return 0.0;
    }
    least_squares(&points)
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

    #[test]
    fn thresholds_are_where_excesses_stay_small() {
        let of = |x: &[f64]| threshold(x.iter().copied(), 0.02);
        assert_eq!(of(&[0.5, 0.01, 0.3, 0.02, -0.02, 0.0]), Some(3));
        assert_eq!(of(&[0.0, 0.0]), Some(0));
        assert_eq!(of(&[0.0, -0.03]), None);
        assert_eq!(of(&[f64::NAN, 0.0]), Some(1));
        assert_eq!(of(&[f64::INFINITY]), None);
    }

    #[test]
    fn slopes_are_those_of_lines_and_floors_count_once() {
        let horizons = [64, 128, 256, 512, 1024];
        let of = |bits: [u32; 5]| slope(&horizons, &bits.map(Some), 1);
        assert_eq!(of([2, 3, 4, 5, 6]), 1.0);
        assert_eq!(of([1, 1, 1, 2, 3]), 1.0);
        assert_eq!(of([1, 1, 1, 1, 1]), 0.0);
        assert_eq!(of([3, 3, 3, 3, 3]), 0.0);
        assert!(slope(&horizons, &[None; 5], 1).is_nan());
        assert_eq!(slope(&horizons, &[Some(2), None, Some(4), None, Some(6)], 1), 1.0);
    }
}
