//! The mismatches of a batch: counted, excused, accepted, kept.

use super::batch::{Batch, Place};
use super::setup::Shared;
use super::tally::Tally;
use super::waived::{Questioned, WaivedCounts};
use super::{Difference, Logged, Mismatch};
use crate::engine::Answer;
use crate::errata::{self, Erratum};

impl Batch {
    /// Counts the disagreements of a batch and keeps the first. Rare, so it may be slow.
    pub(super) fn record(&mut self, place: &Place, shared: &Shared<'_>, tally: &mut Tally) {
        let names = &shared.oracles;
        let errata: Vec<_> = names.iter().map(|name| errata::find(name, &place.task)).collect();
        for case in 0..self.operands.len() {
            let agrees =
                |o: &usize| place.comparison.agrees(&place.task, &self.got[case], &self.said[*o][case]);
            let answering = place.coverage.oracles & !self.silent[case];
            let covering = (0..names.len()).filter(|o| answering >> o & 1 == 1);
            let agreeing = covering.clone().filter(agrees).fold(0u64, |all, o| all | 1 << o);
            let mut wrong = 0;
            for (oracle, erratum) in errata.iter().enumerate() {
                if let Some(erratum) = erratum.filter(|_| place.coverage.oracle(oracle))
                    && self.is_wrong(place, erratum, oracle, case, agreeing)
                {
                    wrong |= 1 << oracle;
                }
            }
            let confirmed = agreeing & !wrong != 0;
            let counts = place.tally(tally);
            let mut differs = false;
            for oracle in covering {
                let (agrees, wrong) = (agreeing >> oracle & 1 == 1, wrong >> oracle & 1 == 1);
                let counts = &mut counts.oracles[oracle];
                counts.shared += u64::from(wrong && agrees);
                counts.excused += u64::from(wrong && !agrees && confirmed);
                counts.unconfirmed += u64::from(wrong && !agrees && !confirmed);
                let excused = wrong && confirmed;
                if !agrees && !excused {
                    counts.differs += 1;
                    differs = true;
                }
            }
            if differs {
                counts.mismatches += 1;
                let waiver = self.waiver(place, shared, case, answering & !wrong, &mut counts.waivers);
                if shared.log.is_some() {
                    let mismatch = self.mismatch(place, case);
                    self.logged.push(Logged { job: place.job, mismatch, waiver });
                }
                if waiver.is_some() {
                    counts.waived += 1;
                    continue;
                }
                if let Some(flushing) = &mut self.flushing {
                    let (asked, got) = ((&place.task, self.operands[case]), &self.got[case]);
                    let before = counts.mismatches - counts.waived - 1;
                    flushing.count(asked, &place.comparison, got, before, &mut counts.flushed);
                }
                self.keep(place, case, tally);
            }
        }
    }

    /// The waiver that accepts a mismatch. None does where these oracles contradict each other.
    fn waiver(
        &self,
        place: &Place,
        shared: &Shared<'_>,
        case: usize,
        oracles: u64,
        counts: &mut [WaivedCounts],
    ) -> Option<usize> {
        if shared.waived.judges(place.job, place.policy).is_empty() {
            return None;
        }
        let (got, agree) = (&self.got[case], |a, b| place.comparison.agrees(&place.task, a, b));
        let said = (0..self.said.len()).filter(|oracle| oracles >> oracle & 1 == 1);
        let mut said = said.map(|oracle| &self.said[oracle][case]);
        let want = said.clone().find(|want| !agree(got, want))?;
        let asked = Questioned { operands: self.operands[case], got, want, comparison: &place.comparison };
        let agreed = said.all(|other| agree(want, other));
        agreed.then(|| shared.waived.takes((place.job, place.policy), &asked, counts)).flatten()
    }

    /// Whether an oracle gave the answer that its erratum knows to be wrong. It did not where the others say the same.
    fn is_wrong(
        &mut self,
        place: &Place,
        erratum: &Erratum,
        oracle: usize,
        case: usize,
        agreeing: u64,
    ) -> bool {
        let said = self.said[oracle][case];
        let alone = !place.coverage.has_other(oracle) && agreeing >> oracle & 1 == 0;
        let mut others = (0..self.said.len()).filter(|o| *o != oracle && place.coverage.oracle(*o));
        let contradicted = others.any(|other| self.said[other][case].code != said.code);
        (alone || contradicted) && erratum.explains(&place.task, self.operands[case], &said, &mut self.judge)
    }

    /// Keeps a mismatch if it is among the first, or the first of its kind.
    fn keep(&self, place: &Place, index: usize, tally: &mut Tally) {
        let order = (place.first + index as u64, place.policy);
        if tally.keeps(place.job, order, &self.difference(place, index)) {
            tally.keep(place.job, self.mismatch(place, index));
        }
    }

    /// What the oracles that cover the task answered.
    fn said(&self, place: &Place, index: usize) -> impl Iterator<Item = Option<Answer>> {
        let said = self.said.iter().enumerate();
        said.map(move |(oracle, said)| place.coverage.oracle(oracle).then_some(said[index]))
    }

    fn difference(&self, place: &Place, index: usize) -> Difference {
        let got = self.got[index];
        let contradicts = |said: &Answer| !place.comparison.agrees(&place.task, &got, said);
        let want = self.said(place, index).flatten().find(contradicts).unwrap_or(got);
        Difference::of(&place.task, &place.comparison, &got, &want)
    }

    fn mismatch(&self, place: &Place, index: usize) -> Mismatch {
        Mismatch {
            case: place.first + index as u64,
            policy: place.policy,
            task: place.task,
            operands: self.operands[index],
            got: self.got[index],
            said: self.said(place, index).collect(),
            difference: self.difference(place, index),
        }
    }
}
