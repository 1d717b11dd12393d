//! Kernels under a floating-point control register that the host process has changed.

use halfulp::kernel::{Element, Kernel, Wide, Word};
use halfulp::slice::{Arithmetic, Counts};
use halfulp::{Code, Format, NoiseBits, Op, Policy, Rounding, Saturation, Stochastic, noise};

use crate::convert::arithmetic;
use crate::support::{BFLOAT16, BINARY16, BINARY32, E2M1, E4M3FN, E5M2, TF32, ieee};

/// Settings of MXCSR: subnormals to zero, each rounding mode, all of it, and no exception masked.
const SETTINGS: [u32; 7] = [0x9fc0, 0x1fc0, 0x3f80, 0x5f80, 0x7f80, 0xffc0, 0x0000];

fn read() -> u32 {
    let mut register = 0u32;
    // SAFETY: four bytes are written to four.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut register) };
    register
}

/// Calls `f` under a setting: whatever is not a kernel's own must be free of floating-point operations.
#[inline(never)]
fn under<T>(setting: u32, f: impl FnOnce() -> T) -> T {
    let write = |register: u32| {
        // SAFETY: no reserved bit is set.
        unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const register) };
    };
    let before = read();
    write(setting);
    let result = f();
    let after = read();
    write(before);
    assert_eq!(after & 0xffc0, setting, "the host's setting is put back");
    result
}

fn policies() -> Vec<Policy> {
    let stochastic = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(9) };
    let mut list: Vec<Policy> = Rounding::DETERMINISTIC.iter().map(|&r| Policy::IEEE.rounding(r)).collect();
    list.push(Policy::IEEE.rounding(stochastic));
    list.push(Policy::IEEE.saturation(Saturation::Finite).flush_results(true));
    list
}

/// Random values of a type: of any exponent, and of the lowest ones as often.
fn values<W: Wide>(seed: u64, format: &Format) -> Vec<W> {
    let low = format.code_mask() >> (format.width() - format.precision()) | format.top_bit();
    let value = |i: u64| {
        let word = noise::word(seed, i);
        W::from_code(word.rotate_left(13) & if word & 1 == 0 { low } else { format.code_mask() })
    };
    (0..5000).map(value).collect()
}

/// The bits of everything that an arithmetic does.
fn everything<W: Wide, C: Word>(a: &Arithmetic, x: [&[W]; 3]) -> (Vec<Code>, Counts) {
    let n = x[0].len();
    let (mut codes, mut wide) = (vec![C::default(); n], vec![W::default(); n]);
    let mut all = Vec::new();
    let counts = a.encode_counted(x[0], &mut codes).expect("codes");
    all.extend(codes.iter().map(|c| c.code()));
    let other: Vec<C> = codes.iter().rev().copied().collect();
    a.decode(&codes, &mut wide).expect("values");
    all.extend(wide.iter().map(|w| w.code()));
    a.quantize(x[0], &mut wide).expect("values");
    all.extend(wide.iter().map(|w| w.code()));
    let mut result = codes.clone();
    for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma] {
        let (done, also) = match op {
            Op::Add => (a.add(x[0], x[1], &mut wide), a.add(&codes, &other, &mut result)),
            Op::Sub => (a.sub(x[0], x[1], &mut wide), a.sub(&codes, &other, &mut result)),
            Op::Mul => (a.mul(x[0], x[1], &mut wide), a.mul(&codes, &other, &mut result)),
            Op::Div => (a.div(x[0], x[1], &mut wide), a.div(&codes, &other, &mut result)),
            Op::Sqrt => (a.sqrt(x[0], &mut wide), a.sqrt(&codes, &mut result)),
            _ => (a.fma(x[0], x[1], x[2], &mut wide), a.fma(&codes, &other, &codes, &mut result)),
        };
        assert!(done.is_ok() && also.is_ok());
        all.extend(wide.iter().map(|w| w.code()));
        all.extend(result.iter().map(|c| c.code()));
    }
    (all, counts)
}

fn compare<W: Wide, C: Word>(kernel: &'static Kernel, format: &Format) {
    let operands = [1, 2, 3].map(|seed| values::<W>(seed, &W::format_of(format)));
    let x = [&operands[0][..], &operands[1], &operands[2]];
    for policy in policies() {
        let usual = everything::<W, C>(&arithmetic(format, &policy, kernel), x);
        for setting in SETTINGS {
            let got = under(setting, || everything::<W, C>(&arithmetic(format, &policy, kernel), x));
            let place = usual.0.iter().zip(&got.0).position(|(a, b)| a != b);
            assert_eq!(place, None, "{} {format:?} {policy:?} under {setting:#x}", kernel.name());
            assert_eq!(usual.1, got.1, "{} {format:?} {policy:?} under {setting:#x}", kernel.name());
        }
    }
}

/// Bits do not hang on flushing, rounding mode and exception masks of the process, and those stay as they are.
pub fn the_hosts_setting_changes_nothing(kernel: &'static Kernel) {
    for format in [E4M3FN, E5M2, E2M1] {
        compare::<f32, u8>(kernel, &format);
    }
    for format in [BINARY16, BFLOAT16, ieee(14, 5, 200)] {
        compare::<f32, u16>(kernel, &format);
        compare::<f64, u16>(kernel, &format);
    }
}

/// Values of formats that have no codes in arrays.
pub fn wide_values_neither(kernel: &'static Kernel) {
    for format in [TF32, BINARY32, ieee(22, 11, 1023)] {
        let x = values::<f64>(7, &f64::format_of(&format));
        let quantized = || {
            let (mut y, mut product) = (vec![0.0f64; x.len()], vec![0.0f64; x.len()]);
            let a = arithmetic(&format, &Policy::IEEE, kernel);
            assert!(a.quantize(&x, &mut y).is_ok() && a.mul(&x, &y, &mut product).is_ok());
            [y, product].concat().into_iter().map(f64::to_bits).collect::<Vec<u64>>()
        };
        let usual = quantized();
        for setting in SETTINGS {
            assert!(under(setting, quantized) == usual, "{} {format:?} under {setting:#x}", kernel.name());
        }
    }
}
