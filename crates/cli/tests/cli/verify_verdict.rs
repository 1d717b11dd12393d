//! What a verdict of `halfulp verify` is worth: it survives its reader, nothing is excused that is not known, what was
//! not compared is said, and a run that ends early says what it found.

use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::program::{verify, words};

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");

/// The exit code of a line of the shell, in which `$H` is the program.
fn shell(line: &str) -> i32 {
    let status = Command::new("bash").args(["-c", line]).env("H", PROGRAM).stderr(Stdio::null()).status();
    status.unwrap().code().unwrap()
}

/// `halfulp eval`, its answers changed by a program for sed.
fn device(change: &str) -> String {
    let eval = "eval {op} --operands {operands} --result {result} --round {round} --saturate {saturate} \
                --tininess {tininess} --flush {flush} --nan {nan}";
    format!("cmd:sh -c '\"$@\" | sed -u \"{change}\"' device {PROGRAM} {eval}")
}

const SPREAD: &str = "e4m3fn --op mul --round rup --saturate none --cases spread:65536";

/// Negative overflow toward positive is -448, code FE. A device that gives -0 there once passed against apfloat, because
/// a whole region was excused in which apfloat is known to be wrong.
#[test]
fn only_the_known_wrong_answer_is_excused() {
    let wrong = device("s/FE 05$/80 05/");
    for oracles in ["apfloat", "apfloat,definition"] {
        let arguments = [&words(SPREAD)[..], &["--against", oracles, "--subject", &wrong]].concat();
        let (out, err, code) = verify(&arguments);
        assert_eq!(code, 1, "{out}{err}");
        assert!(out.contains("5,024 mismatches") && !out.contains("excused"), "{out}");
    }
}

/// Where apfloat is wrong, another oracle has to say so.
#[test]
fn errata_are_excused_where_another_oracle_confirms() {
    let (out, err, code) = verify(&words(&format!("{SPREAD} --against apfloat,definition")));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("errata: apfloat is known to be wrong in 122 cases of 1 task, where"), "{out}");
    let (out, _, code) = verify(&words(&format!("{SPREAD} --against apfloat")));
    assert_eq!(code, 1, "{out}");
    let said =
        "errata: in 122 of the mismatches apfloat is known to be wrong (rustc_apfloat 0.2.3 forgets the sign";
    assert!(out.contains(said) && out.contains("as in --against apfloat,definition"), "{out}");
    // The engine's own fault shows where another one is trusted.
    let (out, _, code) = verify(&words(&format!("{SPREAD} --subject apfloat --against definition")));
    assert_eq!(code, 1);
    assert!(out.contains("122 mismatches"), "{out}");
}

/// A reader that leaves, or a disk that is full, takes no mismatch back. Once both made it a pass or a failure to run.
#[test]
fn a_verdict_survives_its_reader() {
    let differs = "verify e4m3fn --op mul --round rup --saturate none --subject apfloat --against definition";
    let uncovered = "verify e2m1 --op add --against apfloat";
    let agrees = "verify e2m1 --op add";
    for (line, code) in [
        (format!("$H {differs} | true; exit ${{PIPESTATUS[0]}}"), 1),
        (format!("$H {differs} --json | true; exit ${{PIPESTATUS[0]}}"), 1),
        (format!("$H {uncovered} | true; exit ${{PIPESTATUS[0]}}"), 2),
        (format!("$H {agrees} | true; exit ${{PIPESTATUS[0]}}"), 0),
        (format!("$H {differs} > /dev/full"), 1),
        (format!("$H {uncovered} > /dev/full"), 2),
        // A yes that nobody can have read is none.
        (format!("$H {agrees} > /dev/full"), 2),
        (format!("$H {differs} 2> /dev/full > /dev/null"), 1),
        (format!("$H {differs} 2>&- >&-"), 1),
        // Once a yes: what is closed is opened as /dev/null before the program begins.
        (format!("$H {agrees} --json >&-"), 2),
        (format!("$H {agrees} >&-"), 2),
        (format!("$H {differs} --json >&-"), 1),
        ("$H show e4m3fn >&-".into(), 2),
        ("$H --version >&-".into(), 2),
        ("echo 38 38 | $H eval add --format e4m3fn >&-".into(), 2),
        // What is opened so by the caller is an output.
        (format!("$H {agrees} --json > /dev/null"), 0),
        (format!("$H {agrees} --json <> /dev/null >&0"), 0),
    ] {
        assert_eq!(shell(&line), code, "{line}");
    }
}

/// Progress is said after 10 s: by then nobody may be listening, which once was a panic.
#[test]
fn progress_without_a_reader_is_no_panic() {
    let slow = "cmd:sh -c 'sleep 11; while read a b; do echo \"$a -\"; done'";
    let mut child = Command::new(PROGRAM)
        .args(["verify", "e2m1", "--op", "add", "--round", "rne", "--saturate", "none", "--threads", "1"])
        .args(["--timeout", "60", "--subject", slow])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{out}");
    assert!(out.contains(" mismatches, 3 of them explained above"), "{out}");
}

/// A file that cannot be written is known before the run, which would take hours here.
#[test]
fn outputs_are_checked_before_the_run() {
    let arguments = "bfloat16 --op fma --cases random:1000000000000 --junit /no/such/folder/x.xml";
    let (out, err, code) = verify(&words(arguments));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("--junit /no/such/folder/x.xml: there is no folder"), "{err}");
}

