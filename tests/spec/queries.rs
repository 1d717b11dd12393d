//! O9 to O16: comparison, order, integral values, neighbours, exponents, classes, and tasks without a meaning.

use halfulp::{Code, Op, Policy, Predicate, Saturation, Task, TaskError, Value, decode};

use super::operations::{INF, NAN, SNAN, h, op16};
use crate::support::*;

#[test]
fn o9_comparison_predicates() {
    let one_less_equal_greater = [(h(1.0), h(2.0)), (h(2.0), h(2.0)), (h(2.0), h(1.0)), (h(1.0), NAN)];
    // Name, then whether it holds for less, equal, greater, unordered.
    let table = [
        ("equal", [0, 1, 0, 0]),
        ("not_equal", [1, 0, 1, 1]),
        ("less", [1, 0, 0, 0]),
        ("less_equal", [1, 1, 0, 0]),
        ("greater", [0, 0, 1, 0]),
        ("greater_equal", [0, 1, 1, 0]),
        ("unordered", [0, 0, 0, 1]),
        ("ordered", [1, 1, 1, 0]),
        ("not_less", [0, 1, 1, 1]),
        ("not_greater", [1, 1, 0, 1]),
        ("less_unordered", [1, 0, 0, 1]),
        ("greater_unordered", [0, 0, 1, 1]),
        ("signalling_equal", [0, 1, 0, 0]),
        ("signalling_not_equal", [1, 0, 1, 1]),
        ("signalling_less", [1, 0, 0, 0]),
        ("signalling_less_equal", [1, 1, 0, 0]),
        ("signalling_greater", [0, 0, 1, 0]),
        ("signalling_greater_equal", [0, 1, 1, 0]),
        ("signalling_not_less", [0, 1, 1, 1]),
        ("signalling_not_greater", [1, 1, 0, 1]),
        ("signalling_less_unordered", [1, 0, 0, 1]),
        ("signalling_greater_unordered", [0, 0, 1, 1]),
    ];
    assert_eq!(table.len(), Predicate::ALL.len());
    for (name, holds) in table {
        let op: Op = name.parse().expect("a predicate's name");
        let signalling = name.starts_with("signalling");
        for ((a, b), want) in one_less_equal_greater.into_iter().zip(holds) {
            let invalid = b == NAN && signalling;
            assert_eq!(op16(op, &[a, b]), is(want, if invalid { "v" } else { "-" }), "{name}");
        }
        assert_eq!(op16(op, &[SNAN, h(1.0)]).flags, flags("v"), "{name}");
        for zeros in [[0, 0x8000], [0x8000, 0]] {
            assert_eq!(op16(op, &zeros).code, holds[1], "{name}: zeros are equal");
        }
    }
    // Of different formats.
    let less = |from: [halfulp::Format; 3], a, b| {
        run(&Task::new(Op::Compare(Predicate::LESS), from, E2M1).with_policy(RNE), &[a, b]).code
    };
    let (u64s, i64s) = (int(64, false), int(64, true));
    assert_eq!(less([u64s, BINARY64, E2M1], u64::MAX, 2f64.powi(64).to_bits()), 1);
    assert_eq!(less([i64s, u64s, E2M1], u64::MAX, 0), 1, "-1 < 0");
    assert_eq!(less([u64s, i64s, E2M1], u64::MAX, i64::MAX as u64), 0);
}

/// The codes of e5m2 in total order: its bits as a sign-magnitude integer, signalling NaNs before quiet ones.
#[test]
fn o10_total_order() {
    let rank = |c: Code| {
        if c & 0x80 != 0 { -1 - (c & 0x7f) as i64 } else { c as i64 }
    };
    for a in codes(&E5M2) {
        for b in codes(&E5M2) {
            let want = u64::from(rank(a) <= rank(b));
            assert_eq!(within(Op::TotalOrder, E5M2, RNE, &[a, b]), is(want, "-"), "{a:#x} {b:#x}");
            let want = u64::from(rank(a & 0x7f) <= rank(b & 0x7f));
            assert_eq!(within(Op::TotalOrderMagnitude, E5M2, RNE, &[a, b]), is(want, "-"), "{a:#x} {b:#x}");
        }
    }
    // The one NaN of fnuz formats lies above everything.
    for a in codes(&E4M3FNUZ).filter(|&c| c != 0x80) {
        assert_eq!(within(Op::TotalOrder, E4M3FNUZ, RNE, &[a, 0x80]), is(1, "-"));
        assert_eq!(within(Op::TotalOrder, E4M3FNUZ, RNE, &[0x80, a]), is(0, "-"));
    }
    let se = p3109(8, 4, true, true);
    assert_eq!(within(Op::TotalOrder, se, RNE, &[0x7f, 0x80]), is(1, "-"));
    // Larger payloads are further out; a signalling NaN's first bit counts before them.
    assert_eq!(op16(Op::TotalOrder, &[0x7dff, 0x7e00]), is(1, "-"));
    assert_eq!(op16(Op::TotalOrder, &[0x7c02, 0x7c01]), is(0, "-"));
}

