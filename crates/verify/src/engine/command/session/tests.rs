//! Devices of protocol 2, written in the shell's language: right ones and those that misbehave.

mod manifests;

use std::time::Duration;

use halfulp::{Flags, NoiseBits, Op, Policy, Rounding, Saturation, Standard, Stochastic, Tininess};

use super::*;
use crate::engine::Scalar;

fn copy() -> Task {
    Task::within(Op::Convert, Format::integer(8, false).unwrap())
}

fn cases(count: u64) -> Vec<Operands> {
    (0..count).map(|n| Operands::new(n & 255, 0, 0)).collect()
}

/// A device that copies its operand: what it says first, and what it does with each case, as `$id` and `$1`.
fn device(manifest: &str, each: &str, flush: &str) -> String {
    let says: Vec<String> = manifest.split('|').map(|line| format!("echo \"{line}\"")).collect();
    format!(
        "sh -c '{}; while read id rest; do case $id in flush) {flush};; *) set -- $rest; shift 6; {each};; esac; done'",
        says.join("; ")
    )
}

const MANIFEST: &str = "halfulp-device 2|task convert u8 rne none|ready";

fn start(line: &str, window: usize) -> Result<Session, EngineError> {
    let timeouts = Timeouts { startup: Duration::from_secs(20), answer: Duration::from_millis(700) };
    Session::start(line, timeouts, Some(window), |f| format!("u{}", f.width()))
}

fn ask(line: &str, window: usize, count: u64) -> Result<Vec<Answer>, EngineError> {
    let mut engine = start(line, window)?.fork()?;
    let mut answers = vec![Answer::default(); count as usize];
    engine.run(&copy(), &cases(count), &mut answers)?;
    engine.finish()?;
    Ok(answers)
}

fn fails(line: &str, with: &[&str]) {
    let error = ask(line, 100, 300).unwrap_err().to_string();
    for part in with {
        assert!(error.contains(part), "{part:?} is not in {error:?}");
    }
}

fn expected(count: u64) -> Vec<Answer> {
    let mut expected = vec![Answer::default(); count as usize];
    Scalar.run(&copy(), &cases(count), &mut expected).unwrap();
    expected
}

#[test]
fn answers_come_in_any_order() {
    let right = device(MANIFEST, "echo $id $1 00", ":");
    assert_eq!(ask(&right, 100, 300).unwrap(), expected(300));
    // All at the end of a batch, the last case first.
    let late = device(MANIFEST, "out=\"$id 0x$1 0\\n$out\"", "printf \"$out\"; out=");
    assert_eq!(ask(&late, 100, 300).unwrap(), expected(300));
    let silent = ask(&device(MANIFEST, "echo $id $1", ":"), 100, 300).unwrap();
    assert!(silent.iter().zip(expected(300)).all(|(a, b)| a.agrees(&b) && a.known == Flags::NONE));
}

#[test]
fn no_more_cases_wait_than_the_window_has() {
    let strict = |most: u32| {
        device(
            MANIFEST,
            &format!("n=$((n+1)); test $n -gt {most} && exit 9; out=\"$out$id $1 00\\n\""),
            "printf \"$out\"; out=; n=0",
        )
    };
    assert_eq!(ask(&strict(3), 3, 40).unwrap(), expected(40));
    assert!(ask(&strict(3), 4, 40).unwrap_err().to_string().contains("exited with status 9"));
    // What the device says counts where it is less.
    let own = strict(3)
        .replace("|ready", "|window 3|ready")
        .replace("echo \"ready\"", "echo \"window 3\"; echo \"ready\"");
    assert_eq!(ask(&own, 100, 40).unwrap(), expected(40));
}

#[test]
fn what_a_simulator_says_besides_is_skipped() {
    let manifest = "VCD info: dumpfile x.vcd opened|halfulp-device 2|prefix @|task * u8 * none|ready";
    let chatty = device(manifest, "echo \"[300] INFO: ready\"; echo; echo @ $id $1 00; echo @# done", ":")
        .replace("done'", "done; printf %s \"- tb.v:30: \\$finish\"'");
    assert_eq!(ask(&chatty, 100, 300).unwrap(), expected(300));
    fails(
        &device(MANIFEST, "echo \"[300] INFO: ready\"; echo $id $1 00", ":"),
        &[
            "the line \"[300] INFO: ready\" of",
            "is not an answer: expected `NUMBER RESULT FLAGS`",
            "marks its own with a prefix",
        ],
    );
    // Answers with another prefix than the manifest says are shown where the answers are missed.
    let other = "halfulp-device 2|prefix @@|task * u8 * none|ready";
    fails(
        &device(other, "echo @ $id $1 00", ":"),
        &["with the answer to case 0 due", "without the prefix \"@@\", the first of them \"@ 0 00 00\""],
    );
    // Chatter keeps no run from ending.
    fails(
        &device(manifest, "yes busy", ":"),
        &["answered nothing for 0.7 s, and wrote other lines, with the answer to case 0 due"],
    );
}

