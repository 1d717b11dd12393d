//! One iteration under way.

use halfulp::noise;
use halfulp::slice::Arithmetic;
use nalgebra::DMatrix;

use super::choices::{Elementwise, NewtonSchulz, Step};
use crate::experiment::Invalid;
use crate::storage::Keeper;

/// What an iteration needs while it runs.
pub(super) struct Run<'a> {
    how: &'a NewtonSchulz,
    coefficients: [f64; 3],
    keeper: Keeper,
    single: Option<Arithmetic>,
    seed: u64,
    /// The index of the next noise word: every rounding has its own.
    next: u64,
    /// Products so far: each has a stream of its own.
    products: u64,
}

/// What an elementwise operation is.
#[derive(Clone, Copy)]
enum Operation {
    Add,
    Mul,
    Div,
}

impl<'a> Run<'a> {
    pub(super) fn new(how: &'a NewtonSchulz, seed: u64) -> Result<Run<'a>, Invalid> {
        how.check()?;
        Ok(Run {
            how,
            coefficients: how.stored_coefficients()?,
            keeper: how.storage.keeper()?,
            single: how.single()?,
            seed,
            next: 0,
            products: 0,
        })
    }

    /// The matrix, stored and divided by its norm.
    pub(super) fn start(&mut self, m: &DMatrix<f64>, transposed: bool) -> DMatrix<f64> {
        let mut x = if transposed { m.transpose() } else { m.clone() };
        self.store(x.as_mut_slice());
        let all = DMatrix::from_column_slice(x.len(), 1, x.as_slice());
        let squares = self.sums(&all.transpose(), &all);
        let mut norm = squares.map(|x| self.how.accumulator.sqrt(x));
        self.store(norm.as_mut_slice());
        let epsilon = DMatrix::from_element(1, 1, self.how.epsilon);
        let norm = self.elementwise(Operation::Add, &norm, &epsilon);
        let divisor = DMatrix::from_element(x.nrows(), x.ncols(), norm[(0, 0)]);
        self.elementwise(Operation::Div, &x, &divisor)
    }

    /// One application of the polynomial, in the reference implementation's order.
    pub(super) fn step(&mut self, x: &DMatrix<f64>) -> Step {
        let [a, b, c] = self.coefficients;
        let gram = self.product(x, &x.transpose());
        let scaled = self.multiple(c, &gram);
        let square = self.product(&scaled, &gram);
        let linear = self.multiple(b, &gram);
        let polynomial = self.elementwise(Operation::Add, &linear, &square);
        let product = self.product(&polynomial, x);
        let multiple = self.multiple(a, x);
        let next = self.elementwise(Operation::Add, &multiple, &product);
        Step { gram, scaled, square, linear, polynomial, product, multiple, next }
    }

    /// A product, stored.
    fn product(&mut self, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        let mut product = self.sums(a, b);
        self.store(product.as_mut_slice());
        product
    }

    fn sums(&mut self, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        self.products += 1;
        // Another stream than that of the storage, whose seed is the iteration's own.
        let seed = noise::word(self.seed ^ 0x5052_4f44, self.products);
        self.how.accumulator.product(a, b, seed)
    }

    fn multiple(&mut self, by: f64, x: &DMatrix<f64>) -> DMatrix<f64> {
        let factor = DMatrix::from_element(x.nrows(), x.ncols(), by);
        self.elementwise(Operation::Mul, &factor, x)
    }

    fn elementwise(&mut self, op: Operation, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        let (x, y) = (a.as_slice(), b.as_slice());
        let mut to = DMatrix::zeros(a.nrows(), a.ncols());
        if let Some(arithmetic) = &mut self.single {
            arithmetic.set_noise(self.seed, self.next);
            self.next += x.len() as u64;
            // Lengths are equal, so that nothing can fail.
            let _ = match op {
                Operation::Add => arithmetic.add(x, y, to.as_mut_slice()),
                Operation::Mul => arithmetic.mul(x, y, to.as_mut_slice()),
                Operation::Div => arithmetic.div(x, y, to.as_mut_slice()),
            };
            return to;
        }
        let narrow = self.how.elementwise == Elementwise::Binary32;
        let compute =
            |x: f64, y: f64| if narrow { f64::from(in_binary32(op, x, y)) } else { in_binary64(op, x, y) };
        to.iter_mut().zip(x.iter().zip(y)).for_each(|(to, (&x, &y))| *to = compute(x, y));
        self.store(to.as_mut_slice());
        to
    }

    fn store(&mut self, values: &mut [f64]) {
        self.keeper.store(values, self.seed, self.next);
        self.next += values.len() as u64;
    }
}

/// The operands are numbers of binary32, but for coefficients and epsilon, which frameworks convert.
fn in_binary32(op: Operation, x: f64, y: f64) -> f32 {
    let (x, y) = (x as f32, y as f32);
    match op {
        Operation::Add => x + y,
        Operation::Mul => x * y,
        Operation::Div => x / y,
    }
}

fn in_binary64(op: Operation, x: f64, y: f64) -> f64 {
    match op {
        Operation::Add => x + y,
        Operation::Mul => x * y,
        Operation::Div => x / y,
    }
}
