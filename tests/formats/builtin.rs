//! The built-in formats against what their sources publish, and every code of the small ones.

use std::cmp::Ordering;

use halfulp::format::catalog::{builtin, entry};
use halfulp::{
    Code, Exact, Flags, Format, NoiseBits, Op, Operands, Policy, Rounding, Saturation, Sign, Stochastic,
    Task, Value, apply, decode,
};

/// Name; code and value `m * 2^e` of the largest finite number; code of the least; exponents of the smallest normal
/// and subnormal; code of 1; code of plus infinity; first and last NaN without sign bit; number of finite codes.
struct Row(
    &'static str,
    (Code, u64, i32),
    Code,
    i32,
    Option<i32>,
    Code,
    Option<Code>,
    Option<(Code, Code)>,
    u64,
);

#[rustfmt::skip]
const ROWS: [Row; 20] = [
    // OCP Microscaling Formats (MX) 1.0.
    Row("e2m1", (0x7, 3, 1), 0xf, 0, Some(-1), 0x2, None, None, 16),
    Row("e2m3", (0x1f, 15, -1), 0x3f, 0, Some(-3), 0x08, None, None, 64),
    Row("e3m2", (0x1f, 7, 2), 0x3f, -2, Some(-4), 0x0c, None, None, 64),
    Row("e8m0", (0xfe, 1, 127), 0x00, -127, None, 0x7f, None, Some((0xff, 0xff)), 255),
    // OCP 8-bit Floating Point (OFP8) 1.0.
    Row("e5m2", (0x7b, 7, 13), 0xfb, -14, Some(-16), 0x3c, Some(0x7c), Some((0x7d, 0x7f)), 248),
    Row("e4m3fn", (0x7e, 7, 6), 0xfe, -6, Some(-9), 0x38, None, Some((0x7f, 0x7f)), 254),
    // LLVM's APFloat and ml_dtypes.
    Row("e4m3-ieee", (0x77, 15, 4), 0xf7, -6, Some(-9), 0x38, Some(0x78), Some((0x79, 0x7f)), 240),
    Row("e3m4-ieee", (0x6f, 31, -1), 0xef, -2, Some(-6), 0x30, Some(0x70), Some((0x71, 0x7f)), 224),
    Row("e4m3b11fnuz", (0x7f, 15, 1), 0xff, -10, Some(-13), 0x58, None, Some((0x80, 0x80)), 255),
    Row("ue5m3", (0xfe, 7, 14), 0x00, -14, Some(-17), 0x78, None, Some((0xff, 0xff)), 255),
    // arXiv 2206.02915 and LLVM.
    Row("e4m3fnuz", (0x7f, 15, 4), 0xff, -7, Some(-10), 0x40, None, Some((0x80, 0x80)), 255),
    Row("e5m2fnuz", (0x7f, 7, 13), 0xff, -15, Some(-17), 0x40, None, Some((0x80, 0x80)), 255),
    // IntelLabs' FP8 Emulation Toolkit.
    Row("e3m4fn", (0x7e, 15, 1), 0xfe, -2, Some(-6), 0x30, None, Some((0x7f, 0x7f)), 254),
    // NVIDIA's PTX ISA; LLVM for the 19 bits of TF32.
    Row("ue4m3", (0x7e, 7, 6), 0x00, -6, Some(-9), 0x38, None, Some((0x7f, 0x7f)), 127),
    Row("tf32", (0x3fbff, 2047, 117), 0x7fbff, -126, Some(-136), 0x1fc00, Some(0x3fc00), Some((0x3fc01, 0x3ffff)), 522_240),
    // Arm's manual of the half-precision alternative.
    Row("binary16-arm", (0x7fff, 2047, 6), 0xffff, -14, Some(-24), 0x3c00, None, None, 65536),
    // The upper half of binary32.
    Row("bfloat16", (0x7f7f, 255, 120), 0xff7f, -126, Some(-133), 0x3f80, Some(0x7f80), Some((0x7f81, 0x7fff)), 65280),
    // IEEE 754-2019, table 3.5.
    Row("binary16", (0x7bff, 2047, 5), 0xfbff, -14, Some(-24), 0x3c00, Some(0x7c00), Some((0x7c01, 0x7fff)), 63488),
    Row("binary32", (0x7f7f_ffff, 0xff_ffff, 104), 0xff7f_ffff, -126, Some(-149), 0x3f80_0000,
        Some(0x7f80_0000), Some((0x7f80_0001, 0x7fff_ffff)), 4_278_190_080),
    Row("binary64", (0x7fef_ffff_ffff_ffff, 0x1f_ffff_ffff_ffff, 971), 0xffef_ffff_ffff_ffff, -1022, Some(-1074),
        0x3ff0_0000_0000_0000, Some(0x7ff0_0000_0000_0000), Some((0x7ff0_0000_0000_0001, 0x7fff_ffff_ffff_ffff)),
        18_437_736_874_454_810_624),
];

