//! Merging the reports of shards into the report of the whole run.

use super::replay::comparison_words;
use super::summary::in_rounds;
use super::{Explained, JobCounts, PolicyCounts, Summary, Verdict};
use crate::verify::{Covered, first_of_each_kind};

/// Why reports cannot be merged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// There are no reports.
    #[error("there are no reports to join")]
    Nothing,
    /// A report is not that of a shard.
    #[error(
        "{0} is the report of no shard: give those of `halfulp verify --shard I/N --json`, all N of them"
    )]
    NoShard(String),
    /// A report belongs to another run.
    #[error("{of} is of another run than {first}: {what}")]
    Foreign {
        /// The report.
        of: String,
        /// The first report.
        first: String,
        /// The first difference.
        what: String,
    },
    /// A report is inconsistent.
    #[error("{of} contradicts itself: {what}")]
    Contradiction {
        /// The report.
        of: String,
        /// The inconsistency.
        what: &'static str,
    },
    /// There are two reports of the same shard.
    #[error("{first} and {second} are both of shard {shard}")]
    Doubled {
        /// One report.
        first: String,
        /// The other.
        second: String,
        /// The shard.
        shard: String,
    },
    /// Shards are missing.
    #[error("there is no report of {0}")]
    Missing(String),
}

/// How many missing shards are named.
const NAMED: usize = 20;

/// Merges the reports of all shards of a run, each with its name for error messages. The result equals the report of an unsharded
/// run, except for times.
///
/// # Errors
/// If the reports belong to different runs, or there is not exactly one for each shard.
pub fn merge(mut reports: Vec<(String, Summary)>) -> Result<Summary, MergeError> {
    check(&reports)?;
    reports.sort_by_key(|(_, summary)| summary.shard.map(|piece| piece.index));
    let mut reports = reports.into_iter().map(|(_, summary)| summary);
    let mut all = reports.next().ok_or(MergeError::Nothing)?;
    for report in reports {
        add(&mut all, report);
    }
    all.explanations = first(&mut all);
    all.shard = None;
    all.command = without_shard(&all.command);
    all.settle();
    Ok(all)
}

/// Whether these are the reports of all shards of one run.
fn check(reports: &[(String, Summary)]) -> Result<(), MergeError> {
    let (first, head) = reports.first().ok_or(MergeError::Nothing)?;
    let mut found: Vec<(u64, &str)> = Vec::new();
    for (name, report) in reports {
        let Some(piece) = report.shard.filter(|piece| (1..=piece.of).contains(&piece.index)) else {
            return Err(MergeError::NoShard(name.clone()));
        };
        if let Some(what) = contradiction(report) {
            return Err(MergeError::Contradiction { of: name.clone(), what });
        }
        if let Some(what) = difference(report, head) {
            return Err(MergeError::Foreign { of: name.clone(), first: first.clone(), what });
        }
        if let Some((_, other)) = found.iter().find(|(index, _)| *index == piece.index) {
            return Err(MergeError::Doubled {
                first: (*other).into(),
                second: name.clone(),
                shard: format!("{}/{}", piece.index, piece.of),
            });
        }
        found.push((piece.index, name));
    }
    let of = head.shard.map_or(0, |piece| piece.of);
    let lacking = of - found.len() as u64;
    if lacking == 0 {
        return Ok(());
    }
    let missing = (1..=of).filter(|index| !found.iter().any(|(known, _)| known == index));
    let named: Vec<String> = missing.take(NAMED).map(|index| format!("shard {index}/{of}")).collect();
    let more = lacking - named.len() as u64;
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Err(MergeError::Missing(named.join(", ") + &more))
}

/// What does not fit together in a report, if anything does: its totals and its verdict follow from its counts.
pub fn contradiction(report: &Summary) -> Option<&'static str> {
    if report.jobs.is_empty() || report.case.is_some() {
        return Some("a shard has all jobs, and all of its cases");
    }
    if report.policies().any(|counts| counts.policy >= report.policies.len()) {
        return Some("a job has a policy past the end of the list of policies");
    }
    let mut cases = 0u128;
    for policy in report.policies() {
        cases += u128::from(policy.planned);
        if policy.mismatches.max(policy.third_party) > policy.cases || policy.cases > policy.planned {
            return Some("a policy has more of its cases than it has cases");
        }
        if !is_compared(policy, report.stopped.is_empty()) {
            return Some("a policy's cases are not those that its oracles compared");
        }
        if (policy.mismatches == 0) != policy.oracles.iter().all(|oracle| oracle.differs == 0) {
            return Some("a policy's mismatches are not those of its oracles");
        }
    }
    if cases > u128::from(u64::MAX) {
        return Some("it has more cases than can be counted");
    }
    let mut settled = report.clone();
    settled.settle();
    let totals =
        |s: &Summary| (s.planned, s.cases, s.third_party, s.mismatches, s.flags, s.not_compared.clone());
    if totals(report) != totals(&settled) {
        return Some("its totals are not the sums of its counts");
    }
    // A report that could not be written where it was wanted is undecided, whatever its counts.
    let unwritten = report.verdict == Verdict::Undecided && settled.verdict != Verdict::Differ;
    (report.verdict != settled.verdict && !unwritten).then_some("its verdict does not follow from its counts")
}

