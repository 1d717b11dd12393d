//! Experiments as files: what is run, what is asserted of it, what numbers are expected.
//!
//! A file has a head (`name`, `title`, `about`), one table whose name says what kind of experiment it is and whose keys are that kind's,
//! and what is asserted: `[[assert]]` (bounds and bands), `[[expect]]` (numbers), `[[detect]]` (pathologies), `[[diverge]]` (runs that
//! have to diverge). What a file does not assert is reported and decides nothing.

mod asserted;
mod assertions;
mod error;
mod findings;
mod full;
pub mod kind;
mod memory;
mod parts;
mod place;
mod progress;
pub(crate) mod range;
mod run;
mod seeds;
mod source;
mod template;
mod text;

use std::path::Path;

use serde::Deserialize;

pub use asserted::{Assert, Detect, Diverge, Expect};
pub use assertions::Assertions;
pub(crate) use error::in_words;
pub use error::{ExperimentError, Invalid};
pub use findings::Findings;
pub(crate) use full::read;
pub use kind::{Kind, Kinds};
pub use memory::Memory;
pub use parts::{Divided, Part, Parts, Shard, Share, Stopped, whole};
pub use progress::{Progress, Quiet};
pub use seeds::Seeds;
pub use source::{BUILTIN, builtin, open, open_with};
pub use template::{TEMPLATES, USUAL, template};
pub(crate) use text::inline;

use crate::registry::Registry;
use crate::toml_value;

/// An experiment, read from a file.
#[derive(Debug)]
pub struct Experiment {
    file: File,
    origin: String,
    text: String,
    /// What runs it again.
    command: String,
    /// The most memory that a run may take, in bytes.
    limit: u64,
    /// Whether it is the long run.
    long: bool,
    /// What its names mean.
    registry: Registry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    name: String,
    title: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    assert: Vec<Assert>,
    #[serde(default)]
    expect: Vec<Expect>,
    #[serde(default)]
    detect: Vec<Detect>,
    #[serde(default)]
    diverge: Vec<Diverge>,
    /// One table, whose name is the kind of experiment.
    run: Kinds,
    /// What is different in the long run.
    full: Option<full::Full>,
}

/// The folder that paths in a file are relative to: its own.
fn folder(origin: &str) -> &Path {
    Path::new(origin).parent().unwrap_or(Path::new(""))
}

/// The paragraphs of a text, each in one line.
fn paragraphs(text: &str) -> Vec<String> {
    let lines = text.split("\n\n").map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|paragraph| !paragraph.is_empty()).collect()
}

impl Experiment {
    /// Reads an experiment. `origin` is what errors call the text.
    ///
    /// # Errors
    /// What is wrong, with line, column and key.
    pub fn parse(text: &str, origin: &str) -> Result<Experiment, ExperimentError> {
        Experiment::parse_with(text, origin, &Registry::default())
    }

    /// The same with what a registry has beside what this crate has.
    ///
    /// # Errors
    /// What is wrong, with line, column and key.
    pub fn parse_with(text: &str, origin: &str, registry: &Registry) -> Result<Experiment, ExperimentError> {
        text::check(text).map_err(|e| ExperimentError::invalid(&e, text, origin))?;
        let file = registry.within(|| toml_value::from_str(text));
        let mut file: File = file.map_err(|e| ExperimentError::syntax(&e, text, origin))?;
        file.run.relative_to(folder(origin));
        let command = format!("{} {}", registry.command, place::quoted(origin));
        let limit = Memory::LIMIT;
        let (origin, text, registry) = (origin.to_string(), text.to_string(), registry.clone());
        let experiment = Experiment { file, origin, text, command, limit, long: false, registry };
        experiment.check(&experiment.file)?;
        if experiment.file.full.is_some() {
            experiment.check(&experiment.lengthened()?)?;
        }
        Ok(experiment)
    }

    fn check(&self, file: &File) -> Result<(), ExperimentError> {
        asserted::check(&file.assert, &file.expect).map_err(|e| self.invalid(&e))?;
        self.kind(file)?.check().map_err(|e| self.invalid(&e))
    }

