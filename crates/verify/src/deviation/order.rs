//! Deviations of the order of answers: those that depend on the place of a row, and not on its operands.

use std::collections::VecDeque;
use std::fmt;

use halfulp::{Operands, Rounded, Task, apply};

use crate::model::Behaviour;

/// How the place of a row decides its answer. Rows are counted in the order in which a device is asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Each answer is that of the row so many rows before it: the latency of a pipeline that was not waited for.
    Late {
        /// The number of rows, 1 or more.
        by: usize,
    },
    /// Every `of`-th row deviates, and the others do not: one of several lanes that are asked in turn.
    Lane {
        /// The first row that does, counted from 1.
        lane: usize,
        /// The number of lanes, 2 or more.
        of: usize,
    },
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Late { by } => write!(f, "late by {by}"),
            Order::Lane { lane, of } => write!(f, "lane {lane} of {of}"),
        }
    }
}

/// A device whose answers depend on the order in which it is asked.
///
/// ```
/// use halfulp::{Format, Op, Operands, Task};
/// use halfulp_verify::deviation::{Order, Sequence, planted};
///
/// let task = Task::within(Op::Mul, Format::E4M3FN);
/// let mut device = Sequence::new(planted(&task, "").unwrap(), Some(Order::Late { by: 1 }));
/// let answers = [[0x38, 0x38], [0x40, 0x38]].map(|operands| device.answer(&task, Operands::from(operands)).code);
/// assert_eq!(answers, [0, 0x38]);
/// ```
#[derive(Clone, Debug)]
pub struct Sequence {
    behaviour: Behaviour,
    order: Option<Order>,
    asked: usize,
    waiting: VecDeque<Operands>,
}

impl Sequence {
    /// A device of which nothing was asked yet.
    #[must_use]
    pub fn new(behaviour: Behaviour, order: Option<Order>) -> Sequence {
        Sequence { behaviour, order, asked: 0, waiting: VecDeque::new() }
    }

    /// The next answer; zero as long as a pipeline has none. Precondition: the behaviour covers the task.
    pub fn answer(&mut self, task: &Task, operands: Operands) -> Rounded {
        self.asked += 1;
        match self.order {
            None => self.behaviour.answer(task, operands),
            Some(Order::Late { by }) => {
                self.waiting.push_back(operands);
                let due = if self.waiting.len() > by { self.waiting.pop_front() } else { None };
                let empty = Rounded { code: 0, flags: halfulp::Flags::NONE };
                due.map_or(empty, |operands| self.behaviour.answer(task, operands))
            }
            Some(Order::Lane { lane, of }) if (self.asked - 1) % of.max(1) + 1 == lane => {
                self.behaviour.answer(task, operands)
            }
            Some(Order::Lane { .. }) => apply(task, operands),
        }
    }
}
