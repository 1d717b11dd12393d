//! The tensors of an elementwise optimizer, and where each is kept.

use std::ops::Range;

use serde::Deserialize;

use super::{Feedback, PART};
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
    /// The matrices of optimizers that have some: preconditioners.
    pub matrices: Storage,
    /// Whether the weights are also kept exactly, and updated there.
    pub master: bool,
    /// Whether what the weights lose is kept beside them, in their storage, and given back (Kahan).
    pub compensated: bool,
    /// Whether what the weights lose is given to the first moment (ECO).
    pub feedback: Feedback,
    /// The format that `beta`, `1 - beta` and the other constants pass through.
    pub coefficients: Storage,
    /// Moments of tensors with fewer elements are kept exactly where they would be kept block-wise: bitsandbytes and torchao have 4096. At 0, none are.
    pub whole_below: usize,
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
            matrices: keeper("matrices", &self.matrices)?,
            coefficients: keeper("coefficients", &self.coefficients)?,
            compensated: self.compensated,
            ends: Vec::new(),
            whole_below: self.whole_below,
            whole: Keeper::Exact,
        })
    }

    /// Bytes of optimizer state that a parameter takes in tensors of `elements`: the moments that there are, the master copy, the
    /// compensation and the last errors of an exact feedback; an exact number takes `exact` bytes.
    #[must_use]
    pub fn bytes(&self, elements: usize, moments: usize, exact: f64) -> f64 {
        let each = |storage: &Storage| storage.bytes(elements, exact) / elements.max(1) as f64;
        let whole = |storage: &&Storage| elements < self.whole_below && storage.is_blockwise();
        let moment = |storage: &Storage| if whole(&storage) { exact } else { each(storage) };
        let moments: f64 = [&self.first, &self.second].into_iter().take(moments).map(moment).sum();
        let master = if self.master { exact } else { 0.0 };
        let last = if self.feedback == Feedback::Exact { exact } else { 0.0 };
        moments + master + last + if self.compensated { each(&self.weights) } else { 0.0 }
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
    /// The matrices.
    pub matrices: Keeper,
    /// The constants.
    pub coefficients: Keeper,
    /// Whether weights are compensated.
    pub compensated: bool,
    /// Where each tensor ends in the arrays of all of them; empty if all are one tensor. Blocks of a storage start anew with each.
    pub ends: Vec<usize>,
    /// Moments of smaller tensors are not kept block-wise.
    whole_below: usize,
    /// What keeps those.
    whole: Keeper,
}

/// Part of a tensor: elements that are computed together.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it is in the arrays of all tensors.
    pub range: Range<usize>,
    /// Elements of its tensor.
    pub tensor: usize,
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
            matrices: Keeper::Exact,
            coefficients: Keeper::Exact,
            compensated: false,
            ends: Vec::new(),
            whole_below: 0,
            whole: Keeper::Exact,
        }
    }

    /// The tensors in arrays of `n` elements.
    #[must_use]
    pub fn tensors(&self, n: usize) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ends = self.ends.iter().copied().chain(std::iter::once(n));
        starts
            .zip(ends)
            .map(|(start, end)| start.min(n)..end.min(n))
            .filter(|range| !range.is_empty())
            .collect()
    }

    /// How many elements of arrays of `n` are computed together: [`PART`], or more where a storage's blocks ask for it.
    #[must_use]
    pub fn part(&self, n: usize) -> usize {
        PART.next_multiple_of(self.block()).min(n).max(1)
    }

    /// Parts of up to `len` elements, a multiple of [`block`](Keepers::block), in arrays of `n`. None has elements of two tensors.
    #[must_use]
    pub fn parts(&self, n: usize, len: usize) -> Vec<Part> {
        let of = |tensor: Range<usize>| {
            let firsts = tensor.clone().step_by(len);
            let part = move |first: usize| Part {
                range: first..(first + len).min(tensor.end),
                tensor: tensor.end - tensor.start,
            };
            firsts.map(part)
        };
        self.tensors(n).into_iter().flat_map(of).collect()
    }

    /// What keeps the first moment of a tensor with so many elements.
    pub fn first_of(&mut self, elements: usize) -> &mut Keeper {
        if elements < self.whole_below && self.first.is_blockwise() {
            &mut self.whole
        } else {
            &mut self.first
        }
    }

    /// What keeps the second moment of a tensor with so many elements.
    pub fn second_of(&mut self, elements: usize) -> &mut Keeper {
        if elements < self.whole_below && self.second.is_blockwise() {
            &mut self.whole
        } else {
            &mut self.second
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
    /// Matrices beside the moments, of all tensors one after the other; empty where there are none.
    pub matrices: Vec<N>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_where_tensors_do() {
        let mut keepers = Keepers::exact();
        let ranges =
            |keepers: &Keepers| keepers.parts(10, 4).into_iter().map(|p| p.range).collect::<Vec<_>>();
        assert_eq!(ranges(&keepers), [0..4, 4..8, 8..10]);
        keepers.ends = vec![5, 6, 10];
        assert_eq!(ranges(&keepers), [0..4, 4..5, 5..6, 6..10]);
        assert_eq!(keepers.parts(10, 4).iter().map(|p| p.tensor).collect::<Vec<_>>(), [5, 5, 1, 4]);
    }

    #[test]
    fn small_tensors_can_be_kept_whole() {
        let book = |block| {
            Storage::Blockwise(
                crate::storage::blockwise::Scheme::preset(
                    "torchao",
                    crate::storage::blockwise::Map::Dynamic,
                    true,
                    block,
                )
                .unwrap(),
            )
        };
        let storages =
            Storages { first: book(256), second: book(256), whole_below: 4096, ..Storages::default() };
        assert_eq!(storages.bytes(4095, 2, 4.0), 8.0);
        assert_eq!(storages.bytes(4096, 2, 4.0), 2.0 + 8.0 / 256.0);
        let mut keepers = storages.keepers().unwrap();
        assert!(!keepers.first_of(4095).is_blockwise() && keepers.first_of(4096).is_blockwise());
        assert!(!keepers.second_of(1).is_blockwise() && keepers.second_of(4096).is_blockwise());
    }
}
