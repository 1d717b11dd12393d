//! Results of some tasks, which add up to those of all.

use std::collections::BTreeMap;

use super::{CampaignError, Manifest, Piece};
use crate::engine::Origin;
use crate::report::{
    ErratumCounts, Explained, Explanation, JobCounts, Oracle, PolicyCounts, Summary, differ, in_rounds,
};
use crate::verify::{Covered, first_of_each_kind};

/// What was found of one task.
#[derive(Clone, Debug)]
struct OfTask {
    counts: JobCounts,
    errata: Vec<ErratumCounts>,
    explained: Vec<Explanation>,
}

/// What was found of some tasks, by their positions in the manifest.
#[derive(Clone, Debug)]
pub struct Tally {
    tasks: BTreeMap<usize, OfTask>,
    /// The engines, and what is not counted for each task.
    rest: Summary,
}

impl Tally {
    /// Of the summary of a run of some pieces, one job each.
    ///
    /// # Errors
    /// The run had other cases than the manifest says.
    pub fn of_run(
        manifest: &Manifest,
        pieces: &[Piece],
        mut summary: Summary,
    ) -> Result<Tally, CampaignError> {
        let places: Vec<Option<usize>> = summary
            .policies
            .iter()
            .map(|policy| manifest.policies.iter().position(|p| p == policy))
            .collect();
        let mut tally: Option<Tally> = None;
        let jobs = std::mem::take(&mut summary.jobs);
        if jobs.len() != pieces.len() {
            return Err(CampaignError::Unfit("a run has not one job for each piece".into()));
        }
        for (index, (mut counts, piece)) in jobs.into_iter().zip(pieces).enumerate() {
            for policy in &mut counts.policies {
                let place = places.get(policy.policy).copied().flatten();
                policy.policy = place.ok_or_else(|| {
                    CampaignError::Unfit(format!("{} has a policy that no task has", counts.task))
                })?;
            }
            complete(&counts, manifest.cases(piece))?;
            let found = OfTask {
                counts: JobCounts { seconds: 0.0, ..counts },
                errata: summary.errata.iter().filter(|erratum| erratum.job == index).cloned().collect(),
                explained: own(&summary.explanations, index),
            };
            let one = Tally { tasks: BTreeMap::from([(piece.task, found)]), rest: rest(manifest, &summary) };
            match &mut tally {
                Some(tally) => tally.add(one)?,
                None => tally = Some(one),
            }
        }
        tally.ok_or(CampaignError::Nothing)
    }

    /// Of the summary in a result, which is about these tasks.
    ///
    /// # Errors
    /// Its jobs are not these tasks.
    pub fn of_result(
        manifest: &Manifest,
        tasks: &[usize],
        summary: &Summary,
    ) -> Result<Tally, CampaignError> {
        let wrong = |what: &str| Err(CampaignError::Unfit(format!("it {what}")));
        if tasks.len() != summary.jobs.len() || !tasks.is_sorted_by(|a, b| a < b) {
            return wrong("has not one job for each of its tasks");
        }
        if summary.formats != manifest.formats || summary.policies != manifest.policies {
            return wrong("has other formats or policies than the manifest");
        }
        let mut found = BTreeMap::new();
        for (index, (counts, task)) in summary.jobs.iter().zip(tasks).enumerate() {
            let Some(entry) = manifest.tasks.get(*task) else { return wrong("has a task that there is not") };
            let policies: Vec<usize> = counts.policies.iter().map(|policy| policy.policy).collect();
            let same =
                (&counts.task, &counts.selection, counts.seed) == (&entry.task, &entry.selection, entry.seed);
            if !same || counts.comparison != entry.comparison || policies != entry.policies {
                return wrong(&format!("has another task in the place of {}", entry.task));
            }
            let of_task = OfTask {
                counts: counts.clone(),
                errata: summary.errata.iter().filter(|erratum| erratum.job == index).cloned().collect(),
                explained: own(&summary.explanations, index),
            };
            found.insert(*task, of_task);
        }
        Ok(Tally { tasks: found, rest: rest(manifest, summary) })
    }

    /// Adds what was found of other cases.
    ///
    /// # Errors
    /// It was found by other engines, or these cover other tasks.
    pub fn add(&mut self, other: Tally) -> Result<(), CampaignError> {
        let (ours, theirs) = (engines(&self.rest), engines(&other.rest));
        if ours != theirs {
            return Err(CampaignError::Unfit(differ("list of engines", &theirs, &ours)));
        }
        // Before anything is added: what cannot be added as a whole changes nothing.
        for (task, found) in &other.tasks {
            self.tasks.get(task).map_or(Ok(()), |known| known.is_of_same_engines(found))?;
        }
        let new: Vec<char> =
            other.rest.reported.chars().filter(|l| !self.rest.reported.contains(*l)).collect();
        self.rest.reported.extend(new);
        for (task, found) in other.tasks {
            match self.tasks.get_mut(&task) {
                Some(known) => known.add(found),
                None => drop(self.tasks.insert(task, found)),
            }
        }
        Ok(())
    }

