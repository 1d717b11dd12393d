//! One thread of a run: takes chunks until none is left.

use core::ops::Range;
use std::sync::atomic::Ordering;
use std::time::Instant;

use halfulp::{Operands, Task};

use super::plan::{CHUNK, Coverage};
use super::steps::Steps;
use super::sweep::{Run, Sweep, runs};
use super::tally::Tally;
use super::{Mismatch, Shared};
use crate::engine::{Answer, Engine, EngineError};
use crate::exceptions;

/// A thread's own engines.
pub struct Engines {
    subject: Box<dyn Engine>,
    oracles: Vec<Box<dyn Engine>>,
}

impl Engines {
    pub fn fork(subject: &dyn Engine, oracles: &[Box<dyn Engine>]) -> Result<Engines, EngineError> {
        Ok(Engines {
            subject: subject.fork()?,
            oracles: oracles.iter().map(|o| o.fork()).collect::<Result<_, _>>()?,
        })
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        self.subject.finish()?;
        self.oracles.iter_mut().try_for_each(|o| o.finish())
    }
}

/// Operands and answers of the chunk at hand.
struct Buffers {
    operands: Vec<Operands>,
    got: Vec<Answer>,
    said: Vec<Vec<Answer>>,
}

impl Buffers {
    /// Lets the steps answer for the oracles.
    fn say(&mut self, steps: &[Option<&Steps>]) {
        for (said, steps) in self.said.iter_mut().zip(steps) {
            let Some(steps) = steps else { continue };
            for (said, case) in said.iter_mut().zip(&self.operands) {
                *said = steps.answer(case.codes[0]);
            }
        }
    }
}

/// Takes chunks until none is left, or some thread failed.
pub fn work(shared: &Shared<'_>, mut engines: Engines) -> Result<Tally, EngineError> {
    let oracles = engines.oracles.len();
    let mut tally = Tally::new(shared.jobs, oracles, shared.keep);
    let size = CHUNK as usize;
    let mut buffers = Buffers {
        operands: Vec::with_capacity(size),
        got: vec![Answer::default(); size],
        said: vec![vec![Answer::default(); size]; oracles],
    };
    loop {
        let unit = shared.next.fetch_add(1, Ordering::Relaxed);
        if unit >= shared.plan.units() || shared.failed.load(Ordering::Relaxed) {
            break;
        }
        let done = chunk(shared, &mut engines, &mut buffers, &mut tally, unit);
        if done.is_err() {
            shared.failed.store(true, Ordering::Relaxed);
        }
        (shared.progress)(done?);
    }
    engines.finish()?;
    Ok(tally)
}

/// Runs one chunk through every policy. How many cases that were, each policy counted.
fn chunk(
    shared: &Shared<'_>,
    engines: &mut Engines,
    buffers: &mut Buffers,
    tally: &mut Tally,
    unit: u64,
) -> Result<u64, EngineError> {
    let start = Instant::now();
    let (index, range) = shared.plan.unit(unit);
    let job = &shared.jobs[index];
    let (first, count) = (range.start, range.end - range.start);
    let sweep = shared.plan.sweep(index);
    let by_runs = sweep.is_some_and(Sweep::takes_every_operand);
    engines.subject.stands_at(job.seed(), first);
    if !by_runs {
        draw(shared, buffers, index, range.clone());
    }
    for (policy, coverage) in shared.plan.coverage(index).iter().enumerate() {
        if !coverage.compares() {
            continue;
        }
        let task = job.task().with_policy(job.policies()[policy]);
        let counts = &mut tally.jobs[index];
        counts.cases += count;
        for (oracle, compared) in counts.compared.iter_mut().enumerate() {
            *compared += count * u64::from(coverage.oracle(oracle));
        }
        let place = Place { job: index, policy, first, coverage: *coverage };
        if let Some(sweep) = sweep {
            let swept = Swept { task: &task, sweep, place: &place, range: range.clone(), turn: unit };
            swept.check(shared, engines, buffers, tally)?;
        } else if answer(&task, engines, buffers, *coverage)? {
            record(&task, shared, buffers, tally, &place);
        }
    }
    tally.jobs[index].busy += start.elapsed();
    Ok(count * job.policies().len() as u64)
}

/// The operands of some cases.
fn draw(shared: &Shared<'_>, buffers: &mut Buffers, job: usize, range: Range<u64>) {
    let cases = shared.plan.cases(job);
    buffers.operands.clear();
    cases.extend(&mut buffers.operands, range);
}

/// A chunk of a sweep under one policy.
struct Swept<'a> {
    task: &'a Task,
    sweep: &'a Sweep,
    place: &'a Place,
    range: Range<u64>,
    turn: u64,
}

