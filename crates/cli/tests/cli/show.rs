//! `halfulp formats` and `halfulp show`, as the person at the terminal sees them.

mod every;

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::program::{command, run};

/// The output of a run that is fine.
fn shown(args: &str) -> String {
    let run = run(args);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{args}");
    run.out
}

/// The JSON of a run that is fine.
fn json(args: &str) -> serde_json::Value {
    serde_json::from_str(&shown(args)).expect("JSON")
}

/// What a person is told who asked for what cannot be.
fn told(args: &str) -> String {
    let run = run(args);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}");
    run.err
}

/// The words of the line that begins with a label.
fn words<'a>(text: &'a str, label: &str) -> Vec<&'a str> {
    let line = text.lines().find(|line| line.trim_start().starts_with(label));
    line.unwrap_or_else(|| panic!("no {label} in\n{text}")).trim_start()[label.len()..]
        .split_whitespace()
        .collect()
}

#[test]
fn formats_lists_every_built_in_with_its_extremes() {
    let list = shown("formats");
    assert_eq!(
        words(&list, "e4m3fn ")[..9],
        ["8", "1/4/3", "7", "448", "-448", "0x1p-9", "-", "0x7f", "0xff"]
    );
    assert_eq!(words(&list, "e2m1")[..8], ["4", "1/2/1", "1", "6", "-6", "0.5", "-", "-"]);
    assert_eq!(
        words(&list, "binary32")[..10],
        [
            "32",
            "1/8/23",
            "127",
            "0x1.fffffep+127",
            "-0x1.fffffep+127",
            "0x1p-149",
            "0x7f800000",
            "0xff800000",
            "16777214",
            "codes"
        ]
    );
    let list = json("formats --json");
    let names: Vec<_> =
        list["formats"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 21);
    for name in ["e4m3-ieee", "e3m4fn", "e4m3b11fnuz", "ue5m3", "mxint8", "binary16-arm", "tf32"] {
        assert!(names.contains(&name), "{name}");
    }
    assert_eq!(json("formats --p3109 --json")["formats"].as_array().unwrap().len(), 21 + 504);
}

#[test]
fn show_a_format() {
    let text = shown("show e4m3fn");
    assert!(text.starts_with("e4m3fn: OCP FP8 E4M3"), "{text}");
    assert_eq!(words(&text, "largest"), ["0x7e", "0x1.cp+8", "448"]);
    assert_eq!(words(&text, "smallest subnormal"), ["0x01", "0x1p-9", "0.001953125"]);
    assert_eq!(words(&text, "NaNs"), ["0x7f", "0xff"]);
    assert_eq!(words(&text, "codes"), ["256:", "254", "finite,", "0", "infinite,", "2", "NaN"]);
    assert!(text.contains("float8_e4m3fn (ml_dtypes, torch)"), "{text}");
    assert!(text.lines().all(|line| line.len() <= 110), "{text}");
    let d = json("show binary64 --json");
    assert_eq!(d["largest"]["code"], "0x7fefffffffffffff");
    assert_eq!(d["nans"][1]["first"], "0xfff0000000000001");
    assert_eq!(d["facts"]["precision"], 53);
    assert_eq!(words(&shown("show e8m0"), "zeros"), ["none"]);
    assert_eq!(words(&shown("show Binary8p4se"), "largest"), ["0x7e", "0x1.cp+7", "224"]);
    assert_eq!(words(&shown("show torch:float8_e5m2"), "largest"), ["0x7b", "0x1.cp+15", "57344"]);
}

