//! Format files: short ones get their defaults, wrong ones say file, line, column, key and what was expected.
#![cfg(feature = "file")]

use halfulp::format::catalog::{builtin, entry};
use halfulp::format::file::{parse, read};
use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// The facts of a file that is right.
fn facts(text: &str) -> Facts {
    match parse(text, "mine.toml") {
        Ok(file) => file.format().facts(),
        Err(e) => panic!("{e}"),
    }
}

/// What a wrong file is told.
fn said(text: &str) -> String {
    match parse(text, "mine.toml") {
        Ok(file) => panic!("{file:?}"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn the_built_in_files_read_the_same_at_run_time() {
    for e in builtin() {
        let path = format!("{}/formats/{}.toml", env!("CARGO_MANIFEST_DIR"), e.name);
        let file = read(&path).unwrap();
        assert_eq!((file.name.as_str(), file.format()), (e.name, e.format));
        assert_eq!(file.aliases.len(), e.aliases.len(), "{}", e.name);
        assert!(!file.summary.is_empty() && !file.source.is_empty(), "{}", e.name);
    }
}

#[test]
fn defaults_are_those_of_ieee_754() {
    let f = |name| entry(name).unwrap().format.facts();
    assert_eq!(facts("name='a'\nwidth=16\nprecision=11"), f("binary16"));
    assert_eq!(facts("name='a'\nwidth=8\nprecision=4\nnan='all-ones'"), f("e4m3fn"));
    assert_eq!(
        facts("name='a'\nwidth=8\nprecision=4\nnan=7"),
        Facts { overflow: Overflow::Nan, ..f("e4m3-ieee") }
    );
    assert_eq!(facts("name='a'\nwidth=4\nprecision=2\nnan='none'"), f("e2m1"));
    assert_eq!(facts("name='a'\nwidth=0x10\nprecision=0b1000"), f("bfloat16"));
    // As many as binary64 has.
    let many = facts("name='a'\nwidth=64\nprecision=53\nnan=4503599627370495\noverflow='infinity'");
    assert_eq!(many, f("binary64"));
    let integer = Format::integer(12, true).unwrap();
    assert_eq!(facts("name='a'\nwidth=12\nsign='twos-complement'"), integer.facts());
    let p3109 = facts("name='a'\nwidth=8\nprecision=4\nbias=8\nnan='negative-zero'\noverflow='infinity'");
    assert_eq!(Format::new(p3109).unwrap().largest(false), 0x7e);
    let all = "name='a'\nwidth=9\nprecision=3\nbias=-2\nsign='unsigned'\nnan=2\noverflow='largest'\nsubnormals=false";
    let expected = Facts {
        width: 9,
        precision: 3,
        bias: -2,
        sign: Sign::Unsigned,
        nans: Nans::Top(2),
        overflow: Overflow::Largest,
        subnormals: false,
    };
    assert_eq!(facts(all), expected);
}

#[test]
fn names_by_ecosystem_keep_their_order() {
    let text =
        "name='a'\nwidth=8\nprecision=4\n[aliases]\nzeta='z1'\nalpha=['a1','a2']\n[ambiguous]\nocp='x'";
    let file = parse(text, "mine.toml").unwrap();
    let pair = |e: &str, n: &str| (e.to_string(), n.to_string());
    assert_eq!(file.aliases, [pair("zeta", "z1"), pair("alpha", "a1"), pair("alpha", "a2")]);
    assert_eq!(file.ambiguous, [pair("ocp", "x")]);
}

#[test]
fn unknown_and_missing_keys() {
    assert_eq!(
        said("name='a'\nwidth=8\nprecison=4\n"),
        "mine.toml:3:1: precison: there is no such key; expected one of name, summary, source, width, precision, \
         bias, sign, nan, overflow, subnormals, aliases, ambiguous"
    );
    assert_eq!(
        said("name='a'\nwidth=8\n  exponent_bits=4\nzzz=1"),
        "mine.toml:3:3: exponent_bits: there is no such key: width, precision and sign leave so many bits to the \
         exponent"
    );
    assert_eq!(
        said("name='a'\nwidth=8\nmantissa=4"),
        "mine.toml:3:1: mantissa: there is no such key: precision counts the hidden bit too: one more than the \
         mantissa's bits"
    );
    assert_eq!(
        said("name='a'\nprecision=4"),
        "mine.toml:1:1: width: this key is missing; expected a number of bits from 2 to 64"
    );
    assert_eq!(
        said("name='a'\nwidth=8"),
        "mine.toml:1:1: precision: this key is missing; expected a number of significand bits, the hidden one \
         included"
    );
    assert_eq!(
        said("width=8\nprecision=4"),
        "mine.toml:1:1: name: this key is missing; expected what the format is to be called"
    );
    assert_eq!(said(""), "mine.toml:1:1: width: this key is missing; expected a number of bits from 2 to 64");
}

#[test]
fn wrong_types_and_values() {
    let file = |line: &str| said(&format!("name = 'a'\nwidth = 8\nprecision = 4\n{line}\n"));
    assert_eq!(
        said("name='a'\nwidth='8'\nprecision=4"),
        "mine.toml:2:7: width: expected a number of bits from 2 to 64, found \"8\""
    );
    assert_eq!(
        said("name='a'\nwidth=8.0\nprecision=4"),
        "mine.toml:2:7: width: expected a number of bits from 2 to 64, found 8.0"
    );
    assert_eq!(
        said("name='a'\nwidth=-8\nprecision=4"),
        "mine.toml:2:7: width: expected a number of bits from 2 to 64, found -8"
    );
    assert_eq!(
        file("bias = 99999999999999999999"),
        "mine.toml:4:8: bias: expected an integer, found 99999999999999999999"
    );
    assert_eq!(
        file("sign = 'plus'"),
        "mine.toml:4:8: sign: expected \"sign-magnitude\", \"unsigned\" or \"twos-complement\", found \"plus\""
    );
    assert_eq!(
        file("nan = 'quiet'"),
        "mine.toml:4:7: nan: expected \"ieee\", \"all-ones\", \"negative-zero\", \"none\" or a count of codes, \
         found \"quiet\""
    );
    assert_eq!(
        file("overflow = true"),
        "mine.toml:4:12: overflow: expected \"infinity\", \"nan\" or \"largest\", found true"
    );
    assert_eq!(file("subnormals = 1"), "mine.toml:4:14: subnormals: expected true or false, found 1");
    assert_eq!(file("summary = []"), "mine.toml:4:11: summary: expected a string, found an array");
    assert_eq!(
        file("aliases = 'x'"),
        "mine.toml:4:11: aliases: expected a table of names by ecosystem, found \"x\""
    );
    assert_eq!(
        file("[aliases]\ntorch = ['good', 'two words']"),
        "mine.toml:5:18: aliases.torch: expected a name of letters, digits, \"_\" and \"-\", found \"two words\""
    );
    assert_eq!(
        said("name='a b'\nwidth=8\nprecision=4"),
        "mine.toml:1:6: name: expected a name of letters, digits, \"_\" and \"-\", found \"a b\""
    );
    for name in ["", "-a", "ä"] {
        assert_eq!(
            said(&format!("name='{name}'\nwidth=8\nprecision=4")),
            format!(
                "mine.toml:1:6: name: expected a name of letters, digits, \"_\" and \"-\", found {name:?}"
            )
        );
    }
}

#[test]
fn contradictory_facts() {
    let wide = "name='a'\nwidth=65\nprecision=4";
    assert_eq!(said(wide), "mine.toml:2:7: width: expected a number of bits from 2 to 64, found 65");
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=9"),
        "mine.toml:3:11: precision: expected at least 1, and at most the width less the sign bit, found 9"
    );
    assert_eq!(
        said("name='a'\nwidth=32\nprecision=4"),
        "mine.toml:3:11: precision: expected large enough to leave at most 20 bits of exponent, found 4"
    );
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=4\nnan='none'\noverflow='nan'"),
        "mine.toml:5:10: overflow: expected \"infinity\" or \"largest\" in a format without NaN, found \"nan\""
    );
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=4\nsubnormals=false"),
        "mine.toml:4:12: subnormals: expected true: only an unsigned format may have neither subnormals nor zero, found false"
    );
    assert_eq!(
        said("name='a'\nwidth=8\nsign='unsigned'\nprecision=4\nnan='negative-zero'"),
        "mine.toml:5:5: nan: expected a signed format, if NaN is the code of minus zero, found \"negative-zero\""
    );
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=1\nsign='unsigned'"),
        "mine.toml:1:1: nan: expected \"all-ones\", \"negative-zero\", \"none\" or a count: IEEE 754's NaNs need \
         precision 2"
    );
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=4\nnan=0"),
        "mine.toml:4:5: nan: expected a count of at least 1, or \"none\", found 0"
    );
    assert_eq!(
        said("name='a'\nwidth=3\nprecision=2\nnan=3"),
        "mine.toml:4:5: nan: expected a count that leaves at least two finite values, found 3"
    );
    assert_eq!(
        said("name='a'\nwidth=8\nprecision=4\nbias=2000000"),
        "mine.toml:4:6: bias: expected exponents within -2^20 and 2^20, found 2000000"
    );
}

