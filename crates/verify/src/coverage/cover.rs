//! Few cases that hit every bin that some case is known to hit.

use halfulp::{NoiseBits, Operands, Policy, Rounding, Task};

use super::dice::Dice;
use super::exhaust::Exhausted;
use super::group::{Hits, places};
use super::model::Model;
use crate::cases::{Cases, CasesError, Edge, Random, Selection};

/// Operands that are drawn for a bin before it is given up, where there are too many cases to try all.
const TRIES: usize = 256;

/// Edge cases, and as many random ones, that are tried for the bins that are left then.
const CHANCES: u64 = 1 << 17;

/// Cases that hit every bin of a task that some case hits, as far as such a case was found: a short list, not the shortest.
///
/// Of at most 24 bits of operands and noise, all cases are tried, and the list hits every reachable bin. Of more, exact results are drawn for
/// each bin and solved for operands, 256 times at most, then edge and random cases are tried.
pub struct Cover {
    cases: Vec<Operands>,
}

impl Cover {
    /// The cases of a task under some policies: under each of them they hit its bins.
    #[must_use]
    pub fn new(task: &Task, policies: &[Policy], seed: u64) -> Cover {
        let mut cases = Vec::new();
        for policy in policies {
            add(&mut cases, &task.with_policy(*policy), seed);
        }
        Cover { cases }
    }
}

impl Cases for Cover {
    fn len(&self) -> u64 {
        self.cases.len() as u64
    }

    fn case(&self, number: u64) -> Operands {
        self.cases[number as usize]
    }
}

/// The cases of a selection for a task under some policies: those that are generated for coverage, or those that the selection has itself.
///
/// # Errors
/// As of [`Selection::cases`].
pub fn cases(
    selection: Selection,
    task: &Task,
    policies: &[Policy],
    seed: u64,
) -> Result<Box<dyn Cases>, CasesError> {
    match selection {
        Selection::Cover => Ok(Box::new(Cover::new(task, policies, seed))),
        selection => selection.cases(task, seed),
    }
}

/// The bins that are hit already.
struct Known<'a> {
    model: &'a Model,
    hit: Vec<bool>,
    hits: Hits,
}

impl Known<'_> {
    /// Whether a case hits a bin that is not hit yet; then it is.
    fn takes(&mut self, case: &Operands) -> bool {
        self.model.hits(case, &mut self.hits);
        let mut new = false;
        for &bin in &self.hits.list {
            new |= !std::mem::replace(&mut self.hit[bin as usize], true);
        }
        new
    }
}

/// Adds the cases that a task needs beside those that there are.
fn add(cases: &mut Vec<Operands>, task: &Task, seed: u64) {
    let model = Model::new(task);
    let mut known = Known { hit: vec![false; model.bins()], hits: Hits::new(), model: &model };
    for case in cases.iter() {
        known.takes(case);
    }
    let own = match Exhausted::of(&model, seed) {
        Some(all) => {
            let mut own = Vec::new();
            for (bin, case) in all.rarest_first() {
                if !known.hit[bin] {
                    known.takes(&case);
                    own.push(case);
                }
            }
            own
        }
        None => searched(&mut known, seed),
    };
    cases.extend(needed(&model, cases, own));
}

/// Those of some cases that hit a bin which no later one of them hits, nor any that there is already: what is found early is often
/// hit again.
fn needed(model: &Model, there: &[Operands], own: Vec<Operands>) -> Vec<Operands> {
    let mut known = Known { hit: vec![false; model.bins()], hits: Hits::new(), model };
    for case in there {
        known.takes(case);
    }
    let mut kept: Vec<Operands> = own.into_iter().rev().filter(|case| known.takes(case)).collect();
    kept.reverse();
    kept
}

/// Cases that are solved for, then edge and random ones.
fn searched(known: &mut Known<'_>, seed: u64) -> Vec<Operands> {
    let mut own = Vec::new();
    let mut dice = Dice::new(seed);
    let task = *known.model.task();
    let model = known.model;
    for group in model.groups() {
        for bin in 0..group.len() {
            let mut tries = 0;
            while !known.hit[group.first + bin] && tries < TRIES {
                tries += 1;
                let solved = group.bins.solve(&task, &places(&group.axes, bin), &mut dice);
                let Some(codes) = solved else { continue };
                let case = Operands { codes: masked(&task, codes), noise: noise(&task, &mut dice) };
                if known.takes(&case) {
                    own.push(case);
                }
            }
        }
    }
    let edge = Edge::new(&task, seed);
    let random = Random::new(&task, seed, CHANCES);
    let lists: [&dyn Cases; 2] = [&edge, &random];
    for list in lists {
        for number in 0..list.len().min(CHANCES) {
            let case = list.case(number);
            if known.takes(&case) {
                own.push(case);
            }
        }
    }
    own
}

/// Codes within their formats; those of operands that do not count are zero.
fn masked(task: &Task, codes: [u64; 3]) -> [u64; 3] {
    let arity = task.op.arity();
    core::array::from_fn(|i| if i < arity { codes[i] & task.operands[i].code_mask() } else { 0 })
}

fn noise(task: &Task, dice: &mut Dice) -> u64 {
    let Rounding::Stochastic { bits, .. } = task.policy.rounding else { return 0 };
    match dice.below(4) {
        0 => 0,
        1 => NoiseBits::of_word(bits, u64::MAX),
        _ => bits.of_word(dice.word()),
    }
}