#[test]
fn show_a_code() {
    let text = shown("show e4m3fn 0x3c");
    assert_eq!(words(&text, "bits"), ["0", "0111", "100"]);
    assert_eq!(words(&text, "fields"), ["sign", "0,", "exponent", "7", "(2^0),", "trailing", "0x4"]);
    assert_eq!(words(&text, "class"), ["+normal"]);
    assert_eq!(words(&text, "value"), ["1.5"]);
    assert_eq!(words(&text, "below"), ["0x3b", "0x1.6p+0", "1.375"]);
    assert_eq!(words(&text, "above"), ["0x3d", "0x1.ap+0", "1.625"]);
    assert_eq!(shown("show e4m3fn 0b0011_1100"), text);
    let largest = json("show e4m3fn 0x7e --json");
    assert_eq!((&largest["below"]["code"], &largest["above"]), (&"0x7d".into(), &serde_json::Value::Null));
    assert_eq!(json("show e5m2 0xfb --json")["below"]["decimal"], "-inf");
    assert_eq!(json("show i8 0x80 --json")["below"], serde_json::Value::Null);
    let end = json("show u64 0xffffffffffffffff --json");
    assert_eq!(
        (&end["below"]["decimal"], &end["above"]),
        (&"18446744073709551614".into(), &serde_json::Value::Null)
    );
    assert_eq!(json("show i64 0xffffffffffffffff --json")["above"]["decimal"], "0");
    assert_eq!(json("show mxint8 0x80 --json")["above"]["decimal"], "-1.984375");
    assert_eq!(words(&shown("show u64"), "step"), ["2^0", "(bias", "-62)"]);
    assert_eq!(json("show e5m2 0x7d --json")["class"], "signalling NaN");
    assert_eq!(json("show e4m3fnuz 0x80 --json")["class"], "NaN");
    assert_eq!(json("show mxint8 0x80 --json")["decimal"], "-2");
    let smallest = shown("show binary64 0x1");
    assert_eq!(words(&smallest, "value")[0].len(), 757, "all digits of 2^-1074, the point and the exponent");
}

/// Rounding and code.
fn codes(args: &str) -> Vec<(String, String)> {
    let shown = json(args);
    let results = shown["results"].as_array().unwrap().iter();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_string();
    results.map(|r| (text(&r["rounding"]), text(&r["code"]))).collect()
}

#[test]
fn show_what_a_number_rounds_to() {
    let expect = |args: &str, codes_: [&str; 6]| {
        let roundings = ["rne", "rna", "rtz", "rup", "rdn", "odd"];
        let expected = roundings.iter().zip(codes_).map(|(r, c)| (r.to_string(), c.to_string()));
        assert_eq!(codes(args), expected.collect::<Vec<_>>(), "{args}");
    };
    expect("show e4m3fn 0.3 --json", ["0x2a", "0x2a", "0x29", "0x2a", "0x29", "0x29"]);
    expect("show e4m3fn -0.3 --json", ["0xaa", "0xaa", "0xa9", "0xa9", "0xaa", "0xa9"]);
    expect("show e4m3fn --json -0x1.8p3", ["0xd4"; 6]);
    expect("show e4m3fn 464 --json", ["0x7e", "0x7f", "0x7e", "0x7f", "0x7e", "0x7f"]);
    expect("show e4m3fn 1e9 --saturate finite --json", ["0x7e"; 6]);
    expect("show e5m2 --json -inf", ["0xfc"; 6]);
    expect("show e5m2 nan --json", ["0x7e"; 6]);
    expect(
        "show binary8p4uf -3 --standard p3109-v4.0 --json",
        ["0xff", "0xff", "0x00", "0x00", "0xff", "0xff"],
    );
    expect(
        "show binary8p4sf 1e9 --standard p3109-2026-07 --json",
        ["0x80", "0x80", "0x7f", "0x80", "0x7f", "0x80"],
    );
    let text = shown("show binary8p4sf 1e9 --standard p3109-2026-07");
    assert!(text.starts_with("1e9 in binary8p4sf by p3109-2026-07\n"), "{text}");
    let text = shown("show e4m3fn -0.3");
    assert_eq!(words(&text, "rne"), ["0xaa", "1", "0101", "010", "-0x1.4p-2", "-0.3125", "inexact"]);
    // 0.3 lies 0.6 of the way from 0x29 to 0x2a.
    assert_eq!(
        words(&text, "sr-b:8"),
        ["0xa9", "for", "102,", "0xaa", "for", "154", "of", "256", "noise", "words"]
    );
    let long = run("show bfloat16 1e39").out;
    assert!(long.contains("\n... is a decimal of more than 40 characters: --json has all of it"), "{long}");
    assert!(!text.contains("... is a decimal"), "{text}");
    let exact = json("show e4m3fn 1.5 --json");
    assert_eq!(exact["results"][0]["flags"], serde_json::json!([]));
    assert_eq!(exact["stochastic"][0]["codes"], serde_json::json!([{"code": "0x3c", "words": 256}]));
}

#[test]
fn a_format_file() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let path = format!("{folder}/mine.toml");
    std::fs::write(&path, "name = 'mine'\nsummary = 'my own'\nwidth = 7\nprecision = 3\n").unwrap();
    let text = shown(&format!("show {path}"));
    assert!(text.starts_with("mine: my own\n"), "{text}");
    assert_eq!(words(&text, "exponent"), ["4", "bits,", "bias", "7,", "emin", "-6,", "emax", "7"]);
    assert_eq!(json(&format!("show {path} 1 --json"))["results"][0]["code"], "0x1c");
    let wrong = format!("{folder}/wrong.toml");
    std::fs::write(&wrong, "name = 'mine'\nwidth = 7\nprecision = 'three'\n").unwrap();
    assert_eq!(
        told(&format!("show {wrong}")),
        format!(
            "halfulp: {wrong}:3:13: precision: expected a number of significand bits, the hidden one included, found \"three\"\n"
        )
    );
}

