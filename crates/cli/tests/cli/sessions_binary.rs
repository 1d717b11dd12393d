//! `halfulp verify --subject cmd2:...` with devices of the binary mode: right ones and those that misbehave.
#![cfg(unix)]

use crate::program::{verify, words};

/// The library as a device of the binary mode, with something done to what it writes.
fn device(after: &str) -> String {
    format!("cmd2:sh -c '{} serve --binary{after}'", env!("CARGO_BIN_EXE_halfulp"))
}

fn ask(args: &str, device: &str) -> (String, String, i32) {
    let mut args = words(args);
    args.extend(["--quiet", "--timeout", "3", "--subject", device]);
    verify(&args)
}

const MUL: &str = "e4m3fn --op mul --round rne --saturate none --against definition";

/// Whatever the window and the threads are, the answers and the report are the same, and the same as in lines.
#[test]
fn the_window_and_the_threads_change_no_answer() {
    for (args, cases) in [
        ("e4m3fn --op mul --round rne,rtz --saturate none --threads 1", "131,072"),
        ("e4m3fn --op mul --round rne,rtz --saturate none --threads 5 --window 100", "131,072"),
        ("e4m3fn --op mul --round rne,rtz --saturate none --threads 2 --window 5000", "131,072"),
        ("e2m1 --op class,add,fma --round rne,sr-a:7 --threads 3", ""),
        ("binary64 --op fma,sqrt --cases random:30000 --round rne --threads 4", ""),
        ("e4m3fn --op mul --round rne --saturate none --cases random:40 --window 1", ""),
    ] {
        let [binary, lines] = ["--binary", ""].map(|mode| {
            let device = format!("cmd2:{} serve {mode}", env!("CARGO_BIN_EXE_halfulp"));
            let (out, err, code) = ask(&format!("{args} --against definition"), &device);
            assert_eq!((code, err.as_str()), (0, ""), "{args}: {out}");
            assert!(out.ends_with(": all agree\n") && out.contains(cases), "{args}: {out}");
            // All but the time.
            let total = out.lines().find(|line| line.starts_with("total")).expect("a total").to_string();
            total.split_whitespace().take(5).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(binary, lines, "{args}");
    }
}

#[test]
fn a_wrong_answer_is_a_mismatch() {
    let says =
        "printf \"halfulp-device 2\\nmode binary\\nflags none\\ntask negate e2m1 rne none\\nready\\n\"";
    // A batch of 16 codes is answered by 16 zeros: right for minus zero alone, and where -0 is taken for 0 for both.
    let zeros = "dd if=/dev/zero bs=16 count=1 2>/dev/null";
    let task = "negate e2m1,e2m1 rne none -".len();
    let skip = |count: usize| format!("dd of=/dev/null bs=1 count={count} 2>/dev/null");
    let header = |batch: u8, count: u8| format!("printf \"\\{batch:03o}\\0\\0\\0\\{count:03o}\\0\\0\\0\"");
    let device = format!(
        "cmd2:sh -c '{says}; {}; {}; {}; {}; {zeros}'",
        skip(20),
        header(0, 0),
        skip(20 + task + 20 + 16),
        header(1, 16)
    );
    let (out, err, code) =
        ask("e2m1 --op negate --round rne --saturate none --cases all --against definition", &device);
    assert_eq!(code, 1, "{err}{out}");
    assert!(out.contains(": 15 mismatches, 3 of them explained above"), "{out}");
}

/// What is missing, and after how many answers.
#[test]
fn devices_that_fail_are_reported_with_what_is_due() {
    // A manifest of 54 bytes and the header of the empty batch come first.
    let manifest = "halfulp-device 2\nname halfulp\nmode binary\ntask * * * * *\nready\n".len() + 8;
    for (after, parts) in [
        // Two bytes for each answer, after a header of eight.
        (
            format!(" | dd bs=1 count={} 2>/dev/null", manifest + 8 + 201),
            vec![
                "exited with status 0 before the answer to case 100 of",
                "1 of 2 bytes were there",
                "(after 100 answers)",
            ],
        ),
        (
            format!(" | dd bs=1 count={} 2>/dev/null", manifest + 3),
            vec![
                "exited with status 0 before the 8 bytes before the answers of batch 1",
                "3 bytes, 01 00 00 were there",
            ],
        ),
        (
            format!(" | (dd bs=1 count={} 2>/dev/null; sleep 60)", manifest + 8 + 200),
            vec![
                "answered nothing for 3 s, with the answer to case 100 of 65536 of batch 1 (after 100 answers) due",
                "does it write its answers out",
            ],
        ),
        (
            format!(" | dd bs=1 count={} 2>/dev/null; exit 7", manifest - 8),
            vec!["exited with status 7 before the 8 bytes before the answers of batch 0"],
        ),
        ("; printf xyz".into(), vec!["wrote more than its answers: 3 bytes, 78 79 7a"]),
        ("; exit 5".into(), vec!["exited with status 5"]),
        (
            format!(" | (dd bs=1 count={} 2>/dev/null; printf 12345678; cat)", manifest - 8),
            vec![
                "answers batch 875770417, where batch 0 is due (the header is 8 bytes, 31 32 33 34 35 36 37 38)",
            ],
        ),
        (
            format!(
                " | (dd bs=1 count={manifest} 2>/dev/null; printf \"\\001\\0\\0\\0\\377\\0\\0\\0\"; cat)"
            ),
            vec!["answers 255 cases of batch 1, which has"],
        ),
        (
            // The flags of the first case.
            format!(
                " | (dd bs=1 count={} 2>/dev/null; dd bs=1 count=1 >/dev/null 2>&1; printf \"\\100\"; cat)",
                manifest + 8 + 1
            ),
            vec![
                "answers case 0 of batch 1 with the flags 0x40: expected at most 0x1f, or 0x80 for an undefined answer",
            ],
        ),
    ] {
        let (out, err, code) = ask(&format!("{MUL} --threads 1"), &device(&after));
        assert_eq!(code, 2, "{after}: {err}{out}");
        for part in parts {
            assert!(err.contains(part), "{part:?} is not in {err:?}");
        }
    }
}

/// Answers until the fault are compared.
#[test]
fn answers_before_a_fault_count() {
    let manifest = "halfulp-device 2\nname halfulp\nmode binary\ntask * * * * *\nready\n".len() + 8;
    let (out, _, code) = ask(
        &format!("{MUL} --threads 1"),
        &device(&format!(" | dd bs=1 count={} 2>/dev/null", manifest + 8 + 2 * 1234)),
    );
    assert_eq!(code, 2);
    assert!(out.contains("1,234"), "{out}");
    // The same where one of them is wrong: then the verdict is no.
    let spoilt = format!(
        " | (dd bs=1 count={} 2>/dev/null; dd bs=1 count=1 >/dev/null 2>&1; printf \"\\001\"; dd bs=1 count=1000 2>/dev/null)",
        manifest + 8 + 2 * 100
    );
    let (out, _, code) = ask(&format!("{MUL} --threads 1"), &device(&spoilt));
    assert!(code == 1 && out.contains("1 mismatch, explained above"), "{code} {out}");
    // An undefined answer is a mismatch and no fault.
    let undefined = format!(
        " | (dd bs=1 count={} 2>/dev/null; dd bs=1 count=1 >/dev/null 2>&1; printf \"\\200\"; cat)",
        manifest + 8 + 201
    );
    let (out, err, code) = ask(&format!("{MUL} --threads 1"), &device(&undefined));
    assert!(code == 1 && out.contains("undefined\n") && out.contains("65,536"), "{code} {err}{out}");
}

#[test]
fn programs_that_do_not_speak_the_mode_are_errors() {
    let says = "printf \"halfulp-device 2\\nmode binary\\ntask mul e4m3fn rne none\\nready\\n\"";
    for (then, why) in [
        (
            "exec sleep 60",
            "answered nothing for 3 s, with the 8 bytes before the answers of batch 0 (after 0 answers) due",
        ),
        ("cat", "answers batch 2, where batch 0 is due"),
        ("echo 0 40 00; cat", "answers batch"),
        ("exit 0", "exited with status 0 before the 8 bytes before the answers of batch 0"),
    ] {
        let (_, err, code) = ask(MUL, &format!("cmd2:sh -c '{says}; {then}'"));
        assert!(code == 2 && err.contains(why), "{then}: {err}");
    }
    let (_, err, code) = ask(MUL, "cmd2:sh -c 'echo halfulp-device 2; echo mode words; echo ready'");
    assert!(code == 2 && err.contains("\"mode words\": expected lines or binary"), "{err}");
}
