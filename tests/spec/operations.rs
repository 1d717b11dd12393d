//! O: operations.

use core::cmp::Ordering;

use halfulp::{Code, Op, Policy, Predicate, Saturation, Task, TaskError, Value, decode};

use crate::support::*;

/// Of binary16: these values' codes.
fn h(x: f64) -> Code {
    code(BINARY16, x)
}

const INF: Code = 0x7c00;
const NAN: Code = 0x7e00;
const SNAN: Code = 0x7d00;

/// One operation of binary16 under the default policy.
fn op16(op: Op, codes: &[Code]) -> halfulp::Rounded {
    within(op, BINARY16, RNE, codes)
}

#[test]
fn o1_add_sub() {
    assert_eq!(op16(Op::Add, &[h(1.5), h(2.25)]), is(h(3.75), "-"));
    assert_eq!(op16(Op::Sub, &[h(1.5), h(2.25)]), is(h(-0.75), "-"));
    assert_eq!(op16(Op::Add, &[h(2048.0), h(1.0)]), is(h(2048.0), "x"));
    for (op, a, b) in [
        (Op::Add, INF, INF | 0x8000),
        (Op::Sub, INF, INF),
        (Op::Sub, 0xfc00, 0xfc00),
    ] {
        assert_eq!(op16(op, &[a, b]), is(NAN, "v"));
    }
    assert_eq!(op16(Op::Sub, &[INF, 0xfc00]), is(INF, "-"));
    for a in codes(&E4M3FN) {
        for b in codes(&E4M3FN) {
            let sub = within(Op::Sub, E4M3FN, RDN, &[a, b]);
            assert_eq!(sub, within(Op::Add, E4M3FN, RDN, &[a, b ^ 0x80]), "{a:#x} {b:#x}");
        }
    }
    // Far apart: the lower operand decides, however small.
    assert_eq!(within(Op::Sub, BINARY16, RTZ, &[h(1.0), 1]), is(0x3bff, "x"));
    assert_eq!(within(Op::Add, BINARY16, RUP, &[h(1.0), 1]), is(0x3c01, "x"));
}

#[test]
fn o2_mul() {
    assert_eq!(op16(Op::Mul, &[h(1.5), h(-2.25)]), is(h(-3.375), "-"));
    for zero in [0, 0x8000] {
        for inf in [INF, INF | 0x8000] {
            assert_eq!(op16(Op::Mul, &[zero, inf]), is(NAN, "v"));
            assert_eq!(op16(Op::Mul, &[inf, zero]), is(NAN, "v"));
        }
    }
    // A NaN operand comes first.
    assert_eq!(op16(Op::Mul, &[NAN, 0]), is(NAN, "-"));
}

#[test]
fn o3_div() {
    assert_eq!(op16(Op::Div, &[h(1.0), h(3.0)]), is(0x3555, "x"));
    assert_eq!(op16(Op::Div, &[h(-6.0), h(3.0)]), is(h(-2.0), "-"));
    for (a, b) in [(0, 0), (0x8000, 0), (INF, INF), (INF, 0xfc00)] {
        assert_eq!(op16(Op::Div, &[a, b]), is(NAN, "v"));
    }
    assert_eq!(op16(Op::Div, &[INF, 0]), is(INF, "-"));
    assert_eq!(op16(Op::Div, &[h(-1.0), INF]), is(0x8000, "-"));
    // The table.
    let by_zero = |f, saturation| {
        let policy = RNE.saturation(saturation);
        within(Op::Div, f, policy, &[code(f, 1.0), 0])
    };
    let i8 = int(8, true);
    let [none, finite, propagate] = SATURATIONS;
    for (f, rows) in [
        (
            BINARY16,
            [(none, INF, "z"), (finite, 0x7bff, "zx"), (propagate, INF, "z")],
        ),
        (
            E4M3FN,
            [(none, 0x7f, "zx"), (finite, 0x7e, "zx"), (propagate, 0x7f, "zx")],
        ),
        (
            E2M1,
            [(none, 0x7, "zx"), (finite, 0x7, "zx"), (propagate, 0x7, "zx")],
        ),
        (
            i8,
            [(none, 0x7f, "zv"), (finite, 0x7f, "zv"), (propagate, 0x7f, "zv")],
        ),
    ] {
        for (saturation, code, letters) in rows {
            assert_eq!(by_zero(f, saturation), is(code, letters), "{f:?} {saturation:?}");
        }
    }
    let least = Policy {
        nan: halfulp::NanResult::Least,
        ..RNE
    };
    assert_eq!(within(Op::Div, i8, least, &[1, 0]), is(0x80, "zv"));
    assert_eq!(
        within(Op::Div, i8, least.saturation(Saturation::Finite), &[1, 0]),
        is(0x7f, "zv")
    );
}

