//! The `definition` oracle: results by the definitions of the standards, as plainly as they can be computed.
//!
//! It shares no code with the library's decoding, operations and rounding; only the plain data (facts, policies,
//! tasks, flags) are the same. What a code means comes from the published formula (`values.rs`), operations are
//! computed on exact rationals, and a result is rounded by finding its two neighbours in the format's sorted list of
//! values and choosing between them in the words of IEEE 754-2019 and P3109.
//!
//! The exact result and its neighbours do not depend on the policy, so they are kept for the next policies.

mod arithmetic;
mod deliver;
mod integer;
mod locate;
mod operation;
mod order;
mod outcome;
mod p3109;
mod quantity;
mod question;
#[cfg(test)]
mod tests;
mod values;

use halfulp::{Flags, Format, Op, Operands, Rounded, Task};

use super::{Answer, Engine, EngineError};
use deliver::Delivery;
use question::{Found, Question};

/// The oracle. It covers every task.
#[derive(Default)]
pub struct Definition {
    kept: Option<Kept>,
}

/// The last batch: what was asked and what was found.
struct Kept {
    op: Op,
    formats: [Format; 4],
    flush_operands: bool,
    by_p3109: bool,
    operands: Vec<Operands>,
    question: Question,
    found: Vec<Found>,
}

impl Kept {
    /// The lists of values serve for another batch of the same operation and formats.
    fn new(task: &Task, operands: &[Operands], before: Option<Kept>) -> Option<Kept> {
        let question = match before {
            Some(kept) if kept.is_like(task) => kept.question,
            _ => Question::new(task),
        };
        let found = operands.iter().map(|case| question.find(case.codes)).collect::<Option<Vec<Found>>>()?;
        Some(Kept {
            op: task.op,
            formats: formats(task),
            flush_operands: task.policy.flush_operands,
            by_p3109: task.policy.standard.is_p3109(),
            operands: operands.to_vec(),
            question,
            found,
        })
    }

    fn is_like(&self, task: &Task) -> bool {
        self.op == task.op
            && self.formats == formats(task)
            && self.flush_operands == task.policy.flush_operands
            && self.by_p3109 == task.policy.standard.is_p3109()
    }

    fn is_for(&self, task: &Task, operands: &[Operands]) -> bool {
        self.is_like(task) && self.operands == operands
    }
}

fn formats(task: &Task) -> [Format; 4] {
    let [a, b, c] = task.operands;
    [a, b, c, task.result]
}

/// Delivers a result by the standard that the policy names. Some operations raise no inexact whatever happens.
fn finish(op: Op, delivery: &Delivery<'_>, (located, own): Found, noise: u64) -> Rounded {
    if delivery.policy.standard.is_p3109() {
        return p3109::project(delivery, located, noise);
    }
    let rounded = delivery.deliver(located, noise);
    let flags = match op {
        Op::ConvertToInteger | Op::RoundToIntegral => rounded.flags.without(Flags::INEXACT),
        _ => rounded.flags,
    };
    Rounded { code: rounded.code, flags: flags | own }
}

/// One task on one choice of operands.
///
/// `None` if the result could not be computed, which no task for which [`Task::check`] is `Ok` gives reason to.
#[must_use]
pub fn answer(task: &Task, operands: Operands) -> Option<Rounded> {
    deliver(task, &Question::new(task), operands)
}

/// The same on big integers only: what the quicker computation is tested against.
#[must_use]
pub fn answer_slowly(task: &Task, operands: Operands) -> Option<Rounded> {
    deliver(task, &Question::new(task).slowly(), operands)
}

fn deliver(task: &Task, question: &Question, operands: Operands) -> Option<Rounded> {
    let found = question.find(operands.codes)?;
    let delivery = Delivery { values: question.result(), policy: &task.policy };
    Some(finish(task.op, &delivery, found, operands.noise))
}

impl Engine for Definition {
    fn name(&self) -> &str {
        "definition"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        if !self.kept.as_ref().is_some_and(|kept| kept.is_for(task, operands)) {
            self.kept = Kept::new(task, operands, self.kept.take());
        }
        let Some(kept) = &self.kept else {
            return Err(EngineError {
                engine: "definition".into(),
                message: format!("could not compute {} in these formats", task.op),
            });
        };
        let delivery = Delivery { values: kept.question.result(), policy: &task.policy };
        for ((&found, case), answer) in kept.found.iter().zip(operands).zip(answers) {
            *answer = Answer::full(finish(task.op, &delivery, found, case.noise));
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Definition::default()))
    }
}