#[test]
fn o11_rounding_to_integral() {
    let to = |policy: Policy, x: f64| within(Op::RoundToIntegralExact, BINARY16, policy, &[h(x)]);
    for (x, rne, rna, rtz, rup, rdn, odd) in [
        (2.5, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0),
        (3.5, 4.0, 4.0, 3.0, 4.0, 3.0, 3.0),
        (-2.5, -2.0, -3.0, -2.0, -2.0, -3.0, -3.0),
        (0.5, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0),
        (-0.25, -0.0, -0.0, -0.0, -0.0, -1.0, -1.0),
        (1.75, 2.0, 2.0, 1.0, 2.0, 1.0, 1.0),
    ] {
        for (policy, want) in [(RNE, rne), (RNA, rna), (RTZ, rtz), (RUP, rup), (RDN, rdn), (ODD, odd)] {
            assert_eq!(to(policy, x), is(h(want), "x"), "{x} {policy:?}");
            assert_eq!(within(Op::RoundToIntegral, BINARY16, policy, &[h(x)]), is(h(want), "-"));
        }
    }
    for x in [0.0, -0.0, 1.0, -2048.0, 65504.0] {
        assert_eq!(to(RUP, x), is(h(x), "-"));
    }
    assert_eq!(op16(Op::RoundToIntegral, &[INF]), is(INF, "-"));
    // The integer's parity, not the code's: 1.5 of e5m2 lies between 1 (0x3c, even) and 2 (0x40, even).
    assert_eq!(within(Op::RoundToIntegral, E5M2, RNE, &[code(E5M2, 1.5)]), is(code(E5M2, 2.0), "-"));
    // 16 is beyond e3m4-ieee, and overflows as anything does.
    let fifteen = code(E3M4, 15.5);
    assert_eq!(within(Op::RoundToIntegralExact, E3M4, RNE, &[fifteen]), is(0x70, "ox"));
    assert_eq!(within(Op::RoundToIntegral, E3M4, RNE, &[fifteen]), is(0x70, "o"));
    assert_eq!(within(Op::RoundToIntegral, E3M4, RTZ, &[fifteen]), is(code(E3M4, 15.0), "-"));
    let saturating = RNE.saturation(Saturation::Finite);
    assert_eq!(within(Op::RoundToIntegralExact, E3M4, saturating, &[fifteen]), is(fifteen, "ox"));
}

