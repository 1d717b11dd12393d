//! F: formats.

use halfulp::{Exact, Facts, Format, Nans, Overflow, Sign, Value, decode};

use crate::support::*;

/// Which fact is at fault.
fn refused(facts: Facts) -> Option<&'static str> {
    Format::new(facts).err().map(|e| e.key)
}

#[test]
fn f1_limits() {
    let good = BINARY16.facts();
    assert_eq!(refused(good), None);
    for width in [0, 1, 65] {
        assert_eq!(refused(Facts { width, ..good }), Some("width"));
    }
    for precision in [0, 16] {
        assert_eq!(refused(Facts { precision, ..good }), Some("precision"));
    }
    let wide = |width, precision| Facts {
        width,
        precision,
        bias: 0,
        nans: Nans::None,
        overflow: Overflow::Largest,
        ..good
    };
    assert_eq!(refused(wide(22, 2)), None, "20 bits of exponent");
    assert_eq!(refused(wide(22, 1)), Some("precision"), "21 bits of exponent");
    assert_eq!(refused(wide(60, 53)), None);
    assert_eq!(refused(wide(60, 54)), Some("precision"));
    let biased = |bias| Facts { bias, ..good };
    assert_eq!(refused(biased(1 << 20)), None);
    assert_eq!(refused(biased((1 << 20) + 1)), Some("bias"));
    // Field 31 stays within 2^20.
    assert_eq!(refused(biased(31 - (1 << 20))), None);
    assert_eq!(refused(biased(30 - (1 << 20))), Some("bias"));
    for bias in [i32::MIN, i32::MAX] {
        assert_eq!(refused(biased(bias)), Some("bias"));
    }
}

/// The rest of F1: facts that contradict each other, each named.
#[test]
fn f1_contradictions_are_refused() {
    let fp16 = BINARY16.facts();
    let e8m0 = E8M0.facts();
    let mxint8 = MXINT8.facts();
    let nans = |facts, nans| refused(Facts { nans, ..facts });
    let overflow = |facts, overflow| refused(Facts { overflow, ..facts });
    assert_eq!(nans(fp16, Nans::Top(0)), Some("nan"));
    assert_eq!(nans(e8m0, Nans::NegativeZero), Some("nan"), "no minus zero without a sign");
    assert_eq!(nans(mxint8, Nans::Top(1)), Some("nan"));
    assert_eq!(overflow(mxint8, Overflow::Infinity), Some("nan"));
    assert_eq!(overflow(E2M1.facts(), Overflow::Nan), Some("overflow"));
    assert_eq!(refused(Facts { subnormals: false, ..fp16 }), Some("subnormals"));
    assert_eq!(refused(Facts { precision: 7, ..mxint8 }), Some("precision"));
    // e2m1 with an infinity has magnitude codes 0 to 6; five NaNs leave two of them, six do not.
    let e2m1 = Facts { overflow: Overflow::Infinity, ..E2M1.facts() };
    assert_eq!(nans(e2m1, Nans::Top(5)), None);
    assert_eq!(nans(e2m1, Nans::Top(6)), Some("nan"));
    assert_eq!(nans(E2M1.facts(), Nans::Top(6)), None);
    assert_eq!(nans(E2M1.facts(), Nans::Top(7)), Some("nan"));
    assert_eq!(nans(E2M1.facts(), Nans::Top(u64::MAX)), Some("nan"));
    // Integers of 64 bits are formats, of 65 and of 1 not.
    assert!(Format::integer(64, true).is_ok() && Format::integer(64, false).is_ok());
    assert!(Format::integer(1, true).is_err() && Format::integer(65, false).is_err());
    assert_eq!(refused(Facts { bias: 0, ..int(64, false).facts() }), Some("precision"));
}

