//! x86-64: one instruction between loading and reading MXCSR, all in one block of assembly, so that the compiler can
//! neither move, fold nor commute it.

use std::arch::asm;
use std::arch::is_x86_feature_detected as has;

use halfulp::{Flags, NanResult, Op, Operands, Rounding, Tininess};

use super::kind::Kind;
use crate::engine::Answer;
use crate::engine::asked::Asked;

/// Runs one instruction on three operands, of which it may ignore some, with MXCSR set to `control`; the result's
/// bits and MXCSR afterwards.
///
/// # Safety
/// The CPU must have the instruction, and `control` must mask all exceptions and set no reserved bit.
pub type Instruction = unsafe fn(operands: [u64; 3], control: u32) -> (u64, u32);

/// Masks all exceptions, raises none, nearest-even.
pub const CONTROL: u32 = 0x1f80;
pub const FLUSH_RESULTS: u32 = 1 << 15;
pub const FLUSH_OPERANDS: u32 = 1 << 6;

/// Instructions between vector registers: `x`, which takes the result, `y` and `z`.
macro_rules! vector_instructions {
    ($($name:ident = $text:literal;)*) => { $(
        pub unsafe fn $name(operands: [u64; 3], control: u32) -> (u64, u32) {
            let [mut x, y, z] = operands.map(f64::from_bits);
            let (mut status, mut saved) = (control, 0u32);
            // SAFETY: the caller vouches for the instruction and for `control`; MXCSR is restored before the end.
            unsafe {
                asm!(
                    "stmxcsr dword ptr [{saved}]",
                    "ldmxcsr dword ptr [{status}]",
                    $text,
                    "stmxcsr dword ptr [{status}]",
                    "ldmxcsr dword ptr [{saved}]",
                    "# {y} {z}",
                    x = inout(xmm_reg) x,
                    y = in(xmm_reg) y,
                    z = in(xmm_reg) z,
                    status = in(reg) &raw mut status,
                    saved = in(reg) &raw mut saved,
                    options(nostack),
                );
            }
            (x.to_bits(), status)
        }
    )* };
}

pub(crate) use vector_instructions;

vector_instructions! {
    add32 = "addss {x}, {y}";
    sub32 = "subss {x}, {y}";
    mul32 = "mulss {x}, {y}";
    div32 = "divss {x}, {y}";
    sqrt32 = "sqrtss {x}, {x}";
    fma32 = "vfmadd213ss {x}, {y}, {z}";
    integral32 = "roundss {x}, {x}, 12";
    integral_exact32 = "roundss {x}, {x}, 4";
    add64 = "addsd {x}, {y}";
    sub64 = "subsd {x}, {y}";
    mul64 = "mulsd {x}, {y}";
    div64 = "divsd {x}, {y}";
    sqrt64 = "sqrtsd {x}, {x}";
    fma64 = "vfmadd213sd {x}, {y}, {z}";
    integral64 = "roundsd {x}, {x}, 12";
    integral_exact64 = "roundsd {x}, {x}, 4";
    add16 = "vaddsh {x}, {x}, {y}";
    sub16 = "vsubsh {x}, {x}, {y}";
    mul16 = "vmulsh {x}, {x}, {y}";
    div16 = "vdivsh {x}, {x}, {y}";
    sqrt16 = "vsqrtsh {x}, {x}, {x}";
    fma16 = "vfmadd213sh {x}, {y}, {z}";
    widen32to64 = "cvtss2sd {x}, {x}";
    narrow64to32 = "cvtsd2ss {x}, {x}";
    widen16to32 = "vcvtph2ps {x}, {x}";
    narrow32to16 = "vcvtps2ph {x}, {x}, 4";
    widen16to64 = "vcvtsh2sd {x}, {x}, {x}";
    narrow64to16 = "vcvtsd2sh {x}, {x}, {x}";
}

