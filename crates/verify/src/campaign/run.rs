//! Running a shard, step by step.

use core::num::NonZero;

use halfulp::Format;

use super::tally::Tally;
use super::{CampaignError, Identities, Manifest, ShardResult};
use crate::engine::Engine;
use crate::report::Summary;
use crate::verify::{Job, Part, Settings, Verifier};

/// A shard that is being run. After each step there is a [`ShardResult`], from which another run can go on.
pub struct ShardRun<'a> {
    manifest: &'a Manifest,
    shard: u64,
    steps: usize,
    tally: Option<Tally>,
}

impl<'a> ShardRun<'a> {
    /// A shard of which nothing was run.
    ///
    /// # Errors
    /// There is no such shard.
    pub fn new(manifest: &'a Manifest, shard: u64) -> Result<ShardRun<'a>, CampaignError> {
        manifest.shard(shard)?;
        Ok(ShardRun { manifest, shard, steps: 0, tally: None })
    }

    /// A shard of which some steps were run.
    ///
    /// # Errors
    /// The result is not one of this campaign, or contradicts it.
    pub fn resume(manifest: &'a Manifest, result: &ShardResult) -> Result<ShardRun<'a>, CampaignError> {
        result.belongs_to(manifest).map_err(CampaignError::Unfit)?;
        let tally = result.tally(manifest)?;
        Ok(ShardRun { manifest, shard: result.shard, steps: result.steps, tally: Some(tally) })
    }

    /// The number of steps that are done.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The number of all steps.
    #[must_use]
    pub fn of_steps(&self) -> usize {
        self.manifest.shard(self.shard).map_or(0, |shard| shard.steps.len())
    }

    /// Whether all steps are done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps == self.of_steps()
    }

    /// Cases that are not run yet, each policy counted.
    #[must_use]
    pub fn left(&self) -> u64 {
        let Ok(shard) = self.manifest.shard(self.shard) else { return 0 };
        let rest = super::Shard { steps: shard.steps[self.steps..].to_vec(), ..*shard };
        self.manifest.work(&rest)
    }

    /// Runs the next step; `progress` is told the cases that are done, each policy counted.
    ///
    /// # Errors
    /// An engine is not the one of the plan; or fails, and the step is as if it had not been begun; or the run has other cases than were planned.
    pub fn step(
        &mut self,
        (subject, oracles): (&dyn Engine, &[Box<dyn Engine>]),
        threads: NonZero<usize>,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), CampaignError> {
        is_as_planned(self.manifest, subject, oracles)?;
        let shard = self.manifest.shard(self.shard)?;
        let Some(pieces) = shard.steps.get(self.steps) else { return Ok(()) };
        let jobs: Vec<Job> = pieces.iter().map(|piece| self.manifest.job(piece)).collect::<Result<_, _>>()?;
        let keep = self.manifest.explain.max(1);
        let settings = Settings { threads, keep, part: Part::Whole };
        let report = Verifier::new(&jobs, subject, oracles, settings)?.run(progress)?;
        if let Some(why) = report.stopped {
            return Err(CampaignError::Stopped(why));
        }
        let name = |format: &Format| {
            let facts = format.facts();
            let known = self.manifest.formats.iter().find(|known| known.facts == facts);
            known.map_or_else(String::new, |known| known.name.clone())
        };
        let summary = Summary::of(&report, self.manifest.explain, &name);
        let found = Tally::of_run(self.manifest, pieces, summary)?;
        match &mut self.tally {
            Some(tally) => tally.add(found)?,
            None => self.tally = Some(found),
        }
        self.steps += 1;
        Ok(())
    }

    /// What was found so far; `None` before the first step.
    #[must_use]
    pub fn result(&self) -> Option<ShardResult> {
        let steps = (self.steps, self.of_steps());
        Some(ShardResult::new(self.manifest, self.shard, steps, self.tally.as_ref()?))
    }
}

/// Whether the engines are those with which the campaign was planned, as far as they can be told from others of the same names.
fn is_as_planned(
    manifest: &Manifest,
    subject: &dyn Engine,
    oracles: &[Box<dyn Engine>],
) -> Result<(), CampaignError> {
    let Identities { subject: of_subject, against } = &manifest.identities;
    let of_oracles = oracles.iter().map(|oracle| &**oracle).zip(against);
    for (engine, planned) in [(subject, of_subject)].into_iter().chain(of_oracles) {
        let found = engine.identity();
        if found != *planned {
            let words = |identity: &Option<String>| match identity {
                Some(identity) => format!("{identity:?}"),
                None => "one that does not say what it is".into(),
            };
            let (found, planned) = (words(&found), words(planned));
            return Err(CampaignError::OtherEngine { engine: engine.name().into(), found, planned });
        }
    }
    Ok(())
}
