//! Suggests a command for a device that does not support all policies: one with a single rounding fails most of a run over all
//! roundings without being wrong.

use halfulp::{Nans, Policy, Rounding, Saturation};

use super::replay::{policy_words, quote};
use super::show::{counted, grouped};
use super::{Summary, policy_arguments};
use crate::engine::Origin;
use crate::verify::Covered;

/// What was found under one policy, over all jobs.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    pub cases: u64,
    pub unfinished: u64,
    pub mismatches: u64,
}

/// Policies that `halfulp verify` takes as a product of roundings and saturations.
struct Fitting {
    /// Their common part.
    common: Policy,
    roundings: Vec<Rounding>,
    saturations: Vec<Saturation>,
    cases: u64,
    unfinished: u64,
}

/// For a device: the policies under which all that was compared agrees, if there are some and it is the others under which it
/// differs or never answers; and the command that verifies these alone.
///
/// Nothing is suggested where a device differs in some roundings and agrees in more than half of them: that is a fault to be found.
/// Where roundings were asked for by name, the device must have answered the mismatches at hand by the policies that it agrees in.
pub(super) fn suggestion(summary: &Summary) -> Option<String> {
    if summary.subject.origin != Origin::Device {
        return None;
    }
    let found = found(summary);
    let failed =
        summary.failed_under.map(|policy| summary.policies.iter().position(|known| *known == policy));
    let others = match (summary.stopped.is_empty(), failed.flatten()) {
        (true, _) if summary.open_mismatches() > 0 => "the mismatches are under others".to_string(),
        // It never answered under this policy, though it did under others.
        (false, Some(place)) if found[place].cases == 0 => {
            format!("under {} the device gave no answer", policy_words(&summary.policies[place]))
        }
        _ => return None,
    };
    let fitting = fitting(summary, &found)?;
    let options = fitting.options();
    let (cases, text) = (counted(fitting.cases, "case"), options.join(" "));
    let which = if fitting.cases == 1 { "the" } else { "all" };
    let agrees = if fitting.cases == 1 { "agrees" } else { "agree" };
    // A run that stopped has met the first cases of its tasks alone.
    let planned = match fitting.unfinished {
        0 => String::new(),
        n => format!(" (the first of {})", grouped(fitting.cases + n)),
    };
    let command = command(&summary.command, &options)?;
    Some(format!(
        "{which} {cases} compared under {text} {agrees}{planned}, and {others}: if the device is meant to do no others, verify it with\n  \
         {command}"
    ))
}

pub(super) fn found(summary: &Summary) -> Vec<Found> {
    let mut found = vec![Found::default(); summary.policies.len()];
    for counts in summary.policies().filter(|counts| counts.covered == Covered::Compared) {
        let of = &mut found[counts.policy];
        of.cases += counts.cases;
        of.unfinished += counts.planned.saturating_sub(counts.cases);
        of.mismatches += counts.mismatches - counts.waived;
    }
    found
}

