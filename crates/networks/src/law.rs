//! The law of quantization in training: `L = A / (N rho)^alpha + B / D^beta + E`, by which a network of `N` parameters in few bits loses as much as one of
//! `N rho` in full.
//!
//! `rho`, the efficiency, is 1 of the first group and fitted of the others; without a term of the data `D` this is the law of "Beyond Outliers"
//! (arXiv 2509.23500), with it that of QuEST (arXiv 2502.05003). The fit minimizes the Huber loss of `ln L - ln(law)` from several starts.

mod published;
mod solve;
mod terms;
#[cfg(test)]
mod tests;

pub use published::{GROUPS, published};
pub use terms::{Fit, Law, Point};

/// What is fitted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fitter {
    /// Whether the law has a term of the data.
    pub data: bool,
    /// Up to where a residual counts squared, beyond that linearly; above 0, infinite for least squares.
    pub delta: f64,
}

impl Fitter {
    /// The law of the least cost that was found, for `groups` groups.
    ///
    /// ```
    /// use halfulp_networks::law::{Fitter, Point};
    ///
    /// // 3 / N^0.5 + 1, and half the efficiency.
    /// let law = |n: f64| 3.0 / n.sqrt() + 1.0;
    /// let sizes = [1.0, 4.0, 9.0, 30.0];
    /// let runs = sizes.map(|size| Point { size, data: 1.0, group: 0, loss: law(size) });
    /// let low = sizes.map(|size| Point { size, data: 1.0, group: 1, loss: law(size / 2.0) });
    /// let fit = Fitter { data: false, delta: 1e-3 }.fit(&[runs, low].concat(), 2)?;
    /// assert!((fit.law.efficiency[1] - 0.5).abs() < 1e-6 && (fit.law.size[1] - 0.5).abs() < 1e-6);
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// Fewer runs than parameters of the law, a group without a run, or a number that is not above 0.
    pub fn fit(&self, points: &[Point], groups: usize) -> Result<Fit, String> {
        let parameters = 3 + if self.data { 2 } else { 0 } + groups.saturating_sub(1);
        if points.len() < parameters {
            return Err(format!("{} runs for a law of {parameters} parameters", points.len()));
        }
        if let Some(k) = (0..groups).find(|&k| points.iter().all(|point| point.group != k)) {
            return Err(format!("group {k} has no run"));
        }
        let fits = |x: f64| x > 0.0 && x.is_finite();
        let bad = |p: &&Point| p.group >= groups || ![p.size, p.data, p.loss].into_iter().all(fits);
        if let Some(bad) = points.iter().find(bad) {
            return Err(format!("{bad:?}: expected numbers above 0 and a group below {groups}"));
        }
        if self.delta.is_nan() || self.delta <= 0.0 {
            return Err(format!("{}: expected a number above 0", self.delta));
        }
        let fits = starts(points, self.data, groups).map(|start| solve::from(&start, points, self.delta));
        let best = fits.min_by(|x, y| x.cost.total_cmp(&y.cost));
        best.ok_or_else(|| "no start".into())
    }
}

/// Exponents, and the share of the least loss that is the floor: what remains of the middle run is shared by the other terms.
fn starts(points: &[Point], data: bool, groups: usize) -> impl Iterator<Item = Law> {
    let least = points.iter().map(|p| p.loss).fold(f64::INFINITY, f64::min);
    let largest = points.iter().map(|p| p.loss).fold(0.0, f64::max);
    let mean = |of: fn(&Point) -> f64| points.iter().map(|p| of(p).ln()).sum::<f64>() / points.len() as f64;
    let (size, seen) = (mean(|p| p.size), mean(|p| p.data));
    let grid = [0.05, 0.2, 0.6].into_iter().flat_map(move |alpha| {
        let betas = if data { vec![Some(0.1), Some(0.3), Some(0.8)] } else { vec![None] };
        betas.into_iter().flat_map(move |beta| [0.01, 0.5, 0.95].map(|share| (alpha, beta, share)))
    });
    grid.map(move |(alpha, beta, share)| {
        let floor = share * least;
        let rest = (f64::midpoint(least, largest) - floor).max(1e-3 * least);
        let part = if beta.is_some() { rest / 2.0 } else { rest };
        let efficiency = (0..groups).map(|k| if k == 0 { 1.0 } else { 0.5 }).collect();
        Law {
            size: [part.ln() + alpha * size, alpha],
            data: beta.map(|beta| [part.ln() + beta * seen, beta]),
            floor: floor.ln(),
            efficiency,
        }
    })
}
