//! The instructions of this CPU as devices: `cpu:f16c` and others.
//!
//! Unlike the oracle `host`, which translates NaNs, these answer what the instructions do, NaN for NaN: so they can be compared with the
//! profiles of processors. On x86-64 each instruction runs in its own block of assembly, between writing and reading the control register
//! MXCSR; other processors have none of these devices.

mod set;
#[cfg(target_arch = "x86_64")]
mod x86;

use core::ops::Range;

use halfulp::{Code, Operands, Saturation, Standard, Task, Tininess};

use super::asked::Asked;
use super::host::Kind;
use super::{Answer, Engine, EngineError, Origin, Shares};
pub use set::Set;
#[cfg(target_arch = "x86_64")]
use x86 as machine;

impl Set {
    /// Whether this CPU has the instructions.
    #[must_use]
    pub fn is_available(self) -> bool {
        machine::has(self)
    }
}

/// Why there is no such engine here.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CpuError {
    /// No instructions have this name.
    #[error("{0:?} names no instructions: expected {list}", list = list(|_| true))]
    Unknown(String),
    /// This CPU has no such instructions.
    #[error("{name}: this CPU does not have these instructions{has}", name = .0.name(), has = has())]
    Unavailable(Set),
}

fn list(wanted: impl Fn(&Set) -> bool) -> String {
    Set::ALL.into_iter().filter(wanted).map(Set::name).collect::<Vec<_>>().join(", ")
}

fn has() -> String {
    let names = list(|set| set.is_available());
    if names.is_empty() { String::new() } else { format!("; it has {names}") }
}

/// Instructions of this CPU.
#[derive(Clone, Copy, Debug)]
pub struct Cpu(Set);

impl Cpu {
    /// The engine of a name such as `cpu:f16c`.
    ///
    /// # Errors
    /// No instructions have this name, or this CPU does not have them.
    pub fn named(name: &str) -> Result<Cpu, CpuError> {
        let set = Set::ALL.into_iter().find(|set| set.name() == name);
        let set = set.ok_or_else(|| CpuError::Unknown(name.into()))?;
        if set.is_available() { Ok(Cpu(set)) } else { Err(CpuError::Unavailable(set)) }
    }
}

/// The formats of a task: those of the operands, and the result's.
fn kinds(task: &Asked) -> Option<(Vec<Kind>, Kind)> {
    let operands = task.operands[..task.op.arity()].iter().map(Kind::of).collect::<Option<_>>()?;
    Some((operands, Kind::of(&task.result)?))
}

/// Whether the policy has nothing that no instruction has.
fn is_plain(task: &Asked) -> bool {
    let policy = &task.policy;
    policy.standard == Standard::Ieee754
        && policy.saturation == Saturation::None
        && policy.tininess == Tininess::After
}

impl Engine for Cpu {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn origin(&self) -> Origin {
        Origin::ThirdParty
    }

    fn shares(&self) -> Option<Shares> {
        Some(Shares {
            theirs: "results, NaNs, rounding and flags by this CPU's instructions",
            adapter: "which instruction, and the control bits",
        })
    }

    fn covers(&self, task: &Task) -> bool {
        let task = Asked::from(task);
        is_plain(&task) && kinds(&task).is_some_and(|kinds| machine::covers(self.0, &task, &kinds))
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let asked = Asked::from(task);
        let ran = kinds(&asked).and_then(|kinds| machine::run(self.0, &asked, &kinds, operands, answers));
        ran.ok_or_else(|| EngineError {
            engine: self.name().into(),
            message: format!("it does not do {} with these formats and this policy", task.op),
        })
    }

    fn sweeps(&self, task: &Task) -> bool {
        let task = Asked::from(task);
        kinds(&task).is_some_and(|kinds| machine::sweeps(self.0, &task, &kinds))
    }

    fn gives(&mut self, task: &Task, operands: Range<Code>, result: Code) -> Result<bool, EngineError> {
        let task = Asked::from(task);
        let gives = kinds(&task).and_then(|kinds| machine::gives(self.0, &task, &kinds, operands, result));
        Ok(gives == Some(true))
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

/// Other processors have none of these instructions.
#[cfg(not(target_arch = "x86_64"))]
mod machine {
    use core::ops::Range;

    use halfulp::{Code, Operands};

    use super::{Asked, Kind, Set};
    use crate::engine::Answer;

    pub fn has(_: Set) -> bool {
        false
    }

    pub fn covers(_: Set, _: &Asked, _: &(Vec<Kind>, Kind)) -> bool {
        false
    }

    pub fn run(_: Set, _: &Asked, _: &(Vec<Kind>, Kind), _: &[Operands], _: &mut [Answer]) -> Option<()> {
        None
    }

    pub fn sweeps(_: Set, _: &Asked, _: &(Vec<Kind>, Kind)) -> bool {
        false
    }

    pub fn gives(_: Set, _: &Asked, _: &(Vec<Kind>, Kind), _: Range<Code>, _: Code) -> Option<bool> {
        None
    }
}
