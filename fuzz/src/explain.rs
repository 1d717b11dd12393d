//! A difference in the verifier's words.

use std::error::Error;
use std::num::NonZero;

use halfulp::{Format, Operands, Task};
use halfulp_verify::cases::GivenOperands;
use halfulp_verify::report::{Summary, policy_arguments, task_arguments};
use halfulp_verify::verify::Part;
use halfulp_verify::{Engine, Job, Selection, Settings, Verifier};

use crate::names::Names;

/// What the verifier says to a task on some operands: the explanation of the mismatch and the command that replays it,
/// and the format files that the command needs. Where the verifier finds no mismatch it says so.
#[must_use]
pub fn mismatch(subject: &dyn Engine, oracle: Box<dyn Engine>, task: &Task, operands: Operands) -> String {
    let names = Names::of(task);
    let text = match explanation(subject, oracle, task, operands, &names) {
        Ok(Some(text)) => text,
        Ok(None) => format!("the verifier finds no mismatch in {task:?}\n{operands:x?}\n"),
        Err(error) => format!("{error}\n{task:?}\n{operands:x?}\n"),
    };
    format!("\n\n{text}{}", names.files())
}

/// The commands that replay some cases of a task, and the format files that they need: what there is to say where the
/// library panicked, so that there is no answer to explain.
#[must_use]
pub fn replay(task: &Task, cases: &[Operands]) -> String {
    let names = Names::of(task);
    let name = |format: &Format| names.name(format);
    let arguments = [task_arguments(task, &name), policy_arguments(&task.policy)].concat().join(" ");
    let command = |case: &Operands| format!("halfulp verify {arguments} --cases '{}'\n", given(task, *case));
    cases.iter().map(command).collect::<String>() + &names.files()
}

fn given(task: &Task, operands: Operands) -> Selection {
    Selection::Given(GivenOperands::of(task, &operands))
}

fn explanation(
    subject: &dyn Engine,
    oracle: Box<dyn Engine>,
    task: &Task,
    operands: Operands,
    names: &Names,
) -> Result<Option<String>, Box<dyn Error>> {
    let jobs = [Job::new("fuzz", *task, vec![task.policy], given(task, operands), 0)?];
    let settings = Settings { threads: NonZero::<usize>::MIN, keep: 1, part: Part::Whole };
    let report = Verifier::new(&jobs, subject, &[oracle], settings)?.run(&|_| ())?;
    let summary = Summary::of(&report, 1, &|format| names.name(format));
    Ok(summary.explanations.first().map(ToString::to_string))
}
