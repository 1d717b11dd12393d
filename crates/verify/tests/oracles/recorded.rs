//! The recorded oracle: what it covers, that the library agrees with it, that it notices wrong answers, and where the
//! implementations behind it are known to differ.

use std::num::NonZero;

use halfulp::format::catalog::lookup;
use halfulp::{Code, Flags, Format, Op, Operands, Policy, Rounding, Saturation, Standard, Task, Tininess};
use halfulp_verify::engine::recorded::Recorded;
use halfulp_verify::engine::{Answer, Engine, EngineError, Scalar};
use halfulp_verify::verify::{JobReport, Part};
use halfulp_verify::{Job, Report, Selection, Settings, Verifier, suite};

const EIGHT_BITS: [&str; 7] =
    ["e4m3fn", "e5m2", "e4m3-ieee", "e3m4-ieee", "e4m3fnuz", "e5m2fnuz", "e4m3b11fnuz"];
const WITHOUT_NAN: [&str; 3] = ["e2m3", "e3m2", "e2m1"];
const IEEE: [Rounding; 5] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
];

fn format(name: &str) -> Format {
    lookup(name).unwrap()
}

fn convert(from: &str, to: &str, rounding: Rounding, saturation: Saturation) -> Task {
    let policy = Policy::IEEE.rounding(rounding).saturation(saturation);
    Task::new(Op::Convert, [format(from); 3], format(to)).with_policy(policy)
}

fn verify(subject: &dyn Engine, task: &Task, selection: Selection) -> Report {
    let job = Job::new("job", *task, vec![task.policy], selection, 0).unwrap();
    let oracles: [Box<dyn Engine>; 1] = [Box::new(Recorded::new().unwrap())];
    let settings = Settings { threads: NonZero::<usize>::MIN, keep: 4, part: Part::Whole };
    let jobs = [job];
    Verifier::new(&jobs, subject, &oracles, settings).unwrap().run(&|_| ()).unwrap()
}

fn agrees(task: &Task, selection: Selection) {
    let report = verify(&Scalar, task, selection);
    assert!(report.compared(0) > 0, "not covered: {task:?}");
    assert_eq!(report.mismatches(), 0, "{:?}", report.jobs[0].first);
}

#[test]
fn conversions_from_binary32_agree_at_every_boundary() {
    for to in EIGHT_BITS.iter().chain(&["bfloat16", "binary16"]) {
        for rounding in IEEE {
            agrees(&convert("binary32", to, rounding, Saturation::None), Selection::Edge);
            agrees(&convert("binary32", to, rounding, Saturation::Finite), Selection::Edge);
        }
    }
    for to in WITHOUT_NAN {
        for rounding in IEEE {
            for &saturation in Saturation::ALL {
                agrees(&convert("binary32", to, rounding, saturation), Selection::Edge);
            }
        }
    }
}

#[test]
fn scales_agree_at_every_boundary() {
    let policy = Policy::IEEE.rounding(Rounding::TowardZero).saturation(Saturation::Propagate);
    let task = Task::new(Op::Abs, [format("binary32"); 3], format("e8m0")).with_policy(policy);
    agrees(&task, Selection::Edge);
}

/// By way of binary32, where both steps are recorded.
#[test]
fn conversions_between_narrow_formats_agree() {
    for from in EIGHT_BITS.iter().chain(&WITHOUT_NAN).chain(&["e8m0", "bfloat16", "binary16"]) {
        for to in EIGHT_BITS.iter().chain(&WITHOUT_NAN) {
            agrees(&convert(from, to, Rounding::NearestEven, Saturation::None), Selection::All);
            agrees(&convert(from, to, Rounding::TowardPositive, Saturation::Finite), Selection::All);
        }
        agrees(&convert(from, "binary32", Rounding::NearestEven, Saturation::None), Selection::All);
    }
}

#[test]
fn arithmetic_of_all_pairs_agrees() {
    for name in EIGHT_BITS.iter().chain(&WITHOUT_NAN) {
        for op in [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt] {
            agrees(&Task::within(op, format(name)), Selection::All);
        }
    }
    let scales = Policy::IEEE.rounding(Rounding::NearestAway);
    for op in [Op::Add, Op::Sub] {
        agrees(&Task::within(op, format("e8m0")).with_policy(scales), Selection::All);
    }
}

/// SoftFloat's exceptions too, under both tininesses.
#[test]
fn exceptions_of_conversions_to_sixteen_bits_agree() {
    for to in ["binary16", "bfloat16"] {
        for rounding in IEEE {
            for tininess in [Tininess::After, Tininess::Before] {
                let mut task = convert("binary32", to, rounding, Saturation::None);
                task.policy.tininess = tininess;
                agrees(&task, Selection::Edge);
                let mut answer = [Answer::default()];
                let operands = [Operands::new(0x3380_0001, 0, 0)];
                Recorded::new().unwrap().run(&task, &operands, &mut answer).unwrap();
                assert_eq!(answer[0].known, Flags::ALL);
            }
        }
    }
    for op in [Op::RoundToIntegral, Op::RoundToIntegralExact] {
        for rounding in IEEE {
            let policy = Policy::IEEE.rounding(rounding);
            agrees(&Task::within(op, format("binary16")).with_policy(policy), Selection::All);
        }
    }
}

