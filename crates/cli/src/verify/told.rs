//! How a program is told a format: by its name, or by a file that it can read. Formats of the main job that have neither are
//! written into files for the run.

use anyhow::Context as _;
use halfulp::Format;
use halfulp_verify::Job;
use halfulp_verify::report::{definition, file_name};
use tempfile::TempDir;

use super::names::Names;
use crate::output::folder_for_run;

/// The formats of a run, as its programs are told them.
pub struct Told {
    names: Names,
    /// Those that are neither named nor in a file of the person who runs it.
    written: Vec<(Format, String)>,
    /// Where these are, until the run is over.
    _folder: Option<TempDir>,
}

impl Told {
    /// Of the formats of some jobs; writes the files that are needed.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn of(names: &Names, jobs: &[Job]) -> anyhow::Result<Told> {
        let mut formats: Vec<Format> = Vec::new();
        for task in jobs.iter().map(Job::task) {
            for format in task.operands[..task.op.arity()].iter().chain([&task.result]) {
                if names.name(format) == file_name(format) && !formats.contains(format) {
                    formats.push(*format);
                }
            }
        }
        let mut told = Told { names: names.clone(), written: Vec::new(), _folder: None };
        if formats.is_empty() {
            return Ok(told);
        }
        let folder = folder_for_run().context("a folder for format files, which devices are told")?;
        for format in formats {
            let path = folder.path().join(file_name(&format).trim_start_matches("./"));
            std::fs::write(&path, definition(&format).join("\n") + "\n")
                .with_context(|| format!("could not write {}", path.display()))?;
            told.written.push((format, path.display().to_string()));
        }
        told._folder = Some(folder);
        Ok(told)
    }

    /// The same with formats of files that exist already.
    pub fn with(mut self, files: Vec<(Format, String)>) -> Told {
        self.written.extend(files);
        self
    }

    /// What `halfulp`, and so a program, takes for a format.
    pub fn name(&self, format: &Format) -> String {
        let written = self.written.iter().find(|(known, _)| known == format);
        written.map_or_else(|| self.names.name(format), |(_, path)| path.clone())
    }
}