/// The number `m * 2^e`, with an odd significand.
fn number(m: u64, e: i32) -> Exact {
    let zeros = m.trailing_zeros();
    Exact { negative: false, exponent: e + zeros as i32, significand: m >> zeros }
}

/// The finite value of a code, with an odd significand.
fn value(f: &Format, code: Code) -> Exact {
    match decode(f, code) {
        Value::Finite(x) => Exact { negative: x.negative, ..number(x.significand, x.exponent) },
        other => panic!("{code:#x} of {f:?} is {other:?}"),
    }
}

/// The published NaN codes: both signs, unless NaN takes the place of minus zero.
fn is_nan(f: &Format, nans: Option<(Code, Code)>, code: Code) -> bool {
    nans.is_some_and(|(first, last)| {
        let other = code ^ f.top_bit();
        (first..=last).contains(&code)
            || f.is_signed() && first != f.top_bit() && (first..=last).contains(&other)
    })
}

#[test]
fn published_constants() {
    assert_eq!(ROWS.len() + 1, builtin().len(), "all but mxint8, which has its own test");
    for Row(name, (largest, m, e), least, normal, subnormal, one, infinity, nans, finite) in ROWS {
        let f = entry(name).unwrap_or_else(|| panic!("no {name}")).format;
        assert_eq!((f.largest(false), f.largest(true)), (largest, least), "{name}");
        assert_eq!(value(&f, largest), number(m, e), "{name}: largest");
        assert_eq!(value(&f, one), number(1, 0), "{name}: one");
        assert_eq!(f.emin(), normal, "{name}: smallest normal");
        let smallest = value(&f, if f.has_zero() { 1 } else { 0 });
        assert_eq!(smallest, number(1, subnormal.unwrap_or(normal)), "{name}: smallest");
        assert_eq!(f.infinity(false), infinity, "{name}: infinity");
        assert_eq!(f.infinity(true), infinity.map(|c| c | f.top_bit()), "{name}: -infinity");
        match nans {
            None => assert_eq!(f.nan(), None, "{name}"),
            Some((first, last)) => {
                assert!(f.nan().is_some_and(|nan| (first..=last).contains(&nan)), "{name}: canonical NaN");
                for code in [first, last].into_iter().filter(|c| is_nan(&f, nans, *c)) {
                    assert!(matches!(decode(&f, code), Value::Nan(_)), "{name}: {code:#x}");
                }
            }
        }
        let signs = u64::from(f.is_signed());
        let counted = u128::from(largest + 1) << signs;
        assert_eq!(counted - u128::from(f.nan() == Some(f.top_bit()) && signs == 1), finite.into(), "{name}");
    }
}