#[test]
fn undefined_digits_are_answers_without_a_value() {
    for said in ["xx 00", "0x4Z 00", "00 xx", "zz"] {
        let answers = ask(&device(MANIFEST, &format!("echo $id {said}"), ":"), 9, 9).unwrap();
        assert!(answers.iter().all(|answer| answer.undefined), "{said}");
    }
}

#[test]
fn lines_that_are_no_answers_are_errors() {
    for (said, why) in [
        ("$id 100 00", "has the result \"100\": expected hexadecimal, at most ff"),
        ("$id 4g 00", "has the result \"4g\""),
        ("$id", "has no result"),
        ("$id 00 20", "has the flags \"20\": expected hexadecimal, at most 1f"),
        ("$id 00 00 00", "has more than a result and flags"),
        ("99999 00 00", "answers case 99999, which was not sent"),
        ("0 00 00", "answers case 0 again"),
        ("x$id 00 00", "is not an answer"),
    ] {
        fails(&device(MANIFEST, &format!("echo {said}"), ":"), &["the line \"", why]);
    }
}

#[test]
fn programs_that_fail_are_errors_and_what_they_answered_counts() {
    let dies = device(MANIFEST, "test $id = 7 && echo broken >&2 && exit 3; echo $id $1 00", ":");
    let mut engine = start(&dies, 100).unwrap().fork().unwrap();
    let mut answers = vec![Answer::default(); 300];
    let error = engine.run(&copy(), &cases(300), &mut answers).unwrap_err().to_string();
    assert!(error.contains("exited with status 3") && error.contains("broken"), "{error}");
    assert_eq!(engine.answered(), 7);
    assert_eq!(answers[..7], expected(7));
    // It is not asked again, and says why.
    assert_eq!(engine.run(&copy(), &cases(1), &mut answers[..1]).unwrap_err().to_string(), error);
    fails(
        &device(MANIFEST, "exec sleep 60", ":"),
        &["answered nothing for 0.7 s, with the answer to case 0 due"],
    );
    // A case without an answer is named, whatever was answered after it.
    fails(&device(MANIFEST, "test $id = 43 || echo $id $1 00", ":"), &["with the answer to case 43 due"]);
    fails(
        &device(MANIFEST, "test $id = 90 && exit 3; test $id = 43 || echo $id $1 00", ":"),
        &["exited with status 3 before answering case 43"],
    );
    fails("/no/such/program", &["could not start \"/no/such/program\""]);
    fails(
        &(device(MANIFEST, "echo $id $1 00", ":").replace("done'", "done; exit 4'")),
        &["exited with status 4"],
    );
    fails("cmd 'x", &["unmatched quotation mark"]);
}

/// All threads and tasks of a run have one process.
#[test]
fn one_process_answers_all_threads() {
    let folder = std::env::temp_dir().join(format!("halfulp-session-{}", std::process::id()));
    let starts = folder.display().to_string();
    let manifest = MANIFEST.replace("convert u8 rne none", "* * * * *");
    let line = device(&manifest, "echo $id $1 00", ":")
        .replace("sh -c '", &format!("sh -c 'echo started >> {starts}; "));
    let session = start(&line, 50).unwrap();
    let mut engines: Vec<_> = (0..4).map(|_| session.fork().unwrap()).collect();
    std::thread::scope(|scope| {
        for (number, engine) in engines.iter_mut().enumerate() {
            scope.spawn(move || {
                let task =
                    Task::within([Op::Convert, Op::Abs][number % 2], Format::integer(8, false).unwrap());
                for _ in 0..5 {
                    let mut answers = vec![Answer::default(); 70];
                    engine.run(&task, &cases(70), &mut answers).unwrap();
                    assert!(answers.iter().zip(cases(70)).all(|(answer, case)| answer.code == case.codes[0]));
                }
                engine.finish().unwrap();
            });
        }
    });
    assert_eq!(std::fs::read_to_string(&folder).unwrap(), "started\n");
    std::fs::remove_file(&folder).unwrap();
}

