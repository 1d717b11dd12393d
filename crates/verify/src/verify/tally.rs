//! What threads count: sums and the first mismatches, so that the order of work does not show.

use std::time::Duration;

use super::{Job, Mismatch};

/// Counts of one job.
#[derive(Clone, Debug)]
pub struct JobTally {
    /// Cases compared with at least one oracle, each policy counted.
    pub cases: u64,
    /// Cases compared, an oracle each.
    pub compared: Vec<u64>,
    /// Cases in which the subject differs, an oracle each.
    pub differs: Vec<u64>,
    /// Cases in which the subject differs from some oracle, a policy each.
    pub by_policy: Vec<u64>,
    /// Disagreements that known exceptions excuse: a policy each, an oracle each within.
    pub excused: Vec<u64>,
    /// Those of the lowest case numbers, sorted.
    pub first: Vec<Mismatch>,
    /// Time spent, all threads added.
    pub busy: Duration,
}

/// Counts of all jobs.
#[derive(Clone, Debug)]
pub struct Tally {
    pub jobs: Vec<JobTally>,
    keep: usize,
}

impl Tally {
    pub fn new(jobs: &[Job], oracles: usize, keep: usize) -> Tally {
        let empty = |job: &Job| JobTally {
            cases: 0,
            compared: vec![0; oracles],
            differs: vec![0; oracles],
            by_policy: vec![0; job.policies().len()],
            excused: vec![0; job.policies().len() * oracles],
            first: Vec::new(),
            busy: Duration::ZERO,
        };
        Tally { jobs: jobs.iter().map(empty).collect(), keep }
    }

    /// Whether a mismatch at this place would be kept.
    pub fn keeps(&self, job: usize, order: (u64, usize)) -> bool {
        let first = &self.jobs[job].first;
        first.len() < self.keep || first.last().is_some_and(|last| order < last.order())
    }

    pub fn keep(&mut self, job: usize, mismatch: Mismatch) {
        let first = &mut self.jobs[job].first;
        let place = first.partition_point(|m| m.order() < mismatch.order());
        first.insert(place, mismatch);
        first.truncate(self.keep);
    }

    /// Adds another thread's counts.
    pub fn add(&mut self, other: Tally) {
        for (index, theirs) in other.jobs.into_iter().enumerate() {
            let ours = &mut self.jobs[index];
            ours.cases += theirs.cases;
            ours.busy += theirs.busy;
            add_all(&mut ours.compared, &theirs.compared);
            add_all(&mut ours.differs, &theirs.differs);
            add_all(&mut ours.by_policy, &theirs.by_policy);
            add_all(&mut ours.excused, &theirs.excused);
            for mismatch in theirs.first {
                if self.keeps(index, mismatch.order()) {
                    self.keep(index, mismatch);
                }
            }
        }
    }
}

fn add_all(ours: &mut [u64], theirs: &[u64]) {
    for (a, b) in ours.iter_mut().zip(theirs) {
        *a += b;
    }
}
