//! `halfulp bound` with --parts and --shard: what is printed, and what is refused.

use std::fs;

use crate::experiments::{ASSERTED, HEAD, file, folder};
use crate::program::run;

/// Two cases, two seeds.
const PARTS: &str = r#"name = "halves"
title = "A small comparison"

[run.compare]
problem = { quadratic = { dimension = 4 } }
steps = 10
metric = "loss"
seeds = 2

[[run.compare.cases]]
name = "f64"
optimizer = { sgd = { rate = 0.1 } }

[[run.compare.cases]]
name = "f32"
optimizer = { sgd = { rate = 0.1 } }
arithmetic = "f32"
beside = "f64"

[[expect]]
number = "ratio of f32"
relation = "agrees"
claim = [0.999, 1.001]
within = [0.999, 1.001]
source = "rounding is small"
"#;

#[test]
fn shards_judge_nothing_and_all_together_are_judged() {
    let folder = folder();
    let path = file(&folder, "halves.toml", PARTS);
    let parts = folder.path().join("parts");
    let shown = parts.display();
    let first = run(&format!("bound run {path} --parts {shown} --shard 1/2"));
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(
        first.out,
        "halves: shard 1/2, 2 of 4 parts: 2 computed, 0 found in the folder. Nothing was judged; 2 parts of other shards are not there yet.\n"
    );
    assert!(first.err.contains("halves: 2 of 2 parts are done"), "{}", first.err);
    let again = run(&format!("bound run {path} --parts {shown} --shard 1/2"));
    assert!(again.out.contains("0 computed, 2 found in the folder"), "{}", again.out);
    let second = run(&format!("bound run {path} --parts {shown} --shard 2/2"));
    assert!(
        second
            .out
            .ends_with("Nothing was judged; all parts are there: the run without --shard judges them.\n")
    );
    assert_eq!(fs::read_dir(&parts).expect("a folder").count(), 4);
    for verb in ["run", "check"] {
        let whole = run(&format!("bound {verb} {path}"));
        let found = run(&format!("bound {verb} {path} --parts {shown}"));
        assert_eq!((found.code, &found.out), (0, &whole.out), "{}", found.err);
        assert!(found.err.contains("halves: 4 of 4 parts are done") && whole.err.is_empty(), "{}", whole.err);
    }
    // What a file asserts is judged, not what its parts were computed under.
    let wrong = file(&folder, "wrong.toml", &PARTS.replace("0.999, 1.001", "1.5, 2.0"));
    let found = run(&format!("bound check {wrong} --parts {shown}"));
    assert_eq!(found.code, 1, "{}", found.err);
}

#[test]
fn what_is_not_as_it_should_be_is_said() {
    let folder = folder();
    let path = file(&folder, "halves.toml", PARTS);
    let parts = folder.path().join("parts");
    let shown = parts.display();
    let whole = run(&format!("bound run {path} --parts {shown} --json"));
    assert_eq!(whole.code, 0, "{}", whole.err);
    let one = fs::read_dir(&parts).expect("a folder").next().expect("a part").expect("a part").path();
    fs::write(&one, "nonsense").expect("it is ours");
    let found = run(&format!("bound run {path} --parts {shown} --json"));
    assert!(found.err.contains(&*one.display().to_string()), "{}", found.err);
    assert_eq!(found.out, whole.out);
    let longer = file(&folder, "longer.toml", &PARTS.replace("steps = 10", "steps = 11"));
    let found = run(&format!("bound run {longer} --parts {shown}"));
    assert!(found.err.contains("4 parts have other settings or another version"), "{}", found.err);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = folder();
    let path = file(&folder, "halves.toml", PARTS);
    let parts = folder.path().join("parts").display().to_string();
    let other = file(&folder, "other.toml", &format!("{HEAD}{ASSERTED}"));
    for (args, said) in [
        (format!("bound run {path} --shard 1/2"), "--parts"),
        (format!("bound run {path} --parts {parts} --shard 3/2"), "expected I/N"),
        (format!("bound run {path} --parts {parts} --shard 1/2 --brief"), "cannot be used with"),
        (format!("bound run {path} --parts {parts} --shard 1/2 --html {parts}.html"), "cannot be used with"),
        (format!("bound check {path} --parts {parts} --shard 1/2"), "--shard"),
        (format!("bound check {other} --parts {parts}"), "has no parts"),
        (format!("bound run {path} --parts {path}"), "expected a folder"),
        (format!("bound run {path} --parts {parts}/deep/er"), "there is no folder"),
    ] {
        let run = run(&args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}: {}", run.err);
        assert!(run.err.contains(said), "{args}: {}", run.err);
    }
    assert!(!folder.path().join("parts").exists());
}