/// A campaign's next step, or its next measurement: once it waited without end for a process that had ended.
#[test]
fn a_program_that_ended_is_started_again() {
    let folder = std::env::temp_dir().join(format!("halfulp-again-{}", std::process::id()));
    let shown = folder.display().to_string();
    let line = device(MANIFEST, "echo $id $1 00", ":")
        .replace("sh -c '", &format!("sh -c 'echo started >> {shown}; "));
    let session = start(&line, 50).unwrap();
    for run in 1..=3 {
        let mut engines = [session.fork().unwrap(), session.fork().unwrap()];
        for engine in &mut engines {
            let mut answers = vec![Answer::default(); 70];
            engine.run(&copy(), &cases(70), &mut answers).unwrap();
            assert_eq!(answers, expected(70));
        }
        engines.iter_mut().for_each(|engine| engine.finish().unwrap());
        assert_eq!(std::fs::read_to_string(&folder).unwrap().lines().count(), run);
    }
    std::fs::remove_file(&folder).unwrap();
    // Another device by then is no part of the same run.
    let changed =
        device("halfulp-device 2|name revision $$|task convert u8 rne none|ready", "echo $id $1 00", ":");
    let session = start(&changed, 50).unwrap();
    session.fork().unwrap().finish().unwrap();
    let error = session.fork().map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("its manifest is another one than when it was started before"), "{error}");
}

#[test]
fn the_other_side_answers_like_the_library() {
    let names = |f: &Format| halfulp::format::catalog::name_of(f).unwrap_or_default();
    let of = |name: &str| halfulp::format::catalog::lookup(name).unwrap();
    let noisy = Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(9) };
    let odd = Policy::IEEE.rounding(noisy).saturation(Saturation::Finite).tininess(Tininess::Before);
    let odd = odd.flush_results(true).nan(halfulp::NanResult::Zero);
    let tasks = [
        Task::within(Op::Mul, of("e4m3fn")),
        Task::within(Op::Class, of("e5m2")),
        Task::new(Op::Fma, [of("e4m3fn"), of("e5m2"), of("binary32")], of("e2m1")).with_policy(odd),
        Task::within(Op::Div, of("binary8p3se")).with_policy(Policy::IEEE.standard(Standard::P3109V4_0)),
    ];
    let (mut input, mut want) = (Vec::new(), Vec::new());
    for number in 0..400u64 {
        let task = &tasks[(number % 4) as usize];
        let word = |i| halfulp::noise::word(number, i);
        let codes = [0, 1, 2].map(|i| word(i) & task.operands[i as usize].code_mask());
        let operands = Operands { noise: word(3), ..Operands::new(codes[0], codes[1], codes[2]) };
        lines::push_case(number, task, &lines::task_text(task, &names), &operands, &mut input);
        let mut answer = [Answer::default()];
        Scalar.run(task, &[operands], &mut answer).unwrap();
        want.push(answer[0]);
    }
    let mut output = Vec::new();
    serve(&input[..], &mut output, &|_| None, &Serving::default()).unwrap();
    let text = String::from_utf8(output).unwrap();
    let answers: Vec<&str> = text.lines().skip_while(|line| *line != "ready").skip(1).collect();
    assert_eq!(answers.len(), want.len());
    for (line, (place, want)) in answers.iter().zip((0..).zip(want)) {
        let (number, rest) = lines::number(line).unwrap();
        assert_eq!(number, place);
        assert_eq!(lines::answer(&tasks[(place % 4) as usize], rest, Flags::ALL).unwrap(), want, "{line}");
    }
    for wrong in ["1 mul e4m3fn rne none - 0 1 2", "1 mul", "1 mul e4m3fn,e4m3fn,e4m3fn rne none - 0 1", "x"]
    {
        let error =
            serve(wrong.as_bytes(), &mut Vec::new(), &|_| None, &Serving::default()).unwrap_err().to_string();
        assert!(error.starts_with("line 1 is not a case: expected NUMBER OP"), "{error}");
    }
    // A code that is too wide is none of the format, and is not cut to one that is.
    let wide = "# a comment\n1 fma e4m3fn,e4m3fn,binary32,binary32 rne none - 0 7f 1ff 0\n";
    let error =
        serve(wide.as_bytes(), &mut Vec::new(), &|_| None, &Serving::default()).unwrap_err().to_string();
    assert_eq!(error, "line 2 has 1ff for operand b: the codes of its format go up to ff");
}
