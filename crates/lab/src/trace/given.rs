//! The numbers that a method gives, each from the numbers recorded before it.

use std::ops::Range;

use super::anchored::{Anchor, Anchored};
use super::fault::Fault;
use super::method::{Method, Visit};
use super::rows::Rows;
use crate::arithmetic::Native;
use crate::detect::Value;
use crate::optimizer::{Blind, Keepers, States};
use crate::storage::StorageError;
use crate::train::Streams;

/// The order in which a step computes weights, first and second moment: moments first.
pub const ORDER: [usize; 3] = [1, 2, 0];

/// Numbers of a tensor that are computed at a time, by each method, and steps.
const MANY: [usize; 2] = [1 << 13, 1 << 9];

/// A step's numbers by tensor.
pub type Step = [Vec<f64>; 3];

/// Ranges of steps that are computed at a time.
pub fn ranges(rows: &Rows) -> impl Iterator<Item = Range<usize>> {
    let [numbers, steps] = MANY;
    let (all, some) = (rows.steps, (numbers / rows.elements.max(1)).clamp(1, steps));
    (0..all).step_by(some).map(move |from| from..(from + some).min(all))
}

/// By step and tensor, the numbers that a method gives; where another one that can have computed them gives the recorded number, that one.
///
/// # Errors
/// A storage that cannot be had.
pub fn given(
    rows: &Rows,
    method: &Method,
    fault: Option<Fault>,
    steps: &Range<usize>,
) -> Result<Vec<Step>, StorageError> {
    let one = |method: &Method| {
        let keepers = method.storages.keepers().map_err(|(_, e)| e)?;
        method.with(Replay { rows, method, fault, keepers, steps: steps.clone() })
    };
    let mut all = one(method)?;
    for other in method.others() {
        for (s, (mine, its)) in steps.clone().zip(all.iter_mut().zip(one(&other)?)) {
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

/// A replay of some steps by a method with or without a fault.
struct Replay<'r> {
    rows: &'r Rows,
    method: &'r Method,
    fault: Option<Fault>,
    keepers: Keepers,
    steps: Range<usize>,
}

impl Visit for Replay<'_> {
    type Out = Vec<Step>;

    fn visit<V: Native + Value, A: Anchor<Number = V> + Clone>(mut self, a: A) -> Self::Out {
        self.steps.clone().map(|s| self.step(&a, s)).collect()
    }
}

impl Replay<'_> {
    fn step<V: Native, A: Anchor<Number = V> + Clone>(&mut self, a: &A, s: usize) -> Step {
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
        let mut states = States { weights, compensation: Vec::new(), first, second, matrices: Vec::new() };
        let g = of(rows.gradient(s));
        let hyper = self.fault.map_or(rows.hyper[s], |fault| fault.hyper(&rows.hyper[s]));
        let t = self.fault.map_or(rows.t(s), |fault| fault.step(rows.t(s)));
        let seeds = Streams::new(0).step(t);
        let mut a = Anchored::new(a.clone(), seeds, rows.all_after(s + 1));
        self.method.step(&hyper, &mut a, &seeds, &mut states, &g, &mut self.keepers, &mut Blind);
        a.into_parts().1.map(|computed| computed.iter().map(|x| x.wide()).collect())
    }
}
