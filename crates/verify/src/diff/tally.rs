//! Counting what is compared and what differs.

use halfulp::{Flags, Format, Operands, Task};

use super::found::{Diff, Example, Method, RegionDiff};
use super::region::Region;
use crate::engine::Answer;
use crate::verify::Comparison;

/// The counts of a comparison.
pub(super) struct Tally<'a> {
    task: &'a Task,
    comparison: &'a Comparison,
    unanswered: [u128; 2],
    compared: u128,
    flags: [Flags; 2],
    regions: Vec<RegionDiff>,
}

impl<'a> Tally<'a> {
    pub fn new(task: &'a Task, comparison: &'a Comparison) -> Tally<'a> {
        let empty = |region| RegionDiff { region, compared: 0, differs: 0, example: None };
        let regions = Region::ALL.into_iter().map(empty).collect();
        Tally { task, comparison, unanswered: [0; 2], compared: 0, flags: [Flags::NONE; 2], regions }
    }

    /// Counts so many cases of a region from some operands on, which have the same answers. An answer is missing where there is none.
    pub fn count(&mut self, region: Region, first: Operands, cases: u128, answers: [Option<Answer>; 2]) {
        let [Some(a), Some(b)] = answers else {
            for (count, answer) in self.unanswered.iter_mut().zip(answers) {
                *count += if answer.is_none() { cases } else { 0 };
            }
            return;
        };
        self.compared += cases;
        self.flags[0] |= a.known;
        self.flags[1] |= b.known;
        let agree = self.comparison.agrees(self.task, &a, &b);
        let counts = &mut self.regions[region as usize];
        counts.compared += cases;
        if agree {
            return;
        }
        counts.differs += cases;
        let order = |operands: &Operands| order(&self.task.operands[..self.task.op.arity()], operands);
        if counts.example.is_none_or(|known| order(&first) < order(&known.operands)) {
            counts.example = Some(Example { operands: first, answers: [a, b] });
        }
    }

    pub fn finish(self, cases: u128, exhaustive: bool, method: Method) -> Diff {
        let Tally { unanswered, compared, flags, regions, .. } = self;
        Diff { cases, compared, unanswered, flags, exhaustive, method, regions }
    }
}

/// Smaller magnitudes first, the sum of all counts; then fewer signs.
fn order(formats: &[Format], operands: &Operands) -> (u128, [u64; 3], u32, u64) {
    let mut magnitudes = [0; 3];
    let mut signs = 0;
    for (i, format) in formats.iter().enumerate() {
        let top = if format.is_signed() { format.top_bit() } else { 0 };
        magnitudes[i] = operands.codes[i] & !top;
        signs += u32::from(operands.codes[i] & top != 0);
    }
    (magnitudes.iter().map(|m| u128::from(*m)).sum(), magnitudes, signs, operands.noise)
}
