//! Parts of runs: shards, and single cases.

use quickcheck::quickcheck;

use super::*;

#[test]
fn shards_add_up_to_the_whole() {
    let jobs = [job(Op::Add, Selection::All), job(Op::Sqrt, Selection::All)];
    let oracles = oracle(Faulty::default());
    let whole = verify(&jobs, &OftenWrong, &oracles, settings(1, Part::Whole));
    let shards = (1..=5).map(|i| {
        let shard = format!("{i}/5").parse().unwrap();
        verify(&jobs, &OftenWrong, &oracles, settings(2, Part::Shard(shard)))
    });
    let shards: Vec<Report> = shards.collect();
    assert_eq!(shards.iter().map(Report::cases).sum::<u64>(), whole.cases());
    assert_eq!(shards.iter().map(Report::mismatches).sum::<u64>(), whole.mismatches());
}

#[test]
fn one_case_replays_alone() {
    let jobs = [job(Op::Add, Selection::All), job(Op::Sqrt, Selection::All)];
    let oracles = oracle(Faulty::default());
    let report = verify(&jobs, &OftenWrong, &oracles, settings(2, Part::Case(0x3c4c)));
    assert_eq!((report.cases(), report.mismatches()), (6, 6));
    assert_eq!(report.jobs[0].first[0].operands.codes, [0x3c, 0x4c, 0]);
    let error = Verifier::new(&jobs, &Scalar, &oracles, settings(1, Part::Case(65536))).err();
    assert_eq!(error, Some(VerifyError::NoSuchCase { case: 65536, last: 65535 }));
}

quickcheck! {
    fn shards_partition_the_chunks(n: u8, lengths: Vec<u16>) -> bool {
        let n = u64::from(n % 13) + 1;
        let spread = |length: &u16| job(Op::Add, Selection::spread(u64::from(*length)));
        let jobs: Vec<Job> = lengths.iter().take(6).map(spread).collect();
        let ranges = |part| {
            let plan = Plan::new(&jobs, &Scalar, &[], &settings(1, part)).unwrap();
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
            let plan = Plan::new(&jobs, &Scalar, &[], &settings(1, Part::Shard(format!("{i}/{n}").parse().unwrap()))).unwrap();
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
        let plan = Plan::new(&jobs, &Scalar, &[], &settings(2, Part::Whole)).unwrap();
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
