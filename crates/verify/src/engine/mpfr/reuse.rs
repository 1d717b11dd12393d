//! Answers that another policy cannot change, so that an oracle need not give them again.
//!
//! Two laws make it so. An exact finite result is the same in every rounding (SPEC.md R1), and a finite result within
//! the range is the same under every saturation (S11). What may hang on anything else is left out: results that
//! raise more than inexact, infinities and NaNs, the largest values (an infinity may have become one), zeros (whose
//! sign may hang on the rounding), and results so small that tininess or flushing could matter.

use halfulp::{Flags, Op, Rounding};

use super::layout::Layout;
use crate::engine::Answer;
use crate::engine::asked::Asked;

/// Where an answer can be reused: what may change without the answer changing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Reuse {
    /// Nothing.
    Never,
    /// Saturation, tininess, flushing of results, NaN results.
    WithinRounding,
    /// The rounding as well.
    Always,
}

/// The last answers to one choice of operands.
#[derive(Clone, Debug, Default)]
pub struct LastAnswers {
    rounding: Option<Rounding>,
    answers: Vec<(Answer, Reuse)>,
}

impl LastAnswers {
    /// Answers a batch: what can be reused from the last batch, the rest by `answer`, which is given the case's position.
    ///
    /// Operation, formats, operands with their noise, standard, and whether operands are flushed must be the same in all calls.
    pub fn give(
        &mut self,
        task: &Asked,
        result: &Layout,
        answers: &mut [Answer],
        mut answer: impl FnMut(usize) -> Answer,
    ) {
        let fresh = (Answer::default(), Reuse::Never);
        self.answers.resize(answers.len(), fresh);
        let rounding = task.policy.rounding;
        let same_rounding = self.rounding == Some(rounding);
        let needed = if same_rounding { Reuse::WithinRounding } else { Reuse::Always };
        for (index, (slot, last)) in answers.iter_mut().zip(&mut self.answers).enumerate() {
            if last.1 < needed {
                let given = answer(index);
                *last = (given, reuse(task, result, &given));
            }
            *slot = last.0;
        }
        self.rounding = Some(rounding);
    }
}

fn reuse(task: &Asked, result: &Layout, answer: &Answer) -> Reuse {
    // Without the flag nothing tells exact results from others. P3109 has none.
    let silent =
        matches!(task.op, Op::RoundToIntegral | Op::ConvertToInteger) || task.policy.standard.is_p3109();
    let (negative, magnitude) = result.split(answer.code);
    let smallest_normal = 1u64 << (result.precision - 1);
    let plain = magnitude > smallest_normal && magnitude < result.finite[usize::from(negative)];
    if !plain || answer.flags.without(Flags::INEXACT) != Flags::NONE {
        Reuse::Never
    } else if answer.flags == Flags::NONE && !silent {
        Reuse::Always
    } else {
        Reuse::WithinRounding
    }
}

#[cfg(test)]
mod tests {
    use halfulp::format::catalog;
    use halfulp::{Operands, Policy, Saturation, Standard, Task, apply};

    use super::*;

    /// Answers given by way of [`LastAnswers`] are those of the library, whatever policy comes after whatever other.
    #[test]
    fn what_is_reused_is_right() {
        for (name, to) in
            [("e4m3fn", "e4m3fn"), ("e2m3", "i8"), ("e5m2", "ue4m3"), ("e5m2", "e8m0"), ("i8", "e3m2")]
        {
            let (from, to) = (catalog::lookup(name).unwrap(), catalog::lookup(to).unwrap());
            for op in [
                Op::Add,
                Op::Div,
                Op::Convert,
                Op::LogB,
                Op::Minimum,
                Op::RoundToIntegral,
                Op::ConvertToInteger,
            ] {
                let task = Task::within(op, from).with_result(to);
                if task.check().is_err() {
                    continue;
                }
                let count: u64 = if op.arity() == 1 { 1 << from.width() } else { 1 << (2 * from.width()) };
                let operands: Vec<Operands> = (0..count)
                    .map(|n| Operands {
                        noise: n.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                        ..Operands::new(n & from.code_mask(), n >> from.width(), 0)
                    })
                    .collect();
                for &standard in Standard::ALL {
                    check(&task, &operands, standard);
                }
            }
        }
    }

    fn check(task: &Task, operands: &[Operands], standard: Standard) {
        let mut last = LastAnswers::default();
        let mut answers = vec![Answer::default(); operands.len()];
        let mut policies = crate::suite::policies(task.op);
        let backwards: Vec<Policy> = policies.iter().rev().step_by(5).copied().collect();
        policies.extend(backwards);
        policies.push(Policy::IEEE.saturation(Saturation::Finite));
        for policy in policies {
            let task = task.with_policy(policy.standard(standard));
            let right = |index: usize| Answer::full(apply(&task, operands[index]));
            last.give(&Asked::from(&task), &Layout::new(&task.result.facts()), &mut answers, right);
            for (index, answer) in answers.iter().enumerate() {
                assert_eq!(*answer, right(index), "{task:?} {:?}", operands[index]);
            }
        }
    }
}
