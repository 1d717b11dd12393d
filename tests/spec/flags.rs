//! T: flags, tininess, flushing.

use halfulp::{Flags, Op, Policy, Saturation, Stochastic, Task, Tininess};

use crate::support::*;

const BEFORE: Policy = RNE.tininess(Tininess::Before);
const FLUSH: Policy = RNE.flush_results(true);
const DAZ: Policy = RNE.flush_operands(true);

#[test]
fn t1_flags() {
    let one_by_one =
        [Flags::INEXACT, Flags::UNDERFLOW, Flags::OVERFLOW, Flags::DIVIDE_BY_ZERO, Flags::INVALID];
    for (i, flag) in one_by_one.into_iter().enumerate() {
        assert_eq!(flag.bits(), 1 << i);
        assert_eq!(Flags::from_bits(1 << i), Some(flag));
        assert!(Flags::ALL.contains(flag) && !Flags::NONE.contains(flag));
        assert_eq!(Flags::ALL.without(flag).bits(), 31 - (1 << i));
        assert_eq!((flag.when(true), flag.when(false)), (flag, Flags::NONE));
    }
    assert_eq!(Flags::from_bits(32), None);
    assert_eq!(Flags::from_bits(31), Some(Flags::ALL));
    assert_eq!((flags("vioux").bits(), flags("ox").bits()), (31, 5));
    assert_eq!(format!("{} {}", flags("ox"), flags("vi")), "..o.x vi...");
    assert!(!flags("ox").contains(flags("ou")));
    // Nothing sticks from one operation to the next.
    assert_eq!(within(Op::Add, E4M3FN, RNE, &[0x7e, 0x7e]), is(0x7f, "ox"));
    assert_eq!(within(Op::Add, E4M3FN, RNE, &[0x38, 0x38]), is(0x40, "-"));
}

#[test]
fn t2_inexact() {
    for policy in [RNE, RTZ, RUP, ODD] {
        assert_eq!(round64(E4M3FN, policy, 1.125), is(0x39, "-"));
        assert!(round64(E4M3FN, policy, 1.126).flags == flags("x"));
    }
    // A tail only: a third is never exact, nor the root of two.
    let (one, two, three) = (code(BINARY32, 1.0), code(BINARY32, 2.0), code(BINARY32, 3.0));
    assert_eq!(within(Op::Div, BINARY32, RTZ, &[one, three]).flags, flags("x"));
    assert_eq!(within(Op::Sqrt, BINARY32, RTZ, &[two]).flags, flags("x"));
    assert_eq!(within(Op::Fma, BINARY32, RTZ, &[one, one, 1]), is(one, "x"));
    assert_eq!(within(Op::Add, BINARY32, RTZ, &[one, 1]), is(one, "x"));
    assert_eq!(round64(E4M3FN, RNE, f64::INFINITY).flags, flags("x"));
    assert_eq!(round64(UE5M3, RNE, -1.5e-3).flags, flags("v"));
}

#[test]
fn t3_tiny() {
    // binary16 has 2^-14 as its smallest normal value; 2^-14 (1 - 2^-12) rounds to it on both grids, a tie on that of
    // 11 bits; 2^-14 (1 - 2^-13) is above that tie, 2^-14 (1 - 3 2^-13) below.
    let normal = 2f64.powi(-14);
    let x = |k: f64| normal * (1.0 - k * 2f64.powi(-13));
    assert_eq!(round64(BINARY16, RNE, x(1.0)), is(0x400, "x"));
    assert_eq!(
        round64(BINARY16, RNE, x(2.0)),
        is(0x400, "x"),
        "the tie goes to the even one, which is normal"
    );
    assert_eq!(round64(BINARY16, RNE, x(3.0)), is(0x400, "ux"), "to 11 bits it stays below");
    for k in [1.0, 2.0, 3.0] {
        assert_eq!(round64(BINARY16, BEFORE, x(k)), is(0x400, "ux"));
    }
    assert_eq!(round64(BINARY16, RUP, x(3.0)), is(0x400, "x"), "up, on the grid of 11 bits too");
}

