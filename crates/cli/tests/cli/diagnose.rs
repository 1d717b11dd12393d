//! `halfulp diagnose` and `halfulp device`.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{Run, command, run};

/// What a run with a device gave.
fn with_device(arguments: &str, device: &str) -> Run {
    let out = command(arguments).args(["--quiet", "--subject", device]).output().expect("the program starts");
    Run {
        code: out.status.code().expect("it ends by itself"),
        out: String::from_utf8(out.stdout).expect("UTF-8"),
        err: String::from_utf8(out.stderr).expect("UTF-8"),
    }
}

/// A diagnosis of a device with planted deviations.
fn planted(names: &str, arguments: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let device = format!("cmd:{program} device {names} {{op}} --operands {{operands}} --result {{result}}");
    with_device(&format!("diagnose {arguments}"), &device)
}

#[test]
fn a_device_is_named() {
    let found = planted("daz,truncate,overflow-past", "e4m3fn --op mul");
    assert_eq!(found.code, 1, "{}", found.err);
    assert!(
        found.out.ends_with("truncate, overflow-past, daz: 20,236 of 20,236 explained\n\n"),
        "{}",
        found.out
    );
    assert!(found.out.contains("65,536 rows, 20,236 mismatches"), "{}", found.out);
    assert!(found.out.contains("reads subnormal operands as zero (DAZ)"), "{}", found.out);
}

/// By a live device, which is asked in an order that operands do not tell.
#[test]
fn the_order_of_answers_is_named() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let asked = |device: &str, more: &str| {
        let device = format!("cmd:{program} device {device} {{op}} {{format}}");
        with_device(&format!("diagnose e4m3fn --op mul --cases random:5000 {more}"), &device)
    };
    let late = asked("none --late 3", "");
    assert!(
        late.code == 1 && late.out.contains("\n  gives each answer 3 rows late\n"),
        "{}{}",
        late.out,
        late.err
    );
    assert!(
        late.out.contains("\nlate by 3: ") && late.out.contains("among the first 3 answers"),
        "{}",
        late.out
    );
    let lane = asked("daz,truncate --lane 2/4", "");
    assert!(lane.code == 1 && lane.out.contains("(lane 2 of 4)"), "{}", lane.out);
    let verdict = lane.out.trim_end().lines().last().unwrap_or_default();
    assert!(
        verdict.starts_with("lane 2 of 4: truncate, daz: ") && verdict.ends_with(" explained"),
        "{verdict}"
    );
    let json = asked("truncate --lane 2/4", "--json");
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["tasks"][0]["order"], serde_json::json!({ "lane": { "lane": 2, "of": 4 } }));
    for (more, message) in [
        ("--lane 5/4", "expected i/n with i from 1 to n and n at least 2"),
        ("--lane 1/1", "expected i/n with i from 1 to n and n at least 2"),
        ("--late 0", "expected a number of lines, 1 to 2^20"),
        ("--late 1 --lane 1/2", "cannot be used with"),
    ] {
        let refused = run(&format!("device truncate mul e4m3fn {more}"));
        assert!(refused.code == 2 && refused.err.contains(message), "{more}: {}", refused.err);
    }
}

#[test]
fn a_conversion_is_named() {
    let found = planted("via-bfloat16", "--from binary32 --to e4m3fn --cases edge");
    assert!(found.out.contains("via-bfloat16: ") && found.out.contains(" explained"), "{}", found.out);
    assert_eq!(found.code, 1);
}

#[test]
fn a_device_that_deviates_nowhere_has_no_mismatch() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let found = with_device("diagnose e2m1 --op add", &format!("cmd:{program} eval {{op}} {{format}}"));
    assert_eq!((found.code, found.err.as_str()), (0, ""));
    assert!(found.out.contains("no mismatch in 256 rows"), "{}", found.out);
    let silent = run("diagnose e2m1 --op add --quiet --subject portable");
    assert!(silent.out.contains("no mismatch in 256 rows; flags were not compared"), "{}", silent.out);
}

/// What is left over is shown, and is no explanation.
#[test]
fn what_nothing_explains_is_said() {
    let device = "cmd:sh -c 'n=0; while read a b; do n=$((n + 1)); if [ $((n % 97)) = 0 ]; then echo 1; else echo 0; fi; done'";
    let found = with_device("diagnose e2m1 --op add", device);
    assert_eq!(found.code, 1, "{}{}", found.out, found.err);
    assert!(
        found.out.contains("Not explained: ") && found.out.contains("operands   expected   device"),
        "{}",
        found.out
    );
    assert!(found.out.contains("LGS "), "{}", found.out);
}

