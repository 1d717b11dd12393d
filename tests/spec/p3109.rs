//! P: P3109's operations, by both of its versions.

mod saturation;

use halfulp::{Code, Format, NanResult, Op, Policy, Rounded, Rounding, Saturation, Standard, Task};

use crate::support::*;

const V4: Policy = RNE.standard(Standard::P3109V4_0);
const JULY: Policy = RNE.standard(Standard::P3109July2026);
const VERSIONS: [Policy; 2] = [V4, JULY];

const SE: Format = p3109(8, 4, true, true);
const SF: Format = p3109(8, 4, true, false);
const UE: Format = p3109(8, 4, false, true);
const UF: Format = p3109(8, 4, false, false);
const NAN: Code = 0x80;
const INF: Code = 0x7f;
const NEG_INF: Code = 0xff;

/// An operation whose operands and result each have a format.
fn mixed(op: Op, policy: Policy, operands: [Format; 2], result: Format, codes: &[Code]) -> Rounded {
    let [a, b] = operands;
    run(&Task::new(op, [a, b, a], result).with_policy(policy), codes)
}

#[test]
fn p1_which_p3109() {
    assert_eq!(Policy::IEEE.standard, Standard::Ieee754);
    assert_eq!(Policy::default(), Policy::IEEE);
    for (name, standard) in [("p3109-v4.0", Standard::P3109V4_0), ("p3109-2026-07", Standard::P3109July2026)]
    {
        assert_eq!((name.parse(), standard.is_p3109()), (Ok(standard), true));
    }
    assert!("p3109".parse::<Standard>().is_err(), "a draft is named with its version");
    // Within the range they, and the default, give the same numbers.
    for x in [0.1, 1.0, -3.3, 224.0, 2f64.powi(-12)] {
        for policy in VERSIONS {
            for rounding in ROUNDINGS {
                let (by_p3109, plain) =
                    (round64(SE, policy.rounding(rounding), x), round64(SE, RNE.rounding(rounding), x));
                assert_eq!(by_p3109.code, plain.code, "{x} {rounding}");
            }
        }
    }
}

#[test]
fn p2_values() {
    for policy in VERSIONS {
        for (f, minus_zero, nan) in [
            (BINARY16, 0x8000, 0x7e00),
            (BFLOAT16, 0x8000, 0x7fc0),
            (BINARY32, 1 << 31, 0x7fc0_0000),
            (BINARY64, 1 << 63, 0x7ff8 << 48),
        ] {
            // Minus zero as operand is zero, and none results.
            assert_eq!(within(Op::Negate, f, policy, &[0]), is(0, "-"));
            assert_eq!(within(Op::Add, f, policy, &[minus_zero, minus_zero]), is(0, "-"));
            assert_eq!(within(Op::CopySign, f, policy, &[code(f, 2.0), minus_zero]), is(code(f, 2.0), "-"));
            assert_eq!(within(Op::TotalOrder, f, policy, &[0, minus_zero]).code, 1);
            assert_eq!(within(Op::Class, f, policy, &[minus_zero]).code, 6);
            let down = policy.rounding(Rounding::TowardNegative);
            assert_eq!(within(Op::Sub, f, down, &[minus_zero, minus_zero]), is(0, "-"));
            // A negative result that rounds to zero.
            let smallest = minus_zero | 1;
            assert_eq!(within(Op::Mul, f, policy, &[smallest, 1]), is(0, "-"));
            // Signalling, negative, with payload: one NaN.
            for other in [nan + 1, minus_zero | nan, (nan + 1) ^ (nan & (1 << (f.precision() - 2)))] {
                assert_eq!(within(Op::Convert, f, policy, &[other]), is(nan, "-"), "{other:x}");
                assert_eq!(within(Op::Negate, f, policy, &[other]), is(nan, "-"), "{other:x}");
                assert_eq!(within(Op::Class, f, policy, &[other]).code, 1);
            }
        }
        assert_eq!(round64(SE, policy, f64::NAN), is(NAN, "-"));
        assert_eq!(round64(UE, policy, -0.0), is(0, "-"));
    }
}

#[test]
fn p3_no_flags() {
    let one = code(SE, 1.0);
    for policy in VERSIONS {
        for saturation in SATURATIONS {
            let policy = policy.saturation(saturation);
            for (op, codes) in [
                (Op::Div, vec![one, 0]),
                (Op::Sqrt, vec![0xff - 1]),
                (Op::Add, vec![0x7e, 0x7e]),
                (Op::Mul, vec![1, 1]),
                (Op::Add, vec![one, 1]),
                (Op::LogB, vec![0]),
                ("signalling_less".parse().unwrap(), vec![one, NAN]),
            ] {
                assert_eq!(within(op, SE, policy, &codes).flags, flags("-"), "{op}");
                assert_ne!(within(op, SE, RNE, &codes).flags, flags("-"), "{op}");
            }
            assert_eq!(round64(E2M1, policy, f64::NAN).flags, flags("-"));
            assert_eq!(round64(int(8, true), policy, 1e9).flags, flags("-"));
        }
    }
}

