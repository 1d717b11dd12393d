//! Conversions as step functions: rounding is monotone, so the operands with the same result are a run of
//! consecutive codes, and the ends of the runs determine the function.
//!
//! The ends are found by bisection with an oracle: between two operands of the same class and sign with the same result,
//! all results are equal. An oracle that takes a microsecond per case is therefore fast enough for all 2^32 operands of a sweep.

use core::ops::Range;

use halfulp::{Code, Flags, Format, Operands, Sign, Task};

use crate::engine::definition::place::{Meaning, Values};
use crate::engine::{Answer, Engine, EngineError, Monotone};

/// Results of a conversion in the order of its operands' codes, one entry a run of the same result.
pub struct Steps {
    /// The first operand of each run, in ascending order; the first is 0.
    starts: Vec<Code>,
    /// Their results.
    results: Vec<Code>,
    /// Operands of which nothing is known: NaNs with results of their own.
    apart: Vec<Range<Code>>,
}

/// Operands between which a run ends, and their results.
struct Gap {
    low: (Code, Code),
    high: (Code, Code),
}

impl Steps {
    /// Asks an oracle for the steps of a conversion from a format in IEEE 754's layout.
    ///
    /// # Errors
    /// The oracle could not answer.
    pub fn ask(oracle: &mut dyn Engine, task: &Task) -> Result<Steps, EngineError> {
        let (mut classes, mut apart) = (classes(&task.operands[0]), Vec::new());
        if oracle.monotone(task) == Monotone::Numbers {
            let nans = is_nan(&task.operands[0]);
            (apart, classes) = classes.into_iter().partition(|class| nans(class.start));
        }
        let ends: Vec<Code> = classes.iter().flat_map(|class| [class.start, class.end - 1]).collect();
        let results = answers(oracle, task, &ends)?;
        let mut found: Vec<(Code, Code)> = Vec::new();
        let mut gaps = Vec::new();
        for (ends, results) in ends.chunks_exact(2).zip(results.chunks_exact(2)) {
            found.push((ends[0], results[0]));
            gaps.push(Gap { low: (ends[0], results[0]), high: (ends[1], results[1]) });
        }
        // Breadth first, so that every question to the oracle is a batch.
        while !gaps.is_empty() {
            gaps = narrower(oracle, task, gaps, &mut found)?;
        }
        found.sort_unstable();
        found.dedup_by_key(|(_, result)| *result);
        let (starts, results) = found.into_iter().unzip();
        Ok(Steps { starts, results, apart })
    }

    /// The result of an operand.
    fn result(&self, operand: Code) -> Code {
        self.results[self.run_of(operand)]
    }

    /// The result of an operand, as an answer without exceptions.
    pub fn answer(&self, operand: Code) -> Answer {
        Answer::new(self.result(operand), Flags::NONE, Flags::NONE)
    }

    /// The run that an operand is in: its operands, up to `end`, and their result, if they have the same.
    pub fn run(&self, operand: Code, end: Code) -> (Range<Code>, Option<Code>) {
        if let Some(apart) = self.apart.iter().find(|apart| apart.contains(&operand)) {
            return (apart.start..apart.end.min(end), None);
        }
        let run = self.run_of(operand);
        let next = self.starts.get(run + 1).copied().unwrap_or(end);
        let apart = self.apart.iter().map(|apart| apart.start).find(|start| *start > operand);
        (self.starts[run]..next.min(end).min(apart.unwrap_or(end)), Some(self.results[run]))
    }

    fn run_of(&self, operand: Code) -> usize {
        self.starts.partition_point(|start| *start <= operand) - 1
    }
}

/// Cuts every gap in which a run ends, where it most likely does; adds the ends that are found.
///
/// Runs end beside round numbers: values of the destination and midpoints. So the roundest number within is asked, with
/// the one before and the one after.
fn narrower(
    oracle: &mut dyn Engine,
    task: &Task,
    gaps: Vec<Gap>,
    found: &mut Vec<(Code, Code)>,
) -> Result<Vec<Gap>, EngineError> {
    let mut open = Vec::new();
    for gap in gaps {
        match (gap.high.0 - gap.low.0, gap.low.1 == gap.high.1) {
            (_, true) | (0, _) => {}
            (1, false) => found.push(gap.high),
            _ => open.push(gap),
        }
    }
    let cuts: Vec<Vec<Code>> = open.iter().map(Gap::cuts).collect();
    let mut results = answers(oracle, task, &cuts.concat())?.into_iter();
    let mut parts = Vec::with_capacity(4 * open.len());
    for (Gap { mut low, high }, cuts) in open.into_iter().zip(cuts) {
        for cut in cuts.into_iter().zip(&mut results) {
            parts.push(Gap { low, high: cut });
            low = cut;
        }
        parts.push(Gap { low, high });
    }
    Ok(parts)
}

