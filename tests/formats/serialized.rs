//! Formats as data: written as facts, checked when read.
#![cfg(feature = "serde")]

use halfulp::format::catalog::{builtin, lookup};
use halfulp::format::p3109;
use halfulp::{
    Flags, Format, NanResult, NoiseBits, Policy, Rounding, Saturation, Standard, Stochastic, Tininess,
};

#[test]
fn formats_come_back() {
    let built_in = builtin().iter().map(|e| e.format);
    let integers = (2..=64).flat_map(|w| [Format::integer(w, true), Format::integer(w, false)]);
    for format in built_in.chain((3..=16).flat_map(p3109::all)).chain(integers.flatten()) {
        let text = serde_json::to_string(&format).unwrap();
        assert_eq!(serde_json::from_str::<Format>(&text).unwrap(), format, "{text}");
    }
}

#[test]
fn a_format_is_written_as_its_facts() {
    let text = serde_json::to_string(&lookup("e4m3fn").unwrap()).unwrap();
    let expected = r#"{"width":8,"precision":4,"bias":7,"sign":"sign-magnitude","nans":{"top":1},"overflow":"nan","subnormals":true}"#;
    assert_eq!(text, expected);
}

#[test]
fn facts_that_are_no_format_are_refused() {
    let good = serde_json::to_value(lookup("e5m2").unwrap()).unwrap();
    let refused = |key: &str, value: serde_json::Value| {
        let mut bad = good.clone();
        bad[key] = value;
        serde_json::from_value::<Format>(bad).unwrap_err().to_string()
    };
    assert_eq!(refused("width", 65.into()), "width: a number of bits from 2 to 64");
    assert_eq!(
        refused("precision", 0.into()),
        "precision: at least 1, and at most the width less the sign bit"
    );
    assert_eq!(
        refused("subnormals", false.into()),
        "subnormals: true: only an unsigned format may have neither subnormals nor zero"
    );
    assert!(refused("colour", 1.into()).starts_with("unknown field `colour`"));
}

#[test]
fn policies_come_back() {
    let stochastic = Rounding::Stochastic { variant: Stochastic::C, bits: NoiseBits::known(12) };
    for rounding in [Rounding::NearestAway, Rounding::ToOdd, stochastic] {
        let policy = Policy::IEEE
            .standard(Standard::P3109July2026)
            .rounding(rounding)
            .saturation(Saturation::Propagate)
            .tininess(Tininess::Before)
            .flush_operands(true)
            .flush_results(true)
            .nan(NanResult::NegativeZero);
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy, "{text}");
    }
    for &standard in Standard::ALL {
        let text = serde_json::to_string(&standard).unwrap();
        assert_eq!(text, format!("\"{standard}\""));
        assert_eq!(serde_json::from_str::<Standard>(&text).unwrap(), standard);
    }
    assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::IEEE);
    for bits in [0, 33, 64, 255] {
        let text = format!(r#"{{"rounding":{{"stochastic":{{"variant":"a","bits":{bits}}}}}}}"#);
        let wrong = serde_json::from_str::<Policy>(&text).unwrap_err().to_string();
        let expected = format!("\"{bits}\" is not a number of noise bits: expected 1 to 32");
        assert!(wrong.starts_with(&expected), "{wrong}");
    }
    let flags = Flags::INEXACT | Flags::OVERFLOW;
    let text = serde_json::to_string(&flags).unwrap();
    assert_eq!(serde_json::from_str::<Flags>(&text).unwrap(), flags);
    let wrong = serde_json::from_str::<Flags>("32").unwrap_err().to_string();
    assert_eq!(wrong, "32 is not a byte of flags: expected 0 to 31");
}

/// An unknown key of a policy was once ignored: a misspelt rounding was nearest-even.
#[test]
fn unknown_keys_are_refused() {
    for (text, key) in [
        (r#"{"roundin":"toward-zero"}"#, "roundin"),
        (r#"{"flush_results":true}"#, "flush_results"),
        (r#"{"rounding":{"stochastic":{"variant":"a","bits":8,"seed":1}}}"#, "seed"),
    ] {
        let error = serde_json::from_str::<Policy>(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("unknown field `{key}`, expected ")), "{error}");
    }
}

/// Names are read; what is written has not changed.
#[test]
fn roundings_and_formats_are_read_by_name() {
    let stochastic = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) };
    for (text, rounding, written) in [
        ("rne", Rounding::NearestEven, r#""nearest-even""#),
        ("nearest-away", Rounding::NearestAway, r#""nearest-away""#),
        ("roundTowardZero", Rounding::TowardZero, r#""toward-zero""#),
        ("rup", Rounding::TowardPositive, r#""toward-positive""#),
        ("toward-negative", Rounding::TowardNegative, r#""toward-negative""#),
        ("odd", Rounding::ToOdd, r#""to-odd""#),
        ("sr-a:8", stochastic, r#"{"stochastic":{"variant":"a","bits":8}}"#),
    ] {
        assert_eq!(serde_json::from_str::<Rounding>(&format!("{text:?}")).unwrap(), rounding);
        assert_eq!(serde_json::to_string(&rounding).unwrap(), written);
        assert_eq!(serde_json::from_str::<Rounding>(written).unwrap(), rounding);
    }
    let error = serde_json::from_str::<Policy>(r#"{"rounding":"nearest"}"#).unwrap_err().to_string();
    assert!(error.starts_with(r#""nearest" is not a rounding: expected rne, "#), "{error}");
    let error = serde_json::from_str::<Rounding>("3").unwrap_err().to_string();
    assert!(error.starts_with("invalid type: integer `3`, expected a rounding, such as"), "{error}");

    for name in ["e4m3fn", "float8_e4m3fn", "binary8p3se", "i8"] {
        let format: Format = serde_json::from_str(&format!("{name:?}")).unwrap();
        assert_eq!(format, lookup(name).unwrap());
    }
    let error = serde_json::from_str::<Format>(r#""e4m3nf""#).unwrap_err().to_string();
    assert!(error.starts_with(r#"no format is called "e4m3nf"; did you mean e4m3fn?"#), "{error}");
    let error = serde_json::from_str::<Format>("[8]").unwrap_err().to_string();
    assert!(error.starts_with("invalid type: sequence, expected a format: a name"), "{error}");
}
