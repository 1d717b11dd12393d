//! The part of a task that oracles may see: plain data. A format is represented by its facts, so that oracles have no access to what the
//! library derives from them.

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
