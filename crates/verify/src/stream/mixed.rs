//! Cases of several tasks in one order.

use halfulp::{Operands, Task};

use crate::engine::{Answer, Engine, EngineError};

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

    /// The places of the cases to which an engine has no answer though it covers their tasks.
    pub(crate) fn open_to(&self, engine: &dyn Engine) -> Vec<usize> {
        let (mut places, mut first) = (Vec::new(), 0);
        for part in self.tasks.chunk_by(|a, b| a == b) {
            let mut cases = Vec::new();
            engine.unanswered(&part[0], &self.operands[first..first + part.len()], &mut cases);
            places.extend(cases.into_iter().map(|case| first + case));
            first += part.len();
        }
        places
    }

    /// The answers of an engine, in order; where it fails, those until then.
    pub(crate) fn ask(&self, engine: &mut dyn Engine) -> (Vec<Answer>, Result<(), EngineError>) {
        let mut answers = vec![Answer::default(); self.len()];
        let (count, done) = engine.run_mixed(&self.tasks, &self.operands, &mut answers);
        answers.truncate(count);
        (answers, done)
    }
}
