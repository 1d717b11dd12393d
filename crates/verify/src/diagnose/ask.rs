//! Rows of a live device, which can be asked again.

use halfulp::{Operands, Task};

use super::found::{self, Diagnosis};
use super::order::diagnose;
use super::rows::{Row, Rows};
use crate::cases::CasesError;
use crate::engine::{Answer, Engine, EngineError};
use crate::model::Behaviour;
use crate::verify::Job;

/// Cases that are asked at once.
const BATCH: u64 = 1 << 12;
/// The most rows.
const MOST: u64 = 1 << 22;
/// How often a device is asked about what would tell two explanations apart.
const AGAIN: usize = 4;

/// What is asked of a device.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The cases, of which at most 2^22 are asked, evenly spread, and what counts as equal.
    pub job: &'a Job,
    /// The job's task with one of its policies.
    pub task: Task,
    /// Whether the device can be asked about other operands too.
    pub live: bool,
}

/// Why a device was not diagnosed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AskError {
    /// The cases do not fit the task.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// The device answers no such task.
    #[error("{engine} does not cover the task{}", of_claims(claims.as_deref()))]
    NotCovered {
        /// The device.
        engine: String,
        /// What it says that it covers, if it does.
        claims: Option<String>,
    },
    /// The device gave no answer at all.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

fn of_claims(claims: Option<&str>) -> String {
    claims.map_or_else(String::new, |claims| format!("; what its manifest claims: {claims}"))
}

/// A diagnosis of a live device: what its rows do not decide is asked.
///
/// The second value is why the device stopped answering, if it did; the rows before are diagnosed. It is left to the caller to
/// [finish](Engine::finish) the device's work, after its last task.
///
/// # Errors
/// See [`AskError`].
pub fn diagnose_device(
    device: &mut dyn Engine,
    question: &Question<'_>,
    base: &Behaviour,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Diagnosis, Option<EngineError>), AskError> {
    let (mut rows, mut stopped) = ask(device, question, progress)?;
    let mut planned = question.job.cases()?.len();
    let mut diagnosis = diagnose(&rows, base);
    for _ in 0..AGAIN {
        let apart: Vec<Operands> =
            found::ambiguous(&diagnosis).flat_map(|(_, other)| other.apart.iter().copied()).collect();
        // A row more has its place too: it need not be one that tells.
        if !question.live || apart.is_empty() || stopped.is_some() || diagnosis.order.is_some() {
            break;
        }
        planned += apart.len() as u64;
        stopped = append(device, &mut rows, &apart);
        diagnosis = diagnose(&rows, base);
    }
    Ok((Diagnosis { planned, ..diagnosis }, stopped))
}

/// The rows of a selection's cases.
fn ask(
    device: &mut dyn Engine,
    question: &Question<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Rows, Option<EngineError>), AskError> {
    let task = &question.task;
    if !device.covers(task) {
        return Err(AskError::NotCovered { engine: device.name().into(), claims: device.claims() });
    }
    let cases = question.job.cases()?;
    let count = cases.len().min(MOST);
    // Evenly spread over all where there are more.
    let numbered = |place: u64| (u128::from(place) * u128::from(cases.len()) / u128::from(count)) as u64;
    let mut rows = Rows { task: *task, comparison: *question.job.comparison(), rows: Vec::new() };
    let mut first = 0;
    while first < count {
        let end = count.min(first + BATCH);
        let mut operands = Vec::new();
        if count == cases.len() {
            cases.extend(&mut operands, first..end);
        } else {
            operands.extend((first..end).map(|place| cases.case(numbered(place))));
        }
        device.stands_at(question.job.seed(), first);
        let stopped = append(device, &mut rows, &operands);
        progress(end, count);
        match stopped {
            Some(error) if rows.rows.is_empty() => return Err(error.into()),
            Some(error) => return Ok((rows, Some(error))),
            None => first = end,
        }
    }
    Ok((rows, None))
}

/// Appends the rows of some operands: why the device stopped, if it did.
fn append(device: &mut dyn Engine, rows: &mut Rows, operands: &[Operands]) -> Option<EngineError> {
    let mut answers = vec![Answer::default(); operands.len()];
    let failed = device.run(&rows.task, operands, &mut answers).err();
    let valid = if failed.is_some() { device.answered().min(operands.len()) } else { operands.len() };
    // What a model leaves open is not an answer.
    let mut open = Vec::new();
    device.unanswered(&rows.task, operands, &mut open);
    let answered = operands.iter().zip(answers).take(valid).enumerate();
    let answered = answered.filter(|(place, _)| open.binary_search(place).is_err()).map(|(_, answer)| answer);
    let row =
        |(&operands, answer): (_, Answer)| Row { operands, answer: (!answer.undefined).then_some(answer) };
    rows.rows.extend(answered.map(row));
    failed
}
