//! What a file asserts, beside what was found.

use serde::Deserialize;

use super::Invalid;
use crate::bound::Tally;
use crate::report::{Check, Detection, Divergence, Reference};

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
}

/// `[[expect]]`: a number has to lie somewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expect {
    /// The number's name: `frozen.bfloat16`.
    pub number: String,
    /// The number that the source has.
    pub value: f64,
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

/// Whether what is asserted makes sense by itself.
pub(super) fn check(asserted: &[Assert], expected: &[Expect]) -> Result<(), Invalid> {
    for (k, one) in asserted.iter().enumerate() {
        if one.band.is_some_and(|[low, high]| !(0.0 <= low && low <= high)) {
            let why =
                "expected [low, high] with 0 <= low <= high: where the largest measured / bound has to lie";
            return Err(Invalid::new(format!("assert[{k}].band"), why));
        }
    }
    for (k, one) in expected.iter().enumerate() {
        if one.value.is_nan() {
            return Err(Invalid::new(
                format!("expect[{k}].value"),
                "expected the number that the source has, got nan",
            ));
        }
        if one.within.is_some_and(|[low, high]| low.is_nan() || high.is_nan() || low > high) {
            let why = "expected [low, high] with low <= high: where the number has to lie";
            return Err(Invalid::new(format!("expect[{k}].within"), why));
        }
    }
    Ok(())
}

/// The bounds with what is asserted of them; of several assertions that fit, the last one decides.
pub(super) fn checks(asserted: &[Assert], bounds: Vec<(String, Tally)>) -> Result<Vec<Check>, Invalid> {
    for (k, one) in asserted.iter().enumerate() {
        if !bounds.iter().any(|(of, tally)| fits(one, of, tally)) {
            let known = bounds.iter().map(|(of, tally)| format!("{} of {of}", tally.statement.name));
            return Err(nothing(&format!("assert[{k}].bound"), &one.bound, &one.of, known));
        }
    }
    let check = |(of, tally): (String, Tally)| match asserted.iter().rfind(|one| fits(one, &of, &tally)) {
        Some(one) => Check::asserted(of, tally).within(one.band),
        None => Check::reported(of, tally),
    };
    Ok(bounds.into_iter().map(check).collect())
}

fn fits(one: &Assert, of: &str, tally: &Tally) -> bool {
    one.bound == tally.statement.name && of.contains(&one.of)
}

/// The expected numbers beside those found.
pub(super) fn references(expected: &[Expect], numbers: &[(String, f64)]) -> Result<Vec<Reference>, Invalid> {
    let reference = |(k, one): (usize, &Expect)| {
        let found = numbers.iter().find(|(name, _)| *name == one.number);
        let Some((what, found)) = found else {
            let known = numbers.iter().map(|(name, _)| name.clone());
            return Err(nothing(&format!("expect[{k}].number"), &one.number, "", known));
        };
        Ok(Reference {
            what: what.clone(),
            expected: one.value,
            source: one.source.clone(),
            found: *found,
            within: one.within,
            note: one.note.clone(),
        })
    };
    expected.iter().enumerate().map(reference).collect()
}

/// The detections with what is asserted of them.
pub(super) fn detections(asserted: &[Detect], found: Vec<Detection>) -> Result<Vec<Detection>, Invalid> {
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
pub(super) fn divergences(asserted: &[Diverge], found: Vec<Divergence>) -> Vec<Divergence> {
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
