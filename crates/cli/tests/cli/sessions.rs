//! `halfulp verify --subject cmd2:...`: devices of protocol 2.
#![cfg(unix)]

use crate::program::{Run, run, verify, words};

fn halfulp() -> String {
    format!("cmd2:{} serve", env!("CARGO_BIN_EXE_halfulp"))
}

#[test]
fn one_process_does_a_whole_format() {
    let folder = crate::experiments::folder();
    let log = folder.path().join("starts").display().to_string();
    let device = format!("cmd2:sh -c 'echo started >> {log}; exec {} serve'", env!("CARGO_BIN_EXE_halfulp"));
    let mut args = words("e2m1 --cases spread:200 --quiet --threads 2 --against definition --subject");
    args.push(&device);
    let (out, err, code) = verify(&args);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with(": all agree\n"), "{out}");
    assert_eq!(std::fs::read_to_string(&log).expect("it was started"), "started\n");
    // The same cases as those of the library itself.
    let (own, _, _) = verify(&words("e2m1 --cases spread:200 --quiet --against definition"));
    let cases =
        |out: &str| out.lines().rev().nth(1).map(|line| line.split_whitespace().nth(2).map(String::from));
    assert_eq!(cases(&out), cases(&own));
}

/// One run after another of one device, in a folder: what it prints at the end.
fn in_folder(folder: &std::path::Path, runs: &[(&str, bool)]) -> String {
    let device = halfulp();
    let mut last = String::new();
    for (args, asks) in runs {
        let mut command = crate::program::command(args);
        command.current_dir(folder);
        if *asks {
            command.args(["--subject", &device]);
        }
        let out = command.output().expect("the program starts");
        last = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{args}: {last}{}", String::from_utf8_lossy(&out.stderr));
    }
    last
}

/// Two kinds of tasks are measured one after the other, and the shards are run after that: once the second run waited for a process that had ended.
#[test]
fn a_campaign_runs_a_device_more_than_once() {
    let folder = crate::experiments::folder();
    let what = "e2m1 --op mul,sqrt --round rne --saturate none --shards 2 --limit 0.1 --quiet -o plan.json";
    let found = in_folder(
        folder.path(),
        &[
            (&format!("campaign plan {what}"), true),
            ("campaign run plan.json --shard 1 --out results --quiet", false),
            ("campaign run plan.json --shard 2 --out results --quiet", false),
            ("merge results --manifest plan.json", false),
        ],
    );
    assert!(found.contains(" calls itself \"halfulp\"\n") && found.ends_with(": all agree\n"), "{found}");
    assert!(found.contains("total") && found.contains(" 272 "), "{found}");
}

/// Shards that were asked by other windows have all cases together: once half of them were left out, and all agreed.
#[test]
fn shards_of_other_windows_are_the_whole() {
    let folder = crate::experiments::folder();
    let shard = |of: &str, window: &str, file: &str| {
        let args = format!(
            "verify e4m3fn --op mul --round rne --saturate none --against definition --shard {of} --window {window} --quiet --json"
        );
        let text = in_folder(folder.path(), &[(&args, true)]);
        std::fs::write(folder.path().join(file), text).expect("a file");
    };
    shard("1/2", "512", "1.json");
    shard("2/2", "65536", "2.json");
    let found = in_folder(folder.path(), &[("merge 1.json 2.json", false)]);
    assert!(found.ends_with(" against definition (65,536): all agree\n"), "{found}");
}

/// Whatever the window is, the answers and the report are the same.
#[test]
fn the_window_changes_no_answer() {
    let device = halfulp();
    let counts = |window: &str| {
        let mut args =
            words("e4m3fn --op mul --round rne,rtz --saturate none --quiet --against definition --window");
        args.extend([window, "--subject", &device]);
        let (out, err, code) = verify(&args);
        assert_eq!((code, err.as_str()), (0, ""), "{window}: {out}");
        assert!(out.contains("131,072"), "{out}");
    };
    ["1000", "65536"].into_iter().for_each(counts);
    let mut args = words("e4m3fn --op mul --round rne --cases random:40 --quiet --window 1 --subject");
    args.push(&device);
    assert_eq!(verify(&args).2, 0);
}