#[test]
fn f2_value_of_a_code() {
    for f in [E2M1, E5M2, E4M3FN, E4M3FNUZ, UE5M3, BINARY16, p3109(8, 4, true, true)] {
        let (p, bias) = (f.precision() as i32, f.facts().bias);
        for magnitude in 0..=f.largest_magnitude(false) {
            let field = (magnitude >> (p - 1)) as i32;
            let trailing = (magnitude & ((1 << (p - 1)) - 1)) as f64 * 2f64.powi(1 - p);
            let formula = match field {
                0 => trailing * 2f64.powi(1 - bias),
                _ => (1.0 + trailing) * 2f64.powi(field - bias),
            };
            assert_eq!(value(&f, magnitude), formula, "{f:?} {magnitude:#x}");
        }
    }
    // A code decodes to a significand in units of its quantum.
    let exact = Exact { negative: true, exponent: -9, significand: 7 };
    assert_eq!(decode(&E4M3FN, 0x87), Value::Finite(exact));
    let exact = Exact { negative: false, exponent: 5, significand: 14 };
    assert_eq!(decode(&E4M3FN, 0x7e), Value::Finite(exact));
}

#[test]
fn f3_magnitude_codes_are_linear() {
    for (name, f) in SMALL {
        for magnitude in 1..=f.largest_magnitude(false) {
            assert!(value(&f, magnitude - 1) < value(&f, magnitude), "{name} {magnitude:#x}");
        }
        let middle = f.largest_magnitude(false) / 2;
        let quantum = 2f64.powi(f.quantum_min());
        assert_eq!(value(&f, 1), quantum, "{name}");
        assert!(value(&f, middle + 1) - value(&f, middle) >= quantum, "{name}");
    }
}

#[test]
fn f4_signs() {
    assert_eq!(value(&E4M3FN, 0xb8), -1.0);
    assert_eq!(value(&UE5M3, 0xfe), 114_688.0, "the top bit belongs to the magnitude");
    assert_eq!((value(&MXINT8, 0x7f), value(&MXINT8, 0x80)), (127.0 / 64.0, -2.0));
    assert_eq!((value(&MXINT8, 0xff), value(&MXINT8, 0x01)), (-1.0 / 64.0, 1.0 / 64.0));
    assert_eq!((E4M3FN.is_signed(), UE5M3.is_signed(), MXINT8.is_signed()), (true, false, true));
    assert_eq!((MXINT8.largest_magnitude(true), MXINT8.largest_magnitude(false)), (128, 127));
    assert_eq!((E4M3FN.split(0xb8), MXINT8.split(0x80)), ((true, 0x38), (true, 0x80)));
    for f in [E4M3FN, MXINT8] {
        for code in codes(&f) {
            let (negative, magnitude) = f.split(code);
            assert_eq!(f.encode(negative, magnitude), code);
        }
    }
}

fn nan_codes(f: &Format) -> Vec<u64> {
    codes(f).filter(|&c| matches!(decode(f, c), Value::Nan(_))).collect()
}

#[test]
fn f5_which_codes_are_nan() {
    assert_eq!(nan_codes(&E4M3FN), [0x7f, 0xff]);
    assert_eq!(nan_codes(&E5M2), [0x7d, 0x7e, 0x7f, 0xfd, 0xfe, 0xff]);
    assert_eq!(nan_codes(&E4M3FNUZ), [0x80]);
    assert_eq!(nan_codes(&UE5M3), [0xff]);
    assert_eq!(nan_codes(&E8M0), [0xff]);
    assert_eq!(nan_codes(&p3109(6, 3, true, true)), [0x20]);
    assert_eq!(nan_codes(&p3109(6, 3, false, true)), [0x3f]);
    for f in [E2M1, E2M3, E3M2, MXINT8, BINARY16_ALT] {
        assert_eq!(nan_codes(&f), []);
    }
    assert_eq!((E5M2.has_ieee_nans(), E4M3FN.has_ieee_nans()), (true, false));
    assert!(!E4M3FNUZ.has_negative_zero() && E4M3FN.has_negative_zero() && !UE4M3.has_negative_zero());
}

