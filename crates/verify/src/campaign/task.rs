//! The tasks of a manifest.

use halfulp::{Format, Op, Policy, Task};
use serde::{Deserialize, Serialize};

use super::{CampaignError, Piece};
use crate::cases::Selection;
use crate::report::{NamedFacts, task_text};
use crate::verify::{Comparison, Job, Parts};

/// A task under some policies on numbered cases, which are divided into parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskEntry {
    /// Operation and formats, in words.
    pub task: String,
    /// The line of the report in which it is counted.
    pub group: String,
    /// The operation.
    pub op: String,
    /// The formats of the three operands, whether the operation has so many or not, and of the result: positions in the manifest's list.
    pub formats: [usize; 4],
    /// The policies: positions in the manifest's list.
    pub policies: Vec<usize>,
    /// The selection of cases.
    pub selection: String,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// The comparison of answers.
    pub comparison: Comparison,
    /// The only oracle that it is compared with, if it is not compared with all.
    pub only: Option<String>,
    /// The number of cases, each of which runs under every policy.
    pub cases: u64,
    /// The cases of a block: consecutive ones.
    pub block: u64,
    /// The number of parts: part `p` has the blocks `p`, `p + parts`, `p + 2 parts`, and so on.
    pub parts: u64,
    /// What it was measured as: a position in the manifest's list.
    pub kind: usize,
}

/// The formats and the policies of all tasks, each once.
#[derive(Default)]
pub struct Tables {
    pub formats: Vec<NamedFacts>,
    pub policies: Vec<Policy>,
}

impl Tables {
    fn format(&mut self, format: &Format, name: &dyn Fn(&Format) -> String) -> usize {
        let facts = format.facts();
        let known = self.formats.iter().position(|known| known.facts == facts);
        known.unwrap_or_else(|| {
            self.formats.push(NamedFacts { name: name(format), facts });
            self.formats.len() - 1
        })
    }

    fn policy(&mut self, policy: &Policy) -> usize {
        let known = self.policies.iter().position(|known| known == policy);
        known.unwrap_or_else(|| {
            self.policies.push(*policy);
            self.policies.len() - 1
        })
    }

    /// The entry of a job, not yet divided.
    pub fn entry(
        &mut self,
        job: &Job,
        (cases, block): (u64, u64),
        kind: usize,
        name: &(dyn Fn(&Format) -> String + Sync),
    ) -> TaskEntry {
        let task = job.task();
        let [a, b, c] = task.operands;
        TaskEntry {
            task: task_text(task, name),
            group: job.group().into(),
            op: task.op.to_string(),
            formats: [a, b, c, task.result].map(|format| self.format(&format, name)),
            policies: job.policies().iter().map(|policy| self.policy(policy)).collect(),
            selection: job.selection().to_string(),
            seed: job.seed(),
            comparison: *job.comparison(),
            only: job.only().map(str::to_string),
            cases,
            block,
            parts: 1,
            kind,
        }
    }
}

impl TaskEntry {
    /// The job, on all of its cases.
    ///
    /// # Errors
    /// The entry is not one that was written: what it says has no meaning.
    pub fn job(&self, formats: &[NamedFacts], policies: &[Policy]) -> Result<Job, CampaignError> {
        let wrong = |what: &str| CampaignError::Contradiction(format!("{}: {what}", self.task));
        let format = |index: usize| -> Result<Format, CampaignError> {
            let named = formats.get(index).ok_or_else(|| wrong("a format past the end of the list"))?;
            Format::new(named.facts).map_err(|error| wrong(&format!("{}: {error}", named.name)))
        };
        let [a, b, c, result] = self.formats;
        let op: Op = self.op.parse().map_err(|_| wrong("no such operation"))?;
        let task = Task::new(op, [format(a)?, format(b)?, format(c)?], format(result)?);
        let policy = |index: &usize| policies.get(*index).copied();
        let policies: Option<Vec<Policy>> = self.policies.iter().map(policy).collect();
        let policies = policies.ok_or_else(|| wrong("a policy past the end of the list"))?;
        let selection: Selection = self.selection.parse()?;
        let job = Job::new(&*self.group, task, policies, selection, self.seed)?.comparing(self.comparison);
        if job.policies().len() != self.policies.len() || self.policies.is_empty() {
            return Err(wrong("no policy, or one twice"));
        }
        Ok(match &self.only {
            Some(oracle) => job.only_against(oracle.clone()),
            None => job,
        })
    }

    /// What a piece is of it.
    pub fn parts_of(&self, piece: &Piece) -> Option<Parts> {
        Parts::new(self.block, piece.first..piece.end, self.parts)
    }
}
