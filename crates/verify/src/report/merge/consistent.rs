//! Whether reports are consistent, and of one run.

use super::super::replay::comparison_words;
use super::super::{JobCounts, PolicyCounts, Summary, Verdict, Waived, WaiverCounts};
use super::error::MergeError;
use crate::verify::Covered;

/// How many missing shards are named.
const NAMED: usize = 20;

/// Whether these are the reports of all shards of one run.
pub(super) fn check(reports: &[(String, Summary)]) -> Result<(), MergeError> {
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
        if !is_waived(policy, &report.waivers) {
            return Some("a policy's waived mismatches are not those that its waivers accept");
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
    let totals = |s: &Summary| {
        (s.planned, s.cases, s.third_party, s.mismatches, s.waived, s.flags, s.not_compared.clone())
    };
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

/// Whether the mismatches that are waived are those that the waivers accept, expired ones left out.
fn is_waived(policy: &PolicyCounts, waivers: &[WaiverCounts]) -> bool {
    let mut waived = 0u64;
    for Waived { waiver, counts } in &policy.waivers {
        let Some(waiver) = waivers.get(*waiver) else { return false };
        if counts.accepted.max(counts.others) > policy.mismatches {
            return false;
        }
        waived = waived.saturating_add(if waiver.facts.expired { 0 } else { counts.accepted });
    }
    waived == policy.waived && waived <= policy.mismatches
}

/// What makes a report one of another run than those that were added up, if anything does.
pub(super) fn difference(report: &Summary, first: &Summary) -> Option<String> {
    type Said<'a> = &'a dyn Fn(&Summary) -> String;
    let said: [(&str, Said<'_>); 8] = [
        ("version", &|s| s.version.clone()),
        ("--subject", &|s| s.subject.name.clone()),
        ("--against", &|s| s.oracles.iter().map(|oracle| &*oracle.name).collect::<Vec<_>>().join(",")),
        ("origin of an engine", &|s| {
            let oracles = s.oracles.iter().map(|o| (o.origin, &o.by_third_party, &o.by_adapter));
            format!("{:?}, {:?}", s.subject.origin, oracles.collect::<Vec<_>>())
        }),
        ("identity of an engine", &|s| {
            let oracles = s.oracles.iter().map(|oracle| &oracle.identity);
            [&s.subject.identity].into_iter().chain(oracles).map(identity).collect::<Vec<_>>().join(", ")
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
    if !report.waivers.iter().map(|waiver| &waiver.facts).eq(first.waivers.iter().map(|waiver| &waiver.facts))
    {
        return Some("its --waivers are others".into());
    }
    let pairs = report.jobs.iter().zip(&first.jobs);
    pairs.into_iter().find_map(|(own, other)| difference_of_jobs(own, other))
}

/// What an engine is, in words.
fn identity(identity: &Option<String>) -> String {
    identity.as_ref().map_or("none".into(), |identity| format!("{identity:?}"))
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
        let waivers =
            |counts: &PolicyCounts| counts.waivers.iter().map(|waived| waived.waiver).collect::<Vec<_>>();
        a.policy == b.policy && a.is_covered_as(b) && waivers(a) == waivers(b)
    };
    let policies = own.policies.iter().zip(&other.policies);
    if own.policies.len() != other.policies.len() || !policies.into_iter().all(same) {
        return Some(format!("its policies of {} are others, or covered by other engines", own.task));
    }
    None
}
