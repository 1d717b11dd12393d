//! Runs with waivers: what is accepted is counted apart, and nothing else is.

mod joined;
mod oracles;

use std::num::NonZero;

use halfulp::format::catalog::{lookup, name_of};
use halfulp::{Flags, Format, Op, Operands, Policy, Rounding, Task};
use halfulp_verify::deviation::planted;
use halfulp_verify::engine::{Answer, Engine, EngineError, Scalar, model::Model};
use halfulp_verify::report::{
    MergeError, Summary, Verdict, from_json, merge, outcome, to_json, to_junit, to_text,
};
use halfulp_verify::verify::{Part, Report};
use halfulp_verify::waiver::{self, WaiverList};
use halfulp_verify::{Job, Selection, Settings, Verifier};

/// Products of e4m3fn whose answer changes if subnormal operands are zero: a regression, which the first test counts by itself.
const DAZ: u64 = 6_860;

fn e4m3fn() -> Format {
    lookup("e4m3fn").unwrap()
}

fn job(policies: &[Policy]) -> Job {
    Job::new("e4m3fn", Task::within(Op::Mul, e4m3fn()), policies.to_vec(), Selection::All, 0).unwrap()
}

/// A device that multiplies with these deviations.
fn device(names: &str) -> Model {
    Model::new("device", planted(&Task::within(Op::Mul, e4m3fn()), names).unwrap())
}

fn waivers(list: &[(&str, &str)], today: &str) -> WaiverList {
    let text = list.iter().map(|(id, more)| {
        format!("[[waiver]]\nid = \"{id}\"\nreason = \"the reason of {id}\"\nexpires = 2030-01-01\n{more}\n")
    });
    waiver::parse(&text.collect::<String>(), "w", today.parse().unwrap()).unwrap()
}

fn name(format: &Format) -> String {
    name_of(format).unwrap()
}

struct Run<'a> {
    subject: &'a dyn Engine,
    oracles: Vec<Box<dyn Engine>>,
    part: Part,
    policies: Vec<Policy>,
}

