//! Every mismatch of a run, given out one by one.

use std::sync::Mutex;

use super::*;

/// What a run gives out, in order: job, case and policy.
fn logged(subject: &dyn Engine, threads: usize, part: Part) -> (Report, Vec<(usize, u64, usize)>) {
    let jobs = [job(Op::Add, Selection::All), job(Op::Sqrt, Selection::All)];
    let oracles = oracle(Faulty::default());
    let found = Mutex::new(Vec::new());
    let verifier = Verifier::new(&jobs, subject, &oracles, settings(threads, part)).unwrap();
    let take = |logged: &Logged| {
        let Mismatch { case, policy, got, said, .. } = &logged.mismatch;
        assert!(logged.waiver.is_none() && said[0].is_some_and(|said| !said.agrees(got)));
        found.lock().unwrap().push((logged.job, *case, *policy));
    };
    let report = verifier.run_and_log(&|_| (), &take).unwrap();
    (report, found.into_inner().unwrap())
}

#[test]
fn the_log_is_the_same_on_any_number_of_threads() {
    let (report, one) = logged(&OftenWrong, 1, Part::Whole);
    assert!(report.mismatches() > 1000 && one.len() as u64 == report.mismatches());
    // In the order of jobs and chunks of cases, each under every policy.
    let chunk = |(job, case, policy): &(usize, u64, usize)| (*job, case / 512, *policy, *case);
    assert!(one.is_sorted_by_key(chunk));
    for threads in [2, 5] {
        assert_eq!(logged(&OftenWrong, threads, Part::Whole).1, one, "{threads}");
    }
    let shards =
        ["1/3", "2/3", "3/3"].map(|shard| logged(&OftenWrong, 2, Part::Shard(shard.parse().unwrap())).1);
    let mut all = shards.concat();
    all.sort_by_key(chunk);
    assert_eq!(all, one);
}

/// What was compared before a device died is given out too.
#[test]
fn a_run_that_ends_early_gives_out_what_it_counted() {
    let subject =
        Faulty { name: "dies", code: Some([0x3c, 0x02]), dies_at: Some([0x3c, 0x4c]), ..Faulty::default() };
    for threads in [1, 3] {
        let (report, found) = logged(&subject, threads, Part::Whole);
        assert!(report.stopped.is_some());
        assert_eq!(found.len() as u64, report.mismatches(), "{threads}");
    }
    let (report, found) = logged(&subject, 1, Part::Whole);
    assert!(report.mismatches() > 0, "{found:?}");
}
