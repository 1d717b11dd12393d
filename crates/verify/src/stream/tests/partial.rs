//! An oracle that leaves answers open.

use super::*;

/// An oracle that has no answer where an operand is NaN, or to nothing at all.
#[derive(Clone, Copy)]
struct Partial {
    nothing: bool,
}

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
        let is_open =
            |case: &Operands| self.nothing || case.codes[..2].iter().any(|code| code & 0x7f == 0x7f);
        cases.extend((0..operands.len()).filter(|place| is_open(&operands[*place])));
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

#[test]
fn what_the_oracle_leaves_open_is_not_compared() {
    let (stream, _) = draw(&jobs(), &|_| true, 3000, 1).unwrap();
    let is_nan = |case: &&Operands| case.codes[..2].iter().any(|code| code & 0x7f == 0x7f);
    let open = stream.operands.iter().filter(is_nan).count();
    // A device that is wrong everywhere, too: nothing is said of what is open.
    for (after, wrong) in [(None, 0), (Some(0), 3000 - open)] {
        let device = || Device { after, ..Device::with(None) };
        let (text, outcome) = shown(device, &mut Partial { nothing: false }, 3000);
        assert_eq!((outcome.compared, outcome.open, outcome.mismatches), (3000 - open, open, wrong));
        assert!(
            open > 20
                && text.contains(&format!("not compared: {open} cases, to which the oracle has no answer\n"))
        );
        assert!(
            text.contains(&format!("2,{} of 3,000 cases in one stream, 6 tasks: ", 1000 - open)),
            "{text}"
        );
    }
    let (text, outcome) = shown(|| Device::with(None), &mut Partial { nothing: true }, 300);
    assert!(
        outcome.compared == 0
            && text.ends_with("0 of 300 cases in one stream, 0 of 6 tasks: nothing was compared\n"),
        "{text}"
    );
}
