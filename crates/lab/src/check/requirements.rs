//! What a test requires of a bound.

use crate::bound::{Required, Statement, Tally};

/// What a test requires of a bound, besides that it was evaluated and was nowhere exceeded.
#[derive(Clone, Copy, Default, Debug)]
pub struct Requirements {
    /// Where the largest measured / bound has to lie.
    pub band: Option<[f64; 2]>,
    /// Where the largest measured / bound of the last step has to lie.
    pub last_band: Option<[f64; 2]>,
    /// In how large a part of its places it must be informative, what its statement asks for if nothing is said: [`Required::of`].
    pub informative_at_least: Option<f64>,
    /// The steps, first and last, in whose places it must be informative, in place of the whole run and its last step.
    pub steps: Option<[u64; 2]>,
    /// Whether hypotheses may fail in some places, which then do not count.
    pub hypotheses_may_fail: bool,
}

impl Requirements {
    /// The same with a band.
    #[must_use]
    pub const fn within(self, band: [f64; 2]) -> Requirements {
        Requirements { band: Some(band), ..self }
    }

    /// The same with a band for the last step.
    #[must_use]
    pub const fn at_last_within(self, band: [f64; 2]) -> Requirements {
        Requirements { last_band: Some(band), ..self }
    }

    /// The same with another part of the places in which it must be informative.
    #[must_use]
    pub const fn informative_at_least(self, share: f64) -> Requirements {
        Requirements { informative_at_least: Some(share), ..self }
    }

    /// The same with the steps in which it must be informative.
    #[must_use]
    pub const fn in_steps(self, steps: [u64; 2]) -> Requirements {
        Requirements { steps: Some(steps), ..self }
    }

    /// Why they make no sense, for this bound.
    pub(super) fn wrong(self, tally: &Tally) -> Option<String> {
        let bad = |band: &[f64; 2]| !(0.0 <= band[0] && band[0] <= band[1]);
        if let Some([low, high]) = self.band.iter().chain(&self.last_band).find(|band| bad(band)) {
            return Some(format!(
                "the band [{low}, {high}] is none: expected [low, high] with 0 <= low <= high"
            ));
        }
        if let Some(share) = self.informative_at_least.filter(|share| !(*share > 0.0 && *share <= 1.0)) {
            return Some(format!("informative_at_least is {share}: expected above 0 and at most 1"));
        }
        let last = tally.steps().map_or(0, |steps| steps.last);
        let outside = |[from, to]: &[u64; 2]| *from == 0 || from > to || *to > last;
        match self.steps.filter(outside) {
            Some([from, to]) => Some(format!("it has no steps {from} to {to}: expected two of 1 to {last}")),
            None if self.last_band.is_some() && last == 0 => {
                Some("it has no steps, and so no last one".into())
            }
            None => None,
        }
    }

    pub(super) fn required(self, statement: &Statement) -> Required {
        let default = Required::of(statement);
        Required {
            informative_at_least: self.informative_at_least.unwrap_or(default.informative_at_least),
            steps: self.steps,
            hypotheses_may_fail: self.hypotheses_may_fail,
        }
    }

    /// The same where hypotheses may fail in some places, or may not.
    #[must_use]
    pub const fn may_fail(self, may: bool) -> Requirements {
        Requirements { hypotheses_may_fail: may, ..self }
    }
}
