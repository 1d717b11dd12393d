//! Every operation rounded to a format.

use halfulp::noise;
use halfulp::slice::Arithmetic as Slices;
use halfulp::{Format, Policy};

use super::plain::Native;
use super::{Arithmetic, Coefficient, Operation};
use crate::bound::quantization::Errors;
use crate::storage::{Keeper, StorageError};

/// Every operation rounded to a format under a policy; the numbers are kept in `f32` or `f64`, exactly.
#[derive(Clone, Debug)]
pub struct Rounded<V> {
    slices: Slices,
    errors: Errors,
    seed: u64,
    first: u64,
    site: u64,
    kind: std::marker::PhantomData<V>,
}

impl<V: Native> Rounded<V> {
    /// The arithmetic of a format under a policy.
    ///
    /// # Errors
    /// A format whose values are not all in the type that numbers are kept in, or one that arrays cannot be computed in.
    pub fn new(format: &Format, policy: &Policy) -> Result<Rounded<V>, StorageError> {
        let errors = Errors::of(format, policy);
        if !errors.is_within(&V::errors()) {
            return Err(StorageError::new(format!(
                "a format of precision {} and exponents {} to {} does not fit the type that numbers are kept in",
                format.precision(),
                format.emin(),
                format.emax()
            )));
        }
        let slices = Slices::new(format, policy)?;
        Ok(Rounded { slices, errors, seed: 0, first: 0, site: 0, kind: std::marker::PhantomData })
    }

    fn rounded(&self, x: f64) -> V {
        let mut x = [x];
        // In place, nothing can differ in length.
        self.slices.quantize_in_place(&mut x);
        V::of(x[0])
    }
}

impl<V: Native> Arithmetic for Rounded<V> {
    type Number = V;

    fn compute(&mut self, op: Operation, operands: [&[V]; 3], to: &mut [V]) {
        self.slices.set_noise(noise::word(self.seed, self.site), self.first);
        self.site += 1;
        let [a, b, c] = operands;
        let n = to.len();
        // Every operand is as long as the result.
        let _ = match op {
            Operation::Add => self.slices.add(a, b, to),
            Operation::Sub => self.slices.sub(a, b, to),
            Operation::Mul => self.slices.mul(a, b, to),
            Operation::Div => self.slices.div(a, b, to),
            Operation::Sqrt => self.slices.sqrt(a, to),
            Operation::Fma => self.slices.fma(a, b, &c[..n], to),
        };
    }

    fn number(&self, x: f64) -> V {
        self.rounded(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> V {
        let mut x = [coefficient.binary64()];
        kept.store(&mut x, 0, 0);
        self.rounded(x[0])
    }

    fn value(&self, x: &V) -> f64 {
        x.wide()
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [V], seed: u64, first: u64) {
        keeper.store(values, seed, first);
    }

    fn place(&mut self, seed: u64, first: u64) {
        (self.seed, self.first, self.site) = (seed, first, 0);
    }

    fn errors(&self) -> Errors {
        self.errors
    }
}
