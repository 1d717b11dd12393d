//! Sweeps of every operand against the oracles' steps.

use core::ops::Range;
use std::num::NonZero;

use super::*;
use halfulp_verify::engine::definition::Definition;

/// An array engine with one planted fault, which is asked about runs.
#[derive(Clone)]
struct Swept {
    wrong: Code,
}

impl Engine for Swept {
    fn name(&self) -> &str {
        "swept"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.code ^= Code::from(operands.codes[0] == self.wrong);
            answer.known = Flags::NONE;
        }
        Ok(())
    }

    fn sweeps(&self, _: &Task) -> bool {
        true
    }

    fn gives(&mut self, _: &Task, operands: Range<Code>, _: Code) -> Result<bool, EngineError> {
        Ok(!operands.contains(&self.wrong))
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// A sweep of all `f32` finds the one that is wrong, says what the oracles say of it, and divides into shards.
#[test]
fn a_sweep_finds_the_one_operand() {
    let binary32 = halfulp::format::catalog::lookup("binary32").unwrap();
    let task = Task::within(Op::Convert, e5m2()).with_operands([binary32; 3]);
    let job = Job::new("sweep", task, vec![Policy::IEEE], Selection::All, 0).unwrap();
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Scalar), Box::new(Definition::default())];
    // Just above the midpoint of 1 and 1.25.
    let wrong = 0x3f90_0001;
    let mut mismatches = 0;
    for shard in ["1/2", "2/2"] {
        let part = Part::Shard(shard.parse().unwrap());
        let settings = Settings { threads: NonZero::<usize>::MIN, keep: 3, part };
        let (jobs, subject) = ([job.clone()], Swept { wrong });
        let verifier = Verifier::new(&jobs, &subject, &oracles, settings).unwrap();
        let report = verifier.run(&|_| {}).unwrap();
        assert_eq!(report.cases(), 1 << 31);
        mismatches += report.mismatches();
        // Nothing was computed for a case itself.
        let counts = report.jobs[0].policies[0].oracles[0];
        assert_eq!((counts.compared, counts.stepped), (0, 1 << 31));
        for mismatch in &report.jobs[0].first {
            assert_eq!((mismatch.case, mismatch.operands.codes[0]), (wrong, wrong));
            let said: Vec<Code> = mismatch.said.iter().flatten().map(|answer| answer.code).collect();
            assert_eq!((mismatch.got.code, said), (0x3c, vec![0x3d; 2]));
        }
    }
    assert_eq!(mismatches, 1);
}