#[test]
fn f6_what_lies_past_the_largest() {
    assert_eq!((E5M2.infinity(false), E5M2.infinity(true)), (Some(0x7c), Some(0xfc)));
    assert_eq!((E4M3FN.infinity(false), E2M1.infinity(true)), (None, None));
    let (se, ue) = (p3109(8, 4, true, true), p3109(8, 4, false, true));
    assert_eq!((se.infinity(false), se.infinity(true)), (Some(0x7f), Some(0xff)));
    assert_eq!((ue.infinity(false), ue.infinity(true)), (Some(0xfe), None));
    assert_eq!(decode(&ue, 0xfe), Value::Infinite { negative: false });
    assert_eq!(decode(&se, 0xff), Value::Infinite { negative: true });
    assert_eq!((E4M3FN.largest(false), E4M3FN.largest(true)), (0x7e, 0xfe));
    assert_eq!((UE5M3.largest(false), UE5M3.largest(true)), (0xfe, 0));
}

#[test]
fn f7_formats_without_zero() {
    assert!(!E8M0.has_zero() && UE5M3.has_zero());
    for code in 0..=0xfe {
        let significand = 1;
        let exponent = code as i32 - 127;
        let exact = Exact { negative: false, exponent, significand };
        assert_eq!(decode(&E8M0, code), Value::Finite(exact));
    }
    // The same with trailing bits: field 0 has the hidden bit.
    let f = Format::known(Facts { precision: 3, bias: 15, ..E8M0.facts() });
    assert_eq!(value(&f, 0), 2f64.powi(-15));
    assert_eq!(value(&f, 3), 1.75 * 2f64.powi(-15));
    for code in 0..=f.largest(false) {
        assert_eq!(round64(f, RNE, value(&f, code)), is(code, "-"));
    }
}

#[test]
fn f8_integers_are_formats() {
    for width in 2..=16 {
        for code in 0..1u64 << width {
            assert_eq!(value(&int(width, false), code), code as f64);
            let signed = (code as i64) << (64 - width) >> (64 - width);
            assert_eq!(value(&int(width, true), code), signed as f64);
        }
    }
    assert!(int(8, true).is_integer() && int(64, false).is_integer());
    assert!(!MXINT8.is_integer() && !BINARY16.is_integer() && !UE4M3.is_integer());
    assert_eq!(int(8, true).nan(), None);
}

#[test]
fn f9_stray_bits() {
    for f in [E2M1, E4M3FN, UE4M3, E8M0, MXINT8, E4M3FNUZ] {
        for code in codes(&f) {
            let stray = code | 0xabcd << f.width();
            assert_eq!(decode(&f, stray), decode(&f, code));
            for op in [halfulp::Op::Add, halfulp::Op::CopySign, halfulp::Op::Maximum] {
                assert_eq!(within(op, f, RNE, &[stray, stray]), within(op, f, RNE, &[code, code]));
            }
            for op in [halfulp::Op::NextUp, halfulp::Op::Negate, halfulp::Op::Class] {
                let got = within(op, f, RNE, &[stray]);
                assert_eq!(got, within(op, f, RNE, &[code]));
                assert!(got.code <= f.code_mask().max(9));
            }
        }
    }
}

