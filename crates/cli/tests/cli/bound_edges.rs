//! `halfulp bound` with inputs and outputs that nobody would want: nothing hangs, nothing is overwritten, and a verdict
//! survives what becomes of its printing.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::experiments::{ASSERTED, HEAD, file, folder};
use crate::program::{command, run};

/// Runs, and says what went wrong; a run that takes long is one that hangs.
fn refused(args: &str) -> String {
    let start = Instant::now();
    let run = run(args);
    assert!(start.elapsed() < Duration::from_secs(20), "{args} took {:?}", start.elapsed());
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{args}: {}", run.err);
    run.err
}

fn good(folder: &tempfile::TempDir, name: &str) -> String {
    file(folder, name, &format!("{HEAD}{ASSERTED}"))
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_read() {
    let folder = folder();
    let pipe = folder.path().join("pipe.toml").display().to_string();
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
    assert!(made.success());
    assert!(refused(&format!("bound check {pipe}")).contains("pipe.toml: expected a regular file"));
    let link = folder.path().join("zeros.toml").display().to_string();
    std::os::unix::fs::symlink("/dev/zero", &link).expect("a link for tests");
    assert!(refused(&format!("bound check {link}")).contains("zeros.toml: expected a regular file"));
    let long = file(&folder, "long.toml", &"#".repeat((4 << 20) + 1));
    assert!(refused(&format!("bound check {long}")).contains("long.toml: expected at most 4 MiB"));
}

#[test]
fn outputs_are_neither_inputs_nor_each_other() {
    let folder = folder();
    let path = good(&folder, "e.toml");
    let text = fs::read_to_string(&path).expect("it was written");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (one, other) = (at("one"), at("one.csv"));
    for option in ["--html", "--junit"] {
        let said = refused(&format!("bound check {path} {option} {path}"));
        assert!(said.contains(option) && said.contains("e.toml"), "{said}");
    }
    let said = refused(&format!("bound check {path} --html {one} --junit {one}"));
    assert!(said.contains("--html") && said.contains("--junit"), "{said}");
    let said = refused(&format!("bound check {path} --csv {other} --junit {other}"));
    assert!(said.contains("--csv") && said.contains("--junit"), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("it is still there"), text);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing was made");
}

#[test]
fn two_experiments_of_one_name_do_not_write_into_one_folder() {
    let folder = folder();
    let (a, b) = (good(&folder, "a.toml"), good(&folder, "b.toml"));
    let svg = folder.path().join("svg").display().to_string();
    for option in ["--svg", "--csv"] {
        let said = refused(&format!("bound check {a} {b} {option} {svg}"));
        assert!(said.contains(option) && said.contains("two experiments are named small"), "{said}");
    }
    assert!(!folder.path().join("svg").exists());
    let table = folder.path().join("all.csv").display().to_string();
    assert_eq!(run(&format!("bound check {a} {b} --csv {table}")).code, 0);
}

#[test]
fn sizes_are_checked_before_anything_is_run() {
    let folder = folder();
    let large = format!("{HEAD}{ASSERTED}").replace("elements = 20", "elements = 8000000");
    let path = file(&folder, "large.toml", &large);
    let said = refused(&format!("bound check {path} --threads 1"));
    assert!(said.contains("large.toml:10:12: run.ema.elements: a run would take about 2.4 GiB"), "{said}");
    assert!(said.contains("--max-memory"), "{said}");
    let small = good(&folder, "small.toml");
    assert!(
        refused(&format!("bound check {small} --threads 1 --max-memory 4K")).contains("the limit is 4 KiB")
    );
    assert_eq!(run(&format!("bound check {small} --threads 1 --max-memory 1M")).code, 0);
    assert!(
        refused(&format!("bound check {small} --max-memory lots"))
            .contains("expected a whole number of bytes")
    );
}

#[test]
fn what_a_terminal_obeys_is_shown() {
    let folder = folder();
    let title = format!("{HEAD}{ASSERTED}").replace("A small experiment", "A \\u001b[31msmall\\u0007 one");
    let said = refused(&format!("bound run {}", file(&folder, "x.toml", &title)));
    assert!(said.contains("title: expected text without control characters, found '\\u{1b}'"), "{said}");
    let named = good(&folder, "a\u{1b}b.toml");
    for text in
        [refused(&format!("bound check {named}x")), refused(&format!("bound check {named} --max-memory 1"))]
    {
        assert!(!text.trim_end().contains(char::is_control) && text.contains("a\\u{1b}b.toml"), "{text:?}");
    }
}

/// `/dev/full` is a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_verdict_survives_a_full_output_and_a_closed_error() {
    let folder = folder();
    let good = good(&folder, "good.toml");
    let bad = file(&folder, "bad.toml", &format!("{HEAD}{ASSERTED}band = [0.0, 1e-9]\n"));
    let full = || Stdio::from(fs::File::options().write(true).open("/dev/full").expect("/dev/full is there"));
    for (args, code) in [
        (format!("bound check {bad}"), 1),
        (format!("bound check {bad} --json"), 1),
        (format!("bound check {good}"), 2),
    ] {
        let out = command(&args).stdout(full()).output().expect("the program starts");
        assert_eq!(out.status.code(), Some(code), "{args}");
    }
    for (args, code) in [
        (format!("bound check {bad}"), 1),
        (format!("bound check {good}"), 0),
        ("bound check no.toml".into(), 2),
    ] {
        let out = command(&args).stderr(full()).output().expect("the program starts");
        assert_eq!(out.status.code(), Some(code), "{args}");
    }
}

