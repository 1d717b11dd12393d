//! `halfulp stream`: devices whose answers depend on what came before.
#![cfg(unix)]

use crate::program::{Run, command, run};
use crate::tensors::folder;

fn stream(args: &str, device: &str) -> Run {
    let out = command(&format!("stream --quiet {args} --subject")).arg(device).output().expect("it starts");
    Run {
        code: out.status.code().expect("it ends by itself"),
        out: String::from_utf8(out.stdout).expect("UTF-8"),
        err: String::from_utf8(out.stderr).expect("UTF-8"),
    }
}

fn halfulp(options: &str) -> String {
    format!("cmd2:{} serve {options}", env!("CARGO_BIN_EXE_halfulp"))
}

/// Each fault is found, reduced to two lines, saved, and shown again by what was saved, in both modes.
#[test]
fn faults_of_memory_are_reduced_to_two_lines_that_show_them_again() {
    for (fault, mode) in [
        ("late-rounding", ""),
        ("sticky-flags", "--binary"),
        ("stale-operand", ""),
        ("late-rounding", "--binary"),
    ] {
        let folder = folder();
        let file = folder.path().join("history.txt");
        let device = halfulp(&format!("--fault {fault} {mode}"));
        let args = format!("e4m3fn --op add,mul --saturate none --explain 1 --save {}", file.display());
        let Run { code, out, err } = stream(&args, &device);
        assert_eq!((code, err.as_str()), (1, ""), "{fault}: {out}");
        assert!(out.contains("is right alone, and wrong in the stream: "), "{out}");
        assert!(out.contains("  It takes 1 case before it:\n    0 "), "{out}");
        assert!(out.contains("  None of them can be left out.\n"), "{out}");
        assert!(out.contains("asked again alone: 4; wrong alone too: 0; right alone, so that"), "{out}");
        let lines = std::fs::read_to_string(&file).expect("a history");
        assert_eq!(lines.lines().count(), 3, "{lines}");
        assert!(lines.ends_with("\nflush\n"), "{lines}");
        let replay = format!("--replay {}", file.display());
        let again = stream(&replay, &device);
        assert!(again.code == 1 && again.out.contains("2 cases in one stream, "), "{}", again.out);
        assert!(again.out.contains(": 1 mismatch\n"), "{}", again.out);
        let mended = stream(&replay, &halfulp(mode));
        assert_eq!((mended.code, mended.err.as_str()), (0, ""));
        assert!(mended.out.ends_with(": all agree\n"), "{}", mended.out);
    }
}

/// The same seed gives the same stream, and another another.
#[test]
fn streams_are_a_function_of_the_seed() {
    let device = halfulp("--fault stale-operand");
    let run = |seed: &str| {
        stream(&format!("e4m3fn --op add,mul --explain 1 --length 2000 --seed {seed}"), &device).out
    };
    let (one, again, two) = (run("1"), run("1"), run("2"));
    assert!(one == again && one != two.replace("seed 2", "seed 1"), "{one}{two}");
}

#[test]
fn a_right_device_agrees_and_only_what_it_claims_is_asked() {
    let all = stream("e4m3fn --length 5000 --seed 3", &halfulp(""));
    assert_eq!((all.code, all.err.as_str()), (0, ""), "{}", all.out);
    assert!(
        all.out.ends_with(": all agree\n") && all.out.contains("5,000 cases in one stream"),
        "{}",
        all.out
    );
    let program = env!("CARGO_BIN_EXE_halfulp");
    let part =
        format!("cmd2:sh -c '{program} serve | sed -u \"s/^task .*/task add,mul e4m3fn rne,rtz none/\"'");
    let part = stream("e4m3fn --op add,mul,div --round rne,rtz,rup --saturate none --length 500", &part);
    assert!(
        part.code == 0 && part.out.contains("500 cases in one stream, 4 tasks: all agree"),
        "{}",
        part.out
    );
}

/// A function of the case is not laid to its history: a device whose answers to one operation are wrong.
#[test]
fn wrong_functions_are_told_from_wrong_memories() {
    let says = "echo halfulp-device 2; echo task abs,negate e2m1 rne none; echo ready";
    let device = format!(
        "cmd2:sh -c '{says}; while read id op f r s o noise a; do case $id in flush) ;; *) echo $id $a 00;; esac; done'"
    );
    let Run { code, out, err } = stream("e2m1 --op abs,negate --length 300", &device);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.contains(" is wrong alone too: "), "{out}");
    assert!(out.contains("asked again alone: 12; wrong alone too: 12; "), "{out}");
}

#[test]
fn a_device_that_dies_is_judged_until_then() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let dies = |options: &str| format!("cmd2:sh -c '{program} serve {options} | sed -u 4000q'");
    let right = stream("e4m3fn --op mul --timeout 3", &dies(""));
    assert_eq!(right.code, 2, "{}", right.out);
    assert!(right.out.contains("3,996 of 10,000 cases in one stream"), "{}", right.out);
    assert!(right.err.contains("with the answer to case 3996 due"), "{}", right.err);
    let wrong = stream("e4m3fn --op mul --explain 1 --timeout 3", &dies("--fault sticky-flags"));
    assert!(wrong.code == 1 && wrong.out.contains("3,996 of 10,000 cases"), "{}", wrong.out);
}

#[test]
fn what_makes_no_stream_is_an_error() {
    let folder = folder();
    let bad = folder.path().join("bad.txt");
    std::fs::write(&bad, "0 mul e4m3fn rne none - 0 3C 41\n").expect("a file");
    let bad = bad.display();
    for (args, why) in [
        (
            "e4m3fn --subject cmd:cat".into(),
            "--subject: a stream needs one process for all of its tasks, cmd2:PROGRAM",
        ),
        ("e4m3fn".into(), "a stream needs one process"),
        ("--subject cmd2:cat".into(), "name a format"),
        ("e4m3fn --threads 2 --subject cmd2:cat".into(), "--threads: stream does not take it"),
        ("e4m3fn --length 0 --subject cmd2:cat".into(), "--length"),
        (
            "e4m3fn --against mpfr --against scalar --subject cmd2:cat".into(),
            "--against: stream compares with one engine",
        ),
        ("--replay /no/such/file --subject cmd2:cat".into(), "there is no file /no/such/file"),
        (
            format!("--replay {bad} --subject cmd2:cat"),
            "bad.txt: line 1 is not a case: expected NUMBER OP FORMATS",
        ),
        (format!("e4m3fn --replay {bad} --subject cmd2:cat"), "cannot be used with"),
        ("e4m3fn --subject cmd2:false".into(), "exited with status 1 before its manifest ended"),
    ] {
        let Run { code, err, .. } = run(&format!("stream --quiet {args}"));
        assert!(code == 2 && err.contains(why), "{args}: {err}");
    }
    let none = "cmd2:sh -c 'echo halfulp-device 2; echo task add e5m2 rne none; echo ready; cat'";
    let Run { code, err, .. } = stream("e4m3fn --op mul", none);
    assert!(
        code == 2
            && err
                .contains("have none of these tasks in common; what its manifest claims: add e5m2 rne none"),
        "{err}"
    );
    let Run { code, err, .. } = run("serve --fault none");
    assert!(code == 2 && err.contains("expected late-rounding, sticky-flags, stale-operand"), "{err}");
}
