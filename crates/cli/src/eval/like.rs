//! Answering as a profile does.

use std::sync::Arc;

use halfulp::{Operands, Rounded, Task};
use halfulp_verify::profile::Profile;

/// A profile and its rule for the task.
pub struct Like {
    profile: Arc<Profile>,
    rule: usize,
}

impl Like {
    /// The rule that a profile has for a task, if it has one.
    pub fn new(profile: Arc<Profile>, task: &Task) -> Option<Like> {
        let found = profile.rule(task);
        let rule = profile.rules.iter().position(|rule| found.is_some_and(|found| std::ptr::eq(rule, found)));
        rule.map(|rule| Like { profile, rule })
    }

    /// Whether the profile has an answer to operands.
    pub fn answers(&self, task: &Task, operands: &Operands) -> bool {
        self.profile.rules[self.rule].unknown_to(task, operands).is_none()
    }

    /// The answer, with the flags that the implementation has.
    pub fn answer(&self, task: &Task, operands: Operands) -> Rounded {
        let Rounded { code, flags } = self.profile.rules[self.rule].answer(task, operands);
        let unknown = halfulp::Flags::ALL.without(self.profile.flags);
        Rounded { code, flags: flags.without(unknown) }
    }
}
