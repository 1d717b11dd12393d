//! What a step is computed in: a step is written once over [`Arithmetic`], and runs in binary32 or binary64, with every operation rounded
//! to a format, beside a running error bound, or exactly.

mod coefficient;
mod computing;
mod exact;
mod faithful;
mod kernels;
mod open;
mod plain;
mod rounded;
mod running;

pub use coefficient::Coefficient;
pub use computing::Computing;
pub use exact::Exact;
pub use faithful::Faithful;
pub use kernels::Kernels;
pub use plain::{Native, Plain};
pub use rounded::Rounded;
pub use running::{Bounded, Chance, Running};

use crate::bound::quantization::Errors;
use crate::storage::Keeper;

/// The operations that steps are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a b`.
    Mul,
    /// `a / b`.
    Div,
    /// The square root of `a`.
    Sqrt,
    /// `a b + c`, rounded once.
    Fma,
}

impl Operation {
    /// Its name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Operation::Add => "sum",
            Operation::Sub => "difference",
            Operation::Mul => "product",
            Operation::Div => "quotient",
            Operation::Sqrt => "root",
            Operation::Fma => "fused product and sum",
        }
    }
}

/// 1, 0 or -1; NaN of NaN.
fn signum(x: f64) -> f64 {
    if x == 0.0 || x.is_nan() { x } else { 1f64.copysign(x) }
}

/// Elementwise operations on parts of tensors, and how results are rounded.
pub trait Arithmetic {
    /// An element.
    type Number: Clone;

    /// The operation on every element. All arrays are as long as the result; operands that the operation does not take are not looked at.
    fn compute(&mut self, op: Operation, operands: [&[Self::Number]; 3], to: &mut [Self::Number]);

    /// A number of a tensor from outside: a gradient, a weight at the start, rounded to this arithmetic. An exact twin is given what came of
    /// it: it starts without error.
    fn number(&self, x: f64) -> Self::Number;

    /// A constant of the step. Libraries compute these in binary64; then they are rounded to this arithmetic, unless that is exact.
    /// `kept` is the format that a constant passes through first, if any.
    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> Self::Number;

    /// The value, in binary64: exact but for the [`Exact`] arithmetic.
    fn value(&self, x: &Self::Number) -> f64;

    /// Stores part of a tensor and reads it back. In exact arithmetic nothing is rounded.
    fn store(&mut self, keeper: &mut Keeper, values: &mut [Self::Number], seed: u64, first: u64);

    /// The part that comes next: its first element, and the seed of the noise that rounds its operations.
    fn place(&mut self, _seed: u64, _first: u64) {}

    /// How far an operation's result is from the exact one.
    fn errors(&self) -> Errors;

    /// The same of one operation, where a library has one that is rounded less well than the others.
    fn errors_of(&self, _op: Operation) -> Errors {
        self.errors()
    }

    /// What rounds the tensors between a library's kernels, where they are narrower than the operations within one.
    fn kernels(&self) -> Option<&Keeper> {
        None
    }

    /// A kernel of the library ends here, and writes these numbers to a tensor for the next one. What a step keeps is [stored](Self::store) instead.
    fn written(&mut self, _values: &mut [Self::Number]) {}

    /// `a + b`.
    fn add(&mut self, a: &[Self::Number], b: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Add, [a, b, &[]], to);
    }

    /// `a - b`.
    fn sub(&mut self, a: &[Self::Number], b: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Sub, [a, b, &[]], to);
    }

    /// `a b`.
    fn mul(&mut self, a: &[Self::Number], b: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Mul, [a, b, &[]], to);
    }

    /// `a / b`.
    fn div(&mut self, a: &[Self::Number], b: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Div, [a, b, &[]], to);
    }

    /// The square root of `a`.
    fn sqrt(&mut self, a: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Sqrt, [a, &[], &[]], to);
    }

    /// `a b + c`, rounded once.
    fn fma(&mut self, a: &[Self::Number], b: &[Self::Number], c: &[Self::Number], to: &mut [Self::Number]) {
        self.compute(Operation::Fma, [a, b, c], to);
    }

    /// `m + c (x - m)` into `m`, where `c` is a constant and `m` an average that `x` is taken into; with the product and the sum rounded once
    /// where they are `fused`. The rooms get difference, product (unless fused) and sum.
    ///
    /// It is an operation of its own for arithmetics that carry errors: those of `x - m` and of `m` are not independent.
    fn lerp(
        &mut self,
        c: &[Self::Number],
        x: &[Self::Number],
        m: &mut [Self::Number],
        [d, p, sum]: [&mut [Self::Number]; 3],
        fused: bool,
    ) {
        self.sub(x, m, d);
        if fused {
            self.fma(c, d, m, sum);
        } else {
            self.mul(c, d, p);
            self.add(m, p, sum);
        }
        m.clone_from_slice(sum);
    }

    /// The sign: 1, 0 or -1, exact in every format; NaN of NaN.
    ///
    /// It is an operation of its own for arithmetics that carry errors: where the exact number can have another sign, the result can be wrong by 2.
    fn sign(&mut self, x: &[Self::Number], to: &mut [Self::Number]) {
        for (z, x) in to.iter_mut().zip(x) {
            *z = self.number(signum(self.value(x)));
        }
    }

    /// These numbers are what a sum lost, kept to be given back: in exact arithmetic they are 0.
    fn compensated(&mut self, _c: &mut [Self::Number]) {}
}
