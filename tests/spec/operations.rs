//! O1 to O8: arithmetic, sign operations, minimum and maximum.

use core::cmp::Ordering;

use halfulp::{Code, Op, Saturation, Task};

use crate::support::*;

/// Of binary16: these values' codes.
pub fn h(x: f64) -> Code {
    code(BINARY16, x)
}

pub const INF: Code = 0x7c00;
pub const NAN: Code = 0x7e00;
pub const SNAN: Code = 0x7d00;

/// One operation of binary16 under the default policy.
pub fn op16(op: Op, codes: &[Code]) -> halfulp::Rounded {
    within(op, BINARY16, RNE, codes)
}

#[test]
fn o1_add_sub() {
    assert_eq!(op16(Op::Add, &[h(1.5), h(2.25)]), is(h(3.75), "-"));
    assert_eq!(op16(Op::Sub, &[h(1.5), h(2.25)]), is(h(-0.75), "-"));
    assert_eq!(op16(Op::Add, &[h(2048.0), h(1.0)]), is(h(2048.0), "x"));
    for (op, a, b) in [(Op::Add, INF, INF | 0x8000), (Op::Sub, INF, INF), (Op::Sub, 0xfc00, 0xfc00)] {
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
    // However far: 1 - 2^-1000 toward zero is the number below 1.
    let [one, trace] = [1.0, -(2f64.powi(-1000))].map(f64::to_bits);
    let below = is(1.0f64.to_bits() - 1, "x");
    assert_eq!(within(Op::Add, BINARY64, RTZ, &[one, trace]), below);
    assert_eq!(within(Op::Fma, BINARY64, RTZ, &[one, one, trace]), below);
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
        (BINARY16, [(none, INF, "i"), (finite, 0x7bff, "ix"), (propagate, INF, "i")]),
        (E4M3FN, [(none, 0x7f, "ix"), (finite, 0x7e, "ix"), (propagate, 0x7f, "ix")]),
        (E2M1, [(none, 0x7, "ix"), (finite, 0x7, "ix"), (propagate, 0x7, "ix")]),
        (i8, [(none, 0x7f, "iv"), (finite, 0x7f, "iv"), (propagate, 0x7f, "iv")]),
    ] {
        for (saturation, code, letters) in rows {
            assert_eq!(by_zero(f, saturation), is(code, letters), "{f:?} {saturation:?}");
        }
    }
    let least = RNE.nan(halfulp::NanResult::Least);
    assert_eq!(within(Op::Div, i8, least, &[1, 0]), is(0x80, "iv"));
    assert_eq!(within(Op::Div, i8, least.saturation(Saturation::Finite), &[1, 0]), is(0x7f, "iv"));
    // The closest call: 2^-106 above a value of binary64.
    let closest = [0x4338_fd8f_d8fd_8f87, 0x433f_ffff_ffff_ff97];
    let value = 0x3fe8_fd8f_d8fd_8fd9;
    assert_eq!(within(Op::Div, BINARY64, RTZ, &closest), is(value, "x"));
    assert_eq!(within(Op::Div, BINARY64, RUP, &closest), is(value + 1, "x"));
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
    for x in [1.0 - 2f64.powi(-53), 1.0 + 2f64.powi(-52), 4.0 - 2f64.powi(-51), 2.0 - 2f64.powi(-52), 2.0] {
        assert_eq!(within(Op::Sqrt, BINARY64, RNE, &[x.to_bits()]).code, x.sqrt().to_bits());
    }
    // 2^-107 below a value, and 2^-106 above a middle.
    let below = 0x3fef_ffff_ffff_fffe;
    assert_eq!(within(Op::Sqrt, BINARY64, RTZ, &[below]), is(below, "x"));
    assert_eq!(within(Op::Sqrt, BINARY64, RUP, &[below]), is(below + 1, "x"));
    let above = 0x46a5_b953_4497_2fe2;
    assert_eq!(within(Op::Sqrt, BINARY64, RNE, &[above]), is(0x434a_5db1_ce4c_605b, "x"));
}

#[test]
fn o5_fma() {
    assert_eq!(op16(Op::Fma, &[h(1.5), h(2.0), h(0.5)]), is(h(3.5), "-"));
    // Rounded once: 4097^2 + 2^-30 in binary32.
    let b32 = |x: f32| u64::from(x.to_bits());
    let got = within(Op::Fma, BINARY32, RNE, &[b32(4097.0), b32(4097.0), b32(2f32.powi(-30))]);
    assert_eq!(got, is(b32(16_785_410.0), "x"));
    assert_eq!(op16(Op::Fma, &[0, INF, h(1.0)]), is(NAN, "v"));
    assert_eq!(op16(Op::Fma, &[0, INF, NAN]), is(NAN, "-"));
    assert_eq!(op16(Op::Fma, &[0, INF, SNAN]), is(NAN, "v"));
    assert_eq!(op16(Op::Fma, &[INF, h(1.0), INF | 0x8000]), is(NAN, "v"));
    assert_eq!(op16(Op::Fma, &[INF, h(-1.0), INF | 0x8000]), is(INF | 0x8000, "-"));
    assert_eq!(op16(Op::Fma, &[h(1.0), h(1.0), INF]), is(INF, "-"));
    assert_eq!(op16(Op::Fma, &[0, h(1.0), h(3.0)]), is(h(3.0), "-"));
    assert_eq!(op16(Op::Fma, &[h(3.0), h(1.0), 0x8000]), is(h(3.0), "-"));
    // No overflow on the way.
    assert_eq!(op16(Op::Fma, &[h(65504.0), h(2.0), h(-65504.0)]), is(h(65504.0), "-"));
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
    let got =
        within(Op::Fma, BINARY64, RNE, &[x.to_bits(), x.to_bits(), (-(1.0 + 2f64.powi(-51))).to_bits()]);
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
    assert_eq!(within(Op::Remainder, BINARY64, RNE, &[max, 3]), is(1 | 1 << 63, "-"));
    for x in codes(&E5M2) {
        for y in codes(&E5M2) {
            assert!(!within(Op::Remainder, E5M2, RNE, &[x, y]).flags.contains(flags("x")), "always exact");
        }
    }
}

#[test]
fn o7_negate_abs_copysign() {
    for (f, sign) in [(E4M3FN, 0x80), (E5M2, 0x80), (E2M1, 0x8), (BINARY16, 0x8000)] {
        for c in codes(&f) {
            assert_eq!(within(Op::Negate, f, RNE, &[c]), is(c ^ sign, "-"), "{f:?} {c:#x}");
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
    let task = Task::within(Op::Negate, BINARY16).with_result(E2M1);
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
    let maximum =
        matches!(op, Op::Maximum | Op::MaximumNumber | Op::MaximumMagnitude | Op::MaximumMagnitudeNumber);
    if (order == Ordering::Greater) == maximum { a } else { b }
}

const PLAIN: [Op; 4] = [Op::Minimum, Op::Maximum, Op::MinimumMagnitude, Op::MaximumMagnitude];
const NUMBER: [Op; 4] =
    [Op::MinimumNumber, Op::MaximumNumber, Op::MinimumMagnitudeNumber, Op::MaximumMagnitudeNumber];

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
    let task =
        Task::within(Op::Maximum, E2M1).with_operands([BINARY16, BINARY64, BINARY16]).with_result(E2M1);
    assert_eq!(run(&task, &[h(1.0), 2.6f64.to_bits()]), is(0x5, "x"));
}
