//! Small dense matrices in binary64: the polar factor, and norms that are certain not to be too small.

mod jacobi;

pub use jacobi::Jacobi;

use nalgebra::{Cholesky, DMatrix, DVector, SVD};

use crate::bound::outward::Upper;

/// Twice binary64's unit roundoff.
const EPSILON: f64 = f64::EPSILON;

/// Singular values and vectors: `left * diagonal(values) * right`, the values from the largest to the smallest.
#[derive(Clone, Debug)]
pub struct Singular {
    /// As many columns as there are values.
    pub left: DMatrix<f64>,
    /// The values.
    pub values: DVector<f64>,
    /// As many rows as there are values.
    pub right: DMatrix<f64>,
}

/// The singular values and vectors of a matrix. `None` if it has an element that is not finite.
#[must_use]
pub fn singular(m: &DMatrix<f64>) -> Option<Singular> {
    if !m.iter().all(|x| x.is_finite()) {
        return None;
    }
    // Neither squares that overflow nor ones that underflow.
    let scale = m.amax();
    if scale == 0.0 || m.is_empty() {
        let r = m.nrows().min(m.ncols());
        return Some(Singular {
            left: DMatrix::identity(m.nrows(), r),
            values: DVector::zeros(r),
            right: DMatrix::identity(r, m.ncols()),
        });
    }
    let svd = SVD::new(m / scale, true, true);
    Some(Singular { left: svd.u?, values: svd.singular_values * scale, right: svd.v_t? })
}

/// The polar factor `U V'` of `m = U S V'`: the matrix of spectral norm 1 that has the largest inner product with `m`, the sum of
/// its singular values. Directions whose singular value is 0 to within rounding stay 0, so that the factor is determined also where the rank
/// is not full. `None` if an element is not finite.
///
/// By nalgebra's decomposition, for matrices of any size. Of one small matrix in each of many steps, [`Jacobi`] has a quicker way, which is tested
/// against nalgebra; their last bits differ, so that neither stands for the other where results are recorded.
#[must_use]
pub fn polar(m: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let Singular { mut left, values, right } = singular(m)?;
    let rank_tolerance = values.max() * EPSILON * m.nrows().max(m.ncols()) as f64;
    for (mut column, &value) in left.column_iter_mut().zip(&values) {
        if value <= rank_tolerance {
            column.fill(0.0);
        }
    }
    Some(left * right)
}

/// The sum of the singular values.
#[must_use]
pub fn nuclear(m: &DMatrix<f64>) -> f64 {
    singular(m).map_or(f64::NAN, |s| s.values.sum())
}

/// At least the Frobenius norm.
#[must_use]
pub fn frobenius(m: &DMatrix<f64>) -> Upper {
    euclidean(m.iter().map(|&x| Upper::of(x)))
}

