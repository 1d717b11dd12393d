//! `halfulp bound trace` on the recorded traces of the lab's tests, which the package does not have.

use std::path::Path;

use crate::program::{Run, run};
use crate::tensors::folder;
use serde_json::Value;

/// The path of a trace.
pub fn recorded(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lab/tests/data/traces");
    folder.join(format!("{name}.safetensors")).display().to_string()
}

fn trace(name: &str, more: &str) -> Run {
    run(&format!("bound trace {} {more}", recorded(name)))
}

#[test]
fn a_sound_run_is_a_yes_and_a_fault_a_no() {
    let Run { code, out, err } = trace("adamw-bf16", "");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("HOLDS: 6 of 6 bounds and 3 of 3 identities as asserted"), "{out}");
    let order: Vec<&str> = out.lines().filter(|line| line.starts_with("pytorch ")).collect();
    assert!(order[0].contains("2,700  2,700   100 %"), "{order:?}");
    for (name, fault) in [
        ("fault-truncated", "weights truncated"),
        ("fault-stale", "first moment stale"),
        ("fault-beta2", "beta2 in bfloat16 (0.98828125)"),
    ] {
        let Run { code, out, .. } = trace(name, "");
        assert_eq!(code, 1, "{name}");
        assert!(out.contains("FAILS") && out.contains(fault), "{name}: {out}");
    }
}

#[test]
fn a_file_says_what_has_to_hold() {
    let folder = folder();
    let path = folder.path().join("mine.toml");
    let path = path.to_str().expect("UTF-8");
    std::fs::write(path, "[[assert]]\nbound = \"trace.step\"\nof = \"second moment\"\n").expect("a file");
    let Run { code, out, .. } = trace("fault-truncated", &format!("--assert {path}"));
    assert!(code == 0 && out.contains("HOLDS: 1 of 1 bound as asserted"), "{out}");
    std::fs::write(path, "[[assert]]\nbound = \"trace.stop\"\n").expect("a file");
    let Run { code, err, .. } = trace("adamw-f32", &format!("--assert {path}"));
    assert!(code == 2 && err.contains("mine.toml:2:9: ") && err.contains("found no \"trace.stop\""), "{err}");
    std::fs::write(path, "").expect("a file");
    let Run { code, err, .. } = trace("adamw-f32", &format!("--assert {path}"));
    assert!(code == 2 && err.contains("expected at least one [[assert]], [[expect]] or [[detect]]"), "{err}");
}

#[test]
fn options_are_checked() {
    for (more, expected) in [
        (
            "--preset rmsprop",
            "preset \"rmsprop\": expected one of pytorch, torchao, torchao-compiled, bitsandbytes, bitsandbytes-cpu, plain",
        ),
        ("--arithmetic f16", "expected one of kernels, roots, f32, every, f64"),
        ("--storage third=bfloat16", "\"third\": expected weights, first or second"),
        ("--storage bfloat16", "expected weights=, first= or second= and a storage"),
        ("--storage first=bfloat17", "bfloat17"),
        ("--max-memory 1K", "the limit is 1 KiB"),
    ] {
        let Run { code, err, .. } = trace("adamw-f32", more);
        assert!(code == 2 && err.contains(expected), "{more}: {err}");
    }
    let Run { code, out, .. } = trace("adamw-bf16", "--storage second=tf32 --json");
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, 1);
    assert_eq!(document["trace"]["first_outside"]["at"]["tensor"], "second moment");
    assert_eq!(document["report"]["settings"]["second moment kept in"], "tf32 rne");
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (html, junit, csv) = (at("x.html"), at("x.xml"), at("x.csv"));
    let run = trace("fault-beta2", &format!("--html {html} --junit {junit} --csv {csv}"));
    assert_eq!(run.code, 1, "{}", run.err);
    for (path, word) in [(&html, "trace.step"), (&junit, "trace.step"), (&csv, "trace.step")] {
        assert!(std::fs::read_to_string(path).expect("a file").contains(word), "{path}");
    }
    // An output never replaces the trace.
    let copy = at("copy.safetensors");
    std::fs::copy(recorded("adamw-f32"), &copy).expect("a copy");
    let before = std::fs::read(&copy).expect("a file");
    let run = crate::program::run(&format!("bound trace {copy} --html {copy}"));
    assert_eq!((run.code, std::fs::read(&copy).expect("a file")), (2, before), "{}", run.err);
}

#[test]
fn what_is_no_trace_is_an_error_with_what_was_expected() {
    let Run { code, err, .. } = run("bound trace nosuch.safetensors");
    assert!(code == 2 && err.contains("there is no file nosuch.safetensors"), "{err}");
    let weights = crate::tensors::data("weights.safetensors").display().to_string();
    let Run { code, err, .. } = run(&format!("bound trace {weights}"));
    assert!(code == 2 && err.contains("it is not a trace: expected the text \"halfulp-trace\""), "{err}");
}
