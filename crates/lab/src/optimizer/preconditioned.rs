//! What optimizers with a matrix for each side of a tensor share: the tensors, the matrices that they keep, products, and the way to the weights.

use std::any::Any;
use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;

use halfulp::noise;
use nalgebra::DMatrix;
use serde::Serialize;

use super::weights::Weights;
use super::{Adam, Blind, Decay, Keepers, Observer, Optimizer, PART, Scratch, States, Step};
use crate::arithmetic::{Arithmetic, Coefficient, Operation};
use crate::experiment::{Invalid, inline};
use crate::problem::Shape;
use crate::product::Accumulator;
use crate::train::Seeds;

/// An arithmetic that is not known here, so that these steps are compiled once for each type of numbers.
pub(super) type Computed<'a, N> = &'a mut (dyn Arithmetic<Number = N> + 'a);

/// A matrix under way.
pub(super) struct Tensor<'a, N> {
    pub(super) a: Computed<'a, N>,
    pub(super) keepers: &'a mut Keepers,
    pub(super) seeds: &'a Seeds,
    pub(super) states: &'a mut States<N>,
    /// Its elements in the arrays of all tensors.
    pub(super) range: Range<usize>,
    /// The matrices that it keeps, in the array of those of all tensors.
    pub(super) kept: Range<usize>,
    pub(super) gradient: &'a [N],
    pub(super) shape: &'a Shape,
    pub(super) accumulator: &'a Accumulator,
    products: u64,
}

/// An optimizer with matrices for the sides of a tensor: what is its own. Tensors that are no matrices are Adam's.
pub(super) trait Preconditioned: Serialize + Any + Debug + Send + Sync {
    /// What it is called in reports.
    const NAME: &'static str;
    /// How many matrices it keeps for each side.
    const SQUARES: usize;
    /// A key that it always has: where it is said that there are no bounds of whole runs.
    const KEY: &'static str;

    /// What steps tensors that are no matrices.
    fn rest(&self) -> &Adam;

    /// How matrix products are added up.
    fn accumulator(&self) -> &Accumulator;

    /// As of [`Optimizer`].
    fn check(&self) -> Result<(), Invalid>;

    /// Moments that it keeps of a matrix.
    fn moments_of_matrix(&self) -> usize;

    /// As of [`Optimizer`].
    fn decays(&self) -> Vec<f64> {
        self.rest().betas.to_vec()
    }

    /// The step of a matrix.
    fn matrix<N: Clone>(&self, tensor: &mut Tensor<'_, N>) -> Result<(), Invalid>;
}

impl<P: Preconditioned> Optimizer for P {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(P::NAME)
    }

    fn settings(&self) -> String {
        inline(self)
    }

    fn check(&self) -> Result<(), Invalid> {
        Preconditioned::check(self)
    }

    fn moments(&self) -> usize {
        2
    }

    fn moments_of(&self, matrix: bool) -> usize {
        if matrix { self.moments_of_matrix() } else { 2 }
    }

    fn matrices(&self, shape: &Shape) -> usize {
        let squares = shape.rows * shape.rows + shape.columns * shape.columns;
        if shape.is_matrix() { P::SQUARES * squares } else { 0 }
    }

    fn decays(&self) -> Vec<f64> {
        Preconditioned::decays(self)
    }

    fn is_elementwise(&self) -> bool {
        false
    }

    fn unbounded(&self) -> Option<Invalid> {
        let why = "there is no bound for runs with a matrix for each side of a tensor: expected another optimizer, or the experiment kind compare";
        Some(Invalid::new(P::KEY, why))
    }

    /// A step of each matrix, and Adam's of all other tensors.
    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        _: &mut O,
    ) -> Result<(), Invalid> {
        let Step { seeds, shapes, states, gradients, keepers } = step;
        let (mut first, mut kept) = (0, 0);
        for shape in shapes {
            let range = first..first + shape.elements();
            let matrices = kept..kept + self.matrices(shape);
            (first, kept) = (range.end, matrices.end);
            if !shape.is_matrix() {
                self.rest().step_within(a, seeds, states, gradients, range, keepers, &mut Blind);
                continue;
            }
            let gradient = &gradients[range.clone()];
            self.matrix(&mut Tensor {
                a: &mut *a,
                keepers: &mut *keepers,
                seeds,
                states: &mut *states,
                range,
                kept: matrices,
                gradient,
                shape,
                accumulator: self.accumulator(),
                products: 0,
            })?;
        }
        Ok(())
    }
}

