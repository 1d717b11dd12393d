//! Summaries as text: explanations, what was not compared, one line per format, and the verdict.

mod compared;

use std::fmt::Write as _;

use super::show::{counted, grouped, line, name};
use super::{Oracle, Summary, Verdict, closest, errata, fitting, flushing, sample, waivers};
use crate::engine::Origin;
use compared::{comparison, flags, not_compared, third_party};

/// The summary as text. Control characters in names are escaped. The reason why a run stopped is not included: it is an
/// error, [`Summary::stopped`].
#[must_use]
pub fn to_text(summary: &Summary) -> String {
    let mut text = String::new();
    for explained in &summary.explanations {
        line(&mut text, explained.to_string());
    }
    devices(&mut text, summary);
    not_compared(&mut text, summary);
    comparison(&mut text, summary);
    flags(&mut text, summary);
    third_party(&mut text, summary);
    errata::lines(summary).iter().for_each(|erratum| line(&mut text, erratum));
    waivers::lines(&summary.waivers).for_each(|waiver| line(&mut text, waiver));
    sample::lines(summary).into_iter().for_each(|found| line(&mut text, found));
    let policies = fitting::suggestion(summary).or_else(|| closest::suggestion(summary));
    let suggestions = [policies, flushing::suggestion(summary)];
    suggestions.into_iter().flatten().for_each(|suggestion| line(&mut text, suggestion));
    table(&mut text, summary);
    let oracles: Vec<String> = summary.oracles.iter().map(oracle).collect();
    let (subject, oracles) = (name(&summary.subject.name), oracles.join(", "));
    line(&mut text, format!("{subject} against {oracles}: {}", outcome(summary)));
    shown(&text)
}

/// The verdict in words, with which the text ends.
#[must_use]
pub fn outcome(summary: &Summary) -> String {
    let (open, waived) = (summary.open_mismatches(), counted(summary.waived, "mismatch"));
    let mismatches = match (open, summary.waived) {
        (0, 0) => "no mismatches".into(),
        (_, 0) => counted(open, "mismatch"),
        (0, _) => format!("{waived} as waived"),
        (_, n) => format!("{} beside {} as waived", counted(open, "mismatch"), grouped(n)),
    };
    let run = if summary.reasons.is_empty() { "" } else { ", and not all was compared" };
    match summary.verdict {
        Verdict::NothingCompared => "nothing compared, there are no cases".into(),
        Verdict::Agree => "all agree".into(),
        Verdict::Undecided => format!("undecided, {}", reasons(summary)),
        Verdict::AsWaived => format!("all agree but for {waived} as waived"),
        Verdict::Differ if open == 0 => format!("{mismatches}, but {}{run}", changed(summary)),
        Verdict::Differ => match (summary.explanations.len(), open) {
            (1, 1) => format!("{mismatches}, explained above{run}"),
            (explained, _) => format!("{mismatches}, {explained} of them explained above{run}"),
        },
    }
}

/// What makes a run fail besides mismatches.
fn changed(summary: &Summary) -> String {
    let erratum =
        summary.errata.iter().any(|erratum| erratum.changed).then(|| "an erratum changed".to_string());
    let waivers = summary.waivers.iter().filter(|waiver| waiver.fails());
    let waivers = waivers.map(|waiver| {
        let how = if waiver.facts.expired { "has expired" } else { "is stale" };
        format!("waiver {} {how}", waiver.facts.id)
    });
    erratum.into_iter().chain(waivers).collect::<Vec<_>>().join(", ")
}

/// Why there is no verdict. What stopped the run is said once, where errors are said.
fn reasons(summary: &Summary) -> String {
    let stopped = summary.stopped.len();
    let first = (stopped > 0).then(|| "the run could not go on".to_string());
    first.into_iter().chain(summary.reasons.iter().skip(stopped).cloned()).collect::<Vec<_>>().join("; ")
}

fn oracle(oracle: &Oracle) -> String {
    let (name, compared, stepped) = (name(&oracle.name), oracle.totals.compared, oracle.totals.stepped);
    let cases = match (compared, stepped) {
        (0, 0) => "no cases".into(),
        (_, 0) => grouped(compared),
        (0, _) => format!("{} by steps", grouped(stepped)),
        _ => format!("{} and {} by steps", grouped(compared), grouped(stepped)),
    };
    match oracle.totals.unanswered {
        0 => format!("{name} ({cases})"),
        unanswered => format!("{name} ({cases}; no answer to {} more)", grouped(unanswered)),
    }
}

/// What devices of protocol 2 call themselves; what else tells engines apart is for documents.
fn devices(text: &mut String, summary: &Summary) {
    let oracles = summary.oracles.iter().map(|oracle| (&oracle.name, oracle.origin, &oracle.identity));
    let subject = &summary.subject;
    for (of, origin, identity) in
        [(&subject.name, subject.origin, &subject.identity)].into_iter().chain(oracles)
    {
        if let (Origin::Device, true, Some(identity)) = (origin, of.starts_with("cmd2:"), identity) {
            line(text, format!("{} calls itself {identity:?}", name(of)));
        }
    }
}

fn table(text: &mut String, summary: &Summary) {
    let names: Vec<String> = summary.groups.iter().map(|group| name(&group.name)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max("format".len());
    // A column for what is waived, where there are waivers.
    let waived =
        |text: String| if summary.waivers.is_empty() { String::new() } else { format!(" {text:>12}") };
    let head = waived("as waived".into());
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "{:width$} {:>7} {:>15} {:>15} {:>12}{head} {:>9}",
        "format", "tasks", "cases", "with 3rd party", "mismatches", "time"
    );
    let mut row = |name: &str, tasks: u64, cases: [u64; 4], seconds: f64| {
        let [cases, third_party, mismatches, accepted] = cases.map(grouped);
        let accepted = waived(accepted);
        // Of a campaign, only the time of shards is known.
        let time = if seconds == 0.0 { "-".into() } else { format!("{seconds:.2} s") };
        let _ = writeln!(
            text,
            "{name:width$} {tasks:>7} {cases:>15} {third_party:>15} {mismatches:>12}{accepted} {time:>9}"
        );
    };
    for (group, name) in summary.groups.iter().zip(&names) {
        let cases = [group.cases, group.third_party, group.mismatches, group.waived];
        row(name, group.tasks, cases, group.seconds);
    }
    let tasks = summary.groups.iter().map(|group| group.tasks).sum();
    let cases = [summary.cases, summary.third_party, summary.mismatches, summary.waived];
    row("total", tasks, cases, summary.seconds);
}

/// A text that does nothing to a terminal but write on it.
fn shown(text: &str) -> String {
    text.split('\n').map(name).collect::<Vec<_>>().join("\n")
}
