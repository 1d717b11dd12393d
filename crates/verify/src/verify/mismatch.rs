//! Mismatches.

use halfulp::{Operands, Task};

use super::{Comparison, Difference};
use crate::engine::Answer;

/// One disagreement between the subject and at least one oracle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// The case's number in its job.
    pub case: u64,
    /// The position of the policy in the job's list.
    pub policy: usize,
    /// The task, including the policy.
    pub task: Task,
    /// The operands.
    pub operands: Operands,
    /// The subject's answer.
    pub got: Answer,
    /// The answer of every oracle, in the order of the run's oracles; `None` if it does not cover the task.
    pub said: Vec<Option<Answer>>,
    /// How the subject's answer differs from that of the first oracle that contradicts it.
    pub difference: Difference,
}

impl Mismatch {
    /// Where it stands among the mismatches of its job.
    pub(super) fn order(&self) -> (u64, usize) {
        (self.case, self.policy)
    }

    /// Whether two oracles that cover the task disagree.
    #[must_use]
    pub fn oracles_disagree(&self, comparison: &Comparison) -> bool {
        let said: Vec<&Answer> = self.said.iter().flatten().collect();
        let differ = |a: &Answer, b: &Answer| !comparison.agrees(&self.task, a, b);
        said.iter().enumerate().any(|(i, a)| said[i + 1..].iter().any(|b| differ(a, b)))
    }
}
