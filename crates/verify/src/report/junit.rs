//! A summary as JUnit XML, which CI systems read: a suite a format, a test a job.

use std::io::{self, Write as _};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{JobCounts, Summary};

/// The summary as a JUnit XML document.
///
/// # Errors
/// None that are known: the document is written to memory.
pub fn to_junit(summary: &Summary) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests = summary.jobs.len().to_string();
    let failures = failures(summary.jobs.iter()).to_string();
    let time = format!("{:.3}", summary.seconds);
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "halfulp verify"),
            ("tests", &tests),
            ("failures", &failures),
            ("time", &time),
        ])
        .write_inner_content(|writer| {
            summary.groups.iter().try_for_each(|group| suite(writer, summary, &group.name))
        })?;
    let mut bytes = writer.into_inner();
    bytes.write_all(b"\n")?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn failures<'a>(jobs: impl Iterator<Item = &'a JobCounts>) -> usize {
    jobs.filter(|job| job.mismatches > 0).count()
}

fn suite(writer: &mut Writer<Vec<u8>>, summary: &Summary, group: &str) -> io::Result<()> {
    let jobs: Vec<&JobCounts> = summary.jobs.iter().filter(|job| job.group == group).collect();
    let tests = jobs.len().to_string();
    let failed = failures(jobs.iter().copied()).to_string();
    let seconds: f64 = jobs.iter().map(|job| job.seconds).sum();
    let time = format!("{seconds:.3}");
    writer
        .create_element("testsuite")
        .with_attributes([("name", group), ("tests", &tests), ("failures", &failed), ("time", &time)])
        .write_inner_content(|writer| jobs.iter().try_for_each(|job| case(writer, summary, job)))?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, summary: &Summary, job: &JobCounts) -> io::Result<()> {
    let name = format!("{} {}", job.task, job.selection);
    let time = format!("{:.3}", job.seconds);
    let element = writer.create_element("testcase").with_attributes([
        ("classname", &*job.group),
        ("name", &name),
        ("time", &time),
    ]);
    let uncovered: Vec<_> = summary.uncovered.iter().filter(|u| u.task == job.task).collect();
    if job.mismatches == 0 && (job.cases > 0 || uncovered.is_empty()) {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        if job.mismatches == 0 {
            writer.create_element("skipped").with_attribute(("message", "not covered")).write_empty()?;
            return Ok(());
        }
        let message = format!("{} of {} cases differ", job.mismatches, job.cases);
        let texts = summary.explanations.iter().filter(|e| e.task == job.task);
        let text: Vec<String> = texts.map(ToString::to_string).collect();
        writer
            .create_element("failure")
            .with_attribute(("message", &*message))
            .write_text_content(BytesText::new(&text.join("\n")))?;
        Ok(())
    })?;
    Ok(())
}
