//! Inverse roots of symmetric positive definite matrices: by eigenvalues, and by the coupled Newton iteration, which has products alone and so can be computed in
//! few bits.
//!
//! With `M_0 = z A`, `z = (1 + p) / (2 norm)`, `X_0 = z^(1/p) I` and `T = ((p + 1) I - M) / p`: `X <- X T`, `M <- T^p M`. Then `M` goes to the unit matrix
//! and `X` to `A^(-1/p)` (Guo and Higham, SIAM J. Matrix Anal. Appl. 28, 2006; Anil et al., arXiv 2002.09018).

use halfulp::noise;
use nalgebra::{DMatrix, SymmetricEigen};
use serde::{Deserialize, Serialize};

use crate::experiment::{Invalid, range};
use crate::matrix;
use crate::product::Accumulator;
use crate::storage::{Keeper, Storage};

/// How the inverse root of a preconditioner is taken.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Root {
    /// By eigenvalues and eigenvectors in binary64 (nalgebra).
    #[default]
    Eigen,
    /// By the coupled Newton iteration.
    Newton(Box<Newton>),
}

/// The coupled Newton iteration.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Newton {
    /// Steps at most.
    pub steps: usize,
    /// It ends where no element of `M - I` is larger.
    pub tolerance: f64,
    /// In what every matrix is kept.
    pub storage: Storage,
    /// How products are added up.
    pub accumulator: Accumulator,
}

impl Default for Newton {
    fn default() -> Newton {
        Newton {
            steps: 100,
            tolerance: 1e-6,
            storage: Storage::binary32(),
            accumulator: Accumulator::binary32(),
        }
    }
}

impl Root {
    /// Whether the choices make sense.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    pub fn check(&self) -> Result<(), Invalid> {
        let Root::Newton(newton) = self else { return Ok(()) };
        range::within("root.newton.steps", newton.steps as u64, &(1..=10_000))?;
        if !(newton.tolerance >= 0.0 && newton.tolerance < 1.0) {
            let why = format!("{}: expected 0 to below 1", newton.tolerance);
            return Err(Invalid::new("root.newton.tolerance", why));
        }
        newton.storage.keeper().map(|_| ()).map_err(|e| Invalid::new("root.newton.storage", e.to_string()))
    }

    /// `(a + epsilon I)^(-1/p)` of a symmetric matrix. One with NaN of a matrix with an element that is not finite.
    ///
    /// # Errors
    /// A storage that cannot be had.
    pub fn inverse(
        &self,
        a: &DMatrix<f64>,
        epsilon: f64,
        p: u32,
        seed: u64,
    ) -> Result<DMatrix<f64>, Invalid> {
        let n = a.nrows();
        if !a.iter().all(|x| x.is_finite()) {
            return Ok(DMatrix::from_element(n, n, f64::NAN));
        }
        let symmetric = (a + a.transpose()) / 2.0 + DMatrix::identity(n, n) * epsilon;
        match self {
            Root::Eigen => Ok(by_eigenvalues(symmetric, epsilon, p)),
            Root::Newton(newton) => newton.inverse(&symmetric, p, seed),
        }
    }
}

/// Eigenvalues below `epsilon`, which are there by rounding only, count as that.
fn by_eigenvalues(a: DMatrix<f64>, epsilon: f64, p: u32) -> DMatrix<f64> {
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(a);
    let least = epsilon.max(eigenvalues.amax() * f64::EPSILON).max(f64::MIN_POSITIVE);
    let mut scaled = eigenvectors.clone();
    for (mut column, value) in scaled.column_iter_mut().zip(&eigenvalues) {
        column *= value.max(least).powf(-1.0 / f64::from(p));
    }
    scaled * eigenvectors.transpose()
}