impl<N: Clone> Tensor<'_, N> {
    /// An operation on all elements. The noise is that of what is computed, `what`.
    pub(super) fn compute(&mut self, what: u64, op: Operation, x: &[N], y: &[N]) -> Vec<N> {
        self.a.place(noise::word(self.seeds.operations, what), self.range.start as u64);
        let mut to = x.to_vec();
        self.a.compute(op, [x, y, &[]], &mut to);
        to
    }

    /// A constant in every place of an array.
    pub(super) fn constant(&mut self, c: Coefficient, len: usize) -> Vec<N> {
        vec![self.a.coefficient(c, &mut self.keepers.coefficients); len]
    }

    /// Numbers of a row-by-row array as a matrix.
    pub(super) fn matrix(&self, x: &[N], rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_row_iterator(rows, columns, x.iter().map(|x| self.a.value(x)))
    }

    /// A matrix as numbers, row by row.
    pub(super) fn numbers(&self, m: &DMatrix<f64>) -> Vec<N> {
        m.transpose().iter().map(|x| self.a.number(*x)).collect()
    }

    /// A product, by the accumulator.
    pub(super) fn product(&mut self, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        self.products += 1;
        let seed = noise::word(self.seeds.operations ^ 0x6d61_7472, self.range.start as u64);
        self.accumulator.product(a, b, noise::word(seed, self.products))
    }

    /// `rows` or `columns` of the side.
    pub(super) fn side(&self, side: usize) -> usize {
        [self.shape.rows, self.shape.columns][side]
    }

    /// Where the matrix of a side is, of the `k`-th pair.
    fn place_of(&self, k: usize, side: usize) -> Range<usize> {
        let [left, right] = [self.shape.rows, self.shape.columns].map(|n| n * n);
        let start = self.kept.start + k * (left + right) + side * left;
        start..start + [left, right][side]
    }

    /// The matrix of a side, of the `k`-th pair that is kept.
    pub(super) fn read(&self, k: usize, side: usize) -> DMatrix<f64> {
        self.matrix(&self.states.matrices[self.place_of(k, side)], self.side(side), self.side(side))
    }

    /// Keeps numbers as the matrix of a side, and says what is read back.
    pub(super) fn keep(&mut self, k: usize, side: usize, mut values: Vec<N>) -> DMatrix<f64> {
        let range = self.place_of(k, side);
        let seed = noise::word(self.seeds.first, 0x4d00 + k as u64);
        self.a.store(&mut self.keepers.matrices, &mut values, seed, range.start as u64);
        self.states.matrices[range.clone()].clone_from_slice(&values);
        self.matrix(&values, self.side(side), self.side(side))
    }

    /// `m + (1 - b) (x - m)`, or `m + x` where `b` is 1, of a matrix of a side; kept, and read back.
    pub(super) fn average(&mut self, k: usize, side: usize, beta: f64, x: &DMatrix<f64>) -> DMatrix<f64> {
        let m = self.states.matrices[self.place_of(k, side)].to_vec();
        let x = self.numbers(x);
        let what = 0x20 + 2 * k as u64 + side as u64;
        let sum = if beta == 1.0 {
            self.compute(what, Operation::Add, &m, &x)
        } else {
            let add = self.constant(Coefficient::Complement(beta), m.len());
            let mut rooms: [Vec<N>; 3] = std::array::from_fn(|_| m.clone());
            let mut m = m;
            self.a.place(noise::word(self.seeds.operations, what), self.range.start as u64);
            let [r, s, sum] = rooms.each_mut().map(|room| &mut room[..]);
            self.a.lerp(&add, &x, &mut m, [r, s, sum], false);
            m
        };
        self.keep(k, side, sum)
    }

    /// The product with the outer one of a side: `g g'` or `g' g`.
    pub(super) fn outer(&mut self, g: &DMatrix<f64>, side: usize) -> DMatrix<f64> {
        let t = g.transpose();
        if side == 0 { self.product(g, &t) } else { self.product(&t, g) }
    }

    /// `left x right`.
    pub(super) fn between(
        &mut self,
        left: &DMatrix<f64>,
        x: &DMatrix<f64>,
        right: &DMatrix<f64>,
    ) -> DMatrix<f64> {
        let product = self.product(left, x);
        self.product(&product, right)
    }

    /// Stores the moments: those that there are.
    pub(super) fn store_moments(&mut self, second: bool) {
        let (first, n) = (self.range.start as u64, self.range.len());
        let states = &mut *self.states;
        self.a.store(
            self.keepers.first_of(n),
            &mut states.first[self.range.clone()],
            self.seeds.first,
            first,
        );
        if second {
            let v = &mut states.second[self.range.clone()];
            self.a.store(self.keepers.second_of(n), v, self.seeds.second, first);
        }
    }

    /// Subtracts an update from the weights, which decay, and stores them.
    pub(super) fn write(&mut self, update: &[N], rate: f64, weight_decay: f64, at: Decay) {
        let len = PART.next_multiple_of(self.keepers.block());
        let factor = (weight_decay != 0.0).then(|| self.constant(at.constant(rate, weight_decay), len));
        let mut scratch = Scratch::new(&update[0], len);
        for (k, x) in update.chunks(len).enumerate() {
            let first = self.range.start + k * len;
            self.a.place(noise::word(self.seeds.operations, 3), first as u64);
            let rooms = scratch.parts(x.len());
            rooms[3].clone_from_slice(x);
            let decay = factor.as_deref().map(|factor| (factor, at));
            let range = first..first + x.len();
            let weights = Weights::of(self.states, range, first, self.keepers, self.seeds.weights);
            weights.write(&mut self.a, decay, None, rooms, &mut Blind);
        }
    }

    /// The Frobenius norm, computed in binary64 and rounded once.
    pub(super) fn norm(&self, x: &[N]) -> f64 {
        x.iter().map(|x| self.a.value(x).powi(2)).sum::<f64>().sqrt()
    }

    /// The same number everywhere.
    pub(super) fn fill(&self, x: f64, len: usize) -> Vec<N> {
        vec![self.a.number(x); len]
    }
}

/// Gradients of matrices have no decay in them.
pub(super) fn no_coupled_decay(adam: &Adam) -> Result<(), Invalid> {
    match adam.choices.decay {
        Decay::Before | Decay::After => Ok(()),
        Decay::Coupled => Err(Invalid::new("adam.decay", "coupled: expected before or after")),
    }
}
