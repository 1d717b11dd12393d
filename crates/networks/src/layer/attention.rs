//! Causal attention with normalized queries and keys, and rotary positions.

use super::rotary::Rotary;
use super::{Backward, Forward, Norm, softmax};
use crate::numerics::{Numerics, View};

/// What lies between two linear layers: a row of queries, keys and values, side by side, becomes a row of results. Every head has its part of the columns:
/// queries and keys over their root mean square, with one gain a column that all heads share, then turned by their positions; `softmax(Q K' / sqrt(n))` over
/// the positions up to a row's own, times the values. Rows come in sequences of one length.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// Heads.
    pub heads: usize,
    /// Columns of a head; even.
    pub width: usize,
    /// Rows of a sequence.
    pub length: usize,
    /// The norms of queries and keys.
    pub norms: [Norm; 2],
}

impl Attention {
    fn columns(&self) -> usize {
        self.heads * self.width
    }

    /// Queries, keys or values (0, 1, 2) of a head in a sequence.
    fn part<N: Clone>(&self, rows: &[N], head: usize, what: usize) -> Vec<N> {
        let first = what * self.columns() + head * self.width;
        let part = |row: &[N]| row[first..first + self.width].to_vec();
        rows.chunks(3 * self.columns()).flat_map(part).collect()
    }

    fn put<N: Clone>(&self, from: &[N], to: &mut [N], columns: usize, first: usize) {
        for (from, to) in from.chunks(self.width).zip(to.chunks_mut(columns)) {
            to[first..first + self.width].clone_from_slice(from);
        }
    }

    /// A head's columns of the results.
    fn of_head<N: Clone>(&self, rows: &[N], head: usize) -> Vec<N> {
        let first = head * self.width;
        let part = |row: &[N]| row[first..first + self.width].to_vec();
        rows.chunks(self.columns()).flat_map(part).collect()
    }

    fn matrix<'m, N>(&self, rows: &'m [N]) -> View<'m, N> {
        View::rows(rows, self.length, self.width)
    }

    fn square<'m, N>(&self, rows: &'m [N]) -> View<'m, N> {
        View::rows(rows, self.length, self.length)
    }

    /// `1 / sqrt(n)`.
    fn factor<A: Numerics>(&self, a: &A) -> A::Number {
        a.number(1.0 / (self.width as f64).sqrt())
    }

    pub(super) fn forward<A: Numerics>(&self, f: &mut Forward<'_, A>, x: &[A::Number]) -> Vec<A::Number> {
        let rotary = Rotary::new(f.a, self.length, self.width);
        let mut y = f.a.zeros(x.len() / 3);
        let sequences = x.chunks(3 * self.columns() * self.length);
        for (x, y) in sequences.zip(y.chunks_mut(self.columns() * self.length)) {
            for head in 0..self.heads {
                let result = self.head(f, &rotary, [0, 1, 2].map(|what| self.part(x, head, what)));
                self.put(&result, y, self.columns(), head * self.width);
            }
        }
        y
    }

    fn head<A: Numerics>(
        &self,
        f: &mut Forward<'_, A>,
        rotary: &Rotary<A::Number>,
        [q, k, v]: [Vec<A::Number>; 3],
    ) -> Vec<A::Number> {
        let [[mut q, q_plain, q_roots], [mut k, k_plain, k_roots]] =
            [(0, q), (1, k)].map(|(n, x)| self.norms[n].rows(f.a, f.weights, &x));
        rotary.turn(f.a, &mut q, false);
        rotary.turn(f.a, &mut k, false);
        let products = f.a.times(self.matrix(&q), self.matrix(&k).transposed());
        let (factor, mut p) = (self.factor(f.a), f.a.zeros(products.len()));
        for (t, (products, p)) in products.chunks(self.length).zip(p.chunks_mut(self.length)).enumerate() {
            f.a.scale(&products[..=t], &factor, &mut p[..=t]);
            softmax::forward(f.a, &mut p[..=t]);
        }
        let y = f.a.times(self.square(&p), self.matrix(&v));
        f.keep([q_plain, q_roots, k_plain, k_roots, q, k, v, p]);
        y
    }

    pub(super) fn backward<A: Numerics>(&self, b: &mut Backward<'_, A>, dy: &[A::Number]) -> Vec<A::Number> {
        let rotary = Rotary::new(b.a, self.length, self.width);
        let columns = 3 * self.columns();
        let mut dx = b.a.zeros(3 * dy.len());
        let sequences = dy.chunks(self.columns() * self.length).zip(dx.chunks_mut(columns * self.length));
        for (dy, dx) in sequences.rev() {
            for head in (0..self.heads).rev() {
                let parts = self.head_back(b, &rotary, &self.of_head(dy, head));
                for (what, part) in parts.iter().enumerate() {
                    self.put(part, dx, columns, what * self.columns() + head * self.width);
                }
            }
        }
        dx
    }

    fn head_back<A: Numerics>(
        &self,
        b: &mut Backward<'_, A>,
        rotary: &Rotary<A::Number>,
        dy: &[A::Number],
    ) -> [Vec<A::Number>; 3] {
        let [p, v, k, q, k_roots, k_plain, q_roots, q_plain] = std::array::from_fn(|_| b.kept());
        let dv = b.a.times(self.square(&p).transposed(), self.matrix(dy));
        let mut dp = b.a.times(self.matrix(dy), self.matrix(&v).transposed());
        let factor = self.factor(b.a);
        let mut ds = b.a.zeros(dp.len());
        let rows = p.chunks(self.length).zip(dp.chunks_mut(self.length)).zip(ds.chunks_mut(self.length));
        for (t, ((p, dp), ds)) in rows.enumerate() {
            softmax::backward(b.a, &p[..=t], &mut dp[..=t]);
            b.a.scale(&dp[..=t], &factor, &mut ds[..=t]);
        }
        let mut dq = b.a.times(self.square(&ds), self.matrix(&k));
        let mut dk = b.a.times(self.square(&ds).transposed(), self.matrix(&q));
        rotary.turn(b.a, &mut dq, true);
        rotary.turn(b.a, &mut dk, true);
        let [of_q, of_k] = self.norms;
        let dk = of_k.back(b, &dk, [&k_plain, &k_roots]);
        let dq = of_q.back(b, &dq, [&q_plain, &q_roots]);
        [dq, dk, dv]
    }
}
