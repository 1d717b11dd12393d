//! x86-64: which instruction, and under which control bits.

use core::ops::Range;
use std::arch::asm;
use std::arch::is_x86_feature_detected as has_feature;

use halfulp::{Code, Flags, Op, Operands};

use super::set::Set;
use crate::engine::Answer;
use crate::engine::asked::Asked;
use crate::engine::host::Kind;
use crate::engine::host::x86::{
    CONTROL, FLUSH_OPERANDS, FLUSH_RESULTS, Instruction, double, flags, half, rounding_control, single,
    vector_instructions,
};

vector_instructions! {
    widen32to64 = "cvtss2sd {x}, {x}";
    narrow64to32 = "cvtsd2ss {x}, {x}";
    widen16to32 = "vcvtph2ps {x}, {x}";
    // The last operand says that MXCSR has the rounding.
    narrow32to16 = "vcvtps2ph {x}, {x}, 4";
    widen16to64 = "vcvtsh2sd {x}, {x}, {x}";
    narrow64to16 = "vcvtsd2sh {x}, {x}, {x}";
    narrow32to_bf16 = "vcvtneps2bf16 {x}, {x}";
    // The accumulator, then pairs: the second product, which is added first, is that of the upper halves.
    dot_bf16 = "vdpbf16ps {x}, {y}, {z}";
}

type Kinds = (Vec<Kind>, Kind);

/// Whether this CPU has the instructions.
pub fn has(set: Set) -> bool {
    match set {
        Set::Sse | Set::SseFtzDaz => true,
        Set::Fma => has_feature!("fma"),
        Set::F16c => has_feature!("f16c"),
        Set::Avx512Fp16 => has_feature!("avx512fp16"),
        Set::Avx512Bf16 => has_feature!("avx512bf16") && has_feature!("avx512vl"),
    }
}

/// How the operands of a task stand in the registers of its instruction.
type Arranged = fn([u64; 3]) -> [u64; 3];

/// The instruction for a task, if the set has it and this CPU has the set.
fn instruction(set: Set, op: Op, (operands, result): &Kinds) -> Option<(Instruction, Arranged)> {
    use Kind::{Bf16, F16, F32, F64};
    if !has(set) {
        return None;
    }
    let plain: Arranged = |codes| codes;
    let first = *operands.first()?;
    let alike = operands.iter().all(|kind| *kind == first) && *result == first;
    let found = match (set, op, first, *result) {
        // Of several NaNs the second register's counts first, then that of the first: so they hold a and b.
        (Set::Fma, Op::Fma, ..) if alike => return Some((arithmetic(op, first)?, |[a, b, c]| [b, a, c])),
        (Set::Avx512Fp16, Op::Fma, ..) if alike => return Some((half(op)?, |[a, b, c]| [b, a, c])),
        (Set::Avx512Bf16, Op::Fma, ..) if operands == &[Bf16, Bf16, F32] && *result == F32 => {
            // The lower halves are minus zero and plus zero: their product, minus zero, changes no sum.
            return Some((dot_bf16, |[a, b, c]| [c, a << 16 | MINUS_ZERO, b << 16]));
        }
        (Set::Sse | Set::SseFtzDaz, Op::Convert, F32, F64) => widen32to64,
        (Set::Sse | Set::SseFtzDaz, Op::Convert, F64, F32) => narrow64to32,
        (Set::Sse | Set::SseFtzDaz, ..) if alike && is_arithmetic(op) => arithmetic(op, first)?,
        (Set::F16c, Op::Convert, F32, F16) => narrow32to16,
        (Set::F16c, Op::Convert, F16, F32) => widen16to32,
        (Set::Avx512Fp16, Op::Convert, F16, F64) => widen16to64,
        (Set::Avx512Fp16, Op::Convert, F64, F16) => narrow64to16,
        (Set::Avx512Fp16, _, F16, F16) if alike && is_arithmetic(op) => half(op)?,
        (Set::Avx512Bf16, Op::Convert, F32, Bf16) => narrow32to_bf16,
        _ => return None,
    };
    Some((found, plain))
}

/// Minus zero in bfloat16.
const MINUS_ZERO: u64 = 0x8000;

fn is_arithmetic(op: Op) -> bool {
    matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt)
}

fn arithmetic(op: Op, kind: Kind) -> Option<Instruction> {
    match kind {
        Kind::F32 => single(op),
        Kind::F64 => double(op),
        _ => None,
    }
}

/// MXCSR for a policy, if the instruction can be told it.
fn control(set: Set, task: &Asked, (operands, _): &Kinds) -> Option<u32> {
    let policy = &task.policy;
    let rounding = rounding_control(policy.rounding)?;
    let flushes = (policy.flush_operands, policy.flush_results);
    let flushing = match (set, flushes) {
        (Set::SseFtzDaz, (false, false)) => FLUSH_OPERANDS | FLUSH_RESULTS,
        (Set::Sse | Set::Fma, (operands, results)) => {
            (if operands { FLUSH_OPERANDS } else { 0 }) | if results { FLUSH_RESULTS } else { 0 }
        }
        // The narrowing conversion looks at one of the two bits.
        (Set::F16c, (true, false)) if operands[0] == Kind::F32 => FLUSH_OPERANDS,
        // These have one rounding, whatever MXCSR says.
        (Set::Avx512Bf16, (false, false)) if rounding == 0 => 0,
        (Set::F16c | Set::Avx512Fp16, (false, false)) => 0,
        _ => return None,
    };
    Some(CONTROL | rounding | flushing)
}

