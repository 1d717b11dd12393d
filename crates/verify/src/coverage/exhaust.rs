//! All cases of a task: which bins are reachable, and a case for each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use halfulp::{Operands, Rounding, Task, noise};

use super::group::Hits;
use super::model::Model;

/// Tasks with at most so many bits of operands and noise are exhausted: all triples of 8 bits.
pub const MOST_BITS: u32 = 24;

/// Cases that a thread takes at a time.
const BLOCK: u64 = 1 << 12;

/// No case hits the bin.
const NEVER: u64 = u64::MAX;

/// What all cases of a task hit.
pub struct Exhausted {
    cases: u64,
    /// The first case that hits each bin, in an order that the seed chooses.
    firsts: Vec<u64>,
    numbering: Numbering,
}

impl Exhausted {
    /// Runs through all cases of a model's task, on as many threads as there are cores. The result does not depend on them.
    ///
    /// `None` if the operands and the noise have more than 24 bits together.
    #[must_use]
    pub fn of(model: &Model, seed: u64) -> Option<Arc<Exhausted>> {
        if let Some(known) = remembered(model.task(), Some(seed)) {
            return Some(known);
        }
        let all = Arc::new(Exhausted::run(model, seed)?);
        let mut list = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
        if list.len() == MOST_REMEMBERED {
            list.remove(0);
        }
        list.push((*model.task(), seed, Arc::clone(&all)));
        Some(all)
    }

    /// The same, whatever the seed: the order of the cases, and so which one hits a bin first, may be that of any.
    pub(super) fn in_any_order(model: &Model) -> Option<Arc<Exhausted>> {
        remembered(model.task(), None).or_else(|| Exhausted::of(model, 0))
    }

    fn run(model: &Model, seed: u64) -> Option<Exhausted> {
        let numbering = Numbering::new(model.task(), seed)?;
        let cases = 1u64 << numbering.bits;
        let next = AtomicU64::new(0);
        let work = || {
            let (mut firsts, mut hits) = (vec![NEVER; model.bins()], Hits::new());
            loop {
                let start = next.fetch_add(BLOCK, Ordering::Relaxed);
                if start >= cases {
                    return firsts;
                }
                for number in start..cases.min(start + BLOCK) {
                    model.hits(&numbering.case(number), &mut hits);
                    for &bin in &hits.list {
                        let first = &mut firsts[bin as usize];
                        *first = number.min(*first);
                    }
                }
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min((cases / BLOCK) as usize);
        let firsts = thread::scope(|scope| {
            // As many as the system grants.
            let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
            let others: Vec<_> = (1..threads).map_while(start).collect();
            let mut all = work();
            for other in others {
                let firsts = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                all.iter_mut().zip(firsts).for_each(|(first, other)| *first = other.min(*first));
            }
            all
        });
        Some(Exhausted { cases, firsts, numbering })
    }

    /// The number of all cases.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.cases
    }

    /// Whether some case hits a bin.
    #[must_use]
    pub fn reaches(&self, bin: usize) -> bool {
        self.firsts[bin] != NEVER
    }

    /// The bins that some case hits, those that the fewest hit first as far as that is known, each with such a case.
    pub(super) fn rarest_first(&self) -> Vec<(usize, Operands)> {
        let mut bins: Vec<usize> = (0..self.firsts.len()).filter(|bin| self.reaches(*bin)).collect();
        bins.sort_by_key(|bin| core::cmp::Reverse(self.firsts[*bin]));
        bins.into_iter().map(|bin| (bin, self.numbering.case(self.firsts[bin]))).collect()
    }
}

/// The tasks that were exhausted last: who generates cases by them often asks then what is unreachable.
static REMEMBERED: Mutex<Vec<(Task, u64, Arc<Exhausted>)>> = Mutex::new(Vec::new());

/// The most tasks that are remembered.
const MOST_REMEMBERED: usize = 64;

fn remembered(task: &Task, seed: Option<u64>) -> Option<Arc<Exhausted>> {
    let list = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    let found = list.iter().find(|(known, of, _)| known == task && seed.is_none_or(|seed| seed == *of));
    found.map(|(.., all)| Arc::clone(all))
}

/// The number of all cases of a task, if they can be exhausted.
pub(super) fn count(task: &Task) -> Option<u64> {
    Numbering::new(task, 0).map(|numbering| 1 << numbering.bits)
}

/// Numbers all operands and noise words, in an order that the seed chooses.
struct Numbering {
    widths: [u32; 3],
    noise: u32,
    bits: u32,
    offset: u64,
}

impl Numbering {
    fn new(task: &Task, seed: u64) -> Option<Numbering> {
        let mut widths = [0; 3];
        for (width, format) in widths.iter_mut().zip(&task.operands[..task.op.arity()]) {
            *width = format.width();
        }
        let noise = match task.policy.rounding {
            Rounding::Stochastic { bits, .. } => bits.get(),
            _ => 0,
        };
        let bits = widths.iter().sum::<u32>() + noise;
        (bits <= MOST_BITS).then(|| Numbering { widths, noise, bits, offset: noise::word(seed, 0) })
    }

    fn case(&self, number: u64) -> Operands {
        let mut rest = permuted(self.bits, number.wrapping_add(self.offset));
        let mut take = |bits: u32| {
            let part = rest & ((1 << bits) - 1);
            rest >>= bits;
            part
        };
        let codes = self.widths.map(&mut take);
        Operands { codes, noise: take(self.noise) }
    }
}

/// A permutation of the numbers of some bits: an odd factor and a right shift xored in each have an inverse.
fn permuted(bits: u32, number: u64) -> u64 {
    let mask = (1u64 << bits) - 1;
    let mut x = number & mask;
    for factor in [0x9e37_79b9_7f4a_7c15u64, 0xbf58_476d_1ce4_e5b9] {
        x = x.wrapping_mul(factor) & mask;
        x ^= x >> (bits / 2 + 1);
    }
    x
}

#[cfg(test)]
mod tests {
    use halfulp::{Format, NoiseBits, Op, Policy, Stochastic};

    use super::*;

    #[test]
    fn every_case_comes_once() {
        let bits = NoiseBits::known(3);
        let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits });
        for (task, bits) in [
            (Task::within(Op::Fma, Format::E2M1), 12),
            (Task::within(Op::Add, Format::E2M1).with_policy(policy), 11),
            (Task::within(Op::Negate, Format::E4M3FN), 8),
        ] {
            let numbering = Numbering::new(&task, 5).unwrap();
            assert_eq!(numbering.bits, bits);
            let mut all: Vec<_> = (0..1 << bits).map(|number| numbering.case(number)).collect();
            let count = all.len();
            all.sort_unstable_by_key(|case| (case.codes, case.noise));
            all.dedup();
            assert_eq!(all.len(), count);
        }
        assert!(Numbering::new(&Task::within(Op::Mul, Format::BINARY16), 0).is_none());
    }
}
