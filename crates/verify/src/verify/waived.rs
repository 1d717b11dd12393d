//! Mismatches that are accepted: what a run asks of a list of waivers, and what it counts.

use halfulp::{Operands, Task};
use serde::{Deserialize, Serialize};

use super::{Comparison, Job};
use crate::engine::Answer;

/// What reports say of a waiver.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WaiverFacts {
    /// The name by which it is known.
    pub id: String,
    /// Why the deviation is accepted.
    pub reason: String,
    /// The last day on which it holds, as `2027-06-30`, or `never`.
    pub expires: String,
    /// Whether that day has passed: then it waives nothing.
    pub expired: bool,
    /// How many mismatches it must waive in all cases of its tasks, if that is said.
    pub count: Option<u64>,
    /// The SHA-256 of the tasks and cases that it is about and of the answers that it accepts.
    pub sha256: String,
}

/// A mismatch that may be waived.
#[derive(Clone, Copy, Debug)]
pub struct Questioned<'a> {
    /// The operands.
    pub operands: Operands,
    /// The subject's answer.
    pub got: &'a Answer,
    /// The answer of the first oracle that contradicts it.
    pub want: &'a Answer,
    /// Which differences count.
    pub comparison: &'a Comparison,
}

/// What a waiver says of a mismatch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    /// Nothing: it is not about such cases, or expects of them what the oracle does.
    No,
    /// It is about such cases, and this is the answer that it accepts.
    Accepted,
    /// It is about such cases and accepts another answer.
    Other,
}

/// What a waiver says of the mismatches of one task.
pub type Judge = Box<dyn Fn(&Questioned<'_>) -> Fit + Send + Sync>;

/// A list of waivers.
pub trait Waivers {
    /// What reports say of each.
    fn facts(&self) -> Vec<WaiverFacts>;

    /// The waivers that are about a task: their positions in the list, in order.
    fn of(&self, task: &Task) -> Vec<(usize, Judge)>;
}

/// What a waiver came to under one policy of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WaivedCounts {
    /// Mismatches with the answer that it accepts. Where several waivers accept one, the first counts.
    pub accepted: u64,
    /// Mismatches of the cases that it is about with other answers, which no waiver accepts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl WaivedCounts {
    /// Adds others, of another part of the cases.
    pub fn add(&mut self, other: &WaivedCounts) {
        self.accepted += other.accepted;
        self.others += other.others;
    }
}

/// The waivers of a run, by job and policy.
#[derive(Default)]
pub struct Waived {
    pub facts: Vec<WaiverFacts>,
    judges: Vec<Vec<Vec<(usize, Judge)>>>,
}

impl Waived {
    pub fn new(waivers: &dyn Waivers, jobs: &[Job]) -> Waived {
        let of_job = |job: &Job| {
            let tasks = job.policies().iter().map(|policy| job.task().with_policy(*policy));
            tasks.map(|task| waivers.of(&task)).collect()
        };
        Waived { facts: waivers.facts(), judges: jobs.iter().map(of_job).collect() }
    }

    /// The waivers that are about a job's task under one of its policies.
    pub fn judges(&self, job: usize, policy: usize) -> &[(usize, Judge)] {
        self.judges.get(job).and_then(|policies| policies.get(policy)).map_or(&[], Vec::as_slice)
    }

    /// The waiver by which a mismatch is waived; counts what the waivers say of it.
    pub fn takes(
        &self,
        place: (usize, usize),
        asked: &Questioned<'_>,
        counts: &mut [WaivedCounts],
    ) -> Option<usize> {
        let said = self.judges(place.0, place.1).iter().map(|(waiver, judge)| (*waiver, judge(asked)));
        let mut others = Vec::new();
        for (waiver, fit) in said {
            match fit {
                Fit::No => {}
                Fit::Other => others.push(waiver),
                Fit::Accepted => {
                    counts[waiver].accepted += 1;
                    return (!self.facts[waiver].expired).then_some(waiver);
                }
            }
        }
        others.into_iter().for_each(|waiver| counts[waiver].others += 1);
        None
    }
}