#[test]
fn p5_division() {
    let (one, two) = (code(SE, 1.0), code(SE, 2.0));
    for policy in VERSIONS {
        for a in [0, one, 0x80 | two, INF, NEG_INF, NAN] {
            assert_eq!(within(Op::Div, SE, policy, &[a, 0]), is(NAN, "-"), "{a:x}");
            assert_eq!(within(Op::Div, SE, policy.saturation(Saturation::Finite), &[a, 0]), is(NAN, "-"));
        }
        assert_eq!(within(Op::Div, SE, policy, &[0x80 | one, INF]), is(0, "-"));
        assert_eq!(within(Op::Div, SE, policy, &[INF, NEG_INF]), is(NAN, "-"));
        assert_eq!(within(Op::Div, SE, policy, &[NEG_INF, two]), is(NEG_INF, "-"));
        assert_eq!(within(Op::Div, SE, policy, &[one, two]), is(code(SE, 0.5), "-"));
        assert_eq!(within(Op::Div, BINARY32, policy, &[1, 1 << 31]), is(0x7fc0_0000, "-"));
    }
    // IEEE 754's answers under the default.
    assert_eq!(within(Op::Div, SE, RNE, &[one, 0]), is(INF, "i"));
    assert_eq!(within(Op::Div, SE, RNE, &[INF, 0]), is(INF, "-"));
}

#[test]
fn p6_negate_abs_copysign() {
    let (one, minus_one) = (code(SE, 1.0), code(SE, -1.0));
    for policy in VERSIONS {
        let finite = policy.saturation(Saturation::Finite);
        assert_eq!(within(Op::Negate, SE, policy, &[INF]), is(NEG_INF, "-"));
        assert_eq!(within(Op::Negate, SE, finite, &[INF]), is(0xfe, "-"));
        assert_eq!(within(Op::Abs, SE, finite, &[NEG_INF]), is(0x7e, "-"));
        assert_eq!(within(Op::Negate, SE, policy, &[0]), is(0, "-"));
        assert_eq!(within(Op::Negate, SE, policy, &[NAN]), is(NAN, "-"));
        assert_eq!(within(Op::CopySign, SE, policy, &[minus_one, 0]), is(one, "-"));
        assert_eq!(within(Op::CopySign, SE, policy, &[one, NEG_INF]), is(minus_one, "-"));
        assert_eq!(within(Op::CopySign, SE, policy, &[one, NAN]), is(NAN, "-"));
        assert_eq!(within(Op::CopySign, SE, finite, &[INF, minus_one]), is(0xfe, "-"));
        let one = code(UE, 1.0);
        assert_eq!(within(Op::Negate, UE, policy, &[one]), is(0xff, "-"));
        assert_eq!(within(Op::Negate, UE, policy.rounding(Rounding::TowardZero), &[one]), is(0, "-"));
        assert_eq!(within(Op::Negate, UE, finite, &[one]), is(0, "-"));
    }
    assert_eq!(within(Op::CopySign, SE, RNE, &[minus_one, NAN]), is(one, "-"), "by IEEE 754");
}

#[test]
fn p7_total_order() {
    for policy in VERSIONS {
        let order = |a, b| within(Op::TotalOrder, SE, policy, &[a, b]).code == 1;
        let key = |c| if c == NAN { f64::NEG_INFINITY } else { value(&SE, c).clamp(-1e9, 1e9) };
        for a in codes(&SE) {
            for b in codes(&SE) {
                assert_eq!(order(a, b), key(a) <= key(b), "{a:x} {b:x}");
            }
        }
        let across = |a, b| mixed(Op::TotalOrder, policy, [SE, BINARY16], SE, &[a, b]).code;
        assert_eq!((across(NAN, 0x7e01), across(NAN, 0xfc00), across(NEG_INF, 0xfe00)), (1, 1, 0));
        let magnitude = |a, b| within(Op::TotalOrderMagnitude, SE, policy, &[a, b]).code;
        assert_eq!((magnitude(NAN, 0), magnitude(NEG_INF, INF), magnitude(0x81, 0)), (1, 1, 0));
    }
    assert_eq!(within(Op::TotalOrder, SE, RNE, &[NAN, 0]).code, 0, "by IEEE 754");
}

