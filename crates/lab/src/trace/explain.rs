//! Which method reproduces the recorded bits; and where none does, which fault.

use super::anchored::{Anchor, Anchored, TENSORS};
use super::fault::{FAULTS, Fault, Scope};
use super::method::{Method, Visit, step};
use super::place::Place;
use super::rows::Rows;
use crate::arithmetic::Native;
use crate::bound::Tally;
use crate::bound::trace::BITS;
use crate::detect::Value;
use crate::optimizer::{Blind, Keepers, States};
use crate::storage::StorageError;
use crate::train::Streams;

/// Recorded numbers that a method gives bit by bit (the signs of zeros apart), each from the numbers recorded before it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reproduced {
    /// So many.
    pub matched: u64,
    /// Of so many.
    pub of: u64,
    /// Recorded numbers that are not what they were before the step: what stands still is given by many orders.
    pub changed: u64,
    /// The first that it does not give.
    pub first: Option<Place>,
}

impl Reproduced {
    /// Takes in another parameter's.
    pub fn merge(&mut self, other: Reproduced) {
        (self.matched, self.of) = (self.matched + other.matched, self.of + other.of);
        self.changed += other.changed;
        let places = [self.first.take(), other.first].into_iter().flatten();
        self.first = places.min_by_key(Place::order);
    }

    /// Whether it is the order that was run, as far as this tells: of 1000 numbers that changed it misses one at most.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        1000 * (self.of - self.matched) <= self.changed && self.changed > 0
    }

    /// Whether it gives all of them.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.matched == self.of
    }
}

/// What a fault explains of a method's differences.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Explained {
    /// Numbers that the method with the fault gives, and the one without it does not.
    pub explains: u64,
    /// What speaks against it: numbers that only the one without it gives, where the fault would have changed them along with those that it explains, of the
    /// same tensor or the same step; of a truncation, which can befall one number, numbers of its tensor that neither gives.
    pub breaks: u64,
    /// The first that it explains.
    pub first: Option<Place>,
    /// The last step in which it explains any, 0 if none.
    pub last: u64,
}

impl Explained {
    /// Takes in a step: what is explained and what is broken of each tensor.
    fn add(&mut self, scope: Scope, tensors: [(u64, u64); 3]) {
        let explains: u64 = tensors.iter().map(|(explains, _)| explains).sum();
        self.explains += explains;
        self.breaks += match scope {
            Scope::Element => tensors.iter().map(|(_, breaks)| breaks).sum(),
            Scope::Tensor => {
                tensors.iter().filter(|(explains, _)| *explains > 0).map(|(_, breaks)| breaks).sum()
            }
            Scope::Step if explains > 0 => tensors.iter().map(|(_, breaks)| breaks).sum(),
            Scope::Step => 0,
        };
    }

    /// Takes in another parameter's.
    pub fn merge(&mut self, other: Explained) {
        (self.explains, self.breaks) = (self.explains + other.explains, self.breaks + other.breaks);
        self.last = self.last.max(other.last);
        let places = [self.first.take(), other.first].into_iter().flatten();
        self.first = places.min_by_key(Place::order);
    }
}

/// A replay of a parameter by a method with or without a fault.
struct Replay<'r> {
    rows: &'r Rows,
    method: &'r Method,
    fault: Option<Fault>,
    keepers: Keepers,
}

impl Visit for Replay<'_> {
    /// By step and tensor, the numbers that it gives.
    type Out = Vec<[Vec<f64>; 3]>;

    fn visit<V: Native + Value, A: Anchor<Number = V> + Clone>(mut self, a: A) -> Self::Out {
        (0..self.rows.steps).map(|s| self.step(&a, s)).collect()
    }
}

impl Replay<'_> {
    fn step<V: Native, A: Anchor<Number = V> + Clone>(&mut self, a: &A, s: usize) -> [Vec<f64>; 3] {
        let (rows, n) = (self.rows, self.rows.elements);
        if let Some(Fault::Stale(stale)) = self.fault {
            return std::array::from_fn(|tensor| {
                let before = rows.after(s, tensor).iter();
                before.map(|&before| if tensor == stale { before } else { f64::NAN }).collect()
            });
        }
        let of = |values: &[f64]| match values {
            [] => vec![V::of(0.0); n],
            values => values.iter().map(|&x| a.number(x)).collect(),
        };
        let [weights, first, second] = rows.all_after(s).map(of);
        let mut states = States { weights, compensation: Vec::new(), first, second };
        let g = of(rows.gradient(s));
        let hyper = self.fault.map_or(rows.hyper[s], |fault| fault.hyper(&rows.hyper[s]));
        let t = self.fault.map_or(rows.t(s), |fault| fault.step(rows.t(s)));
        let seeds = Streams::new(0).step(t);
        let mut a = Anchored::new(a.clone(), seeds, rows.all_after(s + 1));
        step(&self.method.at(&hyper), &mut a, &seeds, &mut states, &g, &mut self.keepers, &mut Blind);
        a.into_parts().1.map(|computed| computed.iter().map(|x| x.wide()).collect())
    }
}

