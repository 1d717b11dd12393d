//! Which method reproduces the recorded bits; and where none does, which fault.

use super::anchored::{Anchor, Anchored, TENSORS};
use super::fault::{FAULTS, Fault};
use super::method::{Method, Visit, step};
use super::place::Place;
use super::rows::Rows;
use crate::arithmetic::Native;
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
    /// The first that it does not give.
    pub first: Option<Place>,
}

impl Reproduced {
    /// Takes in another parameter's.
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

/// What a fault explains of a method's differences.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Explained {
    /// Numbers that the method with the fault gives, and the one without it does not.
    pub explains: u64,
    /// Numbers that only the one without it gives.
    pub breaks: u64,
    /// The first that it explains.
    pub first: Option<Place>,
    /// The last step in which it explains any, 0 if none.
    pub last: u64,
}

impl Explained {
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
    /// By step and tensor, whether each element is as it was recorded.
    type Out = Vec<[Vec<bool>; 3]>;

    fn visit<V: Native + Value, A: Anchor<Number = V> + Clone>(mut self, a: A) -> Self::Out {
        (0..self.rows.steps).map(|s| self.step(&a, s)).collect()
    }
}

impl Replay<'_> {
    fn step<V: Native, A: Anchor<Number = V> + Clone>(&mut self, a: &A, s: usize) -> [Vec<bool>; 3] {
        let (rows, n) = (self.rows, self.rows.elements);
        if let Some(Fault::Stale(stale)) = self.fault {
            return std::array::from_fn(|tensor| {
                let pairs = rows.after(s, tensor).iter().zip(rows.after(s + 1, tensor));
                pairs.map(|(before, after)| tensor == stale && before == after).collect()
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
        let computed = a.into_parts().1;
        std::array::from_fn(|tensor| {
            let recorded = rows.after(s + 1, tensor).iter();
            recorded.zip(&computed[tensor]).map(|(x, computed)| *x == computed.wide()).collect()
        })
    }
}

/// By step and tensor, whether each element is as it was recorded: by the method or another one that can have computed it.
fn replay(rows: &Rows, method: &Method, fault: Option<Fault>) -> Result<Vec<[Vec<bool>; 3]>, StorageError> {
    let one = |method: &Method| {
        let keepers = method.storages.keepers().map_err(|(_, e)| e)?;
        method.with(Replay { rows, method, fault, keepers })
    };
    let mut all = one(method)?;
    for other in method.others() {
        let other = one(&other)?;
        let pairs = all.iter_mut().flatten().flatten().zip(other.iter().flatten().flatten());
        pairs.for_each(|(is, other)| *is |= other);
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
    for (s, tensors) in replay(rows, method, None)?.iter().enumerate() {
        for tensor in ORDER {
            for (k, &is) in tensors[tensor].iter().enumerate() {
                all.of += 1;
                all.matched += u64::from(is);
                if !is && all.first.is_none() {
                    all.first = Some(place(rows, parameter, s, tensor, k));
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
            for tensor in ORDER {
                for (k, (&with, &without)) in with[tensor].iter().zip(&without[tensor]).enumerate() {
                    all.breaks += u64::from(without && !with);
                    if with && !without {
                        all.explains += 1;
                        all.last = rows.t(s);
                        all.first.get_or_insert_with(|| place(rows, parameter, s, tensor, k));
                    }
                }
            }
        }
        Ok(all)
    };
    FAULTS.iter().map(one).collect()
}
