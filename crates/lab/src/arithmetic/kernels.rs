//! A library's kernels on narrow tensors: what one computes is computed in `f32`, what it writes is rounded.

use super::{Arithmetic, Coefficient, Native, Operation, Plain};
use crate::bound::quantization::Errors;
use crate::storage::{Keeper, Storage, StorageError};

/// binary32 within a kernel, and a format between kernels: how PyTorch computes on bfloat16 and binary16 tensors on a CPU.
///
/// ```
/// use halfulp_lab::arithmetic::{Arithmetic, Kernels};
/// use halfulp_lab::storage::Storage;
///
/// let mut a = Kernels::<f32>::new(&Storage::bfloat16())?;
/// let mut product = [0.0];
/// a.mul(&[1.0078125], &[1.0078125], &mut product);
/// assert_eq!(product, [1.01568603515625]);
/// a.written(&mut product);
/// assert_eq!(product, [1.015625]);
/// # Ok::<(), halfulp_lab::storage::StorageError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Kernels<V> {
    inner: Plain<V>,
    tensors: Keeper,
}

impl<V: Native> Kernels<V> {
    /// Kernels on tensors of this storage.
    ///
    /// # Errors
    /// A storage that cannot be had.
    pub fn new(tensors: &Storage) -> Result<Kernels<V>, StorageError> {
        Ok(Kernels { inner: Plain::default(), tensors: tensors.keeper()? })
    }
}

impl<V: Native> Arithmetic for Kernels<V> {
    type Number = V;

    fn compute(&mut self, op: Operation, operands: [&[V]; 3], to: &mut [V]) {
        self.inner.compute(op, operands, to);
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

    fn kernels(&self) -> Option<&Keeper> {
        Some(&self.tensors)
    }

    fn written(&mut self, values: &mut [V]) {
        self.tensors.store(values, 0, 0);
    }
}
