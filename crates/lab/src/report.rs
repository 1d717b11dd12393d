//! What an experiment found, as data: text, tables, JSON and pages are made of this.

pub mod csv;
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

use serde::Serialize;

pub use reference::{Expected, Reference, Relation};
pub use verdict::Verdict;

use crate::bound::{Point, Required, Status, Tally};

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

/// A bound in an experiment, and the band that its tightness has to stay in.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What it was evaluated on: "bfloat16, nearest-even, beta 0.9".
    pub of: String,
    /// How it went.
    pub tally: Tally,
    /// Whether the experiment asserts it. A bound that is only reported never decides the verdict.
    pub asserted: bool,
    /// Where the largest ratio of measured to bound has to lie, if a looseness regression should be noticed.
    pub band: Option<[f64; 2]>,
    /// Where the largest ratio of the last step has to lie.
    pub last_band: Option<[f64; 2]>,
    /// In how many of its places it must be informative to hold.
    pub required: Required,
    /// The status that the experiment says it has in place of *holds*: a bound that is listed as not informative.
    pub listed: Option<Listed>,
}

/// Why a bound is listed as one that does not inform.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Listed {
    /// What becomes of it.
    pub status: Status,
    /// Why, in a sentence.
    pub reason: String,
}

/// A bound that is asserted of more cases than it was evaluated on: of the others nothing holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unevaluated {
    /// The bound's name.
    pub bound: String,
    /// Of how many cases it is asserted.
    pub cases: usize,
    /// Those that it was not evaluated on.
    pub of: Vec<String>,
}

impl Unevaluated {
    /// Cases that are named in a sentence.
    const NAMED: usize = 4;

    /// The bound and the cases, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Unevaluated { bound, cases, of } = self;
        let named = of.iter().take(Self::NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = of.len().saturating_sub(Self::NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        format!("{bound} in {} of {cases} cases: {named}{more}", of.len())
    }
}

impl Listed {
    /// Whether that is what became of it. What is vacuous everywhere is mostly vacuous, too.
    #[must_use]
    pub fn fits(&self, status: Status) -> bool {
        self.status == status || (self.status == Status::MostlyVacuous && status == Status::Vacuous)
    }
}

impl Check {
    /// An asserted bound without a band.
    #[must_use]
    pub fn asserted(of: impl Into<String>, tally: Tally) -> Check {
        let (band, last_band, listed) = (None, None, None);
        let required = Required::of(tally.statement);
        Check { of: of.into(), tally, asserted: true, band, last_band, required, listed }
    }

    /// A bound that is reported and decides nothing.
    #[must_use]
    pub fn reported(of: impl Into<String>, tally: Tally) -> Check {
        Check { asserted: false, ..Check::asserted(of, tally) }
    }

    /// The same with a band for the largest ratio of measured to bound.
    #[must_use]
    pub fn within(self, band: Option<[f64; 2]>) -> Check {
        Check { band, ..self }
    }

    /// The same with what has to be so for it to hold.
    #[must_use]
    pub fn requiring(self, required: Required) -> Check {
        Check { required, ..self }
    }

    /// What became of the bound.
    #[must_use]
    pub fn status(&self) -> Status {
        self.required.status(&self.tally)
    }

    /// Whether an asserted bound is as it should be: it holds, and its tightness is in its bands. What is vacuous, mostly or everywhere, was
    /// not evaluated or lost its hypotheses is no pass; unless the experiment lists it as that, and then nothing else is.
    #[must_use]
    pub fn passes(&self) -> bool {
        match &self.listed {
            _ if !self.asserted => true,
            Some(listed) => listed.fits(self.status()) && self.in_band(),
            None => self.status() == Status::Holds && self.in_band(),
        }
    }

    /// What it is in lists: a bound or an identity.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        if self.tally.statement.identity { "identity" } else { "bound" }
    }

