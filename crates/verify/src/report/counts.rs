//! The counts of a run, as printed, exported and parsed.

use halfulp::{Facts, Policy};
use serde::{Deserialize, Serialize};

use super::waivers::Waived;
use crate::engine::Origin;
use crate::verify::{Comparison, Covered, FlagCounts, OracleCounts};

/// The verdict of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All tasks that the subject covers were compared and agree; tasks that it does not cover are listed.
    Agree,
    /// All mismatches are accepted by waivers, of which none has expired or is stale.
    AsWaived,
    /// There are no cases, as in an empty shard: nothing agrees and nothing differs.
    NothingCompared,
    /// There are mismatches that no waiver accepts, an erratum differs from the list, or a waiver has expired or is stale.
    Differ,
    /// No mismatch was found, but not all cases were compared.
    Undecided,
}

/// An engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// The origin of its answers.
    pub origin: Origin,
    /// What tells it from others of the same name, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// An oracle and its counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oracle {
    /// Its name.
    pub name: String,
    /// The origin of its answers.
    pub origin: Origin,
    /// What tells it from others of the same name, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The third party's share of its answers, if any.
    pub by_third_party: Option<String>,
    /// The adapter's share of its answers, if any.
    pub by_adapter: Option<String>,
    /// Its counts.
    #[serde(flatten)]
    pub totals: OracleTotals,
}

/// The counts of an oracle in a whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OracleTotals {
    /// Cases that it computed, counted per policy.
    pub compared: u64,
    /// Cases inferred from the steps between results that it computed.
    pub stepped: u64,
    /// Cases to which it or the subject has no answer: they were not compared.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unanswered: u64,
    /// Cases in which the subject differs from it.
    pub differs: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl OracleTotals {
    /// Adds the counts of one policy.
    pub(super) fn add(&mut self, counts: &OracleCounts) {
        self.compared += counts.compared;
        self.stepped += counts.stepped;
        self.unanswered += counts.unanswered;
        self.differs += counts.differs;
    }
}

/// The number of comparisons of each flag with some oracle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagTable {
    /// Invalid.
    pub v: u64,
    /// Division by zero, which TestFloat calls infinite.
    pub i: u64,
    /// Overflow.
    pub o: u64,
    /// Underflow.
    pub u: u64,
    /// Inexact.
    pub x: u64,
}

impl From<FlagCounts> for FlagTable {
    fn from([x, u, o, i, v]: FlagCounts) -> FlagTable {
        FlagTable { v, i, o, u, x }
    }
}

impl FlagTable {
    /// Every flag with its letter.
    #[must_use]
    pub fn letters(&self) -> [(char, u64); 5] {
        [('v', self.v), ('i', self.i), ('o', self.o), ('u', self.u), ('x', self.x)]
    }

    /// The letters of the flags that were never compared.
    #[must_use]
    pub fn never(&self) -> String {
        self.letters().into_iter().filter(|(_, count)| *count == 0).map(|(letter, _)| letter).collect()
    }

    pub(super) fn add(&mut self, other: &FlagTable) {
        self.v += other.v;
        self.i += other.i;
        self.o += other.o;
        self.u += other.u;
        self.x += other.x;
    }
}

/// A format with its name in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedFacts {
    /// Its name.
    pub name: String,
    /// Its facts.
    pub facts: Facts,
}

/// The part of a run: number `index` of `of`, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The number of the part, counted from 1.
    pub index: u64,
    /// The number of parts.
    pub of: u64,
}

/// The counts of one line of the report, that is, of a format.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Tasks compared, counted per policy.
    pub tasks: u64,
    /// Cases compared, counted per policy.
    pub cases: u64,
    /// Compared cases in which third-party arithmetic, rounding or recorded results contributed to the answer of some oracle.
    pub third_party: u64,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// How many of them are waived.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waived: u64,
    /// The time in seconds, as if it had the machine to itself.
    pub seconds: f64,
}

