//! S: range. Overflow, infinities, what cannot be represented.

use halfulp::{Format, NoiseBits, Op, Policy, Rounding, Saturation, Stochastic};

use crate::support::*;

/// With a fixed saturation.
fn sat(policy: Policy, saturation: Saturation) -> Policy {
    policy.saturation(saturation)
}

const SE: Format = p3109(8, 4, true, true);
const SF: Format = p3109(8, 4, true, false);
const UE: Format = p3109(8, 4, false, true);
const UF: Format = p3109(8, 4, false, false);

#[test]
fn s1_overflow() {
    // e4m3fn: 448, then 480 would follow. Up to the tie at 464 nearest-even stays; what truncates stays below 480.
    assert_eq!(round64(E4M3FN, RNE, 464.0), is(0x7e, "x"));
    assert_eq!(round64(E4M3FN, RNE, 464.0001), is(0x7f, "ox"));
    assert_eq!(round64(E4M3FN, RNA, 464.0), is(0x7f, "ox"));
    assert_eq!(round64(E4M3FN, RTZ, 479.9), is(0x7e, "x"));
    assert_eq!(round64(E4M3FN, RTZ, 480.0), is(0x7e, "ox"));
    assert_eq!(round64(E4M3FN, RDN, 479.9), is(0x7e, "x"));
    assert_eq!(round64(E4M3FN, RUP, 448.0001), is(0x7f, "ox"));
    assert_eq!(round64(E4M3FN, RUP, -479.9), is(0xfe, "x"));
    assert_eq!(round64(E4M3FN, RUP, -480.0), is(0xfe, "ox"));
    // Odd largest code: the tie itself overflows.
    assert_eq!(round64(E5M2, RNE, 61440.0), is(0x7c, "ox"));
    assert_eq!(round64(E5M2, RNE, 61439.9), is(0x7b, "x"));
    assert_eq!(round64(E5M2, ODD, 65535.0), is(0x7b, "x"));
    assert_eq!(round64(E5M2, ODD, 65536.0), is(0x7b, "ox"));
    // The flag is raised under saturation as well.
    for saturation in [Saturation::Finite, Saturation::Propagate] {
        assert_eq!(round64(E4M3FN, sat(RNE, saturation), 464.0), is(0x7e, "x"));
        assert_eq!(round64(E4M3FN, sat(RNE, saturation), 500.0), is(0x7e, "ox"));
    }
    assert_eq!(round64(E4M3FN, RNE, f64::MAX), is(0x7f, "ox"));
    assert_eq!(round64(BFLOAT16, RNE, f64::MAX), is(0x7f80, "ox"));
}

#[test]
fn s2_past() {
    for (f, positive, negative) in [
        (E5M2, 0x7c, 0xfc),
        (BINARY16, 0x7c00, 0xfc00),
        (E4M3FN, 0x7f, 0x7f),
        (E4M3FNUZ, 0x80, 0x80),
        (E2M1, 0x7, 0xf),
        (E3M2, 0x1f, 0x3f),
        (BINARY16_ALT, 0x7fff, 0xffff),
        (SE, 0x7f, 0xff),
        (SF, 0x7f, 0xff),
    ] {
        assert_eq!(round64(f, RNE, 1e9), is(positive, "ox"), "{f:?}");
        assert_eq!(round64(f, RNE, -1e9), is(negative, "ox"), "{f:?}");
    }
    assert_eq!((round64(UE5M3, RNE, 1e9), round64(UE, RNE, 1e30)), (is(0xff, "ox"), is(0xfe, "ox")));
    assert_eq!(round64(UF, RNE, 1e30), is(0xfe, "ox"));
    assert_eq!(round64(E8M0, RNE, f64::MAX), is(0xff, "ox"));
}

/// Roundings, and whether a positive and a negative overflow go past, by the parity of the largest code.
fn goes_past(rounding: Rounding, largest_is_odd: bool) -> [bool; 2] {
    match rounding {
        Rounding::NearestEven | Rounding::NearestAway | Rounding::Stochastic { .. } => [true, true],
        Rounding::TowardZero => [false, false],
        Rounding::TowardPositive => [true, false],
        Rounding::TowardNegative => [false, true],
        Rounding::ToOdd => [!largest_is_odd; 2],
    }
}