    /// Whether it is an asserted bound, no identity, and says something: one whose tightness counts.
    #[must_use]
    pub fn is_bound_that_holds(&self) -> bool {
        self.asserted && !self.tally.statement.identity && self.status() == Status::Holds
    }

    /// Whether the largest ratio lies in the band, if there is one, and that of the last step in its own.
    #[must_use]
    pub fn in_band(&self) -> bool {
        let at_last = self.tally.worst_at_last().map(Point::ratio);
        let within = |band: Option<[f64; 2]>, ratio: Option<f64>| match (band, ratio) {
            (None, _) => true,
            (Some([low, high]), Some(ratio)) => low <= ratio && ratio <= high,
            (Some(_), None) => false,
        };
        within(self.band, self.tally.ratio()) && within(self.last_band, at_last)
    }
}

/// A pathology that was looked for.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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

/// A picture.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Figure {
    /// Curves over one axis.
    Curves(Curves),
    /// A grid of numbers.
    Heat(Heat),
}

/// Curves over one axis.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Curves {
    /// A name for files: letters, digits and dashes.
    pub name: String,
    /// The title.
    pub title: String,
    /// What the horizontal axis is, with its unit.
    pub x: Axis,
    /// What the vertical axis is, with its unit.
    pub y: Axis,
    /// The curves.
    pub curves: Vec<Curve>,
}

/// An axis.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Axis {
    /// What it is, with its unit.
    pub label: String,
    /// Whether it is logarithmic: then what is not positive is left out.
    pub log: bool,
}

impl Axis {
    /// A linear axis.
    #[must_use]
    pub fn linear(label: impl Into<String>) -> Axis {
        Axis { label: label.into(), log: false }
    }

    /// A logarithmic axis.
    #[must_use]
    pub fn log(label: impl Into<String>) -> Axis {
        Axis { label: label.into(), log: true }
    }
}

/// A curve.
#[derive(Clone, Debug, Serialize)]
pub struct Curve {
    /// Its name in the legend.
    pub label: String,
    /// What it is: bounds are drawn unlike measurements.
    pub role: Role,
    /// The points, from left to right. One that is not finite is a gap.
    pub points: Vec<(f64, f64)>,
    /// For a bound: the last place up to which it is informative in as many places as is required; beyond it the curve is drawn faintly. `None`
    /// if it informs throughout, or if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub informs_until: Option<f64>,
}

impl Curve {
    /// A curve that is drawn alike from its first to its last point.
    #[must_use]
    pub fn new(label: impl Into<String>, role: Role, points: Vec<(f64, f64)>) -> Curve {
        Curve { label: label.into(), role, points, informs_until: None }
    }
}

/// What a curve is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Something measured.
    Measured,
    /// A bound.
    Bound,
    /// What is trivially true, or another's number.
    Reference,
}

/// A grid of numbers, drawn as a heat map.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Heat {
    /// A name for files: letters, digits and dashes.
    pub name: String,
    /// The title.
    pub title: String,
    /// What the columns are, and each one's label.
    pub x: (String, Vec<String>),
    /// What the rows are, and each one's label.
    pub y: (String, Vec<String>),
    /// What the cells are, with the unit.
    pub value: String,
    /// Rows of cells; NaN is an empty cell.
    pub cells: Vec<Vec<f64>>,
    /// Whether colours go by the logarithm.
    pub log: bool,
    /// Cells that are marked: row and column. The thresholds of a grid, say.
    pub marked: Vec<(usize, usize)>,
    /// What a mark means.
    pub mark: String,
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

impl Role {
    /// As a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Measured => "measured",
            Role::Bound => "bound",
            Role::Reference => "reference",
        }
    }
}

impl Figure {
    /// The name for files.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Figure::Curves(curves) => &curves.name,
            Figure::Heat(heat) => &heat.name,
        }
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Figure::Curves(curves) => &curves.title,
            Figure::Heat(heat) => &heat.title,
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