impl<'a> Run<'a> {
    fn of(subject: &'a dyn Engine) -> Run<'a> {
        Run { subject, oracles: vec![Box::new(Scalar)], part: Part::Whole, policies: vec![Policy::IEEE] }
    }

    fn report(&self, waivers: &WaiverList) -> Report {
        let jobs = [job(&self.policies)];
        let settings = Settings { threads: NonZero::new(2).unwrap(), keep: 3, part: self.part };
        let verifier = Verifier::new(&jobs, self.subject, &self.oracles, settings).unwrap();
        verifier.waiving(waivers).run(&|_| ()).unwrap()
    }

    fn summary(&self, waivers: &WaiverList) -> Summary {
        Summary::of(&self.report(waivers), 3, &name)
    }
}

/// What a summary came to: verdict, mismatches, those waived.
fn found(summary: &Summary) -> (Verdict, u64, u64) {
    (summary.verdict, summary.mismatches, summary.waived)
}

const TODAY: &str = "2029-01-01";

#[test]
fn a_known_deviation_is_waived() {
    let (device, task) = (device("daz"), Task::within(Op::Mul, e4m3fn()));
    let behaviour = planted(&task, "daz").unwrap();
    let differs = |case: u64| {
        let operands = Operands::new(case & 255, case >> 8, 0);
        let (a, b) = (behaviour.answer(&task, operands), halfulp::apply(&task, operands));
        (a.code, a.flags) != (b.code, b.flags)
    };
    assert_eq!((0..65_536).filter(|case| differs(*case)).count() as u64, DAZ);
    for accepted in [
        "deviation = \"daz\"",
        "behaviour.reading.a.subnormals = \"zero\"\nbehaviour.reading.b.subnormals = \"zero\"",
        "deviation = \"daz\"\nregion = [\"subnormal operand\", \"infinity\", \"invalid operation\"]\nop = [\"mul\"]",
        "deviation = \"daz\"\noperand = [\"subnormal\"]",
    ] {
        let accepted = format!("{accepted}\ncount = {DAZ}");
        let summary = Run::of(&device).summary(&waivers(&[("FPU-17", &accepted)], TODAY));
        assert_eq!(found(&summary), (Verdict::AsWaived, DAZ, DAZ), "{accepted}");
        assert!(summary.explanations.is_empty());
        let waiver = &summary.waivers[0];
        assert_eq!((waiver.tasks, waiver.accepted, waiver.others, waiver.complete), (1, DAZ, 0, true));
        let text = to_text(&summary);
        assert!(
            text.contains(
                "waiver FPU-17: 6,860 mismatches as waived (the reason of FPU-17; expires 2030-01-01)"
            ),
            "{text}"
        );
        assert_eq!(outcome(&summary), "all agree but for 6,860 mismatches as waived");
    }
}

/// Each waiver here accepts less than the device does: what is left over are mismatches.
#[test]
fn nothing_else_is_waived() {
    let both = device("daz,overflow-largest");
    let summary = Run::of(&both).summary(&waivers(&[("A", "deviation = \"daz\"")], TODAY));
    let (verdict, mismatches, waived) = found(&summary);
    assert!(verdict == Verdict::Differ && 0 < waived && waived < mismatches, "{mismatches} {waived}");
    assert_eq!(summary.explanations.len(), 3);
    let two = waivers(&[("A", "deviation = \"daz\""), ("B", "deviation = \"overflow-largest\"")], TODAY);
    let summary = Run::of(&both).summary(&two);
    assert_eq!(found(&summary), (Verdict::AsWaived, mismatches, mismatches));
    assert_eq!(summary.waivers[0].accepted, waived);
    assert_eq!(summary.waivers[1].accepted, mismatches - waived);
    for (accepted, left) in [
        // Another formats, operations, roundings and cases.
        ("deviation = \"daz\"\nfrom = [\"e5m2\"]", DAZ),
        ("deviation = \"daz\"\nop = [\"add\"]", DAZ),
        ("deviation = \"daz\"\nrounding = [\"rtz\"]", DAZ),
        ("deviation = \"daz\"\nregion = [\"tie\"]", DAZ),
        // One case of all.
        ("code = 0\ncases = [\"01,38\"]", DAZ - 1),
        // Another answer.
        ("deviation = \"daz-a\"\nregion = [\"subnormal operand\"]", DAZ / 2),
        ("code = 1\nregion = [\"subnormal operand\"]", DAZ),
    ] {
        let device = device("daz");
        let summary = Run::of(&device).summary(&waivers(&[("A", accepted)], TODAY));
        assert_eq!(found(&summary).0, Verdict::Differ, "{accepted}");
        let open = summary.open_mismatches();
        // Products of two subnormal numbers are the same whichever is read as zero.
        assert!(open == left || accepted.contains("daz-a") && 0 < open && open < DAZ, "{accepted}: {open}");
    }
}

/// The region holds and the answer is another one: a mismatch, and said of which waiver.
#[test]
fn another_answer_is_a_mismatch() {
    let summary = Run::of(&device("daz-positive")).summary(&waivers(&[("A", "deviation = \"daz\"")], TODAY));
    let others = summary.waivers[0].others;
    // Zero times a negative subnormal number is right by the waiver, and has the wrong sign here.
    assert!(0 < others && others < summary.open_mismatches(), "{others}");
    assert_eq!(summary.verdict, Verdict::Differ);
    let text = to_text(&summary);
    assert!(text.contains("mismatches are where it is about with other answers"), "{text}");
}

#[test]
fn a_waiver_that_no_longer_fits_is_stale() {
    for (count, stale) in [(DAZ - 1, true), (DAZ, false), (DAZ + 1, true)] {
        let list = waivers(&[("A", &format!("deviation = \"daz\"\ncount = {count}"))], TODAY);
        let summary = Run::of(&device("daz")).summary(&list);
        assert_eq!((summary.waivers[0].stale, summary.verdict == Verdict::Differ), (stale, stale), "{count}");
        if stale {
            let text = format!("WAIVER A: stale: listed with {}", halfulp_count(count));
            assert!(to_text(&summary).contains(&text), "{}", to_text(&summary));
            assert_eq!(outcome(&summary), "6,860 mismatches as waived, but waiver A is stale");
        }
    }
    // A device that was mended, and one of a single case: there nothing can be said of the count.
    let list = waivers(&[("A", "deviation = \"daz\"\ncount = 9")], TODAY);
    let mended = Run::of(&device("nan-negative")).summary(&list);
    assert!(mended.waivers[0].stale && mended.verdict == Verdict::Differ);
    let device = device("daz");
    let single = Run { part: Part::Case(0x0138), ..Run::of(&device) }.summary(&list);
    assert_eq!((found(&single), single.waivers[0].stale), ((Verdict::AsWaived, 1, 1), false));
    assert!(to_text(&single).contains("not all cases were compared, so its count of 9 was not checked"));
}

fn halfulp_count(count: u64) -> String {
    format!("6,{} mismatches", count - 6000)
}

#[test]
fn an_expired_waiver_fails_with_its_name() {
    for (today, verdict) in [("2030-01-01", Verdict::AsWaived), ("2030-01-02", Verdict::Differ)] {
        let list = waivers(&[("FPU-17", "deviation = \"daz\"")], today);
        let summary = Run::of(&device("daz")).summary(&list);
        let waived = if verdict == Verdict::AsWaived { DAZ } else { 0 };
        assert_eq!(found(&summary), (verdict, DAZ, waived), "{today}");
        assert_eq!(summary.waivers[0].accepted, DAZ);
        assert_eq!(
            to_text(&summary)
                .contains("WAIVER FPU-17: expired on 2030-01-01; 6,860 mismatches are as it says"),
            waived == 0
        );
    }
    // One that nothing needs fails as well.
    let summary = Run::of(&device("nan-negative")).summary(&waivers(
        &[("FPU-17", "deviation = \"daz\""), ("N", "deviation = \"nan-negative\"")],
        "2031-01-01",
    ));
    assert_eq!(summary.verdict, Verdict::Differ);
}

#[test]
fn unused_waivers_are_named() {
    let list = [
        ("A", "deviation = \"daz\""),
        ("B", "deviation = \"truncate\"\ncount = 4\nop = [\"add\"]"),
        ("C", "deviation = \"overflow-past\"\nrounding = [\"rne\"]"),
    ];
    let summary = Run::of(&device("daz")).summary(&waivers(&list, TODAY));
    assert_eq!(found(&summary), (Verdict::AsWaived, DAZ, DAZ));
    let text = to_text(&summary);
    assert!(text.contains("waiver B: unused, it is about no task of this run (the reason of B;"), "{text}");
    assert!(text.contains("waiver C: unused, no mismatch is as it says (the reason of C;"), "{text}");
    let right =
        Run::of(&device("nan-negative")).summary(&waivers(&[("A", "deviation = \"nan-negative\"")], TODAY));
    assert_eq!(right.verdict, Verdict::AsWaived);
}

/// The first of several that accept a mismatch counts it.
#[test]
fn a_mismatch_is_waived_once() {
    let list = [("A", "deviation = \"daz\"\nregion = [\"subnormal operand\"]"), ("B", "deviation = \"daz\"")];
    let summary = Run::of(&device("daz")).summary(&waivers(&list, TODAY));
    let accepted: Vec<u64> = summary.waivers.iter().map(|waiver| waiver.accepted).collect();
    assert!(accepted[0] > 0 && accepted.iter().sum::<u64>() == DAZ, "{accepted:?}");
}

#[test]
fn junit_has_a_test_for_each_waiver() {
    let list = [
        ("A", "deviation = \"daz\""),
        ("B", "deviation = \"truncate\""),
        ("C", "deviation = \"overflow-past\"\ncount = 3"),
    ];
    let summary = Run::of(&device("daz")).summary(&waivers(&list, TODAY));
    let document = to_junit(&summary).unwrap();
    for part in [
        "<property name=\"waiver.A\" value=\"6860 as waived: the reason of A\"/>",
        "<system-out>as waived: 6860 by A, of 65536 cases</system-out>",
        "<testsuite name=\"waivers\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\"",
        "<system-out>6,860 mismatches as waived: the reason of A</system-out>",
        "<skipped message=\"unused, no mismatch is as it says\"/>",
        "<failure message=\"stale: listed with 3 mismatches, here 0\">the reason of C</failure>",
    ] {
        assert!(document.contains(part), "{part}\n{document}");
    }
    let open = Run::of(&device("daz,overflow-largest")).summary(&waivers(&list[..1], TODAY));
    let document = to_junit(&open).unwrap();
    let message = format!("<failure message=\"{} of 65536 cases differ\">", open.open_mismatches());
    assert!(
        document.contains(&message) && document.contains(" by A, of 65536 cases</failure>"),
        "{document}"
    );
}
