//! Devices with faulty memories, found and reduced.

mod partial;

use halfulp::format::catalog::{lookup, name_of};
use halfulp::{Flags, Format, Op, Policy, Rounding};

use halfulp::{Operands, Task};

use super::*;
use crate::cases::Selection;
use crate::engine::command::{Fault, Unit};
use crate::engine::definition::Definition;
use crate::engine::{Answer, Engine, EngineError, Scalar};
use crate::verify::{Comparison, Job};

/// A unit in this process. It is wrong after so many cases, if that is said.
struct Device {
    unit: Unit,
    after: Option<usize>,
    count: usize,
    /// Fails at this case.
    dies: Option<usize>,
    /// The flags that it reports.
    known: Flags,
}

impl Device {
    fn with(fault: Option<Fault>) -> Device {
        Device { unit: Unit::new(fault), after: None, count: 0, dies: None, known: Flags::ALL }
    }
}

impl Engine for Device {
    fn name(&self) -> &str {
        "device"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (case, answer) in operands.iter().zip(answers) {
            self.count += 1;
            if self.dies.is_some_and(|dies| self.count > dies) {
                return Err(EngineError { engine: "device".into(), message: "dead".into() });
            }
            *answer = Answer { known: self.known, ..Answer::full(self.unit.answer(task, *case)) };
            if self.after.is_some_and(|after| self.count > after) {
                answer.code ^= 1;
            }
        }
        Ok(())
    }

    fn answered(&self) -> usize {
        0
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Device::with(None)))
    }
}

fn jobs() -> Vec<Job> {
    let policies: Vec<Policy> = [Rounding::NearestEven, Rounding::TowardZero, Rounding::TowardPositive]
        .map(|rounding| Policy::IEEE.rounding(rounding))
        .to_vec();
    let of = |op| {
        let task = Task::within(op, lookup("e4m3fn").unwrap());
        Job::new("e4m3fn", task, policies.clone(), Selection::All, 0).unwrap()
    };
    vec![of(Op::Add), of(Op::Mul)]
}

const SETTINGS: Settings = Settings { comparison: Comparison::STRICT, examined: 8, reduced: 3, starts: 400 };

fn found(device: impl Fn() -> Device, count: usize, seed: u64) -> (Stream, Outcome) {
    let (stream, tasks) = draw(&jobs(), &|_| true, count, seed).unwrap();
    assert_eq!((stream.len(), tasks), (count, 6));
    let start = || Ok(Box::new(device()) as Box<dyn Engine>);
    let outcome = run(&start, &mut Definition::default(), &stream, &SETTINGS, &|_| {}).unwrap();
    (stream, outcome)
}

#[test]
fn a_right_device_has_no_mismatch() {
    let (_, outcome) = found(|| Device::with(None), 3000, 1);
    assert_eq!((outcome.compared, outcome.mismatches, outcome.examined), (3000, 0, 0));
}

/// The text of a stream, as it is printed.
fn shown(device: impl Fn() -> Device, oracle: &mut dyn Engine, count: usize) -> (String, Outcome) {
    let (stream, tasks) = draw(&jobs(), &|_| true, count, 1).unwrap();
    let start = || Ok(Box::new(device()) as Box<dyn Engine>);
    let outcome = run(&start, oracle, &stream, &SETTINGS, &|_| {}).unwrap();
    let document =
        Document::of(&outcome, &stream, tasks, &SETTINGS.comparison, &|f: &Format| name_of(f).unwrap());
    (document.to_text(3), outcome)
}

/// A device that never clears its flags and does not report them: once that was said to agree, and nothing else.
#[test]
fn flags_that_were_not_compared_are_said() {
    let device = |known| move || Device { known, ..Device::with(Some(Fault::StickyFlags)) };
    let (text, outcome) = shown(device(Flags::NONE), &mut Definition::default(), 500);
    assert_eq!((outcome.mismatches, outcome.flags), (0, [0; 5]));
    assert_eq!(
        text,
        "flags: not compared, the device or the oracle does not report them\n500 cases in one stream, 6 tasks: all agree\n"
    );
    let (text, outcome) = shown(device(Flags::INVALID), &mut Definition::default(), 500);
    assert_eq!(outcome.flags, [0, 0, 0, 0, 500]);
    assert!(text.contains("flags: compared in v 500, i 0, o 0, u 0, x 0 of 500 cases\n"), "{text}");
    let (text, _) = shown(|| Device::with(None), &mut Definition::default(), 500);
    assert_eq!(text, "500 cases in one stream, 6 tasks: all agree\n");
}

/// One case is one of one task, among however many it was drawn.
#[test]
fn tasks_without_a_case_are_not_counted_as_compared() {
    let (text, outcome) = shown(|| Device::with(None), &mut Definition::default(), 1);
    assert_eq!((outcome.tasks, &*text), (1, "1 case in one stream, 1 of 6 tasks: all agree\n"));
}

