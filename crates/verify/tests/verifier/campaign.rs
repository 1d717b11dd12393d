//! Campaigns: shards add up to the whole, a shard that was killed gives the same bytes, and whatever is wrong with results is named.

mod judged;

use std::num::NonZero;
use std::time::Duration;

use halfulp::{Format, Op, Operands, Policy, Rounding, Task};
use halfulp_verify::campaign::*;
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Scalar, apfloat::Apfloat};
use halfulp_verify::report::{Summary, Verdict};
use halfulp_verify::verify::{Part, Parts, Settings, VerifyError};
use halfulp_verify::{Engine, EngineError, Job, Selection, Verifier};

/// The library with the last bit of some results changed: of one pair of operands in `every`, or of none.
#[derive(Clone, Copy)]
pub struct Unit {
    every: u64,
    dies: bool,
}

pub const RIGHT: Unit = Unit { every: u64::MAX, dies: false };
pub const WRONG: Unit = Unit { every: 97, dies: false };

impl Engine for Unit {
    fn name(&self) -> &str {
        "unit"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        if self.dies {
            return Err(EngineError { engine: "unit".into(), message: "died".into() });
        }
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            let [a, b, _] = operands.codes;
            answer.code ^= u64::from((a * 31 + b + 1).is_multiple_of(self.every));
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

pub fn oracles() -> Vec<Box<dyn Engine>> {
    vec![Box::new(Definition::default()), Box::new(Apfloat)]
}

fn name(format: &Format) -> String {
    halfulp::format::catalog::name_of(format).unwrap_or_else(|| "?".into())
}

/// All products, some sums, and a sample of larger operands.
fn jobs() -> Vec<Job> {
    let policies =
        || [Rounding::NearestEven, Rounding::TowardPositive].map(|r| Policy::IEEE.rounding(r)).to_vec();
    let job = |op, format, selection| Job::new("e4m3fn", Task::within(op, format), policies(), selection, 5);
    let jobs = [
        job(Op::Mul, Format::E4M3FN, Selection::All),
        job(Op::Add, Format::E4M3FN, Selection::spread(5000)),
        job(Op::Sub, Format::BINARY16, Selection::Uniform(3000)),
    ];
    jobs.map(|job| job.expect("valid tasks")).to_vec()
}

/// What the jobs cost, as if it had been measured: no test depends on the time that it takes.
fn costs(jobs: &[Job], unit: Unit) -> Measured {
    let mut measured = Measured::default();
    for job in jobs {
        let kind = Kind::of(job, &unit, &oracles());
        let cost =
            Measurement { kind, task: String::new(), cases: 1, seconds: 1e-6, fixed: 1e-4, per_case: 1e-6 };
        measured.kinds.push(cost);
    }
    measured
}

/// A campaign that saves after every block.
pub fn planned(jobs: &[Job], unit: Unit, shards: u64) -> Manifest {
    plan(Wanted {
        jobs,
        subject: &unit,
        oracles: &oracles(),
        device: Device::default(),
        explain: 4,
        shards: Shards::Number(shards),
        step: 1e-9,
        limit: Duration::ZERO,
        begins: &|_| (),
        known: costs(jobs, unit),
        command: vec!["halfulp".into()],
        name: &name,
    })
    .expect("a campaign")
}

const ONE: NonZero<usize> = NonZero::<usize>::MIN;

/// The result of a shard, run by so many threads.
pub fn result(manifest: &Manifest, shard: u64, unit: Unit, threads: usize) -> String {
    let mut run = ShardRun::new(manifest, shard).expect("a shard");
    let threads = NonZero::new(threads).unwrap_or(ONE);
    while !run.is_done() {
        run.step((&unit, &oracles()), threads, &|_| ()).expect("a step");
    }
    run.result().expect("a result").to_json()
}

pub fn results(manifest: &Manifest, unit: Unit) -> Vec<(String, String)> {
    let one = |shard| (file_name(shard, manifest.len()), result(manifest, shard, unit, 1));
    (1..=manifest.len()).map(one).collect()
}

pub fn judged(manifest: &Manifest, files: &[(String, String)]) -> Judgement {
    let found = files.iter().map(|(name, text)| Found { name: name.clone(), text: Ok(text.clone()) });
    judge(manifest, found).expect("something to judge")
}

/// The report of the same jobs in one run, without times and machines.
fn whole(jobs: &[Job], unit: Unit) -> Summary {
    let settings = Settings { threads: ONE, keep: 4, part: Part::Whole };
    let (oracles, nothing) = (oracles(), |_| ());
    let report =
        Verifier::new(jobs, &unit, &oracles, settings).expect("a run").run(&nothing).expect("a report");
    let mut summary = Summary::of(&report, 4, &name);
    summary.seconds = 0.0;
    summary.machines.clear();
    summary.jobs.iter_mut().for_each(|job| job.seconds = 0.0);
    summary.settle();
    summary
}

#[test]
fn the_campaign_says_what_one_run_says() {
    for unit in [RIGHT, WRONG] {
        let alone = whole(&jobs(), unit);
        for shards in [1, 2, 5, 40] {
            let manifest = planned(&jobs(), unit, shards);
            let judgement = judged(&manifest, &results(&manifest, unit));
            let mut report = judgement.report;
            // What is not in documents.
            report.seen = alone.seen.clone();
            assert_eq!(report, alone, "{shards}");
            assert_eq!(report.verdict, if unit.every == 97 { Verdict::Differ } else { Verdict::Agree });
            assert_eq!(judgement.campaign.found, shards);
            let sample = &judgement.samples[..];
            assert!(sample.len() == 1 && sample[0].draws == 3000 && sample[0].bits == 32, "{sample:?}");
            assert_eq!(sample[0].lower > 0.0, unit.every == 97);
            assert!(sample[0].upper > 3e-4 && sample[0].upper < 0.02, "{sample:?}");
        }
    }
}

#[test]
fn a_shard_that_was_killed_goes_on_and_gives_the_same_bytes() {
    let manifest = planned(&jobs(), WRONG, 3);
    for shard in 1..=3 {
        let uninterrupted = result(&manifest, shard, WRONG, 1);
        assert_eq!(result(&manifest, shard, WRONG, 3), uninterrupted, "threads decide nothing");
        let steps = manifest.shard(shard).expect("a shard").steps.len();
        assert!(steps > 5);
        for killed_after in [1, steps / 2, steps - 1] {
            let mut run = ShardRun::new(&manifest, shard).expect("a shard");
            for _ in 0..killed_after {
                run.step((&WRONG, &oracles()), ONE, &|_| ()).expect("a step");
            }
            // A device that dies spoils nothing.
            let dead = Unit { dies: true, ..WRONG };
            let error = run.step((&dead, &oracles()), ONE, &|_| ()).expect_err("it dies");
            assert!(matches!(&error, CampaignError::Stopped(why) if why.contains("died")), "{error}");
            let saved = ShardResult::read(&run.result().expect("a result").to_json()).expect("as written");
            assert!(!saved.is_done());
            let left = run.left();
            let mut run = ShardRun::resume(&manifest, &saved).expect("the same campaign");
            assert_eq!((run.steps(), run.left()), (killed_after, left));
            while !run.is_done() {
                run.step((&WRONG, &oracles()), ONE, &|_| ()).expect("a step");
            }
            assert_eq!(run.result().expect("a result").to_json(), uninterrupted);
        }
    }
}

#[test]
fn a_manifest_is_read_as_it_was_written() {
    let manifest = planned(&jobs(), RIGHT, 3);
    let text = manifest.to_json();
    assert_eq!(Manifest::read(&text).expect("as written"), manifest);
    let read = manifest.jobs().expect("jobs");
    assert_eq!(read, jobs());
    // Costs decide nothing.
    let mut other = manifest.clone();
    other.shards[0].core_seconds += 1.0;
    other.measured = Measured::default();
    assert_eq!(other.digest_of_content(), manifest.digest);
}

#[test]
fn a_manifest_that_was_changed_is_refused() {
    let manifest = planned(&jobs(), RIGHT, 3);
    let text = manifest.to_json();
    let refused = |text: &str, what: &str| {
        let error = Manifest::read(text).expect_err(what).to_string();
        assert!(error.contains(what), "{error}");
    };
    refused(&text.replace("\"seed\":5", "\"seed\":6"), "was changed after");
    refused(&text.replace("halfulp.campaign/1", "halfulp.verify/1"), "its schema is");
    refused(&text[..text.len() / 2], "not a manifest of a campaign");
    let version = format!("\"version\":\"{}\"", manifest.version);
    refused(&text.replace(&version, "\"version\":\"0.0.9\""), "the manifest is of halfulp 0.0.9");
    // Where even the digest is made to fit.
    let spoilt = |spoil: &dyn Fn(&mut Manifest), what: &str| {
        let mut other = manifest.clone();
        spoil(&mut other);
        other.digest = other.digest_of_content();
        refused(&other.to_json(), what);
    };
    spoilt(&|m| drop(m.shards[1].steps.pop()), "is in no shard");
    spoilt(&|m| m.shards[0].steps[0].clear(), "without pieces");
    spoilt(&|m| m.shards[2].steps[0] = m.shards[1].steps[0].clone(), "is in no shard, or in two");
    spoilt(&|m| m.shards[2].steps[0][0].task = 9, "is in no shard");
    spoilt(&|m| m.shards[2].steps.push(vec![Piece { task: 9, first: 0, end: 1 }]), "which there is not");
    spoilt(&|m| m.tasks[0].policies = vec![0, 0], "one twice");
    spoilt(&|m| m.tasks[0].policies = vec![7], "past the end");
    spoilt(&|m| m.tasks[0].formats[0] = 99, "past the end");
    spoilt(&|m| m.tasks[0].op = "muls".into(), "no such operation");
    spoilt(&|m| m.tasks[0].block = 0, "no parts");
    spoilt(&|m| m.tasks[0].cases = 1, "more than it has blocks");
    spoilt(&|m| m.tasks[0].selection = "everything".into(), "not a selection");
    spoilt(&|m| m.shards.clear(), "it has no shards");
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let listed = [jobs()[0].clone().listing(jobs()[0].cases().expect("cases"))];
    let wanted = |jobs: &[Job], shards| {
        let oracles = oracles();
        let wanted = Wanted {
            jobs,
            subject: &RIGHT,
            oracles: &oracles,
            device: Device::default(),
            explain: 1,
            shards,
            step: 1.0,
            limit: Duration::ZERO,
            begins: &|_| (),
            known: Measured::default(),
            command: Vec::new(),
            name: &name,
        };
        plan(wanted).map(|_| ())
    };
    assert!(matches!(wanted(&listed, Shards::Number(1)), Err(CampaignError::Listed(_))));
    assert_eq!(wanted(&[], Shards::Number(1)), Err(CampaignError::Nothing));
    let many = wanted(&jobs()[..1], Shards::Number(1000));
    assert_eq!(many, Err(CampaignError::TooManyShards { wanted: 1000, most: 128 }));
}

/// A part of a job is neither divided once more, nor in the way of a single case.
#[test]
fn parts_of_jobs_are_whole_runs() {
    let parts = Parts::new(512, 3..4, 16).expect("one of sixteen parts");
    let part = [jobs()[0].clone().in_part(parts)];
    let (oracles, nothing) = (oracles(), |_| ());
    let settings = |part| Settings { threads: ONE, keep: 1, part };
    let sharded =
        Verifier::new(&part, &WRONG, &oracles, settings(Part::Shard("1/2".parse().expect("a shard"))));
    assert_eq!(sharded.err(), Some(VerifyError::ShardOfParts));
    let report = Verifier::new(&part, &WRONG, &oracles, settings(Part::Whole)).expect("a run").run(&nothing);
    let report = report.expect("a report");
    assert_eq!(report.jobs[0].policies[0].cases, 4096);
    // Its cases keep their numbers: those of the blocks 3, 19, 35, and so on.
    assert!(report.jobs[0].first.iter().all(|mismatch| mismatch.case / 512 % 16 == 3));
    let case = Verifier::new(&part, &WRONG, &oracles, settings(Part::Case(7))).expect("a run").run(&nothing);
    assert_eq!(case.expect("a report").cases(), 2);
}
