//! One of two that are compared.

use std::sync::Arc;

use halfulp::{Code, Policy, Rounding, Task};

use crate::engine::profile::Modelled;
use crate::engine::{Engine, Scalar};
use crate::profile::{Operand, Profile};

/// An engine and the policy under which it is asked.
pub struct Side {
    /// The engine.
    pub engine: Box<dyn Engine>,
    /// The policy.
    pub policy: Policy,
    /// Where its answers to a conversion may change beside the values of the result; `None` if it is not known to be a step function.
    pub(super) steps: Option<Steps>,
}

/// What is known of a step function.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Steps {
    /// Magnitudes of operands at which something changes.
    pub at: Vec<Code>,
    /// The power of two by which operands are multiplied first.
    pub scale: i32,
}

impl Side {
    /// An engine of which nothing else is known.
    #[must_use]
    pub fn new(engine: Box<dyn Engine>, policy: Policy) -> Side {
        Side { engine, policy, steps: None }
    }

    /// A step function that changes only at some magnitudes of operands, and at most once between neighbouring values of the result and their
    /// midpoints.
    #[cfg(test)]
    pub(crate) fn stepwise(engine: Box<dyn Engine>, policy: Policy, at: Vec<Code>) -> Side {
        Side { engine, policy, steps: Some(Steps { at, scale: 0 }) }
    }

    /// The arithmetic of this library.
    #[must_use]
    pub fn scalar(policy: Policy) -> Side {
        Side { engine: Box::new(Scalar), policy, steps: Some(Steps::default()) }
    }

    /// A profile under the first policy that it has for a task; `None` if it has none. `name` is what the engine `model:` is called.
    #[must_use]
    pub fn of_profile(name: &str, profile: Arc<Profile>, task: &Task) -> Option<Side> {
        let (_, policy) = profile.first_rule(task)?;
        Some(Side::under(name, profile, task, policy))
    }

    /// A profile under a policy.
    #[must_use]
    pub fn under(name: &str, profile: Arc<Profile>, task: &Task, policy: Policy) -> Side {
        let rule = profile.rule(&task.with_policy(policy));
        let steps = rule.filter(|rule| rule.behaviour.is_stepwise()).map(|rule| {
            let unknown = rule.unknown.iter().filter_map(|unknown| match unknown.operand {
                Operand::Codes { first, last } => Some([first, last.saturating_add(1)]),
                _ => None,
            });
            let instead = rule.instead.iter().map(|i| [i.first, i.last.saturating_add(1)]);
            Steps { at: unknown.chain(instead).flatten().collect(), scale: rule.behaviour.computing.scale }
        });
        Side { engine: Box::new(Modelled::new(name, profile)), policy, steps }
    }

    /// The task as this side is asked it.
    pub(super) fn task(&self, task: &Task) -> Task {
        task.with_policy(self.policy)
    }
}

/// Bits of the noise word that some side uses.
pub(super) fn noise_bits(sides: &[Side; 2]) -> u32 {
    let bits = sides.iter().map(|side| match side.policy.rounding {
        Rounding::Stochastic { bits, .. } => bits.get(),
        _ => 0,
    });
    bits.max().unwrap_or(0)
}
