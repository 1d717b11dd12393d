//! One thread of a run: takes chunks until none is left.

use core::ops::Range;
use std::sync::atomic::Ordering;
use std::time::Instant;

use halfulp::Task;

use super::batch::{Batch, Place};
use super::engines::Engines;
use super::plan::CHUNK;
use super::setup::{Shared, Stop};
use super::sweep::{Common, Run, Sweep, runs};
use super::tally::Tally;
use crate::engine::EngineError;

/// Takes chunks until none is left, or an engine fails on some thread. What was counted until then counts.
pub fn work(shared: &Shared<'_>, engines: Engines) -> Tally {
    let oracles = engines.oracles.len();
    let tally = Tally::new(shared.jobs, oracles, shared.waived.facts.len(), shared.keep);
    let batch = Batch::new(oracles, &*engines.subject);
    let mut worker = Worker { shared, engines, batch, tally, task: None };
    if let Err(error) = worker.chunks() {
        shared.stop(Stop { error, task: worker.task });
    }
    worker.tally
}

struct Worker<'a> {
    shared: &'a Shared<'a>,
    engines: Engines,
    batch: Batch,
    tally: Tally,
    /// What the engines are asked at the moment.
    task: Option<Task>,
}

impl Worker<'_> {
    fn chunks(&mut self) -> Result<(), EngineError> {
        while !self.shared.has_stopped() {
            let unit = self.shared.next.fetch_add(1, Ordering::Relaxed);
            if unit >= self.shared.plan.units() {
                self.task = None;
                return self.engines.finish();
            }
            let start = Instant::now();
            let (job, range) = self.shared.plan.unit(unit);
            if range.is_empty() {
                if let Some(log) = &self.shared.log {
                    log.take(unit, Vec::new());
                }
                continue;
            }
            let cases = (range.end - range.start) * self.shared.jobs[job].policies().len() as u64;
            let done = self.chunk(job, range, unit);
            if let Some(log) = &self.shared.log {
                log.take(unit, std::mem::take(&mut self.batch.logged));
            }
            self.tally.jobs[job].busy += start.elapsed();
            done?;
            (self.shared.progress)(cases);
        }
        Ok(())
    }

    /// Runs one chunk through every policy.
    fn chunk(&mut self, index: usize, range: Range<u64>, unit: u64) -> Result<(), EngineError> {
        let shared = self.shared;
        let job = &shared.jobs[index];
        let sweep = shared.plan.sweep(index);
        if !shared.plan.coverage(index).iter().any(|coverage| coverage.compares()) {
            return Ok(());
        }
        self.engines.subject.stands_at(job.seed(), range.start);
        if !sweep.is_some_and(Sweep::takes_every_operand) {
            self.batch.draw(shared.plan.cases(index), range.clone());
        }
        for (policy, coverage) in shared.plan.coverage(index).iter().enumerate() {
            if shared.has_stopped() {
                break;
            }
            if !coverage.compares() {
                continue;
            }
            let task = job.task().with_policy(job.policies()[policy]);
            self.task = Some(task);
            let first = range.start;
            let place =
                Place { job: index, policy, task, first, coverage: *coverage, comparison: *job.comparison() };
            match sweep {
                Some(sweep) => self.sweep(sweep, &place, range.clone(), unit)?,
                None => {
                    let compared = self.batch.compare(&mut self.engines, &place, shared, &mut self.tally);
                    if let Some(observer) = shared.observer {
                        self.batch.observe(&*self.engines.subject, &task, observer);
                    }
                    compared?;
                }
            }
        }
        Ok(())
    }

    /// Compares the subject with the oracles' steps. Where the operands are consecutive it is asked about the runs for
    /// which the oracles have one result, and only where it does not give that one by one.
    fn sweep(
        &mut self,
        sweep: &Sweep,
        place: &Place,
        range: Range<u64>,
        turn: u64,
    ) -> Result<(), EngineError> {
        let Worker { shared, engines, batch, tally, .. } = self;
        let covering = |oracle: usize| place.coverage.oracle(oracle);
        let steps = sweep.steps(&place.task, place.policy, turn, &mut engines.oracles, &covering)?;
        if !sweep.takes_every_operand() {
            return batch.compare_with_steps(&mut *engines.subject, place, &steps, shared, tally);
        }
        for Run { operands, result } in runs(&steps, range) {
            if shared.has_stopped() {
                break;
            }
            if let Common::Result(result) = result
                && engines.subject.gives(&place.task, operands.clone(), result)?
            {
                place.count_steps(operands.end - operands.start, tally);
                continue;
            }
            for first in operands.clone().step_by(CHUNK as usize) {
                batch.draw(shared.plan.cases(place.job), first..operands.end.min(first + CHUNK));
                let place = Place { first, ..*place };
                match result {
                    Common::Nothing => batch.compare(engines, &place, shared, tally)?,
                    _ => batch.compare_with_steps(&mut *engines.subject, &place, &steps, shared, tally)?,
                }
            }
        }
        Ok(())
    }
}
