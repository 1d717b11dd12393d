//! Parsing against the standard library's parser, the definitions of the roundings, and by hand.

use halfulp::text::{decimal, parse, real_decimal};
use halfulp::{
    Facts, Flags, Format, Nans, NoiseBits, Overflow, Policy, Real, Rounding, Saturation, Sign, Stochastic,
    Tininess, Value, decode, noise,
};

use crate::{STOCHASTIC, code, formats::ieee};

/// Texts that have been hard for parsers: near or on midpoints, long, at the ends of the range.
#[allow(clippy::too_many_lines, reason = "a table")]
fn hard_cases() -> Vec<String> {
    let fixed = [
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "2.2250738585072014e-308",
        "9007199254740993",
        "9007199254740993.0000000000000000000000000000000000000000000000000000001",
        "9007199254740992.9999999999999999999999999999999999999999999999999999999",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1.797693134862315807e308",
        "1e309",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47e-324",
        "1e-400",
        "6.631236846766476e-316",
        "3.237883913302901e-319",
        "1.1754943508222875e-38",
        "1.17549434e-38",
        "3.4028235677973366e38",
        "3.4028235e38",
        "7.0064923216240853e-46",
        "7.0064923216240854e-46",
        "16777217",
        "16777217.00000000000000000000000000000001",
        "8.5899345920000001e9",
        "1448997445238699",
        "5e-324",
        "0.000000000000000000000000000000000000000000000000000001e54",
        "100000000000000000000000000000000000000000e-41",
        ".5",
        "5.",
        "1e0000000000000000000000000000000000001",
        "0e999999999999999999999",
    ];
    let mut cases: Vec<String> = fixed.map(String::from).to_vec();
    // Midpoints of neighbours, exactly, and a little to both sides a long way down.
    let f = ieee(64, 53);
    for i in 0..200 {
        let bits = noise::word(3, i) & 0x7fef_ffff_ffff_ffff;
        let value = decode(&f, bits);
        let Value::Finite(x) = value else { continue };
        let middle = real_decimal(&Value::Finite(Real {
            negative: false,
            exponent: x.exponent - 1,
            significand: 2 * x.significand as u128 + 1,
            tail: false,
        }));
        let (digits, exponent) = middle.split_once('e').unwrap_or((&middle, "0"));
        let point = if digits.contains('.') { "" } else { "." };
        cases.push(format!("{digits}e{exponent}"));
        cases.push(format!("{digits}{point}{}1e{exponent}", "0".repeat(2000)));
        if point.is_empty() {
            let last = digits.len() - 1;
            cases.push(format!("{}4{}e{exponent}", &digits[..last], "9".repeat(2000)));
        }
    }
    for i in 0..3000 {
        let (a, b) = (noise::word(4, i), noise::word(5, i));
        cases.push(format!("{}.{}e{}", a >> 40, b >> (i % 60), (a % 700) as i64 - 350));
        cases.push(format!("{}e{}", b >> (i % 64), (a % 60) as i64 - 50));
    }
    cases
}

#[test]
fn decimal_agrees_with_the_standard_library() {
    let (double, single) = (ieee(64, 53), ieee(32, 24));
    for text in hard_cases() {
        for text in [text.clone(), format!("-{text}"), format!("+{}", text.to_uppercase())] {
            let want: f64 = text.parse().unwrap();
            assert_eq!(code(&double, Policy::IEEE, &text, 0).0, want.to_bits(), "{text}");
            let want: f32 = text.parse().unwrap();
            assert_eq!(code(&single, Policy::IEEE, &text, 0).0, want.to_bits() as u64, "{text}");
        }
    }
}

/// The rounding of `|n| / 10^k` among magnitudes given in units of `2^-scale`, by the definition's words.
fn by_definition(
    values: &[i128],
    scale: u32,
    (n, k): (i128, u32),
    rounding: Rounding,
    noise: u64,
) -> (usize, bool) {
    let magnitude = n.abs() << scale;
    let ten = 10i128.pow(k);
    let above = values.partition_point(|v| v * ten <= magnitude);
    let (low, high) = (above - 1, above);
    let (before, gap) = (magnitude - values[low] * ten, (values[high] - values[low]) * ten);
    if before == 0 {
        return (low, false);
    }
    let up = match rounding {
        Rounding::NearestEven => 2 * before > gap || (2 * before == gap && low % 2 == 1),
        Rounding::NearestAway => 2 * before >= gap,
        Rounding::TowardZero => false,
        Rounding::TowardPositive => n > 0,
        Rounding::TowardNegative => n < 0,
        Rounding::ToOdd => low % 2 == 0,
        Rounding::Stochastic { variant, bits } => {
            let (one, noise) = (1i128 << bits.get(), i128::from(bits.of_word(noise)));
            match variant {
                Stochastic::A => before * one / gap + noise >= one,
                Stochastic::B => before * one * 2 / gap + 2 * noise + 1 >= 2 * one,
                Stochastic::C => {
                    let (floor, rest) = (before * one / gap, before * one % gap);
                    let up = 2 * rest > gap || (2 * rest == gap && floor % 2 == 1);
                    floor + up as i128 + noise >= one
                }
            }
        }
    };
    (low + up as usize, true)
}

