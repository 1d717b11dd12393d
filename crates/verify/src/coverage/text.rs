//! Coverage as text: a line a group, and the names of the empty bins.

use std::fmt::Write as _;

use halfulp::text::escaped;

use super::document::{Document, GroupCounts, State, TaskCoverage, Totals};
use super::gaps;
use super::merge::{in_words, title};
use crate::report::grouped;

/// The most lines that name the empty bins of a group.
const MOST: usize = 8;

/// The coverage as text. Control characters in names are escaped.
#[must_use]
pub fn to_text(document: &Document) -> String {
    let mut text = String::new();
    for task in &document.tasks {
        of_task(&mut text, task);
        text.push('\n');
    }
    text + &outcome(document) + "\n"
}

/// The bins of all tasks in one line, with which the text ends.
#[must_use]
pub fn outcome(document: &Document) -> String {
    let totals = document.totals();
    let tasks = document.tasks.len();
    let of = if tasks == 1 { String::new() } else { format!(" of {tasks} tasks") };
    format!("coverage{of}: {}", in_short(totals))
}

fn in_short(totals: Totals) -> String {
    let Totals { bins, hit, unreachable, empty, contradicted } = totals;
    let open = bins - unreachable;
    let kinds = format!("{} of {} bins hit, {} empty", number(hit), number(open), number(empty));
    let proved = match unreachable {
        0 => String::new(),
        bins => format!("; {} more are unreachable", number(bins)),
    };
    let wrong = match contradicted {
        0 => String::new(),
        bins => format!("; CONTRADICTION: {} hit that were proved unreachable", number(bins)),
    };
    format!("{kinds}{proved}{wrong}")
}

fn number(count: usize) -> String {
    grouped(count as u64)
}

fn of_task(text: &mut String, task: &TaskCoverage) {
    let sources: Vec<String> = task.sources.iter().map(in_words).collect();
    let cases = grouped(task.cases);
    let _ = writeln!(text, "{}: {cases} cases ({})", escaped(&title(task)), escaped(&sources.join("; ")));
    let width = task.groups.iter().map(|group| group.id.len()).max().unwrap_or(0);
    let _ = writeln!(text, "  {:width$}  MODELS    BINS     HIT  UNREACHABLE   EMPTY", "GROUP");
    for group in &task.groups {
        let Totals { bins, hit, unreachable, empty, .. } = group.totals();
        let [bins, hit, unreachable, empty] = [bins, hit, unreachable, empty].map(number);
        let _ = writeln!(
            text,
            "  {:width$}  {:6}  {bins:>6}  {hit:>6}  {unreachable:>11}  {empty:>6}",
            group.id,
            models(group)
        );
    }
    let _ = writeln!(text, "  {}", in_short(task.totals()));
    let _ = writeln!(text, "  {}", proof(task));
    for group in &task.groups {
        let (lines, more) = gaps::lines(group, State::Empty, MOST);
        for line in lines {
            let _ = writeln!(text, "  empty: {}: {}", group.id, escaped(&line));
        }
        if more > 0 {
            let _ = writeln!(text, "  empty: {}: and {} more bins", group.id, number(more));
        }
    }
}

fn models(group: &GroupCounts) -> String {
    if group.models.is_empty() { "-".into() } else { group.models.join(",") }
}

/// What is known of empty bins.
pub(super) fn proof(task: &TaskCoverage) -> String {
    match task.exhausted {
        Some(cases) => {
            let cases = grouped(cases);
            format!("all {cases} cases were tried: an empty bin can be hit, an unreachable one cannot")
        }
        None => "not all cases were tried: an empty bin may be unreachable".into(),
    }
}