#[test]
fn o12_next_up_next_down() {
    for f in [E5M2, E4M3FN, E4M3FNUZ, E2M1, UE5M3, MXINT8, p3109(6, 3, true, true), p3109(5, 1, true, false)]
    {
        let mut values: Vec<f64> = codes(&f).map(|c| value(&f, c)).filter(|x| x.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a == b);
        for pair in values.windows(2) {
            let [low, high] = [pair[0], pair[1]].map(|x| code(f, x));
            let (up, down) = (within(Op::NextUp, f, RNE, &[low]), within(Op::NextDown, f, RNE, &[high]));
            assert_eq!((value(&f, up.code), up.flags), (pair[1], flags("-")), "{f:?} {low:#x}");
            assert_eq!((value(&f, down.code), down.flags), (pair[0], flags("-")), "{f:?} {high:#x}");
        }
    }
    // Around zero and at the ends.
    let up = |f, c| within(Op::NextUp, f, RNE, &[c]);
    let down = |f, c| within(Op::NextDown, f, RNE, &[c]);
    assert_eq!((up(E5M2, 0x81), down(E5M2, 0x01)), (is(0x80, "-"), is(0x00, "-")));
    assert_eq!((up(E4M3FNUZ, 0x81), up(E5M2, 0x80)), (is(0x00, "-"), is(0x01, "-")));
    assert_eq!((down(E5M2, 0x00), down(E5M2, 0x80)), (is(0x81, "-"), is(0x81, "-")));
    assert_eq!(
        (up(E5M2, 0x7b), up(E5M2, 0x7c), up(E5M2, 0xfc)),
        (is(0x7c, "-"), is(0x7c, "-"), is(0xfb, "-"))
    );
    assert_eq!(
        (down(E5M2, 0xfb), down(E5M2, 0xfc), down(E5M2, 0x7c)),
        (is(0xfc, "-"), is(0xfc, "-"), is(0x7b, "-"))
    );
    assert_eq!(
        (up(E4M3FN, 0x7e), up(E2M1, 0x7), down(E2M1, 0xf)),
        (is(0x7f, "-"), is(0x7, "-"), is(0xf, "-"))
    );
    assert_eq!(within(Op::NextUp, E5M2, RNE.saturation(Saturation::Finite), &[0x7b]), is(0x7b, "-"));
    assert_eq!((up(MXINT8, 0x7f), down(MXINT8, 0x80)), (is(0x7f, "-"), is(0x80, "-")));
    assert_eq!((down(UE5M3, 0x00), down(E8M0, 0x00)), (is(0xff, "v"), is(0xff, "v")));
    assert_eq!(
        (up(E8M0, 0x00), down(E8M0, 0x01), up(E8M0, 0xfe)),
        (is(0x01, "-"), is(0x00, "-"), is(0xff, "-"))
    );
    assert_eq!(op16(Op::NextUp, &[SNAN]), is(NAN, "v"));
    let flush = RNE.flush_operands(true).flush_results(true);
    assert_eq!(within(Op::NextUp, E5M2, flush, &[0x02]), is(0x03, "-"));
}

#[test]
fn o13_scale_b() {
    let by =
        |x: Code, n: i64, policy: Policy| within(Op::ScaleB, BINARY16, policy, &[x, n as u64 & 0xffff_ffff]);
    assert_eq!(by(h(1.5), 3, RNE), is(h(12.0), "-"));
    assert_eq!(by(h(-1.5), -2, RNE), is(h(-0.375), "-"));
    assert_eq!(by(h(1.5), -24, RNE), is(2, "ux"));
    assert_eq!(by(h(1.5), 0, RNE), is(h(1.5), "-"));
    for n in [100, i32::MAX as i64] {
        assert_eq!(by(h(-1.5), n, RNE), is(0xfc00, "ox"));
        assert_eq!(by(h(1.5), -n, RNE), is(0, "ux"));
        assert_eq!(by(h(1.5), -n, RUP), is(1, "ux"));
    }
    assert_eq!(by(1, i32::MIN as i64, RNE), is(0, "ux"));
    assert_eq!(by(0x8000, 100, RNE), is(0x8000, "-"));
    assert_eq!(by(INF, -100, RNE), is(INF, "-"));
    // The smallest to the largest binade and back, exactly.
    assert_eq!(by(1, 39, RNE), is(h(32768.0), "-"));
    assert_eq!(by(h(32768.0), -39, RNE), is(1, "-"));
    // The power may be of any width.
    let task = Task::within(Op::ScaleB, BINARY16).with_operands([BINARY16, int(64, true), BINARY16]);
    assert_eq!(run(&task, &[h(1.0), i64::MIN as u64]), is(0, "ux"));
    let task = task.with_operands([BINARY16, int(64, false), BINARY16]);
    assert_eq!(run(&task, &[h(1.0), u64::MAX]), is(INF, "ox"));
}

