//! A report as text for a terminal.

mod lines;

use super::informs;
use super::number::{digits, grouped, interval, share, short, times};
use super::{Check, Detection, Reference, Report, Verdict};
use lines::{Lines, Table};

/// Bounds of one name that are shown, besides those that are not as asserted.
const SHOWN: usize = 4;

/// The report in lines of at most `width` characters, where that is possible; 60 are the least.
#[must_use]
pub fn report(report: &Report, width: usize) -> String {
    let mut out = Lines::new(width.max(60));
    out.wrapped(0, &format!("{}: {}", report.name, report.title));
    out.line("");
    out.wrapped(0, &format!("{}: {}", report.verdict().word(), report.score()));
    failures(&mut out, report);
    on_top(&mut out, CONTRADICTS, &report.contradictions());
    on_top(&mut out, "NOT INFORMATIVE, as the experiment lists", &report.listed());
    on_top(&mut out, NOT_EVALUATED, &report.not_evaluated());
    checks(&mut out, report);
    references(&mut out, report);
    detections(&mut out, report);
    divergences(&mut out, report);
    tables(&mut out, report);
    settings(&mut out, report);
    out.text()
}

/// One line, and one more for each declared contradiction of a source and each thing that is not as asserted.
#[must_use]
pub fn brief(report: &Report) -> String {
    let mut text = line(report);
    for contradiction in report.contradictions() {
        text += &format!("     contradicts the source: {contradiction}\n");
    }
    for failure in report.failures() {
        text += &format!("     {failure}\n");
    }
    text
}

/// One line: verdict, name and how much of what was asserted is so.
#[must_use]
pub fn line(report: &Report) -> String {
    let verdict = match report.verdict() {
        Verdict::Holds => "ok  ",
        Verdict::Fails => "FAIL",
        Verdict::NothingAsserted => "-   ",
    };
    let tightest = report.checks.iter().filter(|c| c.is_bound_that_holds()).filter_map(|c| c.tally.ratio());
    let tightest = tightest.fold(f64::NEG_INFINITY, f64::max);
    let ratio = if tightest >= 0.0 {
        format!(", largest measured / bound {}", digits(tightest, 3))
    } else {
        String::new()
    };
    format!("{verdict} {}: {}{ratio}\n", report.name, report.score())
}

fn failures(out: &mut Lines, report: &Report) {
    for failure in report.failures() {
        out.item("- ", 2, &failure);
    }
}

/// The heading over what contradicts its source.
pub const CONTRADICTS: &str = "CONTRADICTS THE SOURCE, as the experiment declares";

/// The heading over what is asserted without an evaluation.
pub const NOT_EVALUATED: &str = "ASSERTED AND NOT EVALUATED: nothing holds of these cases";

/// What the experiment itself says against what it shows.
fn on_top(out: &mut Lines, heading: &str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    out.line("");
    out.line(heading);
    sentences.iter().for_each(|sentence| out.item("- ", 2, sentence));
}

fn mark(asserted: bool, passes: bool) -> &'static str {
    match (asserted, passes) {
        (_, false) => "NO",
        (true, true) => "ok",
        (false, true) => "",
    }
}

fn checks(out: &mut Lines, report: &Report) {
    if report.checks.is_empty() {
        return;
    }
    let mut table = Table::new(
        &["", "NAME", "STATUS", "INFORMS", "AT END", "RATIO", "MEASURED", "BOUND"],
        &[3, 4, 5, 6, 7],
    );
    for (_, name) in report.statements() {
        let mut of_name: Vec<&Check> =
            report.checks.iter().filter(|c| c.tally.statement.name == name).collect();
        of_name.sort_by(|a, b| tightness(b).total_cmp(&tightness(a)));
        let (good, bad): (Vec<&Check>, Vec<&Check>) = of_name.into_iter().partition(|c| c.passes());
        let hidden = good.len().saturating_sub(SHOWN);
        for check in bad.into_iter().chain(good.into_iter().take(SHOWN)) {
            check_row(&mut table, check);
        }
        if let Some(statement) = report.checks.iter().map(|c| c.tally.statement).find(|s| s.name == name) {
            statement
                .assumed()
                .for_each(|text| table.note(format!("ASSUMED, not checked, by {name}: {text}")));
        }
        if hidden > 0 {
            table.note(format!("and {hidden} more of {name}, of which none fails"));
        }
    }
    out.table(&table);
    out.line("");
    out.wrapped(0, &informs::rule());
}

fn tightness(check: &Check) -> f64 {
    check.tally.ratio().unwrap_or(-1.0)
}

