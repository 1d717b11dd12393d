//! The rule by which a learning rate is tuned: part of the file, with seeds of its own.

use serde::{Deserialize, Serialize};

use crate::experiment::Seeds;

/// For each horizon the best of `least`, `least factor`, ... up to `greatest`: the one whose run without rounding has the smallest mean gradient
/// over the seeds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tuned {
    least: f64,
    greatest: f64,
    factor: f64,
    pub(super) seeds: Seeds,
}

/// Most rates of a grid.
const MOST: usize = 64;

impl Tuned {
    /// What is wrong, and the part of the key. `others` are the seeds of the runs that are looked at.
    pub(super) fn check(&self, others: &[u64]) -> Result<(), (&'static str, String)> {
        if !(self.factor > 1.0 && self.factor.is_finite()) {
            return Err((".factor", format!("expected more than 1, got {}", self.factor)));
        }
        if !(self.least > 0.0 && self.least < self.greatest && self.greatest.is_finite()) {
            return Err((".least", "expected more than 0, and less than greatest".into()));
        }
        let count = self.rates().take(MOST + 1).count();
        if !(3..=MOST).contains(&count) {
            return Err((".factor", format!("expected a grid of 3 to {MOST} rates, got {count}")));
        }
        match self.seeds.as_slice().iter().find(|seed| others.contains(seed)) {
            Some(seed) => Err((
                ".seeds",
                format!(
                    "expected seeds that the runs have not: with {seed} the rate would fit the runs' noise"
                ),
            )),
            None => Ok(()),
        }
    }

    /// The rates, from the least on.
    pub(super) fn rates(&self) -> impl Iterator<Item = f64> {
        let rate = |k: i32| self.least * self.factor.powi(k);
        // The last one may be off by a rounding.
        (0..).map(rate).take_while(|rate| *rate <= self.greatest * (1.0 + 1e-9))
    }
}
