//! Averages of a signal, stored after every step.

use halfulp::noise;
use serde::Deserialize;

use super::found::{detection, invalid};
use crate::detect::Count;
use crate::experiment::Invalid;
use crate::experiment::kind::signal::Signal;
use crate::report::Detection;
use crate::storage::Storage;

/// An average of a signal whose mean is 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Average {
    pub(super) storage: Storage,
    pub(super) beta: f64,
    pub(super) signal: Signal,
    pub(super) steps: u64,
    pub(super) elements: usize,
    /// What every average starts at.
    #[serde(default)]
    pub(super) start: f64,
    #[serde(default)]
    pub(super) seed: u64,
}

impl Average {
    pub(super) fn name(&self) -> String {
        format!("{}, beta {}, {}", self.storage, self.beta, self.signal.name())
    }

    /// The share of frozen writes, the mean at the end, and what was detected.
    pub(super) fn run(&self) -> Result<(f64, f64, Vec<Detection>), Invalid> {
        let mut keeper = self.storage.keeper().map_err(invalid("averages"))?;
        let n = self.elements;
        let (mut m, mut frozen) = (vec![self.start; n], Count::default());
        let mut decays = vec![(0u64, false); n];
        let (signal, rounding) = (noise::word(self.seed, 0), noise::word(self.seed, 1));
        for t in 1..=self.steps {
            let before = m.clone();
            for (k, m) in m.iter_mut().enumerate() {
                let g = self.signal.at(signal, t, k);
                decays[k].0 += u64::from(g < *m);
                *m = self.beta * *m + (1.0 - self.beta) * g;
            }
            let fresh = m.clone();
            keeper.store(&mut m, noise::word(rounding, t), 0);
            for k in 0..n {
                frozen.add(fresh[k] != before[k], m[k] == before[k]);
                decays[k].1 |= m[k] < before[k];
            }
        }
        let mean = m.iter().sum::<f64>() / n as f64;
        let chances = decays.iter().filter(|(chances, _)| *chances >= 10);
        let ratchet = Count {
            of: chances.clone().count() as u64,
            seen: chances.filter(|(_, decreased)| !decreased).count() as u64,
        };
        let detections = vec![
            detection(
                "frozen-writes",
                &self.name(),
                frozen,
                0.5,
                "a change of less than half the gap to the neighbour is lost: the average no longer averages",
            ),
            detection(
                "ratchet",
                &self.name(),
                ratchet,
                0.5,
                "averages that never went down although the signal was below them",
            ),
        ];
        Ok((frozen.share(), mean, detections))
    }
}
