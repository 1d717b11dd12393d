//! Sums in any format: every addition is one rounding of the library's.

use halfulp::slice::Arithmetic;
use nalgebra::DMatrix;

use super::accumulator::{Accumulator, Products};
use super::adder::{Adder, column};

pub(super) fn product(how: &Accumulator, a: &DMatrix<f64>, b: &DMatrix<f64>, seed: u64) -> DMatrix<f64> {
    // `Accumulator::new` made one already.
    let Ok(arithmetic) = Arithmetic::new(how.format(), how.policy()) else {
        return DMatrix::from_element(a.nrows(), b.ncols(), f64::NAN);
    };
    let mut adder =
        RoundedAdder { arithmetic, products: how.products, seed, next: 0, spare: [vec![], vec![]] };
    let (rows, inner) = a.shape();
    let mut to = DMatrix::zeros(rows, b.ncols());
    for (j, mut sums) in to.column_iter_mut().enumerate() {
        let by = &b.as_slice()[j * inner..(j + 1) * inner];
        let sum = column(&mut adder, how.order, rows, a.as_slice(), by);
        sums.copy_from_slice(&sum);
    }
    to
}

struct RoundedAdder {
    arithmetic: Arithmetic,
    products: Products,
    seed: u64,
    /// The index of the next noise word: every rounding has its own.
    next: u64,
    spare: [Vec<f64>; 2],
}

impl RoundedAdder {
    fn rounding(&mut self, elements: usize) -> &Arithmetic {
        self.arithmetic.set_noise(self.seed, self.next);
        self.next += elements as u64;
        &self.arithmetic
    }
}

impl Adder for RoundedAdder {
    type Number = f64;

    fn multiply_add(&mut self, column: &[f64], by: f64, sum: &mut Vec<f64>) {
        let [mut factor, mut to] = std::mem::take(&mut self.spare);
        factor.clear();
        factor.resize(column.len(), by);
        to.resize(column.len(), 0.0);
        // Lengths are equal, so that nothing can fail.
        if self.products == Products::Exact {
            let _ = self.rounding(sum.len()).fma(column, &factor, sum, &mut to);
            std::mem::swap(sum, &mut to);
        } else {
            let _ = self.rounding(sum.len()).mul(column, &factor, &mut to);
            self.spare = [factor, vec![]];
            self.add(&to, sum);
            return;
        }
        self.spare = [factor, to];
    }

    fn add(&mut self, terms: &[f64], sum: &mut Vec<f64>) {
        let mut to = std::mem::take(&mut self.spare[1]);
        to.resize(terms.len(), 0.0);
        let _ = self.rounding(sum.len()).add(terms, sum, &mut to);
        std::mem::swap(sum, &mut to);
        self.spare[1] = to;
    }
}
