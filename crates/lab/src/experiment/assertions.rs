//! Assertions in a file of their own: of what is not run by an experiment.

use std::path::Path;

use serde::Deserialize;

use super::asserted::{self, All, Assert, Detect, Expect};
use super::{ExperimentError, Findings, Invalid, source, text};
use crate::report::Report;
use crate::toml_value;

/// `[[assert]]`, `[[expect]]` and `[[detect]]`, as in an experiment's file.
///
/// ```
/// use halfulp_lab::experiment::Assertions;
///
/// assert!(Assertions::parse("[[assert]]\nbound = \"trace.step\"", "mine.toml").is_ok());
/// let error = Assertions::parse("[[asserts]]", "mine.toml").unwrap_err();
/// assert!(error.to_string().contains("unknown field"));
/// ```
#[derive(Clone, Debug)]
pub struct Assertions {
    file: File,
    text: String,
    origin: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    assert: Vec<Assert>,
    #[serde(default)]
    expect: Vec<Expect>,
    #[serde(default)]
    detect: Vec<Detect>,
}

impl Assertions {
    /// Reads assertions. `origin` is what errors call the text.
    ///
    /// # Errors
    /// What is wrong, with line, column and key; also if nothing is asserted.
    pub fn parse(text: &str, origin: &str) -> Result<Assertions, ExperimentError> {
        text::check(text).map_err(|e| ExperimentError::invalid(&e, text, origin))?;
        let file: File = toml_value::from_str(text).map_err(|e| ExperimentError::syntax(&e, text, origin))?;
        let wrong = |e: &Invalid| ExperimentError::invalid(e, text, origin);
        asserted::check(&file.assert, &file.expect).map_err(|e| wrong(&e))?;
        if file.assert.is_empty() && file.expect.is_empty() && file.detect.is_empty() {
            return Err(wrong(&Invalid::new(
                "assert",
                "expected at least one [[assert]], [[expect]] or [[detect]]",
            )));
        }
        Ok(Assertions { file, text: text.into(), origin: origin.into() })
    }

    /// Those of a file.
    ///
    /// # Errors
    /// It cannot be read, or as of [`parse`](Assertions::parse).
    pub fn open(path: &str) -> Result<Assertions, ExperimentError> {
        let text = source::read(Path::new(path)).map_err(|why| ExperimentError::unreadable(path, why))?;
        Assertions::parse(&text, path)
    }

    /// The report with what was found, and what is asserted of it.
    ///
    /// # Errors
    /// Something is asserted of what there is none of.
    pub fn report(&self, found: Findings, report: Report) -> Result<Report, ExperimentError> {
        let File { assert, expect, detect } = &self.file;
        let report = Report { file: self.text.clone(), ..report };
        let all = All { assert, expect, detect, diverge: &[] };
        all.of(found, report).map_err(|e| ExperimentError::invalid(&e, &self.text, &self.origin))
    }
}