impl Swept<'_> {
    /// Compares the subject with the steps. Where the operands are consecutive it is asked about the runs for which the
    /// oracles have one result, and only where it does not give that one by one.
    fn check(
        &self,
        shared: &Shared<'_>,
        engines: &mut Engines,
        buffers: &mut Buffers,
        tally: &mut Tally,
    ) -> Result<(), EngineError> {
        let Swept { task, place, .. } = *self;
        let covering = |oracle: usize| place.coverage.oracle(oracle);
        let steps = self.sweep.steps(task, place.policy, self.turn, &mut engines.oracles, &covering)?;
        if !self.sweep.takes_every_operand() {
            return one_by_one(task, shared, &mut *engines.subject, buffers, tally, (&steps, place));
        }
        for run in runs(&steps, self.range.clone()) {
            let Run { operands, result } = run;
            if let Some(result) = result
                && engines.subject.gives(task, operands.clone(), result)?
            {
                continue;
            }
            for first in operands.clone().step_by(CHUNK as usize) {
                draw(shared, buffers, place.job, first..operands.end.min(first + CHUNK));
                let place = Place { first, ..*place };
                one_by_one(task, shared, &mut *engines.subject, buffers, tally, (&steps, &place))?;
            }
        }
        Ok(())
    }
}

/// Compares the subject's answers to the operands drawn with the steps.
fn one_by_one(
    task: &Task,
    shared: &Shared<'_>,
    subject: &mut dyn Engine,
    buffers: &mut Buffers,
    tally: &mut Tally,
    (steps, place): (&[Option<&Steps>], &Place),
) -> Result<(), EngineError> {
    let count = buffers.operands.len();
    subject.run(task, &buffers.operands, &mut buffers.got[..count])?;
    buffers.say(steps);
    let got = &buffers.got[..count];
    let covering = buffers.said.iter().zip(steps).filter(|(_, steps)| steps.is_some());
    let differs =
        covering.fold(false, |differs, (said, _)| differs | got.iter().zip(said).any(|(a, b)| !a.agrees(b)));
    if differs {
        record(task, shared, buffers, tally, place);
    }
    Ok(())
}

/// Asks every engine that covers the task. Whether any oracle differs from the subject anywhere.
fn answer(
    task: &Task,
    engines: &mut Engines,
    buffers: &mut Buffers,
    coverage: Coverage,
) -> Result<bool, EngineError> {
    let operands = &buffers.operands[..];
    let got = &mut buffers.got[..operands.len()];
    engines.subject.run(task, operands, got)?;
    let mut differs = false;
    for (index, oracle) in engines.oracles.iter_mut().enumerate() {
        if coverage.oracle(index) {
            let said = &mut buffers.said[index][..operands.len()];
            oracle.run(task, operands, said)?;
            differs |= got.iter().zip(said.iter()).any(|(a, b)| !a.agrees(b));
        }
    }
    Ok(differs)
}

/// Where a chunk stands.
struct Place {
    job: usize,
    policy: usize,
    first: u64,
    coverage: Coverage,
}

/// Counts the disagreements of a chunk and keeps the first. Rare, so it may be slow.
fn record(task: &Task, shared: &Shared<'_>, buffers: &Buffers, tally: &mut Tally, place: &Place) {
    let known: Vec<_> = shared.oracles.iter().map(|name| exceptions::find(name, task)).collect();
    for (i, operands) in buffers.operands.iter().enumerate() {
        let got = buffers.got[i];
        let mut differs = false;
        for (oracle, said) in buffers.said.iter().enumerate() {
            if !place.coverage.oracle(oracle) || got.agrees(&said[i]) {
                continue;
            }
            let counts = &mut tally.jobs[place.job];
            if known[oracle].is_some_and(|exception| exception.excuses(task, *operands)) {
                counts.excused[place.policy * shared.oracles.len() + oracle] += 1;
            } else {
                counts.differs[oracle] += 1;
                differs = true;
            }
        }
        if differs {
            tally.jobs[place.job].by_policy[place.policy] += 1;
            keep(task, buffers, tally, place, i);
        }
    }
}

/// Keeps a mismatch if it is among the first.
fn keep(task: &Task, buffers: &Buffers, tally: &mut Tally, place: &Place, index: usize) {
    let case = place.first + index as u64;
    if !tally.keeps(place.job, (case, place.policy)) {
        return;
    }
    let said = buffers.said.iter().enumerate();
    let said = said.map(|(oracle, said)| place.coverage.oracle(oracle).then_some(said[index]));
    let mismatch = Mismatch {
        case,
        policy: place.policy,
        task: *task,
        operands: buffers.operands[index],
        got: buffers.got[index],
        said: said.collect(),
    };
    tally.keep(place.job, mismatch);
}
