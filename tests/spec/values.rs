//! V: values, NaNs and zeros.

use halfulp::{Format, NanResult, Op, Task, Value, decode};

use crate::support::*;

#[test]
fn v1_canonical_nan() {
    let nan = |f: &Format| f.nan();
    assert_eq!(nan(&E5M2), Some(0x7e));
    assert_eq!(nan(&E4M3), Some(0x7c));
    assert_eq!(nan(&BINARY16), Some(0x7e00));
    assert_eq!(nan(&BINARY32), Some(0x7fc0_0000));
    assert_eq!(nan(&BINARY64), Some(0x7ff8_0000_0000_0000));
    assert_eq!((nan(&E4M3FN), nan(&UE5M3), nan(&E8M0)), (Some(0x7f), Some(0xff), Some(0xff)));
    assert_eq!((nan(&E4M3FNUZ), nan(&p3109(6, 3, true, true))), (Some(0x80), Some(0x20)));
    assert_eq!(nan(&p3109(6, 3, false, true)), Some(0x3f));
    assert_eq!((nan(&E2M1), nan(&MXINT8)), (None, None));
    // Two infinities' difference is it.
    assert_eq!(within(Op::Sub, E5M2, RNE, &[0x7c, 0x7c]), is(0x7e, "v"));
}

const ARITHMETIC: [Op; 7] =
    [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Remainder, Op::Minimum, Op::MaximumMagnitude];

#[test]
fn v2_a_nan_operand_gives_nan() {
    for (_, f) in SMALL {
        let Some(nan) = f.nan() else { continue };
        for quiet in codes(&f).filter(|&c| matches!(decode(&f, c), Value::Nan(n) if !n.signalling)) {
            for other in codes(&f).filter(|&c| !matches!(decode(&f, c), Value::Nan(n) if n.signalling)) {
                for op in ARITHMETIC {
                    assert_eq!(
                        within(op, f, RNE, &[quiet, other]),
                        is(nan, "-"),
                        "{op} {f:?} {quiet:#x} {other:#x}"
                    );
                    assert_eq!(
                        within(op, f, RNE, &[other, quiet]),
                        is(nan, "-"),
                        "{op} {f:?} {other:#x} {quiet:#x}"
                    );
                }
            }
            for op in [Op::Sqrt, Op::RoundToIntegral, Op::NextUp, Op::LogB, Op::Convert] {
                assert_eq!(within(op, f, RNE, &[quiet]), is(nan, "-"), "{op} {f:?} {quiet:#x}");
            }
        }
    }
    // Payload and sign are gone.
    assert_eq!(within(Op::Add, BINARY16, RNE, &[0xfe12, 0x3c00]), is(0x7e00, "-"));
}

#[test]
fn v3_signalling_nans() {
    let signalling = |f: &Format| -> Vec<u64> {
        codes(f).filter(|&c| matches!(decode(f, c), Value::Nan(n) if n.signalling)).collect()
    };
    assert_eq!(signalling(&E5M2), [0x7d, 0xfd]);
    assert_eq!(signalling(&E4M3), [0x79, 0x7a, 0x7b, 0xf9, 0xfa, 0xfb]);
    assert_eq!(signalling(&BINARY16).len(), 2 * 511);
    for f in [
        E4M3FN,
        E3M4FN,
        E4M3FNUZ,
        UE5M3,
        E8M0,
        p3109(6, 3, true, true),
        p3109(6, 3, false, true),
        ieee(6, 2, 7),
    ] {
        assert_eq!(signalling(&f), [], "{f:?}");
    }
    let one = code(E5M2, 1.0);
    for op in ARITHMETIC {
        assert_eq!(within(op, E5M2, RNE, &[0x7d, one]), is(0x7e, "v"), "{op}");
        assert_eq!(within(op, E5M2, RNE, &[one, 0xfd]), is(0x7e, "v"), "{op}");
        assert_eq!(within(op, E5M2, RNE, &[0x7e, 0xfd]), is(0x7e, "v"), "{op}");
    }
    for op in [
        Op::Sqrt,
        Op::RoundToIntegral,
        Op::RoundToIntegralExact,
        Op::NextUp,
        Op::NextDown,
        Op::LogB,
        Op::Convert,
    ] {
        assert_eq!(within(op, E5M2, RNE, &[0x7d]), is(0x7e, "v"), "{op}");
    }
    assert_eq!(within(Op::ScaleB, E5M2, RNE, &[0x7d, 3]), is(0x7e, "v"));
    for codes in [[0x7d, one, one], [one, 0x7d, one], [one, one, 0x7d], [0x7e, 0x7e, 0x7d]] {
        assert_eq!(within(Op::Fma, E5M2, RNE, &codes), is(0x7e, "v"));
    }
    // O7, O10 and O15 look at the representation only.
    assert_eq!(within(Op::Negate, E5M2, RNE, &[0x7d]), is(0xfd, "-"));
    assert_eq!(within(Op::Class, E5M2, RNE, &[0x7d]), is(0, "-"));
    assert_eq!(within(Op::TotalOrder, E5M2, RNE, &[0x7d, one]), is(0, "-"));
}

