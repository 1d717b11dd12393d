//! Several selections of cases, one after the other, numbered on.

use core::ops::Range;

use halfulp::{Operands, Task};

use crate::cases::{Cases, CasesError, Selection, operand_bits};
use crate::coverage;

/// The cases of some selections of a task, in their order.
pub struct Drawn {
    parts: Vec<Box<dyn Cases>>,
    /// The number after the last case of each part.
    ends: Vec<u64>,
}

impl Drawn {
    /// The cases of some selections.
    ///
    /// # Errors
    /// As for [`Selection::cases`]; or they cannot be numbered in 64 bits together.
    pub fn new(task: &Task, selections: &[Selection], seed: u64) -> Result<Drawn, CasesError> {
        let (mut parts, mut ends, mut end) = (Vec::new(), Vec::new(), 0u64);
        for selection in selections {
            let cases = coverage::cases(*selection, task, &[task.policy], seed)?;
            end = end.checked_add(cases.len()).ok_or_else(|| CasesError::TooMany(operand_bits(task)))?;
            parts.push(cases);
            ends.push(end);
        }
        Ok(Drawn { parts, ends })
    }

    /// The part of a case, and the number of the part's first case.
    fn part(&self, number: u64) -> (usize, u64) {
        let part = self.ends.partition_point(|end| *end <= number);
        (part, if part == 0 { 0 } else { self.ends[part - 1] })
    }
}

impl Cases for Drawn {
    fn len(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn case(&self, number: u64) -> Operands {
        let (part, first) = self.part(number);
        self.parts[part].case(number - first)
    }

    fn extend(&self, list: &mut Vec<Operands>, numbers: Range<u64>) {
        let mut next = numbers.start;
        while next < numbers.end {
            let (part, first) = self.part(next);
            let end = numbers.end.min(self.ends[part]);
            self.parts[part].extend(list, next - first..end - first);
            next = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use halfulp::{Format, Op};

    use super::*;

    #[test]
    fn parts_are_numbered_on() {
        let task = Task::within(Op::Add, Format::E2M1);
        let selections = [Selection::All, Selection::Random(0), Selection::spread(7)];
        let drawn = Drawn::new(&task, &selections, 3).unwrap();
        let parts: Vec<_> = selections.iter().map(|s| s.cases(&task, 3).unwrap()).collect();
        let single: Vec<Operands> =
            parts.iter().flat_map(|cases| (0..cases.len()).map(|number| cases.case(number))).collect();
        assert_eq!(drawn.len(), single.len() as u64);
        assert_eq!((0..drawn.len()).map(|n| drawn.case(n)).collect::<Vec<_>>(), single);
        for (start, end) in [(0, drawn.len()), (250, 260), (255, 256), (256, 257), (9, 9)] {
            let mut list = Vec::new();
            drawn.extend(&mut list, start..end);
            assert_eq!(list, single[start as usize..end as usize]);
        }
    }
}
