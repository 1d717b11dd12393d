//! The text and both documents say the same of any report; shards joined say what the whole does.

mod joined;

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

/// What is wrong with a list of reports.
type Change<'a> = dyn Fn(&mut Vec<(String, Summary)>) + 'a;
