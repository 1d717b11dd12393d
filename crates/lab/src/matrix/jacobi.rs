//! The orthogonal polar factor of small matrices, quickly and to binary64's accuracy.

use nalgebra::{DMatrix, QR};

/// Computes polar factors and nuclear norms of `rows` x `columns` matrices, row by row in one slice, by one-sided Jacobi rotations (Demmel and
/// Veselic, SIAM J. Matrix Anal. Appl. 13, 1992): rows are turned until they are orthogonal, which gives small singular values and their
/// directions as accurately as large ones. Long rows are first reduced to the triangular factor of a QR decomposition, which loses nothing of that
/// (Drmac and Veselic, SIAM J. Matrix Anal. Appl. 29, 2008).
#[derive(Clone, Debug)]
pub struct Jacobi {
    rows: usize,
    columns: usize,
    /// The matrix, or its transpose if it has more rows than columns.
    turned: Vec<f64>,
    /// What it was multiplied by from the left.
    rotation: Vec<f64>,
    /// Of `turned`: its rows, the smaller side, and their length.
    short: usize,
    long: usize,
    /// One row of the polar factor.
    row: Vec<f64>,
    /// All pairs of rows.
    pairs: Vec<(usize, usize)>,
}

/// All pairs of `rows` players in rounds of a tournament: pairs of one round have nobody in common, so that the processor works on
/// several at once.
fn tournament(rows: usize) -> Vec<(usize, usize)> {
    let circle = (rows + rows % 2).saturating_sub(1);
    let pair = |round: usize, k: usize| match k {
        0 => (round, circle),
        _ => ((round + k) % circle, (round + circle - k) % circle),
    };
    let rounds = (0..circle).flat_map(|round| (0..circle.div_ceil(2)).map(move |k| pair(round, k)));
    rounds.map(|(p, q)| (p.min(q), p.max(q))).filter(|&(_, q)| q < rows).collect()
}

/// Rows count as orthogonal when their cosine is at most this.
const ORTHOGONAL: f64 = 4.0 * f64::EPSILON;
/// The same where only their lengths are asked for: a pair whose cosine is `c` changes the sum of the singular values by `c^2 / 2` of the
/// shorter row, to second order.
const NEARLY_ORTHOGONAL: f64 = 1.0 / (1u64 << 27) as f64;
/// Rows that are longer than this many times their number are reduced first.
const REDUCED: usize = 2;
/// Sweeps converge quadratically; this many are never needed.
const SWEEPS: usize = 40;

impl Jacobi {
    /// For matrices of this shape.
    #[must_use]
    pub fn new(rows: usize, columns: usize) -> Jacobi {
        let (short, long) = (rows.min(columns), rows.max(columns));
        let long = if long >= REDUCED * short { short } else { long };
        let (turned, rotation, row) = (vec![0.0; short * long], vec![0.0; short * short], vec![0.0; long]);
        Jacobi { rows, columns, turned, rotation, short, long, row, pairs: tournament(short) }
    }

    /// Rows and columns.
    #[must_use]
    pub const fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// The polar factor `U V'` of `from = U S V'` into `to`; directions in which the matrix is 0 stay 0. Gives the nuclear norm, the sum of
    /// the singular values.
    ///
    /// # Panics
    /// If a slice has not `rows * columns` elements.
    pub fn factor(&mut self, from: &[f64], to: &mut [f64]) -> f64 {
        let basis = self.load(from);
        self.rotation.fill(0.0);
        self.rotation.iter_mut().step_by(self.short + 1).for_each(|x| *x = 1.0);
        self.turn::<true>();
        let mut nuclear = 0.0;
        for row in self.turned.chunks_exact_mut(self.long) {
            let size = dot(row, row).sqrt();
            nuclear += size;
            if size > 0.0 {
                row.iter_mut().for_each(|x| *x /= size);
            }
        }
        assert_eq!(to.len(), from.len());
        for i in 0..self.short {
            for (j, x) in self.row.iter_mut().enumerate() {
                let turned = self.turned[j..].iter().step_by(self.long);
                let back = self.rotation[i..].iter().step_by(self.short);
                *x = turned.zip(back).map(|(x, y)| x * y).sum();
            }
            match &basis {
                None => put(&self.row, i, self.rows <= self.columns, self.short, to),
                Some(q) => {
                    let row = q * DMatrix::from_column_slice(self.long, 1, &self.row);
                    put(row.as_slice(), i, self.rows <= self.columns, self.short, to);
                }
            }
        }
        nuclear
    }

