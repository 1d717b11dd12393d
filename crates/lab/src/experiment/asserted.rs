//! What a file asserts, beside what was found.

use serde::Deserialize;

use super::{Findings, Invalid};
use crate::bound::trace::BITS;
use crate::bound::{INFORMATIVE, Required, STATEMENTS, Status, Tally};
use crate::report::{Check, Detection, Divergence, Expected, Listed, Reference, Relation, Report};

/// `[[assert]]`: a bound has to hold, and its tightness to stay in a band.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Assert {
    /// The bound's name: `ema.running`.
    pub bound: String,
    /// Where, if not everywhere: a part of what it was evaluated on.
    #[serde(default)]
    pub of: String,
    /// Where the largest ratio of measured to bound has to lie.
    pub band: Option<[f64; 2]>,
    /// Where the largest ratio of the last step has to lie.
    pub last_band: Option<[f64; 2]>,
    /// In how large a part of its places it must be informative, of all and of those of the last step.
    pub informative_at_least: Option<f64>,
    /// The steps, first and last, in whose places it must be informative, in place of the whole run and its last step.
    pub steps: Option<[u64; 2]>,
    /// `"may fail"`: places in which a hypothesis failed are left out.
    pub hypotheses: Option<MayFail>,
    /// The status that it has in place of *holds*.
    pub expect_status: Option<Status>,
    /// Why it has that status.
    #[serde(default)]
    pub reason: String,
}

/// What `hypotheses` takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum MayFail {
    /// Places in which one failed are left out.
    #[serde(rename = "may fail")]
    MayFail,
}

impl Assert {
    /// Whether it makes sense by itself.
    fn check(&self, k: usize) -> Result<(), Invalid> {
        let wrong = |key: &str, why: &str| Err(Invalid::new(format!("assert[{k}].{key}"), why));
        let bad = |band: Option<[f64; 2]>| band.is_some_and(|[low, high]| !(0.0 <= low && low <= high));
        let ratio = "expected [low, high] with 0 <= low <= high: where the largest measured / bound";
        let listed = self.expect_status.is_some();
        let banded = self.band.is_some() || self.last_band.is_some();
        match self {
            one if bad(one.band) => wrong("band", &format!("{ratio} has to lie")),
            one if bad(one.last_band) => wrong("last-band", &format!("{ratio} of the last step has to lie")),
            one if one.informative_at_least.is_some_and(|share| !(share > 0.0 && share <= 1.0)) => {
                wrong("informative-at-least", "expected a part of the places, above 0 and at most 1")
            }
            one if one.steps.is_some_and(|[from, to]| from == 0 || from > to) => {
                wrong("steps", "expected [first, last] with 1 <= first <= last")
            }
            one if matches!(one.expect_status, Some(Status::Holds | Status::Violated)) => wrong(
                "expect-status",
                "expected mostly-vacuous, vacuous, hypothesis-failed or not-evaluated: without the key it has to hold",
            ),
            one if one.expect_status.is_some_and(|status| status != Status::MostlyVacuous) && banded => {
                wrong(
                    "expect-status",
                    "expected no band beside it: a bound that is informative nowhere has no tightness",
                )
            }
            one if listed == one.reason.trim().is_empty() => wrong(
                if listed { "expect-status" } else { "reason" },
                "expected both expect-status and a reason, or neither",
            ),
            _ => Ok(()),
        }
    }

    fn required(&self) -> Required {
        // A tensor whose order is not known is no small part of a trace: all of its numbers may be wrong.
        let least = if self.bound == BITS.name { 1.0 } else { INFORMATIVE };
        Required {
            informative_at_least: self.informative_at_least.unwrap_or(least),
            steps: self.steps,
            hypotheses_may_fail: self.hypotheses.is_some(),
        }
    }

    /// Whether the steps that it speaks of are there.
    fn has_steps(&self, k: usize, of: &str, tally: &Tally) -> Result<(), Invalid> {
        let key = if self.steps.is_some() { "steps" } else { "last-band" };
        let wrong = |why: String| Err(Invalid::new(format!("assert[{k}].{key}"), why));
        match (tally.steps(), self.steps) {
            (None, steps) if steps.is_some() || self.last_band.is_some() => {
                wrong(format!("{} of {of} is not evaluated step by step", self.bound))
            }
            (Some(found), Some([_, to])) if to > found.last => {
                wrong(format!("expected steps within 1 to {}, those of {of}", found.last))
            }
            _ => Ok(()),
        }
    }

