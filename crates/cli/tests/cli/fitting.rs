//! `halfulp verify` of a device that does not do every policy: the command that fits it is suggested, and no fault hidden by it.
#![cfg(unix)]

use std::process::Command;

use crate::program::verify;

const PROGRAM: &str = env!("CARGO_BIN_EXE_halfulp");

/// The command that a run suggests, and what it says before it.
fn suggestion(out: &str) -> Option<(String, String)> {
    let lines: Vec<&str> = out.lines().collect();
    let place = lines.iter().position(|line| line.contains("if the device is meant to do no others"))?;
    let text = lines[place].to_string();
    Some((lines[place + 1].strip_prefix("  ").expect("the command stands to the right").to_string(), text))
}

/// A device with nothing but a rounding and a saturation: 31 tasks, most of which it fails.
#[test]
fn a_device_of_one_rounding_gets_its_command() {
    for (fixed, options) in [
        ("--round rne --saturate finite", "--round rne --saturate finite --tininess before"),
        ("--round rtz", "--round rtz --saturate none,propagate"),
        ("--round rup --saturate finite --flush-operands", ""),
    ] {
        // It looks at two columns, noise or not, and has no flags but where it says its tininess.
        let bare = if options.contains("tininess") { "" } else { "--results" };
        let eval = format!("{PROGRAM} eval {{op}} --format {{format}} {fixed} {bare}");
        let device = match bare {
            "" => format!("cmd:{eval}"),
            _ => format!("cmd:sh -c 'sed -u \"s/^\\(.. ..\\).*/\\1/\" | {eval}'"),
        };
        let (out, _, code) = verify(&["binary5p2se", "--op", "mul,add", "--subject", &device]);
        assert_eq!(code, 1, "{out}");
        let found = suggestion(&out);
        if options.is_empty() {
            assert_eq!(found, None, "{out}");
            continue;
        }
        let (command, text) = found.unwrap_or_else(|| panic!("{fixed}: {out}"));
        assert!(text.contains(&format!("cases compared under {options}")), "{text}");
        let others = if bare.is_empty() {
            "the device gave no answer"
        } else {
            "agree, and the mismatches are under others"
        };
        assert!(text.contains(others), "{text}");
        let plain = command.replace('\'', "");
        assert!(plain.contains(options) && plain.contains("--op mul,add"), "{command}");
        let command = command.replacen("halfulp", PROGRAM, 1);
        let again = Command::new("sh").args(["-c", &command]).output().expect("a shell");
        let again_out = String::from_utf8_lossy(&again.stdout).into_owned();
        assert_eq!(again.status.code(), Some(0), "{command}\n{again_out}");
        assert_eq!(suggestion(&again_out), None, "{again_out}");
    }
}

/// One that ends when it is asked for another rounding.
#[test]
fn a_device_that_refuses_other_roundings_gets_its_command() {
    let device = format!(
        "cmd:sh -c 'test {{round}} = rne && test {{saturate}} = none && test {{flush}} = none || exit 3; \
         exec {PROGRAM} eval {{op}} --format {{format}}'"
    );
    let (out, err, code) = verify(&["e4m3fn", "--op", "mul", "--subject", &device]);
    assert_eq!(code, 2, "{out}{err}");
    let (command, text) = suggestion(&out).unwrap_or_else(|| panic!("{out}"));
    assert!(text.contains("under --round rne --saturate none agree"), "{text}");
    assert!(text.contains("under --round rne --saturate finite"), "{text}");
    assert!(text.contains("the device gave no answer"), "{text}");
    let command = command.replacen("halfulp", PROGRAM, 1);
    let again = Command::new("sh").args(["-c", &command]).output().expect("a shell");
    assert_eq!(again.status.code(), Some(0), "{command}");
}

/// A device of two operands that stops at a third word is told what the word is.
#[test]
fn a_device_that_knows_no_noise_is_told_of_it() {
    let device = format!(
        "cmd:sh -c 'case {{round}} in sr-*) exit 3;; esac; \
         exec {PROGRAM} eval {{op}} {{format}} --round {{round}} --saturate {{saturate}} --flush {{flush}} --tininess {{tininess}}'"
    );
    let (out, err, code) = verify(&["e2m1", "--op", "mul", "--subject", &device]);
    assert_eq!(code, 2, "{out}{err}");
    let hint = "one more word, the noise; a device without them is verified with the roundings that it has";
    assert!(out.contains(hint), "{out}");
    let (out, err, code) =
        verify(&["e2m1", "--op", "mul", "--round", "rne,rna,rtz,rup,rdn,odd", "--subject", &device]);
    assert_eq!(code, 0, "{out}{err}");
    // One that answers some of these lines knows what the word is.
    let dies =
        format!("cmd:sh -c 'sed -u 700q | {PROGRAM} eval {{op}} {{format}} --round {{round}}; exit 9'");
    let (out, err, code) = verify(&["e2m1", "--op", "fma", "--round", "sr-a:4", "--subject", &dies]);
    assert!(code != 0 && out.contains("PARTIAL: ") && !out.contains(hint), "{out}{err}");
}

