//! Roots that are right to an ulp, not to half of one: those of Intel's MKL, by which PyTorch takes them on many CPUs.

use super::{Arithmetic, Coefficient, Native, Operation, Plain};
use crate::bound::quantization::Errors;
use crate::storage::Keeper;

/// `f32` or `f64`, where a square root is one of the two numbers around the exact one.
#[derive(Clone, Debug)]
pub struct Faithful<V> {
    inner: Plain<V>,
    above: Option<bool>,
}

impl<V: Native> Faithful<V> {
    /// With the nearest root, or the number above or below that.
    #[must_use]
    pub fn new(above: Option<bool>) -> Faithful<V> {
        Faithful { inner: Plain::default(), above }
    }
}

impl<V: Native> Arithmetic for Faithful<V> {
    type Number = V;

    fn compute(&mut self, op: Operation, operands: [&[V]; 3], to: &mut [V]) {
        self.inner.compute(op, operands, to);
        if let (Operation::Sqrt, Some(above)) = (op, self.above) {
            // The root of 0 is 0.
            to.iter_mut().filter(|x| x.wide() > 0.0).for_each(|x| *x = x.next(above));
        }
    }

    fn number(&self, x: f64) -> V {
        self.inner.number(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> V {
        self.inner.coefficient(coefficient, kept)
    }

    fn value(&self, x: &V) -> f64 {
        x.wide()
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [V], seed: u64, first: u64) {
        self.inner.store(keeper, values, seed, first);
    }

    fn errors(&self) -> Errors {
        self.inner.errors()
    }

    fn errors_of(&self, op: Operation) -> Errors {
        if op == Operation::Sqrt { self.inner.errors().faithful() } else { self.inner.errors() }
    }
}
