//! The oracle `apfloat`: LLVM's software floating point, as ported to Rust (`rustc_apfloat`).
//!
//! From the library it uses only plain data: the facts of formats, operations, policies, operands, flags, and the built-in formats
//! by name; a test enforces this. It supports six formats, the five roundings of IEEE 754, no saturation (except for integers) and no flushing. It returns
//! the answers of `rustc_apfloat`, even wrong ones; known errors are listed in
//! [`errata`](crate::errata). Only NaNs are translated, to the canonical NaN, and the value of an invalid
//! conversion to an integer, to the policy's result. Exceptions that it does not report, or reports in a sense other than that of
//! IEEE 754, are declared unknown:
//! - overflow, if the result is the largest finite value: it reports only inexact;
//! - underflow, if the result is the smallest normal value: it tests the returned result instead of the result
//!   rounded with unbounded exponent;
//! - inexact, for a division by zero in E4M3FN: IEEE 754 does not specify whether a NaN in place of an exact infinity is
//!   inexact;
//! - invalid, for a fused multiply-add of zero, infinity and a NaN, which IEEE 754 leaves open;
//! - all exceptions of scaleB, and of logB if its result is not a number; invalid for comparisons, minimum and maximum.

mod compute;
mod formats;

use halfulp::{Op, Operands, Rounding, Saturation, Standard, Task};

use super::asked::Asked;
use super::{Answer, Engine, EngineError, Origin, Shares};
use formats::{Integer, Kind};

/// The engine `apfloat`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Apfloat;

impl Engine for Apfloat {
    fn name(&self) -> &str {
        "apfloat"
    }

    fn origin(&self) -> Origin {
        Origin::ThirdParty
    }

    fn shares(&self) -> Option<Shares> {
        Some(Shares {
            theirs: "results, their rounding and flags by rustc_apfloat",
            adapter: "which NaN, and what an integer out of range becomes",
        })
    }

    fn covers(&self, task: &Task) -> bool {
        let task = Asked::from(task);
        covers_policy(&task) && covers_formats(&task)
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let fail = || EngineError {
            engine: "apfloat".into(),
            message: format!("it does not do {} with these formats and this policy", task.op),
        };
        let task = Asked::from(task);
        let answer = compute::function(&task).ok_or_else(fail)?;
        for (operands, slot) in operands.iter().zip(answers) {
            *slot = answer(&task, operands).ok_or_else(fail)?;
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Apfloat))
    }
}

fn covers_policy(task: &Asked) -> bool {
    let policy = &task.policy;
    let rounding = !matches!(policy.rounding, Rounding::ToOdd | Rounding::Stochastic { .. });
    let saturates = policy.saturation != Saturation::None && Integer::of(&task.result).is_none();
    let standard = policy.standard == Standard::Ieee754;
    standard && rounding && !saturates && !policy.flush_operands && !policy.flush_results
}

fn covers_formats(task: &Asked) -> bool {
    let [a, b, c] = task.operands;
    let float = |facts| Kind::of(facts).is_some();
    let integer = |facts| Integer::of(facts).is_some();
    match task.op {
        Op::Convert => {
            (float(&a) || integer(&a)) && float(&task.result) || float(&a) && integer(&task.result)
        }
        Op::ConvertToInteger => float(&a),
        Op::LogB => float(&a) && float(&task.result),
        Op::Class => float(&a),
        Op::Compare(_) => float(&a) && a == b,
        Op::ScaleB => float(&a) && a == task.result,
        Op::Fma => float(&a) && a == b && b == c && a == task.result,
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Remainder | Op::CopySign | Op::Minimum | Op::Maximum => {
            float(&a) && a == b && a == task.result
        }
        Op::Negate | Op::Abs | Op::RoundToIntegral | Op::RoundToIntegralExact | Op::NextUp | Op::NextDown => {
            float(&a) && a == task.result
        }
        _ => false,
    }
}