#[test]
fn v4_nan_to_a_format_without_one() {
    let results = [NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];
    let unsigned = Format::known(halfulp::Facts {
        nans: halfulp::Nans::None,
        overflow: halfulp::Overflow::Largest,
        ..UE5M3.facts()
    });
    let zeroless = Format::known(halfulp::Facts { subnormals: false, ..unsigned.facts() });
    for (f, want) in [
        (E2M1, [0x7, 0xf, 0x0, 0x8]),
        (E3M2, [0x1f, 0x3f, 0x00, 0x20]),
        (MXINT8, [0x7f, 0x80, 0x00, 0x00]),
        (int(8, true), [0x7f, 0x80, 0x00, 0x00]),
        (int(8, false), [0xff, 0x00, 0x00, 0x00]),
        (unsigned, [0xff, 0x00, 0x00, 0x00]),
        (zeroless, [0xff, 0x00, 0x00, 0x00]),
    ] {
        for (nan, code) in results.into_iter().zip(want) {
            for saturation in SATURATIONS {
                let policy = RNE.saturation(saturation).nan(nan);
                assert_eq!(round64(f, policy, f64::NAN), is(code, "v"), "{f:?} {nan:?} {saturation:?}");
            }
        }
    }
    assert_eq!(within(Op::Div, E2M1, RNE, &[0, 0]), is(0x7, "v"));
}

#[test]
fn v5_zero_without_a_sign() {
    for f in [
        E4M3FNUZ,
        UE5M3,
        MXINT8,
        int(8, true),
        int(8, false),
        p3109(8, 4, true, true),
        p3109(8, 4, false, true),
    ] {
        assert_eq!(round64(f, RNE, -0.0), is(0, "-"), "{f:?}");
        assert_eq!(round64(f, RDN, 0.0), is(0, "-"), "{f:?}");
    }
    assert_eq!(round64(E4M3FN, RNE, -0.0), is(0x80, "-"));
    // A negative that underflows to zero, too.
    assert_eq!(round64(E4M3FNUZ, RTZ, -1e-9), is(0, "ux"));
    assert_eq!(within(Op::Mul, E4M3FNUZ, RNE, &[0x81, 0x01]), is(0, "ux"));
}