impl Gap {
    /// The roundest number between the ends and its neighbours, as far as they are between the ends too.
    fn cuts(&self) -> Vec<Code> {
        let (first, last) = (self.low.0 + 1, self.high.0 - 1);
        let roundest = match (first ^ last).checked_ilog2() {
            Some(bit) => last >> bit << bit,
            None => first,
        };
        (roundest - 1..=roundest + 1).filter(|code| (first..=last).contains(code)).collect()
    }
}

/// The operands by sign and class: the zero, the numbers, the infinity, the NaNs. A format may have NaN for the zero and
/// for large numbers, and none for what is between.
fn classes(f: &Format) -> Vec<Range<Code>> {
    let mut classes = Vec::new();
    let signs = if matches!(f.facts().sign, Sign::SignMagnitude) { 2 } else { 1 };
    let top = (f.code_mask() >> (signs - 1)) + 1;
    let past = f.largest_magnitude(false) + 1;
    for sign in 0..signs {
        let base = sign * f.top_bit();
        let borders = [0, 1, past, past + 1, top];
        classes.extend(borders.windows(2).filter(|w| w[0] < w[1]).map(|w| base + w[0]..base + w[1]));
    }
    classes
}

/// Whether a code is a NaN, by the facts of its format.
fn is_nan(f: &Format) -> impl Fn(Code) -> bool {
    let values = Values::new(&f.facts());
    move |code| matches!(values.meaning(code), Meaning::Nan { .. })
}

fn answers(oracle: &mut dyn Engine, task: &Task, operands: &[Code]) -> Result<Vec<Code>, EngineError> {
    let cases: Vec<Operands> = operands.iter().map(|&code| Operands::new(code, 0, 0)).collect();
    let mut answers = vec![Answer::default(); cases.len()];
    oracle.run(task, &cases, &mut answers)?;
    Ok(answers.into_iter().map(|answer| answer.code).collect())
}

#[cfg(test)]
mod tests {
    use halfulp::format::catalog::lookup;
    use halfulp::{Op, Policy, Rounding, Saturation, apply};

    use super::*;
    use crate::engine::Scalar;
    use crate::engine::definition::Definition;

    /// From a source of 16 bits, where every operand can be asked.
    #[test]
    fn steps_are_the_function() {
        for (from, to) in
            [("binary16", "e4m3fn"), ("bfloat16", "e5m2fnuz"), ("bfloat16", "e8m0"), ("bfloat16", "binary16")]
        {
            let (from, to) = (lookup(from).unwrap(), lookup(to).unwrap());
            for rounding in [Rounding::NearestEven, Rounding::TowardPositive, Rounding::ToOdd] {
                for &saturation in Saturation::ALL {
                    let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
                    let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
                    let steps = Steps::ask(&mut Definition::default(), &task).unwrap();
                    for code in 0..=from.code_mask() {
                        let expected = apply(&task, Operands::new(code, 0, 0)).code;
                        assert_eq!(steps.result(code), expected, "{code:#x} under {policy:?}");
                        let (run, result) = steps.run(code, from.code_mask() + 1);
                        assert!(run.contains(&code) && result == Some(expected));
                    }
                }
            }
        }
    }

    /// There is no fewer: neighbouring runs differ.
    #[test]
    fn runs_are_as_long_as_they_can_be() {
        let task = Task::new(Op::Convert, [lookup("binary32").unwrap(); 3], lookup("e4m3fn").unwrap());
        let steps = Steps::ask(&mut Scalar, &task).unwrap();
        assert!(steps.results.windows(2).all(|w| w[0] != w[1]));
        // 0 to 448 and NaN, and the same with a sign; the NaNs around the sign's change are one run.
        assert_eq!(steps.starts.len(), 2 * 128);
    }
}
