//! Where no order gives the recorded bits: which fault does.

use super::fault::{FAULTS, Fault, Scope};
use super::given::{ORDER, Step, given, ranges};
use super::hyper::Hyper;
use super::method::Method;
use super::orders::earliest;
use super::place::Place;
use super::rows::Rows;
use crate::storage::StorageError;

/// What a fault explains of a method's differences.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Explained {
    /// Numbers that the method with the fault gives, and the one without it does not.
    pub explains: u64,
    /// What speaks against it: numbers that only the one without it gives, where the fault would have changed them along with those that it explains, of the
    /// same tensor or of the same step and parameter; of a truncation, which can befall one number, numbers of its tensor that neither gives.
    pub breaks: u64,
    /// The first that it explains.
    pub first: Option<Place>,
    /// The last step in which it explains any, 0 if none.
    pub last: u64,
    /// The hyperparameters of the first number that it explains.
    pub hyper: Option<Hyper>,
    /// By step of the trace, whether it explains anything of any parameter.
    acts: Vec<bool>,
    /// By step of the trace, numbers that it would lose of parameters of which it explains nothing there.
    lost: Vec<u32>,
}

impl Explained {
    /// Bytes that it takes for each step.
    pub const STEP: u64 = 5;

    /// Nothing yet, of so many steps: a fault of whole steps is followed step by step.
    fn none(scope: Scope, steps: usize) -> Explained {
        let steps = if scope == Scope::Step { steps } else { 0 };
        Explained { acts: vec![false; steps], lost: vec![0; steps], ..Explained::default() }
    }

    /// Of the numbers `lost` of other parameters by step, those of steps in which the fault explains any.
    pub fn elsewhere(&self, lost: &[u32]) -> u64 {
        self.acts.iter().zip(lost).filter(|(acts, _)| **acts).map(|(_, lost)| u64::from(*lost)).sum()
    }

    /// Adds the numbers that it would lose of parameters of which it explains nothing, by step.
    pub fn add_lost(&self, to: &mut Vec<u32>) {
        to.resize(to.len().max(self.lost.len()), 0);
        to.iter_mut().zip(&self.lost).for_each(|(sum, lost)| *sum = sum.saturating_add(*lost));
    }

    /// Takes in other parameters'.
    pub fn merge(&mut self, other: Explained) {
        (self.explains, self.breaks) = (self.explains + other.explains, self.breaks + other.breaks);
        self.last = self.last.max(other.last);
        other.add_lost(&mut self.lost);
        self.acts.resize(self.acts.len().max(other.acts.len()), false);
        self.acts.iter_mut().zip(&other.acts).for_each(|(mine, its)| *mine |= its);
        let is_earlier = |place: &Place| self.first.as_ref().is_none_or(|mine| place.order() < mine.order());
        if other.first.as_ref().is_some_and(is_earlier) {
            (self.first, self.hyper) = (other.first, other.hyper);
        }
    }

    /// Takes in a parameter's step: what is explained and what is broken of each tensor.
    fn add(&mut self, scope: Scope, s: usize, tensors: [(u64, u64); 3]) {
        let explains: u64 = tensors.iter().map(|(explains, _)| explains).sum();
        let breaks: u64 = tensors.iter().map(|(_, breaks)| breaks).sum();
        self.explains += explains;
        self.breaks += match scope {
            Scope::Element => breaks,
            Scope::Tensor => {
                tensors.iter().filter(|(explains, _)| *explains > 0).map(|(_, breaks)| breaks).sum()
            }
            Scope::Step if explains > 0 => breaks,
            Scope::Step => 0,
        };
        match (scope, explains) {
            (Scope::Step, 0) => {
                self.lost[s] = self.lost[s].saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            }
            (Scope::Step, _) => self.acts[s] = true,
            _ => {}
        }
    }
}

/// What each of the faults explains of some of a batch's parameters, which `method` is nearest to.
///
/// # Errors
/// A storage that cannot be had.
pub fn explained(
    rows: &Rows,
    method: &Method,
    is_own: &dyn Fn(usize, usize) -> bool,
) -> Result<Vec<Explained>, StorageError> {
    let none = |fault: &Fault| Explained::none(fault.scope(), rows.steps);
    let mut all: Vec<Explained> = FAULTS.iter().map(none).collect();
    for steps in ranges(rows) {
        let without = given(rows, method, None, &steps)?;
        for (fault, all) in FAULTS.iter().zip(&mut all) {
            let Some(with) = fault.method(method) else { continue };
            let with = given(rows, &with, Some(*fault), &steps)?;
            for ((s, with), without) in steps.clone().zip(&with).zip(&without) {
                for part in 0..rows.parts.len() {
                    let of_step = of_step(rows, part, s, fault, [with, without], is_own, all);
                    all.add(fault.scope(), s, of_step);
                }
            }
        }
    }
    Ok(all)
}

/// What a fault explains and breaks of each tensor of a parameter in a step.
fn of_step(
    rows: &Rows,
    part: usize,
    s: usize,
    fault: &Fault,
    [with, without]: [&Step; 2],
    is_own: &dyn Fn(usize, usize) -> bool,
    all: &mut Explained,
) -> [(u64, u64); 3] {
    let mut of_step = [(0, 0); 3];
    for tensor in ORDER.into_iter().filter(|tensor| is_own(part, *tensor)) {
        let recorded = rows.after(s + 1, tensor);
        for k in rows.parts[part].range.clone().filter(|_| rows.is_given(tensor)) {
            let [with, without] = [with, without].map(|given| given[tensor][k] == recorded[k]);
            let against = match fault {
                Fault::Truncated(own) => *own == tensor && !with && !without,
                _ => without && !with,
            };
            of_step[tensor].1 += u64::from(against);
            if with && !without {
                of_step[tensor].0 += 1;
                all.last = rows.t(s);
                all.hyper.get_or_insert(rows.hyper[s]);
                earliest(&mut all.first, rows.t(s), || rows.place(s, tensor, k));
            }
        }
    }
    of_step
}
