//! Encode, decode and quantize.

use std::fmt::LowerHex;

use halfulp::kernel::{Element, Kernel, Wide, Word};
use halfulp::slice::Arithmetic;
use halfulp::{Code, Format, NoiseBits, Op, Operands, Policy, Rounding, Stochastic, Task, apply, noise};

use crate::Kernels;
use crate::formats::{all, policies};
use crate::inputs;
use crate::support::{BFLOAT16, BINARY16, BINARY32, BINARY64, E2M1, E4M3FN, TF32};

pub const SEED: u64 = 99;
pub const FIRST: u64 = 1_000_003;

pub fn arithmetic(format: &Format, policy: &Policy, kernel: &'static Kernel) -> Arithmetic {
    let arithmetic = Arithmetic::new(format, policy).and_then(|a| a.with_kernel(kernel));
    arithmetic.expect("a format for arrays, and a kernel of this CPU").with_noise(SEED, FIRST)
}

/// An element's bits, without asking the library's own trait.
pub trait Bits: Element + PartialEq + std::fmt::Debug {
    const FORMAT: Option<Format>;
    type Raw: LowerHex;
    fn raw(self) -> Code;
    fn hex(self) -> Self::Raw;
}

macro_rules! bits {
    ($($type:ty, $raw:ty, $format:expr, $to:expr;)*) => {$(
        impl Bits for $type {
            const FORMAT: Option<Format> = $format;
            type Raw = $raw;
            fn raw(self) -> Code {
                Code::from(self.hex())
            }
            fn hex(self) -> $raw {
                $to(self)
            }
        }
    )*};
}

bits! {
    f32, u32, Some(BINARY32), f32::to_bits;
    f64, u64, Some(BINARY64), f64::to_bits;
    u8, u8, None, core::convert::identity;
    u16, u16, None, core::convert::identity;
}

pub fn word(i: usize) -> u64 {
    noise::element(SEED, FIRST + i as u64)
}

pub fn convert(from: Format, to: Format, policy: &Policy) -> impl Fn(Code, u64) -> Code {
    let task = Task::new(Op::Convert, [from; 3], to).with_policy(*policy);
    move |code, noise| apply(&task, Operands { codes: [code, 0, 0], noise }).code
}

/// Compares, and says where.
pub fn same<A: Bits, B: Bits>(
    what: &str,
    name: &str,
    policy: &Policy,
    from: &[A],
    got: &[B],
    want: impl Fn(usize, Code) -> Code,
) {
    for (i, (x, y)) in from.iter().zip(got).enumerate() {
        let expected = want(i, x.raw());
        assert!(
            y.raw() == expected,
            "{what} {name} {policy:?}: {:#x} gives {:#x}, not {expected:#x}",
            x.hex(),
            y.hex()
        );
    }
}

/// What the definition makes of each element: for all kernels once.
fn answers<A: Bits>(from: &[A], want: impl Fn(Code, u64) -> Code) -> Vec<Code> {
    from.iter().enumerate().map(|(i, x)| want(x.raw(), word(i))).collect()
}

fn encodes<W: Wide + Bits, C: Word + Bits>(kernels: Kernels<'_>, source: impl Fn(&Format) -> Vec<W>) {
    let wide = W::FORMAT.expect("a wide type");
    for (name, format) in
        all().iter().filter(|(_, f)| f.width() <= C::BITS && (C::BITS == 8 || f.width() > 6))
    {
        let all = source(format);
        for (turn, policy) in policies().into_iter().enumerate() {
            let from = inputs::share(&all, &policy, turn);
            let mut to = vec![C::default(); from.len()];
            let want = answers(&from, convert(wide, *format, &policy));
            for kernel in kernels {
                arithmetic(format, &policy, kernel).encode(&from, &mut to).expect("equal lengths");
                same(&format!("{} encodes", kernel.name()), name, &policy, &from, &to, |i, _| want[i]);
            }
        }
    }
}

pub fn encodes_single(kernels: Kernels<'_>) {
    encodes::<f32, u8>(kernels, inputs::single);
    encodes::<f32, u16>(kernels, inputs::single);
}

pub fn encodes_double(kernels: Kernels<'_>) {
    encodes::<f64, u8>(kernels, inputs::wide);
    encodes::<f64, u16>(kernels, inputs::wide);
}

fn decodes_to<W: Wide + Bits>(kernels: Kernels<'_>) {
    let wide = W::FORMAT.expect("a wide type");
    for (name, format) in all() {
        let from = inputs::codes(format);
        let bytes: Vec<u8> = from.iter().map(|&c| c as u8).collect();
        let mut to = vec![W::default(); from.len()];
        for policy in policies() {
            let want = answers(&from, convert(*format, wide, &policy));
            let of_bytes = answers(&bytes, convert(*format, wide, &policy));
            for kernel in kernels {
                let (arithmetic, what) =
                    (arithmetic(format, &policy, kernel), format!("{} decodes", kernel.name()));
                arithmetic.decode(&from, &mut to).expect("equal lengths");
                same(&what, name, &policy, &from, &to, |i, _| want[i]);
                if format.width() <= 8 {
                    arithmetic.decode(&bytes, &mut to).expect("equal lengths");
                    same(&what, name, &policy, &bytes, &to, |i, _| of_bytes[i]);
                }
            }
        }
    }
}

pub fn decodes(kernels: Kernels<'_>) {
    decodes_to::<f32>(kernels);
    decodes_to::<f64>(kernels);
}

fn quantizes_in<W: Wide + Bits>(kernels: Kernels<'_>, source: impl Fn(&Format) -> Vec<W>) {
    for (name, format) in all() {
        quantizes_to(kernels, (name, format), &policies(), &source);
    }
}

