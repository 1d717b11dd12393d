//! What a trace is compared with, and what its replay found.

use super::candidate::{Candidate, Kept};
use super::explain::Explained;
use super::judge::{Largest, Outside};
use super::orders::{Decided, Reproduced};
use super::rounds::Rounds;
use crate::bound::Tally;
use crate::detect::Detectors;

/// What a trace is compared with.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Against {
    /// The preset of the order of operations, if not that of the recorded class.
    pub preset: Option<String>,
    /// Where operations round, if not as usual for the recorded class.
    pub rounds: Option<Rounds>,
    /// Where weights, first and second moment are kept, if not in the recorded types.
    pub kept: Kept,
    /// The most memory that it may take, in bytes.
    pub limit: u64,
}

/// A candidate, and how much of the trace it reproduces.
pub struct Tried {
    /// The candidate.
    pub candidate: Candidate,
    /// How much.
    pub reproduced: Reproduced,
}

/// What was decided of tensors of one kind: weights, first or second moments.
pub struct Order {
    /// 0 for weights, 1 for first moments, 2 for second.
    pub tensor: usize,
    /// The parameters that they are of, by number.
    pub parameters: Vec<usize>,
    /// The candidate that they are compared with and what tells it from others, by number in [`Replayed::tried`].
    pub decided: Decided,
}

/// A fault, and what it explains of what the nearest candidate does not reproduce.
pub struct Diagnosis {
    /// Its name.
    pub fault: String,
    /// What it explains.
    pub explained: Explained,
    /// Numbers that it would lose of other parameters if it befell the whole step: none of faults that befall a number or a tensor.
    pub elsewhere: Option<u64>,
}

/// What a replay found.
pub struct Replayed {
    /// The method that the bounds are of.
    pub judged_by: Candidate,
    /// `trace.step`, `trace.running` and `trace.worst-case` of weights, first and second moment.
    pub tallies: [[Tally; 3]; 3],
    /// `trace.bits` of the same.
    pub bits: [Tally; 3],
    /// The first number that is out of the bound of its step.
    pub outside: Option<Outside>,
    /// Step by step.
    pub curve: Vec<(u64, Largest)>,
    /// What low precision did.
    pub detectors: Option<Detectors>,
    /// Candidates, the nearest first.
    pub tried: Vec<Tried>,
    /// Which of them was run, by kind of tensor and by parameters of which the same was decided.
    pub orders: Vec<Order>,
    /// Parameters, by number, whose tensors are not all of one order that decays weights when the recorded class does.
    pub mixed: Vec<usize>,
    /// What explains the differences from the nearest candidate; nothing where there are none.
    pub diagnoses: Vec<Diagnosis>,
    /// What was left out of the comparison: parameter and why.
    pub not_judged: Vec<(String, String)>,
    /// Recorded numbers that are 0 and exactly so: no bound is evaluated there.
    pub idle: u64,
    /// Recorded elements of each parameter.
    pub elements: Vec<u64>,
}

impl Replayed {
    /// Whether the order of operations of every tensor is known: then every number has to be the one that it gives.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.orders.iter().all(|order| order.decided.is_known)
    }

    /// Recorded numbers that the nearest candidate of their tensor does not give.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.orders.iter().map(|order| order.decided.missed).sum()
    }

    /// Brings candidates into an order, given by their numbers.
    pub(super) fn rank(&mut self, ranked: &[usize]) {
        let mut tried: Vec<Option<Tried>> = self.tried.drain(..).map(Some).collect();
        self.tried = ranked.iter().filter_map(|k| tried[*k].take()).collect();
        let place = |old: usize| ranked.iter().position(|k| *k == old).unwrap_or(old);
        for order in &mut self.orders {
            order.decided.order = place(order.decided.order);
            order.decided.apart.iter_mut().for_each(|(k, _)| *k = place(*k));
        }
    }
}
