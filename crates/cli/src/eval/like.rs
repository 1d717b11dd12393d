//! Answering as a profile does.

use std::sync::Arc;

use halfulp::{Operands, Rounded, Task};
use halfulp_verify::profile::Profile;

use crate::profile_arg::{policies, profile_arg};

use crate::task::TaskArgs;

/// A profile and its rule for the task.
pub struct Like {
    profile: Arc<Profile>,
    rule: usize,
}

impl Like {
    /// The profile that the arguments name, and the task under its policy: the first that it has, of those that --round and --saturate leave.
    ///
    /// # Errors
    /// There is no such profile, or it has no rule for the task.
    pub fn of(name: Option<&str>, args: &TaskArgs, task: &mut Task) -> anyhow::Result<Option<Like>> {
        let Some(name) = name else { return Ok(None) };
        let profile = profile_arg(name)?;
        let policies = policies(&profile, task, args.rounding().as_slice(), args.saturation().as_slice())?;
        *task = task.with_policy(policies[0]);
        let found = profile.rule(task);
        let rule = profile.rules.iter().position(|rule| found.is_some_and(|found| std::ptr::eq(rule, found)));
        Ok(rule.map(|rule| Like { profile, rule }))
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
