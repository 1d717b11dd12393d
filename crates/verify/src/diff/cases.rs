//! Comparing case by case.

use halfulp::{Operands, Task};

use super::found::{Diff, DiffError, Method};
use super::region::Region;
use super::side::{Side, noise_bits};
use super::tally::Tally;
use crate::cases::{All, Cases, Selection, operand_bits};
use crate::coverage;
use crate::engine::Answer;
use crate::verify::Comparison;

/// Cases that are asked at once.
const BATCH: u64 = 4096;

/// Compares all combinations of operands, with every noise word if some side takes noise.
pub(super) fn all(task: &Task, sides: &mut [Side; 2], comparison: &Comparison) -> Result<Diff, DiffError> {
    let noise = noise_bits(sides);
    let operands = All::new(task, 0)?;
    let count = 1u64 << (operand_bits(task) + noise);
    let case = |number: u64| {
        let Operands { codes, .. } = operands.case(number >> noise);
        Operands { codes, noise: number & ((1 << noise) - 1) }
    };
    each(task, sides, comparison, count, true, &case)
}

/// Compares selected cases.
pub(super) fn selected(
    task: &Task,
    sides: &mut [Side; 2],
    comparison: &Comparison,
    selection: Selection,
    seed: u64,
) -> Result<Diff, DiffError> {
    let asked = sides[0].task(task);
    let cases = coverage::cases(selection, &asked, &[asked.policy], seed)?;
    let exhaustive = selection == Selection::All && noise_bits(sides) == 0;
    each(task, sides, comparison, cases.len(), exhaustive, &|number| cases.case(number))
}

fn each(
    task: &Task,
    sides: &mut [Side; 2],
    comparison: &Comparison,
    count: u64,
    exhaustive: bool,
    case: &dyn Fn(u64) -> Operands,
) -> Result<Diff, DiffError> {
    let mut tally = Tally::new(task, comparison);
    let mut answers = [vec![Answer::default(); BATCH as usize], vec![Answer::default(); BATCH as usize]];
    let mut missing = [Vec::new(), Vec::new()];
    for first in (0..count).step_by(BATCH as usize) {
        let operands: Vec<Operands> = (first..count.min(first + BATCH)).map(case).collect();
        for ((side, answers), missing) in sides.iter_mut().zip(&mut answers).zip(&mut missing) {
            let task = side.task(task);
            side.engine.run(&task, &operands, &mut answers[..operands.len()])?;
            missing.clear();
            side.engine.unanswered(&task, &operands, missing);
        }
        for (i, operands) in operands.into_iter().enumerate() {
            let answer = |side: usize| {
                let unknown = missing[side].binary_search(&i).is_ok();
                (!unknown).then_some(answers[side][i])
            };
            tally.count(Region::of(task, operands), operands, 1, [answer(0), answer(1)]);
        }
    }
    for side in sides {
        side.engine.finish()?;
    }
    Ok(tally.finish(u128::from(count), exhaustive, Method::Cases))
}
