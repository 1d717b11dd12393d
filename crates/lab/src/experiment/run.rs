//! Running an experiment: whole, or in parts.

use std::path::Path;

use super::parts::Folder;
use super::{
    Divided, Experiment, ExperimentError, Findings, Invalid, Parts, Progress, Shard, Share, Stopped,
    asserted, paragraphs,
};
use crate::report::Report;

impl Experiment {
    /// Runs it, and compares with what is asserted.
    ///
    /// # Errors
    /// What cannot be run, would take more memory than it may, or is asserted of things that there are none of.
    pub fn run(&self, progress: &dyn Progress) -> Result<Report, ExperimentError> {
        self.fits(rayon::current_num_threads())?;
        let found = self.kind(&self.file)?.run(progress).map_err(|e| self.invalid(&e))?;
        self.judged(found)
    }

    /// What was found, compared with what is asserted.
    fn judged(&self, found: Findings) -> Result<Report, ExperimentError> {
        let file = &self.file;
        let report = Report {
            name: file.name.clone(),
            title: file.title.clone(),
            about: paragraphs(&file.about),
            command: self.command.clone(),
            file: self.text.clone(),
            ..Report::default()
        };
        let asserted = asserted::All {
            assert: &file.assert,
            expect: &file.expect,
            detect: &file.detect,
            diverge: &file.diverge,
        };
        asserted.of(found, report).map_err(|e| self.invalid(&e))
    }

    /// Whether its kind has parts that can be kept.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        self.divided().is_ok()
    }

    /// The kind, as one that has parts.
    ///
    /// # Errors
    /// It has none.
    pub(crate) fn divided(&self) -> Result<&dyn Divided, ExperimentError> {
        self.kind(&self.file)?.divided().ok_or_else(|| {
            let why = "this kind of experiment has no parts that could be kept: run it without --parts";
            self.invalid(&Invalid::new("run", why))
        })
    }

    /// Runs it as [`run`](Experiment::run) does, to the same result, with parts that are kept in a folder: those that are there are taken, and the others
    /// are put there as they are done. The folder is made if need be. Parts of other settings, and damaged ones, are not taken; `progress` is told so.
    ///
    /// # Errors
    /// As of [`run`](Experiment::run); the kind has no parts; or the folder cannot be written in.
    pub fn run_in(&self, folder: &Path, progress: &dyn Progress) -> Result<Report, ExperimentError> {
        let divided = self.divided()?;
        self.fits(rayon::current_num_threads())?;
        let folder = Folder::open(folder, self.name()).map_err(|e| self.stopped(e))?;
        let found = divided.run_parts(&Parts::of(progress, Some(&folder), None));
        self.judged(found.map_err(|e| self.stopped(e))?)
    }

    /// Computes the parts of a shard that are not in the folder yet, and judges nothing. Several processes can do so at once.
    ///
    /// # Errors
    /// As of [`run_in`](Experiment::run_in).
    pub fn share(
        &self,
        folder: &Path,
        shard: Shard,
        progress: &dyn Progress,
    ) -> Result<Share, ExperimentError> {
        let divided = self.divided()?;
        self.fits(rayon::current_num_threads())?;
        let folder = Folder::open(folder, self.name()).map_err(|e| self.stopped(e))?;
        let parts = Parts::of(progress, Some(&folder), Some(shard));
        match divided.run_parts(&parts) {
            Err(Stopped::Share) => Ok(parts.share()),
            Err(other) => Err(self.stopped(other)),
            Ok(_) => {
                Err(self.invalid(&Invalid::new("run", "this kind of experiment did not divide its run")))
            }
        }
    }

    fn stopped(&self, stopped: Stopped) -> ExperimentError {
        match stopped {
            Stopped::Invalid(invalid) => self.invalid(&invalid),
            Stopped::Folder { path, why } => ExperimentError::unreadable(&path, why),
            Stopped::Share => self.invalid(&Invalid::new("run", stopped.to_string())),
        }
    }
}
