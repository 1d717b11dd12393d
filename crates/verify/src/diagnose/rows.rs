//! What a device was asked and what it answered.

use halfulp::{Code, Flags, Operands, Rounded, Task};
use rayon::prelude::*;

use crate::engine::Answer;
use crate::model::Behaviour;
use crate::verify::Comparison;

/// Operands and an answer; without one where the device gave no code at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// What was asked.
    pub operands: Operands,
    /// What was answered; `None` if some digits were undefined.
    pub answer: Option<Answer>,
}

impl Row {
    /// A row of an answer with all flags.
    #[must_use]
    pub fn full(operands: Operands, answer: Rounded) -> Row {
        Row { operands, answer: Some(Answer::full(answer)) }
    }

    /// A row of a code whose flags are not known.
    #[must_use]
    pub fn code(operands: Operands, code: Code) -> Row {
        Row { operands, answer: Some(Answer::new(code, Flags::NONE, Flags::NONE)) }
    }
}

/// The rows of one task.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What was asked for.
    pub task: Task,
    /// What counts as equal.
    pub comparison: Comparison,
    /// The rows.
    pub rows: Vec<Row>,
}

impl Rows {
    /// Rows in which every difference counts.
    #[must_use]
    pub fn new(task: Task, rows: Vec<Row>) -> Rows {
        Rows { task, comparison: Comparison::STRICT, rows }
    }

    /// The exceptions that the device reports in some row.
    #[must_use]
    pub fn known(&self) -> Flags {
        let known = self.rows.iter().filter_map(|row| row.answer).map(|answer| answer.known);
        known.fold(Flags::NONE, Flags::union)
    }

    /// The exceptions that are asked for and that the device reports in some row.
    #[must_use]
    pub fn compared(&self) -> Flags {
        self.comparison.flags.without(Flags::ALL.without(self.known()))
    }

    /// The exceptions that are asked for and that the device reports in every row.
    #[must_use]
    pub fn always_known(&self) -> Flags {
        let missing =
            self.rows.iter().filter_map(|row| row.answer).map(|answer| Flags::ALL.without(answer.known));
        self.compared().without(missing.fold(Flags::NONE, Flags::union))
    }

    /// Of some of the rows, by a comparison: how many are wrong for one device and right for another, and the other way round.
    pub(super) fn change(
        &self,
        comparison: &Comparison,
        [one, other]: [&Behaviour; 2],
        rows: &[Row],
    ) -> (u64, u64) {
        let change = |row: &Row| match [one, other].map(|device| self.agrees(comparison, device, row)) {
            [false, true] => (1, 0),
            [true, false] => (0, 1),
            _ => (0, 0),
        };
        rows.par_iter().with_min_len(4096).map(change).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    /// Whether a device that behaves so would have given this row's answer, by a comparison.
    #[must_use]
    pub fn agrees(&self, comparison: &Comparison, behaviour: &Behaviour, row: &Row) -> bool {
        let Some(answer) = row.answer else { return false };
        let rounded = behaviour.answer(&self.task, row.operands);
        let expected = Answer { known: behaviour.flags.known, ..Answer::full(rounded) };
        comparison.agrees(&self.task, &answer, &expected)
    }
}
