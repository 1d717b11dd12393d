use halfulp::format::catalog;
use halfulp::{Flags, Format, Op, Operands, Policy, Rounding, Standard, Task};
use quick_xml::events::Event;

mod documents;
mod junit;
mod samples;
mod third_party;
mod verdicts;

use halfulp_verify::cases::Selection;
use halfulp_verify::engine::{Answer, Engine, EngineError, Scalar};
use halfulp_verify::report::*;
use halfulp_verify::verify::{Job, Part, Report, Settings, Verifier};

fn format(name: &str) -> Format {
    catalog::lookup(name).unwrap()
}

fn name(f: &Format) -> String {
    catalog::name_of(f).unwrap_or_default()
}

/// The library, but toward positive 1.75 + 0.0625 is 1.75.
#[derive(Clone, Copy)]
struct Planted;

impl Engine for Planted {
    fn name(&self) -> &str {
        "planted"
    }

    fn covers(&self, task: &Task) -> bool {
        task.op != Op::Sqrt
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        Scalar.run(task, operands, answers)?;
        for (operands, answer) in operands.iter().zip(answers) {
            if task.op == Op::Add
                && operands.codes == [0x3e, 0x18, 0]
                && task.policy.rounding == Rounding::TowardPositive
            {
                answer.code = 0x3e;
            }
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}

fn jobs(group: &str) -> [Job; 3] {
    let e4m3fn = format("e4m3fn");
    let policies = || Rounding::DETERMINISTIC.iter().map(|&r| Policy::IEEE.rounding(r)).collect();
    let job = |op| Job::new(group, Task::within(op, e4m3fn), policies(), Selection::All, 0).unwrap();
    [job(Op::Add), job(Op::Sqrt), job(Op::Mul)]
}

fn settings(part: Part) -> Settings {
    Settings { threads: std::num::NonZero::new(1).unwrap(), keep: 3, part }
}

fn report() -> Report {
    let (jobs, settings) = (jobs("e4m3fn"), settings(Part::Whole));
    run(&jobs, settings)
}

fn run(jobs: &[Job], settings: Settings) -> Report {
    let oracles: Vec<Box<dyn Engine>> = vec![Box::new(Scalar)];
    Verifier::new(jobs, &Planted, &oracles, settings).unwrap().run(&|_| ()).unwrap()
}

#[test]
fn a_planted_fault_is_explained() {
    let summary = Summary::of(&report(), 5, &name);
    assert_eq!((summary.mismatches, summary.explanations.len()), (1, 1));
    let text = summary.explanations[0].to_string();
    let wanted = [
        "add e4m3fn e4m3fn -> e4m3fn, case 15896",
        "--round rup --saturate none --tininess after --nan largest",
        "a                        0x3e  0 0111 110  1.75 = 0x1.cp+0",
        "b                        0x18  0 0011 000  0.0625 = 0x1p-4",
        "exact                    1.8125 = 0x1.dp+0",
        "neighbour toward zero    0x3e  0 0111 110  1.75 = 0x1.cp+0",
        "midpoint                 1.8125 = 0x1.dp+0",
        "neighbour away from zero 0x3f  0 0111 111  1.875 = 0x1.ep+0",
        "halfway",
        "got                      0x3e  0 0111 110  flags ....x  1.75 = 0x1.cp+0  (planted)",
        "want                     0x3f  0 0111 111  flags ....x  1.875 = 0x1.ep+0  (scalar)",
        "clause                   R6 in SPEC.md",
        "replay                   halfulp verify e4m3fn --op add --round rup --saturate none --tininess after --nan largest \
         --cases all --case 15896 --subject planted --against scalar",
    ];
    for line in wanted {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
    assert!(!text.contains("DISAGREE"));
}

#[test]
fn json_has_counts_and_explanations() {
    let summary = Summary::of(&report(), 5, &name);
    let json: serde_json::Value = serde_json::from_str(&to_json(&summary)).unwrap();
    assert_eq!(json["schema"], "halfulp.verify/1");
    assert_eq!(json["cases"], 2 * 6 * 65536);
    assert_eq!(json["groups"][0]["name"], "e4m3fn");
    assert_eq!(json["jobs"][0]["mismatches"], 1);
    assert_eq!(json["policies"][3]["rounding"], "rup");
    assert_eq!(json["jobs"][0]["counts"][1]["policies"], serde_json::json!([3]));
    assert_eq!(json["jobs"][0]["counts"][1]["mismatches"], 1);
    assert_eq!(json["jobs"][0]["counts"][0]["mismatches"], 0);
    assert_eq!(json["jobs"][1]["counts"][0]["covered"], "not-by-subject");
    assert_eq!(json["not_compared"]["not_by_subject"], 6);
    assert_eq!(json["explanations"][0]["clause"], "R6");
    assert_eq!(json["explanations"][0]["policy"]["rounding"], "rup");
    assert_eq!(json["verdict"], "differ");
    assert_eq!(json["formats"][0]["facts"]["precision"], 4);
    assert_eq!(from_json(&to_json(&summary)).as_ref(), Ok(&summary));
}

/// One in several was read back with another last bit.
#[test]
fn times_are_read_back_as_they_were_written() {
    let summary = Summary::of(&report(), 5, &name);
    for nanoseconds in (0..2000u64).map(|i| 1_000_003 * (i + 1)) {
        let seconds = std::time::Duration::from_nanos(nanoseconds).as_secs_f64();
        let summary = Summary { seconds, ..summary.clone() };
        assert_eq!(from_json(&to_json(&summary)).map(|read| read.seconds), Ok(seconds));
    }
}

#[test]
fn what_is_no_report_is_refused() {
    for (text, why) in [
        ("{", "EOF"),
        ("{}", "no \"schema\""),
        ("{\"schema\": \"halfulp.verify/2\"}", "halfulp.verify/2"),
        ("{\"schema\": \"halfulp.verify/1\"}", "missing field"),
    ] {
        let error = from_json(text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
}

/// The names and attributes of all elements.
fn elements(document: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = quick_xml::Reader::from_str(document);
    let mut elements = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) | Event::Empty(e) => {
                let attribute = |a: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
                    let a = a.unwrap();
                    (a.key.as_ref().to_string(), a.value.to_string())
                };
                let attributes = e.attributes().map(attribute).collect();
                elements.push((e.name().as_ref().to_string(), attributes));
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

/// What XML cannot have is escaped: a path may have anything.
#[test]
fn junit_is_well_formed_for_any_name() {
    let group = "a\u{1}b\u{1b}c\u{fffe}d\ne\tf\u{85}<&\"'";
    let jobs = jobs(group);
    let odd = |f: &Format| name(f) + group;
    let document = to_junit(&Summary::of(&run(&jobs, settings(Part::Whole)), 5, &odd)).unwrap();
    let forbidden = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!document.contains(forbidden), "{document:?}");
    let suite = elements(&document).into_iter().find(|(name, _)| name == "testsuite").unwrap();
    assert_eq!(suite.1[0].1, r"a\u{1}b\u{1b}c\u{fffe}d\ne\tf\u{85}&lt;&amp;&quot;&apos;");
    let text = to_text(&Summary::of(&run(&jobs, settings(Part::Whole)), 5, &odd));
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn every_clause_is_in_the_specification() {
    let repository = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if !repository.join("crates/verify/Cargo.toml").is_file() {
        return; // this is the package alone, without the library's specification
    }
    let specification = std::fs::read_to_string(repository.join("SPEC.md")).expect("the specification");
    for id in clause::ALL {
        assert!(specification.contains(&format!("**{id}** ")), "{id} is no clause of SPEC.md");
    }
}

#[test]
fn clauses_follow_the_situation() {
    let (e5m2, e4m3fn, ue5m3, byte) = (format("e5m2"), format("e4m3fn"), format("ue5m3"), format("i8"));
    let convert = |to: Format| Task::within(Op::Convert, e5m2).with_result(to);
    let flushed_by = |by, task: Task| task.with_policy(Policy::IEEE.flush_results(true).standard(by));
    let ue4m3 = format("ue4m3");
    let cases = [
        (Task::within(Op::Add, e5m2), [0x3c, 0x3c], "R1"),
        (Task::within(Op::Add, e5m2), [0x3d, 0x2c], "R3"),
        (Task::within(Op::Add, e5m2), [0x7d, 0x3c], "V3"),
        (Task::within(Op::Add, e5m2), [0x7e, 0x3c], "V2"),
        (Task::within(Op::Add, e5m2), [0x7c, 0xfc], "O1"),
        (Task::within(Op::Add, e5m2), [0x3c, 0xbc], "V6"),
        (Task::within(Op::Mul, e5m2), [0x78, 0x78], "S3"),
        (Task::within(Op::Mul, e5m2), [0x00, 0x78], "V7"),
        (Task::within(Op::Div, e5m2), [0x3c, 0x00], "T7"),
        (Task::within(Op::Negate, e5m2), [0x3c, 0x00], "O7"),
        (Task::within(Op::Minimum, e5m2), [0x3c, 0x00], "O8"),
        (convert(e4m3fn), [0x7c, 0], "S6"),
        (convert(ue5m3), [0xbc, 0], "S7"),
        (convert(byte), [0x78, 0], "C4"),
        (convert(byte), [0x7e, 0], "V4"),
        (convert(format("e8m0")), [0x00, 0], "S9"),
        // 2^-15, exactly a subnormal, flushed; once a mismatch there was explained by R1.
        (Task::within(Op::Mul, e5m2).with_policy(Policy::IEEE.flush_results(true)), [0x04, 0x38], "T8"),
        (Task::within(Op::Mul, e5m2), [0x04, 0x38], "R1"),
        // By P3109, without flags; of a negative number before it meets S7; of a minimum; and not where there is no zero.
        (flushed_by(Standard::P3109V4_0, Task::within(Op::Mul, format("binary8p4se"))), [0x01, 0x40], "T8"),
        (
            flushed_by(Standard::Ieee754, Task::within(Op::Convert, format("binary32")).with_result(ue4m3)),
            [0xbb00_0000, 0],
            "T8",
        ),
        (flushed_by(Standard::Ieee754, Task::within(Op::Minimum, e5m2)), [0x01, 0x3c], "T8"),
        (
            flushed_by(
                Standard::Ieee754,
                Task::within(Op::Convert, format("binary64")).with_result(format("e8m0")),
            ),
            [0x3790 << 48, 0],
            "R14",
        ),
    ];
    for (task, [a, b], id) in cases {
        let operands = Operands::new(a, b, 0);
        let mut answers = [Answer::default()];
        Scalar.run(&task, &[operands], &mut answers).unwrap();
        let wrong = Answer { code: answers[0].code ^ 1, ..answers[0] };
        let found = clause::of(&task, &operands, &wrong, &answers[0]);
        assert_eq!(found, id, "{:?} {operands:?}", task.op);
        assert!(clause::ALL.contains(&found));
    }
}
