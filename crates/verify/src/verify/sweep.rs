//! Comparison of all operands of a conversion with the step functions of the oracles.

use core::ops::Range;
use std::sync::OnceLock;

use halfulp::{Code, NanResult, Op, Policy, Saturation, Task};

use super::Job;
use super::steps::Steps;
use crate::cases::{Selection, operand_bits};
use crate::engine::{Engine, EngineError, Monotone};

/// The oracles' steps of a job: a policy each, an oracle each within; found when they are first needed.
pub struct Sweep {
    steps: Vec<Vec<OnceLock<Result<Steps, EngineError>>>>,
    /// Every operand in the order of the codes, and not some of them.
    every: bool,
}

/// Consecutive operands for which every oracle has one result, or that have to be asked one by one.
pub struct Run {
    pub operands: Range<Code>,
    pub result: Common,
}

/// What the oracles have in common on a run.
pub enum Common {
    /// One result for all oracles.
    Result(Code),
    /// One result for each oracle.
    Steps,
    /// Nothing: some oracle has results of its own for each NaN.
    Nothing,
}

/// Whether equal results at two operands of one sign are those of all between: not where what is out of range gives the
/// policy's NaN result, which may be zero.
fn has_steps(task: &Task) -> bool {
    let Policy { saturation, nan, .. } = task.policy;
    saturation != Saturation::None
        || task.result.nan().is_some()
        || matches!(nan, NanResult::Largest | NanResult::Least)
}

/// Whether the steps of an oracle can be found; NaNs with results of their own are compared where the operands are all codes in order.
fn has_runs(oracle: &dyn Engine, task: &Task, every: bool) -> bool {
    match oracle.monotone(task) {
        Monotone::Nowhere => false,
        Monotone::Numbers => every,
        Monotone::Everywhere => true,
    }
}

impl Sweep {
    /// A job is a sweep if it is a conversion that the subject sweeps, from a format in IEEE 754's layout: all 2^32
    /// operands, or those around every boundary.
    pub fn of(job: &Job, subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Option<Sweep> {
        let task = job.task();
        let every = match job.selection() {
            Selection::All if operand_bits(task) == 32 => true,
            Selection::Around(_) => false,
            _ => return None,
        };
        let can = |policy: &Policy| {
            let task = task.with_policy(*policy);
            let mut covering = oracles.iter().filter(|oracle| oracle.covers(&task));
            has_steps(&task)
                && (subject.sweeps(&task) || !subject.covers(&task))
                && covering.all(|oracle| has_runs(&**oracle, &task, every))
        };
        if task.op != Op::Convert || !job.policies().iter().all(can) {
            return None;
        }
        let of_policy = |_| oracles.iter().map(|_| OnceLock::new()).collect();
        Some(Sweep { steps: job.policies().iter().map(of_policy).collect(), every })
    }

    /// Whether the operands are all codes in their order.
    pub fn takes_every_operand(&self) -> bool {
        self.every
    }

    /// The steps of the oracles that cover the task, in their order. Threads that need them at once begin with
    /// different oracles: `turn` says with which.
    pub fn steps(
        &self,
        task: &Task,
        policy: usize,
        turn: u64,
        oracles: &mut [Box<dyn Engine>],
        covering: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<Option<&Steps>>, EngineError> {
        let cells = &self.steps[policy];
        let count = oracles.len();
        let mut all = vec![None; count];
        for i in 0..count {
            let oracle = (i + (turn % count as u64) as usize) % count;
            if !covering(oracle) {
                continue;
            }
            let steps = cells[oracle].get_or_init(|| Steps::ask(&mut *oracles[oracle], task));
            all[oracle] = Some(steps.as_ref().map_err(Clone::clone)?);
        }
        Ok(all)
    }
}

/// The runs of some operands, in order.
pub fn runs(steps: &[Option<&Steps>], operands: Range<Code>) -> impl Iterator<Item = Run> {
    let mut next = operands.start;
    std::iter::from_fn(move || {
        if next >= operands.end {
            return None;
        }
        let mut end = operands.end;
        let mut results = steps.iter().flatten().map(|steps| {
            let (run, result) = steps.run(next, operands.end);
            end = end.min(run.end);
            result
        });
        let first = results.next().flatten();
        // Every oracle's run has to be looked at.
        let result = results.fold(first.map(Common::Result), |common, result| match (common?, result?) {
            (Common::Result(a), b) if a == b => Some(Common::Result(a)),
            _ => Some(Common::Steps),
        });
        let run = Run { operands: next..end, result: result.unwrap_or(Common::Nothing) };
        next = end;
        Some(run)
    })
}
