//! What uniform samples say, and of which operands.

use super::*;

/// An oracle that has no answer where an operand is NaN.
#[derive(Clone, Copy)]
struct Partial;

impl Engine for Partial {
    fn name(&self) -> &str {
        "partial"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)
    }

    fn unanswered(&self, _: &Task, operands: &[Operands], cases: &mut Vec<usize>) {
        let is_open = |case: &Operands| case.codes[..2].iter().any(|code| code & 0x7f == 0x7f);
        cases.extend((0..operands.len()).filter(|place| is_open(&operands[*place])));
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

fn sample(oracles: Vec<Box<dyn Engine>>) -> (Sample, String) {
    let task = Task::within(Op::Mul, format("e4m3fn"));
    let job = Job::new("e4m3fn", task, vec![Policy::IEEE], Selection::Uniform(2000), 0).unwrap();
    let jobs = [job];
    let report =
        Verifier::new(&jobs, &Planted, &oracles, settings(Part::Whole)).unwrap().run(&|_| ()).unwrap();
    let summary = Summary::of(&report, 3, &name);
    let line = to_text(&summary).lines().find(|line| line.starts_with("sampled: mul")).unwrap().to_string();
    (samples(&summary).remove(0), line)
}

/// Once the share was said to be one of all operands, though nothing was known of those with a NaN.
#[test]
fn a_sample_says_nothing_of_operands_without_an_answer() {
    let (whole, line) = sample(vec![Box::new(Scalar)]);
    assert_eq!((whole.draws, whole.unanswered), (2000, 0));
    assert!(line.ends_with("at most one in 668 of all differ (95 % confidence)"), "{line}");
    let (part, line) = sample(vec![Box::new(Partial)]);
    assert!(part.unanswered > 10 && part.draws + part.unanswered == 2000, "{part:?}");
    let end = format!(
        " of those to which there is an answer differ (95 % confidence); to {} draws there is none",
        part.unanswered
    );
    assert!(line.ends_with(&end), "{line}");
    // With an oracle that answers all of them.
    let (both, line) = sample(vec![Box::new(Partial), Box::new(Scalar)]);
    assert!((both.draws, both.unanswered) == (2000, 0) && line.contains(" of all differ "), "{line}");
}
