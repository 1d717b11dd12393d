//! What a result is delivered by: the behaviour, the task, the operands.

use halfulp::{Code, Exact, Flags, Format, Policy, Rounded, Saturation, Task, Value};

use super::behaviour::Behaviour;
use super::computing::Computed;
use super::nan::Cause;
use super::rounding::By;

/// A computed result, on its way to a code.
pub(super) struct Delivery<'a> {
    pub(super) behaviour: &'a Behaviour,
    pub(super) task: &'a Task,
    pub(super) values: [Value<Exact>; 3],
    pub(super) computed: &'a Computed,
    pub(super) noise: u64,
}

impl Delivery<'_> {
    pub(super) fn format(&self) -> &Format {
        &self.task.result
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.task.policy
    }

    pub(super) fn saturation(&self) -> Saturation {
        self.behaviour.range.saturation.unwrap_or(self.policy().saturation)
    }

    pub(super) fn by(&self) -> By {
        self.behaviour.rounding.by(self.policy().rounding, self.noise)
    }

    pub(super) fn nan(&self, cause: Cause) -> Rounded {
        let arity = self.task.op.arity();
        let code = self.behaviour.nan.of(self.format(), self.policy().nan, &self.values[..arity], cause);
        let missing = self.format().nan().is_none();
        Rounded { code, flags: Flags::INVALID.when(missing) }
    }
}

/// A code that raises nothing.
pub(super) fn exactly(code: Code) -> Rounded {
    Rounded { code, flags: Flags::NONE }
}
