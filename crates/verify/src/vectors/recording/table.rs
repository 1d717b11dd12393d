//! The rows that have answers, as cases and as an engine.

use std::sync::Arc;

use halfulp::{Operands, Task};

use crate::cases::Cases;
use crate::engine::{Answer, Engine, EngineError, Origin};
use crate::vectors::layout::Layout;
use crate::vectors::rows::Rows;

/// An answered case: its number, its row of operands and its row of answers.
pub type Place = (u64, u32, u32);

/// The rows that have answers.
pub struct Table {
    pub layout: Layout,
    /// The rows with the operands.
    pub cases: Rows,
    /// The rows with the answers; none if they are the same.
    pub answers: Option<Rows>,
    /// The answered cases, by number.
    pub order: Vec<Place>,
}

impl Table {
    fn operands(&self, place: usize) -> Operands {
        self.layout.operands(self.cases.inputs(self.order[place].1 as usize))
    }

    fn answer(&self, place: usize) -> Answer {
        self.answers.as_ref().unwrap_or(&self.cases).answer(self.order[place].2 as usize)
    }
}

/// The cases of a table.
pub struct Listed(pub Arc<Table>);

impl Cases for Listed {
    fn len(&self) -> u64 {
        self.0.order.len() as u64
    }

    fn case(&self, number: u64) -> Operands {
        self.0.operands(number as usize)
    }
}

/// The answers of the table, as an engine.
pub struct Answers {
    pub name: String,
    pub task: Task,
    pub replay: Vec<String>,
    pub table: Arc<Table>,
    /// The place of the next case that is asked for.
    pub next: usize,
}

impl Engine for Answers {
    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    fn replayed_by(&self) -> Option<Vec<String>> {
        Some(self.replay.clone())
    }

    fn covers(&self, task: &Task) -> bool {
        *task == self.task
    }

    fn stands_at(&mut self, _: u64, first: u64) {
        self.next = first as usize;
    }

    fn run(&mut self, _: &Task, _: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (place, answer) in (self.next..).zip(answers) {
            *answer = self.table.answer(place);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        let Answers { name, task, replay, table, next } = self;
        let (name, replay, table) = (name.clone(), replay.clone(), Arc::clone(table));
        Ok(Box::new(Answers { name, task: *task, replay, table, next: *next }))
    }
}
