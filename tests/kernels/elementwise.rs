//! Elementwise arithmetic on codes and on values.

use halfulp::kernel::Kernel;
use halfulp::slice::{Arithmetic, Element};
use halfulp::{Code, Format, NoiseBits, Op, Operands, Policy, Rounding, Stochastic, Task, apply, noise};

use crate::Kernels;
use crate::convert::{Bits, FIRST, SEED, arithmetic, convert, word};
use crate::formats::{ROUNDINGS, SATURATIONS, all, policies};
use crate::inputs;
use crate::support::{BFLOAT16, BINARY16, BINARY32, E4M3FN, TF32, ieee};

const OPS: [Op; 6] = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma];

fn compute<E: Element>(arithmetic: &Arithmetic, op: Op, [a, b, c]: [&[E]; 3], to: &mut [E]) {
    match op {
        Op::Add => arithmetic.add(a, b, to),
        Op::Sub => arithmetic.sub(a, b, to),
        Op::Mul => arithmetic.mul(a, b, to),
        Op::Div => arithmetic.div(a, b, to),
        Op::Sqrt => arithmetic.sqrt(a, to),
        _ => arithmetic.fma(a, b, c, to),
    }
    .expect("equal lengths");
}

/// Beside each of these kernels: the definition, which takes most of the time, answers once.
pub fn check<E: Bits>(
    kernels: Kernels<'_>,
    (name, format): (&str, &Format),
    policy: &Policy,
    op: Op,
    operands: [&[E]; 3],
) {
    let task = Task::new(op, [E::FORMAT.unwrap_or(*format); 3], *format).with_policy(*policy);
    let widen = convert(*format, E::FORMAT.unwrap_or(*format), policy);
    let expected = |i: usize| {
        let codes: [Code; 3] = operands.map(|x| x[i].raw());
        let code = apply(&task, Operands { codes, noise: word(i) }).code;
        if E::FORMAT.is_some() { widen(code, word(i)) } else { code }
    };
    let mut to = vec![E::default(); operands[0].len()];
    let expected: Vec<Code> = (0..to.len()).map(expected).collect();
    for kernel in kernels {
        compute(&arithmetic(format, policy, kernel), op, operands, &mut to);
        for (i, (y, expected)) in to.iter().zip(&expected).enumerate() {
            let [a, b, c] = operands.map(|x| x[i].hex());
            assert!(
                y.raw() == *expected,
                "{op} {name} {policy:?} by {}: {a:#x} {b:#x} {c:#x} gives {:#x}, not {expected:#x}",
                kernel.name(),
                y.hex()
            );
        }
    }
}

/// All pairs of the narrowest formats, and of the others as many as keep the test short; the noise goes around.
pub fn computes_on_codes(kernels: Kernels<'_>) {
    for (name, format) in all().iter().filter(|(_, f)| f.width() <= 8) {
        let codes = 1usize << format.width();
        let step = if codes > 64 { 7 } else { 1 };
        let pair = |k: usize| (k * step) % (codes * codes);
        let n = (codes * codes / step).min(10_000);
        for (k, policy) in policies().iter().enumerate() {
            let at = |i: usize| pair(i + k * n);
            let a: Vec<u8> = (0..n).map(|i| (at(i) / codes) as u8).collect();
            let b: Vec<u8> = (0..n).map(|i| (at(i) % codes) as u8).collect();
            let c: Vec<u8> = (0..n).map(|i| noise::word(5, (i + k) as u64) as u8).collect();
            let op = OPS[k % 6];
            check(kernels, (name, format), policy, op, [&a, &b, &c]);
            let op = OPS[(k / 6 + 1 + k) % 6];
            check(kernels, (name, format), policy, op, [&a, &b, &c]);
        }
    }
}