fn check_row(table: &mut Table, check: &Check) {
    let tally = &check.tally;
    let [measured, bound, ratio] = match tally.worst() {
        Some(worst) => [short(worst.measured), short(worst.bound), digits(worst.ratio(), 3)],
        None => ["-", "-", "-"].map(String::from),
    };
    let status = check.status().to_string();
    let asserted = mark(check.asserted, check.passes()).to_string();
    let informs = [check.informs(), check.informs_at_last()];
    let numbers = informs.into_iter().chain([ratio, measured, bound]);
    table.row([asserted, tally.statement.name.into(), status].into_iter().chain(numbers).collect());
    if !check.of.is_empty() {
        table.note(check.of.clone());
    }
    if tally.statement.identity {
        table.note("identity check: nothing under test can exceed it".into());
    }
    table.note(check_note(check));
    for ((count, hypothesis), at) in tally
        .failed
        .iter()
        .zip(tally.statement.hypotheses)
        .zip(&tally.failed_at)
        .filter(|((n, _), _)| **n > 0)
    {
        let at = at.as_deref().unwrap_or("a place without a name");
        table.note(format!("hypothesis \"{}\" failed {}, first at {at}", hypothesis.text(), times(*count)));
    }
}

fn check_note(check: &Check) -> String {
    let tally = &check.tally;
    let mut parts = Vec::new();
    if let Some(worst) = tally.worst().filter(|worst| !worst.at.is_empty()) {
        let how = if tally.counts().violated > 0 { "worst" } else { "tightest" };
        parts.push(format!("{how} at {}", worst.at));
    }
    parts.push(check.informs_sentence());
    parts.extend(check.required_sentences());
    if let Some(worst) = tally.worst_at_last() {
        parts.push(format!("ratio at the last step {}", digits(worst.ratio(), 3)));
    }
    if let Some(band) = check.band {
        parts.push(format!("ratio has to be {}", interval(band)));
    }
    if !check.asserted {
        parts.push("not asserted".into());
    }
    parts.join("; ")
}

fn references(out: &mut Lines, report: &Report) {
    let mut table = Table::new(&["", "NUMBER", "EXPECTED", "FOUND", "HAS TO BE", "RELATION"], &[2, 3]);
    for reference in &report.references {
        let Reference { what, expected, source, found, within, note, .. } = reference;
        let has_to_be = within.map_or_else(String::new, interval);
        let asserted = mark(within.is_some(), reference.passes());
        let word = reference.word().into();
        let row = [asserted.into(), what.clone(), expected.to_string(), digits(*found, 6), has_to_be, word];
        table.row(row.into());
        let why = if note.is_empty() { String::new() } else { format!(": {note}") };
        table.note(format!("{source}{why}"));
    }
    out.table(&table);
}

/// What was raised, and what is asserted; of the others there can be hundreds.
fn detections(out: &mut Lines, report: &Report) {
    let mut table = Table::new(&["", "DETECTOR", "SEEN", "OF", "SHARE", ""], &[2, 3, 4]);
    let mut last = "";
    let told: Vec<&Detection> =
        report.detections.iter().filter(|d| d.raised || d.expected.is_some()).collect();
    for &detection in &told {
        let Detection { detector, of, count, out_of, raised, meaning, expected } = detection;
        let raised = if *raised { "RAISED" } else { "not raised" };
        let asserted = mark(expected.is_some(), detection.passes());
        let counts = [grouped(*count), grouped(*out_of), share(*count, *out_of), raised.into()];
        table.row([asserted.into(), detector.clone()].into_iter().chain(counts).collect());
        table.note(of.clone());
        if last != meaning {
            table.note(meaning.clone());
        }
        last = meaning;
    }
    out.table(&table);
    let silent = report.detections.len() - told.len();
    if silent > 0 {
        out.line("");
        out.wrapped(0, &format!("{silent} other detectors raised nothing: --json and --html have them."));
    }
}

fn divergences(out: &mut Lines, report: &Report) {
    if report.divergences.is_empty() {
        return;
    }
    out.line("");
    out.line("DIVERGED");
    for divergence in &report.divergences {
        let expected = if divergence.expected { "ok" } else { "NO" };
        out.item(&format!("{expected}  "), 4, &divergence.sentence());
    }
}

fn tables(out: &mut Lines, report: &Report) {
    for found in &report.tables {
        out.line("");
        out.wrapped(0, &found.title);
        let head: Vec<&str> = found.head.iter().map(String::as_str).collect();
        let right: Vec<usize> = (0..head.len()).filter(|&i| found.is_numeric(i)).collect();
        let mut table = Table::new(&head, &right);
        found.rows.iter().for_each(|row| table.row(row.clone()));
        out.table(&table);
    }
    if !report.figures.is_empty() {
        out.line("");
        let titles: Vec<&str> = report.figures.iter().map(super::Figure::title).collect();
        out.wrapped(0, &format!("Figures (--html FILE or --svg FOLDER draws them): {}", titles.join("; ")));
    }
}

fn settings(out: &mut Lines, report: &Report) {
    if report.settings.is_empty() {
        return;
    }
    out.line("");
    out.line("SETTINGS");
    let width = report.settings.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0).min(24);
    for (key, value) in &report.settings {
        out.item(&format!("{key:width$}  "), width + 2, value);
    }
}
