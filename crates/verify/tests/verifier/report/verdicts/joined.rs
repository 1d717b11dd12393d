//! Reports of shards, joined.

use super::*;

/// Wrong in many places, so that shards have to choose what they explain.
fn shards(of: u64, most: usize) -> (Summary, Vec<(String, Summary)>) {
    let jobs = jobs("e4m3fn");
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Often)];
    let summary = |part| {
        let settings = Settings { keep: most, ..settings(part) };
        let report = Verifier::new(&jobs, &Scalar, &oracles, settings).unwrap().run(&|_| ()).unwrap();
        let mut summary = Summary::of(&report, most, &name);
        summary.command = vec!["halfulp".into(), "verify".into()];
        if let Part::Shard(shard) = part {
            summary.command.extend(["--shard".into(), shard.to_string()]);
        }
        summary
    };
    let shard = |i: u64| (format!("{i}.json"), summary(Part::Shard(format!("{i}/{of}").parse().unwrap())));
    (summary(Part::Whole), (1..=of).map(shard).collect())
}

#[derive(Clone, Copy)]
struct Often;

impl Engine for Often {
    fn name(&self) -> &str {
        "often"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            answer.code ^= u64::from((operands.codes[0] ^ operands.codes[1]) & 127 == 3);
            answer.known = if operands.codes[0] < 9 { Flags::ALL } else { Flags::INEXACT };
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

fn without_times(mut summary: Summary) -> Summary {
    summary.seconds = 0.0;
    summary.jobs.iter_mut().for_each(|job| job.seconds = 0.0);
    summary.groups.iter_mut().for_each(|group| group.seconds = 0.0);
    summary
}

#[test]
fn shards_joined_are_the_whole() {
    for (of, most) in [(1, 3), (3, 5), (7, 40), (300, 2)] {
        let (whole, mut shards) = shards(of, most);
        assert_eq!(whole.verdict, Verdict::Differ);
        shards.reverse();
        // As they are read from files.
        let read = |(name, shard): (String, Summary)| (name, from_json(&to_json(&shard)).unwrap());
        let joined = merge(shards.into_iter().map(read).collect()).unwrap();
        assert_eq!(without_times(joined.clone()), without_times(whole.clone()), "{of} shards");
        assert_eq!(to_text(&without_times(joined)), to_text(&without_times(whole)));
    }
}

/// An oracle that some machines have.
#[derive(Clone, Copy)]
struct There(bool);

impl Engine for There {
    fn name(&self) -> &str {
        "there"
    }

    fn covers(&self, _: &Task) -> bool {
        self.0
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

/// The lists of oracles have the same lengths: once that was all that was looked at.
#[test]
fn shards_that_other_oracles_covered_are_not_joined() {
    let jobs = jobs("e4m3fn");
    let shard = |i: u64, there: bool| {
        let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Definition::default()), Box::new(There(there))];
        let settings = settings(Part::Shard(format!("{i}/3").parse().unwrap()));
        let report = Verifier::new(&jobs, &Scalar, &oracles, settings).unwrap().run(&|_| ()).unwrap();
        (format!("{i}.json"), Summary::of(&report, 2, &name))
    };
    for there in [[true; 3], [false; 3]] {
        let list = (1..).zip(there).map(|(i, there)| shard(i, there)).collect();
        assert_eq!(merge(list).unwrap().verdict, Verdict::Agree);
    }
    for there in [[true, false, true], [false, true, true]] {
        let list = (1..).zip(there).map(|(i, there)| shard(i, there)).collect();
        let error = merge(list).unwrap_err().to_string();
        assert!(
            error.contains("2.json is of another run than 1.json")
                && error.contains("covered by other engines"),
            "{error}"
        );
    }
}

#[test]
fn other_reports_are_not_joined() {
    let (whole, shards) = shards(3, 2);
    let error = |change: &Change| {
        let mut list = shards.clone();
        change(&mut list);
        merge(list).unwrap_err().to_string()
    };
    let cases: [(&str, &Change); 22] = [
        ("1.json contradicts itself: its totals", &|list| list[0].1.cases += 1),
        ("2.json contradicts itself: its verdict", &|list| list[1].1.verdict = Verdict::Agree),
        ("2.json contradicts itself: a policy's mismatches", &|list| {
            let mut policies = list[1].1.jobs.iter_mut().flat_map(|job| &mut job.policies);
            policies.find(|policy| policy.mismatches > 0).unwrap().mismatches = 0;
        }),
        // All agree, and no oracle compared anything.
        ("1.json contradicts itself: a policy's cases are not those that its oracles compared", &|list| {
            let policies = list[0].1.jobs.iter_mut().flat_map(|job| &mut job.policies);
            policies.flat_map(|policy| &mut policy.oracles).for_each(|oracle| oracle.compared = 0);
        }),
        ("3.json contradicts itself: a policy's cases are not those that its oracles compared", &|list| {
            let mut policies = list[2].1.jobs.iter_mut().flat_map(|job| &mut job.policies);
            policies.find(|policy| policy.cases > 0).unwrap().oracles[0].compared += 1;
        }),
        ("its origin of an engine is", &|list| list[1].1.oracles[0].by_third_party = Some("all".into())),
        ("3.json contradicts itself: a shard has all jobs", &|list| list[2].1.jobs.clear()),
        ("there are no reports", &|list| list.clear()),
        ("no report of shard 2/3, shard 3/3", &|list| list.truncate(1)),
        ("1.json and 1.json are both of shard 1/3", &|list| list.push(list[0].clone())),
        ("w.json is the report of no shard", &|list| list.push(("w.json".into(), whole.clone()))),
        ("2.json is of another run than 1.json: its --seed is 7, not 0", &|list| list[1].1.jobs[2].seed = 7),
        ("its version is", &|list| list[1].1.version = "0.0.9".into()),
        ("its --subject is other, not scalar", &|list| list[1].1.subject.name = "other".into()),
        // One device that was exchanged between two shards.
        ("its identity of an engine is \"revision 8\", none, not none, none", &|list| {
            list[1].1.subject.identity = Some("revision 8".into());
        }),
        ("its number of shards is 4, not 3", &|list| list[2].1.shard = Some(Piece { index: 3, of: 4 })),
        ("its job is", &|list| list[2].1.jobs[0].selection = "edge".into()),
        ("its --against is often,mpfr, not often", &|list| {
            let more = Oracle { name: "mpfr".into(), ..list[1].1.oracles[0].clone() };
            list[1].1.oracles.push(more);
        }),
        ("its comparison is --compare-nan any, not strict", &|list| {
            list[1].1.jobs[0].comparison.nan = halfulp_verify::verify::NanMatch::Any;
        }),
        ("its number of jobs is 2, not 3", &|list| {
            list[2].1.jobs.truncate(2);
            list[2].1.settle();
        }),
        ("its verdict does not follow", &|list| list[1].1.verdict = Verdict::NothingCompared),
        ("its policies are others", &|list| list[1].1.policies.swap(0, 1)),
    ];
    for (why, change) in cases {
        let error = error(change);
        assert!(error.contains(why), "{why:?} is not in {error:?}");
    }
    let many = vec![("1.json".to_string(), {
        let mut first = shards[0].1.clone();
        first.shard = Some(Piece { index: 1, of: u64::MAX });
        first
    })];
    assert!(merge(many).unwrap_err().to_string().ends_with("and 18446744073709551594 more"));
}
