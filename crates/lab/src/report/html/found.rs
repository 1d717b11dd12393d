//! What else a report has: numbers, detections, divergences, tables, settings.

use std::fmt::Write as _;

use super::super::number::{grouped, interval, pretty, share};
use super::super::{Detection, Expected, Reference, Relation, Report, Table};
use super::parts::{Section, asserted, bar, cell, chip, escape, numeric, prose, rows};

/// Expected numbers beside those that were found.
pub(super) fn numbers(report: &Report) -> Option<Section> {
    if report.references.is_empty() {
        return None;
    }
    let row = |reference: &Reference| {
        let Reference { what, expected, source, found, within, note, .. } = reference;
        let within_text = within.map_or("–".into(), |within| escape(&interval(within)));
        let note = if note.is_empty() { String::new() } else { format!("<small>{}</small>", prose(note)) };
        let number = |x: f64| escape(&pretty(x, 6));
        format!(
            "<tr><td>{}</td>{}{}{}{}{}</tr>\n",
            standing(reference),
            cell("number", &format!("<code>{}</code>", escape(what))),
            numeric("expected", &expected_text(*expected)),
            numeric("found", &number(*found)),
            cell("has to be", &within_text),
            cell("source", &format!("{}{note}", prose(source)))
        )
    };
    let lines: Vec<String> = report.references.iter().map(row).collect();
    let heads = ["", "Number", "#Expected", "#Found", "Has to be", "Where the expected number comes from"];
    Some(Section::new("Expected numbers", rows(&heads, &lines)))
}

fn expected_text(expected: Expected) -> String {
    match expected {
        Expected::Value(value) => escape(&pretty(value, 6)),
        Expected::Claim(claim) => escape(&interval(claim)),
    }
}

/// How a number stands to its source.
fn standing(reference: &Reference) -> String {
    match (reference.passes(), reference.within, reference.relation) {
        (false, _, _) => chip("bad", "✗ not as asserted"),
        (true, None, _) => chip("mute", "reported"),
        (true, _, Relation::Agrees) => chip("good", "✓ agrees with the source"),
        (true, _, Relation::Contradicts) => chip("warn", "≠ contradicts the source"),
        (true, _, Relation::Regression) => chip("mute", "✓ as an earlier run"),
    }
}

/// Detectors, each with what it means and where it looked.
pub(super) fn detections(report: &Report) -> Option<Section> {
    if report.detections.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for detection in &report.detections {
        if !names.contains(&detection.detector.as_str()) {
            names.push(&detection.detector);
        }
    }
    let mut html =
        "<p class=\"how\">What low precision is known to do to optimizers, counted in every run.</p>\n"
            .to_string();
    let of_name = |name: &&str| -> Vec<&Detection> {
        report.detections.iter().filter(|d| d.detector == **name).collect()
    };
    // What was raised, or was to be, is shown; the rest is folded.
    let is_quiet = |name: &&str| of_name(name).iter().all(|d| !d.raised && d.expected.is_none());
    let (quiet, loud): (Vec<&str>, Vec<&str>) = names.into_iter().partition(is_quiet);
    loud.iter().for_each(|name| html += &detector(name, &of_name(name)));
    if !quiet.is_empty() {
        let all: String = quiet.iter().map(|name| detector(name, &of_name(name))).collect();
        let _ = writeln!(
            html,
            "<details><summary>Not raised: {}</summary>\n{all}</details>",
            quiet.iter().map(|name| format!("<code>{}</code>", escape(name))).collect::<Vec<_>>().join(", ")
        );
    }
    Some(Section::new("Detectors", html))
}

/// One detector: what it means, and where it looked.
fn detector(name: &str, of_name: &[&Detection]) -> String {
    let mut meanings: Vec<&str> = of_name.iter().map(|d| d.meaning.as_str()).collect();
    meanings.dedup();
    let raised = of_name.iter().filter(|d| d.raised).count();
    let summary = match (raised, of_name.len()) {
        (0, _) => chip("mute", "not raised"),
        (_, 1) => chip("warn", "raised"),
        (n, all) => chip("warn", &format!("raised in {n} of {all}")),
    };
    let mut html = format!("<h3><code>{}</code> {summary}</h3>\n", escape(name));
    if let [meaning] = meanings[..] {
        let _ = writeln!(html, "<p>{}</p>", prose(meaning));
    }
    let alone = meanings.len() > 1;
    let lines: Vec<String> = of_name.iter().map(|d| detection_row(d, alone)).collect();
    html + &rows(&["Of", "#Seen", "#Of how many", "#Share", "", ""], &lines)
}