/// A device that is wrong after another operation than its own: what a mixed stream of one process finds.
#[test]
fn a_wrong_device_is_found_and_its_replay_finds_it_again() {
    let says = "echo halfulp-device 2; echo task abs,negate e2m1 rne none; echo ready";
    let device = format!(
        "cmd2:sh -c '{says}; while read id op f r s o noise a; do case $id in flush) ;; *) echo $id $a 00;; esac; done'"
    );
    let mut args = words("e2m1 --op abs,negate,add --quiet --against definition --subject");
    args.push(&device);
    let (out, err, code) = verify(&args);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    // abs is wrong below zero, negate everywhere; add is not claimed.
    assert!(out.contains(": 24 mismatches, 3 of them explained above"), "{out}");
    assert!(
        out.contains("not compared: add e2m1 e2m1 -> e2m1") && out.contains("does not cover it"),
        "{out}"
    );
    let replay = out.lines().find_map(|line| line.trim().strip_prefix("replay")).expect("a replay").trim();
    let program = env!("CARGO_BIN_EXE_halfulp");
    let line = replay.replacen("halfulp", program, 1);
    let again = std::process::Command::new("sh").args(["-c", &line]).output().expect("a shell");
    assert_eq!(again.status.code(), Some(1), "{line}");
    assert!(String::from_utf8_lossy(&again.stdout).contains("1 mismatch, explained above"), "{line}");
}

#[test]
fn programs_without_a_manifest_and_idle_options_are_errors() {
    let Run { code, err, .. } = run("verify e2m1 --op add --quiet --subject cmd2:false");
    assert!(code == 2 && err.contains("exited with status 1 before its manifest ended (`ready`)"), "{err}");
    for (args, why) in [
        ("--window 9", "--window is for a cmd2:PROGRAM"),
        ("--window 0 --subject cmd2:false", "expected a number of cases, 1 to 2^22"),
        ("--window 9999999 --subject cmd2:false", "expected a number of cases, 1 to 2^22"),
        ("--subject cmd2:", "no program is named after cmd2:"),
        (
            "--subject Cargo.toml",
            "unknown engine \"Cargo.toml\": it is a file; a program is named as in cmd:Cargo.toml",
        ),
    ] {
        let Run { code, err, .. } = run(&format!("verify e2m1 --op add --quiet {args}"));
        assert!(code == 2 && err.contains(why), "{args}: {err}");
    }
}

/// What a device wrote on standard error has its lines, and the error is there once.
#[test]
fn devices_that_die_at_their_start_are_reported_in_lines() {
    for (verb, kind, before) in [
        ("verify", "cmd2", "its manifest ended (`ready`)"),
        ("diagnose", "cmd2", "its manifest ended (`ready`)"),
        ("diagnose", "cmd", "answering line 1"),
        ("verify", "cmd", "answering line 1"),
    ] {
        let device = format!("{kind}:sh -c 'echo Traceback >&2; echo two >&2; exit 3'");
        let mut command = crate::program::command(&format!("{verb} e2m1 --op add --quiet --subject"));
        let out = command.arg(device).output().expect("the program starts");
        let err = String::from_utf8(out.stderr).expect("UTF-8");
        assert_eq!(out.status.code(), Some(2), "{verb} {kind}: {err}");
        assert!(err.ends_with("standard error:\n    Traceback\n    two\n"), "{verb} {kind}: {err}");
        assert!(!err.contains("\\n"), "{verb} {kind}: {err}");
        let said = format!("exited with status 3 before {before}");
        assert_eq!(err.matches(&said).count(), 1, "{verb} {kind}: {err}");
    }
}
