//! A job in documents: the policies whose counts are the same stand together, since most of them are.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::counts::{FlagTable, JobCounts, PolicyCounts};
use super::waivers::Waived;
use crate::verify::{Comparison, Covered, OracleCounts};

/// The counts of a job as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JobDocument {
    group: String,
    task: String,
    op: String,
    operands: Vec<String>,
    result: Option<String>,
    selection: String,
    seed: u64,
    comparison: Comparison,
    cases: u64,
    mismatches: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    waived: u64,
    seconds: f64,
    /// The positions of all its policies in the summary's list, in the order of the job.
    policies: Vec<usize>,
    counts: Vec<Alike>,
}

/// The counts of each of some policies, not of all together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alike {
    policies: Vec<usize>,
    covered: Covered,
    planned: u64,
    cases: u64,
    third_party: u64,
    mismatches: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    waived: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    waivers: Vec<Waived>,
    flags: FlagTable,
    oracles: Vec<OracleCounts>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Alike {
    fn of(counts: PolicyCounts) -> Alike {
        let PolicyCounts {
            policy,
            covered,
            planned,
            cases,
            third_party,
            mismatches,
            waived,
            waivers,
            flags,
            oracles,
        } = counts;
        Alike {
            policies: vec![policy],
            covered,
            planned,
            cases,
            third_party,
            mismatches,
            waived,
            waivers,
            flags,
            oracles,
        }
    }

    fn of_policy(&self, policy: usize) -> PolicyCounts {
        PolicyCounts {
            policy,
            covered: self.covered,
            planned: self.planned,
            cases: self.cases,
            third_party: self.third_party,
            mismatches: self.mismatches,
            waived: self.waived,
            waivers: self.waivers.clone(),
            flags: self.flags,
            oracles: self.oracles.clone(),
        }
    }
}

impl Serialize for JobCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JobDocument::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JobCounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JobCounts, D::Error> {
        JobCounts::try_from(JobDocument::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl From<JobCounts> for JobDocument {
    fn from(job: JobCounts) -> JobDocument {
        let policies = job.policies.iter().map(|counts| counts.policy).collect();
        let mut counts: Vec<Alike> = Vec::new();
        for own in job.policies {
            match counts.iter_mut().find(|alike| alike.of_policy(own.policy) == own) {
                Some(alike) => alike.policies.push(own.policy),
                None => counts.push(Alike::of(own)),
            }
        }
        JobDocument {
            group: job.group,
            task: job.task,
            op: job.op,
            operands: job.operands,
            result: job.result,
            selection: job.selection,
            seed: job.seed,
            comparison: job.comparison,
            cases: job.cases,
            mismatches: job.mismatches,
            waived: job.waived,
            seconds: job.seconds,
            policies,
            counts,
        }
    }
}

impl TryFrom<JobDocument> for JobCounts {
    type Error = String;

    fn try_from(job: JobDocument) -> Result<JobCounts, String> {
        let wrong = |what: &str| format!("the job {}, {}: {what}", job.task, job.selection);
        let mut found: HashMap<usize, PolicyCounts> = HashMap::new();
        for alike in &job.counts {
            for &policy in &alike.policies {
                if found.insert(policy, alike.of_policy(policy)).is_some() {
                    return Err(wrong("it has two counts of one policy"));
                }
            }
        }
        let counts = job.policies.iter().map(|policy| found.remove(policy));
        let policies = counts.collect::<Option<Vec<PolicyCounts>>>();
        let policies = policies.ok_or_else(|| wrong("it has a policy without counts, or one twice"))?;
        if !found.is_empty() {
            return Err(wrong("it has counts of a policy that is none of its own"));
        }
        Ok(JobCounts {
            group: job.group,
            task: job.task,
            op: job.op,
            operands: job.operands,
            result: job.result,
            selection: job.selection,
            seed: job.seed,
            comparison: job.comparison,
            cases: job.cases,
            mismatches: job.mismatches,
            waived: job.waived,
            seconds: job.seconds,
            policies,
        })
    }
}
