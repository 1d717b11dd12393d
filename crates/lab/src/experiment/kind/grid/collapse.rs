//! Collapse: whether what rounding costs is a function of `M - s log2 T` alone.

use std::collections::BTreeMap;

/// How much costs differ on the diagonals of the grid.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Spread {
    /// The standard deviation on the diagonals over that of all cells: 0 where the cost is a function of the diagonal, about 1 where diagonals tell
    /// nothing.
    pub(super) relative: f64,
    /// The standard deviation on the diagonals.
    pub(super) width: f64,
    /// Diagonals with two cells or more.
    pub(super) diagonals: usize,
    /// Their cells less their number.
    pub(super) freedom: usize,
}

/// Cells less diagonals, of which there have to be so many: of fewer, one exponent in six stands out from noise.
const FREEDOM: usize = 8;
/// Costs that differ by less than this part are noise.
const COST: f64 = 0.01;

/// The spread of costs `(T, M, cost)` for an exponent. Diagonals are rounded to quarters of a bit; those with a single cell are left out. `None` where
/// fewer than two are left, or a cost is not finite.
pub(super) fn spread(cells: &[(u64, u32, f64)], exponent: f64) -> Option<Spread> {
    let mut diagonals: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for &(steps, bits, cost) in cells {
        let along = f64::from(bits) - exponent * (steps as f64).log2();
        diagonals.entry((4.0 * along).round() as i64).or_default().push(cost);
    }
    diagonals.retain(|_, costs| costs.len() > 1);
    let all: Vec<f64> = diagonals.values().flatten().copied().collect();
    let freedom = all.len().saturating_sub(diagonals.len());
    if diagonals.len() < 2 || !all.iter().all(|cost| cost.is_finite()) {
        return None;
    }
    let within: f64 = diagonals.values().map(|costs| squares(costs)).sum();
    let width = (within / freedom as f64).sqrt();
    let total = (squares(&all) / (all.len() - 1) as f64).sqrt();
    let relative = if total == 0.0 { f64::NAN } else { width / total };
    Some(Spread { relative, width, diagonals: diagonals.len(), freedom })
}

/// The exponent that stands out: its diagonals differ least, leave less than a quarter of the variance, and differ less than half as much as those of any
/// other exponent. Every exponent has the cells that share a diagonal of its own, so that smaller differences between exponents mean nothing.
pub(super) fn collapse(spreads: &[Option<Spread>]) -> Option<usize> {
    let counts = |s: &Spread| s.freedom >= FREEDOM && s.width >= COST * s.relative;
    let relative = |k: usize| spreads[k].filter(counts).map(|spread| spread.relative).filter(|x| !x.is_nan());
    let mut known: Vec<(f64, usize)> = (0..spreads.len()).filter_map(|k| Some((relative(k)?, k))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (least, k) = *known.first()?;
    let apart = known.get(1).is_some_and(|next| least < next.0 / 2.0);
    (least < 0.5 && apart).then_some(k)
}

/// The sum of squared distances from the mean.
fn squares(of: &[f64]) -> f64 {
    let mean = of.iter().sum::<f64>() / of.len() as f64;
    of.iter().map(|x| (x - mean) * (x - mean)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(cost: impl Fn(f64, f64) -> f64) -> Vec<(u64, u32, f64)> {
        let cell = |k: u32, bits: u32| (4u64.pow(k), bits, cost(2.0 * f64::from(k), f64::from(bits)));
        (3..8).flat_map(|k| (1..15).map(move |bits| cell(k, bits))).collect()
    }

    /// The exponent that the cost has is found, and others are not taken for it.
    #[test]
    fn costs_collapse_for_their_own_exponent_only() {
        for exponent in [0.5, 1.0] {
            let cells = grid(|log, bits| (-(bits - exponent * log)).exp2().min(1.0));
            for other in [0.0, 0.5, 1.0, 1.5] {
                let found = spread(&cells, other).unwrap();
                assert_eq!(found.relative < 1e-9, other == exponent, "{exponent} {other}: {found:?}");
                assert!(other == exponent || found.relative > 0.2, "{exponent} {other}: {found:?}");
            }
        }
    }

    #[test]
    fn an_exponent_collapses_only_where_it_stands_out() {
        let of = |relative: &[f64]| {
            let spread = |&relative: &f64| {
                (!relative.is_nan()).then_some(Spread { relative, width: 1.0, diagonals: 3, freedom: 8 })
            };
            collapse(&relative.iter().map(spread).collect::<Vec<_>>())
        };
        assert_eq!(of(&[0.9, 0.04, 0.7]), Some(1));
        // No better than another; too wide; alone.
        assert_eq!(of(&[0.9, 0.3, 0.4]), None);
        assert_eq!(of(&[1.9, 0.6, 1.4]), None);
        assert_eq!(of(&[0.1]), None);
        assert_eq!(of(&[f64::NAN, 0.1, f64::NAN, 0.3]), Some(1));
        assert_eq!(of(&[]), None);
        let found = Spread { relative: 0.1, width: 0.1, diagonals: 3, freedom: 8 };
        let other = Some(Spread { relative: 0.9, ..found });
        assert_eq!(collapse(&[Some(found), other]), Some(0));
        assert_eq!(collapse(&[Some(Spread { freedom: 7, ..found }), other]), None);
        // Costs that differ by a thousandth.
        assert_eq!(collapse(&[Some(Spread { width: 1e-4, ..found }), other]), None);
        // What does not depend on the mantissa at all collapses for none.
        let noise = |log: f64, bits: f64| (halfulp::noise::word(3, (100.0 * log + bits) as u64) >> 40) as f64;
        let cells = grid(noise);
        let spreads: Vec<_> = [0.0, 0.5, 1.0, 1.5, 2.0].iter().map(|&s| spread(&cells, s)).collect();
        assert_eq!(collapse(&spreads), None, "{spreads:?}");
    }

    #[test]
    fn what_has_no_diagonals_has_no_spread() {
        assert_eq!(spread(&grid(|_, _| f64::NAN), 1.0), None);
        assert_eq!(spread(&[(64, 1, 0.0), (256, 1, 0.0)], 1.0), None);
        assert!(spread(&grid(|_, _| 1.0), 1.0).unwrap().relative.is_nan());
    }
}
