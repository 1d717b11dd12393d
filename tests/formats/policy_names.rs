//! The parts of a policy by name: every one reads back, the standards' names too, and errors say what was expected.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use halfulp::{NanResult, NoiseBits, Rounding, Saturation, Standard, Stochastic, Tininess};

fn reads_back<T: Display + FromStr<Err: Debug> + PartialEq + Debug>(values: &[T]) {
    for value in values {
        assert_eq!(value.to_string().parse::<T>().unwrap(), *value, "{value}");
    }
}

#[test]
fn every_value_reads_back_from_its_name() {
    reads_back(Rounding::DETERMINISTIC);
    reads_back(Standard::ALL);
    reads_back(Stochastic::ALL);
    reads_back(Saturation::ALL);
    reads_back(Tininess::ALL);
    reads_back(NanResult::ALL);
    for &variant in Stochastic::ALL {
        for bits in (1..=32).map(NoiseBits::known) {
            reads_back(&[Rounding::Stochastic { variant, bits }]);
        }
    }
}

#[test]
fn other_names_are_understood() {
    let roundings = [
        ("roundTiesToEven", "rne"),
        ("NearestTiesToEven", "rne"),
        ("near_even", "rne"),
        ("roundTiesToAway", "rna"),
        ("near_maxMag", "rna"),
        ("minMag", "rtz"),
        ("max", "rup"),
        ("min", "rdn"),
        ("toward-negative", "rdn"),
        ("RNE", "rne"),
        ("ToOdd", "odd"),
        ("StochasticB:12", "sr-b:12"),
        ("SR-C:1", "sr-c:1"),
    ];
    for (name, short) in roundings {
        assert_eq!(name.parse::<Rounding>().unwrap().to_string(), short);
    }
    assert_eq!("IEEE754".parse(), Ok(Standard::Ieee754));
    assert_eq!("P3109-V4.0".parse(), Ok(Standard::P3109V4_0));
    assert_eq!("SatPropagate".parse(), Ok(Saturation::Propagate));
    assert_eq!("sat-none".parse(), Ok(Saturation::None));
    assert_eq!("negativeZero".parse(), Ok(NanResult::NegativeZero));
}

#[test]
fn errors_say_what_was_expected() {
    let cases = [
        ("up", "rne, rna"),
        ("", "rne, rna"),
        ("sr-d:4", "rne, rna"),
        ("rne:4", "rne, rna"),
        ("sr-a", "the bits of noise after the name"),
        ("sr-a:0", "1 to 32 bits"),
        ("sr-a:33", "1 to 32 bits"),
        ("sr-a:+", "1 to 32 bits"),
    ];
    for (text, expected) in cases {
        let error = text.parse::<Rounding>().unwrap_err();
        assert_eq!((error.text.as_str(), error.kind), (text, "rounding"));
        let message = error.to_string();
        assert!(message.starts_with(&format!("{text:?} is not a rounding: expected ")), "{message}");
        assert!(message.contains(expected), "{text}: {message}");
    }
    assert!("x".parse::<Saturation>().unwrap_err().to_string().contains("none, finite or propagate"));
    for text in ["x", "p3109", "p3109-v4.1"] {
        let message = text.parse::<Standard>().unwrap_err().to_string();
        assert_eq!(
            message,
            format!("{text:?} is not a standard: expected ieee-754, p3109-v4.0 or p3109-2026-07")
        );
    }
    assert!("x".parse::<Tininess>().unwrap_err().to_string().contains("before or after"));
    assert!("x".parse::<NanResult>().unwrap_err().to_string().contains("negative-zero"));
    assert!("x".parse::<Stochastic>().unwrap_err().to_string().contains("sr-a, sr-b or sr-c"));
}