/// All pairs of every format of up to 8 bits under every deterministic rounding, to nearest even under every saturation, by the loops that
/// serve short arrays; and, for some operations, again and again, until a table has them.
pub fn computes_all_pairs(kernels: Kernels<'_>) {
    for (name, format) in all().iter().filter(|(_, f)| f.width() <= 8) {
        let codes = 1usize << format.width();
        let a: Vec<u8> = (0..codes * codes).map(|i| (i / codes) as u8).collect();
        let b: Vec<u8> = (0..codes * codes).map(|i| (i % codes) as u8).collect();
        for (k, rounding) in ROUNDINGS.into_iter().take(6).enumerate() {
            let policy = Policy::IEEE.rounding(rounding).saturation(SATURATIONS[k % 3]);
            let sum = if k % 2 == 0 { Op::Add } else { Op::Sub };
            for op in [sum, Op::Mul, Op::Div] {
                check(kernels, (name, format), &policy, op, [&a, &b, &b]);
            }
        }
        let c: Vec<u8> = (0..codes * codes).map(|i| noise::word(6, i as u64) as u8).collect();
        for saturation in SATURATIONS {
            let policy = Policy::IEEE.saturation(saturation);
            for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Fma] {
                check(kernels, (name, format), &policy, op, [&a, &b, &c]);
            }
        }
        for kernel in kernels {
            let arithmetic = arithmetic(format, &Policy::IEEE, kernel);
            for op in [Op::Sub, Op::Div, Op::Sqrt] {
                let (mut first, mut last) = (vec![0u8; a.len()], vec![0u8; a.len()]);
                compute(&arithmetic, op, [&a, &b, &b], &mut first);
                for _ in 0..=(1 << 18) / a.len() {
                    compute(&arithmetic, op, [&a, &b, &b], &mut last);
                }
                assert!(first == last, "{op} {name} by table, by {}", kernel.name());
            }
        }
    }
}

fn some(format: &Format, lane: u64, n: usize) -> Vec<u16> {
    let codes = inputs::codes(format);
    (0..n)
        .map(|i| noise::word(lane, i as u64))
        .map(|w| if w & 1 == 0 { codes[(w >> 8) as usize % codes.len()] } else { (w >> 20) as u16 })
        .collect()
}

pub fn computes_on_wide_codes(kernels: Kernels<'_>) {
    for (name, format) in all().iter().filter(|(_, f)| f.width() > 6) {
        let [a, b, c] = [1, 2, 3].map(|lane| some(format, lane, 300));
        for rounding in ROUNDINGS {
            for saturation in SATURATIONS {
                let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
                for op in OPS {
                    check(kernels, (name, format), &policy, op, [&a, &b, &c]);
                }
            }
        }
    }
}

/// Codes of binades near each other, with what is not a number among them, so that whole blocks go one way; and 600 of them, so that there
/// is more than one block.
pub fn computes_on_codes_of_adjacent_binades(kernels: Kernels<'_>) {
    let tall = ieee(16, 4, 2047);
    for (name, format) in [("bfloat16", BFLOAT16), ("binary16", BINARY16), ("1+12+3", tall)] {
        let infinities = [false, true].map(|negative| format.infinity(negative).expect("an IEEE format"));
        let others = [0, format.top_bit(), infinities[0], infinities[1], infinities[1] + 1];
        for around in [1u64, 3, 37, 64, 75, 90] {
            // Binades around a share of all, with something else now and then.
            let middle = format.largest_magnitude(true) / 128 * around;
            let binades = 12u64 << (format.precision() - 1);
            let code = |w: u64| {
                let magnitude = (middle + (w >> 8) % binades) as u16;
                let other = others[(w >> 40) as usize % others.len()] as u16;
                if w.is_multiple_of(25) { other } else { magnitude | (w as u16 & 128) << 8 }
            };
            let [a, b, c] =
                [41, 42, 43].map(|lane| (0..600).map(|i| code(noise::word(lane, i))).collect::<Vec<_>>());
            for (k, policy) in policies().iter().enumerate() {
                for op in [OPS[k % 6], OPS[(k + k / 6 + 2) % 6]] {
                    check(kernels, (name, &format), policy, op, [&a, &b, &c]);
                }
            }
        }
    }
}

/// So many codes of bfloat16 that those after a block with extreme ones go their own way again.
pub fn computes_on_many_codes(kernels: Kernels<'_>) {
    let code = |lane: u64, i: u64| match (i % 9001, noise::word(lane, i)) {
        (7, w) => w as u16 | 0x7000,
        (_, w) => w as u16 & 0x807f | (120 + (w >> 32) as u16 % 16) << 7,
    };
    let [a, b, c] = [51, 52, 53].map(|lane| (0..20_000).map(|i| code(lane, i)).collect::<Vec<u16>>());
    for rounding in ROUNDINGS
        .into_iter()
        .chain([Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) }])
    {
        let policy = Policy::IEEE.rounding(rounding);
        for op in [Op::Add, Op::Mul, Op::Fma] {
            check(kernels, ("bfloat16", &BFLOAT16), &policy, op, [&a, &b, &c]);
        }
    }
}

