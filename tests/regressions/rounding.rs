//! Conversions that rounded twice, the wrong way on a tie, or lost subnormals.

use crate::support::*;
use halfulp::Stochastic;

/// A power of two.
fn two(n: i32) -> f64 {
    2f64.powi(n)
}

conversions! {
    /// jax-ml/ml_dtypes#401: through binary32 it is the tie, and went to -448.
    binary64_just_inside_a_tie_to_e4m3fn: -431.999_999_999_999_94 => E4M3FN, RNE, 0xfd, "x";
    /// jax-ml/ml_dtypes#401; XLA's CPU did the same.
    binary64_just_past_a_tie_to_bfloat16: 1.0 + two(-8) + two(-40) => BFLOAT16, RNE, 0x3f81, "x";
    /// The class of jax-ml/ml_dtypes#401, in torch and onnxruntime: among the subnormals of binary16.
    binary64_just_past_a_tie_to_a_binary16_subnormal: f64::from_bits(0x3ea1_0000_0000_0088) => BINARY16, RNE, 0x0009, "ux";
    /// VoidStarKat/half-rs#116.
    binary64_just_below_binary16_normals: two(-14) - two(-25) - two(-65) => BINARY16, RNE, 0x03ff, "ux";
    /// VoidStarKat/half-rs#116.
    binary64_just_below_a_tie_to_binary16: f64::from_bits(0x409f_fdff_ffff_0000) => BINARY16, RNE, 0x67ff, "x";
    /// VoidStarKat/half-rs#151.
    a_tail_of_22_bits_to_binary16: 1.0 + two(-11) + two(-22) => BINARY16, RNE, 0x3c01, "x";
    /// VoidStarKat/half-rs#145.
    just_past_half_the_smallest_binary16: f64::from_bits(0x3e60_0000_0000_0001) => BINARY16, RNE, 0x0001, "ux";
    /// boa-dev/boa#5238.
    f16round_just_past_a_tie: 1.000_488_281_250_000_2 => BINARY16, RNE, 0x3c01, "x";
    /// triton-lang/triton#11753: through binary16.
    binary32_through_binary16_to_e4m3fn: 1.062_500_1 => E4M3FN, RNE, 0x39, "x";
    /// halide/Halide#8906, JuliaLang/julia#57809: binary64 through binary32 to binary16.
    binary64_through_binary32_to_binary16: 1.0 + two(-11) + two(-40) => BINARY16, RNE, 0x3c01, "x";
    /// llvm/llvm-project#133995: binary64 through binary32 to bfloat16.
    binary64_through_binary32_to_bfloat16: -1.0 - two(-8) - two(-50) => BFLOAT16, RNE, 0xbf81, "x";
    /// MurrellGroup/Microfloats.jl#25: through bfloat16 it becomes the tie.
    binary32_through_bfloat16_to_e4m3fn: 1.316_406_25 => E4M3FN, RNE, 0x3b, "x";
    /// The class of jax-ml/ml_dtypes#401, in a crate of small formats: through binary32 it becomes the tie.
    just_past_half_the_smallest_e2m1: 0.250_000_000_000_000_06 => E2M1, RNE, 0x1, "ux";

    /// jax-ml/ml_dtypes#398: between 2 (even code) and 4.
    a_tie_to_e8m0_goes_to_the_even_code: 3.0 => E8M0, RNE, 0x80, "x";
    /// Beside jax-ml/ml_dtypes#398: just past the smallest value.
    a_binary32_subnormal_to_e8m0: 1.000_003_814_697_265_6 * two(-127) => E8M0, RNE, 0x00, "x";
    /// triton-lang/triton#5925: a tie to e5m2.
    nine_to_e5m2: 9.0 => E5M2, RNE, 0x48, "x";
    /// triton-lang/triton#11753: a tie to e5m2.
    one_and_an_eighth_to_e5m2: 1.125 => E5M2, RNE, 0x3c, "x";
    /// triton-lang/triton#11897: the carry into the exponent was dropped.
    a_carry_into_the_exponent: 126.24 => E4M3FN, RNE, 0x70, "x";
    /// A fault seen in gfloat's nearest-away: the largest number below half the smallest value.
    just_below_half_the_smallest_e4m3fn_away: f64::from_bits(0x3f4f_ffff_ffff_ffff) => E4M3FN, RNA, 0x00, "ux";
    /// The same of binary32, seen in microxcaling's nearest-even.
    just_below_half_the_smallest_e4m3fn_even: f64::from(f32::from_bits(0x3a7f_ffff)) => E4M3FN, RNE, 0x00, "ux";
    /// stillwater-sc/universal#1133: was truncated.
    bfloat16_rounds_to_nearest: 0.269_140_877_029_227_2 => BFLOAT16, RNE, 0x3e8a, "x";
    /// stillwater-sc/universal#684.
    the_integer_101_to_e4m3fn: 101.0 => E4M3FN, RNE, 0x6d, "x";
    /// stillwater-sc/universal#614.
    the_integer_31_to_e4m3fn: 31.0 => E4M3FN, RNE, 0x60, "x";
    /// A fault seen in microfloat: the tie at the largest value stays.
    the_tie_above_448_stays: 464.0 => E4M3FN, RNE, 0x7e, "x";
    /// A fault seen in pychop: among the subnormals of bfloat16.
    bfloat16_subnormals_round_at_their_quantum: f64::from_bits(0x37f6_4000_0000_0001) => BFLOAT16, RNE, 0x002d, "ux";

    /// ROCm/rocm-systems#10591: far too small for e5m2.
    far_below_e5m2_is_zero: 4.1e-25 => E5M2, RNE, 0x00, "ux";
    /// ROCm/rocm-systems#10591, the other end.
    far_below_e5m2_is_zero_at_the_other_end: 3.3e-24 => E5M2, RNE, 0x00, "ux";
    /// graphcore-research/gfloat#62.
    below_the_smallest_e8m0: two(-128) => E8M0, RNE, 0x00, "ux";
    /// A fault seen in XLA's CPU: subnormals of bfloat16 were flushed.
    the_smallest_bfloat16_is_kept: two(-133) => BFLOAT16, RNE, 0x0001, "-";
    /// tenstorrent/tt-metal#51971.
    a_little_more_than_a_quarter_to_e2m1: 0.250_000_06 => E2M1, RNE, 0x1, "ux";
    /// openvinotoolkit/openvino#30057: rounded to four bits first, then as a subnormal.
    e4m3fn_subnormals_round_once: 1.468_75 * two(-9) => E4M3FN, RNE, 0x01, "ux";
    /// sgl-project/sglang#40581: everything from 256 up became 448.
    three_hundred_to_e4m3fn: 300.0 => E4M3FN, RNE, 0x79, "x";
    /// PTO-ISA/SuperNPUBench#102: the golden file had zero.
    a_little_less_than_the_smallest_e4m3fn: 0.0015 => E4M3FN, RNE, 0x01, "ux";
    /// Tiiiger/QPyTorch#48: to its own format it changed sign.
    three_to_binary32: 3.0 => BINARY32, RNE, 0x4040_0000, "-";
}

