//! `--coverage`: what the cases of a run meet, counted while they run.

use std::path::PathBuf;

use halfulp::{Operands, Task};
use halfulp_verify::Job;
use halfulp_verify::coverage::{Chooser, Document, Gatherer, Source, outcome};
use halfulp_verify::report::FormatName;
use halfulp_verify::verify::Shard;

use crate::coverage::files::Files;
use crate::output::Outputs;
use crate::{document, say};

/// The files of `--coverage`, and the counts that they are about.
pub struct Gathered {
    files: Files,
    gatherer: Gatherer,
}

impl Gathered {
    /// Begins the files; without any nothing is counted.
    ///
    /// # Errors
    /// A file that cannot be written, or too many tasks.
    pub fn begin(
        outputs: &mut Outputs,
        paths: &[PathBuf],
        tasks: impl IntoIterator<Item = Task>,
    ) -> anyhow::Result<Gathered> {
        let files = Files::begin(outputs, "--coverage", paths)?;
        let none = files.is_empty();
        let tasks = tasks.into_iter().filter(|_| !none);
        Ok(Gathered { files, gatherer: Gatherer::new(tasks)? })
    }

    /// Whether cases are to be counted.
    pub fn is_wanted(&self) -> bool {
        !self.files.is_empty()
    }

    /// Counts cases.
    pub fn see(&self, task: &Task, cases: &[Operands]) {
        self.gatherer.see(task, cases);
    }

    /// Writes the files, and says in a line what is in them.
    ///
    /// # Errors
    /// One cannot be written.
    pub fn write(
        self,
        name: FormatName<'_>,
        source: &dyn Fn(&Task) -> Source,
        quiet: bool,
    ) -> anyhow::Result<()> {
        if !self.is_wanted() {
            return Ok(());
        }
        let mut counts = self.gatherer.finish();
        // Of what an engine does not cover no case ran.
        counts.retain(|counts| counts.cases() > 0);
        let whole = Document::of(&counts, name, source, document::command());
        self.files.write(&whole)?;
        if !quiet {
            say::say(outcome(&whole));
        }
        Ok(())
    }
}

/// The tasks of jobs.
pub fn tasks(jobs: &[Job]) -> impl Iterator<Item = Task> {
    jobs.iter().flat_map(|job| job.policies().iter().map(|policy| job.task().with_policy(*policy)))
}

/// Where the cases of a task come from.
pub fn source(origin: Chooser, jobs: &[Job], task: &Task, shard: Option<Shard>) -> Source {
    let own = jobs
        .iter()
        .filter(|job| job.policies().contains(&task.policy) && job.task().with_policy(task.policy) == *task);
    let own: Vec<&Job> = own.collect();
    let seeds = own.iter().filter(|job| job.selection().takes_seed(&task.policy)).map(|job| job.seed());
    let mut cases: Vec<String> = own.iter().map(|job| job.selection().to_string()).collect();
    cases.dedup();
    source_of(origin, cases.join(","), seeds.max().unwrap_or(0), shard)
}

/// A source whose cases are not counted yet.
pub fn source_of(origin: Chooser, cases: String, seed: u64, shard: Option<Shard>) -> Source {
    let shard = shard.map(|shard| shard.to_string());
    Source { origin, cases, seed, shard, counted: 0, fingerprint: String::new() }
}
