//! The cases at hand: what the subject and the oracles answered, compared and counted.

use core::ops::Range;

use halfulp::{Flags, Operands, Task};

use super::engines::Engines;
use super::flushing::Flushing;
use super::plan::{CHUNK, Coverage};
use super::setup::{Observer, Shared};
use super::steps::Steps;
use super::tally::{FlagCounts, PolicyTally, Tally};
use super::{Comparison, Logged};
use crate::cases::Cases;
use crate::engine::definition::Definition;
use crate::engine::{Answer, Engine, EngineError, Origin};

/// Where a batch stands, and how it is compared.
#[derive(Clone, Copy)]
pub struct Place {
    pub job: usize,
    pub policy: usize,
    pub task: Task,
    /// The number of the first case.
    pub first: u64,
    pub coverage: Coverage,
    pub comparison: Comparison,
}

impl Place {
    pub(super) fn tally<'a>(&self, tally: &'a mut Tally) -> &'a mut PolicyTally {
        &mut tally.jobs[self.job].policies[self.policy]
    }

    /// Counts cases that the oracles' steps settled.
    pub fn count_steps(&self, cases: u64, tally: &mut Tally) {
        let counts = self.tally(tally);
        counts.cases += cases;
        for (oracle, counts) in counts.oracles.iter_mut().enumerate() {
            counts.stepped += cases * u64::from(self.coverage.oracle(oracle));
        }
    }

    /// Counts cases that the oracles computed.
    fn count(&self, cases: u64, tally: &mut Tally) {
        let counts = self.tally(tally);
        counts.cases += cases;
        for (oracle, counts) in counts.oracles.iter_mut().enumerate() {
            counts.compared += cases * u64::from(self.coverage.oracle(oracle));
        }
    }

    /// Counts how often each flag was compared.
    fn count_flags(&self, flags: FlagCounts, tally: &mut Tally) {
        for (all, more) in self.tally(tally).flags.iter_mut().zip(flags) {
            *all += more;
        }
    }
}

/// Operands and answers of a batch.
pub struct Batch {
    pub(super) operands: Vec<Operands>,
    pub(super) got: Vec<Answer>,
    pub(super) said: Vec<Vec<Answer>>,
    /// The flags of each case that were compared with some oracle.
    compared: Vec<u8>,
    /// The oracles that have no answer to each case though they cover the task, a bit each.
    pub(super) silent: Vec<u64>,
    /// The mismatches, if all of them are wanted.
    pub(super) logged: Vec<Logged>,
    /// Says where an erratum holds.
    pub(super) judge: Definition,
    /// Says which mismatches flushing explains, where the subject is a device.
    pub(super) flushing: Option<Flushing>,
}

impl Batch {
    pub fn new(oracles: usize, subject: &dyn Engine) -> Batch {
        let (size, subject) = (subject.at_once().max(CHUNK as usize), subject.origin());
        Batch {
            operands: Vec::with_capacity(size),
            got: vec![Answer::default(); size],
            said: vec![vec![Answer::default(); size]; oracles],
            compared: vec![0; size],
            silent: vec![0; size],
            logged: Vec::new(),
            judge: Definition::default(),
            flushing: (subject == Origin::Device).then(Flushing::default),
        }
    }

    /// Takes the operands of some cases.
    pub fn draw(&mut self, cases: &dyn Cases, range: Range<u64>) {
        self.operands.clear();
        cases.extend(&mut self.operands, range);
    }

    /// Asks the subject and every oracle that covers the task, and compares.
    ///
    /// A subject that fails has been asked for the last time: of its last batch, what it did answer is compared.
    pub fn compare(
        &mut self,
        engines: &mut Engines,
        place: &Place,
        shared: &Shared<'_>,
        tally: &mut Tally,
    ) -> Result<(), EngineError> {
        let count = self.operands.len();
        let asked = engines.subject.run(&place.task, &self.operands, &mut self.got[..count]);
        if asked.is_err() {
            self.operands.truncate(engines.subject.answered());
        }
        let count = self.operands.len();
        if count > 0 {
            for (index, oracle) in engines.oracles.iter_mut().enumerate() {
                if place.coverage.oracle(index) {
                    oracle.run(&place.task, &self.operands, &mut self.said[index][..count])?;
                }
            }
            place.count(count as u64, tally);
            self.leave_out(engines, place, tally);
            let differs = self.differs(place);
            tally.reported |= self.got[..count].iter().fold(Flags::NONE, |all, answer| all | answer.known);
            place.count_flags(flag_counts(&self.compared[..count]), tally);
            if differs {
                self.record(place, shared, tally);
            }
        }
        asked
    }