#[test]
fn o4_sqrt() {
    assert_eq!(op16(Op::Sqrt, &[h(2.25)]), is(h(1.5), "-"));
    assert_eq!(op16(Op::Sqrt, &[h(2.0)]), is(0x3da8, "x"));
    assert_eq!(op16(Op::Sqrt, &[h(-1.0)]), is(NAN, "v"));
    assert_eq!(op16(Op::Sqrt, &[INF | 0x8000]), is(NAN, "v"));
    assert_eq!(op16(Op::Sqrt, &[0x8000]), is(0x8000, "-"));
    assert_eq!(op16(Op::Sqrt, &[1]), is(h(2f64.powi(-12)), "-"));
}

/// The platform's binary64 as a witness: sqrt and fma of the widest format, on operands that vary in all bits.
#[test]
fn o4_sqrt_of_binary64() {
    for i in 0..20_000u64 {
        let bits = (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1) | i & 1;
        let x = f64::from_bits(bits);
        let got = within(Op::Sqrt, BINARY64, RNE, &[bits]);
        if x.is_finite() {
            assert_eq!(got.code, x.sqrt().to_bits(), "{bits:#x}");
        }
    }
    // The closest calls: (2^53 - 1)^2 rounded, and neighbours of squares.
    for x in [
        1.0 - 2f64.powi(-53),
        1.0 + 2f64.powi(-52),
        4.0 - 2f64.powi(-51),
        2.0 - 2f64.powi(-52),
        2.0,
    ] {
        assert_eq!(
            within(Op::Sqrt, BINARY64, RNE, &[x.to_bits()]).code,
            x.sqrt().to_bits()
        );
    }
}

#[test]
fn o5_fma() {
    assert_eq!(op16(Op::Fma, &[h(1.5), h(2.0), h(0.5)]), is(h(3.5), "-"));
    // Rounded once: 4097^2 + 2^-30 in binary32.
    let b32 = |x: f32| u64::from(x.to_bits());
    let got = within(
        Op::Fma,
        BINARY32,
        RNE,
        &[b32(4097.0), b32(4097.0), b32(2f32.powi(-30))],
    );
    assert_eq!(got, is(b32(16_785_410.0), "x"));
    assert_eq!(op16(Op::Fma, &[0, INF, h(1.0)]), is(NAN, "v"));
    assert_eq!(op16(Op::Fma, &[0, INF, NAN]), is(NAN, "-"));
    assert_eq!(op16(Op::Fma, &[0, INF, SNAN]), is(NAN, "v"));
    assert_eq!(op16(Op::Fma, &[INF, h(1.0), INF | 0x8000]), is(NAN, "v"));
    assert_eq!(
        op16(Op::Fma, &[INF, h(-1.0), INF | 0x8000]),
        is(INF | 0x8000, "-")
    );
    assert_eq!(op16(Op::Fma, &[h(1.0), h(1.0), INF]), is(INF, "-"));
    assert_eq!(op16(Op::Fma, &[0, h(1.0), h(3.0)]), is(h(3.0), "-"));
    assert_eq!(op16(Op::Fma, &[h(3.0), h(1.0), 0x8000]), is(h(3.0), "-"));
    // No overflow on the way.
    assert_eq!(
        op16(Op::Fma, &[h(65504.0), h(2.0), h(-65504.0)]),
        is(h(65504.0), "-")
    );
}

#[test]
fn o5_fma_of_binary64() {
    let word = |i: u64| halfulp::noise::word(5, i);
    for i in 0..30_000u64 {
        // Exponents close enough that the sum cancels or reaches into the product's last bits.
        let near =
            |bits: u64, span: u64| (bits & 0x800f_ffff_ffff_ffff) | (1023 - span / 2 + bits % span) << 52;
        let (a, b) = (near(word(3 * i), 8), near(word(3 * i + 1), 8));
        let c = near(word(3 * i + 2), [8, 120, 250][i as usize % 3]);
        let [x, y, z] = [a, b, c].map(f64::from_bits);
        let got = within(Op::Fma, BINARY64, RNE, &[a, b, c]);
        assert_eq!(got.code, x.mul_add(y, z).to_bits(), "{a:#x} {b:#x} {c:#x}");
    }
    // A product just past a power of two less almost the same: all 106 bits count.
    let x = 1.0 + 2f64.powi(-52);
    let got = within(
        Op::Fma,
        BINARY64,
        RNE,
        &[x.to_bits(), x.to_bits(), (-(1.0 + 2f64.powi(-51))).to_bits()],
    );
    assert_eq!(got, is(2f64.powi(-104).to_bits(), "-"));
}