#[test]
fn s3_overflow_without_saturation() {
    let mut roundings = ROUNDINGS.to_vec();
    for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
        roundings.push(Rounding::Stochastic { variant, bits: NoiseBits::known(8) });
    }
    for (f, odd, largest, past) in [
        (E5M2, true, [0x7b, 0xfb], [0x7c, 0xfc]),
        (E4M3FN, false, [0x7e, 0xfe], [0x7f, 0x7f]),
        (E4M3FNUZ, true, [0x7f, 0xff], [0x80, 0x80]),
        (E2M1, true, [0x7, 0xf], [0x7, 0xf]),
        (SE, false, [0x7e, 0xfe], [0x7f, 0xff]),
        (BINARY16, true, [0x7bff, 0xfbff], [0x7c00, 0xfc00]),
    ] {
        for &rounding in &roundings {
            let away = goes_past(rounding, odd);
            for side in 0..2 {
                let code = if away[side] { past[side] } else { largest[side] };
                let x = if side == 0 { 1e30 } else { -1e30 };
                assert_eq!(round64(f, RNE.rounding(rounding), x), is(code, "ox"), "{f:?} {rounding:?} {x}");
            }
        }
    }
    // Unsigned: one side only. The largest of ue5m3 is even; of P3109's unsigned extended formats odd.
    for (policy, ue5m3, ue) in [(RUP, 0xff, 0xfe), (RDN, 0xfe, 0xfd), (RTZ, 0xfe, 0xfd), (ODD, 0xff, 0xfd)] {
        assert_eq!(round64(UE5M3, policy, 1e30), is(ue5m3, "ox"));
        assert_eq!(round64(UE, policy, 1e30), is(ue, "ox"));
    }
}

#[test]
fn s4_overflow_with_saturation() {
    for rounding in ROUNDINGS {
        for saturation in [Saturation::Finite, Saturation::Propagate] {
            let policy = RNE.rounding(rounding).saturation(saturation);
            for f in [E5M2, E4M3FN, E4M3FNUZ, E2M1, SE, SF, BINARY16, MXINT8] {
                assert_eq!(round64(f, policy, 1e9), is(f.largest(false), "ox"), "{f:?} {policy:?}");
                assert_eq!(round64(f, policy, -1e9), is(f.largest(true), "ox"), "{f:?} {policy:?}");
            }
            for f in [UE5M3, E8M0, UE, UF] {
                assert_eq!(round64(f, policy, 1e300), is(f.largest(false), "ox"), "{f:?} {policy:?}");
            }
        }
    }
}

/// The table of S5 in full, with sums: the largest plus itself, and the same of the other sign.
#[test]
fn s5_the_table() {
    // Per rounding, in the order of ROUNDINGS: e5m2, e4m3fn, fnuz, e2m1, P3109 se.
    const TABLE: [[[u64; 2]; 5]; 6] = [
        [[0x7c, 0xfc], [0x7f, 0x7f], [0x80, 0x80], [0x7, 0xf], [0x7f, 0xff]],
        [[0x7c, 0xfc], [0x7f, 0x7f], [0x80, 0x80], [0x7, 0xf], [0x7f, 0xff]],
        [[0x7b, 0xfb], [0x7e, 0xfe], [0x7f, 0xff], [0x7, 0xf], [0x7e, 0xfe]],
        [[0x7c, 0xfb], [0x7f, 0xfe], [0x80, 0xff], [0x7, 0xf], [0x7f, 0xfe]],
        [[0x7b, 0xfc], [0x7e, 0x7f], [0x7f, 0x80], [0x7, 0xf], [0x7e, 0xff]],
        [[0x7b, 0xfb], [0x7f, 0x7f], [0x7f, 0xff], [0x7, 0xf], [0x7f, 0xff]],
    ];
    for (rounding, row) in ROUNDINGS.into_iter().zip(TABLE) {
        for (f, want) in [E5M2, E4M3FN, E4M3FNUZ, E2M1, SE].into_iter().zip(row) {
            let policy = RNE.rounding(rounding);
            for (negative, code) in [(false, want[0]), (true, want[1])] {
                let largest = f.largest(negative);
                let sum = within(Op::Add, f, policy, &[largest, largest]);
                assert_eq!(sum, is(code, "ox"), "{f:?} {rounding:?}");
                for saturation in [Saturation::Finite, Saturation::Propagate] {
                    let sum = within(Op::Add, f, policy.saturation(saturation), &[largest, largest]);
                    assert_eq!(sum, is(largest, "ox"), "{f:?} {rounding:?}");
                }
            }
        }
    }
}

#[test]
fn s6_infinite_results() {
    let from_infinity = |f, policy, negative: bool| {
        round64(f, policy, if negative { f64::NEG_INFINITY } else { f64::INFINITY })
    };
    for rounding in ROUNDINGS {
        let policy = RNE.rounding(rounding);
        for saturation in [Saturation::None, Saturation::Propagate] {
            let policy = policy.saturation(saturation);
            assert_eq!(from_infinity(E5M2, policy, false), is(0x7c, "-"));
            assert_eq!(from_infinity(E5M2, policy, true), is(0xfc, "-"));
            assert_eq!(from_infinity(SE, policy, true), is(0xff, "-"));
            assert_eq!(from_infinity(E4M3FN, policy, true), is(0x7f, "x"));
            assert_eq!(from_infinity(E4M3FNUZ, policy, false), is(0x80, "x"));
            assert_eq!(from_infinity(E2M1, policy, true), is(0xf, "x"));
            assert_eq!(from_infinity(UE, policy, false), is(0xfe, "-"));
        }
        let policy = policy.saturation(Saturation::Finite);
        for f in [E5M2, E4M3FN, E4M3FNUZ, E2M1, SE, SF] {
            assert_eq!(from_infinity(f, policy, false), is(f.largest(false), "x"), "{f:?}");
            assert_eq!(from_infinity(f, policy, true), is(f.largest(true), "x"), "{f:?}");
        }
    }
}

