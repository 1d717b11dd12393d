//! Formats that no word of an array holds: values rounded to them in binary32 and binary64.

use halfulp::kernel::{Kernel, Work};
use halfulp::slice::{Arithmetic, SliceError};
use halfulp::{
    Facts, Format, NoiseBits, Op, Operands, Policy, Rounding, Sign, Stochastic, Task, apply, noise,
};

use crate::Kernels;
use crate::convert::{Bits, arithmetic, quantizes_to};
use crate::counts::counts_of;
use crate::elementwise::{check, computes_values_of};
use crate::formats::policies;
use crate::inputs;
use crate::support::{BINARY32, BINARY64, TF32, ieee, int, p3109};

/// 1+8+M and 1+11+M, and what is far from IEEE 754's layouts.
fn formats() -> Vec<(String, Format)> {
    let exponents = |e: u32, m: u32| {
        let bias = (1 << (e - 1)) - 1;
        // With one trailing bit, infinity and one NaN are the binade's two codes.
        (format!("1+{e}+{m}"), ieee(1 + e + m, m + 1, bias))
    };
    let mut formats: Vec<_> =
        (1..=14).chain([23]).flat_map(|m| [exponents(8, m), exponents(11, m)]).collect();
    formats.extend([
        exponents(11, 30),
        exponents(11, 50),
        exponents(11, 51),
        exponents(10, 20),
        exponents(15, 8),
    ]);
    formats.extend([("tf32", TF32), ("binary64", BINARY64)].map(|(name, format)| (name.to_string(), format)));
    for (width, signed) in [(17, true), (24, true), (24, false), (32, true), (32, false), (53, false)] {
        formats.push((format!("{}{width}", if signed { 'i' } else { 'u' }), int(width, signed)));
    }
    let facts = |format: Format| format.facts();
    let custom = [
        ("fixed point", Facts { width: 30, precision: 30, bias: 14, ..facts(int(16, true)) }),
        ("unsigned", Facts { width: 31, precision: 23, bias: 200, ..facts(p3109(12, 5, false, true)) }),
        (
            "no zero",
            Facts { width: 20, sign: Sign::Unsigned, subnormals: false, ..facts(p3109(12, 5, false, false)) },
        ),
        ("one NaN", Facts { width: 25, precision: 17, bias: 130, ..facts(p3109(12, 5, true, true)) }),
        ("no infinity", Facts { width: 22, precision: 11, bias: 1023, ..facts(p3109(12, 5, true, false)) }),
    ];
    formats.extend(custom.map(|(name, facts)| (name.to_string(), Format::known(facts))));
    formats.retain(|(_, format)| format.width() > 16);
    formats
}

/// The policies that go with a format: noise and precision have 72 bits together at most.
fn fitting(format: &Format) -> Vec<Policy> {
    let fits = |policy: &Policy| match policy.rounding {
        Rounding::Stochastic { bits, .. } => bits.get() + format.precision() <= 72,
        _ => true,
    };
    policies().into_iter().filter(fits).collect()
}

pub fn quantizes_wide(kernels: Kernels<'_>) {
    for (name, format) in &formats() {
        quantizes_to(kernels, (name, format), &fitting(format), inputs::single);
        quantizes_to(kernels, (name, format), &fitting(format), inputs::wide);
    }
}

pub fn counts_wide(kernel: &'static Kernel) {
    for (name, format) in &formats() {
        for policy in fitting(format).iter().step_by(7) {
            counts_of(kernel, (name, format), policy, &inputs::single(format));
            counts_of(kernel, (name, format), policy, &inputs::wide(format));
        }
    }
}

pub fn computes_wide(kernels: Kernels<'_>) {
    for (name, format) in &formats() {
        computes_values_of(kernels, (name, format), &fitting(format), inputs::single);
        computes_values_of(kernels, (name, format), &fitting(format), inputs::wide);
    }
}

#[test]
fn codes_that_no_word_holds_are_refused() {
    let arithmetic = Arithmetic::new(&TF32, &Policy::IEEE).expect("values");
    let error = SliceError::CodeTooWide { width: 19, word: 16 };
    assert_eq!(arithmetic.encode(&[1.0f32], &mut [0u16]), Err(error.clone()));
    assert_eq!(arithmetic.decode(&[0u16], &mut [0.0f32]), Err(error.clone()));
    assert_eq!(arithmetic.add(&[0u16], &[0], &mut [0]), Err(error.clone()));
    assert!(error.to_string().contains("up to 16 bits, not 19"), "{error}");
    let e = Arithmetic::new(&int(64, true), &Policy::IEEE).expect_err("63 bits");
    assert!(e.to_string().contains("up to 53"), "{e}");
}

#[test]
fn noise_and_precision_have_72_bits_at_most() {
    let policy = |bits| {
        let bits = NoiseBits::known(bits);
        Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits })
    };
    assert!(Arithmetic::new(&BINARY64, &policy(19)).is_ok());
    assert!(Arithmetic::new(&BINARY64, &policy(20)).is_err());
}

/// What is meant to be fast is not left to the definition.
pub fn covers_wide(kernel: &'static Kernel) {
    use halfulp::kernel::WideKind::{Binary32, Binary64};
    for format in [TF32, BINARY32, ieee(17, 6, 1023), ieee(22, 11, 1023), ieee(35, 24, 1023)] {
        for policy in policies() {
            let plan = arithmetic(&format, &policy, kernel).plan().clone();
            let quantizes = [Binary32, Binary64].map(|kind| kernel.covers(&plan, Work::Quantize(kind)));
            let is_flushed = policy.flush_results;
            assert!(quantizes.into_iter().all(|covers| covers || is_flushed), "{format:?} {policy:?}");
            let few = !matches!(policy.rounding, Rounding::Stochastic { bits, .. } if bits.get() > 25);
            for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma] {
                let covers = kernel.covers(&plan, Work::Values(op, Binary64));
                assert!(covers || is_flushed || !few, "{op} {format:?} {policy:?}");
            }
        }
    }
}

