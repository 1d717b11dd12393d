//! The law, its terms, and what it costs.

/// A run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// `N`: parameters, above 0.
    pub size: f64,
    /// `D`: examples seen, above 0.
    pub data: f64,
    /// The number of its group.
    pub group: usize,
    /// `L`, above 0.
    pub loss: f64,
}

/// The law with its parameters.
#[derive(Clone, PartialEq, Debug)]
pub struct Law {
    /// `ln A` and `alpha`.
    pub size: [f64; 2],
    /// `ln B` and `beta`, if there is a term of the data.
    pub data: Option<[f64; 2]>,
    /// `ln E`.
    pub floor: f64,
    /// `rho` of each group: 1 of the first.
    pub efficiency: Vec<f64>,
}

/// A law, and how well it fits.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// The law.
    pub law: Law,
    /// The sum of the Huber losses of the residuals: `r^2 / 2` up to `delta`, `delta (|r| - delta / 2)` beyond.
    pub cost: f64,
}

impl Law {
    /// Its terms of a run.
    pub(super) fn terms(&self, point: &Point) -> [f64; 3] {
        let size = point.size * self.efficiency[point.group];
        let data = self.data.map_or(0.0, |[b, beta]| (b - beta * point.data.ln()).exp());
        [(self.size[0] - self.size[1] * size.ln()).exp(), data, self.floor.exp()]
    }

    /// The loss of a run, by the law.
    ///
    /// # Panics
    /// If there is no such group.
    #[must_use]
    pub fn loss(&self, point: &Point) -> f64 {
        self.terms(point).iter().sum()
    }

    /// The sum of the Huber losses of `ln L - ln(law)`.
    ///
    /// # Panics
    /// If there is no group of a run.
    #[must_use]
    pub fn cost(&self, points: &[Point], delta: f64) -> f64 {
        points.iter().map(|point| huber(point.loss.ln() - self.loss(point).ln(), delta)).sum()
    }
}

/// `r^2 / 2` up to `delta`, linear beyond.
pub(super) fn huber(r: f64, delta: f64) -> f64 {
    if r.abs() <= delta { r * r / 2.0 } else { delta * (r.abs() - delta / 2.0) }
}
