//! C: conversions and integers.

use halfulp::{Code, Format, NanResult, Op, Policy, Saturation, Task};

use crate::support::*;

#[test]
fn c1_convert() {
    assert_eq!(convert(BINARY16, E4M3FN, RNE, code(BINARY16, 1.0625)), is(0x38, "x"));
    assert_eq!(convert(BINARY16, E4M3FN, RNE, code(BINARY16, 1.1875)), is(0x3a, "x"));
    assert_eq!(convert(E4M3FN, BINARY16, RNE, 0x7f), is(0x7e00, "-"));
    assert_eq!(convert(E5M2, E4M3FN, RNE, 0x7c), is(0x7f, "x"));
    assert_eq!(convert(E5M2, BINARY16, RNE, 0x7d), is(0x7e00, "v"), "a signalling NaN");
    assert_eq!(convert(BINARY64, E8M0, RNE, 1.0f64.to_bits()), is(0x7f, "-"));
    assert_eq!(convert(BINARY32, TF32, RNA, u64::from((1.0 + 2f32.powi(-11)).to_bits())), is(0x1fc01, "x"));
    assert_eq!(convert(MXINT8, E2M1, RNE, 0x60), is(code(E2M1, 1.5), "-"));
    assert_eq!(round64(BINARY16_ALT, RNE, 131_008.0), is(0x7fff, "-"));
    // Every binary16 to binary32 and back, and the platform's rounding of binary64 to binary32.
    for c in codes(&BINARY16).filter(|&c| !value(&BINARY16, c).is_nan()) {
        let wide = convert(BINARY16, BINARY32, RNE, c).code;
        assert_eq!(f64::from(f32::from_bits(wide as u32)), value(&BINARY16, c));
        assert_eq!(convert(BINARY32, BINARY16, RNE, wide), is(c, "-"));
    }
    for i in 0..20_000 {
        let x = f64::from_bits(halfulp::noise::word(1, i) & !(1 << 62) | (i % 3) << 61);
        if !x.is_nan() {
            assert_eq!(round64(BINARY32, RNE, x).code, u64::from((x as f32).to_bits()), "{x:e}");
        }
    }
}

#[test]
fn c2_from_integers() {
    let (i64s, u64s) = (int(64, true), int(64, false));
    for i in 0..20_000 {
        let bits = halfulp::noise::word(2, i) >> (i % 64);
        let signed = bits.cast_signed();
        assert_eq!(convert(i64s, BINARY64, RNE, bits).code, (signed as f64).to_bits(), "{signed}");
        assert_eq!(convert(u64s, BINARY64, RNE, bits).code, (bits as f64).to_bits(), "{bits}");
        assert_eq!(convert(u64s, BINARY32, RNE, bits).code, u64::from((bits as f32).to_bits()), "{bits}");
    }
    assert_eq!(convert(i64s, BFLOAT16, RNE, 16_842_753), is(0x4b81, "x"));
    assert_eq!(convert(i64s, BINARY32, RDN, i64::MIN as u64), is(0xdf00_0000, "-"));
    assert_eq!(convert(u64s, BINARY16, RNE, u64::MAX), is(0x7c00, "ox"));
    assert_eq!(convert(int(8, true), E4M3FN, RNE, 0x80), is(code(E4M3FN, -128.0), "-"));
    assert_eq!(convert(int(8, false), int(8, true), RNE, 200), is(127, "v"));
}

#[test]
fn c3_to_integers() {
    let i8s = int(8, true);
    for (x, rne, rna, rtz, rup, rdn, odd) in [
        (2.5, 2, 3, 2, 3, 2, 3),
        (3.5, 4, 4, 3, 4, 3, 3),
        (-2.5, -2, -3, -2, -2, -3, -3),
        (0.5, 0, 1, 0, 1, 0, 1),
        (-0.7, -1, -1, 0, 0, -1, -1),
        (126.9, 127, 127, 126, 127, 126, 127),
    ] {
        for (policy, want) in [(RNE, rne), (RNA, rna), (RTZ, rtz), (RUP, rup), (RDN, rdn), (ODD, odd)] {
            let want = i64::from(want).cast_unsigned() & 0xff;
            assert_eq!(round64(i8s, policy, x), is(want, "x"), "{x} {policy:?}");
        }
    }
    for x in [-128.0, -1.0, 0.0, 1.0, 127.0] {
        assert_eq!(round64(i8s, RUP, x), is((x as i64).cast_unsigned() & 0xff, "-"));
    }
    // 64 bits, toward zero: Rust's cast, within range.
    for i in 0..20_000 {
        let bits = halfulp::noise::word(3, i);
        let x = f64::from_bits(bits & 0x800f_ffff_ffff_ffff | (1015 + bits % 71) << 52);
        if x.abs() < 9.2e18 {
            assert_eq!(round64(int(64, true), RTZ, x).code.cast_signed(), x as i64, "{x:e}");
        }
        if (0.0..1.8e19).contains(&x) {
            assert_eq!(round64(int(64, false), RTZ, x).code, x as u64, "{x:e}");
        }
    }
}

