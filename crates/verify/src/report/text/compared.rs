//! What was not compared, or not by everyone, and why.

use halfulp::{Policy, Rounding};

use crate::engine::Origin;
use crate::report::replay::policy_words;
use crate::report::show::{counted, grouped, line, name};
use crate::report::{PolicyCounts, Summary};
use crate::verify::{Comparison, Covered, NanMatch, letters};

/// Most lines, or items of a line, about the same thing.
const MOST: usize = 8;

/// Tasks and policies that were not compared, each with the reason.
pub(super) fn not_compared(text: &mut String, summary: &Summary) {
    let subject = format!("{} does not cover it", name(&summary.subject.name));
    let reasons = [(Covered::NotBySubject, &*subject), (Covered::NotByOracles, "no oracle covers it")];
    let mut lines: Vec<String> = Vec::new();
    for job in &summary.jobs {
        for (covered, why) in reasons {
            let own = job.policies.iter().filter(|counts| counts.covered == covered);
            let own: Vec<String> = own.map(|counts| policy_words(&summary.policies[counts.policy])).collect();
            if own.is_empty() {
                continue;
            }
            let under = match own.len() == job.policies.len() && own.len() > 1 {
                true => format!("each of its {} policies", own.len()),
                false => some(&own),
            };
            let line = format!("not compared: {} under {under}: {why}", job.task);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines.iter().take(MOST).for_each(|found| line(text, found));
    if lines.len() > MOST {
        line(text, format!("not compared: and {} more (see --json)", lines.len() - MOST));
    }
    if !summary.unanswered.is_empty() {
        let (cases, planned) = (grouped(summary.cases), counted(summary.planned, "case"));
        line(text, format!("PARTIAL: {cases} of {planned} have a recorded answer"));
    }
    if !summary.stopped.is_empty() {
        let cases = format!("{} of {}", grouped(summary.cases), counted(summary.planned, "case"));
        line(text, format!("PARTIAL: {cases} were compared, then the run could not go on"));
        if stopped_at_noise(summary) {
            line(
                text,
                "  lines of stochastic roundings have one more word, the noise; a device without them is verified with the roundings \
                 that it has, as in --round rne",
            );
        }
    }
}

/// Whether a device failed under a stochastic rounding, having answered nothing under any.
fn stopped_at_noise(summary: &Summary) -> bool {
    let stochastic = |p: &Policy| matches!(p.rounding, Rounding::Stochastic { .. });
    let answered = |counts: &PolicyCounts| counts.cases > 0 && stochastic(&summary.policies[counts.policy]);
    summary.subject.origin == Origin::Device
        && summary.failed_under.as_ref().is_some_and(stochastic)
        && !summary.policies().any(answered)
}

/// Which differences did not count, where that are some.
pub(super) fn comparison(text: &mut String, summary: &Summary) {
    let mut said = Vec::new();
    for Comparison { nan, zero_sign, flags } in summary.jobs.iter().map(|job| job.comparison) {
        let parts = [
            (nan != NanMatch::Code).then(|| {
                let of = if nan == NanMatch::Any { "" } else { " of one sign" };
                format!("all NaNs{of} as one")
            }),
            (!zero_sign).then(|| "zeros of both signs as one".to_string()),
            (flags != halfulp::Flags::ALL).then(|| format!("of the flags {} alone", letters::text(flags))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() && !said.contains(&parts) {
            line(text, format!("compared, as asked: {}", parts.join(", ")));
            said.push(parts);
        }
    }
}

/// How often which flag was compared, unless it was in every case.
pub(super) fn flags(text: &mut String, summary: &Summary) {
    let counts = summary.flags.letters();
    let asked = summary.jobs.iter().any(|job| job.comparison.flags != halfulp::Flags::NONE);
    if summary.cases == 0 || !asked || counts.iter().all(|(_, count)| *count == summary.cases) {
        return;
    }
    if counts.iter().any(|(_, count)| *count > 0) {
        let counts: Vec<String> =
            counts.iter().map(|(letter, count)| format!("{letter} {}", grouped(*count))).collect();
        line(text, format!("flags: compared in {} of {}", counts.join(", "), counted(summary.cases, "case")));
    }
    let silent: String =
        counts.iter().map(|(letter, _)| *letter).filter(|l| !summary.reported.contains(*l)).collect();
    let which = if silent.len() == counts.len() { String::new() } else { format!("{silent} ") };
    let subject = match summary.subject.origin {
        Origin::Device => "the device".to_string(),
        Origin::Own | Origin::ThirdParty => name(&summary.subject.name),
    };
    let stepped = stepped(summary);
    if stepped > 0 {
        let cases = counted(stepped, "case");
        line(text, format!("flags: not compared in {cases} by steps, which are steps of results alone"));
    }
    // Of cases by steps nobody is asked for flags.
    if !silent.is_empty() && stepped < summary.cases {
        line(text, format!("flags: {which}not compared, {subject} does not report them"));
    }
    let asked = |l: &char| summary.jobs.iter().any(|job| letters::text(job.comparison.flags).contains(*l));
    let alone = |l: &char| summary.reported.contains(*l) && asked(l);
    let unheard: String =
        counts.iter().filter(|(_, count)| *count == 0).map(|(letter, _)| *letter).filter(alone).collect();
    if !unheard.is_empty() {
        line(text, format!("flags: {unheard} not compared, none of the oracles reports them"));
    }
}

/// Cases whose results follow from the steps between results that oracles computed.
fn stepped(summary: &Summary) -> u64 {
    let of_policy =
        |counts: &PolicyCounts| counts.oracles.iter().map(|oracle| oracle.stepped).max().unwrap_or(0);
    summary.policies().map(of_policy).sum()
}

/// What only this project's own work vouches for, and which oracles of third parties have an adapter; documents say what it does.
pub(super) fn third_party(text: &mut String, summary: &Summary) {
    if summary.cases == 0 {
        return;
    }
    let others = summary.oracles.iter().filter(|oracle| oracle.origin == Origin::ThirdParty);
    if others.clone().next().is_none() {
        return line(text, "no oracle of a third party was asked");
    }
    if summary.third_party < summary.cases {
        let (part, all) = (grouped(summary.third_party), counted(summary.cases, "case"));
        line(text, format!("third-party software took part in the check of {part} of {all}"));
        let groups = summary.groups.iter().filter(|group| group.cases > 0 && group.third_party == 0);
        list(text, "of no case of", groups.map(|group| name(&group.name)).collect());
        list(text, "of no case under", policies_without(summary));
    }
    let asked = others.filter(|oracle| oracle.totals.compared + oracle.totals.stepped > 0);
    let shared: Vec<String> =
        asked.filter(|oracle| oracle.by_adapter.is_some()).map(|oracle| name(&oracle.name)).collect();
    if !shared.is_empty() {
        let who = shared.join(", ");
        line(
            text,
            format!(
                "{who}: third-party arithmetic behind an adapter of this project (--json: who does what)"
            ),
        );
    }
}

/// The policies under which no third party took part in an answer.
fn policies_without(summary: &Summary) -> Vec<String> {
    let mut counts = vec![(0, 0); summary.policies.len()];
    for PolicyCounts { policy, cases, third_party, .. } in summary.policies() {
        counts[*policy].0 += cases;
        counts[*policy].1 += third_party;
    }
    let without =
        summary.policies.iter().zip(counts).filter(|(_, (cases, others))| *cases > 0 && *others == 0);
    without.map(|(policy, _)| policy_words(policy)).collect()
}

fn list(text: &mut String, what: &str, items: Vec<String>) {
    if !items.is_empty() {
        line(text, format!("  {what} {}", some(&items)));
    }
}

/// A list of which the first items are named.
fn some(items: &[String]) -> String {
    let shown = items.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more (see --json)"),
    }
}