/// The counts of one job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobCounts {
    /// The group in which it is counted.
    pub group: String,
    /// Operation and formats, in words.
    pub task: String,
    /// The operation.
    pub op: String,
    /// The format of each operand.
    pub operands: Vec<String>,
    /// The format of the result; `None` if it is a truth value or a class.
    pub result: Option<String>,
    /// The selection of cases.
    pub selection: String,
    /// The seed of random cases and of noise.
    pub seed: u64,
    /// The comparison of answers.
    pub comparison: Comparison,
    /// Cases compared, counted per policy.
    pub cases: u64,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// How many of them are waived.
    pub waived: u64,
    /// The time in seconds.
    pub seconds: f64,
    /// The counts of each policy.
    pub policies: Vec<PolicyCounts>,
}

/// The counts of one policy of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyCounts {
    /// The policy, as its position in the summary's list.
    pub policy: usize,
    /// Whether it could be compared.
    pub covered: Covered,
    /// The number of cases to run.
    pub planned: u64,
    /// Cases compared with at least one oracle.
    pub cases: u64,
    /// Compared cases in which third-party work contributed to the answer of some oracle.
    pub third_party: u64,
    /// Cases in which the subject and some oracle disagree.
    pub mismatches: u64,
    /// How many of them are waived.
    pub waived: u64,
    /// What each waiver that is about the task came to.
    pub waivers: Vec<Waived>,
    /// How often each flag was compared.
    pub flags: FlagTable,
    /// The counts of each oracle, in the order of the summary's.
    pub oracles: Vec<OracleCounts>,
}

impl PolicyCounts {
    /// Whether the same engines cover the task in another part of its cases, as far as both parts have any: an oracle may cover more on one machine than on
    /// another.
    pub(crate) fn is_covered_as(&self, other: &PolicyCounts) -> bool {
        let asked = |counts: &PolicyCounts| -> Vec<bool> {
            let oracles = counts.oracles.iter();
            oracles.map(|oracle| (oracle.compared, oracle.stepped, oracle.unanswered) != (0, 0, 0)).collect()
        };
        let both = self.cases > 0 && other.cases > 0;
        self.covered == other.covered
            && self.oracles.len() == other.oracles.len()
            && (!both || asked(self) == asked(other))
    }

    /// Adds those of another part of the cases.
    pub(crate) fn add(&mut self, other: &PolicyCounts) {
        self.planned += other.planned;
        self.cases += other.cases;
        self.third_party += other.third_party;
        self.mismatches += other.mismatches;
        self.waived += other.waived;
        for (ours, theirs) in self.waivers.iter_mut().zip(&other.waivers) {
            ours.counts.add(&theirs.counts);
        }
        self.flags.add(&other.flags);
        for (ours, theirs) in self.oracles.iter_mut().zip(&other.oracles) {
            ours.add(theirs);
        }
    }
}

/// What was not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCompared {
    /// The letters of the flags that were compared in no case.
    pub flags: String,
    /// Tasks, each policy counted, that the subject does not cover.
    pub not_by_subject: u64,
    /// Tasks, each policy counted, that the subject covers and no oracle does.
    pub not_by_oracles: u64,
    /// Cases that were not run, because the run ended before.
    pub unfinished: u64,
}

/// What an erratum of an oracle meant for one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErratumCounts {
    /// The position of the job.
    pub job: usize,
    /// Operation and formats.
    pub task: String,
    /// The policy.
    #[serde(with = "super::policy")]
    pub policy: Policy,
    /// The oracle.
    pub engine: String,
    /// What is wrong with it.
    pub reason: String,
    /// Wrong answers that were excused, because another oracle confirmed the subject.
    pub excused: u64,
    /// Wrong answers against which nothing confirmed the subject: these are mismatches.
    pub unconfirmed: u64,
    /// Wrong answers that the subject gave as well.
    pub shared: u64,
    /// How many wrong answers there must be in all cases; `None` where that is not known.
    pub listed: Option<u64>,
    /// Whether there were more or fewer.
    pub changed: bool,
}
