//! The bounds of a report: what each states, and how it went.

use std::fmt::Write as _;

use super::super::number::{grouped, interval, pretty};
use super::super::{Check, Report};
use super::parts::{bar, cell, chip, escape, number, numeric, prose, rows};
use crate::bound::{Status, Tally};

/// Most rows of one bound that are shown at once.
const SHOWN: usize = 8;

pub(super) fn section(report: &Report) -> String {
    if report.checks.is_empty() {
        return String::new();
    }
    let mut html = "<section>\n<h2>Bounds</h2>\n".to_string();
    for (_, name) in report.statements() {
        let of_name: Vec<&Check> =
            report.checks.iter().filter(|check| check.tally.statement.name == name).collect();
        html += &card(&of_name);
    }
    html + "</section>\n"
}

/// A status in a word and a colour.
fn status(check: &Check) -> String {
    let status = check.tally.status();
    let (class, mark) = match status {
        Status::Holds if check.in_band() => ("good", "✓"),
        Status::Holds => ("bad", "✗"),
        Status::Violated => ("bad", "✗"),
        _ if check.asserted => ("bad", "✗"),
        _ => ("warn", "○"),
    };
    let band = if status == Status::Holds && !check.in_band() { ", out of band" } else { "" };
    let reported = if check.asserted { "" } else { " <small>reported</small>" };
    format!("{}{reported}", chip(class, &format!("{mark} {status}{band}")))
}

/// All of one bound.
fn card(checks: &[&Check]) -> String {
    let Some(statement) = checks.first().map(|check| check.tally.statement) else { return String::new() };
    let passes =
        checks.iter().filter(|check| check.tally.status() == Status::Holds && check.in_band()).count();
    let class = match passes {
        n if n == checks.len() => "good",
        _ if checks.iter().any(|check| !check.passes()) => "bad",
        _ => "warn",
    };
    let summary = match checks.len() {
        1 => String::new(),
        n => chip(class, &format!("holds in {passes} of {n}")),
    };
    let mut html =
        format!("<div class=\"card\">\n<h3><code>{}</code>{summary}</h3>\n", escape(statement.name));
    let _ = write!(
        html,
        "<pre class=\"formula\">{}</pre>\n<dl class=\"facts\">\n<dt>Measured</dt><dd>{}</dd>\n<dt>Source</dt><dd>{} (clause {} of SPEC.md)</dd>\n",
        escape(statement.formula),
        prose(statement.measures),
        prose(statement.source),
        escape(statement.clause)
    );
    html += &hypotheses(checks);
    html += "</dl>\n";
    html += &table(checks);
    html + "</div>\n"
}

/// What the bound supposes, and whether it was so.
fn hypotheses(checks: &[&Check]) -> String {
    let statement = checks[0].tally.statement;
    if statement.hypotheses.is_empty() {
        return "<dt>Supposes</dt><dd>nothing</dd>\n".into();
    }
    let mut html = "<dt>Supposes</dt><dd><ul>".to_string();
    for (k, text) in statement.hypotheses.iter().enumerate() {
        let failed: u64 = checks.iter().filter_map(|check| check.tally.failed.get(k)).sum();
        let first = checks.iter().find_map(|check| {
            let at = check.tally.failed_at.get(k)?.as_deref()?;
            Some(if check.of.is_empty() { at.into() } else { format!("{at} ({})", check.of) })
        });
        let evaluated = checks.iter().any(|check| check.tally.evaluated > 0);
        let so = match (failed, evaluated) {
            (0, true) => ": checked, so in every place".into(),
            (0, false) => String::new(),
            (n, _) => format!(
                ": <span class=\"warn\">failed in {} {}</span>, first at {}; these places do not count",
                grouped(n),
                if n == 1 { "place" } else { "places" },
                escape(first.as_deref().unwrap_or("a place without a name"))
            ),
        };
        let _ = write!(html, "<li>{}{so}</li>", prose(text));
    }
    html + "</ul></dd>\n"
}

fn table(checks: &[&Check]) -> String {
    let mut tightest: Vec<&Check> = checks.to_vec();
    let key = |check: &Check| (check.passes(), -check.tally.ratio().unwrap_or(-1.0));
    tightest.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    if checks.len() <= SHOWN + 2 {
        return list(checks);
    }
    let all =
        format!("<details><summary>All {}, in order</summary>\n{}</details>\n", checks.len(), list(checks));
    format!("<p class=\"how\">The {SHOWN} in which it is tightest:</p>\n{}{all}", list(&tightest[..SHOWN]))
}

fn list(checks: &[&Check]) -> String {
    let lines: Vec<String> = checks.iter().map(|check| row(check)).collect();
    let heads = ["", "Of", "#Measured", "#Bound", "#Measured / bound", "Where that is largest"];
    rows(&heads, &lines)
}

fn row(check: &Check) -> String {
    let tally = &check.tally;
    let [measured, bound] = tally
        .worst
        .as_ref()
        .map_or(["–".into(), "–".into()], |worst| [number(worst.measured), number(worst.bound)]);
    let ratio = tally.ratio().map_or("–".into(), |ratio| {
        let class = if ratio <= 1.0 && check.in_band() { "good" } else { "bad" };
        let band = check
            .band
            .map_or(String::new(), |band| format!("<small>has to be {}</small>", escape(&interval(band))));
        format!("{}{}{band}", escape(&pretty(ratio, 3)), bar(class, ratio))
    });
    format!(
        "<tr><td>{}</td>{}{}{}{}{}</tr>\n",
        status(check),
        cell("of", &prose(&check.of)),
        numeric("measured", &measured),
        numeric("bound", &bound),
        numeric("measured / bound", &ratio),
        cell("where", &place(tally))
    )
}

fn place(tally: &Tally) -> String {
    let at = tally.worst.as_ref().map_or("", |worst| worst.at.as_str());
    let mut notes = vec![match tally.evaluated {
        1 => "evaluated in 1 place".into(),
        n => format!("evaluated in {} places", grouped(n)),
    }];
    if tally.violated > 0 {
        notes.push(format!("exceeded in {}", grouped(tally.violated)));
    }
    if tally.vacuous > 0 && tally.vacuous < tally.evaluated {
        notes.push(format!("vacuous in {}", grouped(tally.vacuous)));
    }
    format!("{}<small>{}</small>", escape(at), escape(&notes.join(", ")))
}
