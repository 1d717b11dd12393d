//! Suggests a command for a device that differs under every policy, but least under one rounding: a fault in a device with one rounding, which
//! a run over all roundings buries under mismatches of the others.

use halfulp::Policy;

use super::Summary;
use super::fitting::{Found, command, found, is_named};
use super::replay::policy_words;
use super::show::{counted, grouped};
use crate::engine::Origin;

/// Under every other rounding so many times as many cases differ.
const TIMES: u64 = 4;

/// For a device that agrees under no policy: the rounding and saturation under which it differs least, if it differs much more under all
/// other roundings, and the command that verifies these alone. Nothing, where roundings were asked for by name.
pub(super) fn suggestion(summary: &Summary) -> Option<String> {
    let is_device = summary.subject.origin == Origin::Device && summary.stopped.is_empty();
    if !is_device || is_named(summary, "--round") || summary.open_mismatches() == 0 {
        return None;
    }
    let found = found(summary);
    let compared = || summary.policies.iter().zip(&found).filter(|(_, of)| of.cases > 0);
    let (policy, least) = compared().reduce(|a, b| if is_below(b.1, 1, a.1) { b } else { a })?;
    let others = |(other, _): &(&Policy, &Found)| other.rounding != policy.rounding;
    let mut others = compared().filter(others).peekable();
    others.peek()?;
    if least.mismatches == 0 || !others.all(|(_, of)| is_below(least, TIMES, of)) {
        return None;
    }
    let options = policy_words(policy);
    let words: Vec<String> = options.split(' ').map(str::to_string).collect();
    let command = command(&summary.command, &words)?;
    let (mismatches, cases) = (grouped(least.mismatches), counted(least.cases, "case"));
    Some(format!(
        "under {options} {mismatches} of {cases} differ, under every other rounding {TIMES} times as many or more: if the device is meant to \
         do that one, verify it with\n  {command}"
    ))
}

/// Whether so many times the share of one's mismatches is less than that of another, or as much if that is more than once.
fn is_below(one: &Found, times: u64, other: &Found) -> bool {
    let share = |of: &Found, cases: u64| u128::from(of.mismatches) * u128::from(cases);
    let (own, others) = (share(one, other.cases) * u128::from(times), share(other, one.cases));
    own < others || times > 1 && own == others
}
