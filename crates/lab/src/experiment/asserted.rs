//! What a file asserts, beside what was found.

mod assert;
mod expect;

use serde::Deserialize;

pub use assert::Assert;
pub use expect::Expect;

use super::{Findings, Invalid};
use crate::bound::{STATEMENTS, Tally};
use crate::report::{Check, Detection, Divergence, Reference, Report, Unevaluated};

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
        let checks = checks(self.assert, found.bounds, &found.divergences)?;
        Ok(Report {
            unevaluated: if found.uniform { unevaluated(self.assert, &checks) } else { Vec::new() },
            checks,
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
        let mut known = bounds.iter().map(|(_, tally)| tally.statement).chain(STATEMENTS.iter().copied());
        let statement = known.find(|statement| statement.name == one.bound);
        for run in diverged.iter().filter(|run| run.of.contains(&one.of)) {
            let is_there =
                bounds.iter().any(|(of, tally)| *of == run.of && tally.statement.name == one.bound);
            let missing = statement.filter(|_| !is_there);
            bounds.extend(missing.map(|statement| (run.of.clone(), Tally::new(statement))));
        }
        if !bounds.iter().any(|(of, tally)| one.fits(tally.statement.name, of)) {
            let known = bounds.iter().map(|(of, tally)| format!("{} of {of}", tally.statement.name));
            return Err(nothing(&format!("assert[{k}].bound"), &one.bound, &one.of, known));
        }
    }
    let check = |(of, tally): (String, Tally)| {
        let name = tally.statement.name;
        let Some((k, one)) = asserted.iter().enumerate().rfind(|(_, one)| one.fits(name, &of)) else {
            return Ok(Check::reported(of, tally));
        };
        one.has_steps(k, &of, &tally)?;
        Ok(one.check_of(of, tally))
    };
    bounds.into_iter().map(check).collect()
}

/// The cases that an assertion speaks of and its bound was not evaluated on: those of any bound, where this one has none. A bound is named once.
fn unevaluated(asserted: &[Assert], checks: &[Check]) -> Vec<Unevaluated> {
    let mut cases: Vec<&str> = Vec::new();
    for check in checks {
        if !cases.contains(&&*check.of) {
            cases.push(&check.of);
        }
    }
    let mut all: Vec<Unevaluated> = Vec::new();
    for one in asserted {
        if all.iter().any(|known| known.bound == one.bound) {
            continue;
        }
        let meant = |of: &str| asserted.iter().any(|one_of_it| one_of_it.fits(&one.bound, of));
        let evaluated = |of: &str| {
            let mut its =
                checks.iter().filter(|check| check.of == of && check.tally.statement.name == one.bound);
            its.any(|check| check.tally.counts().places() > 0)
        };
        let (done, missing): (Vec<&str>, Vec<&str>) =
            cases.iter().copied().filter(|of| meant(of)).partition(|of| evaluated(of));
        if !missing.is_empty() {
            let of = missing.iter().map(|of| (*of).to_string()).collect::<Vec<_>>();
            all.push(Unevaluated { bound: one.bound.clone(), cases: done.len() + of.len(), of });
        }
    }
    all
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