#[test]
fn c4_out_of_range_for_an_integer() {
    let i8s = int(8, true);
    let inputs = [127.4, 127.5, -128.5, 300.0, f64::NEG_INFINITY, f64::NAN];
    let least = RNE.nan(NanResult::Least);
    let zero = RNE.saturation(Saturation::Finite).nan(NanResult::Zero);
    let rows: [(Policy, [(Code, &str); 6]); 2] = [
        (least, [(0x7f, "x"), (0x80, "v"), (0x80, "x"), (0x80, "v"), (0x80, "v"), (0x80, "v")]),
        (zero, [(0x7f, "x"), (0x7f, "v"), (0x80, "x"), (0x7f, "v"), (0x80, "v"), (0x00, "v")]),
    ];
    for (policy, want) in rows {
        for (x, (code, letters)) in inputs.into_iter().zip(want) {
            assert_eq!(round64(i8s, policy, x), is(code, letters), "{x} {policy:?}");
        }
    }
    assert_eq!(round64(i8s, RNA, -128.5), is(0x7f, "v"), "the default NaN result is the largest");
    // As other machines do: x86's indefinite, Arm's and RISC-V's saturation.
    let i32s = int(32, true);
    assert_eq!(round64(i32s, least, 3e9), is(0x8000_0000, "v"));
    assert_eq!(round64(i32s, zero, f64::NAN), is(0, "v"));
    assert_eq!(round64(i32s, RNE.saturation(Saturation::Finite), f64::NAN), is(0x7fff_ffff, "v"));
    assert_eq!(round64(int(64, false), zero, 1e30), is(u64::MAX, "v"));
    assert_eq!(round64(int(64, true), zero, -9.3e18), is(1 << 63, "v"));
    assert_eq!(round64(int(64, true), zero, 2f64.powi(63)), is(u64::MAX >> 1, "v"));
    assert_eq!(round64(int(64, true), RNE, -(2f64.powi(63))), is(1 << 63, "-"));
}

#[test]
fn c5_to_integers_without_inexact() {
    let task = |result: Format| Task::new(Op::ConvertToInteger, [BINARY64; 3], result).with_policy(RNE);
    for x in [2.5, -0.3, 127.4, 100.0, -128.5, 127.5, -1e30, f64::NAN, f64::INFINITY, -0.0] {
        for f in [int(8, true), int(8, false), int(64, true)] {
            let (quiet, exact) = (run(&task(f), &[x.to_bits()]), round64(f, RNE, x));
            assert_eq!(quiet.code, exact.code, "{x}");
            assert_eq!(quiet.flags, exact.flags.without(flags("x")), "{x}");
        }
    }
    assert_eq!(run(&task(int(8, true)), &[2.5f64.to_bits()]), is(2, "-"));
}

#[test]
fn c6_to_unsigned_integers() {
    let u8s = int(8, false);
    assert_eq!(round64(u8s, RNE, -0.5), is(0, "x"));
    assert_eq!(round64(u8s, RTZ, -0.9), is(0, "x"));
    assert_eq!(round64(u8s, RUP, -0.9), is(0, "x"));
    assert_eq!(round64(u8s, RNE, -0.0), is(0, "-"));
    assert_eq!(round64(u8s, RNE, -0.6), is(0xff, "v"));
    assert_eq!(round64(u8s, RDN, -0.1), is(0xff, "v"));
    assert_eq!(round64(u8s, RNE.saturation(Saturation::Finite), -0.6), is(0, "v"));
    assert_eq!(round64(u8s, RNE, 255.4), is(255, "x"));
    assert_eq!(round64(u8s, RNE, 255.5), is(255, "v"));
}

#[test]
fn c7_widening_is_exact() {
    for (from, to) in [
        (E2M1, E4M3FN),
        (E4M3FN, BINARY16),
        (E5M2, BINARY16),
        (E5M2, BFLOAT16),
        (E4M3FNUZ, BFLOAT16),
        (UE5M3, BFLOAT16),
        (E8M0, BFLOAT16),
        (MXINT8, BINARY16),
        (int(8, true), BFLOAT16),
        (BINARY16, TF32),
        (BFLOAT16, BINARY32),
        (TF32, BINARY64),
        (int(16, false), BINARY32),
    ] {
        for policy in [RNE, RUP, ODD] {
            for c in codes(&from) {
                let x = value(&from, c);
                let got = convert(from, to, policy, c);
                if x.is_nan() {
                    assert_eq!(Some(got.code), to.nan());
                } else {
                    assert_eq!((value(&to, got.code), got.flags), (x, flags("-")), "{from:?} {c:#x}");
                    assert_eq!(value(&to, got.code).is_sign_negative(), x.is_sign_negative());
                }
            }
        }
    }
}
