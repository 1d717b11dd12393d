//! Comparing two step functions, interval by interval.

use halfulp::{Code, Operands, Task};

use super::found::{Diff, DiffError, Method};
use super::region::Region;
use super::side::Side;
use super::tally::Tally;
use crate::engine::{Answer, EngineError};
use crate::verify::Comparison;

/// Intervals that are asked about at once.
const BATCH: usize = 1 << 14;

/// Parts of an interval with one answer each: their first codes and the answers.
pub(super) type Parts = Vec<(Code, Option<Answer>)>;

/// Compares all operands of a conversion. `cuts` are the first codes of the intervals.
pub(super) fn compare(
    task: &Task,
    sides: &mut [Side; 2],
    comparison: &Comparison,
    cuts: &[Code],
) -> Result<Diff, DiffError> {
    let mut tally = Tally::new(task, comparison);
    let mask = task.operands[0].code_mask();
    let mut rest = cuts;
    while !rest.is_empty() {
        let batch = &rest[..rest.len().min(BATCH)];
        let ends: Vec<Code> = (1..=batch.len()).map(|i| rest.get(i).map_or(mask, |next| next - 1)).collect();
        let mut parts = [Vec::new(), Vec::new()];
        for (side, parts) in sides.iter_mut().zip(&mut parts) {
            *parts = side_parts(side, task, batch, &ends)?;
        }
        let [a, b] = &parts;
        for (i, (&first, &last)) in batch.iter().zip(&ends).enumerate() {
            let region = Region::of(task, one(first));
            merge(&a[i], &b[i], last, |from, to, answers| {
                tally.count(region, one(from), u128::from(to - from) + 1, answers);
            });
        }
        rest = &rest[batch.len()..];
    }
    Ok(tally.finish(u128::from(mask) + 1, true, Method::Intervals))
}

fn one(code: Code) -> Operands {
    Operands::new(code, 0, 0)
}

/// What a side answers on each interval.
pub(super) fn side_parts(
    side: &mut Side,
    task: &Task,
    firsts: &[Code],
    lasts: &[Code],
) -> Result<Vec<Parts>, EngineError> {
    let asked: Vec<Code> = firsts.iter().chain(lasts).copied().collect();
    let answers = ask(side, task, &asked)?;
    let (at_first, at_last) = answers.split_at(firsts.len());
    let mut all = Vec::with_capacity(firsts.len());
    for (i, (&first, &last)) in firsts.iter().zip(lasts).enumerate() {
        let mut parts = vec![(first, at_first[i])];
        split(side, task, (first, at_first[i]), (last, at_last[i]), &mut parts)?;
        all.push(parts);
    }
    Ok(all)
}

/// Adds the parts after the first between two codes. Where both ends have the same answer the code in the middle is asked too: there should be
/// no step, and if there is one it is found all the same.
fn split(
    side: &mut Side,
    task: &Task,
    low: (Code, Option<Answer>),
    high: (Code, Option<Answer>),
    parts: &mut Parts,
) -> Result<(), EngineError> {
    let mut open = vec![(low, high)];
    while let Some((low, high)) = open.pop() {
        if high.0 - low.0 <= 1 {
            if low.1 != high.1 {
                parts.push(high);
            }
            continue;
        }
        let middle = low.0 + (high.0 - low.0) / 2;
        let middle = (middle, ask(side, task, &[middle])?[0]);
        if low.1 == middle.1 && middle.1 == high.1 {
            continue;
        }
        // The lower half comes off the stack first.
        for (low, high) in [(middle, high), (low, middle)] {
            if low.1 != high.1 {
                open.push((low, high));
            }
        }
    }
    Ok(())
}

/// The answers of a side; `None` where it has none.
fn ask(side: &mut Side, task: &Task, codes: &[Code]) -> Result<Vec<Option<Answer>>, EngineError> {
    let task = side.task(task);
    let cases: Vec<Operands> = codes.iter().map(|&code| one(code)).collect();
    let mut answers = vec![Answer::default(); cases.len()];
    side.engine.run(&task, &cases, &mut answers)?;
    let mut missing = Vec::new();
    side.engine.unanswered(&task, &cases, &mut missing);
    let mut answers: Vec<_> = answers.into_iter().map(Some).collect();
    for case in missing {
        answers[case] = None;
    }
    Ok(answers)
}

/// Calls `each` for the parts in which both sides have one answer.
fn merge(a: &Parts, b: &Parts, last: Code, mut each: impl FnMut(Code, Code, [Option<Answer>; 2])) {
    let (mut i, mut j) = (0, 0);
    let mut from = a[0].0;
    loop {
        let end = |parts: &Parts, at: usize| parts.get(at + 1).map_or(last, |(next, _)| next - 1);
        let (end_a, end_b) = (end(a, i), end(b, j));
        let to = end_a.min(end_b);
        each(from, to, [a[i].1, b[j].1]);
        if to == last {
            return;
        }
        i += usize::from(end_a == to);
        j += usize::from(end_b == to);
        from = to + 1;
    }
}
