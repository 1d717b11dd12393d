//! The typed numbers against the run-time path: the same task through [`apply`], for every built-in format and P3109's with
//! 8 bits at several precisions. Up to 8 bits every code and every pair, above that a fixed choice.

mod others;

use halfulp::format::catalog::lookup;
use halfulp::typed::*;
use halfulp::{
    Code, Format, NoiseBits, Op, Operands, Policy, Predicate, Rounded, Rounding, Saturation, Stochastic,
    Task, Tininess, apply, noise,
};

use others::{check_constants, check_conversions, check_others, check_queries, check_text};

use crate::table::{Answer, Class, Operation, Order, SIGNALLING, Typed};

/// Every code of a format of at most 8 bits; of a wider one its ends, the neighbours of each power of two, and noise.
fn codes(format: &Format) -> Vec<Code> {
    if format.width() <= 8 {
        return (0..=format.code_mask()).collect();
    }
    let edges = (0..format.width()).flat_map(|i| [(1 << i) - 1, 1 << i, (1 << i) + 1]);
    let special =
        [format.largest(false), format.largest(false) + 1, format.top_bit() - 1, format.largest(false) - 1];
    let words = (0..40).map(|i| noise::word(1, i));
    let mut all: Vec<Code> = edges
        .chain(special)
        .chain(words)
        .flat_map(|code| [code, code | format.top_bit()])
        .map(|code| code & format.code_mask())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn within(format: Format, op: Op, policy: Policy, [a, b, c]: [Code; 3], noise: u64) -> Rounded {
    let task = Task::within(op, format).with_policy(policy);
    let operands = Operands { codes: [a, b, c], noise };
    apply(&task, operands)
}

/// The policies that the flagged forms are tried under: every rounding, saturation and the rest at least once.
fn policies() -> Vec<Policy> {
    let stochastic = |variant, bits| Rounding::Stochastic { variant, bits: NoiseBits::known(bits) };
    let roundings = [
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
        stochastic(Stochastic::A, 3),
        stochastic(Stochastic::B, 8),
        stochastic(Stochastic::C, 5),
    ];
    let mut all = Vec::new();
    for rounding in roundings {
        for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
            all.push(Policy::IEEE.rounding(rounding).saturation(saturation));
        }
    }
    all.push(
        Policy::IEEE
            .tininess(Tininess::Before)
            .flush_operands(true)
            .flush_results(true)
            .nan(halfulp::NanResult::NegativeZero),
    );
    all
}

fn same(got: Answer, want: Rounded, context: &dyn std::fmt::Debug) {
    assert_eq!(got, (want.code, want.flags), "{context:?}");
}

fn check_unary(of: &Typed, policies: &[Policy]) {
    for &Operation { op, plain, flagged } in &of.unary {
        for a in codes(&of.format) {
            let want = within(of.format, op, Policy::IEEE, [a, 0, 0], 0);
            assert_eq!(plain([a, 0, 0]), want.code, "{op} {a:#x}");
            for (i, &policy) in policies.iter().enumerate() {
                let noise = noise::word(2, a ^ (i as u64) << 32);
                let want = within(of.format, op, policy, [a, 0, 0], noise);
                same(flagged([a, 0, 0], policy, noise), want, &(op, a, policy));
            }
        }
    }
}

fn check_binary(of: &Typed, policies: &[Policy]) {
    let all = codes(&of.format);
    for &Operation { op, plain, flagged } in &of.binary {
        for (i, &a) in all.iter().enumerate() {
            for (j, &b) in all.iter().enumerate() {
                let want = within(of.format, op, Policy::IEEE, [a, b, 0], 0);
                assert_eq!(plain([a, b, 0]), want.code, "{op} {a:#x} {b:#x}");
                if (i + j) % 3 != 0 {
                    continue;
                }
                // A policy in turn for each pair.
                let policy = policies[(i + 5 * j) / 3 % policies.len()];
                let noise = noise::word(3, (i * 256 + j) as u64);
                let want = within(of.format, op, policy, [a, b, 0], noise);
                same(flagged([a, b, 0], policy, noise), want, &(op, a, b, policy));
            }
        }
    }
}

fn check_fma(of: &Typed, policies: &[Policy]) {
    for i in 0..4000 {
        let codes = [0, 1, 2].map(|k| noise::word(4 + k, i) & of.format.code_mask());
        let want = within(of.format, Op::Fma, Policy::IEEE, codes, 0);
        assert_eq!((of.fma.plain)(codes), want.code, "{codes:x?}");
        let policy = policies[i as usize % policies.len()];
        let want = within(of.format, Op::Fma, policy, codes, i);
        same((of.fma.flagged)(codes, policy, i), want, &(codes, policy));
    }
}

fn check(of: &Typed) {
    let policies = policies();
    check_unary(of, &policies);
    check_binary(of, &policies);
    check_fma(of, &policies);
    check_queries(of);
    check_others(of);
    check_constants(of);
    check_conversions(of, &policies);
    check_text(of);
}

macro_rules! aliases {
    ($($test:ident: $($marker:ident)*;)*) => {$(
        #[test]
        fn $test() {
            $(check(&Typed::of::<marker::$marker>());)*
        }
    )*};
}

aliases! {
    four_and_six_bits: E2M1 E2M3 E3M2;
    eight_bits_with_infinity: E5M2 E4M3Ieee E3M4Ieee;
    eight_bits_without_infinity: E4M3FN E3M4FN;
    eight_bits_with_one_zero: E4M3FNUZ E5M2FNUZ E4M3B11FNUZ;
    scales_and_fixed_point: E8M0 UE4M3 UE5M3 MXINT8;
    half_precision: Binary16 Binary16Arm BFloat16;
    wider: TF32 Binary32 Binary64;
}

macro_rules! p3109 {
    ($($test:ident: $signed:literal $extended:literal $($p:literal)*;)*) => {$(
        #[test]
        fn $test() {
            $(check(&Typed::of::<P3109<8, $p, $signed, $extended>>());)*
        }
    )*};
}

p3109! {
    p3109_signed_extended: true true 1 3 4 7;
    p3109_signed_finite: true false 1 3 5 7;
    p3109_unsigned_extended: false true 1 3 4 8;
    p3109_unsigned_finite: false false 1 3 5 8;
}

/// Each function of the table in the place of its neighbour, which computes something else.
#[test]
fn an_operation_in_the_place_of_another_is_found() {
    let of = || Typed::of::<marker::E5M2>();
    let wrong = |what: &str, of: Typed| {
        let found = std::panic::catch_unwind(|| check(&of));
        assert!(found.is_err(), "{what}");
    };
    for i in 0..of().unary.len() {
        let (mut plain, mut flagged) = (of(), of());
        let other = plain.unary[(i + 1) % plain.unary.len()];
        plain.unary[i].plain = other.plain;
        flagged.unary[i].flagged = other.flagged;
        wrong("a plain unary operation", plain);
        wrong("a unary operation with flags", flagged);
    }
    for i in 0..of().binary.len() {
        let (mut plain, mut flagged) = (of(), of());
        let other = plain.binary[(i + 1) % plain.binary.len()];
        plain.binary[i].plain = other.plain;
        flagged.binary[i].flagged = other.flagged;
        wrong("a plain binary operation", plain);
        wrong("a binary operation with flags", flagged);
    }
    for i in 0..of().integral.len() {
        let mut plain = of();
        plain.integral[i].1 = plain.integral[(i + 1) % plain.integral.len()].1;
        wrong("a rounding to integral values", plain);
    }
}
