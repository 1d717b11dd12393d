//! What the tests share: formats written out from their published facts, and short ways to say a case.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod reference;

use halfulp::{
    Code, Facts, Flags, Format, Nans, NoiseBits, Op, Operands, Overflow, Policy, Rounded, Rounding,
    Saturation, Sign, Stochastic, Task, Value, apply, decode,
};

const fn float(width: u32, precision: u32, bias: i32, nans: Nans, overflow: Overflow) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias,
        sign: Sign::SignMagnitude,
        nans,
        overflow,
        subnormals: true,
    })
}

const fn unsigned(width: u32, precision: u32, bias: i32, subnormals: bool) -> Format {
    Format::known(Facts {
        width,
        precision,
        bias,
        sign: Sign::Unsigned,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals,
    })
}

/// IEEE 754's layout.
pub const fn ieee(width: u32, precision: u32, bias: i32) -> Format {
    let nans = Nans::Top((1 << (precision - 1)) - 1);
    float(width, precision, bias, nans, Overflow::Infinity)
}

pub const E2M1: Format = float(4, 2, 1, Nans::None, Overflow::Largest);
pub const E2M3: Format = float(6, 4, 1, Nans::None, Overflow::Largest);
pub const E3M2: Format = float(6, 3, 3, Nans::None, Overflow::Largest);
pub const E5M2: Format = ieee(8, 3, 15);
pub const E4M3FN: Format = float(8, 4, 7, Nans::Top(1), Overflow::Nan);
pub const E4M3: Format = ieee(8, 4, 7);
pub const E3M4: Format = ieee(8, 5, 3);
pub const E3M4FN: Format = float(8, 5, 3, Nans::Top(1), Overflow::Nan);
pub const E4M3FNUZ: Format = float(8, 4, 8, Nans::NegativeZero, Overflow::Nan);
pub const E5M2FNUZ: Format = float(8, 3, 16, Nans::NegativeZero, Overflow::Nan);
pub const E4M3B11FNUZ: Format = float(8, 4, 11, Nans::NegativeZero, Overflow::Nan);
pub const E8M0: Format = unsigned(8, 1, 127, false);
pub const UE4M3: Format = unsigned(7, 4, 7, true);
pub const UE5M3: Format = unsigned(8, 4, 15, true);
pub const MXINT8: Format = Format::known(Facts {
    width: 8,
    precision: 8,
    bias: 0,
    sign: Sign::TwosComplement,
    nans: Nans::None,
    overflow: Overflow::Largest,
    subnormals: true,
});
pub const BINARY16: Format = ieee(16, 11, 15);
pub const BINARY16_ALT: Format = float(16, 11, 15, Nans::None, Overflow::Largest);
pub const BFLOAT16: Format = ieee(16, 8, 127);
pub const TF32: Format = ieee(19, 11, 127);
pub const BINARY32: Format = ieee(32, 24, 127);
pub const BINARY64: Format = ieee(64, 53, 1023);

/// P3109's rule, written out again.
pub const fn p3109(k: u32, p: u32, signed: bool, extended: bool) -> Format {
    Format::known(Facts {
        width: k,
        precision: p,
        bias: 1 << (if signed { k - p - 1 } else { k - p }),
        sign: if signed { Sign::SignMagnitude } else { Sign::Unsigned },
        nans: if signed { Nans::NegativeZero } else { Nans::Top(1) },
        overflow: if extended { Overflow::Infinity } else { Overflow::Largest },
        subnormals: true,
    })
}

/// The integers of a width.
pub const fn int(width: u32, signed: bool) -> Format {
    match Format::integer(width, signed) {
        Ok(f) => f,
        Err(_) => panic!("no such integer"),
    }
}

/// The small formats that arithmetic is exhausted over.
pub const SMALL: [(&str, Format); 17] = [
    ("e2m1", E2M1),
    ("e2m3", E2M3),
    ("e3m2", E3M2),
    ("e5m2", E5M2),
    ("e4m3fn", E4M3FN),
    ("e4m3-ieee", E4M3),
    ("e3m4-ieee", E3M4),
    ("e4m3fnuz", E4M3FNUZ),
    ("ue4m3", UE4M3),
    ("ue5m3", UE5M3),
    ("mxint8", MXINT8),
    ("binary8p4se", p3109(8, 4, true, true)),
    ("binary6p3sf", p3109(6, 3, true, false)),
    ("binary5p1se", p3109(5, 1, true, true)),
    ("binary6p3ue", p3109(6, 3, false, true)),
    ("binary6p2uf", p3109(6, 2, false, false)),
    ("i8", int(8, true)),
];

