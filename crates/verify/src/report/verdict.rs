//! The verdict of a run, shared by the text, the documents and the program's exit code.

use super::{Group, JobCounts, NotCompared, PolicyCounts, Summary, Verdict, Waived, WaiverCounts};
use crate::verify::Covered;

impl Summary {
    /// Every policy of every job.
    pub(super) fn policies(&self) -> impl Iterator<Item = &PolicyCounts> {
        self.jobs.iter().flat_map(|job| &job.policies)
    }

    /// Adds up again all that follows from the jobs and the errata, the verdict last: for a summary whose jobs were changed.
    pub fn settle(&mut self) {
        self.settle_as(self.shard.is_none() && self.case.is_none());
    }

    /// The same where it is known whether these are all cases of the jobs.
    pub(crate) fn settle_as(&mut self, is_whole: bool) {
        let (mut planned, mut cases, mut third_party, mut mismatches, mut waived) = (0, 0, 0, 0, 0);
        let mut flags = super::FlagTable::default();
        let mut oracles = vec![super::OracleTotals::default(); self.oracles.len()];
        for policy in self.policies() {
            planned += policy.planned;
            cases += policy.cases;
            third_party += policy.third_party;
            mismatches += policy.mismatches;
            waived += policy.waived;
            flags.add(&policy.flags);
            for (all, more) in oracles.iter_mut().zip(&policy.oracles) {
                all.add(more);
            }
        }
        (self.planned, self.cases, self.third_party) = (planned, cases, third_party);
        (self.mismatches, self.waived) = (mismatches, waived);
        self.flags = flags;
        for (oracle, totals) in self.oracles.iter_mut().zip(oracles) {
            oracle.totals = totals;
        }
        for job in &mut self.jobs {
            job.cases = job.policies.iter().map(|policy| policy.cases).sum();
            job.mismatches = job.policies.iter().map(|policy| policy.mismatches).sum();
            job.waived = job.policies.iter().map(|policy| policy.waived).sum();
        }
        self.groups = groups(&self.jobs);
        self.not_compared = self.left_out();
        self.judge_errata(is_whole);
        self.judge_waivers(is_whole);
        self.reasons = self.open_questions();
        let changed = self.errata.iter().any(|erratum| erratum.changed);
        let failing = self.waivers.iter().any(WaiverCounts::fails);
        self.verdict = if self.open_mismatches() > 0 || changed || failing {
            Verdict::Differ
        } else if !self.reasons.is_empty() {
            Verdict::Undecided
        } else if self.cases == 0 {
            Verdict::NothingCompared
        } else if self.waived > 0 {
            Verdict::AsWaived
        } else {
            Verdict::Agree
        };
    }

    /// Mismatches that no waiver accepts.
    #[must_use]
    pub fn open_mismatches(&self) -> u64 {
        self.mismatches - self.waived
    }

    /// Adds up what each waiver came to. Only a run over all cases of its tasks can tell that there are too few.
    fn judge_waivers(&mut self, whole: bool) {
        let Summary { waivers, jobs, .. } = self;
        for (place, waiver) in waivers.iter_mut().enumerate() {
            let facts = waiver.facts.clone();
            *waiver = WaiverCounts { complete: whole, ..WaiverCounts::new(&facts) };
            for policy in jobs.iter().flat_map(|job| &job.policies) {
                let own = policy.waivers.iter().find(|waived| waived.waiver == place);
                let Some(Waived { counts, .. }) = own else { continue };
                waiver.tasks += 1;
                waiver.accepted += counts.accepted;
                waiver.others += counts.others;
                waiver.complete &= policy.cases == policy.planned || policy.covered == Covered::NotBySubject;
            }
            waiver.complete &= waiver.tasks > 0;
            let is_wrong = |listed| waiver.accepted > listed || waiver.complete && waiver.accepted < listed;
            waiver.stale = facts.count.is_some_and(is_wrong);
        }
    }

    /// Only a run over all cases can tell that an erratum is not as it is listed.
    fn judge_errata(&mut self, whole: bool) {
        let Summary { errata, jobs, policies, .. } = self;
        for erratum in errata {
            let of_job = jobs.get(erratum.job).into_iter().flat_map(|job| &job.policies);
            let own = of_job.filter(|counts| policies.get(counts.policy) == Some(&erratum.policy));
            let complete = own.into_iter().all(|counts| counts.cases == counts.planned);
            let times = erratum.excused + erratum.unconfirmed + erratum.shared;
            erratum.changed = whole && complete && erratum.listed.is_some_and(|listed| listed != times);
        }
    }

    /// Why it cannot be said that all agree, mismatches aside.
    fn open_questions(&self) -> Vec<String> {
        let mut reasons: Vec<String> =
            self.stopped.iter().map(|why| format!("the run could not go on: {why}")).collect();
        let NotCompared { unfinished, .. } = self.not_compared;
        reasons.extend(self.unanswered.iter().cloned());
        if self.stopped.is_empty() && self.unanswered.is_empty() && unfinished > 0 {
            let cases = if unfinished == 1 { "case was" } else { "cases were" };
            reasons.push(format!("{unfinished} {cases} not run"));
        }
        let asked = || self.policies().filter(|policy| policy.planned > 0);
        let uncovered = asked().filter(|policy| policy.covered == Covered::NotByOracles).count();
        if uncovered > 0 {
            reasons.push(format!(
                "no oracle covers {uncovered} of the tasks: name one that does with --against, or fewer tasks"
            ));
        }
        if self.covers_nothing() {
            reasons.push(format!("nothing was compared: {} covers none of the tasks", self.subject.name));
        }
        reasons
    }

    /// Whether the subject covers none of the tasks.
    #[must_use]
    pub fn covers_nothing(&self) -> bool {
        let mut asked = self.policies().filter(|policy| policy.planned > 0).peekable();
        asked.peek().is_some() && asked.all(|policy| policy.covered == Covered::NotBySubject)
    }

    fn left_out(&self) -> NotCompared {
        let tasks = |covered| self.policies().filter(|policy| policy.covered == covered).count() as u64;
        let compared = self.policies().filter(|policy| policy.covered == Covered::Compared);
        NotCompared {
            flags: self.flags.never(),
            not_by_subject: tasks(Covered::NotBySubject),
            not_by_oracles: tasks(Covered::NotByOracles),
            unfinished: compared.map(|policy| policy.planned.saturating_sub(policy.cases)).sum(),
        }
    }
}

fn groups(jobs: &[JobCounts]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for job in jobs {
        let index = groups.iter().position(|group| group.name == job.group);
        let index = index.unwrap_or_else(|| {
            groups.push(Group { name: job.group.clone(), ..Group::default() });
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.seconds += job.seconds;
        for policy in &job.policies {
            group.tasks += u64::from(policy.cases > 0);
            group.cases += policy.cases;
            group.third_party += policy.third_party;
            group.mismatches += policy.mismatches;
            group.waived += policy.waived;
        }
    }
    groups
}