#[test]
fn o6_remainder() {
    for (x, y, rest) in [
        (5.0, 3.0, -1.0),
        (4.5, 3.0, -1.5),
        (1.5, 3.0, 1.5),
        (7.5, 3.0, 1.5),
        (-5.0, 3.0, 1.0),
        (7.0, -2.0, -1.0),
    ] {
        assert_eq!(op16(Op::Remainder, &[h(x), h(y)]), is(h(rest), "-"), "{x} {y}");
    }
    for (x, y) in [(INF, h(1.0)), (h(1.0), 0), (0, 0x8000), (INF, INF)] {
        assert_eq!(op16(Op::Remainder, &[x, y]), is(NAN, "v"));
    }
    assert_eq!(op16(Op::Remainder, &[h(5.0), 0xfc00]), is(h(5.0), "-"));
    // Huge quotients, exactly: 65504 modulo 3 2^-24.
    assert_eq!(op16(Op::Remainder, &[h(65504.0), 3]), is(0x8001, "-"));
    let max = f64::MAX.to_bits();
    // 2^971 (2^53 - 1) modulo 3 2^-1074: 2^odd is 2 modulo 3, and 2^53 - 1 is 1.
    assert_eq!(
        within(Op::Remainder, BINARY64, RNE, &[max, 3]),
        is(1 | 1 << 63, "-")
    );
    for x in codes(&E5M2) {
        for y in codes(&E5M2) {
            assert!(
                !within(Op::Remainder, E5M2, RNE, &[x, y])
                    .flags
                    .contains(flags("x")),
                "always exact"
            );
        }
    }
}

#[test]
fn o7_negate_abs_copysign() {
    for (f, sign) in [(E4M3FN, 0x80), (E5M2, 0x80), (E2M1, 0x8), (BINARY16, 0x8000)] {
        for c in codes(&f) {
            assert_eq!(
                within(Op::Negate, f, RNE, &[c]),
                is(c ^ sign, "-"),
                "{f:?} {c:#x}"
            );
            assert_eq!(within(Op::Abs, f, RNE, &[c]), is(c & !sign, "-"));
            assert_eq!(within(Op::CopySign, f, RNE, &[c, sign]), is(c | sign, "-"));
            assert_eq!(within(Op::CopySign, f, RNE, &[c, 1]), is(c & !sign, "-"));
        }
        let nan = f.nan().unwrap_or(0);
        assert_eq!(within(Op::CopySign, f, RNE, &[1, nan | sign]), is(1 | sign, "-"));
    }
    // The only NaN keeps its code, zero its lack of a sign.
    for op in [Op::Negate, Op::Abs] {
        assert_eq!(within(op, E4M3FNUZ, RNE, &[0x80]), is(0x80, "-"));
        assert_eq!(within(op, E4M3FNUZ, RNE, &[0x00]), is(0x00, "-"));
    }
    assert_eq!(within(Op::CopySign, E4M3FNUZ, RNE, &[0x01, 0x80]), is(0x01, "-"));
    assert_eq!(within(Op::CopySign, E4M3FNUZ, RNE, &[0x80, 0x81]), is(0x80, "-"));
    // Elsewhere the value's sign changes, and the result is rounded.
    assert_eq!(within(Op::Negate, UE5M3, RNE, &[code(UE5M3, 2.0)]), is(0xff, "v"));
    assert_eq!(within(Op::Negate, MXINT8, RNE, &[0x80]), is(0x7f, "ox"));
    assert_eq!(within(Op::Negate, int(8, true), RNE, &[0x80]), is(0x7f, "v"));
    assert_eq!(within(Op::Abs, MXINT8, RNE, &[0xff]), is(0x01, "-"));
    let task = Task {
        result: E2M1,
        ..Task::within(Op::Negate, BINARY16)
    };
    assert_eq!(run(&task, &[h(2.75)]), is(0xd, "x"));
    assert_eq!(run(&task, &[SNAN]), is(0x7, "v"));
}