impl Newton {
    fn inverse(&self, a: &DMatrix<f64>, p: u32, seed: u64) -> Result<DMatrix<f64>, Invalid> {
        let n = a.nrows();
        let mut run = Run { keeper: self.storage.keeper()?, accumulator: &self.accumulator, seed, next: 0 };
        let norm = matrix::spectral(a).get();
        if norm == 0.0 {
            return Ok(DMatrix::from_element(n, n, f64::INFINITY));
        }
        let order = f64::from(p);
        let z = (1.0 + order) / (2.0 * norm);
        let identity = DMatrix::<f64>::identity(n, n);
        let mut m = run.store(a * z);
        let mut x = run.store(&identity * z.powf(1.0 / order));
        let mut error = (&m - &identity).amax();
        for _ in 0..self.steps {
            if error <= self.tolerance {
                break;
            }
            let t = run.store((&identity * (order + 1.0) - &m) / order);
            let next = run.product(&x, &t);
            let mut power = t.clone();
            for _ in 1..p {
                power = run.product(&power, &t);
            }
            let moved = run.product(&power, &m);
            let then = (&moved - &identity).amax();
            // What is rounded takes over: the step before was nearer.
            if then.is_nan() || then > 1.2 * error {
                break;
            }
            (x, m, error) = (next, moved, then);
        }
        Ok((&x + x.transpose()) / 2.0)
    }
}

/// An iteration under way.
struct Run<'a> {
    keeper: Keeper,
    accumulator: &'a Accumulator,
    seed: u64,
    next: u64,
}

impl Run<'_> {
    fn store(&mut self, mut x: DMatrix<f64>) -> DMatrix<f64> {
        self.next += 1;
        self.keeper.store(x.as_mut_slice(), noise::word(self.seed, self.next), 0);
        x
    }

    fn product(&mut self, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        self.next += 1;
        let product = self.accumulator.product(a, b, noise::word(self.seed, self.next));
        self.store(product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A matrix with eigenvalues from 1 down to a thousandth.
    fn definite(n: usize) -> DMatrix<f64> {
        let drawn = DMatrix::from_fn(n, n, |i, j| {
            (noise::word(3, (i * n + j) as u64) >> 11) as f64 / 2f64.powi(52) - 1.0
        });
        let q = drawn.qr().q();
        let values =
            DMatrix::from_fn(n, n, |i, j| if i == j { 1e-3f64.powf(i as f64 / (n - 1) as f64) } else { 0.0 });
        &q * values * q.transpose()
    }

    /// How far `X^p A` is from the unit matrix.
    fn residual(root: &Root, a: &DMatrix<f64>, p: u32) -> f64 {
        let x = root.inverse(a, 0.0, p, 1).expect("a root");
        let power = (0..p).fold(DMatrix::identity(a.nrows(), a.nrows()), |power, _| power * &x);
        (power * a - DMatrix::identity(a.nrows(), a.nrows())).amax()
    }

    fn newton(storage: Storage, accumulator: Accumulator, tolerance: f64) -> Root {
        Root::Newton(Box::new(Newton { steps: 100, tolerance, storage, accumulator }))
    }

    #[test]
    fn both_ways_are_inverse_roots_and_fewer_bits_are_farther() {
        let a = definite(8);
        for p in [2, 4] {
            let eigen = residual(&Root::Eigen, &a, p);
            let exact = residual(&newton(Storage::Exact, Accumulator::binary64(), 1e-12), &a, p);
            let single = residual(&Root::Newton(Box::default()), &a, p);
            let half = residual(&newton(Storage::bfloat16(), Accumulator::binary32(), 1e-6), &a, p);
            println!(
                "{p}: eigenvalues {eigen:e}, Newton in binary64 {exact:e}, binary32 {single:e}, bfloat16 {half:e}"
            );
            assert!(eigen < 1e-11 && exact < 1e-9, "{eigen:e} {exact:e}");
            assert!(exact < single && single < 1e-2, "{single:e}");
            assert!(half > 10.0 * single, "{half:e}");
        }
    }

    #[test]
    fn odd_matrices_have_roots_or_nan() {
        let nan = DMatrix::from_element(2, 2, f64::NAN);
        assert!(Root::Eigen.inverse(&nan, 1e-6, 4, 0).expect("a root").iter().all(|x| x.is_nan()));
        let zero = DMatrix::zeros(3, 3);
        for root in [Root::Eigen, Root::Newton(Box::default())] {
            let x = root.inverse(&zero, 1e-4, 4, 0).expect("a root");
            assert!((x - DMatrix::identity(3, 3) * 10.0).amax() < 1e-2);
        }
    }
}