pub fn covers(set: Set, task: &Asked, kinds: &Kinds) -> bool {
    instruction(set, task.op, kinds).is_some() && control(set, task, kinds).is_some()
}

pub fn run(
    set: Set,
    task: &Asked,
    kinds: &Kinds,
    operands: &[Operands],
    answers: &mut [Answer],
) -> Option<()> {
    let (instruction, arranged) = instruction(set, task.op, kinds)?;
    let control = control(set, task, kinds)?;
    // VCVTNEPS2BF16 and VDPBF16PS raise no flags.
    let known = if set == Set::Avx512Bf16 { Flags::NONE } else { Flags::ALL };
    let masks: [u64; 3] = task.operands.map(|facts| u64::MAX >> (64 - facts.width));
    for (operands, answer) in operands.iter().zip(answers) {
        let codes = std::array::from_fn(|i| operands.codes[i] & masks[i]);
        // SAFETY: `instruction` gives only what the CPU has, and `control` masks all exceptions.
        let (bits, status) = unsafe { instruction(arranged(codes), control) };
        let raised = if known == Flags::NONE { Flags::NONE } else { flags(status) };
        *answer = Answer::new(bits & kinds.1.mask(), raised, known);
    }
    Some(())
}

/// Operands that are converted at once.
const WIDE: usize = 512;

/// Converts an array with MXCSR set to a control word.
///
/// # Safety
/// As for an [`Instruction`].
type Wide = unsafe fn(from: &[u32; WIDE], to: &mut [u16; WIDE], control: u32);

macro_rules! wide_conversions {
    ($($name:ident = $($line:literal)*;)*) => { $(
        unsafe fn $name(from: &[u32; WIDE], to: &mut [u16; WIDE], control: u32) {
            let (mut status, mut saved) = (control, 0u32);
            // SAFETY: the caller vouches for the instruction and for `control`; MXCSR is restored, eight operands at a time are read and
            // written, as many as the arrays have, and the registers whose upper halves are cleared are all named.
            unsafe {
                asm!(
                    "stmxcsr dword ptr [{saved}]",
                    "ldmxcsr dword ptr [{status}]",
                    "2:",
                    "vmovups ymm0, ymmword ptr [{from}]",
                    $($line,)*
                    "add {from}, 32",
                    "add {to}, 16",
                    "dec {rest}",
                    "jnz 2b",
                    "vzeroupper",
                    "ldmxcsr dword ptr [{saved}]",
                    from = inout(reg) from.as_ptr() => _,
                    to = inout(reg) to.as_mut_ptr() => _,
                    rest = inout(reg) WIDE / 8 => _,
                    status = in(reg) &raw mut status,
                    saved = in(reg) &raw mut saved,
                    out("xmm0") _,
                    out("xmm1") _,
                    out("xmm2") _,
                    out("xmm3") _,
                    out("xmm4") _,
                    out("xmm5") _,
                    out("xmm6") _,
                    out("xmm7") _,
                    out("xmm8") _,
                    out("xmm9") _,
                    out("xmm10") _,
                    out("xmm11") _,
                    out("xmm12") _,
                    out("xmm13") _,
                    out("xmm14") _,
                    out("xmm15") _,
                    options(nostack),
                );
            }
        }
    )* };
}

wide_conversions! {
    wide32to16 = "vcvtps2ph xmmword ptr [{to}], ymm0, 4";
    wide32to_bf16 = "vcvtneps2bf16 xmm0, ymm0" "vmovups xmmword ptr [{to}], xmm0";
}

/// The conversion of arrays for a task.
fn wide(set: Set, task: &Asked, kinds: &Kinds) -> Option<(Wide, u32)> {
    let control = control(set, task, kinds).filter(|_| task.op == Op::Convert && has(set))?;
    match (set, kinds.0.first()?, kinds.1) {
        (Set::F16c, Kind::F32, Kind::F16) => Some((wide32to16, control)),
        (Set::Avx512Bf16, Kind::F32, Kind::Bf16) => Some((wide32to_bf16, control)),
        _ => None,
    }
}

pub fn sweeps(set: Set, task: &Asked, kinds: &Kinds) -> bool {
    wide(set, task, kinds).is_some()
}

/// Whether consecutive operands all have one result.
pub fn gives(set: Set, task: &Asked, kinds: &Kinds, operands: Range<Code>, result: Code) -> Option<bool> {
    let (convert, control) = wide(set, task, kinds)?;
    let (last, result) = (u32::try_from(operands.end.checked_sub(1)?).ok()?, u16::try_from(result).ok()?);
    let mut from = [0u32; WIDE];
    for first in operands.step_by(WIDE) {
        let first = u32::try_from(first).ok()?;
        // What is past the end repeats the last operand.
        for (code, offset) in from.iter_mut().zip(0..) {
            *code = first.saturating_add(offset).min(last);
        }
        let mut to = [!result; WIDE];
        // SAFETY: `wide` gives only what the CPU has, and `control` masks all exceptions.
        unsafe { convert(&from, &mut to, control) };
        if to.iter().any(|code| *code != result) {
            return Some(false);
        }
    }
    Some(true)
}
