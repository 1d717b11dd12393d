//! A model of a device as an engine.

use halfulp::{Operands, Task};

use super::{Answer, Engine, EngineError, Monotone};
use crate::model::Behaviour;

/// A [`Behaviour`] under a name.
#[derive(Clone, Debug)]
pub struct Model {
    name: String,
    behaviour: Behaviour,
}

impl Model {
    /// An engine that behaves so.
    #[must_use]
    pub fn new(name: impl Into<String>, behaviour: Behaviour) -> Model {
        Model { name: name.into(), behaviour }
    }
}

impl Engine for Model {
    fn name(&self) -> &str {
        &self.name
    }

    fn covers(&self, task: &Task) -> bool {
        self.behaviour.covers(task)
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (operands, answer) in operands.iter().zip(answers) {
            let rounded = self.behaviour.answer(task, *operands);
            *answer = Answer { known: self.behaviour.flags.known, ..Answer::full(rounded) };
        }
        Ok(())
    }

    fn monotone(&self, _: &Task) -> Monotone {
        if self.behaviour.is_monotone() { Monotone::Numbers } else { Monotone::Nowhere }
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}
