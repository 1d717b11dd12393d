//! Sums of one kind, in one accumulator.

use halfulp::Policy;
use halfulp::noise;
use nalgebra::DMatrix;

use super::data::Data;
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::bound::sums::{
    ALIGNED, Accumulated, BLOCKS, GAMMA, MATMUL, NEAREST, PAIRWISE, PROBABLE, accumulated, aligned, blocks,
    is_stochastic, matmul, nearest, pairwise, probable, sequential,
};
use crate::bound::{Statement, Tally};
use crate::experiment::Invalid;
use crate::experiment::kind::signal::normal;
use crate::product::{Accumulator, ExactSum, Order, Products};
use crate::storage::Storage;

/// One kind of sums.
pub(super) struct Cell<'a> {
    pub how: &'a Accumulator,
    pub inputs: &'a Storage,
    pub output: &'a Storage,
    pub length: usize,
    pub data: Data,
}

/// What they came to: the largest error and its bound over the sum of magnitudes, and the largest error over the bound of rounding to nearest.
pub(super) struct Outcome {
    pub tallies: Vec<Tally>,
    pub error: f64,
    pub bound: f64,
    pub over_nearest: f64,
}

/// How unlikely an error above the probable bound would be: `2 n exp(-8)` and less.
const LAMBDA: f64 = 4.0;
/// Rows and columns of the products of matrices.
const SIDE: usize = 6;