/// Name, format, largest code, largest, smallest normal, smallest value, NaN codes.
type Row = (&'static str, Format, u64, f64, i32, i32, u64);

fn rows() -> [Row; 20] {
    [
        ("e2m1", E2M1, 0x7, 6.0, 0, -1, 0),
        ("e2m3", E2M3, 0x1f, 7.5, 0, -3, 0),
        ("e3m2", E3M2, 0x1f, 28.0, -2, -4, 0),
        ("e5m2", E5M2, 0x7b, 57344.0, -14, -16, 6),
        ("e4m3fn", E4M3FN, 0x7e, 448.0, -6, -9, 2),
        ("e4m3-ieee", E4M3, 0x77, 240.0, -6, -9, 14),
        ("e3m4-ieee", E3M4, 0x6f, 15.5, -2, -6, 30),
        ("e3m4fn", E3M4FN, 0x7e, 30.0, -2, -6, 2),
        ("e4m3fnuz", E4M3FNUZ, 0x7f, 240.0, -7, -10, 1),
        ("e5m2fnuz", E5M2FNUZ, 0x7f, 57344.0, -15, -17, 1),
        ("e4m3b11fnuz", E4M3B11FNUZ, 0x7f, 30.0, -10, -13, 1),
        ("e8m0", E8M0, 0xfe, 2f64.powi(127), -127, -127, 1),
        ("ue4m3", UE4M3, 0x7e, 448.0, -6, -9, 1),
        ("ue5m3", UE5M3, 0xfe, 114_688.0, -14, -17, 1),
        ("binary16", BINARY16, 0x7bff, 65504.0, -14, -24, 2046),
        ("binary16_alt", BINARY16_ALT, 0x7fff, 131_008.0, -14, -24, 0),
        ("bfloat16", BFLOAT16, 0x7f7f, 255.0 * 2f64.powi(120), -126, -133, 254),
        ("tf32", TF32, 0x3fbff, 2047.0 * 2f64.powi(117), -126, -136, 2046),
        ("binary32", BINARY32, 0x7f7f_ffff, f32::MAX as f64, -126, -149, 2 * 0x7f_ffff),
        ("binary64", BINARY64, 0x7fef_ffff_ffff_ffff, f64::MAX, -1022, -1074, 2 * 0xf_ffff_ffff_ffff),
    ]
}

#[test]
fn f10_the_constants() {
    for (name, f, code, largest, normal, smallest, nans) in rows() {
        assert_eq!(f.largest(false), code, "{name}");
        assert_eq!((f.emin(), f.quantum_min()), (normal, smallest), "{name}");
        if name != "binary64" {
            assert_eq!(value(&f, code), largest, "{name}");
        }
        assert_eq!(f.emax(), (largest.to_bits() >> 52) as i32 - 1023, "{name}");
        let first = u64::from(f.has_zero());
        assert!(matches!(decode(&f, first), Value::Finite(x) if x.leading_exponent() == smallest), "{name}");
        let counted = match f.facts().nans {
            Nans::None => 0,
            Nans::NegativeZero => 1,
            Nans::Top(n) if f.facts().sign == Sign::Unsigned => n,
            Nans::Top(n) => 2 * n,
        };
        assert_eq!(counted, nans, "{name}");
        if f.width() <= 19 {
            assert_eq!(nan_codes(&f).len() as u64, nans, "{name}");
        }
    }
    assert_eq!(f64::MAX.to_bits(), BINARY64.largest(false));
}

#[test]
fn f11_the_p3109_rule() {
    let one = |f: &Format| code(*f, 1.0);
    for k in 3..=16 {
        for p in 1..k {
            let (e, f) = (p3109(k, p, true, true), p3109(k, p, true, false));
            assert_eq!((one(&e), one(&f)), (1 << (k - 2), 1 << (k - 2)), "{k} {p}");
            assert_eq!(e.nan(), Some(1 << (k - 1)));
            assert_eq!(e.infinity(false), Some((1 << (k - 1)) - 1));
            assert_eq!(e.infinity(true), Some((1 << k) - 1));
            assert_eq!(f.largest(false), (1 << (k - 1)) - 1);
        }
        for p in 1..=k {
            let (e, f) = (p3109(k, p, false, true), p3109(k, p, false, false));
            assert_eq!((one(&e), one(&f)), (1 << (k - 1), 1 << (k - 1)), "{k} {p}");
            assert_eq!(e.nan(), Some((1 << k) - 1));
            assert_eq!(e.infinity(false), Some((1 << k) - 2));
            assert_eq!(f.largest(false), (1 << k) - 2);
        }
    }
    let largest = |f: Format| value(&f, f.largest(false));
    assert_eq!(largest(p3109(8, 4, true, true)), 224.0);
    assert_eq!(largest(p3109(8, 4, true, false)), 240.0);
    assert_eq!(largest(p3109(8, 3, true, true)), 49152.0);
    assert_eq!(largest(p3109(8, 3, true, false)), 57344.0);
    let p2sf = p3109(4, 2, true, false);
    let positive: Vec<f64> = (0..8).map(|c| value(&p2sf, c)).collect();
    assert_eq!(positive, [0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]);
    let p1uf = p3109(8, 1, false, false);
    assert_eq!((value(&p1uf, 1), largest(p1uf)), (2f64.powi(-127), 2f64.powi(126)));
}
