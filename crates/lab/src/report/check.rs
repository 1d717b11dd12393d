//! A bound as an experiment asserts it.

use serde::Serialize;

use crate::bound::{Point, Required, Status, Tally};

/// A bound in an experiment, and the band that its tightness has to stay in.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it was evaluated on: "bfloat16, nearest-even, beta 0.9".
    pub of: String,
    /// How it went.
    pub tally: Tally,
    /// Whether the experiment asserts it. A bound that is only reported never decides the verdict.
    pub asserted: bool,
    /// Where the largest ratio of measured to bound has to lie, if a looseness regression should be noticed.
    pub band: Option<[f64; 2]>,
    /// Where the largest ratio of the last step has to lie.
    pub last_band: Option<[f64; 2]>,
    /// In how many of its places it must be informative to hold.
    pub required: Required,
    /// The status that the experiment says it has in place of *holds*: a bound that is listed as not informative.
    pub listed: Option<Listed>,
}

/// Why a bound is listed as one that does not inform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Listed {
    /// What becomes of it.
    pub status: Status,
    /// Why, in a sentence.
    pub reason: String,
}

/// A bound that is asserted of more cases than it was evaluated on: of the others nothing holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unevaluated {
    /// The bound's name.
    pub bound: String,
    /// Of how many cases it is asserted.
    pub cases: usize,
    /// Those that it was not evaluated on.
    pub of: Vec<String>,
}

impl Unevaluated {
    /// Cases that are named in a sentence.
    const NAMED: usize = 4;

    /// The bound and the cases, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Unevaluated { bound, cases, of } = self;
        let named = of.iter().take(Self::NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = of.len().saturating_sub(Self::NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        format!("{bound} in {} of {cases} cases: {named}{more}", of.len())
    }
}

impl Listed {
    /// Whether that is what became of it. What is vacuous everywhere is mostly vacuous, too.
    #[must_use]
    pub fn fits(&self, status: Status) -> bool {
        self.status == status || (self.status == Status::MostlyVacuous && status == Status::Vacuous)
    }
}

impl Check {
    /// An asserted bound without a band.
    #[must_use]
    pub fn asserted(of: impl Into<String>, tally: Tally) -> Check {
        let (band, last_band, listed) = (None, None, None);
        let required = Required::of(tally.statement);
        Check { of: of.into(), tally, asserted: true, band, last_band, required, listed }
    }

    /// A bound that is reported and decides nothing.
    #[must_use]
    pub fn reported(of: impl Into<String>, tally: Tally) -> Check {
        Check { asserted: false, ..Check::asserted(of, tally) }
    }

    /// The same with a band for the largest ratio of measured to bound.
    #[must_use]
    pub fn within(self, band: Option<[f64; 2]>) -> Check {
        Check { band, ..self }
    }

    /// The same with what has to be so for it to hold.
    #[must_use]
    pub fn requiring(self, required: Required) -> Check {
        Check { required, ..self }
    }

    /// What became of the bound.
    #[must_use]
    pub fn status(&self) -> Status {
        self.required.status(&self.tally)
    }

    /// Whether an asserted bound is as it should be: it holds, and its tightness is in its bands. What is vacuous, mostly or everywhere, was
    /// not evaluated or lost its hypotheses is no pass; unless the experiment lists it as that, and then nothing else is.
    #[must_use]
    pub fn passes(&self) -> bool {
        match &self.listed {
            _ if !self.asserted => true,
            Some(listed) => listed.fits(self.status()) && self.in_band(),
            None => self.status() == Status::Holds && self.in_band(),
        }
    }

    /// What it is in lists: a bound or an identity.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.tally.statement.identity { "identity" } else { "bound" }
    }

    /// Whether it is an asserted bound, no identity, and says something: one whose tightness counts.
    #[must_use]
    pub fn is_bound_that_holds(&self) -> bool {
        self.asserted && !self.tally.statement.identity && self.status() == Status::Holds
    }

    /// Whether the largest ratio lies in the band, if there is one, and that of the last step in its own.
    #[must_use]
    pub fn in_band(&self) -> bool {
        let at_last = self.tally.worst_at_last().map(Point::ratio);
        let within = |band: Option<[f64; 2]>, ratio: Option<f64>| match (band, ratio) {
            (None, _) => true,
            (Some([low, high]), Some(ratio)) => low <= ratio && ratio <= high,
            (Some(_), None) => false,
        };
        within(self.band, self.tally.ratio()) && within(self.last_band, at_last)
    }
}
