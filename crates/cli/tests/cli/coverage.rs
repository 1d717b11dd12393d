//! `--coverage` of verify, vectors and check, and `halfulp coverage`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::experiments::folder;
use crate::program::{Run, run};

/// A run in words, with `{}` for a folder.
fn within(folder: &Path, args: &str) -> Run {
    run(&args.replace("{}", &folder.display().to_string()))
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join(name)).expect("a file")).expect("JSON")
}

const MUL: &str = "e4m3fn --op mul --round rne --saturate none";

#[test]
fn a_run_writes_what_its_cases_meet_in_three_forms() {
    let folder = folder();
    let path = folder.path();
    let files = "--coverage {}/a.json --coverage {}/a.txt --coverage {}/a.html";
    let ran = within(path, &format!("verify {MUL} --cases random:500 --seed 3 {files}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("halfulp: coverage: ") && ran.err.contains(" empty; "), "{}", ran.err);
    let document = json(path, "a.json");
    let task = &document["tasks"][0];
    assert_eq!((task["op"].as_str(), task["exhausted"].as_u64()), (Some("mul"), Some(1 << 16)));
    assert_eq!(
        (task["sources"][0]["cases"].as_str(), task["sources"][0]["seed"].as_u64()),
        (Some("random:500"), Some(3))
    );
    assert!(task["cases"].as_u64().expect("a number") > 500);
    // What is shown of the file is what was written as text.
    let text = fs::read_to_string(path.join("a.txt")).expect("a file");
    let shown = within(path, "coverage {}/a.json");
    assert_eq!((shown.code, shown.err.as_str(), &shown.out), (0, "", &text));
    assert!(text.contains("  empty: codes-a: code 0x") || text.contains("  empty: extremes: "), "{text}");
    let page = fs::read_to_string(path.join("a.html")).expect("a file");
    assert!(page.starts_with("<!doctype html>") && page.contains("id=\"task-0-rounding\""), "{page}");
    // A report on standard output is as it is without.
    let with = within(path, &format!("verify {MUL} --json --quiet --coverage {{}}/b.json"));
    assert!((with.code, with.err.as_str()) == (0, "") && with.out.starts_with('{'), "{}", with.err);
}

#[test]
fn cases_for_coverage_hit_every_bin() {
    let folder = folder();
    let path = folder.path();
    let ran = within(path, &format!("verify {MUL} --cases cover --quiet --coverage {{}}/all.json"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let full = within(path, "coverage {}/all.json --full");
    assert_eq!(full.code, 0);
    assert!(full.out.contains(" 0 empty; "), "{}", full.out);
    assert_eq!(within(path, &format!("verify {MUL} --cases edge -q --coverage {{}}/edge.json")).code, 0);
    assert_eq!(within(path, "coverage {}/edge.json --full").code, 1);
    assert_eq!(within(path, "coverage {}/edge.json").code, 0);
    // Vectors of the same cases, and the answers in them.
    let wrote = within(path, "vectors mul e4m3fn --cases cover -q -o {}/mul.txt --coverage {}/vectors.json");
    assert_eq!((wrote.code, wrote.err.as_str()), (0, ""));
    assert_eq!(within(path, "check {}/mul.txt -q --coverage {}/check.json").code, 0);
    for name in ["vectors.json", "check.json"] {
        assert_eq!(
            json(path, name)["tasks"][0]["groups"],
            json(path, "all.json")["tasks"][0]["groups"],
            "{name}"
        );
    }
    // A mismatch in them is replayed by its operands: the list belongs to the policies of the run.
    let wrong = format!("cmd:{} device truncate {{op}} {{format}}", env!("CARGO_BIN_EXE_halfulp"));
    let (out, ..) = crate::program::verify(&[
        "e4m3fn",
        "--op",
        "mul",
        "--round",
        "rne,rtz",
        "--cases",
        "cover",
        "-q",
        "--subject",
        &wrong,
    ]);
    assert!(out.contains("--cases given:") && out.contains("--case 0"), "{out}");
}

#[test]
fn shards_become_the_whole() {
    let folder = folder();
    let path = folder.path();
    let run = |part: &str, name: &str| {
        let ran = within(
            path,
            &format!(
                "verify e2m1 --op fma --round rne --saturate none --cases all -q {part} --coverage {{}}/{name}"
            ),
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    run("", "whole.json");
    run("--shard 1/2", "1.json");
    run("--shard 2/2", "2.json");
    let merged = within(path, "coverage {}/1.json {}/2.json -o {}/merged.json -o {}/page.html --json");
    assert_eq!((merged.code, merged.err.as_str()), (0, ""));
    assert_eq!(merged.out, fs::read_to_string(path.join("merged.json")).expect("a file"));
    let groups = |name: &str| json(path, name)["tasks"][0]["groups"].clone();
    assert_eq!(groups("merged.json"), groups("whole.json"));
    for wrong in ["{}/1.json {}/1.json", "{}/merged.json {}/2.json", "{}/whole.json {}/1.json"] {
        let refused = within(path, &format!("coverage {wrong}"));
        assert!(refused.code == 2 && refused.err.contains("each belongs in once"), "{}", refused.err);
    }
}

#[test]
fn what_cannot_be_done_is_said_before_the_run() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("report.json"), "{\"schema\":\"halfulp.verify/1\"}").expect("a file");
    for (args, why) in [
        (format!("verify {MUL} --coverage {{}}/a.xml"), "end the name so"),
        (format!("verify {MUL} --coverage {{}}/a.json --coverage {{}}/a.json"), "is written there"),
        (format!("verify {MUL} --junit {{}}/a.xml --coverage {{}}/no/a.json"), "there is no folder"),
        (format!("verify {MUL} --cases given:1,2 --case 0 --coverage {{}}/a.json"), "cannot be used with"),
        ("verify --coverage {}/a.json".into(), "name fewer operations"),
        ("verify --cases cover".into(), "name a FORMAT"),
        (format!("diagnose {MUL} --coverage {{}}/a.json"), "diagnose does not take it"),
        ("coverage {}/nothing.json".into(), "there is no file"),
        ("coverage {}/report.json".into(), "expected \"halfulp.coverage/1\""),
        ("coverage {}/report.json -o {}/report.json".into(), "that is the input"),
    ] {
        let refused = within(path, &args);
        assert!(refused.code == 2 && refused.err.contains(why), "{args}: {} {}", refused.code, refused.err);
    }
    let names: Vec<_> = fs::read_dir(path).expect("a folder").collect();
    assert_eq!(names.len(), 1, "nothing is left behind");
}
