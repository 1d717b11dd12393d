//! What a format says of itself, for facts that no built-in has.

use crate::support::*;
use halfulp::{Facts, Format, Nan, Nans, Overflow, Sign, Value, decode};

#[test]
fn a_format_shows_its_facts() {
    assert_eq!(format!("{E4M3FN:?}"), format!("{:?}", E4M3FN.facts()));
    for part in [
        "width: 8",
        "precision: 4",
        "bias: 7",
        "SignMagnitude",
        "Top(1)",
        "overflow: Nan",
        "subnormals: true",
    ] {
        assert!(format!("{E4M3FN:?}").contains(part), "{part}");
    }
}

#[test]
fn wrong_facts_say_which_and_what_was_expected() {
    let wrong = |facts: Facts| Format::new(facts).unwrap_err().to_string();
    let good = E4M3FN.facts();
    assert_eq!(wrong(Facts { width: 65, ..good }), "width: a number of bits from 2 to 64");
    assert_eq!(
        wrong(Facts { nans: Nans::None, ..good }),
        "overflow: \"infinity\" or \"largest\" in a format without NaN"
    );
    assert_eq!(wrong(Facts { bias: -(1 << 20), ..good }), "bias: exponents within -2^20 and 2^20");
    assert_eq!(wrong(Facts { bias: (1 << 20) + 1, ..good }), "bias: exponents within -2^20 and 2^20");
    assert!(Format::new(Facts { bias: 1 << 20, ..good }).is_ok());
}

/// IEEE 754's are a binade of NaNs behind an infinity, with a bit to tell quiet from signalling.
#[test]
fn which_nans_are_laid_out_as_in_ieee_754() {
    for f in [E5M2, E4M3, BINARY16, BINARY64] {
        assert!(f.has_ieee_nans(), "{f:?}");
    }
    let behind_no_infinity = Format::known(Facts { overflow: Overflow::Nan, ..E5M2.facts() });
    let too_few = Format::known(Facts { nans: Nans::Top(2), ..E5M2.facts() });
    let one_bit = [p3109(5, 1, true, true), p3109(5, 1, false, true)];
    for f in [behind_no_infinity, too_few, E4M3FN, E4M3FNUZ, E8M0, one_bit[0], one_bit[1]] {
        assert!(!f.has_ieee_nans(), "{f:?}");
        for code in codes(&f) {
            assert!(!matches!(decode(&f, code), Value::Nan(nan) if nan.signalling), "{f:?} {code:#x}");
        }
    }
}

/// V1 and O10: a result's NaN is the quiet bit alone; the payload is the trailing bits, all bits where NaNs fill more than a
/// binade, and the same as that of a result's where there are none.
#[test]
fn payloads_are_the_trailing_bits() {
    let nan = |negative, signalling, payload| Value::Nan(Nan { negative, signalling, payload });
    let two_binades = Format::known(Facts { nans: Nans::Top(5), ..E5M2.facts() });
    for (f, code, expected) in [
        (BINARY16, 0x7e00, Value::Nan(Nan::QUIET)),
        (BINARY16, 0x7e00, nan(false, false, 1 << 63)),
        (BINARY16, 0xfdff, nan(true, true, 0x1ff << 54)),
        (E4M3FN, 0xff, nan(true, false, 7 << 61)),
        (E4M3FNUZ, 0x80, Value::Nan(Nan::QUIET)),
        (E8M0, 0xff, Value::Nan(Nan::QUIET)),
        (two_binades, 0x7f, nan(false, false, 0x7f << 57)),
        (two_binades, 0xfb, nan(true, false, 0x7b << 57)),
    ] {
        assert_eq!(decode(&f, code), expected, "{f:?} {code:#x}");
    }
    // As many NaNs as a binade has codes are still in one.
    let whole = Format::known(Facts { nans: Nans::Top(4), ..E5M2.facts() });
    assert_eq!(decode(&whole, 0x7c), nan(false, false, 0));
    assert_eq!(decode(&whole, 0x7d), nan(false, false, 1 << 62));
}

/// Formats that differ from an integer in one fact are none.
#[test]
fn which_formats_are_integers() {
    let integers = [(2, true), (2, false), (8, true), (8, false), (64, true), (64, false)];
    for (width, signed) in integers {
        assert!(int(width, signed).is_integer(), "{width} {signed}");
    }
    let unsigned = int(8, false).facts();
    for other in [
        Facts { precision: 7, bias: -5, ..unsigned },
        Facts { subnormals: false, bias: -7, ..unsigned },
        Facts { bias: -5, ..unsigned },
        Facts { nans: Nans::Top(1), ..unsigned },
        Facts { overflow: Overflow::Infinity, ..unsigned },
        Facts { sign: Sign::SignMagnitude, precision: 7, bias: -5, ..unsigned },
    ] {
        assert!(!Format::known(other).is_integer(), "{other:?}");
    }
    assert!(!MXINT8.is_integer());
}