impl Cell<'_> {
    /// What bounds are evaluated on.
    pub fn of(&self) -> String {
        format!("{}, {}, {} terms", self.how, self.data.name(), self.length)
    }

    pub fn run(&self, seeds: &[u64]) -> Result<Outcome, Invalid> {
        let errors = Errors::of(self.how.format(), self.how.policy());
        let statements = self.statements();
        let mut outcome = Outcome {
            tallies: statements.iter().map(|&s| Tally::new(s)).collect(),
            error: 0.0,
            bound: 0.0,
            over_nearest: 0.0,
        };
        for &seed in seeds {
            let [mut x, mut y] = [0, 1].map(|side| self.terms(side, &errors, noise::word(seed, side as u64)));
            for m in [&mut x, &mut y] {
                self.inputs.keeper()?.store(m, seed, 0);
            }
            self.sum(&x, &y, seed, &errors, &mut outcome);
        }
        if self.data == Data::Normal {
            outcome.tallies.push(self.matrices(seeds)?);
        }
        Ok(outcome)
    }

    /// One factor of every term: `side` is 0 or 1.
    fn terms(&self, side: usize, errors: &Errors, seed: u64) -> Vec<f64> {
        let crumb = errors.ulp(1.0) * (1.0 - 1.0 / 64.0);
        let term = |k: usize| match self.data {
            Data::Normal => normal(seed, k as u64),
            Data::Positive => 1.0 + (noise::word(seed, k as u64) >> 12) as f64 * 2f64.powi(-52),
            Data::Crumbs if k == 0 || side == 1 => 1.0,
            Data::Crumbs => crumb,
        };
        (0..self.length).map(term).collect()
    }

    fn statements(&self) -> Vec<&'static Statement> {
        match self.how.order {
            Order::Sequential => vec![&GAMMA, &NEAREST, &PROBABLE],
            Order::Pairwise => vec![&GAMMA, &NEAREST, &PAIRWISE, &PROBABLE],
            Order::Blocks { .. } => vec![&BLOCKS, &NEAREST],
            Order::Aligned { .. } => vec![&ALIGNED, &NEAREST],
        }
    }

    fn sum(&self, x: &[f64], y: &[f64], seed: u64, errors: &Errors, outcome: &mut Outcome) {
        let n = x.len();
        let found = self.how.product(
            &DMatrix::from_row_slice(1, n, x),
            &DMatrix::from_column_slice(n, 1, y),
            noise::word(seed, 2),
        )[(0, 0)];
        let error = distance(x, y, found);
        let magnitudes: Upper = x.iter().zip(y).map(|(&x, &y)| Upper::of(x) * Upper::of(y)).sum();
        let at = || format!("seed {seed}");
        let fit = self.products_fit() || self.are_numbers(x, y);
        let alone = fit || self.how.products == Products::Rounded;
        for tally in &mut outcome.tallies {
            let last = tally.failed.len() - 1;
            match self.bound(tally.statement, n, alone, errors) {
                Err(hypothesis) => tally.fail(hypothesis, at),
                Ok(bound) if bound.relative.get().is_infinite() => tally.fail(last.saturating_sub(1), at),
                Ok(bound) => {
                    let allowed = bound.of(magnitudes);
                    if (magnitudes + allowed).get() <= errors.largest() {
                        tally.observe(error, allowed.get(), magnitudes.get(), at);
                    } else {
                        tally.fail(last, at);
                    }
                }
            }
        }
        let share = |x: f64| x / magnitudes.get();
        outcome.error = outcome.error.max(share(error));
        outcome.bound = outcome.bound.max(share(accumulated(self.how, n, fit).of(magnitudes).get()));
        let half = Errors::of(self.how.format(), &Policy::IEEE);
        outcome.over_nearest = outcome.over_nearest.max(error / nearest(n, &half).of(magnitudes).get());
    }

    /// The bound of a statement, or the hypothesis that fails.
    fn bound(
        &self,
        statement: &Statement,
        n: usize,
        alone: bool,
        errors: &Errors,
    ) -> Result<Accumulated, usize> {
        match (statement.name, self.how.order) {
            ("sums.gamma", _) => Ok(sequential(n, errors)),
            ("sums.pairwise", _) => Ok(pairwise(n, errors)),
            ("sums.blocks" | "sums.aligned", Order::Blocks { width }) => Ok(blocks(n, width, errors)),
            ("sums.blocks" | "sums.aligned", Order::Aligned { width, fraction }) => {
                Ok(aligned(n, width, fraction, errors))
            }
            ("sums.probable", _) if !self.how.is_nearest() && !is_stochastic(self.how) => Err(0),
            ("sums.probable", _) => Ok(Accumulated {
                relative: probable(n, LAMBDA, errors),
                absolute: sequential(n, errors).absolute,
            }),
            _ if !self.how.is_nearest() => Err(0),
            _ if !alone => Err(1),
            (_, Order::Blocks { .. } | Order::Aligned { .. }) => Err(2),
            _ => Ok(nearest(n, errors)),
        }
    }

    /// Whether these products are: rounding them to the accumulator's format leaves them as they are. They are exact in binary64 where a factor has
    /// at most 26 bits.
    fn are_numbers(&self, x: &[f64], y: &[f64]) -> bool {
        let storage = Storage::Format { format: *self.how.format(), policy: *self.how.policy() };
        let short = self.inputs.format().is_some_and(|(format, _)| format.precision() <= 26);
        let products: Vec<f64> = x.iter().zip(y).map(|(x, y)| x * y).collect();
        let mut stored = products.clone();
        storage.keeper().is_ok_and(|mut keeper| {
            keeper.store(&mut stored, 0, 0);
            short && stored == products
        })
    }

    /// Whether every product of two inputs is a number of the accumulator's format.
    fn products_fit(&self) -> bool {
        let wide = self.how.format();
        self.inputs.format().is_some_and(|(format, _)| {
            2 * format.precision() <= wide.precision()
                && 2 * format.quantum_min() >= wide.quantum_min()
                && 2 * format.emax() < wide.emax()
        })
    }

    /// Products of matrices of normal numbers, their factors and their result rounded.
    fn matrices(&self, seeds: &[u64]) -> Result<Tally, Invalid> {
        let mut tally = Tally::new(&MATMUL);
        let (Some((input, p)), Some((output, q))) = (self.inputs.format(), self.output.format()) else {
            return Ok(tally);
        };
        let (input, output) = (Errors::of(input, p), Errors::of(output, q));
        let sum = accumulated(self.how, self.length, self.products_fit());
        let bound = matmul(&input, &sum, &output);
        for &seed in seeds {
            let [a, b] = [3, 4].map(|k| noise::word(seed, k));
            let a = DMatrix::from_fn(SIDE, self.length, |i, j| normal(a, (i * self.length + j) as u64));
            let b = DMatrix::from_fn(self.length, SIDE, |i, j| normal(b, (i * SIDE + j) as u64));
            let [mut x, mut y] = [a.clone(), b.clone()];
            for m in [&mut x, &mut y] {
                self.inputs.keeper()?.store(m.as_mut_slice(), seed, 0);
            }
            let mut product = self.how.product(&x, &y, noise::word(seed, 5));
            self.output.keeper()?.store(product.as_mut_slice(), seed, 1 << 32);
            let outside = |m: &DMatrix<f64>, e: &Errors| m.iter().any(|x| !normal_number(x.abs(), e));
            if outside(&x, &input) || outside(&y, &input) || outside(&product, &output) {
                tally.fail(1, || format!("seed {seed}"));
                continue;
            }
            if bound.relative.get().is_infinite() {
                tally.fail(0, || format!("seed {seed}"));
                continue;
            }
            for i in 0..SIDE {
                for j in 0..SIDE {
                    let row: Vec<f64> = a.row(i).iter().copied().collect();
                    let column: Vec<f64> = b.column(j).iter().copied().collect();
                    let magnitudes: Upper =
                        row.iter().zip(&column).map(|(&x, &y)| Upper::of(x) * Upper::of(y)).sum();
                    let error = distance(&row, &column, product[(i, j)]);
                    let at = || format!("seed {seed}, ({i}, {j})");
                    tally.observe(error, bound.of(magnitudes).get(), magnitudes.get(), at);
                }
            }
        }
        Ok(tally)
    }
}

/// The distance of a sum from the exact one: nearest, in binary64.
fn distance(x: &[f64], y: &[f64], found: f64) -> f64 {
    let mut exact = ExactSum::default();
    x.iter().zip(y).for_each(|(&x, &y)| exact.add_product(x, y));
    exact.add(-found);
    let binary64 = Accumulator::binary64();
    exact.rounded(binary64.format(), binary64.policy(), 0).abs()
}

/// Whether a magnitude is in the range where a format has its full precision.
fn normal_number(x: f64, errors: &Errors) -> bool {
    x < errors.largest() && x >= errors.eta() / errors.ulp(1.0)
}
