//! Jobs: a task under many policies, on a selection of cases.

use core::fmt;
use core::hash::{Hash, Hasher};
use std::borrow::Cow;
use std::sync::Arc;

use halfulp::{Policy, Standard, Task, TaskError};

use super::{Comparison, Parts};
use crate::cases::{Cases, CasesError, Selection};
use crate::coverage;

/// A task, the policies under which it is verified, and its cases.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Job {
    group: String,
    task: Task,
    policies: Vec<Policy>,
    selection: Selection,
    seed: u64,
    only: Option<Cow<'static, str>>,
    parts: Option<Parts>,
    comparison: Comparison,
    listed: Option<Listed>,
}

/// The cases of a job itself. Two are equal if they are the same list.
#[derive(Clone)]
struct Listed(Arc<dyn Cases>);

impl PartialEq for Listed {
    fn eq(&self, other: &Listed) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Listed {}

impl Hash for Listed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).cast::<()>().hash(state);
    }
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cases", self.0.len())
    }
}

impl Job {
    /// A job; `group` is the line of the report in which it is counted. The task's own policy is ignored, and duplicate policies
    /// are removed.
    ///
    /// # Errors
    /// If the task is invalid under one of the policies.
    pub fn new(
        group: impl Into<String>,
        task: Task,
        policies: Vec<Policy>,
        selection: Selection,
        seed: u64,
    ) -> Result<Job, TaskError> {
        for policy in &policies {
            task.with_policy(*policy).check()?;
        }
        let policies = distinct(policies);
        Ok(Job {
            group: group.into(),
            task,
            policies,
            selection,
            seed,
            only: None,
            parts: None,
            comparison: Comparison::STRICT,
            listed: None,
        })
    }

    /// The same job, compared with only one of a run's oracles, because the others would take days.
    #[must_use]
    pub fn only_against(self, oracle: impl Into<Cow<'static, str>>) -> Job {
        Job { only: Some(oracle.into()), ..self }
    }

    /// The same job on some of its cases; they keep their numbers.
    #[must_use]
    pub fn in_part(self, parts: Parts) -> Job {
        Job { parts: Some(parts), ..self }
    }

    /// The same job with another comparison.
    #[must_use]
    pub fn comparing(self, comparison: Comparison) -> Job {
        Job { comparison, ..self }
    }

    /// The same job with its own cases, in the place of a selection.
    #[must_use]
    pub fn listing(self, cases: Arc<dyn Cases>) -> Job {
        Job { selection: Selection::Listed, listed: Some(Listed(cases)), ..self }
    }

    /// The cases of the job.
    ///
    /// # Errors
    /// If the selection does not fit the task.
    pub fn cases(&self) -> Result<Arc<dyn Cases>, CasesError> {
        match &self.listed {
            Some(Listed(cases)) => Ok(Arc::clone(cases)),
            None => Ok(coverage::cases(self.selection, &self.task, &self.policies, self.seed)?.into()),
        }
    }

    /// The same job under some of its policies; `None` if there are none.
    #[must_use]
    pub fn under(mut self, wanted: impl Fn(&Policy) -> bool) -> Option<Job> {
        self.policies.retain(wanted);
        (!self.policies.is_empty()).then_some(self)
    }

    /// This job and one that has its next cases in a spread, as one; `None` if the other is none such.
    #[must_use]
    pub fn followed_by(&self, next: &Job) -> Option<Job> {
        let (Selection::Spread { first, end }, Selection::Spread { first: begin, end: last }) =
            (self.selection, next.selection)
        else {
            return None;
        };
        let alike = Job { selection: self.selection, ..next.clone() } == *self;
        (alike && end == begin)
            .then(|| Job { selection: Selection::Spread { first, end: last }, ..self.clone() })
    }

    /// The same job with other policies in place of its own; duplicates are removed.
    ///
    /// # Errors
    /// If the task is invalid under one of them.
    pub fn replacing(mut self, other: impl Fn(&Policy) -> Policy) -> Result<Job, TaskError> {
        self.policies = distinct(self.policies.iter().map(other));
        self.policies.iter().try_for_each(|policy| self.task.with_policy(*policy).check())?;
        Ok(self)
    }

    /// The same job with each of these standards in place of its policies' own; unchanged if the list is empty.
    #[must_use]
    pub fn by(mut self, standards: &[Standard]) -> Job {
        if standards.is_empty() {
            return self;
        }
        let by_each = |policy: &Policy| standards.iter().map(|s| policy.standard(*s)).collect::<Vec<_>>();
        self.policies = distinct(self.policies.iter().flat_map(by_each));
        self
    }

    /// Whether it is compared with this oracle.
    #[must_use]
    pub fn asks(&self, oracle: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == oracle)
    }

    /// The only oracle that it is compared with, if it is not compared with all.
    #[must_use]
    pub fn only(&self) -> Option<&str> {
        self.only.as_deref()
    }

    /// The parts of its cases that are run, if not all are.
    #[must_use]
    pub fn parts(&self) -> Option<&Parts> {
        self.parts.as_ref()
    }

    /// The line of the report in which it is counted.
    #[must_use]
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The task; its policy is ignored.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The policies under which every case runs.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The selection of cases.
    #[must_use]
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// The comparison of answers.
    #[must_use]
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The seed of random cases and of noise.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }
}

/// Each policy once, in the order in which they come first.
fn distinct(policies: impl IntoIterator<Item = Policy>) -> Vec<Policy> {
    let mut distinct = Vec::new();
    for policy in policies {
        if !distinct.contains(&policy) {
            distinct.push(policy);
        }
    }
    distinct
}
