//! Streams: cases of several tasks in one order, for devices whose answers depend on what came before.
//!
//! A stream interleaves operations and roundings in a seeded order. Where the device is wrong, it is started anew and asked the case alone: a wrong
//! answer is then a function of the case. Otherwise the cases before it are reduced to those without which the answer is right.

mod document;
mod draw;
mod examine;
mod history;
mod run;
mod text;

use halfulp::{Operands, Task};

use crate::engine::{Answer, Engine, EngineError};

pub use document::{Alone, Document, Line, Sequential};
pub use draw::draw;
pub use run::{Device, Found, Outcome, Settings, Wrong, run};
pub use text::{from_lines, to_lines};

/// The cases of a stream, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stream {
    /// A task for each case.
    pub tasks: Vec<Task>,
    /// The operands of each case.
    pub operands: Vec<Operands>,
}

impl Stream {
    /// The number of cases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operands.len()
    }

    /// Whether there are no cases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operands.is_empty()
    }

    /// Appends a case.
    pub fn push(&mut self, task: Task, operands: Operands) {
        self.tasks.push(task);
        self.operands.push(operands);
    }

    /// The cases at some places, in the order of the places.
    #[must_use]
    pub fn at(&self, places: &[usize]) -> Stream {
        Stream {
            tasks: places.iter().map(|place| self.tasks[*place]).collect(),
            operands: places.iter().map(|place| self.operands[*place]).collect(),
        }
    }

    /// The answers of an engine, in order; where it fails, those until then.
    pub(crate) fn ask(&self, engine: &mut dyn Engine) -> (Vec<Answer>, Result<(), EngineError>) {
        let mut answers = vec![Answer::default(); self.len()];
        let (count, done) = engine.run_mixed(&self.tasks, &self.operands, &mut answers);
        answers.truncate(count);
        (answers, done)
    }
}

#[cfg(test)]
mod tests;
