//! What a report comes to, and what is not as it was asserted.

use serde::Serialize;

use super::number::{digits, interval, times};
use super::{Check, Detection, Outcome, Reference, Report};
use crate::bound::{Point, Status};

/// What a report comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was asserted is so, and something was asserted.
    Holds,
    /// Something that was asserted is not so.
    Fails,
    /// Nothing was asserted.
    NothingAsserted,
}

impl Verdict {
    /// As a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Holds => "HOLDS",
            Verdict::Fails => "FAILS",
            Verdict::NothingAsserted => "NOTHING ASSERTED",
        }
    }
}

impl Report {
    /// What the report comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let asserted: usize = self.parts().into_iter().map(|(_, asserted, _)| asserted).sum();
        match (self.failures().is_empty(), asserted) {
            (false, _) => Verdict::Fails,
            (true, 0) => Verdict::NothingAsserted,
            (true, _) => Verdict::Holds,
        }
    }

    /// How much was asserted, and how much of that is so: what it is, how many, how many are as asserted. A divergence that was not
    /// expected counts as one that is not.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, usize, usize); 4] {
        let checks = || self.checks.iter().filter(|c| c.asserted);
        let numbers = || self.references.iter().filter(|r| r.within.is_some());
        let detections = || self.detections.iter().filter(|d| d.expected.is_some());
        let expected = self.divergences.iter().filter(|d| d.expected).count();
        [
            ("bound", checks().count(), checks().filter(|c| c.passes()).count()),
            ("number", numbers().count(), numbers().filter(|r| r.passes()).count()),
            ("detection", detections().count(), detections().filter(|d| d.passes()).count()),
            ("divergence", self.divergences.len(), expected),
        ]
    }

    /// The same as a sentence: `12 of 12 bounds and 3 of 4 numbers are as asserted`.
    #[must_use]
    pub fn score(&self) -> String {
        let parts: Vec<String> = self
            .parts()
            .into_iter()
            .filter(|(_, asserted, _)| *asserted > 0)
            .map(|(what, asserted, passed)| {
                format!("{passed} of {asserted} {what}{}", if asserted == 1 { "" } else { "s" })
            })
            .collect();
        match &parts[..] {
            [] => "nothing was asserted, so nothing was checked".into(),
            [one] => format!("{one} as asserted"),
            [first @ .., last] => format!("{} and {last} as asserted", first.join(", ")),
        }
    }

    /// What is not as it was asserted, a sentence each.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let checks = self.checks.iter().filter(|c| !c.passes()).map(|check| check.failure());
        let references = self.references.iter().filter(|r| !r.passes()).map(|r| r.failure());
        let detections = self.detections.iter().filter(|d| !d.passes()).map(|d| d.failure());
        let divergences = self.divergences.iter().filter(|d| !d.expected).map(|d| d.sentence());
        checks.chain(references).chain(detections).chain(divergences).collect()
    }
}

impl Check {
    /// Why the bound is not as it has to be, with all that is known: status, numbers, place, hypotheses.
    #[must_use]
    pub fn failure(&self) -> String {
        let tally = &self.tally;
        let status = tally.status();
        let mut why = match (status, &tally.worst) {
            (Status::Holds, Some(worst)) if !self.in_band() => {
                let band = self.band.map_or_else(String::new, interval);
                format!("{}, but measured / bound has to be {band}", compared(worst))
            }
            (Status::Vacuous, Some(worst)) => {
                format!("{}, and the bound is no less than what is trivially true", compared(worst))
            }
            (_, Some(worst)) => compared(worst),
            (_, None) => "it was evaluated nowhere".into(),
        };
        for ((count, text), at) in tally.failed.iter().zip(tally.statement.hypotheses).zip(&tally.failed_at) {
            if *count > 0 {
                let at = at.as_deref().unwrap_or("a place without a name");
                why += &format!("; hypothesis \"{text}\" failed {}, first at {at}", times(*count));
            }
        }
        let out = if status == Status::Holds && !self.in_band() { ", out of its band" } else { "" };
        let of = if self.of.is_empty() { String::new() } else { format!(" of {}", self.of) };
        format!("{}{of}: {status}{out}: {why}", tally.statement.name)
    }
}

impl Reference {
    /// Why the number is not where it has to be.
    #[must_use]
    pub fn failure(&self) -> String {
        let within = self.within.map_or_else(String::new, interval);
        format!("{}: found {}, has to be {within}", self.what, digits(self.found, 8))
    }
}

impl Detection {
    /// Why the detection is not as it has to be.
    #[must_use]
    pub fn failure(&self) -> String {
        let Detection { detector, of, count, out_of, raised, .. } = self;
        let (is, should) = if *raised { ("raised", "not raised") } else { ("not raised", "raised") };
        format!("{detector} of {of}: {is} ({count} of {out_of}), has to be {should}")
    }
}

/// The verdict of several, as a word: `fails` as soon as one does, else `could-not-run` if one could not be run.
pub(super) fn overall(outcomes: &[Outcome]) -> &'static str {
    let verdicts: Vec<Option<Verdict>> =
        outcomes.iter().map(|o| o.report.as_ref().ok().map(Report::verdict)).collect();
    match () {
        () if verdicts.contains(&Some(Verdict::Fails)) => "fails",
        () if verdicts.contains(&None) => "could-not-run",
        () if verdicts.contains(&Some(Verdict::Holds)) => "holds",
        () => "nothing-asserted",
    }
}

fn compared(worst: &Point) -> String {
    let Point { measured, bound, at } = worst;
    let place = if at.is_empty() { String::new() } else { format!(" at {at}") };
    format!(
        "measured {}, bound {}, ratio {}{place}",
        digits(*measured, 8),
        digits(*bound, 8),
        digits(worst.ratio(), 6)
    )
}
