//! Reports as JUnit XML, which CI systems read: a suite an experiment, a test each thing that is asserted.

use std::io::{self, Write as _};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Check, Outcome, Report};

/// What became of one thing that is asserted.
struct Case {
    name: String,
    /// Why it failed or was skipped; nothing where it is as asserted.
    result: Option<(&'static str, String)>,
    /// What is known besides.
    note: String,
}

/// The outcomes as a JUnit XML document. An experiment that could not be run has one test with an error, one that asserts nothing a
/// test that was skipped; so is a bound that is asserted of a case and was not evaluated there.
///
/// # Errors
/// None that are known: the document is written to memory.
pub fn document(outcomes: &[Outcome]) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites: Vec<(&Outcome, Vec<Case>)> = outcomes.iter().map(|o| (o, of_outcome(o))).collect();
    let tests: usize = suites.iter().map(|(_, cases)| cases.len().max(1)).sum();
    let failures: usize = suites.iter().map(|(_, cases)| count(cases, FAILURE)).sum();
    let errors = outcomes.iter().filter(|o| o.report.is_err()).count();
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "halfulp bound"),
            ("tests", &tests.to_string()),
            ("failures", &failures.to_string()),
            ("errors", &errors.to_string()),
        ])
        .write_inner_content(|writer| {
            suites.iter().try_for_each(|(outcome, cases)| suite(writer, outcome, cases))
        })?;
    let mut bytes = writer.into_inner();
    bytes.write_all(b"\n")?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

const FAILURE: &str = "failure";
const SKIPPED: &str = "skipped";

fn count(cases: &[Case], result: &str) -> usize {
    cases.iter().filter(|case| case.result.as_ref().is_some_and(|(kind, _)| *kind == result)).count()
}

fn of_outcome(outcome: &Outcome) -> Vec<Case> {
    outcome.report.as_ref().map_or_else(|_| Vec::new(), cases)
}

fn cases(report: &Report) -> Vec<Case> {
    let named = |kind: &str, name: &str, of: &str| match of {
        "" => format!("{kind} {name}"),
        of => format!("{kind} {name} of {of}"),
    };
    let checks = report.checks.iter().filter(|check| check.asserted).map(|check| Case {
        name: named(check.kind(), check.tally.statement.name, &check.of),
        result: (!check.passes()).then(|| (FAILURE, check.failure())),
        note: note(check),
    });
    let numbers = report.references.iter().filter(|r| r.within.is_some()).map(|reference| Case {
        name: named("number", &reference.what, ""),
        result: (!reference.passes()).then(|| (FAILURE, reference.failure())),
        note: match reference.contradiction() {
            Some(contradiction) => format!("contradicts the source: {contradiction}"),
            None => format!("{}: {} ({})", reference.word(), reference.expected, reference.source),
        },
    });
    let detections = report.detections.iter().filter(|d| d.expected.is_some()).map(|detection| Case {
        name: named("detection", &detection.detector, &detection.of),
        result: (!detection.passes()).then(|| (FAILURE, detection.failure())),
        note: String::new(),
    });
    let divergences = report.divergences.iter().map(|divergence| Case {
        name: named("divergence", "", &divergence.of),
        result: (!divergence.expected).then(|| (FAILURE, divergence.sentence())),
        note: String::new(),
    });
    let pairs = report.unevaluated.iter().flat_map(|one| one.of.iter().map(move |of| (&one.bound, of)));
    // One that is there and was evaluated nowhere has failed above.
    let new = pairs.filter(|(bound, of)| {
        !report
            .checks
            .iter()
            .any(|check| check.asserted && check.of == **of && check.tally.statement.name == **bound)
    });
    let unevaluated = new.map(|(bound, of)| Case {
        name: named("bound", bound, of),
        result: Some((SKIPPED, "it is asserted and was not evaluated".into())),
        note: String::new(),
    });
    checks.chain(unevaluated).chain(numbers).chain(detections).chain(divergences).collect()
}

/// How much of a bound informs, what is required of it, and why it is listed as not informative.
fn note(check: &Check) -> String {
    let least = format!("informative-at-least {}", check.required.informative_at_least);
    let mut all = vec![check.status().to_string(), check.informs_sentence(), least];
    all.extend(check.required_sentences());
    all.extend(check.tally.statement.assumed().map(|text| format!("ASSUMED, not checked: {text}")));
    all.extend(check.listed.iter().map(|l| format!("listed as {}: {}", l.status, l.reason)));
    all.join("; ")
}

fn suite(writer: &mut Writer<Vec<u8>>, outcome: &Outcome, cases: &[Case]) -> io::Result<()> {
    let class = format!("bound.{}", outcome.name);
    let nothing = cases.is_empty();
    let skipped = count(cases, SKIPPED) + usize::from(nothing && outcome.report.is_ok());
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", &*text(&outcome.name)),
            ("tests", &cases.len().max(1).to_string()),
            ("failures", &count(cases, FAILURE).to_string()),
            ("errors", &usize::from(outcome.report.is_err()).to_string()),
            ("skipped", &skipped.to_string()),
            ("time", &format!("{:.3}", outcome.seconds)),
        ])
        .write_inner_content(|writer| {
            match &outcome.report {
                Err(error) => one(writer, &class, "run", Some(("error", error)), "")?,
                Ok(_) if nothing => one(writer, &class, "run", Some((SKIPPED, "it asserts nothing")), "")?,
                Ok(_) => {}
            }
            cases.iter().try_for_each(|case| {
                let result = case.result.as_ref().map(|(kind, why)| (*kind, why.as_str()));
                one(writer, &class, &case.name, result, &case.note)
            })
        })?;
    Ok(())
}

fn one(
    writer: &mut Writer<Vec<u8>>,
    class: &str,
    name: &str,
    result: Option<(&str, &str)>,
    note: &str,
) -> io::Result<()> {
    let (class, name) = (text(class), text(name));
    let element =
        writer.create_element("testcase").with_attributes([("classname", &*class), ("name", &*name)]);
    if result.is_none() && note.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    let said = |writer: &mut Writer<Vec<u8>>| match note {
        "" => Ok(()),
        note => writer.create_element("system-out").write_text_content(BytesText::new(&text(note))).map(drop),
    };
    element.write_inner_content(|writer| {
        let Some((kind, message)) = result else { return said(writer) };
        let message = text(message);
        let inner = writer.create_element(kind).with_attribute(("message", &*message));
        match kind {
            "skipped" => inner.write_empty()?,
            _ => inner.write_text_content(BytesText::new(&message))?,
        };
        said(writer)
    })?;
    Ok(())
}

/// Text without the characters that XML 1.0 cannot hold.
fn text(text: &str) -> String {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}
