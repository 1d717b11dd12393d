//! The unit that answers, and faults of its memory: answers that depend on what came before.

use core::fmt;
use core::str::FromStr;

use halfulp::{Flags, Format, Operands, Rounded, Task, Value, apply, decode};

/// A fault of a device's memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// The first case after a change of the rounding is rounded as the case before it.
    LateRounding,
    /// A flag that was raised stays raised.
    StickyFlags,
    /// The case after one with a NaN operand has the first operand of that one, if it is of the same format.
    StaleOperand,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 3] = [Fault::LateRounding, Fault::StickyFlags, Fault::StaleOperand];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Fault::LateRounding => "late-rounding",
            Fault::StickyFlags => "sticky-flags",
            Fault::StaleOperand => "stale-operand",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        Fault::ALL.into_iter().find(|fault| fault.name() == text).ok_or_else(|| {
            format!("no fault is called {text:?}: expected {}", Fault::ALL.map(Fault::name).join(", "))
        })
    }
}

/// The library as a unit, right or with a fault.
pub(crate) struct Unit {
    fault: Option<Fault>,
    before: Option<(Task, Operands)>,
    raised: Flags,
}

impl Unit {
    pub fn new(fault: Option<Fault>) -> Unit {
        Unit { fault, before: None, raised: Flags::NONE }
    }

    pub fn answer(&mut self, task: &Task, operands: Operands) -> Rounded {
        match self.fault {
            None => apply(task, operands),
            Some(fault) => self.wrong(fault, task, operands),
        }
    }

    fn wrong(&mut self, fault: Fault, task: &Task, mut operands: Operands) -> Rounded {
        let mut task = *task;
        let asked = (task, operands);
        if let Some((before, theirs)) = &self.before {
            match fault {
                Fault::LateRounding => {
                    let late = task.with_policy(task.policy.rounding(before.policy.rounding));
                    if late.check().is_ok() {
                        task = late;
                    }
                }
                Fault::StaleOperand if before.operands[0] == task.operands[0] && has_nan(before, theirs) => {
                    operands.codes[0] = theirs.codes[0];
                }
                Fault::StaleOperand | Fault::StickyFlags => {}
            }
        }
        self.before = Some(asked);
        let mut rounded = apply(&task, operands);
        self.raised |= rounded.flags;
        if fault == Fault::StickyFlags {
            rounded.flags = self.raised;
        }
        rounded
    }
}

fn has_nan(task: &Task, operands: &Operands) -> bool {
    let is_nan = |(format, code): (&Format, &u64)| matches!(decode(format, *code), Value::Nan(_));
    task.operands[..task.op.arity()].iter().zip(&operands.codes).any(is_nan)
}
