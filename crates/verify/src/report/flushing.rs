//! Suggests the options of flushing for a device whose mismatches are all those of one that flushes subnormal numbers.

use super::Summary;
use super::replay::quote;
use super::show::grouped;
use crate::engine::Origin;
use crate::verify::FLUSHINGS;

/// What the options are called, and what they flush.
const WORDS: [(&[&str], &str); 3] = [
    (&["--flush-operands"], "subnormal operands"),
    (&["--flush-results"], "tiny results"),
    (&["--flush-operands", "--flush-results"], "subnormal operands and tiny results"),
];

/// For a device: if every mismatch of the run, counted one by one, has the answer that flushing gives, which flushing, and the command
/// that verifies the device with it. Cases that agree are not looked at: that run compares them.
pub(super) fn suggestion(summary: &Summary) -> Option<String> {
    let is_whole = summary.stopped.is_empty() && summary.seen.flushed.len() == summary.policies.len();
    if summary.subject.origin != Origin::Device || summary.open_mismatches() == 0 || !is_whole {
        return None;
    }
    let explains = |k: &usize| {
        summary.seen.flushed.iter().map(|counts| counts[*k]).sum::<u64>() == summary.open_mismatches()
    };
    let (options, what) = WORDS[(0..FLUSHINGS.len()).find(explains)?];
    let command = command(&summary.command, options)?;
    let mismatches = match summary.open_mismatches() {
        1 => "the one mismatch is the answer".to_string(),
        n => format!("all {} mismatches are the answers", grouped(n)),
    };
    Some(format!(
        "{mismatches} of a device that takes {what} for zero: if the device is meant to flush, verify it with\n  {command}"
    ))
}

/// The command line with these options; nothing where it is not of `halfulp verify`.
fn command(given: &[String], options: &[&str]) -> Option<String> {
    if given.get(1).map(String::as_str) != Some("verify") {
        return None;
    }
    let kept = given.iter().filter(|word| !word.starts_with("--flush-")).map(|word| quote(word));
    Some(kept.chain(options.iter().map(|option| (*option).into())).collect::<Vec<_>>().join(" "))
}