    /// The positions of the tasks.
    pub fn tasks(&self) -> Vec<usize> {
        self.tasks.keys().copied().collect()
    }

    /// The summary, with one job for each task. Times and machines are left out: the same cases and answers give the same summary. Errata are judged only
    /// of a whole campaign.
    pub fn summary(&self, is_whole: bool) -> Summary {
        let mut summary = self.rest.clone();
        let lists: Vec<Vec<Explanation>> = self.tasks.values().map(|found| found.sorted(&summary)).collect();
        let lengths: Vec<(usize, usize)> = lists.iter().map(Vec::len).enumerate().collect();
        let chosen = in_rounds(&lengths, summary.most_explained);
        summary.explanations =
            chosen.map(|(job, place)| Explained { job, explanation: lists[job][place].clone() }).collect();
        for (job, found) in self.tasks.values().enumerate() {
            summary.jobs.push(found.counts.clone());
            summary
                .errata
                .extend(found.errata.iter().map(|erratum| ErratumCounts { job, ..erratum.clone() }));
        }
        summary.settle_as(is_whole);
        summary
    }
}

impl OfTask {
    fn is_of_same_engines(&self, other: &OfTask) -> Result<(), CampaignError> {
        let policies = self.counts.policies.iter().zip(&other.counts.policies);
        let same = |(a, b): (&PolicyCounts, &PolicyCounts)| a.policy == b.policy && a.is_covered_as(b);
        let all = self.counts.policies.len() == other.counts.policies.len() && policies.into_iter().all(same);
        if !all || self.errata.len() != other.errata.len() {
            let what = format!("on another machine {} is covered by other engines", self.counts.task);
            return Err(CampaignError::Unfit(what));
        }
        Ok(())
    }

    /// Precondition: [`OfTask::is_of_same_engines`].
    fn add(&mut self, other: OfTask) {
        for (ours, theirs) in self.counts.policies.iter_mut().zip(&other.counts.policies) {
            ours.add(theirs);
        }
        for (ours, theirs) in self.errata.iter_mut().zip(&other.errata) {
            ours.excused += theirs.excused;
            ours.unconfirmed += theirs.unconfirmed;
            ours.shared += theirs.shared;
        }
        self.explained.extend(other.explained);
    }

    /// The explained mismatches as a whole run has them.
    fn sorted(&self, summary: &Summary) -> Vec<Explanation> {
        let mut list = self.explained.clone();
        let place = |explained: &Explanation| {
            let of_policy = |counts: &PolicyCounts| summary.policies[counts.policy] == explained.policy;
            (explained.case, self.counts.policies.iter().position(of_policy))
        };
        list.sort_by_cached_key(place);
        first_of_each_kind(list, |explained| explained.difference.clone())
    }
}

/// Whether these are the counts of so many cases, all of them compared as far as the engines cover them.
///
/// # Errors
/// There were more or fewer.
pub fn complete(counts: &JobCounts, cases: u64) -> Result<(), CampaignError> {
    for policy in &counts.policies {
        // What the recorded oracle, say, has no answer to is not planned.
        let unanswered = policy.oracles.iter().map(|oracle| oracle.unanswered).max().unwrap_or(0);
        let found = policy.planned;
        let is_run = policy.covered != Covered::Compared || policy.cases == found;
        if found > cases || found.saturating_add(unanswered) < cases || !is_run {
            let found = found.min(policy.cases);
            return Err(CampaignError::Renumbered { task: counts.task.clone(), found, planned: cases });
        }
    }
    Ok(())
}

fn own(explanations: &[Explained], job: usize) -> Vec<Explanation> {
    explanations.iter().filter(|e| e.job == job).map(|e| e.explanation.clone()).collect()
}

/// The engines of a summary, as what they are.
fn engines(summary: &Summary) -> String {
    let words = |name: &str, origin: Origin, identity: &Option<String>| match identity {
        Some(identity) => format!("{name} ({origin:?}, {identity:?})"),
        None => format!("{name} ({origin:?})"),
    };
    let oracle = |o: &Oracle| words(&o.name, o.origin, &o.identity);
    let oracles: Vec<String> = summary.oracles.iter().map(oracle).collect();
    let subject = &summary.subject;
    format!("{} against {}", words(&subject.name, subject.origin, &subject.identity), oracles.join(", "))
}

/// A summary without tasks, times and machines.
fn rest(manifest: &Manifest, summary: &Summary) -> Summary {
    Summary {
        command: Vec::new(),
        machines: Vec::new(),
        threads: 1,
        seconds: 0.0,
        stopped: Vec::new(),
        formats: manifest.formats.clone(),
        policies: manifest.policies.clone(),
        jobs: Vec::new(),
        errata: Vec::new(),
        explanations: Vec::new(),
        most_explained: manifest.explain,
        shard: None,
        ..summary.clone()
    }
}
