//! Whether a mismatch is one that a waiver accepts.

use halfulp::{Flags, Operands, Task};

use super::{Cases, Expected, Waiver};
use crate::deviation;
use crate::engine::Answer;
use crate::model::Behaviour;
use crate::verify::{Fit, Judge, Questioned};

/// The answer that is accepted; `None` where there is none.
type Accepted = Box<dyn Fn(Operands) -> Option<Answer> + Send + Sync>;

impl Waiver {
    /// What it says of the mismatches of a task; `None` if it is not about the task.
    pub(super) fn judge(&self, task: &Task) -> Option<Judge> {
        let accepted = self.scope.has(task).then(|| self.expected.of(task))??;
        let (task, cases): (Task, Cases) = (*task, self.cases.clone());
        Some(Box::new(move |asked| fit(&task, &cases, &accepted, asked)))
    }
}

/// A waiver is about a case whose accepted answer is not the oracle's.
fn fit(task: &Task, cases: &Cases, accepted: &Accepted, asked: &Questioned<'_>) -> Fit {
    let Some(answer) = accepted(asked.operands) else { return Fit::No };
    let agrees = |other: &Answer| asked.comparison.agrees(task, &answer, other);
    if agrees(asked.want) || !cases.have(task, &asked.operands) {
        Fit::No
    } else if agrees(asked.got) {
        Fit::Accepted
    } else {
        Fit::Other
    }
}

impl Expected {
    /// The accepted answers to a task; `None` where there is no such device.
    fn of(&self, task: &Task) -> Option<Accepted> {
        match self {
            Expected::Deviations(names) => {
                let planted = deviation::named(task, names).ok()?;
                of_device(task, deviation::device(&Behaviour::default(), &planted))
            }
            Expected::Behaviour(behaviour) => of_device(task, **behaviour),
            Expected::Profile(profile) => {
                let rule = profile.rule(task)?.clone();
                let (task, known) = (*task, profile.flags);
                Some(Box::new(move |operands| {
                    let is_known = rule.unknown_to(&task, &operands).is_none();
                    is_known.then(|| Answer { known, ..Answer::full(rule.answer(&task, operands)) })
                }))
            }
            Expected::Code(code, flags) => {
                let known = if flags.is_some() { Flags::ALL } else { Flags::NONE };
                let answer = Answer::new(*code, flags.unwrap_or(Flags::NONE), known);
                let is_code = task.op.is_query() || *code <= task.result.code_mask();
                is_code.then(|| -> Accepted { Box::new(move |_| Some(answer)) })
            }
        }
    }
}

fn of_device(task: &Task, behaviour: Behaviour) -> Option<Accepted> {
    let task = *task;
    behaviour.covers(&task).then(|| -> Accepted {
        Box::new(move |operands| {
            let answer = Answer::full(behaviour.answer(&task, operands));
            Some(Answer { known: behaviour.flags.known, ..answer })
        })
    })
}
