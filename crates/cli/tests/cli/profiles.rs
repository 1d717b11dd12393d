//! Profiles: listed, shown, compared, and as engines.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{command, run};
use crate::tensors::folder;

/// A profile in a file.
pub const MINE: &str = "name = \"mine\"\nversion = \"1\"\ntitle = \"a unit\"\nsource = \"a test\"\n\n[policy]\nsaturation = \"finite\"\n\n\
                    [[rule]]\nfrom = [\"binary64\", \"binary32\", \"binary16\"]\nto = [\"e4m3fn\"]\nevidence = \"text\"\n";

/// What `eval` answers to lines.
fn eval(args: &str, lines: &str) -> (String, String, i32) {
    let mut child = command(&format!("eval {args}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().expect("a code"))
}

#[test]
fn profiles_are_listed_and_shown() {
    let list = run("profiles");
    assert_eq!(list.code, 0, "{}", list.err);
    for name in ["torch-2.11", "cuda-float", "hip-2024-10", "arm-fp8-osc-ah", "p3109-2026-07"] {
        assert!(list.out.lines().any(|line| line.starts_with(name)), "{name}: {}", list.out);
    }
    let shown = run("profiles cuda-float");
    assert_eq!(shown.code, 0);
    for part in ["Rule 1, recorded: convert binary32 to e4m3fn", "nan.code = 0x7f", "cuda_fp8.hpp"] {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
    let text = run("profiles rdna4").out;
    assert!(text.contains("from text") && !text.contains("recorded"), "{text}");
    let wrong = run("profiles cuda");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean cuda-float or"), "{}", wrong.err);
}

#[test]
fn differences_are_found_by_region() {
    let found = run("diff torch cuda-float --from binary32 --to e4m3fn");
    assert_eq!(found.code, 1, "{}{}", found.out, found.err);
    let line =
        |name: &str| found.out.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_string();
    assert!(line("NaN operand").contains("16,777,214"), "{}", found.out);
    assert!(line("NaN operand").contains("8,388,607"), "{}", found.out);
    assert!(line("NaN operand").ends_with("0xff800001 (nan)  0xff (nan)  0x7f (nan)"), "{}", found.out);
    assert!(
        found.out.contains("4,294,967,296 of 4,294,967,296 cases compared (all of them, by intervals)"),
        "{}",
        found.out
    );
    assert!(found.out.contains("8,388,607 differences"), "{}", found.out);
    // The same with a NaN for any other.
    let same = run("diff torch cuda-float --from binary32 --to e4m3fn --compare-nan any");
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(same.out.contains("no difference"), "{}", same.out);
    // Headers that decide overflow before rounding.
    let early = run("diff hip-2024-10-nosat cuda-float --from binary32 --to e4m3fn --saturate none");
    assert_eq!(early.code, 1);
    assert!(early.out.contains("0x43e00001 (0x1.c00002p+8)"), "{}", early.out);
    assert!(early.out.contains("to which hip-2024-10-nosat has no answer"), "{}", early.out);
}

#[test]
fn engines_and_files_are_sides_too() {
    let folder = folder();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, MINE).expect("a file");
    let mine = path.display();
    assert_eq!(run(&format!("diff {mine} scalar --from binary16 --to e4m3fn")).code, 0);
    assert_eq!(run(&format!("diff model:{mine} definition --from binary16 --to e4m3fn")).code, 0);
    let program = format!(
        "cmd:{} eval convert --from binary16 --to e4m3fn --saturate finite",
        env!("CARGO_BIN_EXE_halfulp")
    );
    let with_program = command(&format!("diff {mine}"))
        .arg(&program)
        .args(["--from", "binary16", "--to", "e4m3fn"])
        .output();
    assert_eq!(with_program.expect("it runs").status.code(), Some(0));
    // A device that answers x * y with another rounding, on all pairs of a small format.
    let mul = run("diff scalar definition --op mul --format e4m3fn");
    assert_eq!(mul.code, 0, "{}{}", mul.out, mul.err);
    assert!(mul.out.contains("65,536 of 65,536 cases compared (all of them, one by one)"), "{}", mul.out);
    let wide = run("diff x86-fp16 scalar --op mul --format binary16 --cases random:1000");
    assert_eq!(wide.code, 1, "{}", wide.err);
    assert!(wide.out.contains("selected ones, not all"), "{}", wide.out);
}

/// Differences that come from what was asked, not from the implementations.
#[test]
fn sides_under_different_policies_are_pointed_out() {
    for (args, said) in [
        ("torch scalar --from binary32 --to e4m3fn", None),
        ("x86-fp16 scalar --op mul --format binary16 --cases edge", None),
        ("ocp torch --from binary32 --to e4m3fn --cases random:40", Some("saturate")),
        ("torch gfx950-sr --from binary32 --to e4m3fn --cases random:40", Some("round and saturate")),
    ] {
        let found = run(&format!("diff {args}"));
        let line =
            found.out.lines().find_map(|line| line.strip_prefix("  the two ")?.strip_suffix(" differently"));
        assert_eq!(line, said, "{args}: {}", found.out);
    }
}

/// Flags that a side does not report were not compared, and that is said.
#[test]
fn flags_that_were_not_compared_are_named() {
    for (args, said) in [
        ("scalar definition --op mul --format e2m1", None),
        (
            "scalar portable --op mul --format e2m1",
            Some("flags: not compared, portable does not report them"),
        ),
        ("torch scalar --from bfloat16 --to e4m3fn", Some("flags: not compared, torch does not report them")),
        (
            "torch cuda-bfloat16 --from bfloat16 --to e4m3fn",
            Some("flags: not compared, neither side reports them"),
        ),
    ] {
        let found = run(&format!("diff {args}"));
        assert_eq!(found.out.lines().find(|line| line.starts_with("flags: ")), said, "{args}: {}", found.out);
    }
    // A device that reports some: underflow and inexact are unknown.
    let device = format!("cmd:{} device never-overflow mul e2m1", env!("CARGO_BIN_EXE_halfulp"));
    let found = command("diff scalar --op mul --format e2m1").arg(&device).output().expect("it runs");
    let out = String::from_utf8(found.stdout).expect("UTF-8");
    assert!(found.status.code() == Some(1) && !out.contains("flags: "), "{out}");
}

/// What was not recorded does not say that it was.
#[test]
fn a_format_to_itself_is_from_text() {
    let shown = run("diff ml-dtypes scalar --from bfloat16 --to bfloat16");
    assert!(shown.out.contains("A: ml-dtypes (0.6.0), rne none, from text"), "{}", shown.out);
    let list = run("profiles").out;
    let line = list.lines().find(|line| line.starts_with("ml-dtypes ")).expect("a line");
    assert!(line.contains(" recorded, 1 from text"), "{line}");
}

#[test]
fn noise_is_shown_as_far_as_it_counts() {
    let noises = |args: &str| -> Vec<u64> {
        let found = run(&format!("diff {args} --cases random:300 --json"));
        let report: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
        let regions = report["regions"].as_array().expect("regions").clone();
        let words =
            regions.iter().filter_map(|region| region["example"]["noise"].as_str()?.strip_prefix("0x"));
        words.map(|word| u64::from_str_radix(word, 16).expect("hexadecimal")).collect()
    };
    // A unit that reads the upper bits of a word of 32: they are among those that are shown.
    let upper = noises("gfx950-sr scalar --from binary32 --to e4m3fn");
    assert!(!upper.is_empty() && upper.iter().all(|noise| *noise < 1 << 32), "{upper:x?}");
    assert!(upper.iter().any(|noise| *noise >= 1 << 20), "{upper:x?}");
    // The low 8 bits, where no side uses others.
    let low = noises("avx10.2-bias torch --from binary16 --to e5m2");
    assert!(!low.is_empty() && low.iter().all(|noise| *noise < 1 << 8), "{low:x?}");
    let text = run("diff avx10.2-bias torch --from binary16 --to e5m2 --cases random:300").out;
    assert!(text.contains("0x8001 (-0x1p-24), noise 0xff  "), "{text}");
}

#[test]
fn what_cannot_be_compared_is_said() {
    for (args, part) in [
        ("diff torch nosuch --from binary32 --to e4m3fn", "no profile is called \"nosuch\""),
        (
            "diff torch nope --from binary32 --to e4m3fn",
            "no profile is called \"nope\"; `halfulp profiles` lists the names",
        ),
        (
            "diff torch nope --from binary32 --to e4m3fn",
            "diff takes profiles and the engines scalar, definition, mpfr, apfloat, host, recorded, kernels of ",
        ),
        ("profiles cuda", "? `halfulp profiles` lists the names"),
        (
            "diff torch cmd2:./mul --from binary32 --to e4m3fn",
            "cmd2:./mul: diff takes profiles and the engines scalar, definition, mpfr, apfloat, host, recorded, kernels of",
        ),
        (
            "diff torch src/main.rs --from binary32 --to e4m3fn",
            "src/main.rs: it is a file; a program is named as in cmd:src/main.rs",
        ),
        ("diff torch cuda-float", "expected the formats of the conversion"),
        ("diff torch cuda-float --from binary32", "--to"),
        (
            "diff torch cuda-float --from binary32 --to e3m2",
            "it has no rule for convert between these formats",
        ),
        ("diff torch cuda-float --from binary32 --to e4m3fn --round rup", "expected one of rne finite"),
        ("diff torch cuda-float --op mul", "expected the format of mul"),
        ("diff scalar definition --op remainder --format e4m3fn", "has no regions"),
        ("diff scalar host --op mul --format e4m3fn", "host does not answer mul"),
        ("diff torch nosuch.toml --from binary32 --to e4m3fn", "there is no file nosuch.toml"),
        ("verify e4m3fn --from binary32 --against model:nosuch", "no profile is called"),
        ("verify --like torch", "--like needs the formats"),
        ("verify e4m3fn --op mul --like torch", "it has no rule for mul"),
        ("eval mul e4m3fn --like torch", "it has no rule for mul"),
        ("eval convert --from binary32 --to e4m3fn --like torch --nan zero", "--like"),
    ] {
        let found = run(args);
        assert_eq!((found.code, &*found.out), (2, ""), "{args}: {}", found.out);
        assert!(found.err.contains(part), "{args}: {}", found.err);
    }
    let folder = folder();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, MINE.replace("evidence", "evidense")).expect("a file");
    let found = run(&format!("profiles {}", path.display()));
    assert_eq!(found.code, 2);
    assert!(
        found.err.contains("mine.toml:12:1: rule[0].evidense: unknown field `evidense`"),
        "{}",
        found.err
    );
}

#[test]
fn verify_compares_with_a_profile() {
    // CUDA's headers from binary16, but for the sign of NaNs, which the scalar code has none of either.
    let agree = run("verify e4m3fn --from binary16 --like cuda-half");
    assert_eq!(agree.code, 1, "{}{}", agree.out, agree.err);
    let agree = run("verify e4m3fn --from binary16 --like cuda-half --saturate finite");
    assert_eq!(agree.code, 0, "{}{}", agree.out, agree.err);
    assert!(agree.out.contains("model:cuda-half (65,536)"), "{}", agree.out);
    // As an oracle and as a subject; what it does not know is not compared.
    let oracle =
        run("verify e4m3fn --from binary16 --round rne --saturate finite --against model:ocp-saturating");
    assert_eq!(oracle.code, 0, "{}{}", oracle.out, oracle.err);
    assert!(oracle.out.contains("model:ocp-saturating (63,490; no answer to 2,046 more)"), "{}", oracle.out);
    let subject = run(
        "verify e4m3fn --from binary16 --subject model:hip-2024-10-nosat --like cuda-half --saturate none",
    );
    assert_eq!(subject.code, 1);
    let part = run(
        "verify e4m3fn --from binary16 --round rne --saturate none --subject model:hip-2024-10-nosat --compare-nan any",
    );
    assert_eq!(part.code, 1, "{}", part.out);
    assert!(part.out.contains("0x5f01"), "{}", part.out);
}

#[test]
fn eval_answers_like_a_profile() {
    let convert = "convert --from binary32 --to e4m3fn --like";
    let (out, err, code) = eval(&format!("{convert} cuda-float"), "ffc00000\n7f800000\n43e80001\n");
    assert_eq!((&*out, &*err, code), ("FFC00000 7F 00\n7F800000 7E 00\n43E80001 7E 00\n", "", 0));
    let (out, _, _) =
        eval(&format!("{convert} cuda-float --saturate none --results"), "ff800000\n43e80001\n");
    assert_eq!(out, "FF\n7F\n");
    let (out, _, _) = eval(&format!("{convert} torch-2.11 --decimal --results"), "1e9\n-nan\n");
    assert_eq!(out.lines().next(), Some("7F"), "{out}");
    // Where the profile does not know, the line is refused, and those before it are answered.
    let (out, err, code) = eval(&format!("{convert} ocp --results"), "3f800000\n7fc00000\n3f800000\n");
    assert_eq!((&*out, code), ("38\n", 2));
    assert!(err.contains("line 2") && err.contains("the profile does not know"), "{err}");
}

#[test]
fn show_says_what_a_profile_gives() {
    let shown = run("show e4m3fn --like cuda-float");
    assert_eq!(shown.code, 0, "{}", shown.err);
    let lines: Vec<String> =
        shown.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for line in [
        "from binary32, rne finite, recorded",
        "-NaN 0xffc00000 0x7f nan",
        "infinity 0x7f800000 0x7e 448",
        "above the largest 0x43e00001 0x7e 448",
        "from binary32, rne none, recorded",
        "-infinity 0xff800000 0xff nan",
    ] {
        assert!(lines.iter().any(|known| known == line), "{line}: {}", shown.out);
    }
    assert!(run("show e5m2 --like ocp").out.contains("not known"));
    let wrong = run("show e3m2 --like torch");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("it has no conversion to e3m2"), "{}", wrong.err);
}