/// Instructions between a vector register `x` and a general one `i`, both of which hold the operand; which of them has
/// the result is said last.
macro_rules! integer_instructions {
    ($($name:ident = $text:literal, $result:expr;)*) => { $(
        unsafe fn $name(operands: [u64; 3], control: u32) -> (u64, u32) {
            let (mut x, mut i) = (f64::from_bits(operands[0]), operands[0]);
            let (mut status, mut saved) = (control, 0u32);
            // SAFETY: as for vector instructions.
            unsafe {
                asm!(
                    "stmxcsr dword ptr [{saved}]",
                    "ldmxcsr dword ptr [{status}]",
                    $text,
                    "stmxcsr dword ptr [{status}]",
                    "ldmxcsr dword ptr [{saved}]",
                    x = inout(xmm_reg) x,
                    i = inout(reg) i,
                    status = in(reg) &raw mut status,
                    saved = in(reg) &raw mut saved,
                    options(nostack),
                );
            }
            ([x.to_bits(), i][$result], status)
        }
    )* };
}

const IN_VECTOR: usize = 0;
const IN_GENERAL: usize = 1;

integer_instructions! {
    f32_to_i32 = "cvtss2si {i:e}, {x}", IN_GENERAL;
    f32_to_i64 = "cvtss2si {i}, {x}", IN_GENERAL;
    f64_to_i32 = "cvtsd2si {i:e}, {x}", IN_GENERAL;
    f64_to_i64 = "cvtsd2si {i}, {x}", IN_GENERAL;
    i32_to_f32 = "cvtsi2ss {x}, {i:e}", IN_VECTOR;
    i32_to_f64 = "cvtsi2sd {x}, {i:e}", IN_VECTOR;
    i64_to_f32 = "cvtsi2ss {x}, {i}", IN_VECTOR;
    i64_to_f64 = "cvtsi2sd {x}, {i}", IN_VECTOR;
}

/// The instruction for a task, if the CPU has it.
fn instruction(op: Op, kinds: (Kind, Kind)) -> Option<Instruction> {
    match kinds {
        (Kind::F32, Kind::F32) => single(op),
        (Kind::F64, Kind::F64) => double(op),
        (Kind::F16, Kind::F16) if has!("avx512fp16") => half(op),
        _ => conversion(op, kinds),
    }
}

pub fn single(op: Op) -> Option<Instruction> {
    Some(match op {
        Op::Add => add32,
        Op::Sub => sub32,
        Op::Mul => mul32,
        Op::Div => div32,
        Op::Sqrt => sqrt32,
        Op::Fma if has!("fma") => fma32,
        Op::RoundToIntegral if has!("sse4.1") => integral32,
        Op::RoundToIntegralExact if has!("sse4.1") => integral_exact32,
        _ => return None,
    })
}

pub fn double(op: Op) -> Option<Instruction> {
    Some(match op {
        Op::Add => add64,
        Op::Sub => sub64,
        Op::Mul => mul64,
        Op::Div => div64,
        Op::Sqrt => sqrt64,
        Op::Fma if has!("fma") => fma64,
        Op::RoundToIntegral if has!("sse4.1") => integral64,
        Op::RoundToIntegralExact if has!("sse4.1") => integral_exact64,
        _ => return None,
    })
}

pub fn half(op: Op) -> Option<Instruction> {
    Some(match op {
        Op::Add => add16,
        Op::Sub => sub16,
        Op::Mul => mul16,
        Op::Div => div16,
        Op::Sqrt => sqrt16,
        Op::Fma => fma16,
        _ => return None,
    })
}