#[test]
fn what_is_no_device_is_refused() {
    for (arguments, message) in [
        ("device dazz mul e4m3fn", "no deviation is called \"dazz\"; did you mean daz"),
        ("device daz,daz-a mul e4m3fn", "daz and daz-a change the same setting: a device has one of them"),
        ("device , mul e4m3fn", "name a deviation: `halfulp device --help` lists them"),
        ("device daz class e4m3fn", "class with daz: there is no such device"),
        ("device daz mul e4m3fn --standard p3109-v4.0", "mul with daz: there is no such device"),
        ("device swapped mul e4m3fn", "swapped is not a deviation of mul here"),
        ("device truncate mul e4m3fn --round rtz", "truncate is not a deviation of mul here"),
        ("device stuck-c1-0 mul e4m3fn", "stuck-c1-0 is not a deviation of mul here"),
        ("diagnose --subject scalar", "name a format"),
        ("diagnose e4m3fn --subject scalar", "--op says which operation the device computes"),
        ("diagnose e4m3fn --op class --subject scalar", "class: there are no deviations of it"),
        ("diagnose e4m3fn --op mul --subject scalar --against mpfr", "--against: diagnose does not take it"),
        (
            "diagnose e4m3fn --op mul --subject scalar --standard p3109-v4.0",
            "--standard: diagnose does not take it",
        ),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.code, 2, "{arguments}");
        assert!(refused.err.contains(message), "{arguments}: {}", refused.err);
    }
}

/// What a device answers to lines of operands.
fn answers(arguments: &str, lines: &str) -> String {
    let mut command = command(arguments);
    let mut device = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    device.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    String::from_utf8(device.wait_with_output().expect("it ends").stdout).expect("UTF-8")
}

#[test]
fn a_verification_ends_with_a_diagnosis() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let device = format!("cmd:{program} device truncate {{op}} {{format}}");
    let arguments = "verify e2m1 --op mul --round rne --saturate none --diagnose";
    let found = with_device(arguments, &device);
    assert_eq!((found.code, found.err.as_str()), (1, ""));
    assert!(found.out.ends_with("truncate: 8 of 8 explained\n\n"), "{}", found.out);
    assert!(found.out.contains("rounds toward zero (truncation)"), "{}", found.out);
}

/// One process for several tasks, and another one for the diagnosis after a report.
#[cfg(unix)]
#[test]
fn a_device_of_protocol_2_is_diagnosed() {
    let program = env!("CARGO_BIN_EXE_halfulp");
    let right = with_device("diagnose e2m1 --op add,mul", &format!("cmd2:{program} serve"));
    assert_eq!((right.code, right.err.as_str()), (0, ""));
    assert_eq!(right.out.matches("no mismatch in 256 rows").count(), 2, "{}", right.out);
    let always_zero = "cmd2:sh -c 'printf \"halfulp-device 2\\ntask mul e2m1 rne none\\nready\\n\"; \
                       while read n rest; do if [ \"$n\" != flush ]; then echo \"$n 0 -\"; fi; done'";
    let wrong = with_device("verify e2m1 --op mul --round rne --saturate none --diagnose", always_zero);
    assert_eq!((wrong.code, wrong.err.as_str()), (1, ""), "{}", wrong.out);
    assert!(wrong.out.contains("Every answer is 0."), "{}", wrong.out);
}

#[test]
fn recorded_answers_are_diagnosed() {
    let folder = tempfile::tempdir().expect("a folder for tests");
    let file = folder.path().join("answers.txt");
    let pairs: String = (0..256).map(|code| format!("{:x} {:x}\n", code & 15, code >> 4)).collect();
    std::fs::write(&file, answers("device truncate mul e2m1", &pairs)).expect("a file");
    let mut check = command("check --as testfloat --diagnose --task");
    let out = check.arg("mul e2m1").arg(&file).output().expect("the program starts");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    assert_eq!(out.status.code(), Some(1), "{text}{}", String::from_utf8_lossy(&out.stderr));
    assert!(text.ends_with("truncate: 8 of 8 explained\n\n"), "{text}");
}

#[test]
fn a_device_answers_as_eval_does() {
    let answer = |arguments: &str| answers(arguments, "39 3d\n01 78\n");
    assert_eq!(answer("eval mul e4m3fn"), "39 3D 3F 01\n01 78 30 00\n");
    assert_eq!(answer("device truncate,daz mul e4m3fn"), "39 3D 3E 01\n01 78 00 00\n");
    let help = run("device --help").out;
    for name in [
        "daz",
        "ftz-nearest",
        "via-bfloat16-truncated",
        "align-0-sticky",
        "noise-reversed",
        "unfused",
        "zero-to-nan",
    ] {
        assert!(help.split_whitespace().any(|word| word == name), "{name}");
    }
}
