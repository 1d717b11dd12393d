//! The host oracle: this machine's own instructions.
//!
//! On x86-64 each instruction runs in a block of assembly of its own, between loading the control register MXCSR and
//! reading it: four roundings, all five exceptions, flushing of operands (DAZ) and of results (FTZ), and tininess
//! after rounding come from the silicon. binary32 and binary64 always, fused multiply-add where the CPU has FMA,
//! rounding to integral where it has SSE4.1, binary16 conversions where it has F16C, and binary16 arithmetic where it
//! has AVX512-FP16; what the CPU lacks is not covered.
//!
//! Elsewhere the compiler's `f32` and `f64` are used: nearest-even, no exceptions known, and `mul_add` is the
//! library's software where the CPU has no such instruction.
//!
//! Only NaNs are translated, to the canonical one, and the value of an invalid conversion to an integer, to what the
//! policy asks for.

#[cfg(not(target_arch = "x86_64"))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use halfulp::{Facts, Format, Nans, Op, Operands, Overflow, Saturation, Sign, Standard, Task};

use super::{Answer, Engine, EngineError, Origin};
#[cfg(not(target_arch = "x86_64"))]
use portable as machine;
#[cfg(target_arch = "x86_64")]
use x86 as machine;

/// The engine `host`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Host;

/// The formats that instructions work on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    F16,
    F32,
    F64,
    I32,
    I64,
}

const fn ieee(width: u32, precision: u32) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias: (1 << (width - precision - 1)) - 1,
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1 << (precision - 1)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

const FLOATS: [(Format, Kind); 3] =
    [(ieee(16, 11), Kind::F16), (ieee(32, 24), Kind::F32), (ieee(64, 53), Kind::F64)];

impl Kind {
    fn of(format: &Format) -> Option<Kind> {
        if format.is_integer() && format.is_signed() {
            return match format.width() {
                32 => Some(Kind::I32),
                64 => Some(Kind::I64),
                _ => None,
            };
        }
        FLOATS.iter().find(|(f, _)| f == format).map(|&(_, kind)| kind)
    }
}

/// The formats of a task, where all that count are the same, but for a conversion's result.
fn kinds(task: &Task) -> Option<(Kind, Kind)> {
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

    fn covers(&self, task: &Task) -> bool {
        let plain = task.policy.standard == Standard::Ieee754 && task.policy.saturation == Saturation::None;
        plain && kinds(task).is_some_and(|k| machine::covers(task, k))
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let ran = kinds(task).and_then(|kinds| machine::run(task, kinds, operands, answers));
        ran.ok_or_else(|| EngineError {
            engine: "host".into(),
            message: format!("this CPU does not do {} with these formats and this policy", task.op),
        })
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Host))
    }
}

/// The code of a result, NaNs made canonical.
fn canonical(format: &Format, code: u64) -> u64 {
    let code = code & format.code_mask();
    let (_, magnitude) = format.split(code);
    match format.nan() {
        Some(nan) if magnitude > format.largest_magnitude(false) + 1 => nan,
        _ => code,
    }
}
