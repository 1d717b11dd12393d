//! Which metric of a network tells the loss after quantization.

use super::networks::{Found, Network, Quantized};
use crate::statistics::{Bootstrap, Estimate, spearman};

/// The draws of all resamples.
const SEED: u64 = 0x0002_5092_3500;

/// A metric of a network and a form.
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) of: fn(&Found, &Quantized) -> f64,
}

/// The metrics. The first is the one that the others are compared with; it and the second are of the form, the others of the clean network alone.
pub(super) const METRICS: [Metric; 6] = [
    Metric { name: "R", of: |_, quantized| quantized.last() },
    Metric { name: "gain", of: |_, quantized| quantized.gain },
    Metric { name: "mmr", of: |found, _| found.outliers.mmr },
    Metric { name: "mmr-of-mean", of: |found, _| found.outliers.mmr_of_mean },
    Metric { name: "kurtosis", of: |found, _| found.outliers.kurtosis },
    Metric { name: "feature-kurtosis", of: |found, _| found.outliers.feature_kurtosis },
];

/// The networks at the common loss.
pub(super) struct Sample<'n> {
    pub(super) found: Vec<&'n Found>,
    /// The numbers of each optimizer's networks.
    groups: Vec<Vec<usize>>,
    bootstrap: Bootstrap,
}

impl<'n> Sample<'n> {
    pub(super) fn of(networks: &'n [Network], optimizers: usize, resamples: u64) -> Sample<'n> {
        let mut sample = Sample {
            found: Vec::new(),
            groups: vec![Vec::new(); optimizers],
            bootstrap: Bootstrap { resamples, seed: SEED },
        };
        for network in networks {
            if let Ok(found) = &network.found {
                sample.groups[network.cell.optimizer].push(sample.found.len());
                sample.found.push(found);
            }
        }
        sample
    }

    /// The loss after quantization and a metric of each network.
    pub(super) fn points(&self, metric: &Metric, form: usize) -> [Vec<f64>; 2] {
        let all = || self.found.iter().map(|found| (*found, &found.quantized[form]));
        [all().map(|(found, q)| (metric.of)(found, q)).collect(), all().map(|(_, q)| q.loss).collect()]
    }

    /// The rank correlation of a metric with the loss, over all networks.
    pub(super) fn correlation(&self, metric: &Metric, form: usize) -> Estimate {
        let points = self.points(metric, form);
        self.bootstrap.estimate(&self.groups, |sample| resampled(&points, sample))
    }

    /// By how much the first metric's is higher, in the same resamples.
    pub(super) fn lead(&self, metric: &Metric, form: usize) -> Estimate {
        let [first, other] = [&METRICS[0], metric].map(|metric| self.points(metric, form));
        self.bootstrap.estimate(&self.groups, |sample| resampled(&first, sample) - resampled(&other, sample))
    }

    /// The rank correlations within single optimizers that have at least three networks: the least and the largest.
    pub(super) fn within(&self, metric: &Metric, form: usize) -> [f64; 2] {
        let points = self.points(metric, form);
        let groups = self.groups.iter().filter(|group| group.len() > 2);
        let each = groups.map(|group| resampled(&points, group)).filter(|x| !x.is_nan());
        each.fold([f64::NAN; 2], |[low, high], x| [low.min(x), high.max(x)])
    }
}

fn resampled([x, y]: &[Vec<f64>; 2], sample: &[usize]) -> f64 {
    let pick = |x: &[f64]| sample.iter().map(|&k| x[k]).collect::<Vec<_>>();
    spearman(&pick(x), &pick(y))
}