/// jax-ml/ml_dtypes#401, arch-hdl-lang/arch-com#629: 64-bit integers through binary32 to bfloat16.
#[test]
fn integers_to_bfloat16_round_once() {
    for n in [16_842_753, 16_973_823] {
        assert_eq!(convert(int(64, true), BFLOAT16, RNE, n), is(0x4b81, "x"), "{n}");
    }
}

/// ROCm/aiter#3992: ties of e2m1 went up.
#[test]
fn ties_of_e2m1_go_to_even() {
    for (x, code) in [(0.25, 0x0), (1.25, 0x2), (2.5, 0x4), (5.0, 0x6)] {
        let letters = if x < 1.0 { "ux" } else { "x" };
        assert_eq!(round64(E2M1, RNE, x), is(code, letters), "{x}");
    }
}

/// onnx/onnx#7784: rounding up to E8M0, a mask was too short.
#[test]
fn rounding_up_to_e8m0() {
    for (x, code) in [(1.125, 0x80), (1.25, 0x80), (5.0, 0x82)] {
        assert_eq!(round64(E8M0, RUP, x), is(code, "x"), "{x}");
    }
}

/// tenstorrent/tt-metal#51971: codes that did not survive decoding and encoding.
#[test]
fn every_code_survives_binary32_and_back() {
    for f in [E4M3FN, E5M2, E2M1, E2M3, E3M2, E4M3FNUZ, UE5M3, BFLOAT16] {
        for c in codes(&f).filter(|&c| !value(&f, c).is_nan()) {
            let wide = convert(f, BINARY32, RNE, c);
            assert_eq!(wide.flags, flags("-"));
            assert_eq!(convert(BINARY32, f, RNE, wide.code), is(c, "-"), "{f:?} {c:#x}");
        }
    }
}

/// uxlfoundation/oneDNN#2903: almost always down. Over all words of noise, three of ten go up for nu = 0.3.
#[test]
fn stochastic_rounding_is_unbiased() {
    let x = (1.0 + 0.3f64 / 8.0).to_bits();
    for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
        let up =
            |noise: &u64| convert_noisy(BINARY64, E4M3FN, stochastic(variant, 10), x, *noise).code == 0x39;
        let count = (0..1024).filter(up).count();
        assert_eq!(count, 307, "{variant:?}");
    }
}

/// ROCm/llvm-project#3275: the carry out of the significand was lost.
#[test]
fn stochastic_rounding_carries_into_the_exponent() {
    let below_two = code(UE5M3, 1.875);
    let x = 1.9375f64.to_bits();
    for (noise, up) in [(0x7f, 0), (0x80, 1), (0xff, 1)] {
        let got = convert_noisy(BINARY64, UE5M3, stochastic(Stochastic::A, 8), x, noise);
        assert_eq!(got, is(below_two + up, "x"));
    }
    assert_eq!(value(&UE5M3, below_two + 1), 2.0);
}
