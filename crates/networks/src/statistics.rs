//! Rank correlations, and how far they can be trusted.

use halfulp::noise;

/// Ranks from 1; those that are equal share the mean of theirs.
fn ranks(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&i, &j| x[i].total_cmp(&x[j]));
    let mut to = vec![0.0; x.len()];
    let mut first = 0;
    while first < order.len() {
        let same = order[first..].iter().take_while(|&&i| x[i] == x[order[first]]).count().max(1);
        let rank = first as f64 + (same as f64 + 1.0) / 2.0;
        order[first..first + same].iter().for_each(|&i| to[i] = rank);
        first += same;
    }
    to
}

/// Spearman's rank correlation: Pearson's of the ranks. NaN if either are all equal, or if a number is NaN.
///
/// ```
/// assert_eq!(halfulp_networks::statistics::spearman(&[1.0, 2.0, 4.0], &[0.0, -8.0, -9.0]), -1.0);
/// ```
///
/// # Panics
/// If there are not as many of one as of the other.
#[must_use]
pub fn spearman(x: &[f64], y: &[f64]) -> f64 {
    assert_eq!(x.len(), y.len(), "as many numbers of one as of the other");
    if x.iter().chain(y).any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let middle = (x.len() as f64 + 1.0) / 2.0;
    let [x, y] = [x, y].map(|x| ranks(x).into_iter().map(|rank| rank - middle).collect::<Vec<_>>());
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    dot(&x, &y) / (dot(&x, &x) * dot(&y, &y)).sqrt()
}

/// A number with the ends of its interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// Of the sample itself.
    pub value: f64,
    /// The 2.5th percentile of the resamples.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
    /// Resamples that had no such number, and were left out.
    pub undefined: usize,
}

/// A bootstrap in two stages: groups are drawn with replacement, as many as there are, and out of each its members, with replacement. It asks what
/// other groups would have shown: members of a group resemble each other, and many of them say little more than few.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bootstrap {
    /// How often.
    pub resamples: u64,
    /// Draws are a function of it.
    pub seed: u64,
}

impl Bootstrap {
    /// The estimate of a number that is a function of the sample; `groups` are the numbers of members. NaN without members, or if no resample has
    /// the number.
    pub fn estimate(&self, groups: &[Vec<usize>], number: impl Fn(&[usize]) -> f64) -> Estimate {
        let groups: Vec<&Vec<usize>> = groups.iter().filter(|group| !group.is_empty()).collect();
        let value = number(&groups.iter().flat_map(|group| group.iter().copied()).collect::<Vec<_>>());
        let mut found = Vec::new();
        for k in 0..self.resamples {
            let (seed, mut index) = (noise::word(self.seed, k), 0);
            let mut draw = |count: usize| {
                index += 1;
                crate::problem::draw(seed, index, count)
            };
            let mut sample = Vec::new();
            for _ in 0..groups.len() {
                let group = groups[draw(groups.len())];
                (0..group.len()).for_each(|_| sample.push(group[draw(group.len())]));
            }
            found.push(number(&sample));
        }
        found.retain(|x| !x.is_nan());
        found.sort_unstable_by(f64::total_cmp);
        let percentile = |part: f64| match found.len() {
            0 => f64::NAN,
            n => found[((n - 1) as f64 * part).round() as usize],
        };
        let undefined = self.resamples as usize - found.len();
        Estimate { value, low: percentile(0.025), high: percentile(0.975), undefined }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the formula `1 - 6 sum(d^2) / (n (n^2 - 1))` where nothing is equal, and by hand where something is.
    #[test]
    fn rank_correlations_are_known() {
        let (x, y) = ([3.0, -1.0, 8.0, 4.0, 1e9], [1.0, 2.0, 30.0, 5.0, 4.0]);
        // Ranks 2 1 4 3 5 and 1 2 5 4 3: squared differences 1, 1, 1, 1, 4.
        assert!((spearman(&x, &y) - (1.0 - 6.0 * 8.0 / 120.0)).abs() < 1e-15);
        assert_eq!(ranks(&[5.0, 1.0, 5.0, 0.0]), [3.5, 2.0, 3.5, 1.0]);
        // Ranks 1.5 1.5 3 and 1 2 3, less 2: -1/2 -1/2 1 and -1 0 1.
        assert!((spearman(&[0.0, 0.0, 1.0], &[0.0, 1.0, 2.0]) - 1.5 / 3f64.sqrt()).abs() < 1e-15);
        assert!(spearman(&[1.0; 3], &[1.0, 2.0, 3.0]).is_nan() && spearman(&[], &[]).is_nan());
        assert!(spearman(&[f64::NAN, 1.0], &[1.0, 2.0]).is_nan());
        // 0 and -0 are equal.
        assert_eq!(ranks(&[0.0, -0.0]), [1.5, 1.5]);
    }

    /// Where members say nothing that their group does not, many of them narrow nothing.
    #[test]
    fn intervals_are_those_of_groups() {
        let bootstrap = Bootstrap { resamples: 400, seed: 1 };
        let width = |members: usize| {
            let groups: Vec<Vec<usize>> =
                (0..5).map(|g| (g * members..(g + 1) * members).collect()).collect();
            let mean = |s: &[usize]| s.iter().map(|k| (k / members) as f64).sum::<f64>() / s.len() as f64;
            let found = bootstrap.estimate(&groups, mean);
            assert_eq!((found.value, found.undefined), (2.0, 0));
            assert!(found.low < 2.0 && 2.0 < found.high);
            found.high - found.low
        };
        // The mean of five of 0 to 4 has the standard deviation sqrt(2 / 5): 2 times 1.96 of it are 2.48.
        for members in [1, 50] {
            assert!((width(members) - 2.48).abs() < 0.35, "{}", width(members));
        }
        // In a single group only its members vary: the mean of 100 numbers of deviation 1 / 2 within 1.96 / 20 of 1 / 2.
        let half = |s: &[usize]| s.iter().map(|k| (k % 2) as f64).sum::<f64>() / s.len() as f64;
        let found = bootstrap.estimate(&[(0..100).collect(), vec![]], half);
        assert!((found.high - found.low - 0.196).abs() < 0.04, "{found:?}");
        let nothing = bootstrap.estimate(&[vec![]], |_| f64::NAN);
        assert!(nothing.low.is_nan() && nothing.undefined == 400);
    }
}