fn pick(op: Op, f: halfulp::Format, a: Code, b: Code) -> Code {
    let (x, y) = (value(&f, a), value(&f, b));
    let by_value = |x: f64, y: f64| x.total_cmp(&y);
    let order = match op {
        Op::Minimum | Op::Maximum | Op::MinimumNumber | Op::MaximumNumber => by_value(x, y),
        _ => by_value(x.abs(), y.abs()).then(by_value(x, y)),
    };
    let maximum = matches!(
        op,
        Op::Maximum | Op::MaximumNumber | Op::MaximumMagnitude | Op::MaximumMagnitudeNumber
    );
    if (order == Ordering::Greater) == maximum {
        a
    } else {
        b
    }
}

const PLAIN: [Op; 4] = [
    Op::Minimum,
    Op::Maximum,
    Op::MinimumMagnitude,
    Op::MaximumMagnitude,
];
const NUMBER: [Op; 4] = [
    Op::MinimumNumber,
    Op::MaximumNumber,
    Op::MinimumMagnitudeNumber,
    Op::MaximumMagnitudeNumber,
];

#[test]
fn o8_minimum_maximum() {
    let not_nan = |f: halfulp::Format| codes(&f).filter(move |&c| !value(&f, c).is_nan());
    for op in PLAIN.into_iter().chain(NUMBER) {
        for a in not_nan(E5M2) {
            for b in not_nan(E5M2) {
                assert_eq!(
                    within(op, E5M2, RNE, &[a, b]),
                    is(pick(op, E5M2, a, b), "-"),
                    "{op} {a:#x} {b:#x}"
                );
            }
        }
    }
    let one = h(1.0);
    for op in PLAIN {
        assert_eq!(op16(op, &[one, NAN]), is(NAN, "-"));
        assert_eq!(op16(op, &[NAN, one]), is(NAN, "-"));
        assert_eq!(op16(op, &[one, SNAN]), is(NAN, "v"));
        assert_eq!(op16(op, &[NAN, NAN]), is(NAN, "-"));
        assert_eq!(op16(op, &[SNAN, NAN]), is(NAN, "v"));
    }
    for op in NUMBER {
        assert_eq!(op16(op, &[one, NAN]), is(one, "-"));
        assert_eq!(op16(op, &[NAN, one]), is(one, "-"));
        assert_eq!(op16(op, &[one, SNAN]), is(one, "v"));
        assert_eq!(op16(op, &[SNAN, one]), is(one, "v"));
        assert_eq!(op16(op, &[NAN, NAN | 0x8000]), is(NAN, "-"));
        assert_eq!(op16(op, &[NAN, SNAN]), is(NAN, "v"));
    }
    // Of different formats: the value, rounded into the result's.
    let task = Task {
        operands: [BINARY16, BINARY64, BINARY16],
        result: E2M1,
        ..Task::within(Op::Maximum, E2M1)
    };
    assert_eq!(run(&task, &[h(1.0), 2.6f64.to_bits()]), is(0x5, "x"));
}

