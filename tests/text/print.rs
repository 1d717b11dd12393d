//! Printing, and reading back what was printed.

use halfulp::text::{decimal, hexadecimal, real_decimal, real_hexadecimal};
use halfulp::{Flags, Format, Policy, Real, Rounding, Value, decode, noise};

use crate::formats::{ieee, small_formats};
use crate::{STOCHASTIC, code};

#[test]
fn every_code_reads_back_in_every_rounding() {
    for (name, f) in small_formats() {
        for wanted in 0..=f.code_mask() {
            let nan = matches!(decode(&f, wanted), Value::Nan(_));
            let wanted = if nan { f.nan().unwrap() } else { wanted };
            for text in [decimal(&f, wanted), hexadecimal(&f, wanted)] {
                for rounding in Rounding::DETERMINISTIC.iter().copied().chain([STOCHASTIC]) {
                    let policy = Policy::IEEE.rounding(rounding);
                    let got = code(&f, policy, &text, wanted * 77);
                    assert_eq!(got, (wanted, Flags::NONE), "{name} {text} {rounding}");
                }
            }
        }
    }
}

/// The binary64 number's digits as the standard library prints them, all of them, in this library's notation.
fn std_decimal(x: f64) -> String {
    let scientific = format!("{x:.1100e}");
    let (digits, exponent) = scientific.split_once('e').unwrap();
    let exponent: i64 = exponent.parse().unwrap();
    let trimmed = |s: &str| s.trim_end_matches('0').trim_end_matches('.').to_string();
    if x == 0.0 || (-6..=20).contains(&exponent) {
        trimmed(&format!("{x:.1100}"))
    } else {
        format!("{}e{exponent}", trimmed(digits))
    }
}

#[test]
fn binary64_prints_the_digits_of_the_standard_library() {
    let f = ieee(64, 53);
    let fixed = [0, 1, 1 << 63, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x7fef_ffff_ffff_ffff];
    let random = (0..2000).map(|i| noise::word(1, i));
    let near_one = (0..2000).map(|i| 0x3ff0_0000_0000_0000 + (noise::word(2, i) >> 8) - (1 << 55));
    for bits in fixed.into_iter().chain(random).chain(near_one) {
        let x = f64::from_bits(bits);
        if x.is_finite() {
            assert_eq!(decimal(&f, bits), std_decimal(x));
        }
    }
}

#[test]
fn notation() {
    let f = ieee(64, 53);
    let cases = [
        (12.0, "12", "0x1.8p+3"),
        (-0.0, "-0", "-0x0p+0"),
        (0.001953125, "0.001953125", "0x1p-9"),
        (-1.5, "-1.5", "-0x1.8p+0"),
        (1e20, "100000000000000000000", "0x1.5af1d78b58c4p+66"),
        (1e21, "1e21", "0x1.b1ae4d6e2ef5p+69"),
        (-1e22, "-1e22", "-0x1.0f0cf064dd592p+73"),
        (f64::powi(2.0, -24), "5.9604644775390625e-8", "0x1p-24"),
        (f64::INFINITY, "inf", "inf"),
        (f64::NEG_INFINITY, "-inf", "-inf"),
        (f64::NAN, "nan", "nan"),
    ];
    for (x, in_decimal, in_hexadecimal) in cases {
        assert_eq!(decimal(&f, f64::to_bits(x)), in_decimal);
        assert_eq!(hexadecimal(&f, f64::to_bits(x)), in_hexadecimal);
    }
    let wide = Format::integer(64, true).unwrap();
    assert_eq!(decimal(&wide, 1 << 63), "-9223372036854775808");
    assert_eq!(hexadecimal(&wide, 1 << 63), "-0x1p+63");
    assert_eq!(decimal(&Format::integer(64, false).unwrap(), u64::MAX), "18446744073709551615");
}

#[test]
fn results_with_a_tail_show_the_digits_that_are_sure() {
    let third =
        |exponent| Value::Finite(Real { negative: true, exponent, significand: u128::MAX / 3, tail: true });
    assert_eq!(real_decimal(&third(-128)), format!("-0.{}...", "3".repeat(38)));
    assert_eq!(real_hexadecimal(&third(-128)), format!("-0x1.{}...p-2", "5".repeat(18)));
    assert!(real_decimal(&third(-228)).starts_with("-2.6295"));
    assert!(real_decimal(&third(-228)).ends_with("...e-31"));
    // Just below one: no digit of the next number up may show.
    let below_one =
        Value::Finite(Real { negative: false, exponent: -80, significand: (1 << 80) - 1, tail: true });
    assert_eq!(real_decimal(&below_one), format!("0.{}...", "9".repeat(24)));
    let short = Value::Finite(Real { negative: false, exponent: -3, significand: 10, tail: false });
    assert_eq!(real_decimal(&short), "1.25");
    assert_eq!(real_hexadecimal(&short), "0x1.4p+0");
}

/// No format has an exponent beyond 2^20, and a result of numbers that formats have none beyond 2^21.
#[test]
fn numbers_beyond_every_format_are_hexadecimal() {
    let text = |exponent| {
        real_decimal(&Value::Finite(Real { negative: true, exponent, significand: 1, tail: false }))
    };
    assert_eq!(text((1 << 21) + 1), "-0x1p+2097153");
    assert_eq!(text(-(1 << 21) - 1), "-0x1p-2097153");
    assert_eq!(text(i32::MAX), "-0x1p+2147483647");
}

#[test]
fn the_longest_number_is_decimal() {
    let longest =
        real_decimal(&Value::Finite(Real { negative: true, exponent: 1 << 21, significand: 1, tail: false }));
    assert!(longest.starts_with("-4.544") && longest.ends_with("e631305"), "{} digits", longest.len());
}
