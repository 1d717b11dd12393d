//! Sweeps of every operand against the oracles' steps.

use core::ops::Range;
use std::num::NonZero;

use super::*;
use halfulp_verify::engine::Origin;
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

/// A program as an oracle, which is wrong for one operand.
#[derive(Clone)]
struct Golden {
    wrong: Code,
}

impl Engine for Golden {
    fn name(&self) -> &str {
        "golden"
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Swept { wrong: self.wrong }.run(task, operands, answers)
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

/// Once its answers between two equal ones were taken for those, and the operand was not asked.
#[test]
fn a_program_that_is_an_oracle_is_asked_each_operand() {
    let binary32 = halfulp::format::catalog::lookup("binary32").unwrap();
    let task = Task::within(Op::Convert, e5m2()).with_operands([binary32; 3]);
    let job = Job::new("sweep", task, vec![Policy::IEEE], Selection::All, 0).unwrap();
    // In the middle of those that become 1.25.
    let wrong = 0x3f9f_2345;
    let parts = Parts::new(1 << 16, 0x3f9f..0x3fa0, 1 << 16).unwrap();
    let jobs = [job.in_part(parts)];
    for (oracle, mismatches) in [(wrong, 1), (Code::MAX, 0)] {
        let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Golden { wrong: oracle })];
        let settings = Settings { threads: NonZero::<usize>::MIN, keep: 3, part: Part::Whole };
        let report = Verifier::new(&jobs, &Swept { wrong: Code::MAX }, &oracles, settings)
            .unwrap()
            .run(&|_| ())
            .unwrap();
        let counts = report.jobs[0].policies[0].oracles[0];
        assert_eq!((counts.compared, counts.stepped, report.mismatches()), (1 << 16, 0, mismatches));
    }
}

/// A profile as an oracle: the steps of its numbers, and each NaN by itself. One chunk of them here, 2^20 operands.
#[test]
fn nans_with_payloads_are_swept_one_by_one() {
    use halfulp_verify::engine::model::Model;
    use halfulp_verify::model::{Behaviour, NanRules, NanSign, Payload};
    let lookup = |name| halfulp::format::catalog::lookup(name).unwrap();
    let task = Task::within(Op::Convert, lookup("binary32")).with_result(lookup("binary16"));
    let job = Job::new("sweep", task, vec![Policy::IEEE], Selection::All, 0).unwrap();
    let model = |sign| {
        let nan = NanRules { payload: Payload::Quieted, sign, ..NanRules::default() };
        Model::new("model", Behaviour { nan, ..Behaviour::default() })
    };
    let found = |oracle: Model, chunk: u64, wrong: Code| {
        let oracles: Vec<Box<dyn Engine>> = vec![Box::new(oracle)];
        let settings = Settings { threads: NonZero::<usize>::MIN, keep: 3, part: Part::Whole };
        let parts = Parts::new(1 << 20, chunk..chunk + 1, 4096).unwrap();
        let (jobs, subject) =
            ([job.clone().in_part(parts)], OfModel { model: model(NanSign::Operand), wrong });
        let report = Verifier::new(&jobs, &subject, &oracles, settings).unwrap().run(&|_| ()).unwrap();
        let counts = report.jobs[0].policies[0].oracles[0];
        assert_eq!(report.cases(), 1 << 20, "{chunk}");
        let first = report.jobs[0].first.first().map(|mismatch| mismatch.operands.codes[0]);
        (counts.stepped, counts.compared, report.mismatches(), first)
    };
    let none = Code::MAX;
    // Numbers from 2^16 on, which overflow; infinity and the first NaNs; NaNs alone, negative ones.
    assert_eq!(found(model(NanSign::Operand), 1144, none), (1 << 20, 0, 0, None));
    assert_eq!(found(model(NanSign::Operand), 2040, none), (1, (1 << 20) - 1, 0, None));
    assert_eq!(
        found(model(NanSign::Negative), 2040, none),
        (1, (1 << 20) - 1, (1 << 20) - 1, Some(0x7f80_0001))
    );
    assert_eq!(found(model(NanSign::Negative), 4094, none), (0, 1 << 20, 0, None));
    // A fault is found among numbers and among NaNs.
    for (chunk, wrong) in [(1144, 0x4780_0123), (2040, 0x7f80_0000), (2040, 0x7f81_2345)] {
        let (.., mismatches, first) = found(model(NanSign::Operand), chunk, wrong);
        assert_eq!((mismatches, first), (1, Some(wrong)), "{wrong:x}");
    }
}

/// A model that is asked about runs, with one planted fault.
#[derive(Clone)]
struct OfModel {
    model: halfulp_verify::engine::model::Model,
    wrong: Code,
}

impl Engine for OfModel {
    fn name(&self) -> &str {
        "swept"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        self.model.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.code ^= Code::from(operands.codes[0] == self.wrong);
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