/// What the main job asks of this oracle: it covers every format that no CPU has, and agrees.
#[test]
fn the_main_job_agrees() {
    let recorded = Recorded::new().unwrap();
    let covered = |job: Job| job.clone().under(|policy| recorded.covers(&job.task().with_policy(*policy)));
    let jobs: Vec<Job> = suite::main_job(0).unwrap().into_iter().filter_map(covered).collect();
    let oracles: [Box<dyn Engine>; 1] = [Box::new(recorded)];
    let settings = Settings { threads: NonZero::new(2).unwrap(), keep: 4, part: Part::Whole };
    let report = Verifier::new(&jobs, &Scalar, &oracles, settings).unwrap().run(&|_| ()).unwrap();
    for job in &report.jobs {
        assert_eq!(job.mismatches(), 0, "{:?}", job.first);
    }
    for name in EIGHT_BITS.iter().chain(&WITHOUT_NAN).chain(&["e8m0", "binary8p3se"]) {
        let to = report.jobs.iter().filter(|job| job.task.op != Op::Add && job.task.result == format(name));
        let arithmetic =
            report.jobs.iter().filter(|job| job.task.op == Op::Add && job.task.result == format(name));
        assert!(to.map(JobReport::cases).sum::<u64>() > 1000, "{name}");
        assert_eq!(arithmetic.count() > 0, !name.starts_with("binary"), "{name}");
    }
    let cases = report.cases();
    assert!(cases > 3_000_000, "{cases}");
    eprintln!("{cases} cases of {} jobs in {:?}", report.jobs.len(), report.elapsed);
}

/// The library's scalar path, but for one operand, or one pair of them.
#[derive(Clone, Copy)]
struct Wrong {
    operands: [Code; 2],
    code: Code,
}

impl Engine for Wrong {
    fn name(&self) -> &str {
        "wrong"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (case, answer) in operands.iter().zip(answers) {
            if case.codes[..2] == self.operands {
                assert_ne!(answer.code, self.code, "not wrong");
                answer.code = self.code;
            }
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

/// One wrong code at one boundary, in what only this project's own oracles knew before.
#[test]
fn one_wrong_answer_is_found() {
    let nearest = Rounding::NearestEven;
    let scale = Policy::IEEE.rounding(Rounding::TowardZero).saturation(Saturation::Propagate);
    let scale = Task::within(Op::Abs, format("binary32")).with_result(format("e8m0")).with_policy(scale);
    let planted = [
        // 248 is a tie between 240 and what is past the largest value: NaN.
        (convert("binary32", "e4m3fnuz", nearest, Saturation::None), [0x4378_0000, 0], 0x7f),
        // The same, clamped, given as NaN.
        (convert("binary32", "e4m3fnuz", nearest, Saturation::Finite), [0x4378_0000, 0], 0x80),
        // 5 is a tie between 4 and 6 and goes to the even 4.
        (convert("binary32", "e2m1", nearest, Saturation::Finite), [0x40a0_0000, 0], 0x7),
        (convert("binary32", "e2m3", nearest, Saturation::None), [0x7f80_0000, 0], 0x1e),
        (convert("binary32", "e3m2", Rounding::TowardNegative, Saturation::Finite), [0x8000_0001, 0], 0x20),
        (convert("binary32", "e4m3fn", nearest, Saturation::Finite), [0x43e8_0000, 0], 0x7f),
        // The last operand below a binade rounds to the scale below.
        (scale, [0x3fff_ffff, 0], 0x80),
        (Task::within(Op::Add, format("e5m2fnuz")), [0x01, 0x7f], 0x80),
        (Task::within(Op::Div, format("e2m1")), [0x7, 0x5], 0x5),
        (convert("e8m0", "binary32", nearest, Saturation::None), [0, 0], 0),
        (convert("e4m3b11fnuz", "e2m1", nearest, Saturation::None), [0x80, 0], 0x1),
    ];
    for (task, operands, code) in planted {
        let wrong = Wrong { operands, code };
        let selection = if task.operands[0].width() <= 8 { Selection::All } else { Selection::Edge };
        let report = verify(&wrong, &task, selection);
        assert_eq!(report.mismatches(), 1, "{task:?} {operands:x?}");
        assert_eq!(report.jobs[0].first[0].operands.codes[..2], operands);
    }
}

#[test]
fn what_has_no_table_is_not_covered() {
    let recorded = Recorded::new().unwrap();
    let covered = convert("binary32", "e4m3fnuz", Rounding::NearestEven, Saturation::None);
    assert!(recorded.covers(&covered));
    for task in [
        convert("binary32", "e4m3fnuz", Rounding::ToOdd, Saturation::None),
        convert("binary32", "e4m3fnuz", Rounding::NearestEven, Saturation::Propagate),
        convert("binary64", "e4m3fnuz", Rounding::NearestEven, Saturation::None),
        convert("binary32", "e8m0", Rounding::NearestAway, Saturation::None),
        covered.with_policy(Policy::IEEE.flush_results(true)),
        // No one recorded P3109's own operations.
        convert("binary32", "binary8p3se", Rounding::NearestEven, Saturation::None)
            .with_policy(Policy::IEEE.standard(Standard::P3109V4_0)),
        Task::within(Op::Fma, format("e4m3fnuz")),
        Task::within(Op::Mul, format("e8m0")).with_policy(Policy::IEEE.rounding(Rounding::NearestAway)),
    ] {
        assert!(!recorded.covers(&task), "{task:?}");
        assert!(
            Recorded::new().unwrap().run(&task, &[Operands::default()], &mut [Answer::default()]).is_err()
        );
    }
}
