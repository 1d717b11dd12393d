//! How much of a bound informs, in words.

use super::Check;
use super::number::{grouped, interval, share};
use crate::bound::{Counts, INFORMATIVE, Required, Status};

/// What the reports say of the requirement that every bound meets that holds.
#[must_use]
pub fn rule() -> String {
    format!(
        "A bound is informative in a place if it is below the trivial bound there. It holds if it is never exceeded and is informative in at least {} \
         of its places, and of those of the last step, unless something else is required.",
        percent(INFORMATIVE)
    )
}

/// A part of 1 in percent.
fn percent(part: f64) -> String {
    format!("{} %", super::number::digits(100.0 * part, 6))
}

impl Check {
    /// The places that count: those in which a hypothesis failed do, unless they may be left out.
    fn places(&self, counts: Counts) -> u64 {
        if self.required.hypotheses_may_fail { counts.evaluated } else { counts.places() }
    }

    /// The part of all places in which it informs: `98.4 %`.
    #[must_use]
    pub fn informs(&self) -> String {
        let counts = self.tally.counts();
        share(counts.informative(), self.places(counts))
    }

    /// The same of the last step; of a bound that is not of steps `no steps`.
    #[must_use]
    pub fn informs_at_last(&self) -> String {
        let last = self.tally.steps().map(|steps| steps.at_last);
        last.map_or_else(|| "no steps".into(), |last| share(last.informative(), self.places(last)))
    }

    /// In how many of which places it informs, as a sentence without a full stop.
    #[must_use]
    pub fn informs_sentence(&self) -> String {
        let counts = self.tally.counts();
        let mut text = format!("informative in {} of {}", self.informs(), of_places(self.places(counts)));
        match self.tally.steps() {
            None => text += ", no steps",
            Some(steps) => {
                text += &format!(", {} at the last step, {}", self.informs_at_last(), grouped(steps.last))
            }
        }
        let others = [
            (counts.vacuous, "vacuous"),
            (counts.failed, "hypothesis failed"),
            (counts.violated, "exceeded"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            text += &format!("; {what} in {}", grouped(count));
        }
        let informative = matches!(self.status(), Status::Holds);
        if let Some(steps) = self.tally.steps().filter(|_| !informative && counts.informative() > 0) {
            let until = steps.informs_until(self.required.informative_at_least);
            let least = percent(self.required.informative_at_least);
            text += &match until {
                0 => format!("; in less than {least} already at the beginning"),
                until => format!("; in {least} or more up to step {}", grouped(until)),
            };
        }
        text
    }

    /// What has to be so for it to hold, where that is not the default: a sentence each.
    #[must_use]
    pub fn required_sentences(&self) -> Vec<String> {
        let Required { informative_at_least: least, steps, hypotheses_may_fail } = self.required;
        let mut all = Vec::new();
        if least.total_cmp(&INFORMATIVE).is_ne() {
            all.push(format!("must be informative in at least {} of its places", percent(least)));
        }
        if let (Some([from, to]), Some(found)) = (steps, self.tally.steps()) {
            let counts = found.within(from, to);
            let [first, last] = found.around(from, to);
            let within = share(counts.informative(), self.places(counts));
            all.push(format!(
                "must be informative from step {first} to {last} alone, where it is in {within}"
            ));
        }
        if hypotheses_may_fail {
            all.push("places in which a hypothesis failed are left out".into());
        }
        if let Some(band) = self.last_band {
            all.push(format!("ratio at the last step must be {}", interval(band)));
        }
        all
    }
}

fn of_places(count: u64) -> String {
    if count == 1 { "1 place".into() } else { format!("{} places", grouped(count)) }
}
