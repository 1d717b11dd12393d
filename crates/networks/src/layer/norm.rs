//! Rows over their root mean square.

use super::{Backward, Forward};
use crate::numerics::{Numerics, Operation};

/// `y = g x r` with `r = 1 / sqrt(mean(x^2) + epsilon)`, `g` one gain a column. [Zhang and Sennrich, NeurIPS 2019]
#[derive(Clone, Copy, Debug)]
pub struct Norm {
    /// Where the gains begin among the parameters.
    pub first: usize,
    /// Columns.
    pub width: usize,
}

/// What is added to the mean square.
pub const EPSILON: f64 = 1e-6;

impl Norm {
    /// The rows, and what the backward pass needs: rows without gains, and `r` of each.
    pub(super) fn rows<A: Numerics>(
        &self,
        a: &mut A,
        weights: &[A::Number],
        x: &[A::Number],
    ) -> [Vec<A::Number>; 3] {
        let gain = &weights[self.first..self.first + self.width];
        let (mut y, mut plain, mut roots) = (a.zeros(x.len()), a.zeros(x.len()), Vec::new());
        let (one, part, epsilon) = (a.number(1.0), a.number(1.0 / self.width as f64), a.number(EPSILON));
        let rows = x.chunks(self.width).zip(y.chunks_mut(self.width)).zip(plain.chunks_mut(self.width));
        for ((x, y), plain) in rows {
            let squares = a.dot(x, x);
            let mean = a.one(Operation::Mul, &squares, &part);
            let mean = a.one(Operation::Add, &mean, &epsilon);
            let root = a.one(Operation::Sqrt, &mean, &mean);
            let r = a.one(Operation::Div, &one, &root);
            a.scale(x, &r, plain);
            a.compute(Operation::Mul, [plain, gain, &[]], y);
            roots.push(r);
        }
        [y, plain, roots]
    }

    /// The derivative by rows, from what was kept of them: `r (d - x r mean(d x r))` with `d = g dy`.
    pub(super) fn back<A: Numerics>(
        &self,
        b: &mut Backward<'_, A>,
        dy: &[A::Number],
        [plain, roots]: [&[A::Number]; 2],
    ) -> Vec<A::Number> {
        let range = self.first..self.first + self.width;
        let (mut dx, part) = (b.a.zeros(dy.len()), b.a.number(1.0 / self.width as f64));
        let rows = dy.chunks(self.width).zip(plain.chunks(self.width)).zip(dx.chunks_mut(self.width));
        let (mut d, mut other) = (b.a.zeros(self.width), b.a.zeros(self.width));
        for (((dy, plain), dx), r) in rows.zip(roots) {
            b.a.compute(Operation::Mul, [dy, plain, &[]], &mut d);
            b.a.accumulate(&d, &mut b.gradients[range.clone()]);
            b.a.compute(Operation::Mul, [dy, &b.weights[range.clone()], &[]], &mut d);
            let mean = b.a.dot(&d, plain);
            let mean = b.a.one(Operation::Mul, &mean, &part);
            b.a.scale(plain, &mean, &mut other);
            b.a.compute(Operation::Sub, [&d, &other, &[]], dx);
            d.clone_from_slice(dx);
            b.a.scale(&d, r, dx);
        }
        dx
    }

    pub(super) fn forward<A: Numerics>(&self, f: &mut Forward<'_, A>, x: &[A::Number]) -> Vec<A::Number> {
        let [y, plain, roots] = self.rows(f.a, f.weights, x);
        f.keep([plain, roots]);
        y
    }

    pub(super) fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, dy: &[A::Number]) -> Vec<A::Number> {
        let (roots, plain) = (b.kept(), b.kept());
        self.back(b, dy, [&plain, &roots])
    }
}
