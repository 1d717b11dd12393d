//! Merging the reports of shards into the report of the whole run.

mod consistent;
mod error;

pub use consistent::{contradiction, differ};
pub use error::MergeError;

use super::summary::in_rounds;
use super::{Explained, Summary};
use crate::verify::first_of_each_kind;

/// Merges the reports of all shards of a run, each with its name for error messages. The result equals the report of an unsharded
/// run, except for times.
///
/// # Errors
/// If the reports belong to different runs, or there is not exactly one for each shard.
pub fn merge(mut reports: Vec<(String, Summary)>) -> Result<Summary, MergeError> {
    consistent::check(&reports)?;
    reports.sort_by_key(|(_, summary)| summary.shard.map(|piece| piece.index));
    let mut reports = reports.into_iter();
    let (head, mut all) = reports.next().ok_or(MergeError::Nothing)?;
    for (of, report) in reports {
        // The first may have had no cases by which to tell.
        if let Some(what) = consistent::difference(&report, &all) {
            return Err(MergeError::Foreign { of, first: head, what });
        }
        add(&mut all, report);
    }
    all.explanations = first(&mut all);
    all.shard = None;
    all.command = without_shard(&all.command);
    all.settle();
    Ok(all)
}

/// Adds the counts of another shard.
fn add(all: &mut Summary, report: Summary) {
    for machine in report.machines {
        if !all.machines.contains(&machine) {
            all.machines.push(machine);
        }
    }
    for why in report.stopped {
        if !all.stopped.contains(&why) {
            all.stopped.push(why);
        }
    }
    all.threads = all.threads.max(report.threads);
    all.seconds += report.seconds;
    for letter in report.reported.chars() {
        if !all.reported.contains(letter) {
            all.reported.push(letter);
        }
    }
    for (ours, theirs) in all.jobs.iter_mut().zip(&report.jobs) {
        ours.seconds += theirs.seconds;
        for (ours, theirs) in ours.policies.iter_mut().zip(&theirs.policies) {
            ours.add(theirs);
        }
    }
    for (ours, theirs) in all.errata.iter_mut().zip(&report.errata) {
        ours.excused += theirs.excused;
        ours.unconfirmed += theirs.unconfirmed;
        ours.shared += theirs.shared;
    }
    all.explanations.extend(report.explanations);
}

/// The mismatches that the whole run would have explained. Each shard has explained those of them that it has: in a
/// part of a list nothing comes later than in the whole.
fn first(all: &mut Summary) -> Vec<Explained> {
    let mut found = std::mem::take(&mut all.explanations);
    let place = |explained: &Explained| {
        let policies = all.jobs.get(explained.job).into_iter().flat_map(|job| &job.policies);
        let mut policies = policies.map(|counts| all.policies[counts.policy]);
        let policy = policies.position(|policy| policy == explained.explanation.policy);
        (explained.explanation.case, policy)
    };
    found.sort_by_cached_key(place);
    let mut of_jobs: Vec<Vec<Explained>> = vec![Vec::new(); all.jobs.len()];
    for explained in found {
        if let Some(list) = of_jobs.get_mut(explained.job) {
            list.push(explained);
        }
    }
    let kind = |explained: &Explained| explained.explanation.difference.clone();
    let of_jobs: Vec<Vec<Explained>> =
        of_jobs.into_iter().map(|list| first_of_each_kind(list, kind)).collect();
    let lengths: Vec<(usize, usize)> = of_jobs.iter().map(Vec::len).enumerate().collect();
    in_rounds(&lengths, all.most_explained).map(|(job, place)| of_jobs[job][place].clone()).collect()
}

/// A command line without its option `--shard`.
fn without_shard(command: &[String]) -> Vec<String> {
    let mut words = command.iter();
    let mut kept = Vec::new();
    while let Some(word) = words.next() {
        match &**word {
            "--shard" => {
                words.next();
            }
            word if word.starts_with("--shard=") => {}
            word => kept.push(word.to_string()),
        }
    }
    kept
}
