//! What a device of protocol 2 claims, and what it is asked.
#![cfg(unix)]

use crate::program::{Run, command};

/// A device that claims a task, and answers each case with a word of the shell in which `$a` is the first operand.
fn device(task: &str, answer: &str) -> String {
    let says = format!("echo halfulp-device 2; echo flags none; echo \"task {task}\"; echo ready");
    format!(
        "cmd2:sh -c '{says}; while read id op f r s o noise a b; do case $id in flush) ;; *) echo $id {answer};; esac; done'"
    )
}

fn with(args: &str, device: &str) -> Run {
    let out = command(args).args(["--subject", device]).output().expect("the program starts");
    Run {
        code: out.status.code().expect("it ends by itself"),
        out: String::from_utf8(out.stdout).expect("UTF-8"),
        err: String::from_utf8(out.stderr).expect("UTF-8"),
    }
}

/// The usual list has this rounding and saturation with another tininess and result for NaN.
#[test]
fn a_device_is_asked_what_it_claims_where_no_policy_is_named() {
    let run = |claimed: &str, answer: &str| {
        with("verify e2m1 --op abs --quiet", &device(&format!("abs e2m1 {claimed}"), answer))
    };
    let right = run("rna finite", "$((0x$a & 7))");
    assert_eq!((right.code, right.err.as_str()), (0, ""), "{}", right.out);
    assert!(right.out.contains("\ne2m1         1              16 "), "{}", right.out);
    let wrong = run("rna finite", "$a");
    assert!(wrong.code == 1 && wrong.out.contains(": 8 mismatches"), "{}", wrong.out);
    assert!(
        wrong.out.contains("--round rna --saturate finite --tininess after --nan largest"),
        "{}",
        wrong.out
    );
    // What it claims of the list itself is asked as it stands there.
    let whole = run("rna finite *", "$((0x$a & 7))");
    assert!(whole.code == 0 && whole.out.contains("\ne2m1         1 "), "{}{}", whole.out, whole.err);
    // A policy that was named is not another one.
    let named = with(
        "verify e2m1 --op abs --quiet --round rna --saturate finite --tininess before",
        &device("abs e2m1 rna finite", "$a"),
    );
    assert!(named.code == 2 && named.err.contains("covers none of the tasks"), "{}{}", named.out, named.err);
}

#[test]
fn what_a_device_claims_is_said_where_it_covers_nothing() {
    let other = device("mul e2m1 rtz none", "0");
    let claims = "what its manifest claims: mul e2m1 rtz none";
    for (args, why) in [
        ("verify e2m1 --op mul --round rne --saturate none", "covers none of the tasks"),
        ("verify e2m1 --op add", "covers none of the tasks"),
        ("diagnose e2m1 --op mul", "mul under --round rne --saturate none"),
        ("stream e2m1 --op mul --round rne", "have none of these tasks in common"),
    ] {
        let Run { code, out, err } = with(args, &other);
        assert!(code == 2 && err.contains(why) && err.contains(claims), "{args}: {err}{out}");
    }
    // Of several roundings that it has is diagnosed, and the others are named.
    let some = with("diagnose e2m1 --op mul --round rne,rtz --quiet", &other);
    assert!(some.code == 1 && some.err.is_empty(), "{}{}", some.out, some.err);
    let left_out = "not asked: mul under --round rne --saturate none --tininess after --nan largest: ";
    assert!(some.out.starts_with(left_out), "{}", some.out);
    assert!(some.out.contains("256 rows, ") && some.out.contains("Every answer is 0."), "{}", some.out);
}

#[test]
fn a_device_of_the_other_protocol_is_called_that() {
    let second = device("mul e2m1 rne none", "0").replacen("cmd2:", "cmd:", 1);
    let run = with("verify e2m1 --op mul --round rne --quiet", &second);
    assert!(run.code == 2 && run.err.contains("which is named as in cmd2:PROGRAM"), "{}", run.err);
    let lines = "cmd2:sh -c 'while read a b; do echo 0; done'";
    let run = with("verify e2m1 --op mul --round rne --quiet --startup-timeout 0.3", lines);
    assert!(run.code == 2 && run.err.contains("is a cmd:PROGRAM"), "{}", run.err);
}

/// Neither a report nor a diagnosis tells that an answer depends on the case before.
#[test]
fn streams_are_pointed_to_where_something_is_not_explained() {
    let hint = "halfulp: whether answers depend on the cases before them, `halfulp stream` finds out\n";
    let odd = device("mul e2m1 rne none", "$((id % 5 == 0))");
    for args in ["diagnose e2m1 --op mul", "verify e2m1 --op mul --round rne --saturate none --explain 0"] {
        let run = with(args, &odd);
        assert!(run.code == 1 && run.err.ends_with(hint), "{args}: {}", run.err);
        let quiet = with(&format!("{args} --quiet"), &odd);
        assert!(!quiet.err.contains("stream"), "{args}: {}", quiet.err);
    }
    // What is explained whole needs none, and a device that is started for each task has no such history.
    let program = env!("CARGO_BIN_EXE_halfulp");
    let named = format!("cmd:{program} device truncate {{op}} {{format}}");
    assert!(!with("diagnose e2m1 --op mul", &named).err.contains("stream"));
    let line = "cmd:sh -c 'while read a b; do echo $a; done'";
    assert!(!with("diagnose e2m1 --op mul", line).err.contains("stream"));
}

/// The list divides the triples of fma among its roundings; under one policy they are one task.
#[test]
fn fma_under_one_policy_is_one_task() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let serve = format!("cmd2:{program} serve");
    let run =
        |args: &str| with(&format!("{args} e4m3fn --op mul,fma --round rne --saturate none --quiet"), &serve);
    let verified = run("verify --against scalar");
    assert!(verified.code == 0 && verified.out.contains("\ntotal        2 "), "{}", verified.out);
    let stream = run("stream --length 1000");
    assert!(stream.code == 0 && stream.out.contains("1,000 cases in one stream, 2 tasks"), "{}", stream.out);
}
