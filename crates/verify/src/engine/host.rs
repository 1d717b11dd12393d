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

#[cfg(not(target_arch = "x86_64"))]
mod portable;
#[cfg(target_arch = "x86_64")]
pub(super) mod x86;

use halfulp::{Facts, Nans, Op, Operands, Overflow, Saturation, Sign, Standard, Task};

use super::asked::Asked;
use super::{Answer, Engine, EngineError, Origin, Shares};
#[cfg(not(target_arch = "x86_64"))]
use portable as machine;
#[cfg(target_arch = "x86_64")]
use x86 as machine;

/// The engine `host`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

/// The formats that instructions work on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    F16,
    Bf16,
    F32,
    F64,
    I32,
    I64,
}

const fn ieee(width: u32, precision: u32) -> Facts {
    Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    }
}

const fn integer(width: u32) -> Facts {
    let (precision, bias) = (width, 2 - width as i32);
    let (sign, nans, overflow) = (Sign::TwosComplement, Nans::None, Overflow::Largest);
    Facts { width, precision, bias, sign, nans, overflow, subnormals: true }
}

const KINDS: [(Facts, Kind); 6] = [
    (ieee(16, 11), Kind::F16),
    (ieee(16, 8), Kind::Bf16),
    (ieee(32, 24), Kind::F32),
    (ieee(64, 53), Kind::F64),
    (integer(32), Kind::I32),
    (integer(64), Kind::I64),
];

impl Kind {
    pub(super) fn of(facts: &Facts) -> Option<Kind> {
        KINDS.iter().find(|(known, _)| known == facts).map(|&(_, kind)| kind)
    }

    const fn bits(self) -> u32 {
        match self {
            Kind::F16 | Kind::Bf16 => 16,
            Kind::F32 | Kind::I32 => 32,
            Kind::F64 | Kind::I64 => 64,
        }
    }

    /// All bits of a code.
    pub(super) const fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    /// The largest and the least integer; of no meaning for the others.
    const fn ends(self) -> (u64, u64) {
        (self.mask() >> 1, 1 << (self.bits() - 1))
    }

    /// The code of a result, NaNs made canonical.
    const fn canonical(self, code: u64) -> u64 {
        let code = code & self.mask();
        let (infinity, quiet) = match self {
            Kind::F16 => (0x7c00, 0x0200),
            Kind::Bf16 => (0x7f80, 0x0040),
            Kind::F32 => (0x7f80_0000, 0x0040_0000),
            Kind::F64 => (0x7ff0_0000_0000_0000, 0x0008_0000_0000_0000),
            Kind::I32 | Kind::I64 => return code,
        };
        if code & (self.mask() >> 1) > infinity { infinity | quiet } else { code }
    }
}

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