fn conversion(op: Op, kinds: (Kind, Kind)) -> Option<Instruction> {
    use Kind::{F16, F32, F64, I32, I64};
    let to_integer = matches!(kinds.1, I32 | I64) && op == Op::ConvertToInteger;
    if op != Op::Convert && !to_integer {
        return None;
    }
    Some(match kinds {
        (F32, F64) => widen32to64,
        (F64, F32) => narrow64to32,
        (F16, F32) if has!("f16c") => widen16to32,
        (F32, F16) if has!("f16c") => narrow32to16,
        (F16, F64) if has!("avx512fp16") => widen16to64,
        (F64, F16) if has!("avx512fp16") => narrow64to16,
        (F32, I32) => f32_to_i32,
        (F32, I64) => f32_to_i64,
        (F64, I32) => f64_to_i32,
        (F64, I64) => f64_to_i64,
        (I32, F32) => i32_to_f32,
        (I32, F64) => i32_to_f64,
        (I64, F32) => i64_to_f32,
        (I64, F64) => i64_to_f64,
        _ => return None,
    })
}

/// The bits of MXCSR that choose a rounding, if it has that one.
pub fn rounding_control(rounding: Rounding) -> Option<u32> {
    let chosen = match rounding {
        Rounding::NearestEven => 0,
        Rounding::TowardNegative => 1,
        Rounding::TowardPositive => 2,
        Rounding::TowardZero => 3,
        Rounding::NearestAway | Rounding::ToOdd | Rounding::Stochastic { .. } => return None,
    };
    Some(chosen << 13)
}

/// MXCSR for a policy, if it can express it.
fn control(task: &Asked, kinds: (Kind, Kind)) -> Option<u32> {
    let policy = &task.policy;
    let rounding = rounding_control(policy.rounding)?;
    let half = kinds.0 == Kind::F16 || kinds.1 == Kind::F16;
    let flushes = policy.flush_operands || policy.flush_results;
    // The instructions on binary16 look at neither flag, or at one.
    if policy.tininess == Tininess::Before || half && flushes {
        return None;
    }
    let flush_results = if policy.flush_results { FLUSH_RESULTS } else { 0 };
    let flush_operands = if policy.flush_operands { FLUSH_OPERANDS } else { 0 };
    Some(CONTROL | rounding | flush_results | flush_operands)
}

pub fn covers(task: &Asked, kinds: (Kind, Kind)) -> bool {
    instruction(task.op, kinds).is_some() && control(task, kinds).is_some()
}

pub fn run(task: &Asked, kinds: (Kind, Kind), operands: &[Operands], answers: &mut [Answer]) -> Option<()> {
    let instruction = instruction(task.op, kinds)?;
    let control = control(task, kinds)?;
    let to_integer = matches!(kinds.1, Kind::I32 | Kind::I64);
    let silent = Flags::INEXACT.when(task.op == Op::ConvertToInteger);
    let (largest, least) = kinds.1.ends();
    let invalid = match task.policy.nan {
        NanResult::Largest => largest,
        NanResult::Least => least,
        NanResult::Zero | NanResult::NegativeZero => 0,
    };
    let masks: [u64; 3] = task.operands.map(|facts| u64::MAX >> (64 - facts.width));
    for (operands, answer) in operands.iter().zip(answers) {
        let codes = std::array::from_fn(|i| operands.codes[i] & masks[i]);
        // SAFETY: `instruction` gives only what the CPU has, and `control` masks all exceptions.
        let (bits, status) = unsafe { instruction(codes, control) };
        let flags = flags(status);
        let code =
            if to_integer && flags.contains(Flags::INVALID) { invalid } else { kinds.1.canonical(bits) };
        *answer = Answer::new(code, flags.without(silent), Flags::ALL);
    }
    Some(())
}

/// MXCSR's exceptions: invalid, (denormal,) division by zero, overflow, underflow, inexact, from bit 0.
pub fn flags(status: u32) -> Flags {
    Flags::INVALID.when(status & 1 != 0)
        | Flags::DIVIDE_BY_ZERO.when(status & 4 != 0)
        | Flags::OVERFLOW.when(status & 8 != 0)
        | Flags::UNDERFLOW.when(status & 16 != 0)
        | Flags::INEXACT.when(status & 32 != 0)
}