#[test]
fn v6_sign_of_a_zero_sum() {
    let one = code(E4M3FN, 1.0);
    let minus = one | 0x80;
    for policy in [RNE, RNA, RTZ, RUP, ODD] {
        assert_eq!(within(Op::Add, E4M3FN, policy, &[one, minus]), is(0, "-"));
        assert_eq!(within(Op::Sub, E4M3FN, policy, &[one, one]), is(0, "-"));
        assert_eq!(within(Op::Add, E4M3FN, policy, &[0x00, 0x80]), is(0, "-"));
        assert_eq!(within(Op::Sub, E4M3FN, policy, &[0x80, 0x80]), is(0, "-"));
        assert_eq!(within(Op::Fma, E4M3FN, policy, &[one, one, minus]), is(0, "-"));
        assert_eq!(within(Op::Fma, E4M3FN, policy, &[one, 0x00, 0x80]), is(0, "-"));
    }
    assert_eq!(within(Op::Add, E4M3FN, RDN, &[one, minus]), is(0x80, "-"));
    assert_eq!(within(Op::Sub, E4M3FN, RDN, &[one, one]), is(0x80, "-"));
    assert_eq!(within(Op::Add, E4M3FN, RDN, &[0x80, 0x00]), is(0x80, "-"));
    assert_eq!(within(Op::Fma, E4M3FN, RDN, &[one, one, minus]), is(0x80, "-"));
    assert_eq!(within(Op::Fma, E4M3FN, RDN, &[one, 0x00, 0x80]), is(0x80, "-"));
    for policy in [RNE, RDN] {
        assert_eq!(within(Op::Add, E4M3FN, policy, &[0x00, 0x00]), is(0x00, "-"));
        assert_eq!(within(Op::Add, E4M3FN, policy, &[0x80, 0x80]), is(0x80, "-"));
        assert_eq!(within(Op::Fma, E4M3FN, policy, &[one, 0x80, 0x80]), is(0x80, "-"));
    }
}

#[test]
fn v7_sign_of_other_zeros() {
    let (plus, minus, one, tiny) = (0x00, 0x80, code(E4M3FN, 1.0), 0x01);
    for (op, a, b, want) in [
        (Op::Mul, plus, one, plus),
        (Op::Mul, minus, one, minus),
        (Op::Mul, minus, one | 0x80, plus),
        (Op::Mul, plus, minus, minus),
        (Op::Div, plus, one | 0x80, minus),
        (Op::Div, minus, one | 0x80, plus),
        (Op::Remainder, one, one, plus),
        (Op::Remainder, one | 0x80, one, minus),
        (Op::Remainder, one | 0x80, one | 0x80, minus),
        (Op::Remainder, minus, one, minus),
    ] {
        for policy in [RNE, RUP, RDN] {
            assert_eq!(within(op, E4M3FN, policy, &[a, b]), is(want, "-"), "{op} {a:#x} {b:#x}");
        }
    }
    assert_eq!(within(Op::Mul, E4M3FN, RNE, &[tiny, tiny | 0x80]), is(minus, "ux"));
    assert_eq!(within(Op::Mul, E4M3FN, RNE, &[tiny | 0x80, tiny | 0x80]), is(plus, "ux"));
    assert_eq!(within(Op::Sqrt, E4M3FN, RNE, &[minus]), is(minus, "-"));
    assert_eq!(within(Op::RoundToIntegral, E4M3FN, RNE, &[tiny | 0x80]), is(minus, "-"));
    assert_eq!(convert(E4M3FN, E5M2, RNE, minus), is(0x80, "-"));
    // Within the infinity's format a quotient by it is an exact zero.
    assert_eq!(within(Op::Div, E5M2, RNE, &[0xbc, 0x7c]), is(0x80, "-"));
}

#[test]
fn v8_infinities() {
    let (inf, minus, one) = (0x7c, 0xfc, code(E5M2, 1.0));
    for policy in [RNE, RTZ, RUP, RDN, ODD] {
        for (op, a, b, want) in [
            (Op::Add, inf, one, inf),
            (Op::Add, minus, minus, minus),
            (Op::Sub, one, inf, minus),
            (Op::Mul, inf, one | 0x80, minus),
            (Op::Div, inf, one, inf),
            (Op::Remainder, one, inf, one),
        ] {
            assert_eq!(within(op, E5M2, policy, &[a, b]), is(want, "-"), "{op} {policy:?}");
        }
        assert_eq!(within(Op::Fma, E5M2, policy, &[inf, one, one]), is(inf, "-"));
        assert_eq!(within(Op::Fma, E5M2, policy, &[one, one, minus]), is(minus, "-"));
        assert_eq!(within(Op::Sqrt, E5M2, policy, &[inf]), is(inf, "-"));
        let task = Task::within(Op::Convert, E5M2).with_result(BINARY16);
        assert_eq!(run(&task.with_policy(policy), &[minus]), is(0xfc00, "-"));
    }
}
