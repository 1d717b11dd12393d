//! Rotary positions: the columns `i` and `i + n / 2` of a row of `n` are turned by an angle that grows with the position. [Su et al., RoFormer, 2021]

use crate::numerics::{Numerics, Operation};

/// Cosines and sines of the angles `position 10000^(-2 i / n)`, position by position.
pub(super) struct Rotary<N> {
    cosines: Vec<N>,
    sines: Vec<N>,
    half: usize,
}

const BASE: f64 = 10_000.0;

impl<N: Clone + Send + Sync> Rotary<N> {
    /// For so many positions. The angles are computed in binary64 and rounded to the numbers.
    pub(super) fn new<A: Numerics<Number = N>>(a: &A, positions: usize, columns: usize) -> Rotary<N> {
        let half = columns / 2;
        let angles = (0..positions)
            .flat_map(|p| (0..half).map(move |i| p as f64 * BASE.powf(-2.0 * i as f64 / columns as f64)));
        let (cosines, sines) = angles.map(|x| (a.number(x.cos()), a.number(x.sin()))).unzip();
        Rotary { cosines, sines, half }
    }

    /// Turns rows, one a position: forth, or back.
    pub(super) fn turn<A: Numerics<Number = N>>(&self, a: &mut A, rows: &mut [N], back: bool) {
        let columns = 2 * self.half;
        let part = |first: usize| -> Vec<N> {
            rows.chunks(columns).flat_map(|row| row[first..first + self.half].iter().cloned()).collect()
        };
        let (x, y) = (part(0), part(self.half));
        let n = x.len();
        let (c, s) = (&self.cosines[..n], &self.sines[..n]);
        let [xc, xs, yc, ys] =
            [(&x, c), (&x, s), (&y, c), (&y, s)].map(|(x, by)| a.binary(Operation::Mul, x, by));
        let (first, second) = match back {
            false => (a.binary(Operation::Sub, &xc, &ys), a.binary(Operation::Add, &yc, &xs)),
            true => (a.binary(Operation::Add, &xc, &ys), a.binary(Operation::Sub, &yc, &xs)),
        };
        let halves = first.chunks(self.half).zip(second.chunks(self.half));
        for (row, (first, second)) in rows.chunks_mut(columns).zip(halves) {
            row[..self.half].clone_from_slice(first);
            row[self.half..].clone_from_slice(second);
        }
    }
}
