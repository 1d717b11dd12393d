//! What waivers came to, and in words.

use serde::{Deserialize, Serialize};

use super::show::{counted, grouped};
use crate::verify::{WaivedCounts, WaiverFacts};

/// What a waiver came to under one policy of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waived {
    /// The position of the waiver.
    pub waiver: usize,
    /// Its counts.
    #[serde(flatten)]
    pub counts: WaivedCounts,
}

/// A waiver and what it came to in a whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverCounts {
    /// What is said of it.
    #[serde(flatten)]
    pub facts: WaiverFacts,
    /// Tasks, each policy counted, that it is about.
    pub tasks: u64,
    /// Mismatches with the answer that it accepts; they are waived, unless it has expired.
    pub accepted: u64,
    /// Mismatches of the cases that it is about with other answers, which no waiver accepts.
    pub others: u64,
    /// Whether all cases of its tasks were compared, so that their number must be the one that is listed.
    pub complete: bool,
    /// Whether it is stale: the mismatches are more or fewer than those listed.
    pub stale: bool,
}

impl WaiverCounts {
    /// A waiver of which nothing is counted yet.
    pub(super) fn new(facts: &WaiverFacts) -> WaiverCounts {
        let facts = facts.clone();
        WaiverCounts { facts, tasks: 0, accepted: 0, others: 0, complete: false, stale: false }
    }

    /// Whether the run fails for it.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.facts.expired || self.stale
    }

    /// How the run fails for it; `None` if it does not.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let WaiverCounts { accepted, .. } = *self;
        let facts = &self.facts;
        if facts.expired {
            let left = match accepted {
                0 => "no mismatch is as it says".to_string(),
                n => format!("{} as it says", is(n)),
            };
            return Some(format!("expired on {}; {left}", facts.expires));
        }
        let listed = facts.count.filter(|_| self.stale)?;
        Some(format!("stale: listed with {}, here {}", counted(listed, "mismatch"), grouped(accepted)))
    }

    /// What it came to.
    #[must_use]
    pub fn outcome(&self) -> String {
        let mut words = match (self.failure(), self.accepted, self.tasks) {
            (Some(failure), ..) => failure,
            (None, 0, 0) => "unused, it is about no task of this run".into(),
            (None, 0, _) => "unused, no mismatch is as it says".into(),
            (None, accepted, _) => format!("{} as waived", counted(accepted, "mismatch")),
        };
        if self.others > 0 {
            words += &format!("; {} where it is about with other answers", is(self.others));
        }
        if let (Some(listed), false, false) = (self.facts.count, self.complete, self.stale)
            && self.tasks > 0
        {
            words += &format!(
                "; not all cases were compared, so its count of {} was not checked",
                grouped(listed)
            );
        }
        words
    }
}

fn is(mismatches: u64) -> String {
    let verb = if mismatches == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(mismatches, "mismatch"))
}

/// A line for each waiver, those that fail in capitals.
pub(super) fn lines(waivers: &[WaiverCounts]) -> impl Iterator<Item = String> {
    waivers.iter().map(|waiver| {
        let head = if waiver.fails() { "WAIVER" } else { "waiver" };
        let facts = &waiver.facts;
        let end = if facts.expired { String::new() } else { format!("; expires {}", facts.expires) };
        format!("{head} {}: {} ({}{end})", facts.id, waiver.outcome(), facts.reason)
    })
}