/// A fault in a device with one rounding: under none does it agree, and the one that it has is named.
#[test]
fn a_faulty_device_of_one_rounding_gets_its_command() {
    // The answer to one of its lines is wrong, under each rounding that it is told.
    let device = format!(
        "cmd:sh -c 'sed -u \"s/^\\(.. ..\\).*/\\1/\" | {PROGRAM} eval {{op}} --format {{format}} --results | sed -u \"382s/.*/30/\"'"
    );
    let (out, err, code) =
        verify(&["e4m3fn", "--op", "mul", "--cases", "spread:3000", "--threads", "1", "--subject", &device]);
    assert_eq!(code, 1, "{out}{err}");
    let words = "if the device is meant to do that one, verify it with";
    let command = command_after(&out, words).unwrap_or_else(|| panic!("{out}"));
    assert!(
        out.contains("under --round rne --saturate none ")
            && out.contains("under every other rounding 4 times as many or more"),
        "{out}"
    );
    assert!(command.contains("--round rne --saturate none"), "{command}");
    let (code, again) = again(&command);
    assert!(
        code == Some(1) && again.contains(": 1 mismatch, explained above") && !again.contains(words),
        "{command}\n{again}"
    );
    // One that is as wrong under every rounding has no rounding of its own.
    let all = format!(
        "cmd:sh -c '{PROGRAM} eval {{op}} --format {{format}} --round {{round}} --saturate {{saturate}} --flush {{flush}} --tininess {{tininess}} \
         --results | sed -u \"7s/.*/30/\"'"
    );
    let (out, ..) = verify(&["e2m1", "--op", "mul", "--threads", "1", "--subject", &all]);
    assert!(command_after(&out, words).is_none(), "{out}");
}

/// Faults are not talked away: a wrong rounding among right ones, one that was asked for, a device that dies amid its work, no
/// device at all.
#[test]
fn faults_get_no_suggestion() {
    let wrong = |rounding: &str| {
        format!(
            "cmd:sh -c 'if test {{round}} = {rounding}; then sed -u \"s/.*/& 00 00/\"; else exec {PROGRAM} eval {{op}} --format \
             {{format}} --round {{round}} --saturate {{saturate}} --flush {{flush}} --tininess {{tininess}}; fi'"
        )
    };
    let (out, _, code) = verify(&["e2m1", "--op", "mul", "--subject", &wrong("rup")]);
    assert_eq!((code, suggestion(&out)), (1, None), "{out}");
    let (out, _, code) = verify(&["e2m1", "--op", "mul", "--round", "rne,rup", "--subject", &wrong("rup")]);
    assert_eq!((code, suggestion(&out)), (1, None), "{out}");
    // Wrong in one case, under every policy.
    let once = format!(
        "cmd:sh -c '{PROGRAM} eval {{op}} --format {{format}} --round {{round}} | sed -u \"s/^2 2 .*/2 2 7 00/\"'"
    );
    let (out, _, code) = verify(&["e2m1", "--op", "mul", "--subject", &once]);
    assert_eq!((code, suggestion(&out)), (1, None), "{out}");
    let dies =
        format!("cmd:sh -c 'sed -u 100q | {PROGRAM} eval {{op}} --format {{format}} --round rne; exit 3'");
    let (out, _, code) = verify(&["e2m1", "--op", "mul", "--round", "rne", "--subject", &dies]);
    assert_eq!((code, suggestion(&out)), (2, None), "{out}");
    let (out, ..) = verify(&["e2m1", "--op", "mul", "--subject", "scalar"]);
    assert_eq!(suggestion(&out), None, "{out}");
}

/// The command that stands under a line with these words.
fn command_after(out: &str, words: &str) -> Option<String> {
    let mut lines = out.lines().skip_while(|line| !line.contains(words));
    lines.next()?;
    lines.next()?.strip_prefix("  ").map(str::to_string)
}

/// Runs a suggested command.
fn again(command: &str) -> (Option<i32>, String) {
    let command = command.replacen("halfulp", PROGRAM, 1);
    let out = Command::new("sh").args(["-c", &command]).output().expect("a shell");
    (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Roundings that were asked for by name: a device that answers all of them by one of them does no others.
#[test]
fn a_device_that_always_truncates_is_seen_among_named_roundings() {
    let device = format!("cmd:{PROGRAM} eval {{op}} --format {{format}} --round rtz --results");
    for roundings in ["rtz,rup", "rne,rtz,rdn"] {
        let (out, _, code) = verify(&[
            "e4m3fn",
            "--op",
            "mul",
            "--round",
            roundings,
            "--saturate",
            "none,finite",
            "--subject",
            &device,
        ]);
        assert_eq!(code, 1, "{out}");
        let (command, text) = suggestion(&out).unwrap_or_else(|| panic!("{roundings}: {out}"));
        assert!(text.contains("under --round rtz --saturate"), "{text}");
        assert_eq!(again(&command).0, Some(0), "{command}");
    }
}

/// A device that flushes: said where every mismatch is one of flushing, and not where one is not.
#[test]
fn a_device_that_flushes_is_recognized() {
    let verified = |device: &str| {
        let options = [
            "e4m3fn",
            "--op",
            "mul",
            "--round",
            "rtz",
            "--saturate",
            "finite",
            "--threads",
            "1",
            "--subject",
        ];
        verify(&[&options[..], &[device]].concat())
    };
    let eval = format!("{PROGRAM} eval {{op}} --format {{format}} --round rtz --saturate finite --results");
    for (flushing, what) in [
        ("--flush-operands", "subnormal operands"),
        ("--flush-results", "tiny results"),
        ("--flush-operands --flush-results", "subnormal operands and tiny results"),
    ] {
        let (out, _, code) = verified(&format!("cmd:{eval} {flushing}"));
        assert_eq!(code, 1, "{out}");
        let words = format!("mismatches are the answers of a device that takes {what} for zero");
        let command = command_after(&out, &words).unwrap_or_else(|| panic!("{flushing}: {out}"));
        assert!(command.ends_with(flushing), "{command}");
        let (code, out) = again(&command);
        assert!(code == Some(0) && out.contains("65,536"), "{command}\n{out}");
    }
    // One fault more: 1 times 1 is 2.
    let (out, _, code) = verified(&format!("cmd:sh -c '{eval} --flush-operands | sed -u \"14393s/.*/40/\"'"));
    assert!(code == 1 && !out.contains("for zero"), "{out}");
}