pub fn quantizes_to<W: Wide + Bits>(
    kernels: Kernels<'_>,
    (name, format): (&str, &Format),
    policies: &[Policy],
    source: impl Fn(&Format) -> Vec<W>,
) {
    let wide = W::FORMAT.expect("a wide type");
    let all = source(format);
    for (turn, policy) in policies.iter().enumerate() {
        let from = inputs::share(&all, policy, turn);
        let mut to = vec![W::default(); from.len()];
        let (narrow, widen) = (convert(wide, *format, policy), convert(*format, wide, policy));
        let want = answers(&from, |x, noise| widen(narrow(x, noise), noise));
        for kernel in kernels {
            let arithmetic = arithmetic(format, policy, kernel);
            arithmetic.quantize(&from, &mut to).expect("equal lengths");
            same(&format!("{} quantizes", kernel.name()), name, policy, &from, &to, |i, _| want[i]);
            let mut place = from.clone();
            arithmetic.quantize_in_place(&mut place);
            let bits = |values: &[W]| values.iter().map(|x| x.raw()).collect::<Vec<_>>();
            assert_eq!(bits(&place), bits(&to), "{name} in place by {}", kernel.name());
        }
    }
}

pub fn quantizes(kernels: Kernels<'_>) {
    quantizes_in::<f32>(kernels, inputs::single);
    quantizes_in::<f64>(kernels, inputs::wide);
}

/// Noise is that of the elements' indices wherever among four they begin, and where indices begin anew.
pub fn noise_from_any_index(kernel: &'static Kernel) {
    let from: Vec<f32> =
        (0..200).map(|i| f32::from_bits(0x3c00_0000 + (noise::word(4, i) >> 40) as u32)).collect();
    for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
        let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::known(12) });
        for format in [E4M3FN, BFLOAT16, TF32] {
            let (narrow, widen) = (convert(BINARY32, format, &policy), convert(format, BINARY32, &policy));
            for first in [0, 1, 2, 3, 1 << 40, u64::MAX - 2, u64::MAX - 100, u64::MAX - 199] {
                let word = |i: usize| noise::element(5, first.wrapping_add(i as u64));
                let arithmetic = arithmetic(&format, &policy, kernel).with_noise(5, first);
                let mut to = vec![0f32; from.len()];
                arithmetic.quantize(&from, &mut to).expect("equal lengths");
                same("quantize", "from", &policy, &from, &to, |i, x| widen(narrow(x, word(i)), word(i)));
                if format == E4M3FN {
                    let mut codes = vec![0u8; from.len()];
                    arithmetic.encode(&from, &mut codes).expect("equal lengths");
                    same("encode", "from", &policy, &from, &codes, |i, x| narrow(x, word(i)));
                }
            }
        }
    }
}

/// Numbers whose fraction of the quantum just makes up a whole with the noise of an array's first element, and their neighbours.
pub fn noise_decides_at_its_last_place(kernel: &'static Kernel) {
    const SEED: u64 = 3;
    for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
        for bits in (1..=17).chain([20]) {
            let policy =
                Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::known(bits) });
            for format in [E4M3FN, E2M1, BINARY16, BFLOAT16, TF32] {
                let (narrow, widen) =
                    (convert(BINARY32, format, &policy), convert(format, BINARY32, &policy));
                let mut arithmetic = arithmetic(&format, &policy, kernel);
                let all = (1u32 << bits) - 1;
                for noise in [0, 1, all / 3, all - 1, all] {
                    let first = noise::index(SEED, noise);
                    arithmetic.set_noise(SEED, first);
                    let word = |i: usize| noise::element(SEED, first.wrapping_add(i as u64));
                    for x in just_whole(&format, noise, bits) {
                        let from = [x; 70];
                        let (mut to, mut codes, mut bytes) = ([0f32; 70], [0u16; 70], [0u8; 70]);
                        arithmetic.quantize(&from, &mut to).expect("equal lengths");
                        let quantized = |i, x| widen(narrow(x, word(i)), word(i));
                        same("quantize", "at the last place", &policy, &from, &to, quantized);
                        let encoded = |i, x| narrow(x, word(i));
                        if format.width() <= 16 {
                            arithmetic.encode(&from, &mut codes).expect("equal lengths");
                            same("encode", "at the last place", &policy, &from, &codes, encoded);
                        }
                        if format.width() <= 8 {
                            arithmetic.encode(&from, &mut bytes).expect("equal lengths");
                            same("encode", "at the last place", &policy, &from, &bytes, encoded);
                        }
                    }
                }
            }
        }
    }
}

/// A zero, a subnormal number, the largest one, and one between them, and so much more than each, by a quantum at most, that the noise
/// makes up the rest: counted in its last place, or a half of that.
fn just_whole(format: &Format, noise: u32, bits: u32) -> Vec<f32> {
    let mut all = Vec::new();
    let top = format.largest_magnitude(false);
    let binade = 1 << (format.precision() - 1);
    for magnitude in [0, binade - 1, binade, top / 2, top] {
        let quantum = format.emin() - format.precision() as i32 + 1 + (magnitude / binade).max(1) as i32 - 1;
        let significand = if magnitude < binade { magnitude } else { magnitude % binade + binade };
        for halves in [0, 1, 2] {
            let rest = 1.0 - (f64::from(noise) + f64::from(halves) / 2.0) / f64::from(1u32 << bits);
            let x = ((significand as f64 + rest) * f64::from(quantum).exp2()) as f32;
            let near = (x.to_bits().saturating_sub(1)..=x.to_bits() + 1).map(f32::from_bits);
            all.extend(near.flat_map(|x| [x, -x]));
        }
    }
    all
}
