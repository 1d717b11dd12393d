//! Coverage as a document: what a file has of it, and what text and page are made from.

use halfulp::{Format, Policy, Task};
use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::counts::Counts;
use super::group::{Group, places, size};
use super::model::VERSION;
use super::proof::{Proof, Why};
use crate::report::{FormatName, NamedFacts};

/// The schema of a document: `docs/schema/halfulp.coverage-1.json`.
pub const SCHEMA: &str = "halfulp.coverage/1";

/// Coverage of some tasks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of this program.
    pub version: String,
    /// The command line; of several that were merged, the last.
    pub command: Vec<String>,
    /// The version of the models.
    pub model: u32,
    /// The formats, by the names that the tasks have for them.
    pub formats: Vec<NamedFacts>,
    /// The tasks, each under its policy.
    pub tasks: Vec<TaskCoverage>,
}

/// Coverage of a task.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskCoverage {
    /// The operation.
    pub op: String,
    /// The names of the operands' formats.
    pub operands: Vec<String>,
    /// The name of the result's format; none of a truth value or class.
    pub result: Option<String>,
    /// The policy.
    #[serde(with = "crate::report::policy")]
    pub policy: Policy,
    /// Where the cases come from.
    pub sources: Vec<Source>,
    /// The number of cases.
    pub cases: u64,
    /// The number of all cases, if all were tried to find out which bins are reachable.
    pub exhausted: Option<u64>,
    /// The groups of bins.
    pub groups: Vec<GroupCounts>,
}

/// The verb that chose cases. What it takes for a shard is its own: of `vectors` consecutive rows, of `verify` blocks at equal distances.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chooser {
    /// `halfulp verify`.
    Verify,
    /// `halfulp vectors`.
    Vectors,
    /// `halfulp check`: cases of a file, whoever chose them.
    Check,
}

impl Chooser {
    /// The name of the verb.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Chooser::Verify => "verify",
            Chooser::Vectors => "vectors",
            Chooser::Check => "check",
        }
    }
}

/// Where cases come from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The verb that chose them.
    pub origin: Chooser,
    /// The selection: `edge`, `random:1000`; or `listed` of those of a file.
    pub cases: String,
    /// The seed.
    pub seed: u64,
    /// The shard `i/n`, if it is a part.
    pub shard: Option<String>,
    /// The number of cases.
    pub counted: u64,
    /// A fingerprint of the cases, whatever their order.
    pub fingerprint: String,
}

/// The counts of a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupCounts {
    /// Its identifier.
    pub id: String,
    /// What it counts.
    pub title: String,
    /// The models of the literature that it stands for.
    pub models: Vec<String>,
    /// What its bins are told apart by; a bin is a combination, the last axis fastest.
    pub axes: Vec<Axis>,
    /// How often each bin was hit.
    pub counts: Vec<u64>,
    /// The bins that no case can hit.
    pub unreachable: Vec<Unreachable>,
}

/// Bins that no case can hit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreachable {
    /// How that is known.
    pub why: String,
    /// The bins.
    pub bins: Vec<usize>,
}

/// How many bins there are of each kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// All.
    pub bins: usize,
    /// Those that were hit.
    pub hit: usize,
    /// Those that no case can hit.
    pub unreachable: usize,
    /// The rest.
    pub empty: usize,
    /// Those that were hit though it was said that no case can.
    pub contradicted: usize,
}

impl Totals {
    fn add(self, other: Totals) -> Totals {
        Totals {
            bins: self.bins + other.bins,
            hit: self.hit + other.hit,
            unreachable: self.unreachable + other.unreachable,
            empty: self.empty + other.empty,
            contradicted: self.contradicted + other.contradicted,
        }
    }
}

/// What is done with each bin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    Hit,
    Unreachable,
    Empty,
}

/// The most cases that are tried in all for the sake of proofs: four tasks of three operands of 8 bits.
const TRIED: u64 = 1 << 26;