/// Whether no oracle compared more than a policy's cases, and some oracle all of them; in a run that could not go on, some of them.
fn is_compared(policy: &PolicyCounts, whole: bool) -> bool {
    let counts = || policy.oracles.iter().map(|oracle| oracle.compared.saturating_add(oracle.stepped));
    let most = counts().max().unwrap_or(0);
    // What one oracle has no answer to another one may have been asked.
    let with_unanswered =
        counts().zip(&policy.oracles).map(|(cases, o)| cases.saturating_add(o.unanswered)).max();
    let unasked = with_unanswered.unwrap_or(0);
    let covered = policy.covered == Covered::Compared || policy.cases == 0;
    covered
        && if whole {
            most <= policy.cases && policy.cases <= unasked
        } else {
            most <= policy.cases && (most > 0 || policy.cases == 0)
        }
}

/// What makes a report one of another run, if anything does.
fn difference(report: &Summary, first: &Summary) -> Option<String> {
    type Said<'a> = &'a dyn Fn(&Summary) -> String;
    let said: [(&str, Said<'_>); 7] = [
        ("version", &|s| s.version.clone()),
        ("--subject", &|s| s.subject.name.clone()),
        ("--against", &|s| s.oracles.iter().map(|oracle| &*oracle.name).collect::<Vec<_>>().join(",")),
        ("origin of an engine", &|s| {
            let oracles = s.oracles.iter().map(|o| (o.origin, &o.by_third_party, &o.by_adapter));
            format!("{:?}, {:?}", s.subject.origin, oracles.collect::<Vec<_>>())
        }),
        ("number of shards", &|s| s.shard.map_or(0, |piece| piece.of).to_string()),
        ("--explain", &|s| s.most_explained.to_string()),
        ("number of jobs", &|s| s.jobs.len().to_string()),
    ];
    for (what, of) in said {
        let (own, other) = (of(report), of(first));
        if own != other {
            return Some(differ(what, &own, &other));
        }
    }
    if report.formats != first.formats {
        return Some("its formats are others, or other facts under the same names".into());
    }
    if report.policies != first.policies || report.errata.len() != first.errata.len() {
        return Some("its policies are others".into());
    }
    let pairs = report.jobs.iter().zip(&first.jobs);
    pairs.into_iter().find_map(|(own, other)| difference_of_jobs(own, other))
}

pub fn differ(what: &str, own: &str, other: &str) -> String {
    format!("its {what} is {own}, not {other}")
}

/// What makes a job another one, if anything does.
fn difference_of_jobs(own: &JobCounts, other: &JobCounts) -> Option<String> {
    let words = |job: &JobCounts| format!("{}, --cases {}", job.task, job.selection);
    let task =
        |job: &JobCounts| (job.group.clone(), job.op.clone(), job.operands.clone(), job.result.clone());
    if task(own) != task(other) || words(own) != words(other) {
        return Some(differ("job", &words(own), &words(other)));
    }
    if own.seed != other.seed {
        return Some(differ("--seed", &own.seed.to_string(), &other.seed.to_string()));
    }
    if own.comparison != other.comparison {
        let words = |job: &JobCounts| comparison_words(&job.comparison);
        return Some(differ("comparison", &words(own), &words(other)));
    }
    let same = |(a, b): (&PolicyCounts, &PolicyCounts)| {
        a.policy == b.policy && a.covered == b.covered && a.oracles.len() == b.oracles.len()
    };
    let policies = own.policies.iter().zip(&other.policies);
    if own.policies.len() != other.policies.len() || !policies.into_iter().all(same) {
        return Some(format!("its policies of {} are others, or covered by other engines", own.task));
    }
    None
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