#[test]
fn o9_comparison_predicates() {
    let one_less_equal_greater = [
        (h(1.0), h(2.0)),
        (h(2.0), h(2.0)),
        (h(2.0), h(1.0)),
        (h(1.0), NAN),
    ];
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
            assert_eq!(
                op16(op, &[a, b]),
                is(want, if invalid { "v" } else { "-" }),
                "{name}"
            );
        }
        assert_eq!(op16(op, &[SNAN, h(1.0)]).flags, flags("v"), "{name}");
        assert_eq!(op16(op, &[0, 0x8000]).code, holds[1], "{name}: zeros are equal");
    }
    // Of different formats.
    let less = |from: [halfulp::Format; 3], a, b| {
        run(
            &Task {
                op: Op::Compare(Predicate::LESS),
                operands: from,
                result: E2M1,
                policy: RNE,
            },
            &[a, b],
        )
        .code
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
        if c & 0x80 != 0 {
            -1 - (c & 0x7f) as i64
        } else {
            c as i64
        }
    };
    for a in codes(&E5M2) {
        for b in codes(&E5M2) {
            let want = u64::from(rank(a) <= rank(b));
            assert_eq!(
                within(Op::TotalOrder, E5M2, RNE, &[a, b]),
                is(want, "-"),
                "{a:#x} {b:#x}"
            );
            let want = u64::from(rank(a & 0x7f) <= rank(b & 0x7f));
            assert_eq!(
                within(Op::TotalOrderMagnitude, E5M2, RNE, &[a, b]),
                is(want, "-"),
                "{a:#x} {b:#x}"
            );
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
        for (policy, want) in [
            (RNE, rne),
            (RNA, rna),
            (RTZ, rtz),
            (RUP, rup),
            (RDN, rdn),
            (ODD, odd),
        ] {
            assert_eq!(to(policy, x), is(h(want), "x"), "{x} {policy:?}");
            assert_eq!(
                within(Op::RoundToIntegral, BINARY16, policy, &[h(x)]),
                is(h(want), "-")
            );
        }
    }
    for x in [0.0, -0.0, 1.0, -2048.0, 65504.0] {
        assert_eq!(to(RUP, x), is(h(x), "-"));
    }
    assert_eq!(op16(Op::RoundToIntegral, &[INF]), is(INF, "-"));
    // The integer's parity, not the code's: 1.5 of e5m2 lies between 1 (0x3c, even) and 2 (0x40, even).
    assert_eq!(
        within(Op::RoundToIntegral, E5M2, RNE, &[code(E5M2, 1.5)]),
        is(code(E5M2, 2.0), "-")
    );
    // 16 is beyond e3m4, and overflows as anything does.
    let fifteen = code(E3M4, 15.5);
    assert_eq!(
        within(Op::RoundToIntegralExact, E3M4, RNE, &[fifteen]),
        is(0x70, "ox")
    );
    assert_eq!(within(Op::RoundToIntegral, E3M4, RNE, &[fifteen]), is(0x70, "o"));
    assert_eq!(
        within(Op::RoundToIntegral, E3M4, RTZ, &[fifteen]),
        is(code(E3M4, 15.0), "-")
    );
    let saturating = RNE.saturation(Saturation::Finite);
    assert_eq!(
        within(Op::RoundToIntegralExact, E3M4, saturating, &[fifteen]),
        is(fifteen, "ox")
    );
}

#[test]
fn o12_next_up_next_down() {
    for f in [
        E5M2,
        E4M3FN,
        E4M3FNUZ,
        E2M1,
        UE5M3,
        MXINT8,
        p3109(6, 3, true, true),
        p3109(5, 1, true, false),
    ] {
        let mut values: Vec<f64> = codes(&f)
            .map(|c| value(&f, c))
            .filter(|x| x.is_finite())
            .collect();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a == b);
        for pair in values.windows(2) {
            let [low, high] = [pair[0], pair[1]].map(|x| code(f, x));
            let (up, down) = (
                within(Op::NextUp, f, RNE, &[low]),
                within(Op::NextDown, f, RNE, &[high]),
            );
            assert_eq!(
                (value(&f, up.code), up.flags),
                (pair[1], flags("-")),
                "{f:?} {low:#x}"
            );
            assert_eq!(
                (value(&f, down.code), down.flags),
                (pair[0], flags("-")),
                "{f:?} {high:#x}"
            );
        }
    }
    // Around zero and at the ends.
    let up = |f, c| within(Op::NextUp, f, RNE, &[c]);
    let down = |f, c| within(Op::NextDown, f, RNE, &[c]);
    assert_eq!((up(E5M2, 0x81), down(E5M2, 0x01)), (is(0x80, "-"), is(0x00, "-")));
    assert_eq!(
        (up(E4M3FNUZ, 0x81), up(E5M2, 0x80)),
        (is(0x00, "-"), is(0x01, "-"))
    );
    assert_eq!(
        (down(E5M2, 0x00), down(E5M2, 0x80)),
        (is(0x81, "-"), is(0x81, "-"))
    );
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
    assert_eq!(
        within(Op::NextUp, E5M2, RNE.saturation(Saturation::Finite), &[0x7b]),
        is(0x7b, "-")
    );
    assert_eq!(
        (up(MXINT8, 0x7f), down(MXINT8, 0x80)),
        (is(0x7f, "-"), is(0x80, "-"))
    );
    assert_eq!(
        (down(UE5M3, 0x00), down(E8M0, 0x00)),
        (is(0xff, "v"), is(0xff, "v"))
    );
    assert_eq!(
        (up(E8M0, 0x00), down(E8M0, 0x01), up(E8M0, 0xfe)),
        (is(0x01, "-"), is(0x00, "-"), is(0xff, "-"))
    );
    assert_eq!(op16(Op::NextUp, &[SNAN]), is(NAN, "v"));
    let flush = Policy {
        flush_results: true,
        flush_operands: true,
        ..RNE
    };
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
    let task = Task {
        operands: [BINARY16, int(64, true), BINARY16],
        ..Task::within(Op::ScaleB, BINARY16)
    };
    assert_eq!(run(&task, &[h(1.0), i64::MIN as u64]), is(0, "ux"));
    let task = Task {
        operands: [BINARY16, int(64, false), BINARY16],
        ..task
    };
    assert_eq!(run(&task, &[h(1.0), u64::MAX]), is(INF, "ox"));
}

