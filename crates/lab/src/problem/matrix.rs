//! Problems whose parameters are matrices.

use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut};

use super::{Constant, Constants, Domain, Problem, Shape, Uniform, symmetric};
use crate::bound::outward::Upper;

/// Seeds of what is random but always the same: far from those that runs are likely to have.
const LEFT: u64 = 0x6c65_6674_0000_0001;
const RIGHT: u64 = LEFT + 1;
const CENTRE: u64 = LEFT + 2;
const TARGET: u64 = LEFT + 3;

/// A row-major `rows` x `columns` matrix as nalgebra's column-major transpose, `columns` x `rows`.
fn transposed(values: &[f64], rows: usize, columns: usize) -> DMatrixView<'_, f64> {
    DMatrixView::from_slice(values, columns, rows)
}

/// A matrix with independent elements, uniform in (-1, 1).
fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| symmetric(seed, (i * columns + j) as u64))
}

/// A symmetric matrix with these eigenvalues and random eigenvectors.
fn symmetric_with(eigenvalues: &[f64], seed: u64) -> DMatrix<f64> {
    let n = eigenvalues.len();
    let q = random(n, n, seed).qr().q();
    let half = DMatrix::from_fn(n, n, |i, j| q[(i, j)] * eigenvalues[j]);
    let a = half * q.transpose();
    (&a + a.transpose()) * 0.5
}

/// At least the largest eigenvalue of a symmetric nonnegative matrix: Gershgorin's bound after nalgebra's eigenvectors have all but
/// diagonalized it. With `D = V' A V` and `V` orthogonal up to `|V'V - I|_F <= delta`, the largest eigenvalue is at most
/// `(1 + delta) / (1 - delta)` times Gershgorin's bound of the computed `D`, up to the rounding of three products, for which
/// `8 n^2 2^-53` of the norm is far more than enough.
pub(super) fn largest_eigenvalue(a: &DMatrix<f64>) -> f64 {
    let n = a.nrows();
    let v = a.clone().symmetric_eigen().eigenvectors;
    let d = v.transpose() * a * &v;
    let delta = (v.transpose() * &v - DMatrix::identity(n, n)).norm();
    let row = |i: usize| (0..n).map(|j| if i == j { d[(i, i)] } else { d[(i, j)].abs() }).sum::<f64>();
    let gershgorin = (0..n).map(row).fold(0.0, f64::max);
    let margin = 8.0 * (n * n) as f64 * 2f64.powi(-53);
    (gershgorin * (1.0 + delta) / (1.0 - delta)) * (1.0 + margin) + a.norm() * margin
}

/// At least the largest singular value.
fn spectral_norm(a: &DMatrix<f64>) -> f64 {
    Upper::of(largest_eigenvalue(&(a * a.transpose()))).sqrt().get() * (1.0 + 1e-12)
}

/// `tr((W - C)' A (W - C) B) / 2` with symmetric positive `A` and `B`: the curvature couples rows with rows and columns with columns. Uniform
/// noise on every element of the gradient.
#[derive(Clone, Debug)]
pub struct MatrixQuadratic {
    rows: usize,
    columns: usize,
    left: DMatrix<f64>,
    right: DMatrix<f64>,
    centre: DMatrix<f64>,
    noise: Uniform,
    start: f64,
}

impl MatrixQuadratic {
    /// `A` has these eigenvalues and `B` those, with eigenvectors that are random but always the same; `C` is random with elements up to
    /// 1. The largest magnitude of the noise, and of the starting point's elements.
    #[must_use]
    pub fn new(left: &[f64], right: &[f64], noise: f64, start: f64) -> MatrixQuadratic {
        let (rows, columns) = (left.len(), right.len());
        MatrixQuadratic {
            rows,
            columns,
            left: symmetric_with(left, LEFT),
            right: symmetric_with(right, RIGHT),
            centre: random(rows, columns, CENTRE).transpose(),
            noise: Uniform { amplitude: noise },
            start,
        }
    }

    fn residual(&self, at: &[f64]) -> DMatrix<f64> {
        transposed(at, self.rows, self.columns) - &self.centre
    }
}

impl Problem for MatrixQuadratic {
    fn name(&self) -> &str {
        "matrix quadratic"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![Shape { name: "W".into(), rows: self.rows, columns: self.columns }]
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        (0..self.dimension() as u64).map(|i| self.start * symmetric(seed, i)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        let residual = self.residual(at);
        0.5 * (&self.right * &residual * &self.left).dot(&residual)
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        let gradient = &self.right * self.residual(at) * &self.left;
        DMatrixViewMut::from_slice(to, self.columns, self.rows).copy_from(&gradient);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.gradient(at, to);
        self.noise.add(seed, step, to);
    }

    fn constants(&self) -> Constants {
        let smoothness =
            Upper::of(largest_eigenvalue(&self.left)) * Upper::of(largest_eigenvalue(&self.right));
        Constants {
            smoothness: Constant::known(smoothness.get()),
            sampled: Constant::known(smoothness.get()),
            minimum: Constant::known(0.0),
            gradient_bound: Constant::unknown("the gradient of a quadratic grows without bound"),
            deviation: Constant::known(self.noise.deviation(self.dimension())),
            domain: Domain::Everywhere,
            deterministic: self.noise.amplitude == 0.0,
        }
    }

    fn dimension(&self) -> usize {
        self.rows * self.columns
    }
}

/// `|U V' - Y|_F^2 / 2` for a random `Y`, which has a saddle at 0. Uniform noise on every element of the gradient.
#[derive(Clone, Debug)]
pub struct Factorization {
    rows: usize,
    columns: usize,
    rank: usize,
    target: DMatrix<f64>,
    noise: Uniform,
    start: f64,
    radius: f64,
}

impl Factorization {
    /// `U` is `rows` x `rank` and `V` is `columns` x `rank`. The largest magnitude of the noise, and of the starting point's elements; the
    /// largest Euclidean norm of all parameters up to which the constants are stated.
    #[must_use]
    pub fn new(
        rows: usize,
        columns: usize,
        rank: usize,
        noise: f64,
        start: f64,
        radius: f64,
    ) -> Factorization {
        let target = random(rows, columns, TARGET);
        Factorization { rows, columns, rank, target, noise: Uniform { amplitude: noise }, start, radius }
    }

