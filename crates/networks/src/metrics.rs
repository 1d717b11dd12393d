//! Outlier metrics of activations: rows of features.

use serde::{Deserialize, Serialize};

/// What the largest magnitude of a row is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Typical {
    /// The median magnitude: of an even number of features, the mean of the middle two.
    #[default]
    Median,
    /// The mean magnitude.
    Mean,
}

/// The mean over rows of the largest magnitude over the typical one: the max-to-median ratio of "Beyond Outliers" (arXiv 2509.23500), or the max-to-mean
/// ratio. Rows whose typical magnitude is 0 are left out; NaN if that is all.
///
/// ```
/// use halfulp_networks::metrics::{Typical, mmr};
///
/// assert_eq!(mmr(&[1.0, -2.0, 4.0, 8.0, 3.0, -3.0, 3.0, 3.0], 4, Typical::Median), (8.0 / 3.0 + 1.0) / 2.0);
/// ```
///
/// # Panics
/// If there are no columns.
#[must_use]
pub fn mmr(x: &[f64], columns: usize, typical: Typical) -> f64 {
    let ratio = |row: &[f64]| {
        let mut sizes: Vec<f64> = row.iter().map(|x| x.abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let n = sizes.len();
        let middle = match typical {
            Typical::Median => (sizes[(n - 1) / 2] + sizes[n / 2]) / 2.0,
            Typical::Mean => sizes.iter().sum::<f64>() / n as f64,
        };
        (middle > 0.0).then(|| sizes[n - 1] / middle)
    };
    let ratios: Vec<f64> = x.chunks_exact(columns).filter_map(ratio).collect();
    ratios.iter().sum::<f64>() / ratios.len() as f64
}

/// The excess kurtosis of all entries: the fourth standardized moment about the mean, less 3, which is 0 of normal numbers. NaN if all are the same.
///
/// ```
/// assert_eq!(halfulp_networks::metrics::kurtosis(&[1.0, -1.0, 1.0, -1.0]), -2.0);
/// ```
#[must_use]
pub fn kurtosis(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let moment = |k: i32| x.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n;
    moment(4) / moment(2).powi(2) - 3.0
}

/// The kurtosis of the features' root mean squares, about 0: `mean(s^2) / mean(s)^2` with `s` the mean square of a feature over the rows. 1 where all
/// features are of one size, as many as there are features where one is much larger than all others. (arXiv 2405.19279)
///
/// ```
/// assert_eq!(halfulp_networks::metrics::feature_kurtosis(&[2.0, 0.0, -2.0, 0.0], 2), 2.0);
/// ```
///
/// # Panics
/// If there are no columns.
#[must_use]
pub fn feature_kurtosis(x: &[f64], columns: usize) -> f64 {
    let mut squares = vec![0.0; columns];
    for row in x.chunks_exact(columns) {
        squares.iter_mut().zip(row).for_each(|(s, x)| *s += x * x);
    }
    let mean = |power: i32| squares.iter().map(|s| s.powi(power)).sum::<f64>() / columns as f64;
    mean(2) / mean(1).powi(2)
}

/// All of them, of the same activations.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Outliers {
    /// [`mmr`] with medians.
    pub mmr: f64,
    /// [`mmr`] with means.
    pub mmr_of_mean: f64,
    /// [`kurtosis`].
    pub kurtosis: f64,
    /// [`feature_kurtosis`].
    pub feature_kurtosis: f64,
}

impl Outliers {
    /// Of rows of features.
    ///
    /// # Panics
    /// If there are no columns.
    #[must_use]
    pub fn of(x: &[f64], columns: usize) -> Outliers {
        Outliers {
            mmr: mmr(x, columns, Typical::Median),
            mmr_of_mean: mmr(x, columns, Typical::Mean),
            kurtosis: kurtosis(x),
            feature_kurtosis: feature_kurtosis(x, columns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_known_by_hand() {
        let rows = [0.0, 0.0, 0.0, 1.0, 1.0, 4.0];
        // The first row's median is 0.
        assert_eq!(mmr(&rows, 3, Typical::Median), 4.0);
        assert_eq!(mmr(&rows[3..], 3, Typical::Mean), 2.0);
        assert!(mmr(&[0.0; 3], 3, Typical::Mean).is_nan() && kurtosis(&[1.0; 3]).is_nan());
        // One of n entries is not 0: the fourth moment over the squared second one is n - 3 + ..., exactly (n^2 - 3n + 3) / (n - 1).
        let mut one = [0.0; 11];
        one[4] = 5.0;
        assert!((kurtosis(&one) + 3.0 - (121.0 - 33.0 + 3.0) / 10.0).abs() < 1e-12);
        assert_eq!(feature_kurtosis(&[3.0; 12], 4), 1.0);
        assert!((feature_kurtosis(&one, 11) - 11.0).abs() < 1e-12);
    }
}
