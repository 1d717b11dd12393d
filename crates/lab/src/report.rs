//! What an experiment found, as data: text, tables, JSON and pages are made of this.

mod check;
pub mod csv;
mod figure;
mod files;
pub mod html;
pub mod informs;
pub mod json;
pub mod junit;
pub mod number;
mod reference;
pub mod svg;
pub mod text;
mod verdict;

use serde::{Deserialize, Serialize};

pub use check::{Check, Listed, Unevaluated};
pub use figure::{Axis, Curve, Curves, Figure, Heat, Role};
pub use reference::{Expected, Reference, Relation};
pub use verdict::Verdict;

/// What an experiment found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The experiment's name.
    pub name: String,
    /// One line that says what it is about.
    pub title: String,
    /// What it shows and what it reproduces, in paragraphs, for a reader who did not run it.
    pub about: Vec<String>,
    /// The command that runs it again.
    pub command: String,
    /// The experiment's file.
    pub file: String,
    /// Every setting that the result depends on: key and value.
    pub settings: Vec<(String, String)>,
    /// The bounds, evaluated.
    pub checks: Vec<Check>,
    /// What is asserted of a bound without an evaluation there.
    pub unevaluated: Vec<Unevaluated>,
    /// Numbers that were expected.
    pub references: Vec<Reference>,
    /// What was detected: pathologies by name.
    pub detections: Vec<Detection>,
    /// Runs that went out of the numbers.
    pub divergences: Vec<Divergence>,
    /// Curves and grids.
    pub figures: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
}

/// What came of an experiment, which may be that it could not be run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The experiment's name.
    pub name: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What it found, or why it could not be run.
    pub report: Result<Report, String>,
}

/// A pathology that was looked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Detection {
    /// The detector's name: `frozen-writes`.
    pub detector: String,
    /// Where: the tensor or the run.
    pub of: String,
    /// How often it was seen, of how many.
    pub count: u64,
    /// How often it could have been seen.
    pub out_of: u64,
    /// Whether that is enough to call it a pathology.
    pub raised: bool,
    /// What it means, in a sentence.
    pub meaning: String,
    /// What the experiment says has to be: raised, not raised, or nothing.
    pub expected: Option<bool>,
}

impl Detection {
    /// Whether it is as the experiment says.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.expected.is_none_or(|expected| expected == self.raised)
    }
}

/// A run that went out of the numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Divergence {
    /// Which run.
    pub of: String,
    /// The step, from 1.
    pub step: u64,
    /// What became infinite or NaN, and where.
    pub why: String,
    /// Whether the experiment says that this has to happen.
    pub expected: bool,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    /// A name for files: letters, digits and dashes.
    pub name: String,
    /// The title.
    pub title: String,
    /// Column heads.
    pub head: Vec<String>,
    /// Rows of cells.
    pub rows: Vec<Vec<String>>,
}

impl Divergence {
    /// What happened, as a sentence; for one that did not happen and should have, that.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Divergence { of, step, why, expected } = self;
        match (step, expected) {
            (0, false) => format!("{of}: {why}"),
            (_, true) => format!("{of}: diverged at step {step}, as it had to: {why}"),
            (_, false) => format!("{of}: diverged at step {step}: {why}"),
        }
    }
}

impl Table {
    /// Whether every cell of a column is a number, or empty, or a dash.
    #[must_use]
    pub fn is_numeric(&self, column: usize) -> bool {
        let number = |cell: &str| {
            let cell = cell.trim_end_matches([' ', '%']);
            matches!(cell, "" | "-") || cell.replace(',', "").parse::<f64>().is_ok()
        };
        self.rows.iter().filter_map(|row| row.get(column)).all(|cell| number(cell))
    }
}

impl Report {
    /// The statements of the bounds, each once, in the order in which they come: index of the first check, and name.
    #[must_use]
    pub fn statements(&self) -> Vec<(usize, &'static str)> {
        let mut names: Vec<(usize, &'static str)> = Vec::new();
        for (index, check) in self.checks.iter().enumerate() {
            let name = check.tally.statement.name;
            if !names.iter().any(|(_, known)| *known == name) {
                names.push((index, name));
            }
        }
        names
    }
}