    /// The nuclear norm.
    ///
    /// # Panics
    /// If the slice has not `rows * columns` elements.
    pub fn nuclear(&mut self, of: &[f64]) -> f64 {
        self.load(of);
        self.turn::<false>();
        self.turned.chunks_exact(self.long).map(|row| dot(row, row).sqrt()).sum()
    }

    /// The rows to be turned. Where they are reduced: the orthonormal columns that they are coordinates in.
    fn load(&mut self, from: &[f64]) -> Option<DMatrix<f64>> {
        assert_eq!(from.len(), self.rows * self.columns, "a matrix of another shape");
        let wide = self.rows <= self.columns;
        if self.long < self.rows.max(self.columns) {
            // Column by column: the rows to be turned are the columns.
            let columns = if wide {
                DMatrix::from_column_slice(self.columns, self.rows, from)
            } else {
                DMatrix::from_row_slice(self.rows, self.columns, from)
            };
            let (q, r) = QR::new(columns).unpack();
            self.turned.copy_from_slice(r.as_slice());
            return Some(q);
        }
        if wide {
            self.turned.copy_from_slice(from);
        } else {
            for (i, row) in from.chunks_exact(self.columns).enumerate() {
                for (j, x) in row.iter().enumerate() {
                    self.turned[j * self.long + i] = *x;
                }
            }
        }
        None
    }

    /// Sweeps over all pairs of rows until none had to be turned. For some shapes the compiler knows the lengths of rows.
    fn turn<const RECORD: bool>(&mut self) {
        match (self.short, self.long) {
            (4, 6) => self.sweep::<RECORD, 4, 6>(),
            (8, 12) => self.sweep::<RECORD, 8, 12>(),
            _ => self.sweep::<RECORD, 0, 0>(),
        }
    }

    fn sweep<const RECORD: bool, const SHORT: usize, const LONG: usize>(&mut self) {
        for _ in 0..SWEEPS {
            let mut turned = false;
            for k in 0..self.pairs.len() {
                let (p, q) = self.pairs[k];
                turned |= self.turn_pair::<RECORD, SHORT, LONG>(p, q);
            }
            if !turned {
                return;
            }
        }
    }

    /// Makes two rows orthogonal; whether they were not. `SHORT` and `LONG` are 0 where they are not known.
    #[inline]
    fn turn_pair<const RECORD: bool, const SHORT: usize, const LONG: usize>(
        &mut self,
        p: usize,
        q: usize,
    ) -> bool {
        let long = if LONG > 0 { LONG } else { self.long };
        let short = if SHORT > 0 { SHORT } else { self.short };
        let orthogonal = if RECORD { ORTHOGONAL } else { NEARLY_ORTHOGONAL };
        let (above, below) = self.turned.split_at_mut(q * long);
        let (x, y) = (&mut above[p * long..][..long], &mut below[..long]);
        let [xx, yy, xy] = products(x, y);
        if xy * xy <= orthogonal * orthogonal * (xx * yy) {
            return false;
        }
        let (difference, twice) = (yy - xx, 2.0 * xy);
        let root = (difference * difference + twice * twice).sqrt();
        let tangent = twice / (difference + root.copysign(difference));
        let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
        let sine = cosine * tangent;
        rotate(cosine, sine, x, y);
        if RECORD {
            let (above, below) = self.rotation.split_at_mut(q * short);
            rotate(cosine, sine, &mut above[p * short..][..short], &mut below[..short]);
        }
        true
    }
}

/// A row of the shorter side into a matrix, which is the rows or their transpose.
fn put(row: &[f64], i: usize, wide: bool, short: usize, to: &mut [f64]) {
    if wide {
        to[i * row.len()..][..row.len()].copy_from_slice(row);
    } else {
        to[i..].iter_mut().step_by(short).zip(row).for_each(|(to, x)| *to = *x);
    }
}