#[test]
fn every_rounding_follows_the_definition() {
    let e4m3fn = Facts {
        width: 8,
        precision: 4,
        bias: 7,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(1),
        overflow: Overflow::Nan,
        subnormals: true,
    };
    let stochastic =
        Stochastic::ALL.iter().map(|&variant| Rounding::Stochastic { variant, bits: NoiseBits::known(5) });
    for f in [Format::new(e4m3fn).unwrap(), ieee(8, 3), ieee(16, 11), ieee(10, 7)] {
        let scale = f.quantum_min().unsigned_abs();
        // Magnitudes by the definition of the code, in units of the smallest.
        let t = f.precision() - 1;
        let value = |c: u64| match c >> t {
            0 => c as i128,
            field => (((1 << t) + (c & ((1 << t) - 1))) as i128) << (field - 1),
        };
        let values: Vec<i128> = (0..=f.largest_magnitude(false)).map(value).collect();
        let largest = values[values.len() - 1];
        for i in 0..10_000 {
            let (a, b) = (noise::word(6, i), noise::word(7, i));
            let k = (b % 14) as u32;
            // Log-uniform, so that small numbers are met as often as large ones.
            let n = (a >> (b >> 32 & 63)) as i128;
            if n << scale >= largest * 10i128.pow(k) {
                continue;
            }
            let n = if b >> 40 & 1 == 1 { -n } else { n };
            let text = format!("{n}e-{k}");
            for rounding in Rounding::DETERMINISTIC.iter().copied().chain(stochastic.clone()) {
                let policy = Policy::IEEE.rounding(rounding).tininess(Tininess::Before);
                let (magnitude, inexact) = by_definition(&values, scale, (n, k), rounding, b);
                let smallest_normal = 1i128 << (scale as i32 + f.emin());
                let tiny = n.abs() << scale < smallest_normal * 10i128.pow(k);
                let flags = Flags::INEXACT.when(inexact) | Flags::UNDERFLOW.when(inexact && tiny);
                let want = (f.encode(n < 0, magnitude as u64), flags);
                assert_eq!(code(&f, policy, &text, b), want, "{f:?} {text} {rounding} noise {b:x}");
            }
        }
    }
}

#[test]
fn hexadecimal_rounds_once() {
    let f = ieee(16, 11);
    let zeros = "0".repeat(5000);
    let cases = [
        ("0x1.002p0".to_string(), 0x3c00, 1),
        (format!("0x1.002{zeros}1p0"), 0x3c01, 1),
        (format!("0x1.001{}p0", "f".repeat(5000)), 0x3c00, 1),
        ("0x1.006p0".to_string(), 0x3c02, 1),
        (format!("0x{zeros}1p-20000{zeros}"), 0x0000, 3),
        (format!("0x1{zeros}p-20000"), 0x3c00, 0),
        (format!("0x.{zeros}1p+20004"), 0x3c00, 0),
        ("0XABC.Dp-4".to_string(), 0x595e, 1),
        ("0xffe0".to_string(), 0x7bff, 0),
        ("0xffef.f".to_string(), 0x7bff, 1),
        ("0xfff0".to_string(), 0x7c00, 5),
        ("-0x1p-25".to_string(), 0x8000, 3),
        ("-0x1.0000000000000000000000000000000000000000001p-25".to_string(), 0x8001, 3),
        ("0x0p999999999999999999999".to_string(), 0, 0),
        ("0x1p999999999999999999999".to_string(), 0x7c00, 5),
        ("0x1p-999999999999999999999".to_string(), 0, 3),
    ];
    for (text, want, flags) in cases {
        let short = &text[..text.len().min(40)];
        let got = code(&f, Policy::IEEE, &text, 0);
        assert_eq!(got, (want, Flags::from_bits(flags).unwrap()), "{short}");
    }
}

