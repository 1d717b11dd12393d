//! Oracles that disagree, and devices and oracles without flags.

use super::*;

/// The library under another name, wrong as a device is.
#[derive(Clone)]
struct Named(&'static str, Model);

impl Engine for Named {
    fn name(&self) -> &str {
        self.0
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        self.1.run(task, operands, answers)
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// Where oracles disagree, one of them is wrong: no waiver hides that.
#[test]
fn disagreeing_oracles_are_no_deviation_of_the_device() {
    let device = device("daz");
    let list = waivers(&[("A", "deviation = \"daz\"")], TODAY);
    for other in ["daz", "round-away"] {
        let wrong: Box<dyn Engine> = Box::new(Named("wrong", self::device(other)));
        let run = Run { oracles: vec![Box::new(Scalar), wrong], ..Run::of(&device) };
        let summary = run.summary(&list);
        assert_eq!(summary.verdict, Verdict::Differ, "{other}");
        // With one that is as the device is, all of them stay.
        let open = summary.open_mismatches();
        assert!(open > 0 && (other != "daz" || open == DAZ), "{other}: {open}");
    }
}

/// An oracle that knows no flags contradicts none that does.
#[test]
fn an_oracle_without_flags_is_no_witness_of_flags() {
    let device = device("daz");
    let run = Run { oracles: vec![Box::new(Scalar), Box::new(Silent)], ..Run::of(&device) };
    let summary = run.summary(&waivers(&[("A", "deviation = \"daz\"")], TODAY));
    assert_eq!(found(&summary), (Verdict::AsWaived, DAZ, DAZ));
}

/// The library without flags.
struct Silent;

impl Engine for Silent {
    fn name(&self) -> &str {
        "silent"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        answers.iter_mut().for_each(|answer| answer.known = Flags::NONE);
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Silent))
    }
}

/// Flags are compared as far as the run compares them and a waiver says them.
#[test]
fn flags_count_as_results_do() {
    let silent = device("never-underflow");
    let list = waivers(&[("A", "deviation = \"never-underflow\"")], TODAY);
    let summary = Run::of(&silent).summary(&list);
    assert!(summary.verdict == Verdict::AsWaived && summary.waived > 0);
    for (flags, open) in [("flags = \"ux\"", 1), ("flags = \"x\"", 0), ("", 1)] {
        // 2^-9 * 0.5 is 2^-10, which rounds to zero.
        let accepted = format!("code = 0\ncases = [\"01,30\"]\n{flags}");
        let run = Run { part: Part::Case(0x0130), ..Run::of(&silent) };
        let summary = run.summary(&waivers(&[("A", &accepted)], TODAY));
        assert_eq!((summary.mismatches, summary.open_mismatches()), (1, open), "{flags}");
    }
}
