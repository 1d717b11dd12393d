//! The counts of threads: sums, and mismatches for explanation, which do not depend on the order of work.

use std::time::Duration;

use halfulp::Flags;
use serde::{Deserialize, Serialize};

use super::kept::Kept;
use super::{Difference, FlushCounts, Job, Mismatch, WaivedCounts};

/// What was compared with one oracle under one policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct OracleCounts {
    /// Cases that the oracle computed.
    pub compared: u64,
    /// Cases inferred from the steps between results that the oracle computed: rounding is monotone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub stepped: u64,
    /// Cases to which the oracle or the subject has no answer though it covers the task: they were not compared.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unanswered: u64,
    /// Cases in which the subject differs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub differs: u64,
    /// Cases in which the oracle gave the answer that an erratum knows to be wrong, and another confirmed the subject.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excused: u64,
    /// The same, where none confirmed it: they are among those that differ.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unconfirmed: u64,
    /// Cases in which the subject gave the wrong answer as well.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shared: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl OracleCounts {
    /// Adds others, of another part of the cases.
    pub fn add(&mut self, other: &OracleCounts) {
        self.compared += other.compared;
        self.stepped += other.stepped;
        self.unanswered += other.unanswered;
        self.differs += other.differs;
        self.excused += other.excused;
        self.unconfirmed += other.unconfirmed;
        self.shared += other.shared;
    }
}

/// How often each flag was compared with some oracle: inexact, underflow, overflow, division by zero, invalid, as the
/// bits of [`Flags`](halfulp::Flags) are.
pub type FlagCounts = [u64; 5];

/// Counts of one policy of a job.
#[derive(Clone, Debug)]
pub struct PolicyTally {
    /// Cases compared with at least one oracle.
    pub cases: u64,
    /// Cases that could be compared with no oracle, because the subject or all of them have no answer.
    pub unanswered: u64,
    /// Cases in which the subject differs from some oracle.
    pub mismatches: u64,
    /// How many of the mismatches are waived.
    pub waived: u64,
    /// What each waiver came to.
    pub waivers: Vec<WaivedCounts>,
    /// How many of the others flushing explains.
    pub flushed: FlushCounts,
    /// How often each flag was compared.
    pub flags: FlagCounts,
    /// An oracle each.
    pub oracles: Vec<OracleCounts>,
}

/// Counts of one job.
#[derive(Clone, Debug)]
pub struct JobTally {
    /// A policy each.
    pub policies: Vec<PolicyTally>,
    /// Mismatches for explanation.
    pub kept: Kept,
    /// Time spent, all threads added.
    pub busy: Duration,
}

/// Counts of all jobs.
#[derive(Clone, Debug)]
pub struct Tally {
    pub jobs: Vec<JobTally>,
    /// The flags that the subject could tell in some case.
    pub reported: Flags,
    keep: usize,
}

impl Tally {
    pub fn new(jobs: &[Job], oracles: usize, waivers: usize, keep: usize) -> Tally {
        let none = PolicyTally {
            cases: 0,
            unanswered: 0,
            mismatches: 0,
            waived: 0,
            waivers: vec![WaivedCounts::default(); waivers],
            flushed: FlushCounts::default(),
            flags: FlagCounts::default(),
            oracles: vec![OracleCounts::default(); oracles],
        };
        let empty = |job: &Job| JobTally {
            policies: vec![none.clone(); job.policies().len()],
            kept: Kept::default(),
            busy: Duration::ZERO,
        };
        Tally { jobs: jobs.iter().map(empty).collect(), reported: Flags::NONE, keep }
    }

    /// Whether a mismatch would be kept.
    pub fn keeps(&self, job: usize, order: (u64, usize), difference: &Difference) -> bool {
        self.jobs[job].kept.wants(self.keep, order, difference)
    }

    pub fn keep(&mut self, job: usize, mismatch: Mismatch) {
        self.jobs[job].kept.add(self.keep, mismatch);
    }

    /// Adds another thread's counts.
    pub fn add(&mut self, other: Tally) {
        self.reported |= other.reported;
        for (index, theirs) in other.jobs.into_iter().enumerate() {
            let ours = &mut self.jobs[index];
            ours.busy += theirs.busy;
            for (ours, theirs) in ours.policies.iter_mut().zip(&theirs.policies) {
                ours.add(theirs);
            }
            ours.kept.extend(self.keep, theirs.kept);
        }
    }
}

impl PolicyTally {
    fn add(&mut self, other: &PolicyTally) {
        self.cases += other.cases;
        self.unanswered += other.unanswered;
        self.mismatches += other.mismatches;
        self.waived += other.waived;
        for (ours, theirs) in self.waivers.iter_mut().zip(&other.waivers) {
            ours.add(theirs);
        }
        for (ours, theirs) in self.flushed.iter_mut().zip(other.flushed) {
            *ours += theirs;
        }
        for (ours, theirs) in self.flags.iter_mut().zip(other.flags) {
            *ours += theirs;
        }
        for (ours, theirs) in self.oracles.iter_mut().zip(&other.oracles) {
            ours.add(theirs);
        }
    }
}