/// Standard output had two documents, the report's, which said that all holds, and the error's.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_leaves_one_document() {
    let folder = folder();
    let good = good(&folder, "good.toml");
    let bad = file(&folder, "bad.toml", &format!("{HEAD}{ASSERTED}band = [0.0, 1e-9]\n"));
    // By a link, which is all that a fault could replace.
    let full = folder.path().join("full");
    std::os::unix::fs::symlink("/dev/full", &full).expect("a link for tests");
    let full = full.display();
    for option in ["--html", "--junit"] {
        for (name, code, schema) in [(&good, 2, "halfulp.error/1"), (&bad, 1, "halfulp.bound/1")] {
            let run = run(&format!("bound check {name} --json {option} {full}"));
            assert_eq!(run.code, code, "{}", run.err);
            assert!(run.err.contains(&format!("could not write {full}")), "{}", run.err);
            let document: serde_json::Value = serde_json::from_str(&run.out).expect("one document");
            assert_eq!(document["schema"], schema);
        }
    }
}

#[test]
fn the_long_run_is_the_table_full() {
    let folder = folder();
    let short = good(&folder, "short.toml");
    let said = refused(&format!("bound run {short} --full"));
    assert!(said.contains("short.toml") && said.contains("no table full"), "{said}");
    let text = format!("{HEAD}{ASSERTED}[full.run]\nsteps = 60\n");
    let long = file(&folder, "long.toml", &text);
    let command = |options: &str| {
        let found = run(&format!("bound run {long} {options} --json"));
        assert_eq!(found.code, 0, "{}", found.err);
        found.out
    };
    assert!(command("--full").contains("long.toml --full") && !command("").contains("--full"));
    assert!(command("--full").contains("\"60\"") && !command("").contains("\"60\""), "the number of steps");
    let wrong = file(&folder, "wrong.toml", &text.replace("steps = 60", "steps = 0"));
    let said = refused(&format!("bound check {wrong}"));
    assert!(said.contains("wrong.toml") && said.contains("steps"), "{said}");
}

#[test]
fn a_new_file_holds_as_it_stands_and_replaces_none() {
    let folder = folder();
    let path = folder.path().join("first.toml").display().to_string();
    let made = run(&format!("bound new -o {path}"));
    assert_eq!((made.code, made.out.as_str(), made.err.as_str()), (0, "", ""));
    let text = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(run("bound new adamw").out, text);
    let checked = run(&format!("bound check {path}"));
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    let said = refused(&format!("bound new compare -o {path}"));
    assert!(said.contains("first.toml") && said.contains("exists"), "{said}");
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), text);
    let said = refused("bound new adam");
    assert!(said.contains("adam") && said.contains("adamw") && said.contains("swamping"), "{said}");
}

/// A file without a folder or `.toml` in its name is taken for an experiment's name; what is not text is said to be none.
#[test]
fn files_that_are_not_named_as_files_are_recognized() {
    let folder = folder();
    std::fs::write(folder.path().join("our.txt"), "name = \"x\"\n").expect("a file");
    let mut command = crate::program::command("bound check our.txt");
    let out = command.current_dir(folder.path()).output().expect("the program starts");
    let said = String::from_utf8(out.stderr).expect("UTF-8");
    assert!(out.status.code() == Some(2) && said.contains("./our.txt"), "{said}");
    let binary = folder.path().join("x.toml");
    std::fs::write(&binary, b"\0\x01\x02").expect("a file");
    assert!(refused(&format!("bound check {}", binary.display())).contains("x.toml is not text"));
}