#[test]
fn flags_that_were_not_compared_are_said() {
    let silent = device("s/ [0-9A-F]*$/ -/");
    let task = words("e5m2 --op mul --round rne,rup --saturate none");
    let (out, _, code) = verify(&[&task[..], &["--subject", &silent]].concat());
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("flags: not compared, the device does not report them"), "{out}");
    // One flag that an oracle does not always report.
    let (out, _, _) = verify(&words("e5m2 --op minimum --round rne --against apfloat"));
    assert!(
        out.contains("flags: compared in v 0, i 65,536, o 65,536, u 65,536, x 65,536 of 65,536 cases"),
        "{out}"
    );
    // Nothing to say where all were compared in every case.
    let (out, _, _) = verify(&[&task[..], &["--against", "definition"]].concat());
    assert!(!out.contains("flags:"), "{out}");
}

#[test]
fn what_third_parties_vouch_for_is_said() {
    let (out, _, _) =
        verify(&words("e4m3fn --op add --round rne,odd --saturate none --against definition,apfloat"));
    for line in [
        "third-party software took part in the check of 65,536 of 131,072 cases",
        "of no case under --round odd --saturate none",
        "apfloat: third-party arithmetic behind an adapter of this project",
    ] {
        assert!(out.contains(line), "{line:?} is not in\n{out}");
    }
    let (out, _, _) = verify(&words("e2m1 --op add --against definition"));
    assert!(out.contains("no oracle of a third party was asked"), "{out}");
}

/// NaN FF where 7F is wanted, on negative overflow: both are NaN.
#[test]
fn differences_count_as_asked() {
    let other_nan = device("s/7F 05$/FF 05/");
    let run = |more: &str| {
        let task = words("e4m3fn --op mul --round rne --saturate none --subject");
        verify(&[&task[..], &[&other_nan], &words(more)].concat())
    };
    let (out, _, code) = run("--json");
    assert_eq!(code, 1, "{out}");
    let (out, _, code) = run("--compare-nan sign");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("--compare-nan sign --subject"), "{out}");
    let (out, _, code) = run("--compare-nan any");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("compared, as asked: all NaNs as one"), "{out}");
    // Flags: 07 for 05 is underflow where there was none.
    let extra = device("s/05$/07/");
    let run = |more: &str| {
        let task = words("e4m3fn --op mul --round rne --saturate none --subject");
        verify(&[&task[..], &[&extra], &words(more)].concat()).2
    };
    assert_eq!(
        [run(""), run("--compare-flags u"), run("--compare-flags ox"), run("--compare-flags none")],
        [1, 1, 0, 0]
    );
    // Zeros.
    let zeros = device("s/ 80 0\\(.\\)$/ 00 0\\1/");
    let task = words("e4m3fn --op mul --round rne --saturate none --subject");
    assert_eq!(verify(&[&task[..], &[&zeros]].concat()).2, 1);
    assert_eq!(verify(&[&task[..], &[&zeros, "--compare-zero", "any"]].concat()).2, 0);
}

/// A device that answers wrongly and dies has answered wrongly.
#[test]
fn a_device_that_dies_leaves_its_mismatches() {
    let task = words("e4m3fn --op mul --round rne --saturate none --threads 1 --subject");
    for end in ["exit 3", "sleep 60"] {
        let dying = format!(
            "cmd:sh -c 'sed -u 30000q | {PROGRAM} eval mul --operands e4m3fn,e4m3fn --result e4m3fn --round rne \
             --saturate none | sed -u \"s/^30 30 28/30 30 29/\"; {end}'"
        );
        let timeout = if end == "exit 3" { "5" } else { "1" };
        let (out, err, code) = verify(&[&task[..], &[&dying, "--timeout", timeout]].concat());
        assert_eq!(code, 1, "{end}: {out}{err}");
        assert!(out.contains(": 1 mismatch, explained above, and not all was compared"), "{out}");
        assert!(out.contains("PARTIAL: "), "{out}");
        assert!(err.contains("the run could not go on"), "{err}");
    }
    // Without a mismatch there is no verdict, but a report.
    let dying = format!(
        "cmd:sh -c 'sed -u 30000q | {PROGRAM} eval mul --operands e4m3fn,e4m3fn --result e4m3fn --round rne --saturate none'"
    );
    let (out, err, code) = verify(&[&task[..], &[&dying, "--json"]].concat());
    assert_eq!(code, 2, "{out}{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["verdict"], "undecided");
    let (cases, unfinished) = (&report["cases"], &report["not_compared"]["unfinished"]);
    assert!(cases.as_u64().unwrap() >= 29_000, "{cases}");
    assert_eq!(cases.as_u64().unwrap() + unfinished.as_u64().unwrap(), 65_536);
    assert!(report["stopped"][0].as_str().unwrap().contains("exited with status 0"), "{report}");
}

#[test]
fn nothing_to_compare_is_a_pass_of_nothing() {
    for arguments in ["e2m1 --op add --shard 7/18446744073709551615", "e2m1 --op add --shard 1000/1000"] {
        let (out, err, code) = verify(&words(arguments));
        assert_eq!((code, err.as_str()), (0, ""), "{arguments}\n{out}");
        assert!(out.ends_with(": nothing compared, there are no cases\n"), "{arguments}\n{out}");
    }
    let (out, _, code) = verify(&words("e2m1 --op add --shard 1/18446744073709551615"));
    assert!(code == 0 && out.ends_with(": all agree\n"), "{out}");
}