#[test]
fn o14_log_b() {
    for (x, want) in [
        (1.0, 0.0),
        (1.99, 0.0),
        (2.0, 1.0),
        (0.75, -1.0),
        (-12.0, 3.0),
        (65504.0, 15.0),
    ] {
        assert_eq!(
            op16(Op::LogB, &[round64(BINARY16, RNE, x).code]),
            is(h(want), "-"),
            "{x}"
        );
    }
    assert_eq!(op16(Op::LogB, &[1]), is(h(-24.0), "-"), "of a subnormal too");
    assert_eq!(op16(Op::LogB, &[0x8000]), is(0xfc00, "z"));
    assert_eq!(op16(Op::LogB, &[0xfc00]), is(INF, "-"));
    let task = Task {
        result: int(32, true),
        ..Task::within(Op::LogB, BINARY16)
    };
    assert_eq!(run(&task, &[h(0.75)]), is(0xffff_ffff, "-"));
    assert_eq!(run(&task, &[0]), is(0x7fff_ffff, "zv"));
    assert_eq!(run(&task, &[INF]), is(0x7fff_ffff, "v"));
    assert_eq!(run(&task, &[NAN]), is(0x7fff_ffff, "v"));
    // Rounded like anything: -133 needs eight bits.
    let task = Task {
        result: E4M3FN,
        ..Task::within(Op::LogB, BFLOAT16)
    };
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
        assert_eq!(
            class == 6 || class == 5,
            matches!(decode(&E5M2, c), Value::Zero { .. })
        );
        assert_eq!(
            class == 9 || class == 2,
            matches!(decode(&E5M2, c), Value::Infinite { .. })
        );
    }
}

#[test]
fn o16_which_tasks_have_a_meaning() {
    let i64s = int(64, true);
    let check = |op, a, b, result| {
        Task {
            op,
            operands: [a, b, a],
            result,
            policy: RNE,
        }
        .check()
    };
    let f = BINARY16;
    for op in [
        Op::Add,
        Op::Mul,
        Op::Sqrt,
        Op::Fma,
        Op::Negate,
        Op::Minimum,
        Op::LogB,
    ] {
        assert_eq!(
            check(op, i64s, i64s, f),
            Err(TaskError::OperandTooPrecise),
            "{op}"
        );
        assert_eq!(check(op, f, f, i64s), Err(TaskError::ResultTooPrecise), "{op}");
        assert_eq!(check(op, f, f, int(53, true)), Ok(()), "{op}");
    }
    for op in [
        Op::Convert,
        Op::Compare(Predicate::LESS),
        Op::TotalOrder,
        Op::Class,
    ] {
        assert_eq!(check(op, i64s, i64s, f), Ok(()), "{op}");
        assert_eq!(check(op, i64s, i64s, i64s), Ok(()), "{op}");
    }
    for op in [
        Op::NextUp,
        Op::NextDown,
        Op::RoundToIntegral,
        Op::RoundToIntegralExact,
    ] {
        assert_eq!(check(op, f, f, BFLOAT16), Err(TaskError::FormatsDiffer), "{op}");
        assert_eq!(check(op, f, f, f), Ok(()), "{op}");
    }
    assert_eq!(check(Op::ScaleB, f, f, f), Err(TaskError::PowerNotInteger));
    assert_eq!(check(Op::ScaleB, f, i64s, f), Ok(()));
    assert_eq!(
        check(Op::ConvertToInteger, f, f, f),
        Err(TaskError::ResultNotInteger)
    );
    assert_eq!(check(Op::ConvertToInteger, f, f, i64s), Ok(()));
    // The second operand of a unary operation does not count.
    assert_eq!(check(Op::Sqrt, f, i64s, f), Ok(()));
    // Formats that differ in one fact are different.
    let other = halfulp::Format::known(halfulp::Facts {
        nans: halfulp::Nans::Top(2),
        ..E4M3FN.facts()
    });
    assert_eq!(
        check(Op::NextUp, E4M3FN, E4M3FN, other),
        Err(TaskError::FormatsDiffer)
    );
}
