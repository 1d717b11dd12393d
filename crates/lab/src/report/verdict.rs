//! What a report comes to, and what is not as it was asserted.

use serde::Serialize;

use super::number::{digits, interval, times};
use super::{Check, Detection, Outcome, Reference, Relation, Report, Unevaluated};
use crate::bound::{Point, Status};

/// Some of what is asserted: what it is, how many there are, and how many are as asserted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// What it is, one and several of it.
    pub what: [&'static str; 2],
    /// How many there are.
    pub asserted: usize,
    /// How many are as asserted.
    pub passed: usize,
}

impl Part {
    fn of(what: [&'static str; 2], passes: impl Iterator<Item = bool>) -> Part {
        let (mut asserted, mut passed) = (0, 0);
        passes.for_each(|passes| {
            asserted += 1;
            passed += usize::from(passes);
        });
        Part { what, asserted, passed }
    }
}

/// Identity checks among the parts.
const IDENTITIES: [&str; 2] = ["identity", "identities"];

/// What a report comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was asserted is so, and something was asserted.
    Holds,
    /// Something that was asserted is not so.
    Fails,
    /// Nothing was asserted that could fail.
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
        // An identity cannot fail: alone it is no verdict.
        let can_fail = |part: &&Part| part.what != IDENTITIES;
        let asserted: usize = self.parts().iter().filter(can_fail).map(|part| part.asserted).sum();
        match (self.failures().is_empty(), asserted) {
            (false, _) => Verdict::Fails,
            (true, 0) => Verdict::NothingAsserted,
            (true, _) => Verdict::Holds,
        }
    }

    /// How much was asserted, and how much of that is so. A divergence that was not expected counts as one that is not; a bound that is listed
    /// as not informative is no bound that holds, and counts apart.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let checks = |listed: bool, identity: bool| {
            let asserted = self.checks.iter().filter(|check| check.asserted);
            let is = move |c: &&Check| c.listed.is_some() == listed && c.tally.statement.identity == identity;
            asserted.filter(is).map(Check::passes)
        };
        let numbers = |relation: Relation| {
            let is = move |r: &&Reference| r.within.is_some() && r.relation == relation;
            self.references.iter().filter(is).map(Reference::passes)
        };
        let detections = self.detections.iter().filter(|d| d.expected.is_some()).map(Detection::passes);
        let divergences = self.divergences.iter().map(|d| d.expected);
        vec![
            Part::of(["bound", "bounds"], checks(false, false)),
            Part::of(
                ["bound listed as not informative", "bounds listed as not informative"],
                checks(true, false),
            ),
            Part::of(IDENTITIES, checks(false, true).chain(checks(true, true))),
            Part::of(["cited number", "cited numbers"], numbers(Relation::Agrees)),
            Part::of(["declared contradiction", "declared contradictions"], numbers(Relation::Contradicts)),
            Part::of(["recorded number", "recorded numbers"], numbers(Relation::Regression)),
            Part::of(["detection", "detections"], detections),
            Part::of(["run that diverged", "runs that diverged"], divergences),
        ]
    }

    /// What contradicts its source, as the experiment declares, with why: a sentence each.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        self.references.iter().filter_map(Reference::contradiction).collect()
    }

    /// The bounds that are listed as not informative, with why: a sentence for each bound and reason.
    #[must_use]
    pub fn listed(&self) -> Vec<String> {
        let reason = |check: &Check| check.listed.as_ref().map(|listed| listed.reason.clone());
        let mut groups: Vec<Vec<&Check>> = Vec::new();
        for check in self.checks.iter().filter(|check| check.asserted && check.listed.is_some()) {
            let same = |group: &&mut Vec<&Check>| {
                group[0].tally.statement.name == check.tally.statement.name
                    && reason(group[0]) == reason(check)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(check),
                None => groups.push(vec![check]),
            }
        }
        groups.iter().filter_map(|group| Some(listed_together(group, &reason(group[0])?))).collect()
    }

    /// The same as a sentence: `12 of 12 bounds and 3 of 4 numbers are as asserted`, and on how many cases a bound that is asserted was not evaluated.
    #[must_use]
    pub fn score(&self) -> String {
        let parts: Vec<String> = self
            .parts()
            .into_iter()
            .filter(|part| part.asserted > 0)
            .map(|Part { what, asserted, passed }| {
                format!("{passed} of {asserted} {}", what[usize::from(asserted != 1)])
            })
            .collect();
        let score = match &parts[..] {
            [] => "nothing was asserted, so nothing was checked".into(),
            [one] => format!("{one} as asserted"),
            [first @ .., last] => format!("{} and {last} as asserted", first.join(", ")),
        };
        let missing: usize = self.unevaluated.iter().map(|one| one.of.len()).sum();
        match missing {
            0 => score,
            1 => format!("{score}; 1 more is asserted and was not evaluated"),
            more => format!("{score}; {more} more are asserted and were not evaluated"),
        }
    }

    /// The cases that a bound is asserted of and was not evaluated on: a sentence for each bound.
    #[must_use]
    pub fn not_evaluated(&self) -> Vec<String> {
        self.unevaluated.iter().map(Unevaluated::sentence).collect()
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
        let status = self.status();
        if let Some(listed) = &self.listed {
            let sentence = self.listed_sentence(&listed.reason);
            return match tally.worst().filter(|_| !self.in_band()) {
                Some(worst) => format!("{sentence}; {}", self.out_of_band(worst)),
                None => format!("{sentence}, but is listed as {}", listed.status),
            };
        }
        let mut why = match (status, tally.worst()) {
            (Status::Holds, Some(worst)) if !self.in_band() => self.out_of_band(worst),
            (Status::MostlyVacuous, Some(worst)) => {
                format!("{}; where it is tightest {}", self.informs_with_requirement(), compared(worst))
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
                why += &format!("; hypothesis \"{}\" failed {}, first at {at}", text.text(), times(*count));
            }
        }
        let out = if status == Status::Holds && !self.in_band() { ", out of its band" } else { "" };
        format!("{}: {status}{out}: {why}", self.name())
    }

    /// The bound and what it was evaluated on.
    fn name(&self) -> String {
        let of = if self.of.is_empty() { String::new() } else { format!(" of {}", self.of) };
        format!("{}{of}", self.tally.statement.name)
    }

    fn informs_with_requirement(&self) -> String {
        [vec![self.informs_sentence()], self.required_sentences()].concat().join("; ")
    }

    /// Of a bound that is listed as not informative.
    fn listed_sentence(&self, reason: &str) -> String {
        format!("{}: {} ({}): {reason}", self.name(), self.status(), self.informs_sentence())
    }

    fn out_of_band(&self, worst: &Point) -> String {
        let of = |band: Option<[f64; 2]>| band.map_or_else(|| "anything".into(), interval);
        let mut why = format!("{}, but measured / bound has to be {}", compared(worst), of(self.band));
        if let Some(last) = self.tally.worst_at_last().filter(|_| self.last_band.is_some()) {
            why += &format!("; at the last step {}, has to be {}", compared(last), of(self.last_band));
        }
        why
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

/// Bounds of one name that are listed for one reason.
fn listed_together(group: &[&Check], reason: &str) -> String {
    let [one] = group else {
        let share = |check: &&&Check| check.tally.counts().share().unwrap_or(0.0);
        let most = group.iter().max_by(|a, b| share(a).total_cmp(&share(b)));
        let (of, informs) =
            most.map_or(("", String::new()), |check| (check.of.as_str(), check.informs_sentence()));
        let (name, count) = (group[0].tally.statement.name, group.len());
        return format!("{name} in {count} cases; most often {informs}, of {of}: {reason}");
    };
    one.listed_sentence(reason)
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
