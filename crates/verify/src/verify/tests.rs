//! What the package's interface does not show: how a run is split, and one that the system grants no thread.

use std::num::NonZero;

use halfulp::format::catalog::builtin_format;
use halfulp::{Op, Operands, Policy, Rounding, Task};
use quickcheck::quickcheck;

use super::*;
use crate::cases::Selection;
use crate::engine::definition::Definition;
use crate::engine::{Answer, EngineError, Scalar};

fn job(op: Op, selection: Selection) -> Job {
    let policies = Rounding::DETERMINISTIC.iter().map(|&r| Policy::IEEE.rounding(r)).collect();
    Job::new("e5m2", Task::within(op, builtin_format("e5m2")), policies, selection, 0).unwrap()
}

fn settings(threads: usize, part: Part) -> Settings {
    Settings { threads: NonZero::new(threads).unwrap(), keep: 7, part }
}

/// Parts of a spread are one job where nothing else tells them apart.
#[test]
fn adjoining_parts_of_a_spread_are_one_job() {
    let part = |first, end| job(Op::Fma, Selection::Spread { first, end });
    assert_eq!(part(0, 40).followed_by(&part(40, 90)), Some(part(0, 90)));
    for other in [part(41, 90), part(0, 40), job(Op::Add, Selection::Spread { first: 40, end: 90 })] {
        assert_eq!(part(0, 40).followed_by(&other), None);
    }
    let to_zero = part(40, 90).under(|policy| policy.rounding == Rounding::TowardZero).unwrap();
    assert_eq!(part(0, 40).followed_by(&to_zero), None);
    assert_eq!(job(Op::Fma, Selection::Edge).followed_by(&part(0, 40)), None);
}

/// Where the system grants no thread the run does its work all the same: it once panicked.
#[test]
fn a_run_without_threads_is_a_run() {
    let jobs = [job(Op::Add, Selection::All)];
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Definition::default())];
    let verifier = Verifier::new(&jobs, &Scalar, &oracles, settings(4, Part::Whole)).unwrap();
    let too_large = || Builder::new().stack_size(1 << 60);
    assert!(too_large().spawn(|| ()).is_err());
    let report = verifier.run_on(too_large, &|_| (), None).unwrap();
    assert_eq!((report.cases(), report.mismatches(), report.stopped), (6 * 65536, 0, None));
}

/// An engine that is asked so many operands at once, and about runs of them if it sweeps.
#[derive(Clone, Copy)]
struct Asked {
    at_once: usize,
    sweeps: bool,
}

impl Engine for Asked {
    fn name(&self) -> &str {
        "asked"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)
    }

    fn at_once(&self) -> usize {
        self.at_once
    }

    fn sweeps(&self, _: &Task) -> bool {
        self.sweeps
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

fn shard(index: u64, of: u64) -> Part {
    Part::Shard(format!("{index}/{of}").parse().unwrap())
}

/// The cases of a shard, as ranges that do not touch.
fn cases_of_shard(jobs: &[Job], engine: Asked, may_sweep: bool, part: Part) -> Vec<(usize, u64, u64)> {
    let plan = Plan::new(jobs, &engine, &[], &settings(1, part), may_sweep).unwrap();
    let mut ranges: Vec<(usize, u64, u64)> = Vec::new();
    for (job, range) in (0..plan.units()).map(|unit| plan.unit(unit)).filter(|(_, range)| !range.is_empty()) {
        match ranges.last_mut() {
            Some((of, _, end)) if (*of, *end) == (job, range.start) => *end = range.end,
            _ => ranges.push((job, range.start, range.end)),
        }
    }
    ranges
}

/// Once a shard asked by 512 operands and one asked by 65,536 had blocks of other lengths: together they left out half of the cases, and were merged into
/// "all agree".
#[test]
fn the_cases_of_a_shard_do_not_depend_on_how_they_are_asked() {
    let all = [job(Op::Add, Selection::All)];
    let binary32 = builtin_format("binary32");
    let task = Task::within(Op::Convert, builtin_format("e5m2")).with_operands([binary32; 3]);
    let swept = [Job::new("sweep", task, vec![Policy::IEEE], Selection::All, 0).unwrap()];
    for (jobs, of) in [(&all, 2), (&all, 7), (&swept, 1000)] {
        for index in [1, 2, of] {
            let asked = |at_once, sweeps| Asked { at_once, sweeps };
            let found = cases_of_shard(jobs, asked(512, false), true, shard(index, of));
            for (engine, may_sweep) in [
                (asked(1 << 16, false), true),
                (asked(1 << 18, true), true),
                (asked(512, true), false),
                (asked(512, true), true),
            ] {
                let other = cases_of_shard(jobs, engine, may_sweep, shard(index, of));
                assert!(found == other && !found.is_empty(), "{index}/{of}");
            }
        }
    }
}

quickcheck! {
    fn shards_partition_the_cases(n: u8, lengths: Vec<u16>) -> bool {
        let n = u64::from(n % 13) + 1;
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        let engine = |i: u64| Asked { at_once: [1, 700, 1 << 16][i as usize % 3], sweeps: false };
        let cases = |i: u64, part| cases_of_shard(&jobs, engine(i), true, part);
        let mut parts: Vec<_> = (1..=n).flat_map(|i| cases(i, shard(i, n))).collect();
        parts.sort_unstable();
        let whole = cases(0, Part::Whole);
        let joined = parts.chunk_by(|a, b| (a.0, a.2) == (b.0, b.1)).map(|run| (run[0].0, run[0].1, run[run.len() - 1].2));
        joined.collect::<Vec<_>>() == whole
    }

    fn planned_is_what_the_units_have(n: u8, lengths: Vec<u16>) -> bool {
        let n = u64::from(n % 13) + 1;
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        (1..=n).all(|i| {
            let plan = Plan::new(&jobs, &Scalar, &[], &settings(1, shard(i, n)), true).unwrap();
            let mut counted = vec![0; jobs.len()];
            for (job, range) in (0..plan.units()).map(|unit| plan.unit(unit)) {
                counted[job] += range.end - range.start;
            }
            (0..jobs.len()).all(|job| plan.planned(job) == counted[job])
        })
    }

    fn ranges_cover_every_case(lengths: Vec<u16>) -> bool {
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        let plan = Plan::new(&jobs, &Scalar, &[], &settings(2, Part::Whole), true).unwrap();
        let mut next = vec![0; jobs.len()];
        for unit in 0..plan.units() {
            let (job, range) = plan.unit(unit);
            if range.start != next[job] || range.is_empty() {
                return false;
            }
            next[job] = range.end;
        }
        let length = |job: &Job| job.selection().cases(job.task(), job.seed()).unwrap().len();
        next.iter().zip(&jobs).all(|(n, job)| *n == length(job))
    }
}
