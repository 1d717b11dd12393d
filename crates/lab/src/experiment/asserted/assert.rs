//! `[[assert]]`: what a bound has to do.

use serde::Deserialize;

use crate::bound::{Required, Statement, Status, Tally};
use crate::experiment::Invalid;
use crate::report::{Check, Listed};

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
    pub(super) fn check(&self, k: usize) -> Result<(), Invalid> {
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

    /// Whether it is of a bound of this name in such a place.
    pub(super) fn fits(&self, bound: &str, of: &str) -> bool {
        self.bound == bound && of.contains(&self.of)
    }

    fn required(&self, statement: &Statement) -> Required {
        let default = Required::of(statement);
        Required {
            informative_at_least: self.informative_at_least.unwrap_or(default.informative_at_least),
            steps: self.steps,
            hypotheses_may_fail: self.hypotheses.is_some(),
        }
    }

    /// Whether the steps that it speaks of are there.
    pub(super) fn has_steps(&self, k: usize, of: &str, tally: &Tally) -> Result<(), Invalid> {
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

    pub(super) fn check_of(&self, of: String, tally: Tally) -> Check {
        let listed = self.expect_status.map(|status| Listed { status, reason: self.reason.trim().into() });
        let required = self.required(tally.statement);
        let check = Check::asserted(of, tally).within(self.band).requiring(required);
        Check { last_band: self.last_band, listed, ..check }
    }
}
