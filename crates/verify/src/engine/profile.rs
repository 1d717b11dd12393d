//! A profile as an engine: `model:NAME`.

use std::sync::Arc;

use halfulp::{Operands, Task};

use super::{Answer, Engine, EngineError, Monotone};
use crate::digest;
use crate::profile::{Profile, Rule, is_path};

/// Answers as a [`Profile`] says.
#[derive(Clone, Debug)]
pub struct Modelled {
    name: String,
    identity: Option<String>,
    profile: Arc<Profile>,
    /// The task that was asked last, and its rule.
    last: Option<(Task, usize)>,
}

impl Modelled {
    /// An engine that is called `model:` and `name`: the profile's name, or the path of its file.
    #[must_use]
    pub fn new(name: &str, profile: Arc<Profile>) -> Modelled {
        // A profile that ships is that of this version; a file may be another one tomorrow.
        let identity = is_path(name).then(|| format!("SHA-256 {}", digest::of_value(&profile)));
        Modelled { name: format!("model:{name}"), identity, profile, last: None }
    }

    /// The number of the rule for a task.
    fn rule(&self, task: &Task) -> Option<usize> {
        if let Some((known, rule)) = &self.last
            && known == task
        {
            return Some(*rule);
        }
        let found = self.profile.rule(task)?;
        self.profile.rules.iter().position(|rule| std::ptr::eq(rule, found))
    }

    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }
}

impl Engine for Modelled {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&self) -> Option<String> {
        self.identity.clone()
    }

    fn covers(&self, task: &Task) -> bool {
        self.profile.rule(task).is_some()
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let number = self.rule(task).ok_or_else(|| EngineError {
            engine: self.name.clone(),
            message: format!("the profile has no rule for {} with these formats and this policy", task.op),
        })?;
        self.last = Some((*task, number));
        let rule = &self.profile.rules[number];
        let known = self.profile.flags;
        for (operands, answer) in operands.iter().zip(answers) {
            let rounded = rule.answer(task, *operands);
            *answer = Answer { known, ..Answer::full(rounded) };
        }
        Ok(())
    }

    fn unanswered(&self, task: &Task, operands: &[Operands], cases: &mut Vec<usize>) {
        let rule = self.rule(task).map(|number| &self.profile.rules[number]);
        let Some(rule) = rule.filter(|rule| !rule.unknown.is_empty()) else { return };
        let unknown = |(_, operands): &(usize, &Operands)| rule.unknown_to(task, operands).is_some();
        cases.extend(operands.iter().enumerate().filter(unknown).map(|(case, _)| case));
    }

    fn monotone(&self, task: &Task) -> Monotone {
        let rule = self.rule(task).map(|number| &self.profile.rules[number]);
        let plain = |rule: &&Rule| rule.unknown.is_empty() && rule.instead.is_empty();
        match rule.filter(plain) {
            Some(rule) if rule.behaviour.is_monotone() => Monotone::Numbers,
            _ => Monotone::Nowhere,
        }
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}
