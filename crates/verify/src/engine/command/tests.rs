//! Programs that misbehave, written in the shell's language.

use std::time::Instant;

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
    Command::new(line, timeout, |f| format!("u{}", f.width())).unwrap()
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
        command("sh -c 'n=0; while read a; do n=$((n+1)); printf \"%x\\n\" $n; done'", Command::TIMEOUT);
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
        &["exit status: 3", "answer line 2 due", "broken wire"],
    );
    fails("sh -c 'kill -9 $$'", &["signal: 9", "answer line 1 due"]);
    fails("sh -c 'read a; printf 0'", &["unfinished line \"0\""]);
    fails("/no/such/program", &["could not start \"/no/such/program\""]);
    fails("sh -c 'cat; exit 4'", &["exit status: 4"]);
}

#[test]
fn a_program_that_stalls_is_an_error() {
    let start = Instant::now();
    fails("sh -c 'read a; echo $a; exec sleep 60'", &["answered nothing for 0.7 s", "answer line 2 due"]);
    fails("sh -c 'cat; exec sleep 60'", &["did not end when its input did"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn lines_that_cannot_be_read_are_errors() {
    let answers = [
        ("zz 00", "has \"zz\" where a hexadecimal result is expected"),
        ("100 00", "does not fit: the largest is ff"),
        ("00 20", "has \"20\" where flags are expected"),
        ("", "has 0 columns"),
        ("1 2 3 4", "has 4 columns"),
        ("AA 00 00", "answers other operands: column 1 is AA"),
    ];
    for (answer, why) in answers {
        let line = format!("sh -c 'read a; echo $a; while read a; do echo {answer}; done'");
        fails(&line, &["line 2 of", why, &format!("{answer:?} was the answer to \"01\"")]);
    }
}

#[test]
fn too_many_lines_are_an_error() {
    fails("sh -c 'while read a; do echo 00; echo 11; done'", &["answered more than"]);
    fails("sh -c 'cat; echo and more'", &["answered more than the 300 lines it was sent: \"and more\""]);
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
    command(line, Command::TIMEOUT).run(&task, &operands, &mut answers).unwrap();
    assert_eq!((answers[0].code, answers[0].flags.bits()), (0x12, 0x0d));
    assert!(command(line, Command::TIMEOUT).run(&copy(), &operands, &mut answers).is_err());
}

#[test]
fn command_lines_are_checked() {
    let new = |line: &str| Command::new(line, Command::TIMEOUT, |_| String::new()).map(|_| ());
    assert!(new("").unwrap_err().message.contains("expected a program"));
    assert!(new("sh -c 'x").unwrap_err().message.contains("quotation mark"));
    assert!(new("x {oop}").unwrap_err().message.contains("unknown placeholder {oop}"));
    assert!(new("awk '{print $1}' {op}").is_ok());
}
