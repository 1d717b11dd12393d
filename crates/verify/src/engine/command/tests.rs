//! Programs that misbehave, written in the shell's language.

use std::time::{Duration, Instant};

use halfulp::{Flags, NoiseBits, Op, Policy, Rounding, Stochastic};

use super::*;
use crate::engine::Scalar;

fn byte() -> Format {
    Format::integer(8, false).unwrap()
}

/// Conversion of a byte to a byte: a device that copies its input answers rightly.
fn copy() -> Task {
    Task::within(Op::Convert, byte())
}

fn command(line: &str, timeout: Duration) -> Command {
    timed(line, Timeouts { startup: timeout, answer: timeout })
}

fn timed(line: &str, timeouts: Timeouts) -> Command {
    Command::new(line, timeouts, |f| format!("u{}", f.width())).unwrap()
}

fn cases(count: u64) -> Vec<Operands> {
    (0..count).map(|n| Operands::new(n & 255, 0, 0)).collect()
}

fn ask(line: &str, count: u64) -> Result<Vec<Answer>, EngineError> {
    let mut engine = command(line, Duration::from_millis(700));
    let mut answers = vec![Answer::default(); count as usize];
    engine.run(&copy(), &cases(count), &mut answers)?;
    engine.finish()?;
    Ok(answers)
}