    /// The settings of the kind that a file is of.
    fn kind<'f>(&self, file: &'f File) -> Result<&'f dyn Kind, ExperimentError> {
        file.run.kind().map_err(|e| self.invalid(e))
    }

    /// The long run: with the settings and the expected numbers of the table `full` in place of those of the same name.
    ///
    /// # Errors
    /// The file has no such table.
    pub fn full(self) -> Result<Experiment, ExperimentError> {
        let file = self.lengthened()?;
        let command = format!("{} --full", self.command);
        Ok(Experiment { file, command, long: true, ..self })
    }

    fn lengthened(&self) -> Result<File, ExperimentError> {
        let changed = self.changed(true, None);
        changed.map_err(|why| self.invalid(&Invalid::new("full", format!("there is no long run: {why}"))))
    }

    /// Whether its file has a long run.
    #[must_use]
    pub const fn has_full(&self) -> bool {
        self.file.full.is_some()
    }

    /// The same with other seeds: the key `seeds` of the kind's table is replaced.
    ///
    /// # Errors
    /// The kind has no seeds.
    pub fn with_seeds(self, seeds: &Seeds) -> Result<Experiment, ExperimentError> {
        let file = self.changed(self.long, Some(seeds)).map_err(|why| {
            self.invalid(&Invalid::new("run", format!("this experiment takes no other seeds: {why}")))
        })?;
        self.check(&file)?;
        let listed: Vec<String> = seeds.as_slice().iter().map(u64::to_string).collect();
        let comma = if listed.len() == 1 { "," } else { "" };
        let command = format!("{} --seeds {}{comma}", self.command, listed.join(","));
        Ok(Experiment { file, command, ..self })
    }

    /// The file of the long run, or with other seeds.
    fn changed(&self, long: bool, seeds: Option<&Seeds>) -> Result<File, String> {
        let said = |error: toml::de::Error| error.message().to_string();
        let mut table: toml::Table = toml::from_str(&self.text).map_err(said)?;
        if long {
            full::apply(&mut table)?;
        }
        let Some(seeds) = seeds else { return self.read(&table) };
        let kind = table.get_mut("run").and_then(toml::Value::as_table_mut);
        if let Some((_, toml::Value::Table(kind))) = kind.and_then(|run| run.iter_mut().next()) {
            let seeds = seeds.as_slice().iter().filter_map(|&seed| i64::try_from(seed).ok());
            kind.insert("seeds".into(), seeds.map(toml::Value::Integer).collect::<Vec<_>>().into());
        }
        self.read(&table)
    }

    /// A table as a file of the same place.
    fn read(&self, table: &toml::Table) -> Result<File, String> {
        let mut file: File = self.registry.within(|| read(table)).map_err(|e| e.to_string())?;
        file.run.relative_to(folder(&self.origin));
        Ok(file)
    }

    /// The same with another limit on the memory that a run may take, in bytes; [`Memory::LIMIT`] if none is set.
    #[must_use]
    pub fn limited(self, bytes: u64) -> Experiment {
        Experiment { limit: bytes, ..self }
    }

    /// Whether a run with so many threads stays within the limit on memory, as far as sizes tell. Nothing is allocated.
    ///
    /// # Errors
    /// It does not: the key that most of the memory comes from.
    pub fn fits(&self, threads: usize) -> Result<(), ExperimentError> {
        let memory = self.kind(&self.file)?.memory(threads.max(1) as u64);
        if memory.bytes <= self.limit {
            return Ok(());
        }
        let limit = Memory { bytes: self.limit, ..memory };
        let why = format!(
            "a run would take about {memory} of memory, and the limit is {limit}: expected smaller sizes, or a higher \
             limit (--max-memory)"
        );
        Err(self.invalid(&Invalid::new(memory.key, why)))
    }

    /// The same under the name that it comes with the program by.
    fn named(self, name: &str) -> Experiment {
        Experiment { command: format!("{} {name}", self.registry.command), ..self }
    }

    /// Whether its file has seeds that can be replaced.
    #[must_use]
    pub fn has_seeds(&self) -> bool {
        let seeds = Seeds::default();
        self.changed(self.long, Some(&seeds)).is_ok()
    }

    /// What errors call it: the file.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The title, one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// What it asserts: the bounds by name, the rest by number. Empty if that is nothing.
    #[must_use]
    pub fn asserts(&self) -> String {
        let file = &self.file;
        let mut parts: Vec<String> = Vec::new();
        for assert in &file.assert {
            if !parts.contains(&assert.bound) {
                parts.push(assert.bound.clone());
            }
        }
        let numbers = file.expect.iter().filter(|e| e.within.is_some()).count();
        let counts =
            [(numbers, "number"), (file.detect.len(), "detection"), (file.diverge.len(), "divergence")];
        let several = |n| if n == 1 { "" } else { "s" };
        let counted = counts.into_iter().filter(|(n, _)| *n > 0);
        parts.extend(counted.map(|(n, what)| format!("{n} {what}{}", several(n))));
        parts.join(", ")
    }

    fn invalid(&self, error: &Invalid) -> ExperimentError {
        ExperimentError::invalid(error, &self.text, &self.origin)
    }
}
