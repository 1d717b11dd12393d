//! The tensors of an elementwise optimizer, and where each is kept.

use serde::Deserialize;

use crate::storage::{Keeper, Storage, StorageError};

/// Where each tensor is kept between steps.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Storages {
    /// The weights that gradients are taken at.
    pub weights: Storage,
    /// The gradients.
    pub gradients: Storage,
    /// The first moment.
    pub first: Storage,
    /// The second moment.
    pub second: Storage,
    /// Whether the weights are also kept exactly, and updated there.
    pub master: bool,
    /// Whether what the weights lose is kept beside them, in their storage, and given back (Kahan).
    pub compensated: bool,
    /// The format that `beta`, `1 - beta` and the other constants pass through.
    pub coefficients: Storage,
}

impl Storages {
    /// The same storage for weights, gradients and both moments.
    #[must_use]
    pub fn all(storage: &Storage) -> Storages {
        Storages {
            weights: storage.clone(),
            gradients: storage.clone(),
            first: storage.clone(),
            second: storage.clone(),
            ..Storages::default()
        }
    }

    /// What does the storing.
    ///
    /// # Errors
    /// A storage that cannot be had, with its key.
    pub fn keepers(&self) -> Result<Keepers, (&'static str, StorageError)> {
        let keeper = |key, storage: &Storage| storage.keeper().map_err(|e| (key, e));
        Ok(Keepers {
            weights: if self.master { Keeper::Exact } else { keeper("weights", &self.weights)? },
            seen: keeper("weights", &self.weights)?,
            gradients: keeper("gradients", &self.gradients)?,
            first: keeper("first", &self.first)?,
            second: keeper("second", &self.second)?,
            coefficients: keeper("coefficients", &self.coefficients)?,
            compensated: self.compensated,
        })
    }

    /// Bytes of optimizer state that a parameter takes in tensors of `elements`: the moments that there are, the master copy and the
    /// compensation; an exact number takes `exact` bytes.
    #[must_use]
    pub fn bytes(&self, elements: usize, moments: usize, exact: f64) -> f64 {
        let each = |storage: &Storage| storage.bytes(elements, exact) / elements.max(1) as f64;
        let moments: f64 = [&self.first, &self.second].into_iter().take(moments).map(each).sum();
        let master = if self.master { exact } else { 0.0 };
        moments + master + if self.compensated { each(&self.weights) } else { 0.0 }
    }
}

/// What stores each tensor.
#[derive(Clone, Debug)]
pub struct Keepers {
    /// The weights that are updated: exact with a master copy.
    pub weights: Keeper,
    /// The weights that gradients are taken at.
    pub seen: Keeper,
    /// The gradients.
    pub gradients: Keeper,
    /// The first moment.
    pub first: Keeper,
    /// The second moment.
    pub second: Keeper,
    /// The constants.
    pub coefficients: Keeper,
    /// Whether weights are compensated.
    pub compensated: bool,
}

impl Keepers {
    /// Nothing is rounded.
    #[must_use]
    pub const fn exact() -> Keepers {
        Keepers {
            weights: Keeper::Exact,
            seen: Keeper::Exact,
            gradients: Keeper::Exact,
            first: Keeper::Exact,
            second: Keeper::Exact,
            coefficients: Keeper::Exact,
            compensated: false,
        }
    }

    /// Elements that have to be stored together, in any of the tensors that a step stores.
    #[must_use]
    pub fn block(&self) -> usize {
        let blocks = [&self.weights, &self.first, &self.second].map(Keeper::block);
        blocks.into_iter().fold(1, lcm)
    }
}

fn lcm(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x.max(1) * b
}

/// The tensors of an elementwise optimizer, one after another in one array each.
#[derive(Clone, Debug)]
pub struct States<N> {
    /// The weights that are updated.
    pub weights: Vec<N>,
    /// What the weights lost, where they are compensated.
    pub compensation: Vec<N>,
    /// The first moment; empty where there is none.
    pub first: Vec<N>,
    /// The second moment; empty where there is none.
    pub second: Vec<N>,
}
