//! What an oracle gets to see of a task: plain data. A format is its facts, so that nothing which the library derives
//! from them is within an oracle's reach.

use halfulp::{Facts, Op, Policy, Task};

/// A task, its formats as their facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    pub op: Op,
    pub operands: [Facts; 3],
    pub result: Facts,
    pub policy: Policy,
}

impl From<&Task> for Asked {
    fn from(task: &Task) -> Asked {
        Asked {
            op: task.op,
            operands: task.operands.map(|format| format.facts()),
            result: task.result.facts(),
            policy: task.policy,
        }
    }
}
