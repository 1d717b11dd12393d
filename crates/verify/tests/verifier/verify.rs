use std::num::NonZero;
use std::sync::atomic::AtomicU64;

use halfulp::{
    Code, Facts, Flags, Format, Nans, Op, Operands, Overflow, Policy, Rounding, Saturation, Sign, Task,
};

mod compared;
mod kinds;
mod logged;
mod partial;
mod shards;
mod swept;

use halfulp_verify::cases::Selection;
use halfulp_verify::engine::{Answer, Engine, EngineError, Scalar};
use halfulp_verify::verify::*;

/// The library with planted faults: a changed code or changed flags for some operands, a task it does not know.
#[derive(Clone, Debug, Default)]
struct Faulty {
    name: &'static str,
    code: Option<[Code; 2]>,
    flags: Option<[Code; 2]>,
    dies_at: Option<[Code; 2]>,
    lacks: Option<Op>,
    unknown: Flags,
    answered: usize,
}

impl Engine for Faulty {
    fn name(&self) -> &str {
        self.name
    }

    fn covers(&self, task: &Task) -> bool {
        self.lacks != Some(task.op)
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (index, (operands, answer)) in operands.iter().zip(answers).enumerate() {
            let codes = Some([operands.codes[0], operands.codes[1]]);
            if self.dies_at == codes {
                self.answered = index;
                return Err(EngineError { engine: self.name.into(), message: "died".into() });
            }
            answer.code ^= u64::from(self.code == codes);
            if self.flags == codes {
                answer.flags |= Flags::DIVIDE_BY_ZERO;
            }
            answer.known = Flags::ALL.without(self.unknown);
        }
        Ok(())
    }

    fn answered(&self) -> usize {
        self.answered
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(self.clone()))
    }
}

