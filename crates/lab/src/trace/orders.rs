//! Which order of operations gives the recorded numbers bit by bit: decided tensor by tensor, by the numbers in which the orders differ.

use super::given::{ORDER, given, ranges};
use super::method::Method;
use super::place::Place;
use super::rows::Rows;
use crate::storage::StorageError;

/// Numbers in which two orders have to differ before one of them is told from the other.
pub const TELLING: u64 = 10;

/// Recorded numbers that a method gives bit by bit (the signs of zeros apart), each from the numbers recorded before it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reproduced {
    /// So many.
    pub matched: u64,
    /// Of so many.
    pub of: u64,
    /// The first that it does not give.
    pub first: Option<Place>,
}

impl Reproduced {
    /// Takes in other tensors'.
    pub fn merge(&mut self, other: Reproduced) {
        (self.matched, self.of) = (self.matched + other.matched, self.of + other.of);
        let places = [self.first.take(), other.first].into_iter().flatten();
        self.first = places.min_by_key(Place::order);
    }

    /// Whether it gives all of them.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.matched == self.of
    }
}

/// A tensor of a parameter, and how much of it each candidate gives.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unit {
    /// Recorded numbers.
    pub of: u64,
    /// Those that are not what they were before their step: what stands still is given by many orders.
    pub changed: u64,
    /// What each candidate gives.
    pub matched: Vec<u64>,
    /// Numbers in which two candidates differ: by pairs, (1, 0), (2, 0), (2, 1), (3, 0), ...
    apart: Vec<u64>,
}

/// What is decided of a tensor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The candidate that gives most of it.
    pub order: usize,
    /// Numbers that it does not give.
    pub missed: u64,
    /// Of so many.
    pub of: u64,
    /// Whether it is the order that was run, as far as the numbers tell.
    pub is_known: bool,
    /// In how many numbers each other candidate differs from it.
    pub apart: Vec<(usize, u64)>,
    /// The least of these above 0.
    pub telling: Option<u64>,
}

impl Decided {
    /// Takes in another tensor of which the same was decided.
    pub fn merge(&mut self, other: &Decided) {
        (self.missed, self.of) = (self.missed + other.missed, self.of + other.of);
        for (k, apart) in &mut self.apart {
            let its = other.apart.iter().find(|(of, _)| of == k);
            *apart += its.map_or(0, |(_, apart)| *apart);
        }
        self.telling = self.telling.into_iter().chain(other.telling).min();
    }

    /// Other candidates that it is not told from, and in how many numbers they differ from it.
    pub fn alike(&self) -> Vec<(usize, u64)> {
        self.apart.iter().copied().filter(|(_, apart)| *apart < TELLING).collect()
    }
}

fn pair(a: usize, b: usize) -> usize {
    let (low, high) = (a.min(b), a.max(b));
    high * (high - 1) / 2 + low
}

impl Unit {
    fn new(candidates: usize) -> Unit {
        let pairs = candidates * candidates.saturating_sub(1) / 2;
        Unit { matched: vec![0; candidates], apart: vec![0; pairs], ..Unit::default() }
    }

    /// Takes in a number: what was recorded before and after the step, and what the candidates give.
    fn add(&mut self, before: f64, recorded: f64, given: &[f64]) {
        self.of += 1;
        self.changed += u64::from(before != recorded);
        for (matched, x) in self.matched.iter_mut().zip(given) {
            *matched += u64::from(*x == recorded);
        }
        if given.iter().all(|x| *x == given[0]) {
            return;
        }
        for (a, x) in given.iter().enumerate() {
            for (b, y) in given[..a].iter().enumerate() {
                self.apart[pair(a, b)] += u64::from(x != y);
            }
        }
    }