#[test]
fn toml_errors() {
    assert!(said("name='a'\nwidth=\n").starts_with("mine.toml:2:7: this is not TOML: "));
    assert!(said("name='a'\nwidth=8\nwidth=9").starts_with("mine.toml:3:1: this is not TOML: "));
    assert!(said("name='ä' x\n").starts_with("mine.toml:1:10: this is not TOML: "));
}

#[test]
fn a_file_that_is_not_there() {
    let error = read("no/such.toml").unwrap_err().to_string();
    assert!(error.starts_with("no/such.toml: cannot be read: "), "{error}");
}

/// 1 MiB is read, and not a byte more.
#[test]
fn a_file_that_is_too_long() {
    let path = std::env::temp_dir().join(format!("halfulp-long-{}.toml", std::process::id()));
    let text = "name='a'\nwidth=8\nprecision=4\n#".to_string();
    let mut results = Vec::new();
    for length in [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 1 << 21] {
        std::fs::write(&path, format!("{text}{}", "x".repeat(length - text.len()))).unwrap();
        results.push(read(&path).map(|file| file.name).map_err(|e| e.to_string()));
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(results[..2], [Ok("a".into()), Ok("a".into())]);
    for result in &results[2..] {
        let said = result.as_ref().unwrap_err();
        assert!(said.ends_with("it has more than 1 MiB, and no format file is as large"), "{said}");
    }
}

/// Whatever the text, the reader answers.
#[test]
fn damaged_files_never_panic() {
    let good =
        "name = 'a'\nsummary = 'é'\nwidth = 8\nprecision = 4\nbias = 3\nnan = 2\n[aliases]\ntorch = ['x']\n";
    for cut in 0..good.len() {
        let bytes = good.as_bytes();
        for byte in [b'"', b'[', b'=', b'9', b'-', b'\n', 0xc3] {
            let mut damaged = bytes.to_vec();
            damaged[cut] = byte;
            let _ = parse(&String::from_utf8_lossy(&damaged), "mine.toml");
        }
        let _ = parse(&String::from_utf8_lossy(&bytes[..cut]), "mine.toml");
    }
    for (width, precision) in [(0, 0), (1, 1), (2, 64), (64, 1), (64, 53), (i32::MAX, 1), (3, i32::MAX)] {
        for sign in ["sign-magnitude", "unsigned", "twos-complement"] {
            let text = format!("name='a'\nwidth={width}\nprecision={precision}\nsign='{sign}'");
            let _ = parse(&text, "mine.toml");
        }
    }
}