fn e5m2() -> Format {
    Format::known(Facts {
        width: 8,
        precision: 3,
        bias: 15,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(3),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
}

fn job(op: Op, selection: Selection) -> Job {
    let policies = Rounding::DETERMINISTIC.iter().map(|&r| Policy::IEEE.rounding(r)).collect();
    Job::new("e5m2", Task::within(op, e5m2()), policies, selection, 0).unwrap()
}

fn oracle(faulty: Faulty) -> Vec<Box<dyn Engine>> {
    vec![Box::new(Named("reference", Scalar)), Box::new(faulty)]
}

/// The library under another name.
#[derive(Clone, Copy)]
struct Named(&'static str, Scalar);

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
        Ok(Box::new(*self))
    }
}

/// A faulty subject.
fn subject(faulty: Faulty) -> Faulty {
    Faulty { name: "subject", ..faulty }
}

/// Cases in which the subject differs, an oracle each.
fn differs(job: &JobReport) -> Vec<u64> {
    let oracles = job.policies[0].oracles.len();
    (0..oracles).map(|o| job.policies.iter().map(|policy| policy.oracles[o].differs).sum()).collect()
}

/// Tasks of each kind: compared, not covered by the subject, not covered by the oracles.
fn covered(report: &Report) -> [usize; 3] {
    let policies = || report.jobs.iter().flat_map(|job| &job.policies);
    [Covered::Compared, Covered::NotBySubject, Covered::NotByOracles]
        .map(|kind| policies().filter(|policy| policy.covered == kind).count())
}

fn settings(threads: usize, part: Part) -> Settings {
    Settings { threads: NonZero::new(threads).unwrap(), keep: 7, part }
}

fn verify(jobs: &[Job], subject: &dyn Engine, oracles: &[Box<dyn Engine>], set: Settings) -> Report {
    Verifier::new(jobs, subject, oracles, set).unwrap().run(&|_| ()).unwrap()
}

#[test]
fn equal_engines_agree_and_everything_is_counted() {
    let jobs = [job(Op::Add, Selection::All), job(Op::Sqrt, Selection::All)];
    let oracles = oracle(Faulty::default());
    let verifier = Verifier::new(&jobs, &Scalar, &oracles, settings(2, Part::Whole)).unwrap();
    let done = AtomicU64::new(0);
    let add = |n| {
        done.fetch_add(n, std::sync::atomic::Ordering::Relaxed);
    };
    let report = verifier.run(&add).unwrap();
    assert_eq!(report.cases(), 6 * (65536 + 256));
    assert_eq!(report.mismatches(), 0);
    assert_eq!(report.compared(1), report.cases());
    assert_eq!(verifier.len(), report.cases());
    // All five flags in every case.
    assert!(report.jobs.iter().flat_map(|job| &job.policies).all(|p| p.flags == [p.cases; 5]));
    assert_eq!(done.into_inner(), verifier.len());
}

#[test]
fn one_wrong_code_is_found_in_every_policy() {
    let faulty = subject(Faulty { code: Some([0x3c, 0x41]), ..Faulty::default() });
    let report = verify(
        &[job(Op::Mul, Selection::All)],
        &faulty,
        &oracle(Faulty::default()),
        settings(2, Part::Whole),
    );
    assert_eq!(report.mismatches(), 6);
    assert_eq!(differs(&report.jobs[0]), [6, 6]);
    assert!(report.jobs[0].policies.iter().all(|policy| policy.mismatches == 1));
    let first = &report.jobs[0].first;
    assert!(first.iter().all(|m| m.case == 0x3c41 && !m.oracles_disagree(&Comparison::STRICT)));
    assert_eq!(first.iter().map(|m| m.policy).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn wrong_flags_are_found_unless_unknown() {
    let faulty = subject(Faulty { flags: Some([1, 2]), ..Faulty::default() });
    let jobs = [job(Op::Mul, Selection::All)];
    let report = verify(&jobs, &faulty, &oracle(Faulty::default()), settings(1, Part::Whole));
    assert_eq!(report.mismatches(), 6);
    let blind = Faulty { unknown: Flags::DIVIDE_BY_ZERO, ..faulty };
    let report = verify(&jobs, &blind, &oracle(Faulty::default()), settings(1, Part::Whole));
    assert_eq!(report.mismatches(), 0);
    // That it was not compared is counted: the bits are inexact, underflow, overflow, division by zero, invalid.
    assert!(report.jobs[0].policies.iter().all(|p| p.flags == [65536, 65536, 65536, 0, 65536]));
    assert_eq!(report.reported, Flags::ALL.without(Flags::DIVIDE_BY_ZERO));
}

#[test]
fn a_wrong_oracle_shows_as_oracles_that_disagree() {
    let faulty = Faulty { code: Some([0, 0]), ..Faulty::default() };
    let report = verify(&[job(Op::Mul, Selection::All)], &Scalar, &oracle(faulty), settings(1, Part::Whole));
    assert_eq!(differs(&report.jobs[0]), [0, 6]);
    assert!(report.jobs[0].first.iter().all(|m| m.oracles_disagree(&Comparison::STRICT)));
}

#[test]
fn what_no_oracle_covers_is_reported() {
    let lacking = || Faulty { lacks: Some(Op::Sqrt), ..Faulty::default() };
    let jobs = [job(Op::Sqrt, Selection::All), job(Op::Add, Selection::All)];
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(lacking())];
    let report = verify(&jobs, &Scalar, &oracles, settings(1, Part::Whole));
    assert_eq!(covered(&report), [6, 0, 6]);
    assert!(report.jobs[0].policies.iter().all(|policy| policy.cases == 0 && policy.planned == 256));
    let report = verify(&jobs, &subject(lacking()), &oracle(Faulty::default()), settings(1, Part::Whole));
    assert_eq!(covered(&report), [6, 6, 0]);
}

/// What of a report must not depend on threads.
fn findings(report: &Report) -> Vec<(u64, Vec<u64>, u64, Vec<Mismatch>)> {
    let of_job = |j: &JobReport| (j.cases(), differs(j), j.mismatches(), j.first.clone());
    report.jobs.iter().map(of_job).collect()
}

/// Wrong wherever the first operand's last bits and the second's are equal.
#[derive(Clone, Copy)]
struct OftenWrong;

impl Engine for OftenWrong {
    fn name(&self) -> &str {
        "often-wrong"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.code ^= u64::from((operands.codes[0] ^ operands.codes[1]) & 15 == 0);
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

#[test]
fn threads_do_not_change_the_findings() {
    let jobs = [job(Op::Add, Selection::All), job(Op::Fma, Selection::spread(10_000))];
    let oracles = oracle(Faulty::default());
    let one = findings(&verify(&jobs, &OftenWrong, &oracles, settings(1, Part::Whole)));
    assert!(one[0].2 == 6 * 4096 && one[0].3.len() == 7);
    for threads in [2, 5] {
        let many = verify(&jobs, &OftenWrong, &oracles, settings(threads, Part::Whole));
        assert_eq!(findings(&many), one);
    }
}

#[test]
fn a_job_without_meaning_is_refused() {
    let policy = Policy::IEEE.saturation(Saturation::None);
    let task = Task::within(Op::ScaleB, e5m2()).with_operands([e5m2(); 3]);
    assert!(Job::new("x", task, vec![policy], Selection::All, 0).is_err());
}