fn detection_row(detection: &Detection, with_meaning: bool) -> String {
    let Detection { of, count, out_of, raised, meaning, expected, .. } = detection;
    let (class, word) = if *raised { ("warn", "raised") } else { ("mute", "not raised") };
    let part = if *out_of == 0 { 0.0 } else { *count as f64 / *out_of as f64 };
    let meaning = if with_meaning { format!("<small>{}</small>", prose(meaning)) } else { String::new() };
    format!(
        "<tr>{}{}{}{}<td>{}</td><td>{}</td></tr>\n",
        cell("of", &format!("{}{meaning}", prose(of))),
        numeric("seen", &grouped(*count)),
        numeric("of how many", &grouped(*out_of)),
        numeric("share", &format!("{}{}", escape(&share(*count, *out_of)), bar(class, part))),
        chip(class, word),
        if expected.is_some() { asserted(true, detection.passes()) } else { String::new() }
    )
}

/// Runs that went out of the numbers.
pub(super) fn divergences(report: &Report) -> Option<Section> {
    if report.divergences.is_empty() {
        return None;
    }
    let item = |d: &super::super::Divergence| {
        format!("<li>{} {}</li>\n", asserted(true, d.expected), escape(&d.sentence()))
    };
    let items: String = report.divergences.iter().map(item).collect();
    Some(Section::new("Runs that diverged", format!("<ul>\n{items}</ul>\n")))
}

/// Tables as they are.
pub(super) fn tables(report: &Report) -> Vec<Section> {
    let table = |table: &Table| {
        let numeric: Vec<bool> = (0..table.head.len()).map(|k| table.is_numeric(k)).collect();
        let (head, rows) = (line(&table.head, "th", &numeric), lines(table, &numeric));
        let body = format!(
            "<div class=\"scroll\"><table>\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody></table></div>\n"
        );
        Section::new(&table.title, body)
    };
    report.tables.iter().map(table).collect()
}

fn lines(table: &Table, numeric: &[bool]) -> String {
    table.rows.iter().map(|row| line(row, "td", numeric)).collect()
}

fn line(cells: &[String], tag: &str, numeric: &[bool]) -> String {
    let cell = |(k, cell): (usize, &String)| {
        let class = if numeric.get(k) == Some(&true) { " class=\"n\"" } else { "" };
        format!("<{tag}{class}>{}</{tag}>", prose(cell))
    };
    format!("<tr>{}</tr>\n", cells.iter().enumerate().map(cell).collect::<String>())
}

/// Settings that are shown; the others are folded.
const FIRST_SETTINGS: usize = 6;

/// The settings.
pub(super) fn settings(report: &Report) -> Option<Section> {
    if report.settings.is_empty() {
        return None;
    }
    let line =
        |(key, value): &(String, String)| format!("<dt>{}</dt><dd>{}</dd>\n", escape(key), prose(value));
    let (first, others) = report.settings.split_at(report.settings.len().min(FIRST_SETTINGS));
    let list = |settings: &[(String, String)]| {
        format!("<dl class=\"facts\">\n{}</dl>\n", settings.iter().map(line).collect::<String>())
    };
    let mut html = list(first);
    if !others.is_empty() {
        let _ = writeln!(
            html,
            "<details><summary>{} more settings</summary>\n{}</details>",
            others.len(),
            list(others)
        );
    }
    Some(Section::new("Settings", html))
}

/// How to run it again.
pub(super) fn again(report: &Report) -> Option<Section> {
    if report.command.is_empty() && report.file.is_empty() {
        return None;
    }
    let mut html = String::new();
    if !report.command.is_empty() {
        let version = env!("CARGO_PKG_VERSION");
        let _ = write!(
            html,
            "<pre>{}</pre>\n<p class=\"how\">With halfulp {version}; the result is the same on any machine, for any number of threads.</p>\n",
            escape(&report.command)
        );
    }
    if !report.file.is_empty() {
        let _ = write!(
            html,
            "<details><summary>The experiment's file</summary>\n<pre>{}</pre></details>\n",
            escape(&report.file)
        );
    }
    Some(Section::new("To run it again", html))
}
