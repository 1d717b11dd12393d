//! An arithmetic that is not known where a step is compiled.

use super::{Arithmetic, Coefficient, Operation};
use crate::bound::quantization::Errors;
use crate::storage::Keeper;

/// One virtual call an operation on a part: for steps that take little of a program's time, which are then compiled once for each type of
/// numbers, and not for each arithmetic.
impl<N: Clone> Arithmetic for &mut (dyn Arithmetic<Number = N> + '_) {
    type Number = N;

    fn compute(&mut self, op: Operation, operands: [&[N]; 3], to: &mut [N]) {
        (**self).compute(op, operands, to);
    }

    fn number(&self, x: f64) -> N {
        (**self).number(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> N {
        (**self).coefficient(coefficient, kept)
    }

    fn value(&self, x: &N) -> f64 {
        (**self).value(x)
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [N], seed: u64, first: u64) {
        (**self).store(keeper, values, seed, first);
    }

    fn place(&mut self, seed: u64, first: u64) {
        (**self).place(seed, first);
    }

    fn errors(&self) -> Errors {
        (**self).errors()
    }

    fn errors_of(&self, op: Operation) -> Errors {
        (**self).errors_of(op)
    }

    fn kernels(&self) -> Option<&Keeper> {
        (**self).kernels()
    }

    fn written(&mut self, values: &mut [N]) {
        (**self).written(values);
    }

    fn lerp(&mut self, c: &[N], x: &[N], m: &mut [N], rooms: [&mut [N]; 3], fused: bool) {
        (**self).lerp(c, x, m, rooms, fused);
    }

    fn sign(&mut self, x: &[N], to: &mut [N]) {
        (**self).sign(x, to);
    }

    fn compensated(&mut self, c: &mut [N]) {
        (**self).compensated(c);
    }
}
