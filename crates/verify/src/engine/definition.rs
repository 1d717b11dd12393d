//! The oracle `definition`: computes results directly by the definitions of the standards.
//!
//! The value of a code is given by the published formula (`values.rs`), operations are computed on exact rationals, and a
//! result is rounded by finding its two neighbours in the sorted list of the format's values and choosing between them
//! as IEEE 754-2019 and P3109 specify.
//!
//! From the library it uses only plain data: the [`Facts`] of formats (all seven fields), operations with their arity
//! and the names of predicates, policies, operands, flags; a test enforces this. It shares these data and nothing else with the
//! oracle `mpfr`. However, both follow the same format files and the same SPEC.md, including the clauses
//! marked \[halfulp\] (saturation, flushing, flags that no standard specifies).
//!
//! The exact result and its neighbours do not depend on the policy, so they are cached for further policies.

mod arithmetic;
mod deliver;
mod integer;
mod locate;
pub mod number;
mod operation;
mod order;
mod outcome;
mod p3109;
pub mod place;
mod quantity;
mod question;
#[cfg(test)]
mod tests;
mod values;

use halfulp::{Facts, Flags, Op, Operands, Rounded, Task};

use super::asked::Asked;
use super::{Answer, Engine, EngineError};
use deliver::Delivery;
use question::{Found, Question};

/// The oracle `definition`. It covers every task.
#[derive(Default)]
pub struct Definition {
    kept: Option<Kept>,
}

/// The last batch: what was asked and what was found.
struct Kept {
    op: Op,
    formats: [Facts; 4],
    flush_operands: bool,
    by_p3109: bool,
    operands: Vec<Operands>,
    question: Question,
    found: Vec<Found>,
}

impl Kept {
    /// The lists of values serve for another batch of the same operation and formats.
    fn new(task: &Asked, operands: &[Operands], before: Option<Kept>) -> Option<Kept> {
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

    fn is_like(&self, task: &Asked) -> bool {
        self.op == task.op
            && self.formats == formats(task)
            && self.flush_operands == task.policy.flush_operands
            && self.by_p3109 == task.policy.standard.is_p3109()
    }

    fn is_for(&self, task: &Asked, operands: &[Operands]) -> bool {
        self.is_like(task) && self.operands == operands
    }
}

fn formats(task: &Asked) -> [Facts; 4] {
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

/// The result of a task.
///
/// `None` if the result could not be computed, which does not happen if [`Task::check`] returns `Ok`.
#[must_use]
pub fn answer(task: &Task, operands: Operands) -> Option<Rounded> {
    let task = Asked::from(task);
    deliver(&task, &Question::new(&task), operands)
}

/// The exact result of a case, before any rounding. `None` for operations that do not round an exact result to the result
/// format: queries, operations on representations, and rounding to integral.
#[must_use]
pub fn exact(task: &Task, operands: &Operands) -> Option<place::Outcome> {
    place::exact(&Asked::from(task), operands.codes)
}

/// The value of an operand for the operation, in which a subnormal may have been flushed.
#[must_use]
pub fn operand(task: &Task, operands: &Operands, index: usize) -> place::Meaning {
    Question::new(&Asked::from(task)).meaning(index, operands.codes[index])
}

/// [`answer`] computed only on big integers, for testing the faster computation.
#[must_use]
pub fn answer_slowly(task: &Task, operands: Operands) -> Option<Rounded> {
    let task = Asked::from(task);
    deliver(&task, &Question::new(&task).slowly(), operands)
}

fn deliver(task: &Asked, question: &Question, operands: Operands) -> Option<Rounded> {
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
        let task = Asked::from(task);
        if !self.kept.as_ref().is_some_and(|kept| kept.is_for(&task, operands)) {
            self.kept = Kept::new(&task, operands, self.kept.take());
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