impl Document {
    /// The coverage of some tasks. `source` is what is known of a task's cases, but for their number and fingerprint.
    ///
    /// Which bins are unreachable is found out by trying all cases where these are few enough, for task after task until 2^26 cases were
    /// tried, and by arguments otherwise.
    #[must_use]
    pub fn of(
        counts: &[Counts],
        name: FormatName<'_>,
        source: &dyn Fn(&Task) -> Source,
        command: Vec<String>,
    ) -> Document {
        let mut left = TRIED;
        let mut formats: Vec<NamedFacts> = Vec::new();
        let mut tasks = Vec::new();
        for counts in counts {
            let task = counts.model().task();
            let all = super::exhaust::count(task).filter(|cases| *cases <= left);
            left -= all.unwrap_or(0);
            let proof = all.and_then(|_| Proof::by_exhaustion(counts.model()));
            let proof = proof.unwrap_or_else(|| Proof::by_argument(counts.model()));
            let result = (!task.op.is_query()).then_some(&task.result);
            for format in task.operands[..task.op.arity()].iter().chain(result) {
                let named = NamedFacts { name: name(format), facts: format.facts() };
                if !formats.contains(&named) {
                    formats.push(named);
                }
            }
            tasks.push(of_task(counts, &proof, name, source(task)));
        }
        let version = env!("CARGO_PKG_VERSION").into();
        Document { schema: SCHEMA.into(), version, command, model: VERSION, formats, tasks }
    }

    /// The bins of all tasks.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.tasks.iter().map(TaskCoverage::totals).fold(Totals::default(), Totals::add)
    }
}

impl TaskCoverage {
    /// Its bins.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.groups.iter().map(GroupCounts::totals).fold(Totals::default(), Totals::add)
    }
}

impl GroupCounts {
    /// What is done with each bin.
    pub(super) fn states(&self) -> Vec<State> {
        let of_count = |count: &u64| if *count > 0 { State::Hit } else { State::Empty };
        let mut states: Vec<State> = self.counts.iter().map(of_count).collect();
        for &bin in self.unreachable.iter().flat_map(|part| &part.bins) {
            if states[bin] == State::Empty {
                states[bin] = State::Unreachable;
            }
        }
        states
    }

    /// Its bins.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals { bins: self.counts.len(), ..Totals::default() };
        for state in self.states() {
            match state {
                State::Hit => totals.hit += 1,
                State::Unreachable => totals.unreachable += 1,
                State::Empty => totals.empty += 1,
            }
        }
        let said = self.unreachable.iter().flat_map(|part| &part.bins);
        totals.contradicted = said.filter(|bin| self.counts[**bin] > 0).count();
        totals
    }

    /// The values of a bin, an axis each.
    pub(super) fn values(&self, bin: usize) -> Vec<(&str, &str)> {
        let places = places(&self.axes, bin);
        self.axes.iter().zip(places).map(|(axis, place)| (&*axis.name, &*axis.values[place])).collect()
    }

    /// Whether counts and unreachable bins are those of the axes.
    pub(super) fn is_whole(&self) -> bool {
        // A document that was tampered with may have axes of any length.
        let bins = self.axes.iter().try_fold(1usize, |bins, axis| bins.checked_mul(axis.values.len()));
        let known = self.unreachable.iter().flat_map(|part| &part.bins).all(|bin| *bin < self.counts.len());
        bins == Some(self.counts.len()) && known && size(&self.axes) > 0
    }
}

fn of_task(counts: &Counts, proof: &Proof, name: FormatName<'_>, source: Source) -> TaskCoverage {
    let task = counts.model().task();
    let fingerprint = format!("{:016x}", counts.fingerprint());
    TaskCoverage {
        op: task.op.to_string(),
        operands: task.operands[..task.op.arity()].iter().map(|format: &Format| name(format)).collect(),
        result: (!task.op.is_query()).then(|| name(&task.result)),
        policy: task.policy,
        sources: vec![Source { counted: counts.cases(), fingerprint, ..source }],
        cases: counts.cases(),
        exhausted: proof.exhausted(),
        groups: counts.model().groups().iter().map(|group| of_group(group, counts, proof)).collect(),
    }
}

fn of_group(group: &Group, counts: &Counts, proof: &Proof) -> GroupCounts {
    let mut unreachable: Vec<Unreachable> = Vec::new();
    for bin in group.range() {
        let why = match proof.unreachable(bin) {
            None => continue,
            Some(Why::Exhaustion) => "all cases were tried",
            Some(Why::Argument(argument)) => argument,
        };
        let place = bin - group.range().start;
        match unreachable.iter_mut().find(|part| part.why == why) {
            Some(part) => part.bins.push(place),
            None => unreachable.push(Unreachable { why: why.into(), bins: vec![place] }),
        }
    }
    GroupCounts {
        id: group.id().into(),
        title: group.title().into(),
        models: group.models().iter().map(|model| (*model).to_string()).collect(),
        axes: group.axes().to_vec(),
        counts: counts.bins()[group.range()].to_vec(),
        unreachable,
    }
}
