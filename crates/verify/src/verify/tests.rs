//! What the package's interface does not show: how a run is split, and one that the system grants no thread.

use std::num::NonZero;

use halfulp::format::catalog::builtin_format;
use halfulp::{Op, Policy, Rounding, Task};
use quickcheck::quickcheck;

use super::*;
use crate::cases::Selection;
use crate::engine::Scalar;
use crate::engine::definition::Definition;

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

quickcheck! {
    fn shards_partition_the_chunks(n: u8, lengths: Vec<u16>) -> bool {
        let n = u64::from(n % 13) + 1;
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        let ranges = |part| {
            let plan = Plan::new(&jobs, &Scalar, &[], &settings(1, part), true).unwrap();
            (0..plan.units()).map(|unit| plan.unit(unit)).map(|(j, r)| (j, r.start, r.end)).collect::<Vec<_>>()
        };
        let mut parts: Vec<_> = (1..=n).flat_map(|i| ranges(Part::Shard(format!("{i}/{n}").parse().unwrap()))).collect();
        parts.sort_unstable();
        parts == ranges(Part::Whole)
    }

    fn planned_is_what_the_units_have(n: u8, lengths: Vec<u16>) -> bool {
        let n = u64::from(n % 13) + 1;
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        (1..=n).all(|i| {
            let plan = Plan::new(&jobs, &Scalar, &[], &settings(1, Part::Shard(format!("{i}/{n}").parse().unwrap())), true).unwrap();
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
