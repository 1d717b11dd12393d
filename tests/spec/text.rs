//! X: text.

use halfulp::text::{decimal, hexadecimal, parse};
use halfulp::{Format, Policy, Rounded, Value, decode};

use crate::support::*;

fn read(f: Format, policy: Policy, text: &str) -> Rounded {
    parse(&f, &policy, text, 0).unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

/// Rust prints and reads binary64 exactly when asked for enough digits: a witness of our digits.
#[test]
fn x1_decimal() {
    for (f, c, text) in [
        (E4M3FN, 0x7e, "448"),
        (E4M3FN, 0x01, "0.001953125"),
        (E2M1, 0xf, "-6"),
        (E5M2, 0x80, "-0"),
        (BINARY16, 0x0001, "5.9604644775390625e-8"),
        (E8M0, 0xfe, "1.70141183460469231731687303715884105728e38"),
        (int(64, false), u64::MAX, "18446744073709551615"),
        (MXINT8, 0x80, "-2"),
    ] {
        assert_eq!(decimal(&f, c), text);
    }
    for f in [E5M2, E4M3FNUZ, BINARY16, UE5M3] {
        let step = if f.width() > 8 { 13 } else { 1 };
        for c in codes(&f).step_by(step).filter(|&c| value(&f, c).is_finite()) {
            let text = decimal(&f, c);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let witness = format!("{:.200}", value(&f, c));
            let exact: f64 = text.parse().expect("a number");
            assert_eq!(exact, value(&f, c), "{text}");
            if !text.contains('e') {
                let trimmed = witness.trim_end_matches('0').trim_end_matches('.');
                assert_eq!(text, trimmed, "{digits}");
            }
        }
    }
}

#[test]
fn x2_hexadecimal() {
    for (f, c, text) in [
        (E4M3FN, 0x54, "0x1.8p+3"),
        (E4M3FN, 0x01, "0x1p-9"),
        (E4M3FN, 0x87, "-0x1.cp-7"),
        (E5M2, 0x80, "-0x0p+0"),
        (BINARY32, 0x7f7f_ffff, "0x1.fffffep+127"),
        (E8M0, 0x00, "0x1p-127"),
        (BINARY64, 1, "0x1p-1074"),
    ] {
        assert_eq!(hexadecimal(&f, c), text);
    }
}

#[test]
fn x3_parsing() {
    assert_eq!(read(E4M3FN, RNE, "0.3"), is(0x2a, "x"));
    assert_eq!(read(E4M3FN, RUP, "0.3"), is(0x2a, "x"));
    assert_eq!(read(E4M3FN, RDN, "0.3"), is(0x29, "x"));
    assert_eq!(read(E4M3FN, RNE, "500"), is(0x7f, "ox"));
    assert_eq!(read(UE5M3, RNE, "-3"), is(0xff, "v"));
    assert_eq!(read(E4M3FN, RNE, "1e999999999999"), is(0x7f, "ox"));
    assert_eq!(read(E4M3FN, RUP, "1e-999999999999"), is(0x01, "ux"));
    // A tie, and a trace more in the thousandth digit, in both notations.
    let more = |tie: &str| format!("{tie}{}1", "0".repeat(1000));
    assert_eq!(read(E4M3FN, RNE, "1.0625"), is(0x38, "x"));
    assert_eq!(read(E4M3FN, RNE, &more("1.0625")), is(0x39, "x"));
    assert_eq!(read(E4M3FN, RNE, "0x1.1p+0"), is(0x38, "x"));
    assert_eq!(read(E4M3FN, RNE, &more("0x1.1")), is(0x39, "x"));
    assert_eq!(read(BINARY64, RNE, &more("0.")), is(0, "ux"), "no zero");
    // Integers keep more bits than any float: ties, and traces, beyond 2^63.
    let u64s = int(64, false);
    for (text, code) in [
        ("9223372036854775808.5", 1 << 63),
        ("9223372036854775809.5", (1 << 63) + 2),
        ("9223372036854775808.49", 1 << 63),
        ("9223372036854775808.75", (1 << 63) + 1),
    ] {
        assert_eq!(read(u64s, RNE, text), is(code, "x"), "{text}");
    }
    let trace = format!("9223372036854775808.5{}1", "0".repeat(30));
    assert_eq!(read(u64s, RNE, &trace), is((1 << 63) + 1, "x"));
    assert_eq!(read(u64s, RNE, "18446744073709551615.5"), is(u64::MAX, "v"), "rounds to 2^64");
    assert_eq!(read(u64s, RTZ, "18446744073709551615.5"), is(u64::MAX, "x"));
    // Rust's own correctly rounded reading of binary64 and binary32.
    for i in 0..5000u64 {
        let word = halfulp::noise::word(9, i);
        let text =
            format!("{}.{}e{}", word % 1000, word >> 20, (word >> 10) as i64 % 330 - 330 * (i as i64 % 2));
        let (wide, narrow): (f64, f32) = (text.parse().unwrap(), text.parse().unwrap());
        assert_eq!(read(BINARY64, RNE, &text).code, wide.to_bits(), "{text}");
        assert_eq!(read(BINARY32, RNE, &text).code, u64::from(narrow.to_bits()), "{text}");
    }
}

#[test]
fn x4_special_names() {
    for text in ["inf", "+inf", "Infinity", "INF"] {
        assert_eq!(read(E5M2, RNE, text), is(0x7c, "-"), "{text}");
    }
    assert_eq!(read(E5M2, RNE, "-infinity"), is(0xfc, "-"));
    assert_eq!(read(E4M3FN, RNE, "inf"), is(0x7f, "x"));
    for text in ["nan", "NaN", "-nan", "+NAN"] {
        assert_eq!(read(E5M2, RNE, text), is(0x7e, "-"), "{text}");
        assert_eq!(read(E2M1, RNE, text), is(0x7, "v"), "{text}");
    }
    assert_eq!(
        (decimal(&E5M2, 0x7c), decimal(&E5M2, 0xfc), decimal(&E5M2, 0xfd)),
        ("inf".into(), "-inf".into(), "nan".into())
    );
    assert_eq!(hexadecimal(&E4M3FN, 0xff), "nan");
    for (text, position) in
        [("", 0), ("1.5x", 3), ("infx", 0), ("--1", 1), (" 1", 0), ("1e", 2), ("0x", 2), (".", 1), ("na", 0)]
    {
        let error = parse(&E5M2, &RNE, text, 0).expect_err(text);
        assert_eq!(error.position, position, "{text:?}: {error}");
    }
}

#[test]
fn x5_round_trip() {
    let unusual = [E8M0, E3M4FN, E4M3B11FNUZ, int(8, false), p3109(5, 1, true, true)];
    for f in SMALL.into_iter().map(|(_, f)| f).chain(unusual).chain([BINARY16, BFLOAT16]) {
        let step = if f.width() > 8 { 13 } else { 1 };
        for c in codes(&f).step_by(step) {
            let want = match decode(&f, c) {
                Value::Nan(_) => f.nan().expect("a NaN"),
                _ => c,
            };
            for policy in [RNE, RDN, ODD] {
                assert_eq!(read(f, policy, &decimal(&f, c)), is(want, "-"), "{f:?} {c:#x}");
                assert_eq!(read(f, policy, &hexadecimal(&f, c)), is(want, "-"), "{f:?} {c:#x}");
            }
        }
    }
}
