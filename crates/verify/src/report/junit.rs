//! Summaries as JUnit XML for CI systems: one suite per format, one test per job and policy. The properties of a suite state
//! what was compared with what, and what was not.
//!
//! The document matches the verdict: it has failures if engines differ, errors but no
//! failures if the verdict is undecided, and neither if all agree. If there are no cases, every test is skipped.

mod properties;

use std::io::{self, Write as _};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::xml::xml;
use super::{JobCounts, PolicyCounts, Summary, Waived, WaiverCounts, policy_arguments};
use crate::verify::Covered;

/// How a test ended, and what is said about it.
enum Outcome {
    /// With what is to be said of it; nothing in most cases.
    Passed(String),
    Skipped(String),
    Error(String),
    Failure(String, String),
}

struct Test {
    group: String,
    name: String,
    seconds: f64,
    outcome: Outcome,
}

/// The summary as a JUnit XML document.
///
/// # Errors
/// None known: the document is written to memory.
pub fn to_junit(summary: &Summary) -> io::Result<String> {
    let tests = tests(summary);
    let mut names: Vec<&str> = summary.groups.iter().map(|group| &*group.name).collect();
    for own in [WAIVERS, RUN] {
        if tests.iter().any(|test| test.group == own) && !names.contains(&own) {
            names.push(own);
        }
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Test> = tests.iter().collect();
    element(&mut writer, "testsuites", "halfulp verify", &all, summary.seconds, |writer| {
        names.iter().try_for_each(|name| {
            let own: Vec<&Test> = tests.iter().filter(|test| test.group == *name).collect();
            let seconds = own.iter().map(|test| test.seconds).sum();
            element(writer, "testsuite", name, &own, seconds, |writer| {
                properties::write(writer, summary, name)?;
                own.iter().try_for_each(|test| write(writer, test))
            })
        })
    })?;
    let mut bytes = writer.into_inner();
    bytes.write_all(b"\n")?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// The suite of what concerns the run as a whole.
const RUN: &str = "run";
/// The suite of the waivers.
const WAIVERS: &str = "waivers";

fn tests(summary: &Summary) -> Vec<Test> {
    let mut tests = Vec::new();
    for (index, job) in summary.jobs.iter().enumerate() {
        for policy in &job.policies {
            tests.push(Test {
                group: job.group.clone(),
                name: format!(
                    "{} {} {}",
                    job.task,
                    job.selection,
                    policy_arguments(&summary.policies[policy.policy]).join(" ")
                ),
                seconds: job.seconds / job.policies.len() as f64,
                outcome: outcome(summary, (index, job), policy),
            });
        }
    }
    tests.extend(summary.waivers.iter().map(waiver));
    let run = |name: &str, why: &String| Test {
        group: RUN.into(),
        name: name.into(),
        seconds: 0.0,
        outcome: Outcome::Error(why.clone()),
    };
    tests.extend(summary.reasons.iter().map(|why| run("all that was asked for was compared", why)));
    tests
}

/// A waiver fails if it has expired or is stale, and is skipped if nothing is waived.
fn waiver(waiver: &WaiverCounts) -> Test {
    let facts = &waiver.facts;
    let outcome = match (waiver.failure(), waiver.accepted) {
        (Some(_), _) => Outcome::Failure(waiver.outcome(), facts.reason.clone()),
        (None, 0) => Outcome::Skipped(waiver.outcome()),
        (None, _) => Outcome::Passed(format!("{}: {}", waiver.outcome(), facts.reason)),
    };
    Test { group: WAIVERS.into(), name: facts.id.clone(), seconds: 0.0, outcome }
}

/// What is waived under one policy, waiver by waiver.
fn waived(summary: &Summary, counts: &PolicyCounts) -> String {
    let own = counts.waivers.iter().filter_map(|Waived { waiver, counts }| {
        let facts = &summary.waivers.get(*waiver)?.facts;
        (counts.accepted > 0 && !facts.expired).then(|| format!("{} by {}", counts.accepted, facts.id))
    });
    let list = own.collect::<Vec<_>>().join(", ");
    if list.is_empty() { list } else { format!("as waived: {list}, of {} cases", counts.cases) }
}

fn outcome(summary: &Summary, (index, job): (usize, &JobCounts), counts: &PolicyCounts) -> Outcome {
    let policy = summary.policies[counts.policy];
    let mut changed = summary.errata.iter().filter(|e| e.changed && e.job == index && e.policy == policy);
    let waived = waived(summary, counts);
    if counts.mismatches > counts.waived {
        let explained = summary.explanations.iter().filter(|explained| explained.job == index);
        let own = explained.filter(|explained| explained.explanation.policy == policy);
        let text: Vec<String> = own.map(|explained| explained.to_string()).collect();
        let open = counts.mismatches - counts.waived;
        let message = format!("{open} of {} cases differ", counts.cases);
        let text = text.into_iter().chain((!waived.is_empty()).then_some(waived));
        return Outcome::Failure(message, text.collect::<Vec<_>>().join("\n"));
    }
    if let Some(erratum) = changed.next() {
        let times = erratum.excused + erratum.unconfirmed + erratum.shared;
        let listed = erratum.listed.unwrap_or_default();
        let message = format!("{} is listed as wrong {listed} times, here {times} times", erratum.engine);
        return Outcome::Failure(message, erratum.reason.clone());
    }
    match counts.covered {
        Covered::NotBySubject => Outcome::Skipped("the subject does not cover it".into()),
        Covered::NotByOracles if counts.planned > 0 => {
            Outcome::Error(format!("no oracle covers {} under this policy", job.task))
        }
        Covered::NotByOracles => Outcome::Skipped("there are no cases, and no oracle covers it".into()),
        Covered::Compared if counts.planned == 0 => Outcome::Skipped("there are no cases".into()),
        Covered::Compared if counts.cases < counts.planned => {
            Outcome::Error(format!("{} of {} cases were compared", counts.cases, counts.planned))
        }
        Covered::Compared => Outcome::Passed(waived),
    }
}

/// An element with the attributes that suites have.
fn element(
    writer: &mut Writer<Vec<u8>>,
    element: &str,
    name: &str,
    tests: &[&Test],
    seconds: f64,
    content: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>,
) -> io::Result<()> {
    let count =
        |wanted: fn(&Outcome) -> bool| tests.iter().filter(|test| wanted(&test.outcome)).count().to_string();
    writer
        .create_element(element)
        .with_attributes([
            ("name", &*xml(name, false)),
            ("tests", &count(|_| true)),
            ("failures", &count(|outcome| matches!(outcome, Outcome::Failure(..)))),
            ("errors", &count(|outcome| matches!(outcome, Outcome::Error(_)))),
            ("skipped", &count(|outcome| matches!(outcome, Outcome::Skipped(_)))),
            ("time", &format!("{seconds:.3}")),
        ])
        .write_inner_content(content)?;
    Ok(())
}

fn write(writer: &mut Writer<Vec<u8>>, test: &Test) -> io::Result<()> {
    let time = format!("{:.3}", test.seconds);
    let element = writer.create_element("testcase").with_attributes([
        ("classname", &*xml(&test.group, false)),
        ("name", &*xml(&test.name, false)),
        ("time", &time),
    ]);
    let (kind, message, text) = match &test.outcome {
        Outcome::Passed(text) if text.is_empty() => {
            element.write_empty()?;
            return Ok(());
        }
        Outcome::Passed(text) => {
            element.write_inner_content(|writer| {
                let text = BytesText::new(&xml(text, true)).into_owned();
                writer.create_element("system-out").write_text_content(text).map(|_| ())
            })?;
            return Ok(());
        }
        Outcome::Skipped(message) => ("skipped", &**message, ""),
        Outcome::Error(message) => ("error", &**message, ""),
        Outcome::Failure(message, text) => ("failure", &**message, &**text),
    };
    element.write_inner_content(|writer| {
        let element = writer.create_element(kind).with_attribute(("message", &*xml(message, false)));
        if text.is_empty() {
            element.write_empty()?;
        } else {
            element.write_text_content(BytesText::new(&xml(text, true)))?;
        }
        Ok(())
    })?;
    Ok(())
}
