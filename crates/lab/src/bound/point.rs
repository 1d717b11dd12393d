//! Places where a bound was evaluated.

use serde::{Deserialize, Serialize};

/// One place where a bound was evaluated.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Point {
    /// What was measured.
    pub measured: f64,
    /// The bound's value there.
    pub bound: f64,
    /// Where: element, step, seed.
    pub at: String,
}

impl Point {
    /// Measured over bound: 0 where nothing was measured, above 1 where the bound is exceeded.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        ratio(self.measured, self.bound)
    }
}

fn ratio(measured: f64, bound: f64) -> f64 {
    if measured == 0.0 && bound >= 0.0 {
        0.0
    } else if measured.is_nan() || bound.is_nan() {
        f64::INFINITY
    } else {
        measured / bound
    }
}

/// The place with the largest ratio, vacuous places apart while there are others.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Worst {
    pub(super) point: Option<Point>,
    pub(super) vacuous: bool,
}

impl Worst {
    pub(super) const fn new() -> Worst {
        Worst { point: None, vacuous: false }
    }

    pub(super) fn is_less_than(&self, measured: f64, bound: f64, vacuous: bool) -> bool {
        match &self.point {
            None => true,
            Some(_) if vacuous != self.vacuous => !vacuous,
            Some(worst) => ratio(measured, bound) > worst.ratio(),
        }
    }

    pub(super) fn merge(&mut self, other: Worst) {
        let Some(its) = &other.point else { return };
        if self.is_less_than(its.measured, its.bound, other.vacuous) {
            *self = other;
        }
    }
}
