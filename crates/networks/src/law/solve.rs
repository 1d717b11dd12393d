//! Levenberg and Marquardt's method, reweighted for the Huber loss.

use nalgebra::{DMatrix, DVector};

use super::terms::{Fit, Law, Point};

/// Steps at most.
const STEPS: usize = 2000;
/// A cost that decreases by less than this part does so no more, after so many of such steps.
const STILL: (f64, usize) = (1e-13, 8);

impl Law {
    /// What is fitted, as one vector: efficiencies by their logarithms.
    fn vector(&self) -> DVector<f64> {
        let efficiency = self.efficiency[1..].iter().map(|x| x.ln());
        let all = self.size.into_iter().chain(self.data.into_iter().flatten()).chain([self.floor]);
        DVector::from_vec(all.chain(efficiency).collect())
    }

    pub(super) fn moved(&self, by: &DVector<f64>) -> Law {
        let x = self.vector() + by;
        let first = if self.data.is_some() { 4 } else { 2 };
        Law {
            size: [x[0], x[1]],
            data: self.data.map(|_| [x[2], x[3]]),
            floor: x[first],
            efficiency: [1.0].into_iter().chain(x.iter().skip(first + 1).map(|x| x.exp())).collect(),
        }
    }

    /// The derivatives of `ln(law)`.
    pub(super) fn row(&self, point: &Point) -> Vec<f64> {
        let terms = self.terms(point);
        let sum: f64 = terms.iter().sum();
        let [size, data, floor] = terms.map(|term| term / sum);
        let effective = (point.size * self.efficiency[point.group]).ln();
        let mut row = vec![size, -size * effective];
        if self.data.is_some() {
            row.extend([data, -data * point.data.ln()]);
        }
        row.push(floor);
        let groups = 1..self.efficiency.len();
        row.extend(groups.map(|k| if k == point.group { -size * self.size[1] } else { 0.0 }));
        row
    }
}

/// The law that a start comes to.
pub(super) fn from(start: &Law, points: &[Point], delta: f64) -> Fit {
    let mut at = Fit { law: start.clone(), cost: start.cost(points, delta) };
    let (mut damping, mut still) = (1e-3, 0);
    for _ in 0..STEPS {
        let (normal, gradient) = equations(&at.law, points, delta);
        let mut damped = normal.clone();
        for k in 0..damped.nrows() {
            damped[(k, k)] += damping * normal[(k, k)].max(1e-12);
        }
        let law = damped.cholesky().map(|factors| at.law.moved(&factors.solve(&gradient)));
        let next = law.map(|law| Fit { cost: law.cost(points, delta), law });
        match next {
            Some(next) if next.cost < at.cost => {
                still = if at.cost - next.cost < STILL.0 * at.cost { still + 1 } else { 0 };
                at = next;
                damping = (damping / 3.0f64).max(1e-15);
            }
            _ => {
                damping *= 4.0;
                still += usize::from(damping > 1e9);
            }
        }
        if still >= STILL.1 {
            break;
        }
    }
    at
}

/// `J^T W J` and `J^T W r`, with the weights `min(1, delta / |r|)`.
fn equations(law: &Law, points: &[Point], delta: f64) -> (DMatrix<f64>, DVector<f64>) {
    let residual = |point: &Point| point.loss.ln() - law.loss(point).ln();
    let residuals: Vec<f64> = points.iter().map(residual).collect();
    let weights = residuals.iter().map(|r| if r.abs() <= delta { 1.0 } else { delta / r.abs() });
    let rows: Vec<Vec<f64>> = points.iter().map(|point| law.row(point)).collect();
    let jacobian = DMatrix::from_row_iterator(points.len(), rows[0].len(), rows.into_iter().flatten());
    let mut weighted = jacobian.clone();
    for (mut row, weight) in weighted.row_iter_mut().zip(weights) {
        row *= weight;
    }
    (weighted.transpose() * &jacobian, weighted.transpose() * DVector::from_vec(residuals))
}
