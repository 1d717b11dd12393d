//! The mismatches that are kept for explanation: the first of each kind, then the first of all.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use super::{Difference, Mismatch};

/// The number of a case, and the position of the policy.
type Order = (u64, usize);

/// At most a given number of mismatches of a job. What is kept does not depend on the order in which they come: the first of each
/// kind, and of the others the first.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Sorted.
    list: Vec<Mismatch>,
    /// The first in the list of each kind.
    first: HashMap<Difference, Order>,
}

impl Kept {
    /// Whether a mismatch might be kept.
    pub fn wants(&self, most: usize, order: Order, difference: &Difference) -> bool {
        let precedes = |last: &Mismatch| order < last.order();
        let is_new = || !self.first.contains_key(difference);
        most > 0 && (self.list.len() < most || self.list.last().is_some_and(precedes) || is_new())
    }

    /// Adds a mismatch, and drops the last one if there are too many.
    pub fn add(&mut self, most: usize, mismatch: Mismatch) {
        let order = mismatch.order();
        if !self.wants(most, order, &mismatch.difference) {
            return;
        }
        let first = self.first.entry(mismatch.difference).or_insert(order);
        *first = order.min(*first);
        let place = self.list.partition_point(|m| m.order() < order);
        self.list.insert(place, mismatch);
        if self.list.len() <= most {
            return;
        }
        match self.list.iter().rposition(|m| self.first[&m.difference] != m.order()) {
            Some(repeated) => drop(self.list.remove(repeated)),
            // All are of different kinds.
            None => drop(self.list.pop().and_then(|last| self.first.remove(&last.difference))),
        }
    }

    /// Adds those of another thread.
    pub fn extend(&mut self, most: usize, other: Kept) {
        other.list.into_iter().for_each(|mismatch| self.add(most, mismatch));
    }

    /// The mismatches, the first of each kind before all others.
    pub fn sorted(self) -> Vec<Mismatch> {
        first_of_each_kind(self.list, |mismatch| mismatch.difference)
    }
}

/// Moves the first item of each kind before all others; the order is kept otherwise.
///
/// ```
/// use halfulp_verify::verify::first_of_each_kind;
///
/// assert_eq!(first_of_each_kind(vec![12, 14, 21, 33, 16], |n| n % 2), [12, 21, 14, 33, 16]);
/// ```
#[must_use]
pub fn first_of_each_kind<T, K: Eq + Hash>(items: Vec<T>, kind: impl Fn(&T) -> K) -> Vec<T> {
    let mut met = HashSet::new();
    let (mut first, others): (Vec<T>, Vec<T>) = items.into_iter().partition(|item| met.insert(kind(item)));
    first.extend(others);
    first
}
