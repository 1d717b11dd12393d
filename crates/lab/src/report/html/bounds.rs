//! The bounds of a report: what each states, and how it went.

use std::fmt::Write as _;

use super::super::informs::rule;
use super::super::number::{grouped, interval, pretty};
use super::super::{Check, Report};
use super::parts::{Section, bar, cell, chip, escape, number, numeric, prose, rows};
use crate::bound::Status;

/// Most rows of one bound that are shown at once.
const SHOWN: usize = 8;

pub(super) fn section(report: &Report) -> Option<Section> {
    if report.checks.is_empty() {
        return None;
    }
    let mut html = format!("<p class=\"how\">{}</p>\n", escape(&rule()));
    for (_, name) in report.statements() {
        let of_name: Vec<&Check> =
            report.checks.iter().filter(|check| check.tally.statement.name == name).collect();
        html += &card(&of_name);
    }
    Some(Section::new("Bounds", html))
}

/// A status in a word and a colour.
fn status(check: &Check) -> String {
    let status = check.status();
    let (class, mark) = match status {
        Status::Holds if check.in_band() => ("good", "✓"),
        Status::Holds => ("bad", "✗"),
        Status::Violated => ("bad", "✗"),
        _ if check.listed.is_some() && check.passes() => ("warn", "○"),
        _ if check.asserted => ("bad", "✗"),
        _ => ("warn", "○"),
    };
    let band = if status == Status::Holds && !check.in_band() { ", out of band" } else { "" };
    let reported = match (check.asserted, &check.listed) {
        (false, _) => " <small>reported</small>",
        (true, Some(_)) => " <small>listed as not informative</small>",
        (true, None) => "",
    };
    format!("{}{reported}", chip(class, &format!("{mark} {status}{band}")))
}

/// All of one bound.
fn card(checks: &[&Check]) -> String {
    let Some(statement) = checks.first().map(|check| check.tally.statement) else { return String::new() };
    let passes = checks.iter().filter(|check| check.status() == Status::Holds && check.in_band()).count();
    let class = match passes {
        n if n == checks.len() => "good",
        _ if checks.iter().any(|check| !check.passes()) => "bad",
        _ => "warn",
    };
    let summary = match checks.len() {
        1 => String::new(),
        n => chip(class, &format!("holds in {passes} of {n}")),
    };
    let identity = match statement.identity {
        true => chip("mute", "identity check: nothing under test can exceed it"),
        false => String::new(),
    };
    let mut html = format!(
        "<div class=\"card\">\n<h3><code>{}</code>{summary}{identity}</h3>\n",
        escape(statement.name)
    );
    let _ = write!(
        html,
        "<pre class=\"formula\">{}</pre>\n<dl class=\"facts\">\n<dt>Measured</dt><dd>{}</dd>\n<dt>Trivial</dt><dd>{}</dd>\n<dt>Source</dt><dd>{} (clause {} of SPEC.md)</dd>\n",
        escape(statement.formula),
        prose(statement.measures),
        prose(statement.trivial),
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
    for (k, hypothesis) in statement.hypotheses.iter().enumerate() {
        let failed: u64 = checks.iter().filter_map(|check| check.tally.failed.get(k)).sum();
        let first = checks.iter().find_map(|check| {
            let at = check.tally.failed_at.get(k)?.as_deref()?;
            Some(if check.of.is_empty() { at.into() } else { format!("{at} ({})", check.of) })
        });
        let evaluated = checks.iter().any(|check| check.tally.counts().evaluated > 0);
        let so = match (failed, evaluated) {
            _ if hypothesis.is_assumed() => format!(" {}", chip("warn", "assumed, not checked")),
            (0, true) => ": checked, so in every place".into(),
            (0, false) => String::new(),
            (n, _) => format!(
                ": <span class=\"warn\">failed in {} {}</span>, first at {}; these places do not count",
                grouped(n),
                if n == 1 { "place" } else { "places" },
                escape(first.as_deref().unwrap_or("a place without a name"))
            ),
        };
        let _ = write!(html, "<li>{}{so}</li>", prose(hypothesis.text()));
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
    let heads = ["", "Of", "#Informs", "#At the last step", "#Measured", "#Bound", "#Measured / bound"];
    rows(&heads, &lines)
}

fn row(check: &Check) -> String {
    let tally = &check.tally;
    let [measured, bound] = tally
        .worst()
        .map_or(["–".into(), "–".into()], |worst| [number(worst.measured), number(worst.bound)]);
    let ratio = tally.ratio().map_or("–".into(), |ratio| {
        let class = if ratio <= 1.0 && check.in_band() { "good" } else { "bad" };
        let band = check
            .band
            .map_or(String::new(), |band| format!("<small>has to be {}</small>", escape(&interval(band))));
        format!("{}{}{band}", escape(&pretty(ratio, 3)), bar(class, ratio))
    });
    format!(
        "<tr><td>{}</td>{}{}{}{}{}{}</tr>\n<tr class=\"more\"><td></td><td colspan=\"6\">{}</td></tr>\n",
        status(check),
        cell("of", &prose(&check.of)),
        numeric("informs", &escape(&check.informs())),
        numeric("at the last step", &escape(&check.informs_at_last())),
        numeric("measured", &measured),
        numeric("bound", &bound),
        numeric("measured / bound", &ratio),
        place(check)
    )
}

/// Where most of the bound was used, and how much it informs.
fn place(check: &Check) -> String {
    let mut notes = vec![check.informs_sentence()];
    if let Some(worst) = check.tally.worst() {
        notes.push(format!("measured / bound is largest at {}", worst.at));
    }
    if let Some(worst) = check.tally.worst_at_last() {
        notes.push(format!("at the last step it is {}", pretty(worst.ratio(), 3)));
    }
    notes.extend(check.required_sentences());
    notes.extend(check.listed.iter().map(|listed| listed.reason.clone()));
    escape(&notes.join("; "))
}
