//! Runs that end early, and parts of runs.

use super::*;

/// An engine that dies takes nothing back of what was found before, and what its last batch answered counts.
#[test]
fn an_engine_that_dies_leaves_a_partial_report() {
    let dying =
        Faulty { name: "dying", code: Some([0x3c, 0x41]), dies_at: Some([0x80, 0x41]), ..Faulty::default() };
    let jobs = [job(Op::Mul, Selection::All)];
    let oracles = oracle(Faulty::default());
    for threads in [1, 3] {
        let report = verify(&jobs, &dying, &oracles, settings(threads, Part::Whole));
        assert_eq!(report.stopped.as_deref(), Some("engine dying: died"));
        // With more threads it depends on how far the others have come.
        assert!(report.mismatches() <= 6);
        if threads == 1 {
            assert_eq!(report.mismatches(), 6);
            // All batches of 512 before the one with case 0x8041, and 0x41 cases of that.
            assert_eq!(report.cases(), 6 * 0x8000 + 0x41);
            assert_eq!(report.compared(0), report.cases());
        }
        assert!(report.cases() < 6 * 65536);
        assert!(report.jobs[0].policies.iter().all(|policy| policy.planned == 65536));
    }
    // Dead in its first batch, but not before its mismatch.
    let dying = Faulty { code: Some([0, 0x41]), dies_at: Some([0, 0x42]), ..dying };
    let report = verify(&jobs, &dying, &oracles, settings(1, Part::Whole));
    assert_eq!((report.cases(), report.mismatches()), (0x42, 1));
}

/// An oracle that dies is as good a reason to stop, and its batch was compared with nothing.
#[test]
fn an_oracle_that_dies_leaves_a_partial_report() {
    let dying = Faulty { name: "dying", dies_at: Some([0x80, 0x41]), ..Faulty::default() };
    let report = verify(&[job(Op::Mul, Selection::All)], &Scalar, &oracle(dying), settings(1, Part::Whole));
    assert_eq!(report.stopped.as_deref(), Some("engine dying: died"));
    assert_eq!((report.cases(), report.mismatches()), (6 * 0x8000, 0));
}

/// Of the largest number of shards, the first has the first block and the others have nothing: it once wrapped.
#[test]
fn there_may_be_very_many_shards() {
    let jobs = [job(Op::Add, Selection::All), job(Op::Sqrt, Selection::All)];
    let oracles = oracle(Faulty::default());
    let len = |shard: &str| {
        let part = Part::Shard(shard.parse().unwrap());
        Verifier::new(&jobs, &Scalar, &oracles, settings(1, part)).unwrap().len()
    };
    assert_eq!(len("1/18446744073709551615"), 6 * 512);
    assert_eq!(len("129/18446744073709551615"), 6 * 256);
    assert_eq!(len("130/18446744073709551615"), 0);
    assert_eq!(len("18446744073709551615/18446744073709551615"), 0);
}

/// Counting the cases of a shard takes no time, however many there are: it once went through all blocks.
#[test]
fn shards_of_very_many_cases_are_counted_at_once() {
    let binary16 = halfulp::format::catalog::lookup("binary16").unwrap();
    let policies =
        [Rounding::NearestEven, Rounding::ToOdd, Rounding::TowardZero].map(|r| Policy::IEEE.rounding(r));
    let job = Job::new("x", Task::within(Op::Fma, binary16), policies.into(), Selection::All, 0).unwrap();
    let oracles = oracle(Faulty::default());
    let part = Part::Shard("2/3".parse().unwrap());
    let jobs = [job];
    let verifier = Verifier::new(&jobs, &Scalar, &oracles, settings(1, part)).unwrap();
    // Of the blocks 0 to 2^28 - 1 those with remainder 1, a third of 2^28 - 1, under each of three policies.
    assert_eq!(verifier.len(), ((1 << 28) - 1) << 20);
}