/// At least the Frobenius norm of the difference.
#[must_use]
pub fn distance(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Upper {
    euclidean(a.iter().zip(b).map(|(&x, &y)| Upper::distance(x, y)))
}

/// At least the square root of the sum of squares. Scaled by a power of two, so that squares neither overflow nor underflow to no purpose.
fn euclidean(terms: impl Iterator<Item = Upper> + Clone) -> Upper {
    let largest = terms.clone().fold(Upper::ZERO, Upper::max).get();
    if largest == 0.0 || largest.is_infinite() {
        return Upper::of(largest);
    }
    let scale = 2f64.powi(largest.log2().floor().clamp(-1000.0, 1000.0) as i32);
    let scaled = terms.map(|x| x.over(scale));
    scaled.map(|x| x * x).sum::<Upper>().sqrt() * Upper::of(scale)
}

/// At least the Frobenius norm of `|a| |b|`, the product of the matrices of magnitudes.
#[must_use]
pub fn magnitudes(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Upper {
    let product = a.abs() * b.abs();
    // A sum of n nonnegative products errs by at most gamma_n, relatively, and n quanta where products underflow.
    let terms = Upper::of(a.ncols() as f64);
    let quanta = terms * Upper::of((product.len() as f64).sqrt().next_up()) * Upper::of(f64::from_bits(1));
    frobenius(&product) * (Upper::of(1.0) + relative(a.ncols())) + quanta
}

/// At least `gamma_n / (1 - gamma_n)`, the relative error of a sum of `n` nonnegative products in binary64, from what was computed.
fn relative(n: usize) -> Upper {
    let nu = n as f64 * EPSILON;
    Upper::of(nu).over(1.0 - 2.0 * nu)
}

/// At least the spectral norm, and seldom more than it by a hundred-thousandth.
///
/// An estimate by power iteration is proved: `s^2 I - m m'` is positive definite, or `s` is taken a little larger, where its Cholesky
/// factorization succeeds with room for all that was rounded (Rump, BIT 46, 2006, theorem 2.3: for a symmetric matrix of order `k` whose
/// factorization succeeds, the least eigenvalue is not below minus `gamma_(k+1) / (1 - gamma_(k+1))` times its trace). Where it never
/// does, the Frobenius norm is one.
#[must_use]
pub fn spectral(m: &DMatrix<f64>) -> Upper {
    let whole = frobenius(m);
    let size = whole.get();
    if size == 0.0 || !size.is_finite() {
        return whole;
    }
    // A power of two: exact, but for what underflows, and that is below all that follows.
    let scale = 2f64.powi(size.log2().ceil().clamp(-1000.0, 1000.0) as i32);
    let unit = m / scale;
    let gram = if m.nrows() <= m.ncols() { &unit * unit.transpose() } else { unit.transpose() * &unit };
    let estimate = power_iteration(&gram).sqrt();
    let mut room = 2e-6;
    while room < 1.0 {
        let s = estimate * (1.0 + room);
        if is_above(&gram, s, m.nrows().max(m.ncols())) {
            return (Upper::of(s) * Upper::of(scale) + Upper::of(f64::MIN_POSITIVE)).min(whole);
        }
        room *= 4.0;
    }
    whole
}

/// An estimate of the largest eigenvalue of a positive semidefinite matrix, from below. Where many are nearly as large it takes thousands of steps,
/// or a power of the matrix: every step is worth 8.
fn power_iteration(gram: &DMatrix<f64>) -> f64 {
    let n = gram.nrows();
    let mut power = gram / gram.trace();
    for _ in 0..3 {
        power = &power * &power;
        power /= power.trace();
    }
    // A start without symmetry, the same for everyone.
    let mut x = DVector::from_fn(n, |i, _| 1.0 + (halfulp::noise::word(1, i as u64) >> 11) as f64 / 9e15);
    let mut value = 0.0;
    for _ in 0..200 {
        x = &power * x;
        let size = x.norm();
        if size == 0.0 || !size.is_finite() {
            break;
        }
        x /= size;
        let before = value;
        // The quotient of Rayleigh, which is never above the largest eigenvalue but for rounding.
        value = x.dot(&(gram * &x));
        if (value - before).abs() <= 1e-8 * value {
            break;
        }
    }
    value
}

/// Whether `gram`, a product of `inner` terms an element that was computed in binary64, is certain to have no eigenvalue above `s^2`.
fn is_above(gram: &DMatrix<f64>, s: f64, inner: usize) -> bool {
    let k = gram.nrows() as f64;
    let trace = gram.trace();
    let square = s * s;
    // What the products lost: gamma_inner times a matrix of magnitudes, whose norm the trace is above. What the subtraction and the
    // factorization lose: theorem 2.3 with room for its own rounding.
    let lost = (2.0 * inner as f64 + 4.0) * EPSILON * trace + 2.0 * (k + 4.0) * EPSILON * k * square + 1e-300;
    let mut shifted = -gram;
    for i in 0..gram.nrows() {
        shifted[(i, i)] += square - lost;
    }
    // Of an asymmetric matrix only the lower half is looked at; the products' errors cover the other.
    shifted.iter().all(|x| x.is_finite()) && Cholesky::new(shifted).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halfulp::noise;

    fn random(rows: usize, columns: usize, seed: u64) -> DMatrix<f64> {
        let mut k = 0;
        DMatrix::from_fn(rows, columns, |_, _| {
            k += 1;
            (noise::word(seed, k) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
    }

    #[test]
    fn the_polar_factor_is_orthogonal_and_pairs_to_the_nuclear_norm() {
        for (rows, columns) in [(1, 1), (4, 4), (3, 7), (9, 2), (40, 60)] {
            let m = random(rows, columns, 5);
            let o = polar(&m).expect("finite");
            let r = rows.min(columns);
            let gram = if rows <= columns { &o * o.transpose() } else { o.transpose() * &o };
            assert!((gram - DMatrix::identity(r, r)).amax() < 1e-13, "{rows} x {columns}");
            assert!((m.dot(&o) / nuclear(&m) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn directions_that_are_not_there_stay_zero() {
        let one = random(5, 1, 1) * random(1, 6, 2);
        let o = polar(&one).expect("finite");
        assert!((o.norm() - 1.0).abs() < 1e-14);
        assert_eq!(polar(&DMatrix::zeros(2, 3)), Some(DMatrix::zeros(2, 3)));
        assert_eq!(polar(&DMatrix::from_element(2, 3, f64::NAN)), None);
        assert!((polar(&(random(3, 3, 1) * 1e-300)).expect("finite").norm() - 3f64.sqrt()).abs() < 1e-13);
    }

    #[test]
    fn spectral_norms_are_never_below_and_seldom_far_above() {
        for (k, (rows, columns)) in
            [(1, 1), (2, 2), (5, 9), (9, 5), (30, 30), (64, 20)].into_iter().enumerate()
        {
            for scale in [1.0, 1e-160, 1e150] {
                let m = random(rows, columns, k as u64) * scale;
                let largest = singular(&m).expect("finite").values.max();
                let upper = spectral(&m).get();
                assert!(upper >= largest, "{rows} x {columns}: {upper} {largest}");
                assert!(upper <= largest * 1.0002, "{rows} x {columns}: {upper} {largest}");
                let norm = frobenius(&m).get() / (random(rows, columns, k as u64).norm() * scale);
                assert!((norm - 1.0).abs() < 1e-12, "{rows} x {columns}");
            }
        }
        // Singular values that are hardly apart.
        let near = DMatrix::from_fn(60, 90, |i, j| if i == j { 1.0 - 1e-4 * i as f64 } else { 0.0 });
        assert!(spectral(&near).get() >= 1.0 && spectral(&near).get() < 1.0002);
        assert_eq!(spectral(&DMatrix::zeros(3, 3)), Upper::ZERO);
        assert_eq!(spectral(&DMatrix::from_element(2, 2, f64::NAN)), Upper::UNKNOWN);
    }
}
