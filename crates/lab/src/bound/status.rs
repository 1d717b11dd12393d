//! What became of a bound, and what has to be so for it to hold.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::statement::Statement;
use super::steps::Counts;
use super::tally::Tally;

/// In how large a part of its places a bound must be informative to hold, where nothing else is asked for.
pub const INFORMATIVE: f64 = 0.9;

/// What became of a bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nowhere exceeded, and it is informative in as many places as is required.
    Holds,
    /// Never exceeded, but it is informative in fewer places than is required: elsewhere it says no more than what is trivially true.
    MostlyVacuous,
    /// Never exceeded, but wherever it was evaluated it says no more than what is trivially true.
    Vacuous,
    /// Its hypotheses failed, everywhere or in more places than may be left out: it says nothing there.
    HypothesisFailed,
    /// There was nothing to evaluate it on.
    NotEvaluated,
    /// Exceeded somewhere.
    Violated,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Holds => "holds",
            Status::MostlyVacuous => "mostly vacuous",
            Status::Vacuous => "vacuous",
            Status::HypothesisFailed => "hypothesis failed",
            Status::NotEvaluated => "not evaluated",
            Status::Violated => "violated",
        })
    }
}

/// What has to be so for a bound to hold, besides that it was nowhere exceeded.
///
/// A place in which a hypothesis failed is one in which the bound does not inform, unless such places may be left out.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Required {
    /// The part of the places in which it must be informative, 0 to 1: of all places, and of those of the last step.
    pub informative_at_least: f64,
    /// The steps in whose places, together, it must be informative, in place of the whole run and its last step: first and last, from 1.
    pub steps: Option<[u64; 2]>,
    /// Whether places in which a hypothesis failed are left out.
    pub hypotheses_may_fail: bool,
}

impl Default for Required {
    /// [`INFORMATIVE`] of all places and of those of the last step, with places in which a hypothesis failed counted.
    fn default() -> Required {
        Required { informative_at_least: INFORMATIVE, steps: None, hypotheses_may_fail: false }
    }
}

impl Tally {
    /// What became of the bound, by what its statement asks for.
    #[must_use]
    pub fn status(&self) -> Status {
        Required::of(self.statement).status(self)
    }
}

impl Required {
    /// What a bound has to do where nothing else is asked for: the default, or to inform in every place.
    #[must_use]
    pub fn of(statement: &Statement) -> Required {
        let informative_at_least = if statement.everywhere { 1.0 } else { INFORMATIVE };
        Required { informative_at_least, ..Required::default() }
    }

    /// What became of a bound. That it is exceeded counts wherever it happens.
    #[must_use]
    pub fn status(&self, tally: &Tally) -> Status {
        let total = tally.counts();
        let at_last = tally.steps().map(|steps| steps.at_last);
        match self.steps {
            _ if total.violated > 0 => Status::Violated,
            _ if total.evaluated == 0 && total.failed > 0 => Status::HypothesisFailed,
            _ if total.evaluated == 0 => Status::NotEvaluated,
            _ if total.informative() == 0 => Status::Vacuous,
            Some([from, to]) => self.part(tally.steps().map_or_else(Counts::default, |s| s.within(from, to))),
            // The worse of the two: holds is the least status.
            None => at_last.map_or(Status::Holds, |last| self.part(last)).max(self.part(total)),
        }
    }

    /// Of one part of the places.
    fn part(&self, counts: Counts) -> Status {
        let enough = |share: Option<f64>| share.is_some_and(|share| share >= self.informative_at_least);
        match counts.evaluated {
            0 if counts.failed > 0 => Status::HypothesisFailed,
            _ if !enough(counts.share_where_supposed()) => Status::MostlyVacuous,
            _ if self.hypotheses_may_fail || enough(counts.share()) => Status::Holds,
            _ => Status::HypothesisFailed,
        }
    }
}
