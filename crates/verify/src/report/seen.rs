//! What a run knows of its mismatches beyond its documents: whose answers they are.

use halfulp::Policy;

use crate::engine::definition::answer;
use crate::engine::{Answer, Origin};
use crate::verify::{Comparison, FlushCounts, Mismatch, Report};

/// Whose answers the mismatches of a device are. Empty for a report that was read or merged.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// How many mismatches under each policy of the summary flushing explains.
    pub flushed: Vec<FlushCounts>,
    /// For each mismatch that was kept for explanation, the policies of the summary by which it would be right.
    pub answered_as: Vec<Vec<usize>>,
}

impl Seen {
    /// Of a run, and the policies of its summary.
    pub(super) fn of(report: &Report, policies: &[Policy]) -> Seen {
        if report.subject_origin != Origin::Device {
            return Seen::default();
        }
        let mut flushed = vec![FlushCounts::default(); policies.len()];
        for found in report.jobs.iter().flat_map(|job| &job.policies) {
            let of = policies.iter().zip(&mut flushed).filter(|(policy, _)| **policy == found.policy);
            for (all, more) in of.flat_map(|(_, counts)| counts.iter_mut().zip(found.flushed)) {
                *all += more;
            }
        }
        let answered_as = report.jobs.iter().flat_map(|job| {
            job.first.iter().map(|mismatch| {
                (0..policies.len()).filter(|k| is_right(mismatch, &job.comparison, &policies[*k])).collect()
            })
        });
        Seen { flushed, answered_as: answered_as.collect() }
    }

    /// Whether each mismatch at hand, of which there are some, would be right by one of these policies.
    pub(super) fn all_answered_as(&self, is_of_them: impl Fn(usize) -> bool) -> bool {
        let explained = |as_policies: &Vec<usize>| as_policies.iter().any(|policy| is_of_them(*policy));
        !self.answered_as.is_empty() && self.answered_as.iter().all(explained)
    }
}

/// Whether a mismatch has the right answer by another policy.
fn is_right(mismatch: &Mismatch, comparison: &Comparison, policy: &Policy) -> bool {
    let task = mismatch.task.with_policy(*policy);
    let want = task.check().is_ok().then(|| answer(&task, mismatch.operands)).flatten();
    want.is_some_and(|want| comparison.agrees(&task, &mismatch.got, &Answer::full(want)))
}
