//! The oracle `host`: the floating-point instructions of this CPU.
//!
//! On x86-64 each instruction runs in its own block of assembly, between writing and reading the control register MXCSR.
//! The hardware provides four roundings, all five exceptions, flushing of operands (DAZ) and results (FTZ), and tininess
//! after rounding. It covers binary32 and binary64, fused multiply-add if the CPU has FMA,
//! rounding to integral with SSE4.1, binary16 conversions with F16C, and binary16 arithmetic with
//! AVX512-FP16.
//!
//! On other CPUs the `f32` and `f64` of the compiler are used: nearest-even, no exceptions, and `mul_add` is
//! the standard library's software if the CPU has no such instruction.
//!
//! From the library it uses only plain data: the facts of formats, operations, policies, operands, flags; a test enforces this.
//! Only NaNs are translated, to the canonical NaN, and the value of an invalid conversion to an integer, to the
//! policy's result.

mod kind;
#[cfg(not(target_arch = "x86_64"))]
mod portable;
#[cfg(target_arch = "x86_64")]
pub(super) mod x86;

use halfulp::{Op, Operands, Saturation, Standard, Task};

use super::asked::Asked;
use super::{Answer, Engine, EngineError, Origin, Shares};
pub(super) use kind::Kind;
#[cfg(not(target_arch = "x86_64"))]
use portable as machine;
#[cfg(target_arch = "x86_64")]
use x86 as machine;

/// The engine `host`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

/// The formats of a task, where all that count are the same, but for a conversion's result.
fn kinds(task: &Asked) -> Option<(Kind, Kind)> {
    let first = task.operands[0];
    let alike = task.operands[..task.op.arity()].iter().all(|f| *f == first);
    let converts = matches!(task.op, Op::Convert | Op::ConvertToInteger);
    if !alike || !converts && task.result != first {
        return None;
    }
    Some((Kind::of(&first)?, Kind::of(&task.result)?))
}

impl Engine for Host {
    fn name(&self) -> &str {
        "host"
    }

    fn origin(&self) -> Origin {
        Origin::ThirdParty
    }

    fn shares(&self) -> Option<Shares> {
        Some(Shares {
            theirs: "results, their rounding and flags by this CPU's instructions",
            adapter: "which NaN, and what an integer out of range becomes",
        })
    }

    fn covers(&self, task: &Task) -> bool {
        let task = Asked::from(task);
        let plain = task.policy.standard == Standard::Ieee754 && task.policy.saturation == Saturation::None;
        plain && kinds(&task).is_some_and(|k| machine::covers(&task, k))
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let asked = Asked::from(task);
        let ran = kinds(&asked).and_then(|kinds| machine::run(&asked, kinds, operands, answers));
        ran.ok_or_else(|| EngineError {
            engine: "host".into(),
            message: format!("this CPU does not do {} with these formats and this policy", task.op),
        })
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Host))
    }
}
