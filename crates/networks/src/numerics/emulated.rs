//! The lab's arithmetics and accumulators.

use halfulp::noise;
use halfulp_lab::arithmetic::{Arithmetic, Operation};
use halfulp_lab::product::Accumulator;
use nalgebra::DMatrix;

use super::{Numerics, View};

/// How the terms of a product of matrices are summed.
#[derive(Clone, Debug, PartialEq)]
pub enum Sums {
    /// One after the other, to 0, by the arithmetic's own operations: product and sum are rounded once, as by a fused multiply-add, or each.
    Own {
        /// Whether they are rounded once.
        fused: bool,
    },
    /// As one of the lab's accumulators does. The factors are taken as they are; the sum is rounded to the arithmetic's numbers.
    Accumulator(Accumulator),
}

/// A network in one of the lab's arithmetics. Exponentials are computed in binary64, by the platform's library, and rounded to the arithmetic.
#[derive(Clone, Debug)]
pub struct Emulated<A> {
    arithmetic: A,
    sums: Sums,
    seed: u64,
    site: u64,
}

impl<A: Arithmetic> Emulated<A> {
    /// With sums by the arithmetic's own operations.
    #[must_use]
    pub const fn new(arithmetic: A, fused: bool) -> Emulated<A> {
        Emulated { arithmetic, sums: Sums::Own { fused }, seed: 0, site: 0 }
    }

    /// The noise of stochastic roundings is a function of this seed and of how many operations went before.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Emulated<A> {
        Emulated { seed, site: 0, ..self }
    }

    fn noise(&mut self) -> u64 {
        self.site += 1;
        noise::word(self.seed, self.site)
    }

    /// Element by element, so that each row of sums is one operation of the arithmetic.
    fn own(&mut self, a: View<'_, A::Number>, b: View<'_, A::Number>, fused: bool, to: &mut [A::Number]) {
        let width = b.width();
        let zero = self.arithmetic.number(0.0);
        to.fill(zero.clone());
        let (mut sums, mut products) = (vec![zero.clone(); width], vec![zero; width]);
        for (i, row) in to.chunks_mut(width.max(1)).enumerate() {
            for k in 0..a.width() {
                let by = vec![a.at(i, k).clone(); width];
                let terms: Vec<A::Number> = (0..width).map(|j| b.at(k, j).clone()).collect();
                let seed = self.noise();
                self.arithmetic.place(seed, 0);
                if fused {
                    self.arithmetic.fma(&by, &terms, row, &mut sums);
                } else {
                    self.arithmetic.mul(&by, &terms, &mut products);
                    self.arithmetic.add(row, &products, &mut sums);
                }
                row.clone_from_slice(&sums);
            }
        }
    }
}

impl<A: Arithmetic<Number = f64>> Emulated<A> {
    /// With sums by an accumulator.
    #[must_use]
    pub const fn accumulating(arithmetic: A, accumulator: Accumulator) -> Emulated<A> {
        Emulated { arithmetic, sums: Sums::Accumulator(accumulator), seed: 0, site: 0 }
    }

    /// From here on with sums by this accumulator.
    pub fn accumulate_in(&mut self, accumulator: &Accumulator) {
        self.sums = Sums::Accumulator(accumulator.clone());
    }
}

impl<A> Numerics for Emulated<A>
where
    A: Arithmetic,
    A::Number: Send + Sync,
{
    type Number = A::Number;

    fn number(&self, x: f64) -> A::Number {
        self.arithmetic.number(x)
    }

    fn value(&self, x: &A::Number) -> f64 {
        self.arithmetic.value(x)
    }

    fn compute(&mut self, op: Operation, operands: [&[A::Number]; 3], to: &mut [A::Number]) {
        let seed = self.noise();
        self.arithmetic.place(seed, 0);
        self.arithmetic.compute(op, operands, to);
    }

    fn product(&mut self, a: View<'_, A::Number>, b: View<'_, A::Number>, to: &mut [A::Number]) {
        let (rows, columns) = (a.height(), b.width());
        assert_eq!(a.width(), b.height(), "the columns of the first factor are the rows of the second");
        assert_eq!(to.len(), rows * columns, "a product of {rows} by {columns}");
        match self.sums.clone() {
            Sums::Own { fused } => self.own(a, b, fused, to),
            Sums::Accumulator(accumulator) => {
                let wide = |m: View<'_, A::Number>| {
                    DMatrix::from_fn(m.height(), m.width(), |i, j| self.arithmetic.value(m.at(i, j)))
                };
                let (a, b) = (wide(a), wide(b));
                let sums = accumulator.product(&a, &b, self.noise());
                for (k, to) in to.iter_mut().enumerate() {
                    *to = self.arithmetic.number(sums[(k / columns, k % columns)]);
                }
            }
        }
    }

    fn exp(&mut self, x: &[A::Number], to: &mut [A::Number]) {
        for (to, x) in to.iter_mut().zip(x) {
            *to = self.arithmetic.number(self.arithmetic.value(x).exp());
        }
    }
}
