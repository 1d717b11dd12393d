//! Profiles: how other implementations compute, as data.
//!
//! SPEC.md is this project's law; a profile is somebody else's: a file that says which tasks an implementation answers and where its answers
//! deviate, each rule a [`Behaviour`](crate::model::Behaviour). The engine [`Modelled`](crate::engine::profile::Modelled) answers by it.
//! `profiles/README.md` describes the keys; `profiles/*.toml` ship with the program.
//!
//! ```
//! use halfulp::{Format, Op, Operands, Task};
//! use halfulp_verify::profile;
//!
//! let cuda = profile::by_name("cuda-float").unwrap();
//! let task = Task::within(Op::Convert, Format::BINARY32).with_result(Format::E4M3FN);
//! let (rule, policy) = cuda.first_rule(&task).unwrap();
//! // CUDA's headers give every NaN one code, without the sign.
//! assert_eq!(rule.answer(&task.with_policy(policy), Operands::from([0xffc0_0000])).code, 0x7f);
//! ```

mod catalog;
mod check;
mod file;
#[cfg(test)]
mod published;
#[cfg(test)]
mod records;
mod rule;
mod written;

pub use catalog::{UnknownProfile, all, by_name};
pub use file::{is_path, parse, read};
pub use rule::{Evidence, Instead, Operand, Rule, Unknown};

use halfulp::{Flags, Policy, Task};

/// How an implementation computes.
#[derive(Clone, PartialEq, Debug)]
pub struct Profile {
    /// The name, by which programs ask for it.
    pub name: String,
    /// The version of what it describes.
    pub version: String,
    /// What it describes, in one line.
    pub title: String,
    /// Where that is defined: a document or a source file, with its section or function.
    pub source: String,
    /// What else is to be known; may be empty.
    pub notes: String,
    /// The policy under which it computes where a rule does not say otherwise.
    pub policy: Policy,
    /// The exceptions that it reports.
    pub flags: Flags,
    /// What it answers. Of several rules for a task the first counts.
    pub rules: Vec<Rule>,
}

impl Profile {
    /// The rule that answers a task; `None` if the profile does not say. Precondition: [`Task::check`] returns `Ok`.
    #[must_use]
    pub fn rule(&self, task: &Task) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.answers(task, self))
    }

    /// The first rule for the operation and the formats of a task, whatever its policy, and the policy under which that rule answers.
    #[must_use]
    pub fn first_rule(&self, task: &Task) -> Option<(&Rule, Policy)> {
        let policies = self.policies(task);
        let policy = *policies.first()?;
        Some((self.rule(&task.with_policy(policy))?, policy))
    }

    /// The policies under which the profile answers the operation of a task on its formats, in the order of its rules.
    #[must_use]
    pub fn policies(&self, task: &Task) -> Vec<Policy> {
        let mut policies = Vec::new();
        for policy in self.rules.iter().flat_map(|rule| rule.policies(self)) {
            let asked = task.with_policy(policy);
            if !policies.contains(&policy) && asked.check().is_ok() && self.rule(&asked).is_some() {
                policies.push(policy);
            }
        }
        policies
    }
}

#[cfg(test)]
mod tests;