fn computes_on<W: Bits>(kernels: Kernels<'_>, inputs: impl Fn(&Format) -> Vec<W>) {
    for (name, format) in all() {
        computes_values_of(kernels, (name, format), &policies(), &inputs);
    }
}

/// Operands are any values, and every second block of them near each other, so that sums cancel and are subnormal.
pub fn computes_values_of<W: Bits>(
    kernels: Kernels<'_>,
    (name, format): (&str, &Format),
    policies: &[Policy],
    inputs: impl Fn(&Format) -> Vec<W>,
) {
    let from = inputs(format);
    let mix = |lane: u64| {
        let any = |i: u64| match i / 25 % 2 {
            0 => noise::word(lane, i),
            _ => noise::word(7, i).wrapping_add(lane),
        };
        (0..200).map(|i| from[any(i) as usize % from.len()]).collect::<Vec<_>>()
    };
    let [a, b, c] = [7, 8, 9].map(mix);
    for policy in policies {
        for op in OPS {
            check(kernels, (name, format), policy, op, [&a, &b, &c]);
        }
    }
}

pub fn computes_on_values(kernels: Kernels<'_>) {
    computes_on::<f32>(kernels, inputs::single);
    computes_on::<f64>(kernels, inputs::wide);
}

/// Numbers of binary32 at all ends: of the range, of what can be split, of products whose errors are numbers.
fn ends(lane: u64) -> Vec<f32> {
    const EXPONENTS: [i32; 30] = [
        -149, -148, -140, -127, -126, -125, -103, -102, -101, -100, -99, -98, -76, -75, -52, -51, -50, -49,
        -2, -1, 0, 1, 27, 51, 52, 102, 103, 104, 126, 127,
    ];
    let number = |i: u64| {
        let w = noise::word(lane, i);
        let significand = match w >> 60 {
            0..4 => 0,
            4 => 1,
            5 => 0x7f_ffff,
            6 => 0x40_0000,
            _ => w as u32 & 0x7f_ffff,
        };
        let exponent = EXPONENTS[(w >> 32) as usize % EXPONENTS.len()];
        let size = f64::from(1.0 + significand as f32 / 8_388_608.0) * 2f64.powi(exponent);
        let special = [0.0, f64::INFINITY, f64::NAN][(w >> 24) as usize % 3];
        let sign = if w >> 59 & 1 == 0 { 1.0 } else { -1.0 };
        sign * (if (w >> 40).is_multiple_of(16) { special } else { size }) as f32
    };
    (0..300).map(number).collect()
}

/// One by one, so that every operand decides alone on the way that it goes.
pub fn computes_at_the_ends(kernel: &'static Kernel) {
    let operands = [31, 32, 33].map(ends);
    for (name, format) in
        [("bfloat16", BFLOAT16), ("e4m3fn", E4M3FN), ("tf32", TF32), ("1+8+20", ieee(29, 21, 127))]
    {
        for policy in policies() {
            let mut arithmetic = arithmetic(&format, &policy, kernel);
            let widen = convert(format, BINARY32, &policy);
            for op in OPS {
                let task = Task::new(op, [BINARY32; 3], format).with_policy(policy);
                for i in 0..operands[0].len() {
                    let (mut to, single) = ([0.0f32], operands.each_ref().map(|x| &x[i..=i]));
                    arithmetic.set_noise(SEED, FIRST + i as u64);
                    compute(&arithmetic, op, single, &mut to);
                    let codes = single.map(|x| x[0].raw());
                    let expected = widen(apply(&task, Operands { codes, noise: word(i) }).code, word(i));
                    assert!(
                        to[0].raw() == expected,
                        "{op} {name} {policy:?}: {single:?} gives {to:?}, not {expected:#x}"
                    );
                }
            }
        }
    }
}
