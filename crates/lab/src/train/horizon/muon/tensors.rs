//! The polar factors of all tensors, or what an iteration makes of them.

use std::ops::Range;

use nalgebra::DMatrix;

use crate::matrix::Jacobi;
use crate::optimizer::NewtonSchulz;
use crate::problem::Shape;

/// The polar factors of all tensors.
pub(super) struct Tensors(Vec<(Range<usize>, Jacobi)>);

impl Tensors {
    pub(super) fn of(shapes: &[Shape]) -> Tensors {
        let mut first = 0;
        let one = |shape: &Shape| {
            let range = first..first + shape.elements();
            first = range.end;
            (range, Jacobi::new(shape.rows, shape.columns))
        };
        Tensors(shapes.iter().map(one).collect())
    }

    pub(super) fn nuclear(&mut self, of: &[f64]) -> f64 {
        self.0.iter_mut().map(|(range, polar)| polar.nuclear(&of[range.clone()])).sum()
    }

    /// What stands for the polar factors. Gives the sum of the nuclear norms.
    pub(super) fn factor(
        &mut self,
        from: &[f64],
        to: &mut [f64],
        how: Option<&NewtonSchulz>,
        seed: u64,
    ) -> f64 {
        let one = |(range, polar): &mut (Range<usize>, Jacobi)| {
            let (from, to) = (&from[range.clone()], &mut to[range.clone()]);
            match how {
                None => polar.factor(from, to),
                Some(how) => {
                    let (rows, columns) = polar.shape();
                    iterated(how, (rows, columns), from, to, seed);
                    polar.nuclear(from)
                }
            }
        };
        self.0.iter_mut().map(one).sum()
    }
}

/// What an iteration makes of a matrix; NaN, if its choices do not go together.
fn iterated(how: &NewtonSchulz, (rows, columns): (usize, usize), from: &[f64], to: &mut [f64], seed: u64) {
    let o = how.orthogonalize(&DMatrix::from_row_slice(rows, columns, from), seed);
    // Matrices are kept column by column: the transpose's columns are the rows.
    match o.map(|o| o.transpose()) {
        Ok(o) => to.copy_from_slice(o.as_slice()),
        Err(_) => to.fill(f64::NAN),
    }
}