    /// Tells an observer the cases that the subject answered.
    pub fn observe(&self, subject: &dyn Engine, task: &Task, observer: Observer<'_>) {
        let mut unanswered = Vec::new();
        subject.unanswered(task, &self.operands, &mut unanswered);
        if unanswered.is_empty() {
            return observer(task, &self.operands);
        }
        let cases = self.operands.iter().enumerate().filter(|(case, _)| !unanswered.contains(case));
        observer(task, &cases.map(|(_, operands)| *operands).collect::<Vec<_>>());
    }

    /// Leaves out what an engine has no answer to: the oracle's place is taken by the subject's answer, and the case is not counted as compared.
    fn leave_out(&mut self, engines: &Engines, place: &Place, tally: &mut Tally) {
        let mut by_subject = Vec::new();
        engines.subject.unanswered(&place.task, &self.operands, &mut by_subject);
        let covering = (0..engines.oracles.len()).filter(|oracle| place.coverage.oracle(*oracle));
        self.silent.fill(0);
        for oracle in covering.clone() {
            let mut cases = by_subject.clone();
            engines.oracles[oracle].unanswered(&place.task, &self.operands, &mut cases);
            cases.sort_unstable();
            cases.dedup();
            if cases.is_empty() {
                continue;
            }
            for &case in &cases {
                self.said[oracle][case] = Answer { known: Flags::NONE, ..self.got[case] };
                self.silent[case] |= 1 << oracle;
            }
            let counts = &mut place.tally(tally).oracles[oracle];
            counts.unanswered += cases.len() as u64;
            counts.compared -= cases.len() as u64;
        }
        let silent = |of: &&u64| **of == place.coverage.oracles;
        let alone = self.silent[..self.operands.len()].iter().filter(silent).count() as u64;
        let counts = place.tally(tally);
        counts.unanswered += alone;
        counts.cases -= alone;
    }

    /// The same with the oracles' steps in the place of their answers.
    pub fn compare_with_steps(
        &mut self,
        subject: &mut dyn Engine,
        place: &Place,
        steps: &[Option<&Steps>],
        shared: &Shared<'_>,
        tally: &mut Tally,
    ) -> Result<(), EngineError> {
        let count = self.operands.len();
        self.silent.fill(0);
        subject.run(&place.task, &self.operands, &mut self.got[..count])?;
        for (said, steps) in self.said.iter_mut().zip(steps) {
            let Some(steps) = steps else { continue };
            for (said, case) in said.iter_mut().zip(&self.operands) {
                *said = steps.answer(case.codes[0]);
            }
        }
        let differs = self.differs(place);
        place.count_steps(count as u64, tally);
        if differs {
            self.record(place, shared, tally);
        }
        Ok(())
    }

    /// Whether any oracle differs from the subject in any case; also notes which flags were compared.
    fn differs(&mut self, place: &Place) -> bool {
        let count = self.operands.len();
        let Comparison { flags: mask, .. } = place.comparison;
        let (got, compared) = (&self.got[..count], &mut self.compared[..count]);
        compared.fill(0);
        let mut differs = false;
        for (index, said) in self.said.iter().enumerate() {
            if !place.coverage.oracle(index) {
                continue;
            }
            let said = &said[..count];
            let mut equal = true;
            for ((a, b), compared) in got.iter().zip(said).zip(compared.iter_mut()) {
                let known = a.known.bits() & b.known.bits() & mask.bits();
                equal &= (a.code == b.code) & ((a.flags.bits() ^ b.flags.bits()) & known == 0) & !a.undefined;
                *compared |= known;
            }
            let agree = |(a, b)| place.comparison.agrees(&place.task, a, b);
            differs |= !equal && !got.iter().zip(said).all(agree);
        }
        differs
    }
}

/// How many cases have each flag.
fn flag_counts(cases: &[u8]) -> FlagCounts {
    let (all, any) = cases.iter().fold((31, 0), |(all, any), case| (all & case, any | case));
    core::array::from_fn(|bit| match (all >> bit & 1, any >> bit & 1) {
        (1, _) => cases.len() as u64,
        (_, 0) => 0,
        _ => cases.iter().map(|case| u64::from(case >> bit & 1)).sum(),
    })
}
