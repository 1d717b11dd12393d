//! Kinds of tasks: those that cost the same.

use serde::{Deserialize, Serialize};

use crate::cases::operand_formats;
use crate::engine::Engine;
use crate::verify::Job;

/// What decides the cost of a case, as far as it is known without a measurement.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The operation.
    pub op: String,
    /// The bits of each operand.
    pub operands: Vec<u32>,
    /// The bits of the result.
    pub result: u32,
    /// How the cases are selected, without their number: `all`, `random`.
    pub selection: String,
    /// The number of policies under which each case is run.
    pub policies: usize,
    /// The number of policies under which there is something to compare: the subject covers them, and some oracle.
    pub compared: usize,
    /// The answers of all oracles to one case, under all policies together.
    pub answers: usize,
    /// The only oracle, if it is not compared with all.
    pub only: Option<String>,
}

impl Kind {
    /// That of a job, with these engines.
    #[must_use]
    pub fn of(job: &Job, subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Kind {
        let task = job.task();
        let asked: Vec<usize> = (job.policies().iter().map(|policy| task.with_policy(*policy)))
            .filter(|task| subject.covers(task))
            .map(|task| {
                oracles.iter().filter(|oracle| job.asks(oracle.name()) && oracle.covers(&task)).count()
            })
            .collect();
        let selection = job.selection().to_string();
        Kind {
            op: task.op.to_string(),
            operands: operand_formats(task).iter().map(|format| format.width()).collect(),
            result: task.result.width(),
            selection: selection.split(':').next().unwrap_or_default().into(),
            policies: job.policies().len(),
            compared: asked.iter().filter(|oracles| **oracles > 0).count(),
            answers: asked.iter().sum(),
            only: job.only().map(str::to_string),
        }
    }
}
