//! Exit codes, whatever becomes of standard output and error: a verdict stands, errors are errors, nothing panics, and with `--json`
//! an error is JSON.

use crate::program::run;
use crate::tensors::{data, folder};
use serde_json::Value;

/// Runs a line of the shell in which `halfulp` is the program.
#[cfg(unix)]
fn sh(line: &str) -> (Option<i32>, String, String) {
    let line = format!("halfulp() {{ {} \"$@\"; }}\n{line}", env!("CARGO_BIN_EXE_halfulp"));
    let out = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (out.status.code(), text(out.stdout), text(out.stderr))
}

/// `halfulp verify` with one mismatch: the device of another rounding.
#[cfg(unix)]
const DIFFERS: &str = "verify e2m1 --op mul --round rne --against scalar --subject \"cmd:sh -c 'while read a b; do echo \\$a \\$b 3 00; done'\"";

#[cfg(target_os = "linux")]
#[test]
fn a_no_stays_a_no_when_nobody_reads() {
    for json in ["", "--json"] {
        let run = format!("halfulp {DIFFERS} {json}");
        assert_eq!(sh(&format!("{run} >/dev/null")).0, Some(1), "{run}");
        // The status of the first of a pipe, in a POSIX shell.
        let (_, status, _) = sh(&format!("{{ {{ sleep 0.3; {run}; echo $? >&3; }} | true; }} 3>&1"));
        assert_eq!(status, "1\n", "{run}");
        let (code, _, err) = sh(&format!("{run} >/dev/full"));
        assert_eq!(code, Some(1), "{run}: {err}");
        assert!(err.contains("could not print"), "{err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_yes_that_cannot_be_printed_is_no_yes() {
    let weights = data("weight.npy").display().to_string();
    for args in [
        "--help",
        "--version",
        "show --help",
        "formats",
        "formats --json",
        "show e4m3fn",
        "show e4m3fn --json",
        "show e4m3fn --all",
        "show e4m3fn 0x38",
        "show e4m3fn 0.1",
        "bound list",
        "verify e2m1 --op add --against scalar --subject definition",
        &format!("quantize {weights} --to e4m3fn"),
    ] {
        let (code, _, err) = sh(&format!("halfulp {args} >/dev/full"));
        assert_eq!(code, Some(2), "{args}: {err}");
        assert!(err.contains("could not print"), "{args}: {err}");
        // Nobody reads: enough was seen.
        let (_, status, _) = sh(&format!("{{ {{ sleep 0.2; halfulp {args}; echo $? >&3; }} | true; }} 3>&1"));
        assert_eq!(status, "0\n", "{args}");
        // Nobody ever could: what is closed is an output that cannot be written.
        let (code, _, err) = sh(&format!("halfulp {args} >&-"));
        assert_eq!(code, Some(2), "{args}: {err}");
        assert!(err.contains("standard output is closed"), "{args}: {err}");
    }
    let (code, _, err) = sh("echo 38 48 | halfulp eval add --format e4m3fn >/dev/full");
    assert_eq!(code, Some(2), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_panics_where_nothing_can_be_said() {
    for args in [
        "show nosuch",
        "show nosuch --json",
        "nosuch",
        "verify nosuch",
        "bound check nosuch",
        "quantize",
        "quantize no.npy --to e5m2",
        "eval add",
    ] {
        for to in ["2>/dev/full", "2>&-", "2>/dev/full >/dev/full", ">&- 2>&- <&-"] {
            assert_eq!(sh(&format!("halfulp {args} {to}")).0, Some(2), "{args} {to}");
        }
        // A pipe that has closed.
        let (_, status, _) =
            sh(&format!("{{ {{ sleep 0.2; halfulp {args} 2>&1 >/dev/null; echo $? >&3; }} | true; }} 3>&1"));
        assert_eq!(status, "2\n", "{args}");
    }
}

#[test]
fn with_json_errors_are_json_too() {
    for (args, words) in [
        ("show nosuch --json", "nosuch"),
        ("show e4m3fn 0xfff --json", "0xfff"),
        ("show --json", "required"),
        ("formats --json --nosuch", "--nosuch"),
        ("quantize no.npy --to e4m3fn --json", "no.npy"),
        ("quantize --json", "required"),
        ("verify nosuch --json", "nosuch"),
        ("bound check nosuch --json", "nosuch"),
        ("eval add --json", "--json"),
        ("nosuch --json", "nosuch"),
    ] {
        let run = run(args);
        assert_eq!(run.code, 2, "{args}");
        let document: Value =
            serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{args}: {e}: {}", run.out));
        assert_eq!(document["schema"], "halfulp.error/1", "{args}");
        assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
        assert!(document["error"].as_str().is_some_and(|error| error.contains(words)), "{args}: {}", run.out);
        let command: Vec<&str> = std::iter::once("halfulp").chain(args.split(' ')).collect();
        assert_eq!(document["command"], serde_json::json!(command), "{args}");
        assert!(run.err.contains(words), "{args}: {}", run.err);
    }
    // Not asked for, or not an option.
    assert_eq!(run("show nosuch").out, "");
    assert_eq!(run("show e4m3fn -- --json").out, "");
}

#[test]
fn control_characters_in_errors_are_shown() {
    let folder = folder();
    let path = folder.path().join("x\u{1b}[31m\u{7}.toml");
    std::fs::write(&path, "name = 1\n").expect("a file");
    let path = path.to_str().expect("a text");
    for args in [
        vec!["show", "\u{1b}[31mnosuch\n\u{7}"],
        vec!["\u{1b}[31mnosuch\u{7}"],
        vec!["show", "e4m3fn", "\u{1b}[31m"],
        vec!["formats", "--\u{1b}[31m"],
        vec!["show", path],
        vec!["quantize", path, "--to", "e4m3fn"],
    ] {
        let out = crate::program::command("").args(&args).output().expect("the program starts");
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        let err = String::from_utf8(out.stderr).expect("UTF-8");
        // What is wrong with the arguments themselves is said without them.
        assert!(err.contains(r"\u{1b}") || err.contains("Usage:"), "{args:?}: {err}");
        assert!(!err.contains(|c: char| c.is_control() && c != '\n'), "{args:?}: {err:?}");
    }
}
