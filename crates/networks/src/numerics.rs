//! What a network is computed in: a network is written once over [`Numerics`], and runs in binary32 or binary64 at full speed, with every operation
//! and every product rounded as one of the lab's arithmetics and accumulators has it, in exact rationals, or in intervals.

mod balls;
mod emulated;
mod fast;
mod rationals;
mod view;

pub use balls::Balls;
pub use emulated::{Emulated, Sums};
pub use fast::Fast;
pub use halfulp_lab::arithmetic::Operation;
pub use rationals::Rationals;
pub use view::View;

use crate::quantizer::Quantizer;

/// Numbers, operations on rows of them, and products of matrices.
pub trait Numerics {
    /// An element.
    type Number: Clone + Send + Sync;

    /// A number from outside, rounded to these if need be.
    fn number(&self, x: f64) -> Self::Number;

    /// The value in binary64: rounded where it is not one of its numbers.
    fn value(&self, x: &Self::Number) -> f64;

    /// The operation on every element; operands are as long as the result, or not looked at.
    fn compute(&mut self, op: Operation, operands: [&[Self::Number]; 3], to: &mut [Self::Number]);

    /// `a b`, row by row.
    ///
    /// # Panics
    /// If `a` has not as many columns as `b` has rows, or the result has no room for as many elements.
    fn product(&mut self, a: View<'_, Self::Number>, b: View<'_, Self::Number>, to: &mut [Self::Number]);

    /// The exponential of every element.
    fn exp(&mut self, x: &[Self::Number], to: &mut [Self::Number]);

    /// `max(x, 0)` of every element, which no arithmetic rounds.
    fn relu(&mut self, x: &[Self::Number], to: &mut [Self::Number]) {
        let zero = self.number(0.0);
        for (to, x) in to.iter_mut().zip(x) {
            *to = if self.value(x) > 0.0 { x.clone() } else { zero.clone() };
        }
    }

    /// Rows as a quantizer keeps them. It takes binary64: what a row has in other numbers is rounded to that first.
    fn quantize(&mut self, quantizer: &dyn Quantizer, x: &mut [Self::Number], columns: usize) {
        let mut wide: Vec<f64> = x.iter().map(|x| self.value(x)).collect();
        quantizer.quantize(&mut wide, columns);
        x.iter_mut().zip(wide).for_each(|(x, wide)| *x = self.number(wide));
    }

    /// The inner product of two rows: a product of matrices of one row and one column.
    fn dot(&mut self, x: &[Self::Number], y: &[Self::Number]) -> Self::Number {
        let mut to = [self.number(0.0)];
        self.product(View::rows(x, 1, x.len()), View::rows(y, y.len(), 1), &mut to);
        let [sum] = to;
        sum
    }

    /// `to += x`.
    fn accumulate(&mut self, x: &[Self::Number], to: &mut [Self::Number]) {
        let before = to.to_vec();
        self.compute(Operation::Add, [&before, x, &[]], to);
    }

    /// `x by`.
    fn scale(&mut self, x: &[Self::Number], by: &Self::Number, to: &mut [Self::Number]) {
        let by = vec![by.clone(); x.len()];
        self.compute(Operation::Mul, [x, &by, &[]], to);
    }

    /// One operation on single numbers.
    fn one(&mut self, op: Operation, a: &Self::Number, b: &Self::Number) -> Self::Number {
        let mut to = [self.number(0.0)];
        self.compute(op, [std::slice::from_ref(a), std::slice::from_ref(b), &[]], &mut to);
        let [x] = to;
        x
    }

    /// `n` zeros.
    fn zeros(&self, n: usize) -> Vec<Self::Number> {
        vec![self.number(0.0); n]
    }

    /// An operation of two rows.
    fn binary(&mut self, op: Operation, a: &[Self::Number], b: &[Self::Number]) -> Vec<Self::Number> {
        let mut to = self.zeros(a.len());
        self.compute(op, [a, b, &[]], &mut to);
        to
    }

    /// `a b` in a matrix of its own.
    fn times(&mut self, a: View<'_, Self::Number>, b: View<'_, Self::Number>) -> Vec<Self::Number> {
        let mut to = self.zeros(a.height() * b.width());
        self.product(a, b, &mut to);
        to
    }
}
