//! Overflow, infinities, NaNs and signs.

use halfulp::{Op, Saturation, Value, decode};

use crate::support::*;

const SATURATE: halfulp::Policy = RNE.saturation(Saturation::Finite);

conversions! {
    /// onnx/onnx#6220: without saturation an infinity is NaN, by fact F6.
    infinity_to_fnuz: f64::INFINITY => E4M3FNUZ, RNE, 0x80, "x";
    /// onnx/onnx#7085, with saturation.
    infinity_to_fnuz_saturating: f64::NEG_INFINITY => E4M3FNUZ, SATURATE, 0xff, "x";
    /// stillwater-sc/universal#1302.
    five_hundred_to_e4m3fn: 500.0 => E4M3FN, RNE, 0x7f, "ox";
    /// stillwater-sc/universal#1302.
    infinity_to_e4m3fn: f64::INFINITY => E4M3FN, RNE, 0x7f, "x";
    /// stillwater-sc/universal#1351; our NaN has no sign (V1).
    a_negative_nan_to_e4m3fn: -f64::NAN => E4M3FN, RNE, 0x7f, "-";
    /// stillwater-sc/universal#1302: within reach of the largest value.
    fifty_eight_thousand_to_e5m2: 58_000.0 => E5M2, RNE, 0x7b, "x";
    /// ucb-bar/saturn-vectors#101: a saturating conversion gave NaN.
    saturating_672_to_e4m3fn: 672.0 => E4M3FN, SATURATE, 0x7e, "ox";
    /// llvm/llvm-project#215445: was called exact.
    minus_two_to_e8m0: -2.0 => E8M0, RNE, 0xff, "v";
    /// llvm/llvm-project#215445: became 2^-127 in silence.
    zero_to_e8m0: 0.0 => E8M0, SATURATE, 0x00, "v";
    /// llvm/llvm-project#223286: the sign went into the exponent.
    minus_one_to_e8m0: -1.0 => E8M0, SATURATE, 0x00, "v";
    /// llvm/llvm-project#223286, of the other unsigned format.
    minus_one_to_ue5m3: -1.0 => UE5M3, RNE, 0xff, "v";
}

/// A fault seen in onnxruntime 1.31.1: from 61440 up to the next binade it gave NaN.
#[test]
fn overflow_of_e5m2_is_an_infinity() {
    for c in 0x7b80..=0x7bff {
        assert_eq!(convert(BINARY16, E5M2, RNE, c), is(0x7c, "ox"), "{c:#x}");
        assert_eq!(convert(BINARY16, E5M2, RNE, c | 0x8000), is(0xfc, "ox"), "{c:#x}");
    }
    assert_eq!(convert(BINARY16, E5M2, RNE, 0x7b7f), is(0x7b, "x"));
}

/// A fault seen in onnxruntime 1.31.1: from 480 up to 496 it gave 448, above and below NaN.
#[test]
fn overflow_of_e4m3fn_is_nan_throughout() {
    for c in code(BINARY16, 464.25)..=code(BINARY16, 1024.0) {
        assert_eq!(convert(BINARY16, E4M3FN, RNE, c), is(0x7f, "ox"), "{c:#x}");
    }
}

/// ml-explore/mlx#4135: decoded as 480 and -480. ROCm/rocm-libraries#5792: tested as if they were fnuz.
#[test]
fn e4m3fn_has_two_nans() {
    for c in codes(&E4M3FN) {
        let class = within(Op::Class, E4M3FN, RNE, &[c]).code;
        assert_eq!(class == 1, c == 0x7f || c == 0xff, "{c:#x}");
    }
    for c in [0x7f, 0xff] {
        assert_eq!(convert(E4M3FN, BINARY32, RNE, c), is(0x7fc0_0000, "-"));
    }
    assert_eq!(decode(&E4M3FN, 0x80), Value::Zero { negative: true });
}

/// triton-lang/triton#10745, #9603: 0x80 was minus zero, and its absolute value zero. modular/modular#4794: not NaN.
#[test]
fn fnuz_has_one_nan() {
    for f in [E4M3FNUZ, E5M2FNUZ, E4M3B11FNUZ] {
        assert!(matches!(decode(&f, 0x80), Value::Nan(_)));
        assert_eq!(within(Op::Abs, f, RNE, &[0x80]), is(0x80, "-"));
        assert_eq!(within(Op::Class, f, RNE, &[0x80]), is(1, "-"));
        assert_eq!(convert(f, BINARY32, RNE, 0x80), is(0x7fc0_0000, "-"));
    }
}

/// llvm/llvm-project#214919: became an infinity.
#[test]
fn the_nan_of_e8m0() {
    assert_eq!(convert(E8M0, BINARY32, RNE, 0xff), is(0x7fc0_0000, "-"));
}

/// JuliaMath/Float8s.jl#23, #22: NaN became zero, and subnormals were wrong.
#[test]
fn nan_and_subnormals_of_e3m4() {
    assert_eq!(convert(E3M4, BINARY32, RNE, 0xff), is(0x7fc0_0000, "-"));
    for c in 1..16u64 {
        let want = (c as f32) * 2f32.powi(-6);
        assert_eq!(convert(E3M4, BINARY32, RNE, c), is(u64::from(want.to_bits()), "-"));
    }
}

/// A fault seen in a crate of FP8 types: zero and NaN of e5m2 were called subnormal.
#[test]
fn classes_of_e5m2() {
    let class = |c| within(Op::Class, E5M2, RNE, &[c]).code;
    assert_eq!((class(0x00), class(0x80), class(0x01), class(0x7e), class(0x7d)), (6, 5, 7, 1, 0));
    assert_eq!(E5M2.infinity(false), Some(0x7c), "and infinity is no finite value");
    assert_eq!(class(0x7c), 9);
}
