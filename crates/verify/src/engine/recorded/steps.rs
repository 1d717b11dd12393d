//! A step function of operand codes, as tables hold it: runs of consecutive operands with one result, and where runs follow each
//! other regularly one line for all of them.

use halfulp::Code;

/// Results in the order of the operands' codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Steps {
    /// By their first operand; the first one's is 0.
    groups: Vec<Group>,
}

/// A run of operands with one result, and a period of rises that is repeated after it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Group {
    start: Code,
    result: u64,
    count: u64,
    /// How far on in operands, and in the result, each next run is.
    rises: Vec<(u64, i64)>,
    /// The sums of the rises.
    period: u64,
    gain: i64,
}

impl Steps {
    /// Reads lines `START RESULT [COUNT (OPERANDS RESULT)...]`, hexadecimal but for the count.
    pub fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Steps> {
        let groups = lines.map(Group::read).collect::<Option<Vec<_>>>()?;
        let ascend = groups.windows(2).all(|w| w[0].last_start() < Some(w[1].start));
        let whole = groups.first()?.start == 0 && groups.last()?.last_start().is_some();
        (ascend && whole).then_some(Steps { groups })
    }

    /// The result of an operand.
    pub fn result(&self, operand: Code) -> u64 {
        let group = &self.groups[self.groups.partition_point(|group| group.start <= operand) - 1];
        group.result_at(operand - group.start)
    }

    /// The first operand of every run.
    #[cfg(test)]
    pub fn starts(&self) -> impl Iterator<Item = Code> + '_ {
        self.groups.iter().flat_map(Group::starts)
    }
}

impl Group {
    fn read(line: &str) -> Option<Group> {
        let mut words = line.split(' ');
        let start = u64::from_str_radix(words.next()?, 16).ok()?;
        let result = u64::from_str_radix(words.next()?, 16).ok()?;
        let count = words.next().map_or(Some(0), |word| word.parse().ok())?;
        let mut rises = Vec::new();
        while let Some(operands) = words.next() {
            let operands = u64::from_str_radix(operands, 16).ok().filter(|&n| n > 0)?;
            rises.push((operands, i64::from_str_radix(words.next()?, 16).ok()?));
        }
        let period = rises.iter().try_fold(0u64, |sum, rise| sum.checked_add(rise.0))?;
        let gain = rises.iter().try_fold(0i64, |sum, rise| sum.checked_add(rise.1))?;
        (rises.is_empty() == (count == 0)).then_some(Group { start, result, count, rises, period, gain })
    }

    /// The first operand of the last run. `None` if there is no such code.
    fn last_start(&self) -> Option<Code> {
        self.start.checked_add(self.count.checked_mul(self.period)?)
    }

    fn result_at(&self, offset: u64) -> u64 {
        if self.count == 0 {
            return self.result;
        }
        let repeats = (offset / self.period).min(self.count);
        let mut result = self.result.wrapping_add_signed(self.gain.wrapping_mul(repeats as i64));
        if repeats < self.count {
            let mut rest = offset % self.period;
            for &(operands, rise) in &self.rises {
                if rest < operands {
                    break;
                }
                rest -= operands;
                result = result.wrapping_add_signed(rise);
            }
        }
        result
    }

    #[cfg(test)]
    fn starts(&self) -> impl Iterator<Item = Code> + '_ {
        let mut start = self.start;
        let rises = (0..self.count).flat_map(|_| &self.rises);
        std::iter::once(self.start).chain(rises.map(move |rise| {
            start += rise.0;
            start
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 to 2 give 5, then runs of 3 and 1 operands in turn.
    #[test]
    fn groups_are_written_out() {
        let steps = Steps::read(["0 5 2 3 1 1 -2", "a 7"].into_iter()).unwrap();
        let results: Vec<u64> = (0..12).map(|code| steps.result(code)).collect();
        assert_eq!(results, [5, 5, 5, 6, 4, 4, 4, 5, 3, 3, 7, 7]);
        assert_eq!(steps.starts().collect::<Vec<_>>(), [0, 3, 4, 7, 8, 10]);
    }

    #[test]
    fn what_is_no_step_function_is_refused() {
        let bad: [&[&str]; 8] = [
            &[],
            &["1 0"],
            &["0 0", "0 1"],
            &["0 0 2 3 1", "6 1"],
            &["0 0 2 0 1"],
            &["0 0 2 3"],
            &["0 0 2"],
            &["0 x"],
        ];
        for lines in bad {
            assert_eq!(Steps::read(lines.iter().copied()), None, "{lines:?}");
        }
    }
}