/// Every fault is found in streams of any seed, and reduced to one case before the wrong one, for a reason that can be seen.
#[test]
fn faults_of_memory_are_reduced_to_two_lines() {
    for fault in Fault::ALL {
        for seed in 0..5 {
            let (_, outcome) = found(|| Device::with(Some(fault)), 3000, seed);
            assert!(outcome.mismatches > 0 && outcome.alone.is_empty(), "{fault} {seed}: {outcome:?}");
            assert!(!outcome.sequential.is_empty());
            for found in &outcome.sequential {
                assert!(found.is_least && found.repeats, "{fault} {seed}: {found:?}");
                let [before, last] = found.history.tasks[..] else { panic!("{fault} {seed}: {found:?}") };
                assert_eq!(found.got[0], found.want[0]);
                assert!(!found.got[1].agrees(&found.want[1]));
                match fault {
                    Fault::LateRounding => assert_ne!(before.policy.rounding, last.policy.rounding),
                    Fault::StickyFlags => {
                        assert_eq!(found.got[1].code, found.want[1].code);
                        assert_eq!(found.got[1].flags, found.want[0].flags | found.want[1].flags);
                    }
                    Fault::StaleOperand => {
                        let nan = |code: u64| code & 0x7f == 0x7f;
                        assert!(found.history.operands[0].codes[..2].iter().any(|code| nan(*code)));
                    }
                }
            }
        }
    }
}

/// What is wrong alone is not laid to the cases before it.
#[test]
fn functions_of_the_case_are_told_apart() {
    let (stream, outcome) = found(|| Device { after: Some(0), ..Device::with(None) }, 500, 3);
    assert_eq!((outcome.mismatches, outcome.examined, outcome.alone.len()), (500, 8, 8));
    assert!(outcome.sequential.is_empty());
    // The first of each kind comes first: more than one operation is seen.
    let ops: Vec<Op> = outcome.alone.iter().map(|wrong| stream.tasks[wrong.place].op).collect();
    assert!(ops.contains(&Op::Add) && ops.contains(&Op::Mul), "{ops:?}");
}

#[test]
fn a_counter_needs_all_that_it_counts() {
    let (_, outcome) = found(|| Device { after: Some(40), ..Device::with(None) }, 60, 3);
    assert_eq!(outcome.mismatches, 20);
    for found in &outcome.sequential {
        assert!(found.history.len() == 41 && found.is_least && found.repeats, "{found:?}");
    }
    assert_eq!((outcome.sequential.len(), outcome.not_reduced), (3, 5));
}

/// A device that fails when it is started again: what was seen before stands.
#[test]
fn a_device_that_fails_later_is_judged_by_its_stream() {
    let starts = std::cell::Cell::new(0);
    let device = || {
        starts.set(starts.get() + 1);
        let dies = (starts.get() > 2).then_some(0);
        Device { after: Some(90), dies, ..Device::with(None) }
    };
    let (_, outcome) = found(device, 100, 3);
    assert_eq!((outcome.compared, outcome.mismatches, outcome.examined), (100, 10, 0));
    assert!(outcome.failure.is_some());
}

/// A device that is wrong only the first time that it is started.
#[test]
fn what_does_not_happen_again_is_said() {
    let starts = std::cell::Cell::new(0);
    let device = || {
        starts.set(starts.get() + 1);
        Device { after: (starts.get() == 1).then_some(90), ..Device::with(None) }
    };
    let (_, outcome) = found(device, 100, 3);
    assert_eq!(outcome.mismatches, 10);
    assert!(outcome.sequential.iter().all(|found| found.history.is_empty() && !found.repeats));
}

#[test]
fn a_device_that_dies_is_judged_until_then() {
    let (_, outcome) = found(|| Device { dies: Some(70), ..Device::with(None) }, 100, 3);
    assert!(outcome.failure.is_some());
    // Answers of the part at hand are lost with it; those of the parts before it count.
    assert!(outcome.compared > 50 && outcome.compared <= 70, "{}", outcome.compared);
    assert_eq!(outcome.mismatches, 0);
}

#[test]
fn streams_are_lines_and_lines_are_streams() {
    let (stream, _) = draw(&jobs(), &|_| true, 300, 9).unwrap();
    let name = |f: &Format| name_of(f).unwrap();
    let mut plain = stream.clone();
    for operands in &mut plain.operands {
        operands.noise = 0;
    }
    assert_eq!(from_lines(&to_lines(&stream, &name), &|_| None), Ok(plain));
    let (again, _) = draw(&jobs(), &|_| true, 300, 9).unwrap();
    let (other, _) = draw(&jobs(), &|_| true, 300, 10).unwrap();
    assert!(again == stream && other != stream);
    let (part, tasks) = draw(&jobs(), &|task| task.op == Op::Add, 300, 9).unwrap();
    assert!(tasks == 3 && part.tasks.iter().all(|task| task.op == Op::Add));
    for (text, why) in [
        ("# a comment\nflush\n", "there are no cases"),
        ("\n0 mul e4m3fn rne none - 0 3C 41\n", "line 2 is not a case: expected NUMBER OP"),
        ("0 mull e4m3fn,e4m3fn,e4m3fn rne none - 0 3C 41\n", "line 1 is not a case"),
    ] {
        assert!(from_lines(text, &|_| None).unwrap_err().contains(why), "{text}");
    }
}

/// Whatever order the tasks come in, an engine of its own answers them as one by one.
#[test]
fn mixed_cases_are_answered_in_order() {
    let (stream, _) = draw(&jobs(), &|_| true, 300, 9).unwrap();
    let (answers, done) = stream.ask(&mut Scalar);
    done.unwrap();
    for (place, answer) in answers.iter().enumerate() {
        let rounded = halfulp::apply(&stream.tasks[place], stream.operands[place]);
        assert_eq!((answer.code, answer.flags, answer.known), (rounded.code, rounded.flags, Flags::ALL));
    }
}