#[test]
fn ends_of_the_range() {
    let f = ieee(16, 11);
    let cases = [
        ("65504", Rounding::NearestEven, Saturation::None, 0x7bff, 0),
        ("65519.99999999999999999999999999999999999999", Rounding::NearestEven, Saturation::None, 0x7bff, 1),
        ("65520", Rounding::NearestEven, Saturation::None, 0x7c00, 5),
        ("1e999999999999", Rounding::NearestEven, Saturation::None, 0x7c00, 5),
        ("1e99999999999999999999999999999", Rounding::TowardZero, Saturation::None, 0x7bff, 5),
        ("-1e999999999999", Rounding::TowardPositive, Saturation::None, 0xfbff, 5),
        ("1e999999999999", Rounding::NearestEven, Saturation::Finite, 0x7bff, 5),
        ("inf", Rounding::NearestEven, Saturation::Finite, 0x7bff, 1),
        ("-Infinity", Rounding::TowardZero, Saturation::Propagate, 0xfc00, 0),
        ("NaN", Rounding::NearestEven, Saturation::None, 0x7e00, 0),
        ("-nan", Rounding::NearestEven, Saturation::None, 0x7e00, 0),
        ("1e-999999999999", Rounding::NearestEven, Saturation::None, 0, 3),
        ("1e-999999999999", Rounding::TowardPositive, Saturation::None, 1, 3),
        ("-1e-999999999999", Rounding::TowardNegative, Saturation::None, 0x8001, 3),
        ("-1e-999999999999", Rounding::ToOdd, Saturation::None, 0x8001, 3),
        ("1e-999999999999", STOCHASTIC, Saturation::None, 0, 3),
        ("-0e-999999999999", Rounding::NearestEven, Saturation::None, 0x8000, 0),
    ];
    for (text, rounding, saturation, want, flags) in cases {
        let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
        let want = (want, Flags::from_bits(flags).unwrap());
        assert_eq!(code(&f, policy, text, u64::MAX), want, "{text} {rounding} {saturation}");
    }
}

#[test]
fn long_texts_and_wide_ranges_stay_bounded() {
    let zeros = "0".repeat(3_000_000);
    let f = ieee(16, 11);
    assert_eq!(code(&f, Policy::IEEE, &format!("0.{zeros}1e3000001"), 0).0, 0x3c00);
    assert_eq!(code(&f, Policy::IEEE, &format!("1{zeros}e-3000000"), 0).0, 0x3c00);
    assert_eq!(code(&f, Policy::IEEE, &format!("1.00048828125{zeros}1"), 0).0, 0x3c01);
    // The widest exponents a format may have.
    let wide = Format::new(Facts {
        width: 24,
        precision: 4,
        bias: (1 << 20) - 100,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(7),
        overflow: Overflow::Infinity,
        subnormals: true,
    });
    let wide = wide.unwrap();
    for wanted in [1, 3, wide.largest(false)] {
        let text = decimal(&wide, wanted);
        assert_eq!(code(&wide, Policy::IEEE, &text, 0), (wanted, Flags::NONE));
    }
    let smallest = decimal(&wide, 1);
    assert!(smallest.len() > 700_000);
    let (digits, exponent) = smallest.split_once('e').unwrap();
    let above = format!("{digits}1e{exponent}");
    assert_eq!(code(&wide, Policy::IEEE.rounding(Rounding::TowardPositive), &above, 0).0, 2);
    assert_eq!(code(&wide, Policy::IEEE, "1e-999999", 0), (0, Flags::UNDERFLOW | Flags::INEXACT));
}

#[test]
fn bad_texts_are_told_where_they_go_wrong() {
    let cases = [
        ("", 0, "a number"),
        (" 1", 0, "a number"),
        ("1 ", 1, "a digit, a point, e"),
        ("-", 1, "a number"),
        ("+-1", 1, "a number"),
        ("abc", 0, "a number"),
        (".", 1, "a digit"),
        ("-.e5", 2, "a digit"),
        ("1.2.3", 3, "a digit, a point, e"),
        ("1_000", 1, "a digit, a point, e"),
        ("1e", 2, "a digit of the exponent"),
        ("1e+", 3, "a digit of the exponent"),
        ("1e5.0", 3, "a digit of the exponent, or the end"),
        ("0x", 2, "a hexadecimal digit"),
        ("0x.p3", 3, "a hexadecimal digit"),
        ("0x1.8q3", 5, "a hexadecimal digit, p"),
        ("0x1p", 4, "a digit of the exponent"),
        ("0x1p0x3", 5, "a digit of the exponent, or the end"),
        ("infinite", 0, "inf, infinity or nan"),
        ("nan1", 0, "inf, infinity or nan"),
        ("1,5", 1, "a digit, a point, e"),
        ("\u{ff11}", 0, "a number"),
    ];
    let f = ieee(16, 11);
    for (text, position, expected) in cases {
        let error = parse(&f, &Policy::IEEE, text, 0).unwrap_err();
        assert_eq!(error.position, position, "{text:?}: {error}");
        assert!(error.expected.starts_with(expected), "{text:?}: {error}");
        assert!(error.to_string().starts_with(&format!("column {}: expected", position + 1)));
    }
}