/// The roundings without chance.
pub const ROUNDINGS: [Rounding; 6] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

pub const SATURATIONS: [Saturation; 3] = [Saturation::None, Saturation::Finite, Saturation::Propagate];

pub const RNE: Policy = Policy::IEEE;
pub const RNA: Policy = Policy::IEEE.rounding(Rounding::NearestAway);
pub const RTZ: Policy = Policy::IEEE.rounding(Rounding::TowardZero);
pub const RUP: Policy = Policy::IEEE.rounding(Rounding::TowardPositive);
pub const RDN: Policy = Policy::IEEE.rounding(Rounding::TowardNegative);
pub const ODD: Policy = Policy::IEEE.rounding(Rounding::ToOdd);

pub const fn stochastic(variant: Stochastic, bits: u32) -> Policy {
    Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::known(bits) })
}

/// Flags by their letters: `v z o u x`, `-` for none.
pub fn flags(letters: &str) -> Flags {
    let mut flags = Flags::NONE;
    for letter in letters.chars() {
        flags |= match letter {
            'v' => Flags::INVALID,
            'i' => Flags::DIVIDE_BY_ZERO,
            'o' => Flags::OVERFLOW,
            'u' => Flags::UNDERFLOW,
            'x' => Flags::INEXACT,
            '-' => Flags::NONE,
            other => panic!("no flag is called {other}"),
        };
    }
    flags
}

/// A result and its flags, by letters.
pub fn is(code: Code, letters: &str) -> Rounded {
    Rounded { code, flags: flags(letters) }
}

/// One operation within one format.
pub fn within(op: Op, f: Format, policy: Policy, codes: &[Code]) -> Rounded {
    run(&Task::within(op, f).with_policy(policy), codes)
}

/// A checked task on operands.
pub fn run(task: &Task, codes: &[Code]) -> Rounded {
    assert_eq!(task.check(), Ok(()), "{task:?}");
    assert_eq!(codes.len(), task.op.arity(), "{:?}", task.op);
    let mut all = [0; 3];
    all[..codes.len()].copy_from_slice(codes);
    apply(task, Operands { codes: all, noise: 0 })
}

/// A conversion.
pub fn convert(from: Format, to: Format, policy: Policy, code: Code) -> Rounded {
    convert_noisy(from, to, policy, code, 0)
}

/// A conversion with a noise word.
pub fn convert_noisy(from: Format, to: Format, policy: Policy, code: Code, noise: u64) -> Rounded {
    let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
    assert_eq!(task.check(), Ok(()), "{task:?}");
    apply(&task, Operands { codes: [code, 0, 0], noise })
}

/// A binary64 number in a format.
pub fn round64(to: Format, policy: Policy, x: f64) -> Rounded {
    convert(BINARY64, to, policy, x.to_bits())
}

/// The code of a number that the format holds.
pub fn code(f: Format, x: f64) -> Code {
    let Rounded { code, flags } = round64(f, Policy::IEEE, x);
    assert_eq!(flags, Flags::NONE, "{f:?} does not hold {x}");
    code
}

/// A decoded code as a binary64 number: exact for every format narrower in range and precision.
pub fn value(f: &Format, code: Code) -> f64 {
    let sign = |negative: bool| if negative { -1.0 } else { 1.0 };
    match decode(f, code) {
        Value::Nan(_) => f64::NAN,
        Value::Infinite { negative } => sign(negative) * f64::INFINITY,
        Value::Zero { negative } => sign(negative) * 0.0,
        Value::Finite(x) => sign(x.negative) * x.significand as f64 * 2f64.powi(x.exponent),
    }
}

/// Every code of a format.
pub fn codes(f: &Format) -> core::ops::RangeInclusive<Code> {
    0..=f.code_mask()
}