#[test]
fn p8_neighbours() {
    for policy in VERSIONS {
        for saturation in SATURATIONS {
            let next = |op, f, c| within(op, f, policy.saturation(saturation), &[c]);
            for (f, nan, up, down) in [
                (
                    SE,
                    NAN,
                    vec![(INF, NAN), (0x7e, INF), (NEG_INF, 0xfe), (0x81, 0), (0, 1)],
                    vec![(NEG_INF, NAN), (0xfe, NEG_INF), (INF, 0x7e), (0, 0x81), (1, 0)],
                ),
                (SF, NAN, vec![(0x7f, NAN), (0xff, 0xfe)], vec![(0xff, NAN), (0x7f, 0x7e)]),
                (UE, 0xff, vec![(0xfe, 0xff), (0xfd, 0xfe)], vec![(0, 0xff), (1, 0), (0xfe, 0xfd)]),
                (UF, 0xff, vec![(0xfe, 0xff), (0, 1)], vec![(0, 0xff), (0xfe, 0xfd)]),
                (BINARY16, 0x7e00, vec![(0x8001, 0), (0x8000, 1), (0x7c00, 0x7e00)], vec![(0, 0x8001)]),
            ] {
                for (op, pairs) in [(Op::NextUp, up), (Op::NextDown, down)] {
                    assert_eq!(next(op, f, nan), is(nan, "-"));
                    for (from, to) in pairs {
                        assert_eq!(next(op, f, from), is(to, "-"), "{op} {from:x}");
                    }
                }
            }
        }
    }
    // All of a format in a row, from end to end.
    let mut row = vec![NEG_INF];
    while let Some(last) = row.last().copied().filter(|c| *c != NAN) {
        row.push(within(Op::NextUp, SE, V4, &[last]).code);
    }
    assert_eq!(row.len(), 256);
    assert_eq!(within(Op::NextUp, SE, RNE, &[INF]), is(INF, "-"), "by IEEE 754");
}

#[test]
fn p9_class() {
    for policy in VERSIONS {
        let class = |f, c| within(Op::Class, f, policy, &[c]).code;
        let of_se = [NAN, NEG_INF, 0xfe, 0x81, 0, 1, 0x7e, INF].map(|c| class(SE, c));
        assert_eq!(of_se, [1, 2, 3, 4, 6, 7, 8, 9]);
        assert_eq!([0x7c01, 0xfe00, 0x8000, 0x8001].map(|c| class(BINARY16, c)), [1, 1, 6, 4]);
    }
}

#[test]
fn p10_what_p3109_does_not_have() {
    // Finite is what has no infinities: e4m3fn, whose overflow is NaN by IEEE 754's rules, too.
    assert_eq!((round64(E4M3FN, V4, 1e9), round64(E4M3FN, JULY, -1e9)), (is(0x7e, "-"), is(0x7f, "-")));
    assert_eq!((round64(E5M2, V4, 1e9), round64(E5M2, JULY, -1e9)), (is(0x7c, "-"), is(0xfc, "-")));
    let zero = |policy: Policy, nan| policy.nan(nan);
    assert_eq!(round64(E2M1, V4, 1e9), is(7, "-"));
    assert_eq!(round64(E2M1, zero(JULY, NanResult::Least), 1e9), is(0xf, "-"));
    assert_eq!(round64(E2M1, zero(JULY, NanResult::NegativeZero), f64::NAN), is(0, "-"));
    for policy in VERSIONS {
        // Integers as ever.
        let least = policy.nan(NanResult::Least);
        assert_eq!(round64(int(8, true), least, 300.0), is(0x80, "-"));
        assert_eq!(round64(int(8, true), policy, 2.5), is(2, "-"));
        assert_eq!(round64(int(8, false), policy.saturation(Saturation::Finite), -3.0), is(0, "-"));
        // Without a zero.
        assert_eq!((round64(E8M0, policy, 0.0), round64(E8M0, policy, 1e-300)), (is(0xff, "-"), is(0, "-")));
        assert_eq!(round64(E8M0, policy.rounding(Rounding::TowardZero), 0.0), is(0, "-"));
        // IEEE 754's operations.
        assert_eq!(within(Op::RoundToIntegralExact, SE, policy, &[code(SE, -0.25)]), is(0, "-"));
        assert_eq!(within(Op::LogB, SE, policy, &[0]), is(NEG_INF, "-"));
        let flushed = policy.flush_operands(true).flush_results(true);
        assert_eq!(within(Op::Add, BINARY16, flushed, &[0x8001, 0x8001]), is(0, "-"));
        assert_eq!(within(Op::Div, SE, flushed, &[code(SE, 1.0), 1]), is(NAN, "-"), "by a zero");
    }
}
