//! Products with a matrix.

use std::ops::Range;

use super::{Backward, Forward};
use crate::numerics::{Numerics, View};

/// `y = W x`, plus a bias if there is one. `W` lies row by row: a row makes one result.
#[derive(Clone, Debug)]
pub struct Linear {
    /// Its number among the network's linear layers, from 0.
    pub index: usize,
    /// What it is called: `block 2, up`.
    pub name: String,
    /// Where `W` begins among the parameters.
    pub first: usize,
    /// How many numbers go in, and come out.
    pub shape: [usize; 2],
    /// Where the bias begins, if there is one.
    pub bias: Option<usize>,
    /// Whether networks in low precision have it in low precision: it is one of a block, not at an end of the network.
    pub inner: bool,
}

impl Linear {
    /// Where `W` is among the parameters.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.first..self.first + self.shape[0] * self.shape[1]
    }

    /// `W`, a row for each result.
    pub fn matrix<'w, N>(&self, weights: &'w [N]) -> View<'w, N> {
        View::rows(&weights[self.range()], self.shape[1], self.shape[0])
    }

    /// The products, without watchers and bias.
    pub fn product<A: Numerics>(&self, a: &mut A, weights: &[A::Number], x: &[A::Number]) -> Vec<A::Number> {
        let inputs = self.shape[0];
        a.times(View::rows(x, x.len() / inputs, inputs), self.matrix(weights).transposed())
    }

    pub(super) fn forward<A: Numerics>(
        &self,
        f: &mut Forward<'_, A>,
        mut x: Vec<A::Number>,
    ) -> Vec<A::Number> {
        f.watch.enter(f.a, self, &mut x);
        let mut y = self.product(f.a, f.weights, &x);
        if let Some(first) = self.bias {
            let bias = &f.weights[first..first + self.shape[1]];
            y.chunks_mut(self.shape[1]).for_each(|row| f.a.accumulate(bias, row));
        }
        f.watch.leave(f.a, self, &mut y);
        f.keep([x]);
        y
    }

    pub(super) fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, dy: &[A::Number]) -> Vec<A::Number> {
        let x = b.kept();
        b.watch.results(b.a, self, dy);
        let [inputs, outputs] = self.shape;
        let rows = x.len() / inputs;
        let dy_rows = View::rows(dy, rows, outputs);
        let dw = b.a.times(dy_rows.transposed(), View::rows(&x, rows, inputs));
        b.a.accumulate(&dw, &mut b.gradients[self.range()]);
        if let Some(first) = self.bias {
            dy.chunks(outputs).for_each(|row| b.a.accumulate(row, &mut b.gradients[first..first + outputs]));
        }
        let mut dx = b.a.times(dy_rows, self.matrix(b.weights));
        b.watch.returned(b.a, self, &mut dx);
        dx
    }
}