/// By step and tensor, the numbers that a method gives; where another one that can have computed them gives the recorded number, that one.
fn replay(rows: &Rows, method: &Method, fault: Option<Fault>) -> Result<Vec<[Vec<f64>; 3]>, StorageError> {
    let one = |method: &Method| {
        let keepers = method.storages.keepers().map_err(|(_, e)| e)?;
        method.with(Replay { rows, method, fault, keepers })
    };
    let mut all = one(method)?;
    for other in method.others() {
        for (s, (mine, its)) in all.iter_mut().zip(one(&other)?).enumerate() {
            for (tensor, (mine, its)) in mine.iter_mut().zip(its).enumerate() {
                let recorded = rows.after(s + 1, tensor);
                for ((mine, its), recorded) in mine.iter_mut().zip(its).zip(recorded) {
                    if its == *recorded {
                        *mine = its;
                    }
                }
            }
        }
    }
    Ok(all)
}

fn place(rows: &Rows, parameter: usize, s: usize, tensor: usize, element: usize) -> Place {
    let (name, element) = (rows.parameter.name.clone(), rows.place(element));
    Place { step: rows.t(s), parameter, name, tensor, what: TENSORS[tensor], element }
}

/// In the order in which a step computes them.
const ORDER: [usize; 3] = [1, 2, 0];

/// How much of a parameter a method reproduces.
///
/// # Errors
/// A storage that cannot be had.
pub fn reproduced(rows: &Rows, parameter: usize, method: &Method) -> Result<Reproduced, StorageError> {
    let mut all = Reproduced::default();
    for (s, given) in replay(rows, method, None)?.iter().enumerate() {
        for tensor in ORDER {
            for (k, (x, given)) in rows.after(s + 1, tensor).iter().zip(&given[tensor]).enumerate() {
                all.of += 1;
                all.changed += u64::from(rows.after(s, tensor)[k] != *x);
                all.matched += u64::from(x == given);
                if x != given && all.first.is_none() {
                    all.first = Some(place(rows, parameter, s, tensor, k));
                }
            }
        }
    }
    Ok(all)
}

/// `trace.bits` of weights, first and second moment, where the order is `known`.
///
/// # Errors
/// A storage that cannot be had.
pub fn bits(rows: &Rows, parameter: usize, method: &Method, known: bool) -> Result<[Tally; 3], StorageError> {
    let mut all = std::array::from_fn(|_| Tally::new(&BITS));
    for (s, given) in replay(rows, method, None)?.iter().enumerate() {
        for (tensor, tally) in all.iter_mut().enumerate() {
            tally.step(rows.t(s));
            for (k, (x, given)) in rows.after(s + 1, tensor).iter().zip(&given[tensor]).enumerate() {
                let at = || place(rows, parameter, s, tensor, k).to_string();
                match known {
                    true => tally.observe((x - given).abs(), 0.0, f64::INFINITY, at),
                    false => tally.fail(0, at),
                }
            }
        }
    }
    Ok(all)
}

/// What each of the faults explains of a parameter.
///
/// # Errors
/// A storage that cannot be had.
pub fn explained(rows: &Rows, parameter: usize, method: &Method) -> Result<Vec<Explained>, StorageError> {
    let without = replay(rows, method, None)?;
    let one = |fault: &Fault| {
        let Some(with) = fault.method(method) else { return Ok(Explained::default()) };
        let with = replay(rows, &with, Some(*fault))?;
        let mut all = Explained::default();
        for (s, (with, without)) in with.iter().zip(&without).enumerate() {
            let mut of_step = [(0, 0); 3];
            for tensor in ORDER {
                for (k, &x) in rows.after(s + 1, tensor).iter().enumerate() {
                    let [with, without] = [with, without].map(|given| given[tensor][k] == x);
                    let against = match fault {
                        Fault::Truncated(own) => *own == tensor && !with && !without,
                        _ => without && !with,
                    };
                    of_step[tensor].1 += u64::from(against);
                    if with && !without {
                        of_step[tensor].0 += 1;
                        all.last = rows.t(s);
                        all.first.get_or_insert_with(|| place(rows, parameter, s, tensor, k));
                    }
                }
            }
            all.add(fault.scope(), of_step);
        }
        Ok(all)
    };
    FAULTS.iter().map(one).collect()
}
