//! The text and both documents say the same of any report; shards joined say what the whole does.

use std::time::Duration;

use quickcheck::{Arbitrary, Gen, quickcheck};

use super::*;
use halfulp_verify::engine::Origin;
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::errata::LIST;
use halfulp_verify::verify::{Applied, Comparison, Covered, JobReport, OracleCounts, PolicyReport};

/// A report that no run need have made: counts as they come.
#[derive(Clone, Debug)]
struct AnyReport(Report);

fn few(g: &mut Gen, below: u64) -> u64 {
    u64::arbitrary(g) % below
}

fn any_policy(g: &mut Gen, policy: Policy) -> PolicyReport {
    let kinds = [Covered::Compared, Covered::Compared, Covered::NotBySubject, Covered::NotByOracles];
    let covered = kinds[few(g, 4) as usize];
    let planned = few(g, 3) * 100;
    let compared = covered == Covered::Compared;
    let cases = if compared { planned - if few(g, 8) == 0 { planned.min(few(g, 50)) } else { 0 } } else { 0 };
    let mismatches = if compared && few(g, 6) == 0 { few(g, 3).min(cases) } else { 0 };
    let excused = if compared { few(g, 2).min(cases) } else { 0 };
    let oracle = OracleCounts { compared: cases, differs: mismatches, excused, ..OracleCounts::default() };
    let listed = if few(g, 4) == 0 { Some(few(g, 2)) } else { None };
    let errata = if compared { vec![Applied { erratum: &LIST[4], oracle: 0, listed }] } else { Vec::new() };
    let third_party = if few(g, 2) == 0 { cases } else { 0 };
    let flags = [cases, 0, few(g, 1 + cases), cases, cases];
    PolicyReport {
        policy,
        covered,
        planned,
        cases,
        third_party,
        mismatches,
        waived: 0,
        waivers: Vec::new(),
        flushed: [0; 3],
        flags,
        oracles: vec![oracle],
        errata,
    }
}

impl Arbitrary for AnyReport {
    fn arbitrary(g: &mut Gen) -> AnyReport {
        let mut jobs = Vec::new();
        for _ in 0..few(g, 4) {
            let policies = Rounding::DETERMINISTIC.iter().copied().take(few(g, 4) as usize);
            jobs.push(JobReport {
                group: ["one", "two"][few(g, 2) as usize].into(),
                task: Task::within(Op::Mul, format("e4m3fn")),
                selection: Selection::All,
                seed: 0,
                comparison: Comparison::STRICT,
                policies: policies.map(|r| any_policy(g, Policy::IEEE.rounding(r))).collect(),
                first: Vec::new(),
                busy: Duration::from_millis(few(g, 9)),
            });
        }
        AnyReport(Report {
            subject: "subject".into(),
            subject_origin: Origin::Device,
            subject_identity: None,
            oracles: vec!["apfloat".into()],
            origins: vec![Origin::ThirdParty],
            identities: vec![None],
            shares: vec![None],
            options: Vec::new(),
            replayed_by: None,
            unanswered: None,
            waivers: Vec::new(),
            part: if few(g, 2) == 0 { Part::Whole } else { Part::Shard("1/2".parse().unwrap()) },
            jobs,
            reported: Flags::NONE,
            stopped: if few(g, 6) == 0 { Some("engine subject: died".into()) } else { None },
            failed_at: None,
            threads: 1,
            elapsed: Duration::ZERO,
        })
    }
}

fn in_text(text: &str) -> Verdict {
    let last = text.lines().last().unwrap();
    if last.contains(" mismatches, ") || last.contains(": 1 mismatch") {
        Verdict::Differ
    } else if last.contains(": undecided, ") {
        Verdict::Undecided
    } else if last.ends_with(": nothing compared, there are no cases") {
        Verdict::NothingCompared
    } else {
        assert!(last.ends_with(": all agree"), "{last}");
        Verdict::Agree
    }
}

