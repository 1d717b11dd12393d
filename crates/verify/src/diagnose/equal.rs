//! Operands on which two devices differ.

use halfulp::{Operands, Rounding, Task};

use crate::cases::{Selection, operand_bits};
use crate::engine::Answer;
use crate::model::Behaviour;
use crate::verify::Comparison;

/// Inputs that are tried where not all can be.
const DRAWN: u64 = 1 << 17;

/// Whether all inputs of a task are tried.
pub(super) fn is_exhaustive(task: &Task) -> bool {
    operand_bits(task) + noise_bits(task) <= 18
}

fn noise_bits(task: &Task) -> u32 {
    match task.policy.rounding {
        Rounding::Stochastic { bits, .. } => bits.get(),
        _ => 0,
    }
}

/// Other noise than the rows have.
const SEED: u64 = 0x0ddba11;

/// At most so many operands on which two devices differ, of all operands and noise where these have at most 18 bits
/// together, otherwise of edge cases and random ones.
#[must_use]
pub fn distinguishing(
    task: &Task,
    comparison: &Comparison,
    (one, other): (&Behaviour, &Behaviour),
    most: usize,
) -> Vec<Operands> {
    let selections: &[Selection] =
        if is_exhaustive(task) { &[Selection::All] } else { &[Selection::Random(DRAWN), Selection::Edge] };
    let mut found = Vec::new();
    for selection in selections {
        let Ok(cases) = selection.cases(task, SEED) else { continue };
        for number in 0..cases.len().min(4 * DRAWN) {
            let drawn = cases.case(number);
            let words =
                if is_exhaustive(task) { 0..1 << noise_bits(task) } else { drawn.noise..drawn.noise + 1 };
            for noise in words {
                let operands = drawn.with_noise(noise);
                let answer =
                    |b: &Behaviour| Answer { known: b.flags.known, ..Answer::full(b.answer(task, operands)) };
                if !comparison.agrees(task, &answer(one), &answer(other)) {
                    found.push(operands);
                    if found.len() == most {
                        return found;
                    }
                }
            }
        }
    }
    found
}