/// The product of roundings and saturations that begins with the first policy under which all agrees.
fn fitting(summary: &Summary, found: &[Found]) -> Option<Fitting> {
    let partial = !summary.stopped.is_empty();
    let agrees = |of: &Found| of.cases > 0 && of.mismatches == 0 && (partial || of.unfinished == 0);
    let policies = || summary.policies.iter().zip(found).filter(|(_, of)| of.cases > 0 || of.unfinished > 0);
    let common = |policy: &Policy| common(summary, policy);
    // The saturations of a rounding that agree beside the same common part.
    let saturations = |rounding: Rounding, part: Policy| -> Vec<Saturation> {
        let own = |policy: &Policy| policy.rounding == rounding && common(policy) == part;
        let agreeing = policies().filter(|(policy, of)| own(policy) && agrees(of)).map(|(p, _)| p.saturation);
        let agreeing: Vec<Saturation> = agreeing.collect();
        let differs = |saturation: &Saturation| {
            policies().any(|(policy, of)| own(policy) && policy.saturation == *saturation && !agrees(of))
        };
        Saturation::ALL
            .iter()
            .filter(|saturation| agreeing.contains(saturation) && !differs(saturation))
            .copied()
            .collect()
    };
    let (first, part, chosen) = policies().filter(|(_, of)| agrees(of)).find_map(|(policy, _)| {
        let (rounding, part) = (policy.rounding, common(policy));
        Some((rounding, part, saturations(rounding, part))).filter(|(.., chosen)| !chosen.is_empty())
    })?;
    let mut all: Vec<Rounding> = Vec::new();
    for (policy, _) in policies() {
        if !all.contains(&policy.rounding) {
            all.push(policy.rounding);
        }
    }
    let roundings: Vec<Rounding> =
        all.iter().copied().filter(|r| *r == first || saturations(*r, part) == chosen).collect();
    let agreeing =
        |rounding: &&Rounding| policies().any(|(policy, of)| policy.rounding == **rounding && agrees(of));
    let is_chosen = |policy: &Policy| {
        common(policy) == part && roundings.contains(&policy.rounding) && chosen.contains(&policy.saturation)
    };
    let fits = match is_named(summary, "--round") {
        false => 2 * all.iter().filter(agreeing).count() <= all.len(),
        true => summary.seen.all_answered_as(|policy| is_chosen(&summary.policies[policy])),
    };
    if roundings.len() < all.len() && !fits {
        return None;
    }
    let sum = |count: fn(&Found) -> u64| {
        policies().filter(|(policy, _)| is_chosen(policy)).map(|(_, of)| count(of)).sum()
    };
    let (cases, unfinished) = (sum(|of| of.cases), sum(|of| of.unfinished));
    Some(Fitting { common: part, roundings, saturations: chosen, cases, unfinished })
}

/// Whether an option was given.
pub(super) fn is_named(summary: &Summary, option: &str) -> bool {
    let mut words = summary.command.iter();
    words.any(|word| word == option || word.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
}

/// A policy without its rounding and saturation, and without what cannot be seen in this run: tininess where the device
/// reports no underflow, NaN's substitute where every format has a NaN.
fn common(summary: &Summary, policy: &Policy) -> Policy {
    let mut common = policy.rounding(Rounding::NearestEven).saturation(Saturation::None);
    if !summary.reported.contains('u') {
        common.tininess = Policy::IEEE.tininess;
    }
    if summary.formats.iter().all(|format| format.facts.nans != Nans::None) {
        common.nan = Policy::IEEE.nan;
    }
    common
}

impl Fitting {
    /// The options of `halfulp verify` that ask for them.
    fn options(&self) -> Vec<String> {
        fn list<T: ToString>(items: &[T]) -> String {
            items.iter().map(T::to_string).collect::<Vec<_>>().join(",")
        }
        let mut words =
            vec!["--round".into(), list(&self.roundings), "--saturate".into(), list(&self.saturations)];
        let text = policy_words(&self.common);
        let usual = policy_words(&Policy::IEEE);
        words.extend(text[usual.len()..].split_whitespace().map(str::to_string));
        words
    }
}

/// The command line with other policies; nothing where it is not of `halfulp verify`.
pub(super) fn command(given: &[String], options: &[String]) -> Option<String> {
    if given.get(1).map(String::as_str) != Some("verify") {
        return None;
    }
    let names: Vec<String> =
        policy_arguments(&Policy::IEEE).into_iter().filter(|word| word.starts_with("--")).collect();
    let is_policy = |word: &str| names.iter().any(|name| name == word) || word == "--standard";
    let mut words: Vec<String> = Vec::new();
    let mut rest = given.iter();
    while let Some(word) = rest.next() {
        let flushes = word.starts_with("--flush-");
        match word.split_once('=') {
            _ if flushes => {}
            Some((name, _)) if is_policy(name) => {}
            None if is_policy(word) => drop(rest.next()),
            _ => words.push(word.clone()),
        }
    }
    words.extend(options.iter().cloned());
    Some(words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" "))
}
