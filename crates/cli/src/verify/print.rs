//! The report as people read it.

use std::io::{self, Write};

use halfulp_verify::report::{Exception, Summary, Uncovered};

/// Most lines about tasks that were not compared.
const MOST: usize = 8;

/// Writes a JSON document.
pub fn json(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// Writes the explanations, a line a format, and the total.
pub fn summary(summary: &Summary) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for explanation in &summary.explanations {
        writeln!(out, "{explanation}")?;
    }
    not_compared(&mut out, summary)?;
    exceptions(&mut out, summary)?;
    table(&mut out, summary)?;
    let pairs = summary.oracles.iter().zip(&summary.compared);
    let oracles: Vec<String> = pairs.map(|(name, cases)| format!("{name} ({})", grouped(*cases))).collect();
    let outcome = match summary.mismatches {
        0 if summary.agree => "all agree".to_string(),
        0 => "all agree, but a known exception changed".to_string(),
        n => format!("{} mismatches, {} of them explained above", grouped(n), summary.explanations.len()),
    };
    writeln!(out, "{} against {}: {outcome}", summary.subject, oracles.join(", "))
}

fn table(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let names = summary.groups.iter().map(|group| group.name.len());
    let width = names.max().unwrap_or(0).max("format".len());
    writeln!(out, "{:width$} {:>7} {:>15} {:>12} {:>9}", "format", "tasks", "cases", "mismatches", "time")?;
    let mut line = |name: &str, tasks: u64, cases: u64, mismatches: u64, seconds: f64| {
        let (cases, mismatches) = (grouped(cases), grouped(mismatches));
        writeln!(out, "{name:width$} {tasks:>7} {cases:>15} {mismatches:>12} {seconds:>7.2} s")
    };
    for group in &summary.groups {
        line(&group.name, group.tasks, group.cases, group.mismatches, group.seconds)?;
    }
    let tasks = summary.groups.iter().map(|group| group.tasks).sum();
    line("total", tasks, summary.cases, summary.mismatches, summary.seconds)
}

fn not_compared(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    for uncovered in summary.uncovered.iter().take(MOST) {
        let Uncovered { task, policies, by_subject } = uncovered;
        let who = if *by_subject { &*summary.subject } else { "any oracle" };
        writeln!(out, "not compared: {task} in {} policies, not covered by {who}", policies.len())?;
    }
    match summary.uncovered.len().saturating_sub(MOST) {
        0 => Ok(()),
        more => writeln!(out, "not compared: {more} further tasks"),
    }
}

/// Exceptions that changed, each; of the others their number.
fn exceptions(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    for exception in &summary.exceptions {
        let Exception { engine, task, policy, reason, count, .. } = exception;
        if let Some(expected) = exception.expected {
            writeln!(
                out,
                "EXCEPTION CHANGED: {engine} is known to be wrong {expected} times in {task} ({policy}), here {count} times: {reason}"
            )?;
        }
    }
    let known = summary.exceptions.iter().filter(|e| e.count > 0);
    let (tasks, cases) = known.fold((0, 0), |(tasks, cases), e| (tasks + 1, cases + e.count));
    match tasks {
        0 => Ok(()),
        _ => writeln!(
            out,
            "known exceptions: {cases} cases in {tasks} tasks in which an oracle is known to be wrong"
        ),
    }
}

/// A number with a comma between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