/// Sums and products whose leading bits cancel, quotients and roots near values and midpoints: operands of all bits. `number` makes one
/// of 64 bits that vary; `near` takes one of binary64 to a neighbour in the type, and `double` back.
fn cancels<W: Bits>(
    kernels: Kernels<'_>,
    format: &Format,
    number: impl Fn(u64) -> W,
    near: impl Fn(f64, u64) -> W,
    double: impl Fn(W) -> f64,
) {
    let task = Task::new(Op::Convert, [BINARY64; 3], *format);
    let back = task.with_operands([*format; 3]).with_result(BINARY64);
    let rounded = |x: f64| {
        let code = apply(&task, Operands::new(x.to_bits(), 0, 0)).code;
        f64::from_bits(apply(&back, Operands::new(code, 0, 0)).code)
    };
    let ulp = 2f64.powi(-(format.precision() as i32));
    let [a, b] = [21, 22].map(|lane| (0..600).map(|i| number(noise::word(lane, i))).collect::<Vec<W>>());
    // Half of a place above a value, or a value, and some of the type's places beside it.
    let mark = |x: f64, i: usize| {
        double(near(rounded(x) * (1.0 + ulp * (i % 3) as f64 / 2.0), noise::word(23, i as u64)))
    };
    let third = |f: &dyn Fn(usize, f64, f64) -> f64| -> Vec<W> {
        let pairs = a.iter().zip(&b).enumerate();
        pairs.map(|(i, (a, b))| near(f(i, double(*a), double(*b)), i as u64)).collect()
    };
    let minus = third(&|i, a, b| mark(b, i) - a);
    let times = third(&|i, a, b| mark(a * b, i) / a);
    let root = third(&|i, a, _| mark(a.abs(), i) * mark(a.abs(), i));
    let rest = third(&|i, a, b| mark(b, i) * [0.0, 1.0, 1e-9][i % 3] - a * b);
    let over = third(&|i, a, b| mark(b, i) * a);
    for policy in fitting(format) {
        let case = (("cancels", format), &policy);
        check(kernels, case.0, case.1, Op::Add, [&a, &minus, &a]);
        check(kernels, case.0, case.1, Op::Sub, [&a, &minus, &a]);
        check(kernels, case.0, case.1, Op::Mul, [&a, &times, &a]);
        check(kernels, case.0, case.1, Op::Div, [&over, &a, &a]);
        check(kernels, case.0, case.1, Op::Sqrt, [&root, &a, &a]);
        check(kernels, case.0, case.1, Op::Fma, [&a, &b, &rest]);
    }
}

pub fn cancels_wide(kernels: Kernels<'_>) {
    let number = |w: u64| f64::from_bits((w & 0x800f_ffff_ffff_ffff) | (1010 + (w >> 52) % 26) << 52);
    let near = |x: f64, w: u64| f64::from_bits(x.to_bits().wrapping_add(w % 5).wrapping_sub(2));
    for format in [ieee(16, 8, 127), ieee(20, 9, 1023), TF32, ieee(35, 24, 1023), ieee(42, 31, 1023)] {
        cancels(kernels, &format, number, near, |x: f64| x);
    }
}

/// In lanes of 32 bits, and where these do not serve.
pub fn cancels_single(kernels: Kernels<'_>) {
    let number = |w: u64| f32::from_bits(w as u32 & 0x807f_ffff | (115 + (w >> 52) as u32 % 26) << 23);
    let near =
        |x: f64, w: u64| f32::from_bits((x as f32).to_bits().wrapping_add(w as u32 % 5).wrapping_sub(2));
    for format in
        [ieee(16, 8, 127), ieee(8, 4, 7), TF32, ieee(28, 20, 127), ieee(29, 21, 127), ieee(30, 22, 127)]
    {
        cancels(kernels, &format, number, near, f64::from);
    }
}

/// Infinities, NaNs and zeros among numbers of like size, in every place: nothing else keeps such blocks from the short way. Once an
/// infinity beside an inexact product was NaN: binary64, 0x41f60b10ee9dfbfb, 0xc2d1dbc058ee75e9 and 0x7ff0000000000000.
pub fn computes_beside_specials(kernels: Kernels<'_>) {
    let number = |w: u64| f64::from_bits((w & 0x800f_ffff_ffff_ffff) | (1015 + (w >> 52) % 16) << 52);
    let specials = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0];
    for format in [ieee(16, 8, 127), ieee(22, 18, 7), TF32, ieee(35, 24, 1023), ieee(42, 31, 1023)] {
        for place in [0, 1, 2, 3] {
            let operand = |lane: u64, often: usize| {
                let of = |i: usize| match (i % often, i / often % 6) {
                    (0, k) if k < 5 && (place == lane || place == 3) => specials[k],
                    _ => number(noise::word(30 + lane, i as u64)),
                };
                (0..210).map(of).collect::<Vec<_>>()
            };
            let [a, b, c] = [operand(0, 2), operand(1, 3), operand(2, 5)];
            let single = |x: &[f64]| x.iter().map(|&x| x as f32).collect::<Vec<_>>();
            let [p, q, r] = [&a, &b, &c].map(|x| single(x));
            for policy in fitting(&format).iter().step_by(5) {
                for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::Fma] {
                    check(kernels, ("1+e+m", &format), policy, op, [&a, &b, &c]);
                    check(kernels, ("1+e+m", &format), policy, op, [&p, &q, &r]);
                }
            }
        }
    }
}