    fn of(&self, of: String, tally: Tally) -> Check {
        let listed = self.expect_status.map(|status| Listed { status, reason: self.reason.trim().into() });
        let check = Check::asserted(of, tally).within(self.band).requiring(self.required());
        Check { last_band: self.last_band, listed, ..check }
    }
}

/// `[[expect]]`: a number has to lie somewhere, and to stand in some relation to a source's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// The number's name: `frozen.bfloat16`.
    pub number: String,
    /// How it has to stand to the source's number.
    #[serde(default)]
    pub relation: Relation,
    /// The number that the source has.
    pub value: Option<f64>,
    /// What the source's words come to, where it has no number: from, to.
    pub claim: Option<[f64; 2]>,
    /// Where it has to lie; without it, it is only reported.
    pub within: Option<[f64; 2]>,
    /// Where the expected number comes from.
    pub source: String,
    /// Why what is found differs, if it does.
    #[serde(default)]
    pub note: String,
}

/// `[[detect]]`: a pathology has to be detected, or not to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Detect {
    /// The detector: `frozen-writes`.
    pub detector: String,
    /// Where, if not everywhere: a part of what it looked at.
    #[serde(default)]
    pub of: String,
    /// Whether it has to be detected.
    pub raised: bool,
}

/// `[[diverge]]`: a run has to diverge.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Diverge {
    /// A part of the run's name.
    pub of: String,
}

impl Expect {
    /// Whether it makes sense by itself; else the key, and why not.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let wrong = |key, why: &str| Err((key, why.to_string()));
        let bad = |[low, high]: [f64; 2]| low.is_nan() || high.is_nan() || low > high;
        let expected = match (self.value, self.claim) {
            (Some(value), None) if value.is_nan() => {
                return wrong("value", "expected the number that the source has, got nan");
            }
            (Some(value), None) => Expected::Value(value),
            (None, Some(claim)) if bad(claim) => {
                return wrong(
                    "claim",
                    "expected [low, high] with low <= high: what the source's words come to",
                );
            }
            (None, Some(_)) if self.relation == Relation::Regression => {
                return wrong(
                    "claim",
                    "expected the relation agrees or contradicts beside it: it is a source's",
                );
            }
            (None, Some(claim)) => Expected::Claim(claim),
            _ => {
                return wrong(
                    "number",
                    "expected either value, the source's number, or claim, what its words come to",
                );
            }
        };
        let Some(within) = self.within else {
            return match self.relation {
                Relation::Contradicts => {
                    wrong("relation", "expected within beside contradicts: where the number lies instead")
                }
                Relation::Agrees | Relation::Regression => Ok(()),
            };
        };
        if bad(within) {
            return wrong("within", "expected [low, high] with low <= high: where the number has to lie");
        }
        match self.relation {
            Relation::Contradicts if !expected.excludes(within) => Err((
                "within",
                format!(
                    "expected an interval without what the source has ({expected}), which it is said to contradict"
                ),
            )),
            Relation::Contradicts if self.note.trim().is_empty() => wrong(
                "relation",
                "expected a note beside contradicts: why the number differs, or that nobody knows",
            ),
            Relation::Agrees | Relation::Regression if !expected.covers(within) => Err((
                "within",
                format!(
                    "expected an interval that goes with what the source has ({expected}): if it is contradicted, say relation = \"contradicts\""
                ),
            )),
            _ => Ok(()),
        }
    }

    /// What the source has; the file was checked.
    fn expected(&self) -> Expected {
        let value = Expected::Value(self.value.unwrap_or(f64::NAN));
        self.claim.map_or(value, Expected::Claim)
    }
}

/// All that a file asserts.
pub(super) struct All<'f> {
    pub(super) assert: &'f [Assert],
    pub(super) expect: &'f [Expect],
    pub(super) detect: &'f [Detect],
    pub(super) diverge: &'f [Diverge],
}

impl All<'_> {
    /// The report with what was found, and what is asserted of it.
    pub(super) fn of(&self, found: Findings, report: Report) -> Result<Report, Invalid> {
        Ok(Report {
            checks: checks(self.assert, found.bounds, &found.divergences)?,
            references: references(self.expect, &found.numbers)?,
            detections: detections(self.detect, found.detections)?,
            divergences: divergences(self.diverge, found.divergences),
            settings: found.settings,
            figures: found.figures,
            tables: found.tables,
            ..report
        })
    }
}

/// Whether what is asserted makes sense by itself.
pub(super) fn check(asserted: &[Assert], expected: &[Expect]) -> Result<(), Invalid> {
    for (k, one) in asserted.iter().enumerate() {
        one.check(k)?;
    }
    for (k, one) in expected.iter().enumerate() {
        one.check().map_err(|(key, why)| Invalid::new(format!("expect[{k}].{key}"), why))?;
    }
    Ok(())
}