#[test]
fn t3_tiny_directed() {
    // Toward positive: within one 11-bit step of the smallest normal value it rounds to it.
    let normal = 2f64.powi(-14);
    let x = |k: f64| normal * (1.0 - k * 2f64.powi(-13));
    assert_eq!(round64(BINARY16, RUP, x(4.0)), is(0x400, "ux"), "a value of 11 bits");
    assert_eq!(round64(BINARY16, RUP, x(3.999)), is(0x400, "x"));
    assert_eq!(round64(BINARY16, RTZ, x(0.001)), is(0x3ff, "ux"));
    assert_eq!(round64(BINARY16, RDN, x(0.001)), is(0x3ff, "ux"));
    assert_eq!(round64(BINARY16, RDN, -x(0.001)), is(0x8400, "x"));
    assert_eq!(round64(BINARY16, RUP, -x(0.001)), is(0x83ff, "ux"));
    assert_eq!(round64(BINARY16, ODD, x(0.001)), is(0x3ff, "ux"), "the odd one is below");
    // Stochastic: the same noise decides on both grids.
    let policy = stochastic(Stochastic::A, 4);
    let with = |noise| convert_noisy(BINARY64, BINARY16, policy, x(2.0).to_bits(), noise);
    // nu is 3/4 on the subnormals' grid and 1/2 on that of 11 bits.
    assert_eq!(with(3), is(0x3ff, "ux"));
    assert_eq!(with(4), is(0x400, "ux"));
    assert_eq!(with(7), is(0x400, "ux"));
    assert_eq!(with(8), is(0x400, "x"));
}

#[test]
fn t4_underflow() {
    // Tiny and exact raises nothing, tiny and inexact does; small but normal does not.
    assert_eq!(round64(E5M2, RNE, 2f64.powi(-16)), is(1, "-"));
    assert_eq!(round64(E5M2, BEFORE, 3.0 * 2f64.powi(-16)), is(3, "-"));
    assert_eq!(round64(E5M2, RNE, 1.25 * 2f64.powi(-15)), is(2, "ux"));
    assert_eq!(round64(E5M2, RNE, 1.1 * 2f64.powi(-14)), is(4, "x"));
    assert_eq!(round64(E5M2, FLUSH, 2f64.powi(-16)), is(0, "ux"));
}

#[test]
fn t5_nothing_is_tiny() {
    let all = BEFORE.flush_operands(true).flush_results(true);
    for policy in [RNE, BEFORE, all] {
        assert_eq!(round64(int(8, true), policy, 0.25), is(0, "x"));
        assert_eq!(round64(int(8, false), policy, 1e-300), is(0, "x"));
        assert_eq!(round64(int(8, false), policy, 1.0), is(1, "-"));
        assert_eq!(round64(MXINT8, policy, 2f64.powi(-7)), is(0, "x"));
        assert_eq!(round64(MXINT8, policy, 2f64.powi(-6)), is(1, "-"));
        assert_eq!(within(Op::Add, MXINT8, policy, &[1, 1]), is(2, "-"), "no operand is flushed");
        assert_eq!(convert(int(8, true), E4M3FN, policy, 3), is(code(E4M3FN, 3.0), "-"));
    }
}

#[test]
fn t6_invalid_stands_alone() {
    for (f, x) in [
        (UE5M3, -1.3),
        (UE5M3, -1e30),
        (E8M0, 0.0),
        (E8M0, -1e-300),
        (int(8, true), 1e30),
        (int(8, false), -1.5),
    ] {
        for rounding in ROUNDINGS {
            for saturation in SATURATIONS {
                let got = round64(f, RNE.rounding(rounding).saturation(saturation), x);
                assert_eq!(got.flags, flags("v"), "{f:?} {x} {rounding:?} {saturation:?}");
            }
        }
    }
}

#[test]
fn t7_division_by_zero() {
    let one = code(E5M2, 1.0);
    assert_eq!(within(Op::Div, E5M2, RNE, &[one, 0x00]), is(0x7c, "i"));
    assert_eq!(within(Op::Div, E5M2, RNE, &[one, 0x80]), is(0xfc, "i"));
    assert_eq!(within(Op::LogB, E5M2, RNE, &[0x80]), is(0xfc, "i"));
    for (a, b) in [(0x7c, 0x00), (0x7e, 0x00), (0x00, one)] {
        assert!(!within(Op::Div, E5M2, RNE, &[a, b]).flags.contains(flags("i")), "{a:#x} {b:#x}");
    }
    assert_eq!(within(Op::Div, E5M2, RNE, &[0x00, 0x00]), is(0x7e, "v"));
    assert_eq!(within(Op::Div, UE5M3, RNE, &[code(UE5M3, 1.0), 0]), is(0xff, "ix"));
    let task = Task::within(Op::Div, E5M2).with_result(UE5M3);
    assert_eq!(run(&task, &[one, 0x80]), is(0xff, "iv"), "minus infinity where there is no sign");
}

