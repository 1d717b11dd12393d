//! Asking a device a stream, and its mismatches one by one.

use std::collections::HashSet;

use super::examine::{Bench, Verdict};
use super::mixed::Stream;
use super::outcome::{Device, Outcome, Settings, Wrong};
use crate::engine::{Answer, Engine, EngineError};
use crate::verify::Difference;

/// Cases that are asked between two reports of progress.
const STEP: usize = 1 << 12;

/// Asks a device the cases of a stream and compares its answers with an oracle's. `progress` is called with numbers of cases.
///
/// # Errors
/// If the oracle fails, or the device cannot be started.
pub fn run(
    device: Device<'_>,
    oracle: &mut dyn Engine,
    stream: &Stream,
    settings: &Settings,
    progress: &dyn Fn(u64),
) -> Result<Outcome, EngineError> {
    let mut outcome = Outcome::default();
    let (mut want, done) = stream.ask(oracle);
    done?;
    let open: HashSet<usize> = stream.open_to(oracle).into_iter().collect();
    open.iter().for_each(|place| want[*place] = Answer::UNDEFINED);
    let got = ask(device, stream, &mut outcome, progress)?;
    let compared: Vec<usize> = (0..got.len()).filter(|place| !open.contains(place)).collect();
    let differs =
        |place: &usize| !settings.comparison.agrees(&stream.tasks[*place], &got[*place], &want[*place]);
    let wrong: Vec<usize> = compared.iter().copied().filter(differs).collect();
    outcome.compared = compared.len();
    outcome.open = got.len() - compared.len();
    outcome.tasks = compared.iter().map(|place| &stream.tasks[*place]).collect::<HashSet<_>>().len();
    for place in compared {
        let known = got[place].known.bits() & want[place].known.bits() & settings.comparison.flags.bits();
        for (bit, count) in outcome.flags.iter_mut().enumerate() {
            *count += u64::from(known >> bit & 1);
        }
    }
    outcome.mismatches = wrong.len();
    let mut bench = Bench { device, stream, want: &want, settings };
    for place in first_of_each_kind(&wrong, stream, &got, &want, settings) {
        if outcome.examined == settings.examined {
            break;
        }
        outcome.examined += 1;
        let wrong = Wrong { place, got: got[place], want: want[place] };
        let reduces = outcome.sequential.len() < settings.reduced;
        match bench.examine(wrong, reduces) {
            Ok(Verdict::Alone(wrong)) => outcome.alone.push(wrong),
            Ok(Verdict::Sequential(found)) => outcome.sequential.push(*found),
            Ok(Verdict::NotReduced) => outcome.not_reduced += 1,
            Err(error) => {
                outcome.examined -= 1;
                outcome.failure.get_or_insert(error);
                break;
            }
        }
    }
    Ok(outcome)
}

/// Asks a device that was started anew, step by step.
fn ask(
    device: Device<'_>,
    stream: &Stream,
    outcome: &mut Outcome,
    progress: &dyn Fn(u64),
) -> Result<Vec<Answer>, EngineError> {
    let mut engine = device()?;
    let mut got = Vec::with_capacity(stream.len());
    while got.len() < stream.len() {
        let places: Vec<usize> = (got.len()..(got.len() + STEP).min(stream.len())).collect();
        let (answers, done) = stream.at(&places).ask(&mut *engine);
        progress(answers.len() as u64);
        got.extend(answers);
        if let Err(error) = done {
            outcome.failure = Some(error);
            return Ok(got);
        }
    }
    outcome.failure = engine.finish().err();
    Ok(got)
}

/// The places of wrong answers, the first of each kind before all others.
fn first_of_each_kind(
    wrong: &[usize],
    stream: &Stream,
    got: &[Answer],
    want: &[Answer],
    settings: &Settings,
) -> Vec<usize> {
    let mut met = HashSet::new();
    let mut is_new = |place: &usize| {
        let task = &stream.tasks[*place];
        met.insert((task.op, Difference::of(task, &settings.comparison, &got[*place], &want[*place])))
    };
    let (first, others): (Vec<usize>, Vec<usize>) = wrong.iter().partition(|place| is_new(place));
    [first, others].concat()
}
