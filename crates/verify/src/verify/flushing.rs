//! Whether the mismatches of a device are those of one that flushes subnormal numbers.

use halfulp::{Operands, Task};

use super::Comparison;
use crate::engine::definition::Definition;
use crate::engine::{Answer, Engine as _};

/// What a device may flush: operands, results, both.
pub const FLUSHINGS: [(bool, bool); 3] = [(true, false), (false, true), (true, true)];

/// How many mismatches have the answer of a device that flushes as [`FLUSHINGS`] says. Each is counted until a mismatch has
/// another answer: it explains all mismatches if it is their number.
pub type FlushCounts = [u64; 3];

/// Counts them. The answers are those of the oracle `definition`.
#[derive(Default)]
pub struct Flushing {
    judges: [Definition; 3],
    /// Of the task as it is.
    plain: Definition,
}

impl Flushing {
    /// Counts the mismatch that comes after so many.
    pub fn count(
        &mut self,
        (task, operands): (&Task, Operands),
        comparison: &Comparison,
        got: &Answer,
        before: u64,
        counts: &mut FlushCounts,
    ) {
        // Where the device is right without flushing, other oracles contradict it: flushing explains nothing.
        let mut plain = [Answer::default()];
        let is_plain = self.plain.run(task, &[operands], &mut plain).is_ok();
        if is_plain && comparison.agrees(task, got, &plain[0]) {
            return;
        }
        let judges = self.judges.iter_mut().zip(FLUSHINGS).zip(counts);
        for ((judge, flushing), count) in judges.filter(|(_, count)| **count == before) {
            let task = flushed(task, flushing);
            let mut want = [Answer::default()];
            let is_known = task.check().is_ok() && judge.run(&task, &[operands], &mut want).is_ok();
            *count += u64::from(is_known && comparison.agrees(&task, got, &want[0]));
        }
    }
}

/// A task for a device that flushes these, besides what the policy has it flush.
fn flushed(task: &Task, (operands, results): (bool, bool)) -> Task {
    let policy = task.policy;
    let flushed = policy
        .flush_operands(policy.flush_operands || operands)
        .flush_results(policy.flush_results || results);
    task.with_policy(flushed)
}
