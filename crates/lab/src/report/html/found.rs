//! What else a report has: numbers, detections, divergences, tables, settings.

use std::fmt::Write as _;

use super::super::number::{grouped, interval, pretty, share};
use super::super::{Detection, Expected, Reference, Relation, Report, Table};
use super::parts::{asserted, bar, cell, chip, escape, numeric, prose, rows};

/// Expected numbers beside those that were found.
pub(super) fn numbers(report: &Report) -> String {
    if report.references.is_empty() {
        return String::new();
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
    format!("<section>\n<h2>Expected numbers</h2>\n{}</section>\n", rows(&heads, &lines))
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
pub(super) fn detections(report: &Report) -> String {
    if report.detections.is_empty() {
        return String::new();
    }
    let mut names: Vec<&str> = Vec::new();
    for detection in &report.detections {
        if !names.contains(&detection.detector.as_str()) {
            names.push(&detection.detector);
        }
    }
    let mut html = "<section>\n<h2>Detectors</h2>\n<p class=\"how\">What low precision is known to do to optimizers, counted in every run.</p>\n".to_string();
    for name in names {
        let of_name: Vec<&Detection> = report.detections.iter().filter(|d| d.detector == name).collect();
        let mut meanings: Vec<&str> = of_name.iter().map(|d| d.meaning.as_str()).collect();
        meanings.dedup();
        let raised = of_name.iter().filter(|d| d.raised).count();
        let summary = match (raised, of_name.len()) {
            (0, _) => chip("mute", "not raised"),
            (_, 1) => chip("warn", "raised"),
            (n, all) => chip("warn", &format!("raised in {n} of {all}")),
        };
        let _ = writeln!(html, "<h3><code>{}</code> {summary}</h3>", escape(name));
        if let [meaning] = meanings[..] {
            let _ = writeln!(html, "<p>{}</p>", prose(meaning));
        }
        let alone = meanings.len() > 1;
        let lines: Vec<String> = of_name.iter().map(|d| detection_row(d, alone)).collect();
        html += &rows(&["Of", "#Seen", "#Of how many", "#Share", "", ""], &lines);
    }
    html + "</section>\n"
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
pub(super) fn divergences(report: &Report) -> String {
    if report.divergences.is_empty() {
        return String::new();
    }
    let item = |d: &super::super::Divergence| {
        format!("<li>{} {}</li>\n", asserted(true, d.expected), escape(&d.sentence()))
    };
    let items: String = report.divergences.iter().map(item).collect();
    format!("<section>\n<h2>Runs that diverged</h2>\n<ul>\n{items}</ul>\n</section>\n")
}

/// Tables as they are.
pub(super) fn tables(report: &Report) -> String {
    let mut html = String::new();
    for table in &report.tables {
        let numeric: Vec<bool> = (0..table.head.len()).map(|k| table.is_numeric(k)).collect();
        let _ = write!(
            html,
            "<section>\n<h2>{}</h2>\n<div class=\"scroll\"><table>\n<thead>",
            prose(&table.title)
        );
        html += &line(&table.head, "th", &numeric);
        html += "</thead>\n<tbody>\n";
        let rows: String = lines(table, &numeric);
        let _ = writeln!(html, "{rows}</tbody></table></div>\n</section>");
    }
    html
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

/// The settings, and how to run it again.
pub(super) fn settings(report: &Report) -> String {
    let mut html = "<section>\n<h2>Settings</h2>\n".to_string();
    if !report.settings.is_empty() {
        html += "<dl class=\"facts\">\n";
        for (key, value) in &report.settings {
            let _ = writeln!(html, "<dt>{}</dt><dd>{}</dd>", escape(key), prose(value));
        }
        html += "</dl>\n";
    }
    if !report.command.is_empty() {
        let version = env!("CARGO_PKG_VERSION");
        let _ = write!(
            html,
            "<h3>To run it again</h3>\n<pre>{}</pre>\n<p class=\"how\">With halfulp {version}; the result is the same on any machine, for any number of threads.</p>\n",
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
    html + "</section>\n"
}