    /// The candidate that gives most, if it is known to be the order that was run; else the one that is ranked first, as it is among equals. It is known
    /// if it gives every number; or if it misses at most one of 100 that changed, and ten times as many as it misses tell it from each
    /// order that it differs from. `covers` says that the second candidate is the first with some of its freedom taken away, which is no other order.
    pub fn decide(&self, ranked: &[usize], covers: &dyn Fn(usize, usize) -> bool) -> Decided {
        let most = self.matched.iter().max();
        let nearest = ranked.iter().copied().find(|k| self.matched.get(*k) == most).unwrap_or(0);
        let decided = self.of(nearest, ranked, covers);
        match ranked.first() {
            Some(first) if !decided.is_known => {
                Decided { is_known: false, ..self.of(*first, ranked, covers) }
            }
            _ => decided,
        }
    }

    /// What is to be said of a candidate.
    fn of(&self, order: usize, ranked: &[usize], covers: &dyn Fn(usize, usize) -> bool) -> Decided {
        let others = ranked.iter().copied().filter(|k| *k != order);
        let apart: Vec<(usize, u64)> = others.map(|k| (k, self.apart[pair(order, k)])).collect();
        let telling = apart.iter().filter(|(k, apart)| *apart > 0 && !covers(order, *k));
        let telling = telling.map(|(_, apart)| *apart).min();
        let missed = self.of - self.matched[order];
        let is_known = missed == 0
            || (100 * missed <= self.changed && telling.is_some_and(|apart| TELLING * missed <= apart));
        Decided { order, missed, of: self.of, is_known, apart, telling }
    }
}

/// The candidates, those first that give most of the tensors of which some candidate gives all; where there are no such tensors, that give most. What a fault changed
/// says nothing of the order that was run: there one gives more than another by chance. The usual ones are first among equals.
pub fn ranked<'u>(units: impl Iterator<Item = &'u Unit> + Clone, candidates: usize) -> Vec<usize> {
    let is_sound = |unit: &&Unit| unit.changed > 0 && unit.matched.contains(&unit.of);
    let any = units.clone().any(|unit| is_sound(&unit));
    let mut given = vec![0; candidates];
    for unit in units.filter(|unit| !any || is_sound(unit)) {
        given.iter_mut().zip(&unit.matched).for_each(|(sum, matched)| *sum += matched);
    }
    let mut all: Vec<usize> = (0..candidates).collect();
    all.sort_by_key(|k| std::cmp::Reverse(given[*k]));
    all
}

/// How much of a batch's parameters candidates give: each of all, and all of each tensor of each parameter.
///
/// # Errors
/// A storage that cannot be had.
pub fn compared(rows: &Rows, methods: &[Method]) -> Result<(Vec<Reproduced>, Vec<[Unit; 3]>), StorageError> {
    let mut all = vec![Reproduced::default(); methods.len()];
    let mut units: Vec<[Unit; 3]> =
        rows.parts.iter().map(|_| std::array::from_fn(|_| Unit::new(methods.len()))).collect();
    let mut numbers = vec![0.0; methods.len()];
    for steps in ranges(rows) {
        let each = methods.iter().map(|method| given(rows, method, None, &steps));
        let each = each.collect::<Result<Vec<_>, _>>()?;
        for (at, s) in steps.enumerate() {
            for tensor in ORDER {
                let (before, after) = (rows.after(s, tensor), rows.after(s + 1, tensor));
                for (part, units) in rows.parts.iter().zip(&mut units).filter(|_| rows.is_given(tensor)) {
                    for k in part.range.clone() {
                        numbers.iter_mut().zip(&each).for_each(|(x, given)| *x = given[at][tensor][k]);
                        units[tensor].add(before[k], after[k], &numbers);
                        for (one, x) in all.iter_mut().zip(&numbers) {
                            one.of += 1;
                            one.matched += u64::from(*x == after[k]);
                            if *x != after[k] {
                                earliest(&mut one.first, rows.t(s), || rows.place(s, tensor, k));
                            }
                        }
                    }
                }
            }
        }
    }
    Ok((all, units))
}