    /// `U'`, `V'` and `U V' - Y`.
    fn parts<'a>(&self, at: &'a [f64]) -> (DMatrixView<'a, f64>, DMatrixView<'a, f64>, DMatrix<f64>) {
        let (u, v) = at.split_at(self.rows * self.rank);
        let (u, v) = (transposed(u, self.rows, self.rank), transposed(v, self.columns, self.rank));
        let residual = u.transpose() * v - &self.target;
        (u, v, residual)
    }
}

impl Problem for Factorization {
    fn name(&self) -> &str {
        "matrix factorization"
    }

    fn shapes(&self) -> Vec<Shape> {
        vec![
            Shape { name: "U".into(), rows: self.rows, columns: self.rank },
            Shape { name: "V".into(), rows: self.columns, columns: self.rank },
        ]
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        (0..self.dimension() as u64).map(|i| self.start * symmetric(seed, i)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        0.5 * self.parts(at).2.norm_squared()
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        let (u, v, residual) = self.parts(at);
        let (du, dv) = to.split_at_mut(self.rows * self.rank);
        DMatrixViewMut::from_slice(du, self.rank, self.rows).copy_from(&(v * residual.transpose()));
        DMatrixViewMut::from_slice(dv, self.rank, self.columns).copy_from(&(u * residual));
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.gradient(at, to);
        self.noise.add(seed, step, to);
    }

    /// In the ball of the radius B, with `E = U V' - Y` and `|E|_2 <= B^2 / 2 + |Y|_2` (as `|U|_F |V|_F <= (|U|_F^2 + |V|_F^2) / 2`). The second
    /// derivative along `(X, Z)` is `|X V' + U Z'|_F^2 + 2 <E, X Z'>`; the first term is at most `(|V| |X| + |U| |Z|)^2 <= B^2 (|X|^2 + |Z|^2)` by
    /// Cauchy and Schwarz, the second at most `|E|_2 (|X|^2 + |Z|^2)`. So `L <= 3 B^2 / 2 + |Y|_2`; an element of the gradient is at most
    /// `|E|_2 B`. The least value is that of the best approximation of rank `rank` (Eckart and Young): half the sum of the squares of the
    /// remaining singular values of `Y`.
    fn constants(&self) -> Constants {
        let (b, half) = (Upper::of(self.radius), Upper::of(0.5));
        let residual = half * b * b + Upper::of(spectral_norm(&self.target));
        let mut values: Vec<f64> = self.target.singular_values().iter().copied().collect();
        values.sort_by(|a, b| b.total_cmp(a));
        let rest: f64 = values.iter().skip(self.rank).map(|s| 0.5 * s * s).sum();
        // The singular values are within some units of rounding of the norm.
        let margin = 1e-13 * self.target.norm_squared();
        Constants {
            smoothness: Constant::known((b * b + residual).get()),
            sampled: Constant::known((b * b + residual).get()),
            minimum: Constant::known((rest - margin).max(0.0)),
            gradient_bound: Constant::known((residual * b + Upper::of(self.noise.amplitude)).get()),
            deviation: Constant::known(self.noise.deviation(self.dimension())),
            domain: Domain::Ball(self.radius),
            deterministic: self.noise.amplitude == 0.0,
        }
    }

    fn dimension(&self) -> usize {
        (self.rows + self.columns) * self.rank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_eigenvalue_errs_upwards_and_hardly() {
        let eigenvalues: Vec<f64> = (1..=20).map(|k| f64::from(k) * 0.37).collect();
        let found = largest_eigenvalue(&symmetric_with(&eigenvalues, 9));
        assert!((7.4 - 1e-14..7.4 * (1.0 + 1e-10)).contains(&found), "{found}");
    }

    #[test]
    fn the_best_factorization_has_the_least_value() {
        let problem = Factorization::new(5, 4, 2, 0.0, 1.0, 4.0);
        let svd = problem.target.clone().svd(true, true);
        let (u, v) = (svd.u.unwrap(), svd.v_t.unwrap().transpose());
        let mut order: Vec<usize> = (0..4).collect();
        order.sort_by(|&a, &b| svd.singular_values[b].total_cmp(&svd.singular_values[a]));
        let mut at = Vec::new();
        for (part, rows) in [(&u, 5), (&v, 4)] {
            for i in 0..rows {
                at.extend(order[..2].iter().map(|&k| part[(i, k)] * svd.singular_values[k].sqrt()));
            }
        }
        let least = problem.constants().minimum.get().unwrap();
        let value = problem.value(&at);
        assert!(least > 0.0 && value >= least && value - least < 1e-10, "{value} {least}");
    }
}
