//! Parts of runs: shards, and single cases.

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