#[test]
fn errors_say_what_was_expected() {
    let cases = [
        (
            "show e4m3fn 3c",
            "\"3c\" is not a number: column 2: expected a digit, a point, e and a power of ten, or the end; as a code it is written 0x3c",
        ),
        ("show e4m3fn 0x100", "0x100 is not a code of e4m3fn, whose codes have 8 bits: 0x0 to 0xff"),
        (
            "show e4m3fn 0xfffffffffffffffff",
            "0xfffffffffffffffff is not a code of e4m3fn, whose codes have 8 bits: 0x0 to 0xff",
        ),
        ("show e4m3fn -0x3c", "\"-0x3c\": a code has no sign; hexadecimal with a `p` is a number: -0x3cp0"),
        ("show e4m3fn 0xg", "\"0xg\" is not a code: expected hexadecimal digits after \"0x\""),
        ("show e4m3fn 0b", "\"0b\" is not a code: expected binary digits after \"0b\""),
        ("show e4m3fn --jsn", "--jsn is neither an option of `show` nor a number"),
        ("show binary64 --all", "binary64 has 2^64 codes: --all is for formats of up to 24 bits"),
        ("show fp6", "\"fp6\" names several formats: write e2m3 (ocp) or e3m2 (ocp)"),
        (
            "show e4m3nf",
            "no format is called \"e4m3nf\"; did you mean e4m3fn? `halfulp formats` lists the names; a format file is given by its path, ./mine.toml",
        ),
        (
            "show nothing",
            "no format is called \"nothing\": `halfulp formats` lists the names; a format file is given by its path, ./mine.toml",
        ),
        (
            "show llvm:e4m3",
            "llvm calls no format \"e4m3\"; did you mean llvm:Float8E4M3 or llvm:Float8E4M3B11FNUZ or \
             llvm:Float8E4M3FN or llvm:Float8E4M3FNUZ?",
        ),
        ("show ml_dtypes:e5m2fnuz2", "ml_dtypes calls no format \"e5m2fnuz2\": expected one of "),
        (
            "show Torch:e5m2",
            "Torch calls no format \"e5m2\"; did you mean Torch:float8_e5m2 or Torch:float8_e5m2fnuz?",
        ),
        ("show nobody:e4m3", "\"nobody:e4m3\": no ecosystem is called \"nobody\": expected one of "),
    ];
    for (args, expected) in cases {
        if expected.ends_with(' ') {
            assert!(told(args).starts_with(&format!("halfulp: {expected}")), "{args}: {}", told(args));
            continue;
        }
        assert_eq!(told(args), format!("halfulp: {expected}\n"), "{args}");
    }
    assert_eq!(told("show ./none.toml"), "halfulp: there is no file ./none.toml\n");
    assert!(told("show ./").contains("ends in .toml, and that is a folder"));
    assert!(told("show ./ff").contains("a format file has a name that ends in .toml"));
    assert!(told("show nvfp4").contains("elements in e2m1, scales in e4m3fn"));
    assert!(told("show MXFP8_E4M3").contains("elements in e4m3fn or e5m2, scales in e8m0"));
    let long = format!("1{}x", "0".repeat(100_000));
    assert!(told(&format!("show e4m3fn {long}")).len() < 300);
    assert!(told("show e4m3fn --all 0x3c").contains("cannot be used with"));
    assert_eq!(run("--version").code, 0);
    assert_eq!(run("nonsense").code, 2);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for args in ["show binary16 --all", "show binary16 --all --json", "formats --p3109"] {
        let mut child = command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{args}");
    }
}

/// The command that an unsigned format shows for magnitudes.
#[test]
fn a_format_without_sign_says_how_magnitudes_become_its_codes() {
    let shown = run("show e8m0").out;
    let line =
        shown.lines().find_map(|line| line.trim().strip_prefix("magnitudes")).expect("a line of it").trim();
    assert_eq!(line, "echo c0400000 | halfulp eval abs --operands binary32 --result e8m0");
    assert!(!run("show e4m3fn").out.contains("magnitudes") && !run("show u8").out.contains("magnitudes"));
}