/// The sums of the products `x x`, `y y` and `x y`.
#[inline]
fn products(x: &[f64], y: &[f64]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (x, y) in x.iter().zip(y) {
        sums = [sums[0] + x * x, sums[1] + y * y, sums[2] + x * y];
    }
    sums
}

#[inline]
fn rotate(cosine: f64, sine: f64, x: &mut [f64], y: &mut [f64]) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

#[inline]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::symmetric;

    /// Beside nalgebra's singular value decomposition.
    #[test]
    fn factors_are_those_of_the_singular_value_decomposition() {
        for (rows, columns) in [(4, 6), (6, 4), (8, 12), (1, 3), (5, 5)] {
            let mut polar = Jacobi::new(rows, columns);
            let mut o = vec![0.0; rows * columns];
            for seed in 0..200 {
                let m: Vec<f64> = (0..(rows * columns) as u64).map(|i| symmetric(seed, i)).collect();
                let svd = DMatrix::from_row_slice(rows, columns, &m).svd(true, true);
                let expected = svd.u.as_ref().unwrap() * svd.v_t.as_ref().unwrap();
                let smallest = svd.singular_values.min();
                let nuclear = polar.factor(&m, &mut o);
                let found = DMatrix::from_row_slice(rows, columns, &o);
                // Either side is wrong by units of rounding over the smallest singular value.
                let distance = (found - expected).norm();
                assert!(distance < 1e-12 + 1e-14 / smallest, "{rows}x{columns}: {distance:e} {smallest}");
                assert!((nuclear / svd.singular_values.sum() - 1.0).abs() < 1e-13);
                assert!((polar.nuclear(&m) / nuclear - 1.0).abs() < 1e-13);
            }
        }
    }

    /// How far a factor is from having orthogonal rows of length 1, and its product with the matrix from being symmetric: together that makes
    /// it the polar factor, to better accuracy than nalgebra's decomposition has it.
    fn distance(o: &DMatrix<f64>, m: &DMatrix<f64>) -> f64 {
        let (unit, product) = (o * o.transpose(), o * m.transpose());
        let identity = DMatrix::identity(o.nrows(), o.nrows());
        (unit - identity).amax().max((&product - product.transpose()).amax())
    }

    /// Rows that are reduced, and the longest that are not.
    #[test]
    fn factors_of_long_rows_are_orthogonal_and_make_symmetric_products() {
        for (rows, columns) in [(3, 16), (5, 21), (21, 5), (10, 64), (9, 17), (17, 9)] {
            let mut polar = Jacobi::new(rows, columns);
            let mut o = vec![0.0; rows * columns];
            for seed in 0..100 {
                let m: Vec<f64> = (0..(rows * columns) as u64).map(|i| symmetric(seed, i)).collect();
                polar.factor(&m, &mut o);
                let of = |x: &[f64]| DMatrix::from_row_slice(rows, columns, x);
                let wide = |x: DMatrix<f64>| if rows <= columns { x } else { x.transpose() };
                let (found, m) = (wide(of(&o)), wide(of(&m)));
                assert!(distance(&found, &m) < 2e-14, "{rows}x{columns}: {:e}", distance(&found, &m));
                let mut wrong = found.clone();
                wrong[(1, 2)] += 1e-12;
                assert!(distance(&wrong, &m) > 5e-14, "{rows}x{columns}");
            }
        }
    }

    #[test]
    fn everybody_plays_everybody_once() {
        for rows in 0..9 {
            let mut pairs = tournament(rows);
            pairs.sort_unstable();
            let all = (0..rows).flat_map(|p| (p + 1..rows).map(move |q| (p, q)));
            assert_eq!(pairs, all.collect::<Vec<_>>());
        }
    }

    /// Rows of very different size: the singular value decomposition of the whole would lose the small ones.
    #[test]
    fn small_directions_are_kept() {
        let mut polar = Jacobi::new(2, 3);
        let mut o = [0.0; 6];
        let nuclear = polar.factor(&[3.0, 4.0, 0.0, 0.0, 0.0, 1e-30], &mut o);
        assert_eq!((o, nuclear), ([0.6, 0.8, 0.0, 0.0, 0.0, 1.0], 5.0));
        assert_eq!(polar.factor(&[0.0; 6], &mut o), 0.0);
        assert_eq!(o, [0.0; 6]);
    }
}