fn fails(line: &str, with: &[&str]) {
    let error = ask(line, 300).unwrap_err().to_string();
    for part in with {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
}

#[test]
fn a_right_program_answers_like_the_library() {
    let mut expected = vec![Answer::default(); 300];
    Scalar.run(&copy(), &cases(300), &mut expected).unwrap();
    assert_eq!(ask("sh -c 'while read a; do echo $a 00; done'", 300).unwrap(), expected);
    assert_eq!(ask("sh -c 'while read a; do echo $a 0x$a 0; done'", 300).unwrap(), expected);
    let silent = ask("sh -c 'while read a; do echo $a -; done'", 300).unwrap();
    assert!(silent.iter().zip(&expected).all(|(a, b)| a.agrees(b) && a.known == Flags::NONE));
    assert_eq!(ask("cat", 300).unwrap(), silent);
}

#[test]
fn full_pipes_do_not_block() {
    // More than any pipe holds, to a program that says much more than it reads.
    let wide = "sh -c 'while read a; do printf \"%s %500s\\n\" $a 00; done'";
    assert_eq!(ask(wide, 20_000).unwrap().len(), 20_000);
}

#[test]
fn programs_run_on_from_batch_to_batch() {
    let mut engine =
        timed("sh -c 'n=0; while read a; do n=$((n+1)); printf \"%x\\n\" $n; done'", Timeouts::default());
    let mut answers = vec![Answer::default(); 2];
    for batch in 0..3 {
        engine.run(&copy(), &cases(2), &mut answers).unwrap();
        assert_eq!(answers[1].code, 2 * batch + 2);
    }
    engine.finish().unwrap();
}

#[test]
fn a_program_that_dies_is_an_error() {
    fails(
        "sh -c 'read a; echo $a; echo broken wire >&2; exit 3'",
        &["exited with status 3", "before answering line 2", "broken wire"],
    );
    fails("sh -c 'kill -9 $$'", &["was ended by signal: 9", "before answering line 1"]);
    fails("sh -c 'read a; printf 0'", &["unfinished line \"0\""]);
    fails("/no/such/program", &["could not start \"/no/such/program\""]);
    fails("sh -c 'cat; exit 4'", &["exited with status 4"]);
}

#[test]
fn what_was_answered_before_an_error_counts() {
    for (line, right) in [
        ("sh -c 'for i in 1 2 3; do read a; echo $a; done; exit 3'", 3),
        ("sh -c 'for i in 1 2 3 4; do read a; echo $a; done; echo xx; cat'", 4),
        ("sh -c 'read a; echo $a; exec sleep 60'", 1),
        ("sh -c 'cat; echo and more'", 300),
        ("/no/such/program", 0),
    ] {
        let mut engine = command(line, Duration::from_millis(700));
        let unset = Answer { code: 0x1234, ..Answer::default() };
        let mut answers = vec![unset; 300];
        let ran = engine.run(&copy(), &cases(300), &mut answers);
        let answered = if ran.is_ok() { 300 } else { engine.answered() };
        assert_eq!(answered, right, "{line}");
        for (k, answer) in answers.iter().enumerate() {
            assert_eq!(answer.code, if k < right { k as u64 & 255 } else { unset.code }, "{line}: {k}");
        }
    }
}

#[test]
fn a_program_that_stalls_is_an_error() {
    let start = Instant::now();
    fails("sh -c 'read a; echo $a; exec sleep 60'", &["answered nothing for 0.7 s", "answer line 2 due"]);
    fails("sh -c 'cat; exec sleep 60'", &["did not end when its input did"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

/// What takes long to start, as `import torch` does, is waited for; what takes as long later is not.
#[test]
fn the_first_answer_has_a_time_of_its_own() {
    let slow = "sh -c 'read a; sleep 0.9; echo $a; exec cat'";
    let ask = |line: &str, timeouts| {
        let mut engine = timed(line, timeouts);
        let mut answers = vec![Answer::default(); 3];
        engine.run(&copy(), &cases(3), &mut answers)?;
        engine.finish()
    };
    let (short, long) = (Duration::from_millis(300), Duration::from_secs(30));
    ask(slow, Timeouts { startup: long, answer: short }).unwrap();
    let error = ask(slow, Timeouts { startup: short, answer: long }).unwrap_err().to_string();
    assert!(error.contains("answered nothing for 0.3 s, with answer line 1 due"), "{error}");
    assert!(error.contains("--startup-timeout gives it longer to start"), "{error}");
    let stops = "sh -c 'read a; echo $a; exec sleep 60'";
    let error = ask(stops, Timeouts { startup: long, answer: short }).unwrap_err().to_string();
    assert!(error.contains("answered nothing for 0.3 s, with answer line 2 due"), "{error}");
    assert!(!error.contains("--startup-timeout"), "{error}");
}

#[test]
fn lines_that_cannot_be_read_are_errors() {
    let answers = [
        ("go 00", "has \"go\" where a hexadecimal result is expected"),
        ("xx 00", "has the undefined result \"xx\": expected hexadecimal, at most ff"),
        ("0x0Z 00", "has the undefined result \"0x0Z\""),
        ("10000000000000000 00", "does not fit: the largest is ff"),
        ("100 00", "does not fit: the largest is ff"),
        ("00 20", "has \"20\" where flags are expected"),
        ("", "is blank: expected `result flags`"),
        ("1 2 3 4", "has 4 columns or more: expected `result flags`"),
        ("AA 00 00", "answers other operands: column 1 is \"AA\""),
        ("[300] INFO: all of the units are ready", "has 4 columns or more"),
    ];
    for (answer, why) in answers {
        let line = format!("sh -c 'read a; echo $a; while read a; do echo {answer}; done'");
        fails(&line, &["line 2 of", why, &format!("{answer:?} was the answer to \"01\"")]);
    }
}

/// Banners before the first answer, and what a simulator says at its end.
#[test]
fn what_is_no_answer_is_shown_with_its_line() {
    fails(
        "sh -c 'echo; cat'",
        &["line 1 of", "is blank: expected `result flags`", "\"\" was the answer to \"00\""],
    );
    fails(
        "sh -c 'echo FPU model v1.2 ready; cat'",
        &["line 1 of", "has 4 columns or more", "\"FPU model v1.2 ready\""],
    );
    fails(
        "sh -c 'cat; echo \"- tb.v:30: \\$finish\"'",
        &["answered more than the 300 lines it was sent: \"- tb.v:30: $finish\""],
    );
    fails("sh -c 'printf \"\\033[2Jready\\007\\n\"; cat'", &["line 1 of", "\\u{1b}[2Jready\\u{7}"]);
}

#[test]
fn what_a_program_complains_of_is_short_and_escaped() {
    let error =
        ask("sh -c 'printf \"\\033[31mwire\\nbroken\\a\\n\" >&2; exit 3'", 300).unwrap_err().to_string();
    assert!(error.contains("it wrote on standard error:\n    \\u{1b}[31mwire\n    broken\\u{7}"), "{error}");
    let error = ask("sh -c 'yes complaint | head -n 100000 >&2; exit 3'", 300).unwrap_err().to_string();
    assert!(error.contains("complaint") && error.len() < 10_000, "{}", error.len());
}

/// Neither a line without end nor one that comes a byte at a time keeps a run from ending, or fills the memory.
#[test]
fn lines_have_an_end() {
    let start = Instant::now();
    fails("cat /dev/zero", &["line 1 of `cat /dev/zero` has no end: more than 4096 bytes", "\"\\0\\0"]);
    fails(
        "sh -c 'while printf 0; do sleep 0.1; done'",
        &["no whole line, only \"00", "for 0.7 s, with answer line 1 due"],
    );
    fails(
        "sh -c 'head -n 1; while printf 0; do sleep 0.1; done'",
        &["no whole line", "with answer line 2 due"],
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_that_answers_without_reading_is_an_error() {
    fails("yes 00", &["answered more than the 300 lines it was sent: \"00\""]);
}

#[test]
fn too_many_lines_are_an_error() {
    fails("sh -c 'while read a; do echo 00; echo 11; done'", &["answered more than"]);
    fails("sh -c 'cat; echo and more'", &["answered more than the 300 lines it was sent: \"and more\""]);
}

/// The number of a process that a program wrote, and whether it still runs.
#[cfg(target_os = "linux")]
fn is_running(file: &std::path::Path) -> bool {
    let deadline = Instant::now() + Duration::from_secs(5);
    let text = loop {
        match std::fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => break text,
            _ => assert!(Instant::now() < deadline, "it says its number"),
        }
    };
    // A zombie has ended.
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", text.trim()));
    stat.is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

/// A device's own children end with it, whether it fails, is no longer wanted or ends by itself.
#[cfg(target_os = "linux")]
#[test]
fn what_a_program_started_ends_with_it() {
    let folder = std::env::temp_dir().join(format!("halfulp-devices-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, after, count) in
        [("fails", "echo xx; cat", 300), ("is-dropped", "exec cat", 1), ("ends", "cat", 300)]
    {
        let file = folder.join(name);
        let line = format!("sh -c 'sleep 600 & echo $! > {}; {after}'", file.display());
        let mut engine = command(&line, Duration::from_millis(2000));
        let mut answers = vec![Answer::default(); count as usize];
        let done = engine.run(&copy(), &cases(count), &mut answers);
        assert_eq!(done.is_err(), name == "fails", "{done:?}");
        if name == "ends" {
            engine.finish().unwrap();
        }
        if name == "is-dropped" {
            assert!(is_running(&file));
            drop(engine);
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        while is_running(&file) {
            assert!(Instant::now() < deadline, "{name}: it still runs");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn times_too_long_for_clocks_are_waited_for() {
    for timeout in [Duration::MAX, Duration::from_secs(1 << 62)] {
        let mut engine = command("cat", timeout);
        let mut answers = vec![Answer::default(); 3];
        engine.run(&copy(), &cases(3), &mut answers).unwrap();
        engine.finish().unwrap();
    }
}

#[test]
fn programs_are_told_their_task() {
    let line = "sh -c 'test \"$0 $1 $2 $HALFULP_RESULT $HALFULP_SATURATE\" = \"convert sr-b:4 u8 u8 none\" && cat' \
                {op} {round} {format}";
    let rounding = Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(4) };
    let task = copy().with_policy(Policy::IEEE.rounding(rounding));
    let mut answers = vec![Answer::default(); 1];
    let operands = [Operands { noise: 0xabcd, ..Operands::new(0x12, 0, 0) }];
    // `cat` repeats the code and the noise: two columns, which read as result and flags.
    timed(line, Timeouts::default()).run(&task, &operands, &mut answers).unwrap();
    assert_eq!((answers[0].code, answers[0].flags.bits()), (0x12, 0x0d));
    assert!(timed(line, Timeouts::default()).run(&copy(), &operands, &mut answers).is_err());
}

#[test]
fn command_lines_are_checked() {
    let new = |line: &str| Command::new(line, Timeouts::default(), |_| String::new()).map(|_| ());
    assert!(new("").unwrap_err().message.contains("no program is named after cmd:, as in cmd:./my_device"));
    assert!(new("sh -c 'x").unwrap_err().message.contains("quotation mark"));
    assert!(new("x {oop}").unwrap_err().message.contains("unknown placeholder {oop}"));
    assert!(new("awk '{print $1}' {op}").is_ok());
}