#[test]
fn every_code_is_what_the_published_constants_say() {
    for Row(name, _, _, _, _, _, infinity, nans, finite) in ROWS {
        let f = entry(name).unwrap_or_else(|| panic!("no {name}")).format;
        if f.width() > 19 {
            continue;
        }
        let mut count = 0;
        for code in 0..=f.code_mask() {
            let infinite =
                infinity.is_some_and(|inf| code == inf || f.is_signed() && code == inf | f.top_bit());
            match decode(&f, code) {
                Value::Nan(_) => assert!(is_nan(&f, nans, code), "{name}: {code:#x}"),
                Value::Infinite { .. } => assert!(infinite, "{name}: {code:#x}"),
                Value::Zero { .. } | Value::Finite(_) => {
                    assert!(!infinite && !is_nan(&f, nans, code), "{name}: {code:#x}");
                    count += 1;
                }
            }
        }
        assert_eq!(count, finite, "{name}");
    }
}

/// OCP MX 1.0, 5.3.4: two's complement with an implied scale of 1/64.
#[test]
fn mxint8_is_a_fixed_point_number() {
    let f = entry("mxint8").unwrap().format;
    assert_eq!((f.largest(false), f.largest(true)), (0x7f, 0x80));
    assert_eq!((f.nan(), f.infinity(false)), (None, None));
    assert!(!f.is_integer());
    for code in 1..=255u64 {
        let steps = i64::from(code as u8 as i8);
        let expected = Exact { negative: steps < 0, ..number(steps.unsigned_abs(), -6) };
        assert_eq!(value(&f, code), expected, "{code:#x}");
    }
}

/// Magnitudes in order.
fn compare(a: Exact, b: Exact) -> Ordering {
    let left = |x: Exact| x.significand << x.significand.leading_zeros();
    let exponents = a.leading_exponent().cmp(&b.leading_exponent());
    exponents.then(left(a).cmp(&left(b)))
}

#[test]
fn consecutive_magnitude_codes_are_increasing_values() {
    for e in builtin().iter().filter(|e| e.format.width() <= 19) {
        let f = e.format;
        for negative in [false, true] {
            let magnitudes = u64::from(f.has_zero())..=f.largest_magnitude(negative);
            let codes: Vec<Code> = magnitudes.map(|m| f.encode(negative, m)).collect();
            if negative && !f.is_signed() {
                continue;
            }
            for pair in codes.windows(2) {
                let (low, high) = (value(&f, pair[0]), value(&f, pair[1]));
                assert_eq!(compare(low, high), Ordering::Less, "{}: {pair:#x?}", e.name);
                assert_eq!((low.negative, high.negative), (negative, negative), "{}: {pair:#x?}", e.name);
            }
        }
    }
}

const ROUNDINGS: [Rounding; 9] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
    Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) },
    Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(8) },
    Rounding::Stochastic { variant: Stochastic::C, bits: NoiseBits::known(8) },
];

#[test]
fn every_code_converts_to_itself_under_every_rounding() {
    for e in builtin().iter().filter(|e| e.format.width() <= 16) {
        let f = e.format;
        for rounding in ROUNDINGS {
            for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
                let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
                let task = Task::within(Op::Convert, f).with_policy(policy);
                for code in 0..=f.code_mask() {
                    let case = Operands { codes: [code, 0, 0], noise: 0xff };
                    let result = apply(&task, case);
                    let same = match decode(&f, code) {
                        Value::Nan(_) => f.nan() == Some(result.code),
                        Value::Infinite { negative } if saturation == Saturation::Finite => {
                            result.code == f.largest(negative)
                        }
                        _ => result.code == code && result.flags == Flags::NONE,
                    };
                    assert!(same, "{}: {code:#x} becomes {result:x?} under {policy:?}", e.name);
                }
            }
        }
    }
}

#[test]
fn the_list_is_ordered_by_width_and_sign() {
    let order: Vec<_> = builtin().iter().map(|e| (e.format.width(), e.format.facts().sign)).collect();
    let rank = |sign| match sign {
        Sign::SignMagnitude => 0,
        Sign::Unsigned => 1,
        Sign::TwosComplement => 2,
    };
    assert!(order.is_sorted_by_key(|(width, sign)| (*width, rank(*sign))));
}
