//! Storages of other crates.

use std::fmt::{Debug, Display};
use std::sync::Arc;

use halfulp::slice::Wide;

use crate::experiment::Invalid;

/// Where a tensor is kept, as another crate has it; `Display` is what reports call it.
///
/// One that can be deserialized can be named in experiment files: see [`Registry`](crate::registry::Registry).
pub trait Store: Debug + Display + Send + Sync {
    /// Whether its settings make sense.
    ///
    /// # Errors
    /// The key, from the storage's table on, and what is wrong with it.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    /// Stores values, and puts what is read back in their place: numbers of binary32, if the values are. They begin with the first element of a block. The
    /// noise of element `i` is to be [`noise::element(seed, first + i)`](halfulp::noise::element).
    fn store(&self, values: &mut [f64], seed: u64, first: u64);

    /// Elements that have to be stored together.
    fn block(&self) -> usize {
        1
    }

    /// Bytes that so many elements take.
    fn bytes(&self, elements: usize) -> f64;

    /// At least the distance of each stored number from its value, by what is said of the storage; none of a value that is beyond it. Bounds take
    /// nothing as known where it is none, as it is for all if this is not implemented.
    fn errors(&self, values: &[f64], _stored: &[f64]) -> Vec<Option<f64>> {
        vec![None; values.len()]
    }
}

/// A storage of another crate. Two are equal if they are one.
#[derive(Clone, Debug)]
pub struct Other(pub Arc<dyn Store>);

impl PartialEq for Other {
    fn eq(&self, other: &Other) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Stores values of any width.
pub(super) fn store<V: Wide>(store: &dyn Store, values: &mut [V], seed: u64, first: u64) {
    let mut wide: Vec<f64> = values.iter().map(|x| x.double()).collect();
    store.store(&mut wide, seed, first);
    values.iter_mut().zip(wide).for_each(|(x, wide)| *x = V::of_double(wide));
}