#[test]
fn s7_negatives_to_unsigned() {
    let no_nan = Format::known(halfulp::Facts {
        nans: halfulp::Nans::None,
        overflow: halfulp::Overflow::Largest,
        ..UE5M3.facts()
    });
    for rounding in ROUNDINGS {
        let policy = RNE.rounding(rounding);
        for x in [-1.0, -1e9, f64::NEG_INFINITY] {
            for (f, nan) in [(UE5M3, 0xff), (UE4M3, 0x7f), (UE, 0xff), (UF, 0xff), (E8M0, 0xff)] {
                assert_eq!(round64(f, policy, x), is(nan, "v"), "{f:?} {x}");
                assert_eq!(round64(f, sat(policy, Saturation::Finite), x), is(0, "v"), "{f:?} {x}");
                assert_eq!(round64(f, sat(policy, Saturation::Propagate), x), is(0, "v"), "{f:?} {x}");
            }
            assert_eq!(round64(no_nan, policy, x), is(0, "v"));
        }
    }
    let (one, two) = (code(UE5M3, 1.0), code(UE5M3, 2.0));
    assert_eq!(within(Op::Sub, UE5M3, RNE, &[one, two]), is(0xff, "v"));
    // A format without zero has nothing for a small negative either.
    assert_eq!(round64(E8M0, RNE, -1e-300), is(0xff, "v"));
}

#[test]
fn s8_negatives_that_round_to_zero() {
    let small = -(2f64.powi(-18));
    for policy in [RNE, RTZ, RUP] {
        for saturation in SATURATIONS {
            assert_eq!(round64(UE5M3, sat(policy, saturation), small), is(0, "ux"), "{policy:?}");
        }
    }
    assert_eq!(round64(UE5M3, RDN, small), is(0xff, "v"), "the smallest negative is none");
    assert_eq!(round64(UE5M3, RNA, small), is(0xff, "v"));
    assert_eq!(round64(int(8, false), RNE, -0.5), is(0, "x"));
    assert_eq!(round64(UE5M3, RNE, -0.0), is(0, "-"));
}

#[test]
fn s9_zero_to_zero_less() {
    for zero in [0.0, -0.0] {
        assert_eq!(round64(E8M0, RNE, zero), is(0xff, "v"));
        assert_eq!(round64(E8M0, sat(RNE, Saturation::Finite), zero), is(0, "v"));
        assert_eq!(round64(E8M0, sat(RNE, Saturation::Propagate), zero), is(0, "v"));
    }
    assert_eq!(within(Op::Sub, E8M0, RNE, &[0x7f, 0x7f]), is(0xff, "v"));
    let no_nan = Format::known(halfulp::Facts {
        nans: halfulp::Nans::None,
        overflow: halfulp::Overflow::Largest,
        ..E8M0.facts()
    });
    assert_eq!(round64(no_nan, RNE, 0.0), is(0, "v"));
}

#[test]
fn s10_twos_complement_floats() {
    for rounding in ROUNDINGS {
        let policy = RNE.rounding(rounding);
        assert_eq!(round64(MXINT8, policy, 3.0), is(0x7f, "ox"));
        assert_eq!(round64(MXINT8, policy, -3.0), is(0x80, "ox"));
        assert_eq!(round64(MXINT8, policy, -2.0), is(0x80, "-"));
        assert_eq!(round64(MXINT8, policy, 2.0), is(0x7f, "ox"));
        assert_eq!(round64(MXINT8, policy, f64::INFINITY), is(0x7f, "x"));
        assert_eq!(round64(MXINT8, policy, f64::NEG_INFINITY), is(0x80, "x"));
    }
    assert_eq!(round64(MXINT8, RNE, 127.49 / 64.0), is(0x7f, "x"));
    assert_eq!(round64(MXINT8, RNE, -128.5 / 64.0), is(0x80, "x"));
    assert_eq!(round64(MXINT8, RNA, -128.5 / 64.0), is(0x80, "ox"));
    assert_eq!(within(Op::Add, MXINT8, RNE, &[0x7f, 0x01]), is(0x7f, "ox"));
}

#[test]
fn s11_saturation_is_no_rounding() {
    for (name, f) in SMALL {
        for rounding in ROUNDINGS {
            let policy = RNE.rounding(rounding);
            for c in codes(&BINARY16).step_by(7) {
                let plain = convert(BINARY16, f, policy, c);
                // Out of range, infinite, or not representable at all.
                let beyond = plain.flags.contains(flags("o")) || plain.flags.contains(flags("v"));
                if beyond || !value(&BINARY16, c).is_finite() {
                    continue;
                }
                for saturation in SATURATIONS {
                    let saturated = convert(BINARY16, f, policy.saturation(saturation), c);
                    assert_eq!(saturated, plain, "{name} {c:#x} {rounding:?}");
                }
            }
        }
    }
}