#[test]
fn o14_log_b() {
    for (x, want) in [(1.0, 0.0), (1.99, 0.0), (2.0, 1.0), (0.75, -1.0), (-12.0, 3.0), (65504.0, 15.0)] {
        assert_eq!(op16(Op::LogB, &[round64(BINARY16, RNE, x).code]), is(h(want), "-"), "{x}");
    }
    assert_eq!(op16(Op::LogB, &[1]), is(h(-24.0), "-"), "of a subnormal too");
    assert_eq!(op16(Op::LogB, &[0x8000]), is(0xfc00, "i"));
    assert_eq!(op16(Op::LogB, &[0xfc00]), is(INF, "-"));
    let task = Task::within(Op::LogB, BINARY16).with_result(int(32, true));
    assert_eq!(run(&task, &[h(0.75)]), is(0xffff_ffff, "-"));
    assert_eq!(run(&task, &[0]), is(0x7fff_ffff, "iv"));
    assert_eq!(run(&task, &[INF]), is(0x7fff_ffff, "v"));
    assert_eq!(run(&task, &[NAN]), is(0x7fff_ffff, "v"));
    // Rounded like anything: -133 needs eight bits.
    let task = Task::within(Op::LogB, BFLOAT16).with_result(E4M3FN);
    assert_eq!(run(&task, &[1]), is(code(E4M3FN, -128.0), "x"));
}

#[test]
fn o15_class() {
    let classes = [
        (SNAN, 0),
        (NAN, 1),
        (INF | 0x8000, 2),
        (h(-1.0), 3),
        (0x8001, 4),
        (0x8000, 5),
        (0x0000, 6),
        (0x03ff, 7),
        (0x0400, 8),
        (INF, 9),
    ];
    for (c, class) in classes {
        assert_eq!(op16(Op::Class, &[c]), is(class, "-"), "{c:#x}");
    }
    for (f, c, class) in [
        (E4M3FN, 0x7f, 1),
        (E4M3FNUZ, 0x80, 1),
        (E8M0, 0x00, 8),
        (MXINT8, 0x01, 8),
        (MXINT8, 0x80, 3),
        (UE5M3, 0x01, 7),
    ] {
        assert_eq!(within(Op::Class, f, RNE, &[c]), is(class, "-"), "{f:?} {c:#x}");
    }
    for c in codes(&E5M2) {
        let class = within(Op::Class, E5M2, RNE, &[c]).code;
        assert_eq!(class == 6 || class == 5, matches!(decode(&E5M2, c), Value::Zero { .. }));
        assert_eq!(class == 9 || class == 2, matches!(decode(&E5M2, c), Value::Infinite { .. }));
    }
}

#[test]
fn o16_which_tasks_have_a_meaning() {
    let i64s = int(64, true);
    let check = |op, a, b, result| Task::new(op, [a, b, a], result).with_policy(RNE).check();
    let f = BINARY16;
    for op in [Op::Add, Op::Mul, Op::Sqrt, Op::Fma, Op::Negate, Op::Minimum, Op::LogB] {
        assert_eq!(check(op, i64s, i64s, f), Err(TaskError::OperandTooPrecise), "{op}");
        assert_eq!(check(op, f, f, i64s), Err(TaskError::ResultTooPrecise), "{op}");
        assert_eq!(check(op, f, f, int(53, true)), Ok(()), "{op}");
    }
    for op in [Op::Convert, Op::Compare(Predicate::LESS), Op::TotalOrder, Op::Class] {
        assert_eq!(check(op, i64s, i64s, f), Ok(()), "{op}");
        assert_eq!(check(op, i64s, i64s, i64s), Ok(()), "{op}");
    }
    for op in [Op::NextUp, Op::NextDown, Op::RoundToIntegral, Op::RoundToIntegralExact] {
        assert_eq!(check(op, f, f, BFLOAT16), Err(TaskError::FormatsDiffer), "{op}");
        assert_eq!(check(op, f, f, f), Ok(()), "{op}");
    }
    assert_eq!(check(Op::ScaleB, f, f, f), Err(TaskError::PowerNotInteger));
    assert_eq!(check(Op::ScaleB, f, i64s, f), Ok(()));
    assert_eq!(check(Op::ConvertToInteger, f, f, f), Err(TaskError::ResultNotInteger));
    assert_eq!(check(Op::ConvertToInteger, f, f, i64s), Ok(()));
    // The second operand of a unary operation does not count.
    assert_eq!(check(Op::Sqrt, f, i64s, f), Ok(()));
    // Formats that differ in one fact are different.
    let other = halfulp::Format::known(halfulp::Facts { nans: halfulp::Nans::Top(2), ..E4M3FN.facts() });
    assert_eq!(check(Op::NextUp, E4M3FN, E4M3FN, other), Err(TaskError::FormatsDiffer));
}
