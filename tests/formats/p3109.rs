//! P3109's formats: the rule on every format of 3 to 16 bits, and the published examples.

use halfulp::format::catalog::{lookup, name_of};
use halfulp::format::p3109::{self, p3109};
use halfulp::{Code, Exact, Format, Value, decode};

/// Every format of the family, with `K` and `P`.
fn family() -> impl Iterator<Item = (u32, u32, Format)> {
    (3..=16).flat_map(|k| p3109::all(k).map(move |f| (k, f.precision(), f)))
}

#[test]
fn there_are_504_of_them_and_each_has_its_name() {
    assert_eq!(family().count(), 504);
    for (_, _, f) in family() {
        let name = name_of(&f).unwrap();
        assert_eq!(lookup(&name), Ok(f), "{name}");
        assert_eq!(lookup(&name.to_uppercase()), Ok(f), "{name}");
    }
    assert_eq!(lookup("Binary8p4se").ok(), p3109(8, 4, true, true).ok());
}

#[test]
fn the_bias_follows_from_width_and_precision() {
    for (k, p, f) in family() {
        let exponent = if f.is_signed() { k - p - 1 } else { k - p };
        assert_eq!(f.facts().bias, 1 << exponent, "{f:?}");
    }
}

fn is_one(f: &Format, code: Code) -> bool {
    matches!(decode(f, code), Value::Finite(x) if !x.negative && x.significand.is_power_of_two() && x.leading_exponent() == 0)
}

#[test]
fn one_is_the_middle_code() {
    for (k, _, f) in family() {
        let middle = if f.is_signed() { 1 << (k - 2) } else { 1 << (k - 1) };
        let ones: Vec<Code> = (0..=f.code_mask()).filter(|&code| is_one(&f, code)).collect();
        assert_eq!(ones, [middle], "{f:?}");
    }
}

#[test]
fn one_zero_one_nan_and_the_infinities_in_their_places() {
    let mut codes = 0;
    for (k, _, f) in family() {
        let (top, mask) = (1 << (k - 1), f.code_mask());
        let extended = f.infinity(false).is_some();
        let nan = if f.is_signed() { top } else { mask };
        let infinities = match (f.is_signed(), extended) {
            (true, true) => vec![(top - 1, false), (mask, true)],
            (false, true) => vec![(mask - 1, false)],
            (_, false) => vec![],
        };
        assert_eq!(f.nan(), Some(nan), "{f:?}");
        for code in 0..=mask {
            codes += 1;
            let infinite = infinities.iter().find(|(inf, _)| *inf == code);
            match decode(&f, code) {
                Value::Zero { negative } => assert!(code == 0 && !negative, "{f:?} {code:#x}"),
                Value::Nan(_) => assert_eq!(code, nan, "{f:?}"),
                Value::Infinite { negative } => assert_eq!(infinite, Some(&(code, negative)), "{f:?}"),
                Value::Finite(x) => {
                    assert!(code != 0 && code != nan && infinite.is_none(), "{f:?} {code:#x}");
                    assert_eq!(x.negative, f.is_signed() && code > top, "{f:?} {code:#x}");
                }
            }
        }
    }
    // As many as P3109's published value tables have rows.
    assert_eq!(codes, 7_602_160);
}

/// A positive number as a key that grows with it.
fn key(x: Exact) -> (i32, u64) {
    (x.leading_exponent(), x.significand << x.significand.leading_zeros())
}

#[test]
fn codes_are_in_the_order_of_their_values() {
    for (_, _, f) in family() {
        let mut last = None;
        for code in 1..=f.largest(false) {
            let Value::Finite(x) = decode(&f, code) else {
                panic!("{f:?} {code:#x}");
            };
            assert!(Some(key(x)) > last, "{f:?} {code:#x}");
            last = Some(key(x));
            if f.is_signed() {
                let mirrored = Exact { negative: true, ..x };
                assert_eq!(decode(&f, code | f.top_bit()), Value::Finite(mirrored), "{f:?} {code:#x}");
            }
        }
    }
}

/// The largest finite value of a format of at most 8 bits.
fn largest(name: &str) -> f64 {
    let f = lookup(name).unwrap();
    number(&f, f.largest(false))
}

fn number(f: &Format, code: Code) -> f64 {
    match decode(f, code) {
        Value::Finite(x) => {
            let magnitude = x.significand as f64 * 2f64.powi(x.exponent);
            if x.negative { -magnitude } else { magnitude }
        }
        Value::Zero { .. } => 0.0,
        other => panic!("{other:?}"),
    }
}

/// Examples of the interim report 4.0.
#[test]
fn published_examples() {
    assert_eq!(largest("Binary8p4se"), 224.0);
    assert_eq!(largest("Binary8p4sf"), 240.0);
    assert_eq!(largest("Binary8p3se"), 49152.0);
    assert_eq!(largest("Binary8p3sf"), 57344.0);
    assert_eq!(largest("Binary4p3se"), 1.5);
    assert_eq!(largest("Binary4p4uf"), 1.75);
    assert_eq!(largest("Binary5p2ue"), 96.0);
    let small = lookup("Binary4p2sf").unwrap();
    let values: Vec<f64> = (0..8).map(|code| number(&small, code)).collect();
    assert_eq!(values, [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]);
    let powers = lookup("Binary8p1uf").unwrap();
    assert_eq!(number(&powers, 1), 2f64.powi(-127));
    assert_eq!(largest("Binary8p1uf"), 2f64.powi(126));
}

#[test]
fn nothing_outside_the_rule() {
    for (k, p, signed) in [(2, 1, true), (17, 3, true), (8, 0, true), (8, 8, true), (8, 9, false)] {
        for extended in [false, true] {
            assert!(p3109(k, p, signed, extended).is_err(), "{k} {p} {signed}");
        }
    }
    for name in ["binary8p4", "binary8p4xe", "binary8p4es", "binary+8p4se", "binaryp4se", "8p4se"] {
        assert!(p3109::parse(name).is_none(), "{name}");
    }
    // IEEE's own names are none of P3109's.
    assert_eq!(p3109::name(&lookup("binary16").unwrap()), None);
}