/// The bounds with what is asserted of them; of several assertions that fit, the last one decides. A bound that is asserted of a run that diverged, and was
/// evaluated nowhere there, is not evaluated, whatever it came to in other runs.
fn checks(
    asserted: &[Assert],
    mut bounds: Vec<(String, Tally)>,
    diverged: &[Divergence],
) -> Result<Vec<Check>, Invalid> {
    for (k, one) in asserted.iter().enumerate() {
        let statement = STATEMENTS.iter().find(|statement| statement.name == one.bound);
        for run in diverged.iter().filter(|run| run.of.contains(&one.of)) {
            let is_there =
                bounds.iter().any(|(of, tally)| *of == run.of && tally.statement.name == one.bound);
            let missing = statement.filter(|_| !is_there);
            bounds.extend(missing.map(|statement| (run.of.clone(), Tally::new(statement))));
        }
        if !bounds.iter().any(|(of, tally)| fits(one, of, tally)) {
            let known = bounds.iter().map(|(of, tally)| format!("{} of {of}", tally.statement.name));
            return Err(nothing(&format!("assert[{k}].bound"), &one.bound, &one.of, known));
        }
    }
    let check = |(of, tally): (String, Tally)| {
        let Some((k, one)) = asserted.iter().enumerate().rfind(|(_, one)| fits(one, &of, &tally)) else {
            return Ok(Check::reported(of, tally));
        };
        one.has_steps(k, &of, &tally)?;
        Ok(one.of(of, tally))
    };
    bounds.into_iter().map(check).collect()
}

fn fits(one: &Assert, of: &str, tally: &Tally) -> bool {
    one.bound == tally.statement.name && of.contains(&one.of)
}

/// The expected numbers beside those found.
fn references(expected: &[Expect], numbers: &[(String, f64)]) -> Result<Vec<Reference>, Invalid> {
    let reference = |(k, one): (usize, &Expect)| {
        let found = numbers.iter().find(|(name, _)| *name == one.number);
        let Some((what, found)) = found else {
            let known = numbers.iter().map(|(name, _)| name.clone());
            return Err(nothing(&format!("expect[{k}].number"), &one.number, "", known));
        };
        Ok(Reference {
            what: what.clone(),
            relation: one.relation,
            expected: one.expected(),
            source: one.source.clone(),
            found: *found,
            within: one.within,
            note: one.note.clone(),
        })
    };
    expected.iter().enumerate().map(reference).collect()
}

/// The detections with what is asserted of them.
fn detections(asserted: &[Detect], found: Vec<Detection>) -> Result<Vec<Detection>, Invalid> {
    let fits = |one: &Detect, d: &Detection| one.detector == d.detector && d.of.contains(&one.of);
    for (k, one) in asserted.iter().enumerate() {
        if !found.iter().any(|d| fits(one, d)) {
            let known = found.iter().map(|d| format!("{} of {}", d.detector, d.of));
            return Err(nothing(&format!("detect[{k}].detector"), &one.detector, &one.of, known));
        }
    }
    let with = |d: Detection| {
        let expected = asserted.iter().rfind(|one| fits(one, &d)).map(|one| one.raised);
        Detection { expected, ..d }
    };
    Ok(found.into_iter().map(with).collect())
}

/// The divergences with whether they had to be; one that had to be and is not there is added as one at step 0 that was not expected.
fn divergences(asserted: &[Diverge], found: Vec<Divergence>) -> Vec<Divergence> {
    let missing = asserted.iter().filter(|one| !found.iter().any(|d| d.of.contains(&one.of)));
    let absent = missing.map(|one| Divergence {
        of: one.of.clone(),
        step: 0,
        why: "it did not diverge, and had to".into(),
        expected: false,
    });
    let absent: Vec<_> = absent.collect();
    let with = |d: Divergence| {
        let expected = asserted.iter().any(|one| d.of.contains(&one.of));
        Divergence { expected, ..d }
    };
    found.into_iter().map(with).chain(absent).collect()
}

fn nothing(key: &str, name: &str, of: &str, known: impl Iterator<Item = String>) -> Invalid {
    let mut known: Vec<String> = known.collect();
    known.dedup();
    let more = known.len().saturating_sub(20);
    known.truncate(20);
    let place = if of.is_empty() { String::new() } else { format!(" of anything with {of:?} in its name") };
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    let known = if known.is_empty() { "none at all".into() } else { known.join(", ") };
    Invalid::new(key, format!("found no {name:?}{place}: there are {known}{rest}"))
}