fn in_json(text: &str) -> Verdict {
    let json: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::from_value(json["verdict"].clone()).unwrap()
}

fn in_junit(document: &str) -> Verdict {
    let elements = elements(document);
    let count = |kind: &str| elements.iter().filter(|(name, _)| name == kind).count();
    let (failures, errors) = (count("failure"), count("error"));
    let attribute = |key: &str| {
        let (_, value) = elements[0].1.iter().find(|(name, _)| name == key).unwrap();
        value.parse::<usize>().unwrap()
    };
    assert_eq!([attribute("failures"), attribute("errors")], [failures, errors]);
    assert_eq!(attribute("tests"), count("testcase"));
    match (failures, errors) {
        (1.., _) => Verdict::Differ,
        (0, 1..) => Verdict::Undecided,
        (0, 0) if count("testcase") == count("skipped") => Verdict::NothingCompared,
        (0, 0) => Verdict::Agree,
    }
}

quickcheck! {
    fn all_say_the_same(report: AnyReport) -> bool {
        let summary = Summary::of(&report.0, 3, &name);
        let said = [in_text(&to_text(&summary)), in_json(&to_json(&summary)), in_junit(&to_junit(&summary).unwrap())];
        let policies = || report.0.jobs.iter().flat_map(|job| &job.policies);
        // What is not agreement by plain reading of the counts is none.
        let open = report.0.stopped.is_some()
            || policies().any(|p| p.mismatches > 0)
            || policies().any(|p| p.covered == Covered::Compared && p.cases < p.planned)
            || policies().any(|p| p.covered == Covered::NotByOracles && p.planned > 0);
        let differ = policies().any(|p| p.mismatches > 0);
        said == [summary.verdict; 3]
            && !(open && matches!(summary.verdict, Verdict::Agree | Verdict::NothingCompared))
            && (summary.verdict == Verdict::Agree) <= policies().any(|p| p.cases > 0)
            && (!differ || summary.verdict == Verdict::Differ)
    }
}

/// An empty part of a run is a pass of nothing; what no engine covers is not.
#[test]
fn nothing_to_compare_is_said() {
    let empty = |covered| {
        let mut report = report();
        for policy in report.jobs.iter_mut().flat_map(|job| &mut job.policies) {
            (policy.cases, policy.mismatches, policy.covered) = (0, 0, covered);
        }
        report
    };
    let mut nothing = empty(Covered::NotByOracles);
    nothing.jobs.iter_mut().flat_map(|job| &mut job.policies).for_each(|policy| policy.planned = 0);
    let summary = Summary::of(&nothing, 3, &name);
    assert_eq!(summary.verdict, Verdict::NothingCompared);
    assert!(to_text(&summary).ends_with("nothing compared, there are no cases\n"));
    // A test that compared nothing has not passed.
    nothing.jobs.iter_mut().flat_map(|job| &mut job.policies).for_each(|p| p.covered = Covered::Compared);
    let summary = Summary::of(&nothing, 3, &name);
    assert_eq!((summary.verdict, summary.reasons.len()), (Verdict::NothingCompared, 0));
    assert!(to_json(&summary).contains("\"verdict\": \"nothing-compared\""));
    assert!(to_junit(&summary).unwrap().contains("tests=\"18\" failures=\"0\" errors=\"0\" skipped=\"18\""));
    for (covered, why) in [
        (Covered::NotByOracles, "no oracle covers 18 of the tasks"),
        (Covered::NotBySubject, "planted covers none of the tasks"),
        (Covered::Compared, "787968 cases were not run"),
    ] {
        let summary = Summary::of(&empty(covered), 3, &name);
        assert_eq!(summary.verdict, Verdict::Undecided);
        assert!(summary.reasons[0].contains(why), "{:?}", summary.reasons);
    }
}

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

/// What is wrong with a list of reports.
type Change<'a> = dyn Fn(&mut Vec<(String, Summary)>) + 'a;

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
