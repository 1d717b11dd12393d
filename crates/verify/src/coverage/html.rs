//! Coverage as a page that needs nothing else.

use std::fmt::Write as _;

use halfulp::text::escaped;
use quick_xml::escape::escape;

use super::document::{Document, GroupCounts, State, TaskCoverage, Totals};
use super::gaps;
use super::group::places;
use super::merge::{in_words, title};
use super::text::{outcome, proof};
use crate::report::grouped;

const STYLE: &str = include_str!("page.css");

/// The most lines that name the empty bins of a group, and the unreachable ones.
const MOST: usize = 500;

/// Groups with at most so many bins are shown bin by bin.
const GRID: usize = 1024;

/// The coverage as an HTML page.
#[must_use]
pub fn to_html(document: &Document) -> String {
    let mut body = format!("<h1>Coverage</h1>\n<p>{}</p>\n", text(&outcome(document)));
    if document.tasks.len() > 1 {
        body += &contents(document);
    }
    for (place, task) in document.tasks.iter().enumerate() {
        of_task(&mut body, place, task);
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<meta name=\"generator\" content=\"halfulp {}\">\n<title>Coverage</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// A text without mark-up, control characters as they are written.
fn text(text: &str) -> String {
    escape(escaped(text).to_string()).into_owned()
}

fn number(count: usize) -> String {
    grouped(count as u64)
}

fn contents(document: &Document) -> String {
    let mut html = String::from(
        "<div class=\"wide\"><table>\n<tr><th>Task<th>Bins<th>Hit<th>Unreachable<th>Empty</tr>\n",
    );
    for (place, task) in document.tasks.iter().enumerate() {
        let Totals { bins, hit, unreachable, empty, .. } = task.totals();
        let _ = writeln!(
            html,
            "<tr><th><a href=\"#task-{place}\">{}</a><td>{}<td>{}<td>{}<td>{}</tr>",
            text(&title(task)),
            number(bins),
            number(hit),
            number(unreachable),
            number(empty)
        );
    }
    html + "</table></div>\n"
}

fn of_task(html: &mut String, place: usize, task: &TaskCoverage) {
    let sources: Vec<String> = task.sources.iter().map(in_words).collect();
    let _ = writeln!(html, "<h2 id=\"task-{place}\">{}</h2>", text(&title(task)));
    let cases = grouped(task.cases);
    let _ = writeln!(
        html,
        "<p>{cases} cases: {}. {}.</p>",
        text(&sources.join("; ")),
        text(&sentence(&proof(task)))
    );
    html.push_str("<div class=\"wide\"><table>\n<tr><th>Group<th>Models<th>Bins<th>Hit<th>Unreachable<th>Empty<th class=\"words\">What is counted</tr>\n");
    for group in &task.groups {
        let Totals { bins, hit, unreachable, empty, .. } = group.totals();
        let class = if empty == 0 { "full" } else { "gaps" };
        let _ = writeln!(
            html,
            "<tr><th><a href=\"#task-{place}-{0}\">{0}</a><td>{1}<td>{2}<td>{3}<td>{4}<td class=\"{class}\">{5}<td class=\"words\">{6}</tr>",
            text(&group.id),
            text(&group.models.join(", ")),
            number(bins),
            number(hit),
            number(unreachable),
            number(empty),
            text(&group.title)
        );
    }
    html.push_str("</table></div>\n");
    for group in &task.groups {
        of_group(html, place, group);
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn of_group(html: &mut String, place: usize, group: &GroupCounts) {
    let totals = group.totals();
    let id = text(&group.id);
    let _ = writeln!(html, "<h3 id=\"task-{place}-{id}\">{id}: {}</h3>", text(&group.title));
    if totals.contradicted > 0 {
        let _ = writeln!(
            html,
            "<p class=\"gaps\">Contradiction: {} bins were hit that were proved unreachable.</p>",
            number(totals.contradicted)
        );
    }
    named(html, group, State::Empty, totals.empty, "empty");
    named(html, group, State::Unreachable, totals.unreachable, "unreachable");
    for part in &group.unreachable {
        let _ = writeln!(
            html,
            "<p class=\"note\">{} unreachable: {}.</p>",
            number(part.bins.len()),
            text(&part.why)
        );
    }
    if group.counts.len() <= GRID {
        grid(html, group);
    }
}

/// The names of the bins in a state; those of empty bins are open from the start.
fn named(html: &mut String, group: &GroupCounts, state: State, count: usize, word: &str) {
    if count == 0 {
        return;
    }
    let (lines, more) = gaps::lines(group, state, MOST);
    let open = if state == State::Empty { " open" } else { "" };
    let _ = writeln!(html, "<details{open}><summary>{} {word}</summary>\n<ul>", number(count));
    for line in lines {
        let _ = writeln!(html, "<li>{}", text(&line));
    }
    if more > 0 {
        let _ = writeln!(html, "<li>and {} more", number(more));
    }
    html.push_str("</ul></details>\n");
}

/// The counts: a column for each value of the last axis, a row for each combination of the others. An axis alone has a row a value.
fn grid(html: &mut String, group: &GroupCounts) {
    let states = group.states();
    let (rows, columns) = match group.axes.split_last() {
        Some((last, [])) => (last.values.len(), 1),
        Some((last, _)) => (group.counts.len() / last.values.len(), last.values.len()),
        None => return,
    };
    html.push_str("<details><summary>Counts</summary><div class=\"wide\"><table class=\"map\">\n<tr>");
    let alone = columns == 1 && group.axes.len() == 1;
    let heads = if alone { &group.axes[..] } else { &group.axes[..group.axes.len() - 1] };
    heads.iter().for_each(|axis| {
        let _ = write!(html, "<th>{}", text(&axis.name));
    });
    match group.axes.last() {
        Some(last) if !alone => last.values.iter().for_each(|value| {
            let _ = write!(html, "<th title=\"{}\">{}", text(&last.name), text(value));
        }),
        _ => html.push_str("<th>count"),
    }
    html.push_str("</tr>\n");
    for row in 0..rows {
        html.push_str("<tr>");
        for value in places(heads, row).iter().zip(heads).map(|(place, axis)| &axis.values[*place]) {
            let _ = write!(html, "<th>{}", text(value));
        }
        for column in 0..columns {
            let bin = row * columns + column;
            let (class, count) = match states[bin] {
                State::Hit => ("hit", grouped(group.counts[bin])),
                State::Empty => ("empty", "0".into()),
                State::Unreachable => ("never", "\u{b7}".into()),
            };
            let _ = write!(html, "<td class=\"{class}\">{count}");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table></div></details>\n");
}