/// The earlier of a known place and another one, of a step that is no earlier than the known one's.
pub fn earliest(first: &mut Option<Place>, step: u64, place: impl FnOnce() -> Place) {
    if first.as_ref().is_some_and(|known| known.step < step) {
        return;
    }
    let place = place();
    if first.as_ref().is_none_or(|known| place.order() < known.order()) {
        *first = Some(place);
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    /// A tensor of which candidates 0, 1 and 2 give this: so many times what was recorded, 1.0, or another number.
    fn unit(numbers: &[([f64; 3], u64)]) -> Unit {
        let mut unit = Unit::new(3);
        for (given, times) in numbers {
            (0..*times).for_each(|_| unit.add(0.0, 1.0, given));
        }
        unit
    }

    const SAME: [f64; 3] = [1.0; 3];

    fn decide(unit: &Unit) -> super::Decided {
        unit.decide(&[0, 1, 2], &|_, _| false)
    }

    /// In 100,000 numbers of float32 at a small rate the orders differ in 100, of which the nearest gives 70: another order was run. By all numbers it
    /// misses 30 of 100,000, which once was enough.
    #[test]
    fn an_order_is_judged_by_the_numbers_that_tell_it_from_others() {
        let unit = unit(&[(SAME, 99_900), ([1.0, 2.0, 2.0], 70), ([2.0, 1.0, 2.0], 30)]);
        let decided = decide(&unit);
        assert_eq!((decided.order, decided.missed, decided.telling), (0, 30, Some(70)));
        assert!(!decided.is_known);
    }

    /// One number of a run is wrong, and hundreds tell the order from every other one.
    #[test]
    fn one_fault_leaves_an_order_known() {
        let decided = decide(&unit(&[(SAME, 2_000), ([1.0, 2.0, 3.0], 500), ([2.0, 2.0, 2.0], 1)]));
        assert!(decided.is_known && decided.alike().is_empty());
        assert_eq!((decided.missed, decided.telling), (1, Some(500)));
        // More than one of 100 that changed: none.
        assert!(!decide(&unit(&[(SAME, 500), ([1.0, 2.0, 3.0], 500), ([2.0, 2.0, 2.0], 11)])).is_known);
        // Nothing tells the orders apart: a miss may be the order's as well as a fault's.
        let blind = decide(&unit(&[(SAME, 5_000), ([2.0; 3], 1)]));
        assert!(!blind.is_known && blind.alike() == [(1, 0), (2, 0)]);
    }

    /// Orders that differ in none or in few of the recorded numbers are both named.
    #[test]
    fn orders_that_are_not_told_apart_are_named() {
        let decided = decide(&unit(&[(SAME, 50), ([1.0, 1.0, 2.0], 9)]));
        assert!(decided.is_known);
        assert_eq!(decided.alike(), [(1, 0), (2, 9)]);
        assert_eq!(decide(&unit(&[(SAME, 50), ([1.0, 1.0, 2.0], 10)])).alike(), [(1, 0)]);
        // The first in rank is named among equals.
        let other = unit(&[(SAME, 50)]).decide(&[2, 0, 1], &|_, _| false);
        assert_eq!((other.order, other.alike()), (2, vec![(0, 0), (1, 0)]));
    }

    /// By chance candidate 2 gives more of what a fault changed; what is sound says that it is not 2, and does not tell 0 from 1.
    #[test]
    fn candidates_are_ranked_by_what_is_sound() {
        let sound = unit(&[(SAME, 90), ([1.0, 1.0, 2.0], 10)]);
        let faulty = unit(&[([2.0, 2.0, 2.0], 60), ([2.0, 1.0, 1.0], 30), ([2.0, 2.0, 1.0], 30)]);
        assert_eq!(super::ranked([&sound, &faulty].into_iter(), 3), [0, 1, 2]);
        assert_eq!(super::ranked([&faulty].into_iter(), 3), [2, 1, 0]);
    }

    /// An order with nearest roots is the one with roots within an ulp, told narrower: that they differ in few numbers does not count against it.
    #[test]
    fn a_narrower_claim_is_no_other_order() {
        let unit = unit(&[(SAME, 2_000), ([1.0, 2.0, 1.0], 500), ([1.0, 2.0, 3.0], 5), ([2.0, 3.0, 2.0], 1)]);
        assert_eq!(decide(&unit).telling, Some(5));
        let decided = unit.decide(&[0, 1, 2], &|of, other| (of, other) == (0, 2));
        assert!(decided.is_known && decided.telling == Some(506));
    }
}
