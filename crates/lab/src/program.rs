//! What `halfulp bound run` and `halfulp bound check` do, for a program of another crate with a [`Registry`] of its own.
//!
//! ```
//! use halfulp_lab::program::{Answer, Request};
//! use halfulp_lab::registry::Registry;
//!
//! let mut printed = Vec::new();
//! let answer = Request::of(["one-step"]).print(&Registry::default(), &mut printed)?;
//! assert_eq!(answer, Answer::Yes);
//! assert!(String::from_utf8(printed)?.contains("adamw.one-step"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::error::Error;
use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;
use std::time::Instant;

use crate::experiment::{
    Experiment, ExperimentError, Memory, Progress, Quiet, Seeds, Shard, Share, open_with,
};
use crate::registry::Registry;
use crate::report::{Outcome, Verdict, text};

/// Which experiments, and how they are run.
#[derive(Clone, Debug)]
pub struct Request {
    /// Names of experiments, this crate's and the registry's, or files such as `./mine.toml`.
    pub names: Vec<String>,
    /// All experiments that have names, in place of those: this crate's and the registry's.
    pub all: bool,
    /// The long run of each; with `all`, of those that have one.
    pub full: bool,
    /// Other seeds than the files'; with `all`, where there are some.
    pub seeds: Option<Seeds>,
    /// Whether each has to assert something: this is `halfulp bound check`.
    pub check: bool,
    /// The most memory that an experiment may take by its sizes, in bytes.
    pub max_memory: u64,
    /// How many threads; one a core, if none. The results do not depend on it.
    pub threads: Option<NonZero<usize>>,
    /// The folder that finished parts are kept in, and taken from; with `all`, of the experiments that have parts.
    pub parts: Option<PathBuf>,
}

/// The width of printed lines, in characters.
const WIDTH: usize = 100;

impl Request {
    /// These experiments, as their files have them.
    pub fn of<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Request {
        Request {
            names: names.into_iter().map(Into::into).collect(),
            all: false,
            full: false,
            seeds: None,
            check: false,
            max_memory: Memory::LIMIT,
            threads: None,
            parts: None,
        }
    }

    /// The experiments, all of them read before any is run.
    ///
    /// # Errors
    /// One cannot be read, is wrong, would take more memory than it may, or asserts nothing and is to be checked.
    pub fn experiments(&self, registry: &Registry) -> Result<Vec<Experiment>, ExperimentError> {
        let names: Vec<&str> = match self.all {
            true => registry.experiments().map(|(name, _)| name).collect(),
            false => self.names.iter().map(String::as_str).collect(),
        };
        let threads = self.threads.or_else(|| available_parallelism().ok()).map_or(1, NonZero::get);
        let read = |name: &&str| {
            let experiment = open_with(name, registry)?.limited(self.max_memory);
            let long = self.full && (!self.all || experiment.has_full());
            let experiment = if long { experiment.full()? } else { experiment };
            let experiment = match &self.seeds {
                // With all, those without seeds stay as they are.
                Some(_) if self.all && !experiment.has_seeds() => experiment,
                Some(seeds) => experiment.with_seeds(seeds)?,
                None => experiment,
            };
            if self.parts.is_some() && !self.all {
                experiment.divided()?;
            }
            experiment.fits(threads)?;
            if self.check && experiment.asserts().is_empty() {
                return Err(ExperimentError::Empty { origin: experiment.origin().into() });
            }
            Ok(experiment)
        };
        names.iter().map(read).collect()
    }

    /// Runs experiments, one after another. `progress` makes what is told how far one is, `seen` takes each outcome as it comes.
    ///
    /// # Errors
    /// There are no threads to be had.
    pub fn outcomes<P: Progress>(
        &self,
        experiments: &[Experiment],
        progress: impl Fn(&str) -> P,
        mut seen: impl FnMut(&Outcome),
    ) -> Result<Vec<Outcome>, rayon::ThreadPoolBuildError> {
        let pool = self.pool()?;
        let run = |experiment: &Experiment| {
            let progress = progress(experiment.name());
            let start = Instant::now();
            let report = pool.install(|| match &self.parts {
                Some(folder) if experiment.has_parts() => experiment.run_in(folder, &progress),
                _ => experiment.run(&progress),
            });
            let report = report.map_err(|error| error.to_string());
            drop(progress);
            let name = experiment.name().into();
            let outcome = Outcome { name, seconds: start.elapsed().as_secs_f64(), report };
            seen(&outcome);
            outcome
        };
        Ok(experiments.iter().map(run).collect())
    }

    fn pool(&self) -> Result<rayon::ThreadPool, rayon::ThreadPoolBuildError> {
        rayon::ThreadPoolBuilder::new().num_threads(self.threads.map_or(0, NonZero::get)).build()
    }

    /// Computes a shard's share of the parts of experiments, and judges nothing. Without a folder to keep them in there is nothing to do.
    ///
    /// # Errors
    /// There are no threads to be had.
    pub fn shares<P: Progress>(
        &self,
        experiments: &[Experiment],
        shard: Shard,
        progress: impl Fn(&str) -> P,
    ) -> Result<Vec<Result<Share, ExperimentError>>, rayon::ThreadPoolBuildError> {
        let pool = self.pool()?;
        let Some(folder) = &self.parts else { return Ok(Vec::new()) };
        let run = |experiment: &Experiment| {
            let progress = progress(experiment.name());
            pool.install(|| experiment.share(folder, shard, &progress))
        };
        Ok(experiments.iter().map(run).collect())
    }

    /// Runs them and prints what they find as text, as `halfulp bound run` does.
    ///
    /// # Errors
    /// An experiment cannot be read, or nothing can be printed.
    pub fn print(&self, registry: &Registry, to: &mut impl Write) -> Result<Answer, Box<dyn Error>> {
        let experiments = self.experiments(registry)?;
        let mut printed = Ok(());
        let outcomes = self.outcomes(
            &experiments,
            |_| Quiet,
            |outcome| {
                let text = match &outcome.report {
                    Ok(report) => text::report(report, WIDTH),
                    Err(error) => format!("{error}\n"),
                };
                if printed.is_ok() {
                    printed = to.write_all(text.as_bytes());
                }
            },
        )?;
        printed?;
        Ok(Answer::of(&outcomes, self.check))
    }
}

/// What came of all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// All that is asserted holds.
    Yes,
    /// Something is not as asserted.
    No,
    /// Something could not be run, or nothing is asserted that could fail where something should be.
    Unknown,
}

impl Answer {
    /// Something that is not as asserted is a no, whatever else could not be run. What asserts nothing that could fail, such as identities alone, is no
    /// answer of a check.
    #[must_use]
    pub fn of(outcomes: &[Outcome], is_check: bool) -> Answer {
        let has = |found: Verdict| {
            outcomes.iter().any(|o| o.report.as_ref().is_ok_and(|report| report.verdict() == found))
        };
        if has(Verdict::Fails) {
            Answer::No
        } else if outcomes.iter().any(|o| o.report.is_err()) || is_check && has(Verdict::NothingAsserted) {
            Answer::Unknown
        } else {
            Answer::Yes
        }
    }
}

/// 0 for yes, 1 for no, 2 for unknown.
impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> ExitCode {
        ExitCode::from(match answer {
            Answer::Yes => 0,
            Answer::No => 1,
            Answer::Unknown => 2,
        })
    }
}