#[test]
fn t8_flushed_results() {
    for x in [2f64.powi(-16), 1e-300, 3.1 * 2f64.powi(-16)] {
        for rounding in ROUNDINGS {
            let policy = FLUSH.rounding(rounding);
            assert_eq!(round64(E5M2, policy, x), is(0x00, "ux"));
            assert_eq!(round64(E5M2, policy, -x), is(0x80, "ux"));
            assert_eq!(round64(E5M2FNUZ, policy, -1e-30), is(0x00, "ux"));
            assert_eq!(round64(UE5M3, policy, -1e-30), is(0x00, "ux"), "before the sign is looked at");
        }
    }
    assert_eq!(round64(E5M2, FLUSH, 2f64.powi(-14)), is(4, "-"));
    assert_eq!(round64(E5M2, FLUSH, 0.0), is(0, "-"));
    // What is tiny depends on the tininess: 0.99 of the smallest normal value rounds to it.
    let almost = 0.99 * 2f64.powi(-14);
    assert_eq!(round64(E5M2, FLUSH, almost), is(4, "x"));
    assert_eq!(round64(E5M2, BEFORE.flush_results(true), almost), is(0, "ux"));
    assert_eq!(round64(UE5M3, FLUSH, -2f64.powi(-16)), is(0, "ux"));
}

#[test]
fn t9_flushed_operands() {
    let (sub, normal, one) = (0x03, 0x04, code(E5M2, 1.0));
    assert_eq!(within(Op::Add, E5M2, DAZ, &[sub, normal]), is(normal, "-"));
    assert_eq!(within(Op::Add, E5M2, RNE, &[sub, normal]), is(0x07, "-"));
    assert_eq!(within(Op::Mul, E5M2, DAZ, &[0x83, one]), is(0x80, "-"));
    assert_eq!(within(Op::Div, E5M2, DAZ, &[one, 0x83]), is(0xfc, "i"));
    assert_eq!(within(Op::Sqrt, E5M2, DAZ, &[0x83]), is(0x80, "-"), "no longer negative");
    assert_eq!(within(Op::Fma, E5M2, DAZ, &[one, one, sub]), is(one, "-"));
    assert_eq!(within(Op::Fma, E5M2, DAZ, &[one, sub, normal]), is(normal, "-"));
    assert_eq!(within(Op::Convert, E5M2, DAZ, &[sub]), is(0, "-"));
    assert_eq!(within(Op::LogB, E5M2, DAZ, &[sub]), is(0xfc, "i"));
    assert_eq!(within(Op::Maximum, E5M2, DAZ, &[sub, 0x80]), is(0x00, "-"));
    assert_eq!(within(Op::Compare(halfulp::Predicate::EQUAL), E5M2, DAZ, &[sub, 0x80]), is(1, "-"));
    assert_eq!(within(Op::RoundToIntegralExact, E5M2, RUP.flush_operands(true), &[sub]), is(0, "-"));
    // Not these.
    assert_eq!(within(Op::Negate, E5M2, DAZ, &[sub]), is(0x83, "-"));
    assert_eq!(within(Op::Abs, E5M2, DAZ, &[0x83]), is(sub, "-"));
    assert_eq!(within(Op::CopySign, E5M2, DAZ, &[sub, 0x83]), is(0x83, "-"));
    assert_eq!(within(Op::Class, E5M2, DAZ, &[sub]), is(7, "-"));
    assert_eq!(within(Op::NextUp, E5M2, DAZ, &[sub]), is(normal, "-"));
    assert_eq!(within(Op::NextDown, E5M2, DAZ, &[normal]), is(sub, "-"));
    assert_eq!(within(Op::TotalOrder, E5M2, DAZ, &[sub, 0x00]), is(0, "-"));
    assert_eq!(within(Op::TotalOrderMagnitude, E5M2, DAZ, &[sub, 0x00]), is(0, "-"));
}

/// Over every product of two e5m2 numbers: the tininesses agree but in the place that T10 says.
#[test]
fn t10_before_against_after() {
    let mut differ = 0;
    for rounding in ROUNDINGS {
        for a in codes(&E5M2) {
            for b in codes(&E5M2) {
                let after = within(Op::Mul, E5M2, RNE.rounding(rounding), &[a, b]);
                let before = within(Op::Mul, E5M2, BEFORE.rounding(rounding), &[a, b]);
                assert_eq!(after.code, before.code);
                if after.flags != before.flags {
                    differ += 1;
                    assert_eq!((after.flags, before.flags), (flags("x"), flags("ux")), "{a:#x} {b:#x}");
                    assert_eq!(after.code & 0x7f, 0x04, "the smallest normal value");
                    let exact = value(&E5M2, a) * value(&E5M2, b);
                    assert!(exact.abs() < 2f64.powi(-14));
                }
            }
        }
    }
    assert!(differ > 0);
    let saturating = BEFORE.saturation(Saturation::Finite);
    assert_eq!(round64(E5M2, saturating, 0.99 * 2f64.powi(-14)), is(4, "ux"));
}
