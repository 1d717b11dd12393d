//! What an experiment found, as data: text, tables, JSON and pages are made of this.

use serde::Serialize;

use crate::bound::{Status, Tally};

/// What an experiment found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The experiment's name.
    pub name: String,
    /// One line that says what it is about.
    pub title: String,
    /// What it shows and what it reproduces, in paragraphs, for a reader who did not run it.
    pub about: Vec<String>,
    /// Every setting that the result depends on: key and value.
    pub settings: Vec<(String, String)>,
    /// The bounds, evaluated.
    pub checks: Vec<Check>,
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
}

impl Check {
    /// An asserted bound without a band.
    #[must_use]
    pub fn asserted(of: impl Into<String>, tally: Tally) -> Check {
        Check { of: of.into(), tally, asserted: true, band: None }
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

    /// Whether an asserted bound is as it should be: it holds, and its tightness is in the band. What is vacuous, was not evaluated
    /// or lost its hypotheses is no pass.
    #[must_use]
    pub fn passes(&self) -> bool {
        !self.asserted || (self.tally.status() == Status::Holds && self.in_band())
    }

    /// Whether the largest ratio lies in the band, if there is one.
    #[must_use]
    pub fn in_band(&self) -> bool {
        match (self.band, self.tally.ratio()) {
            (None, _) => true,
            (Some([low, high]), Some(ratio)) => low <= ratio && ratio <= high,
            (Some(_), None) => false,
        }
    }
}

/// A number that was expected, beside the one that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// What the number is.
    pub what: String,
    /// What was expected, and where that comes from.
    pub expected: f64,
    /// Paper and section, or "derived here".
    pub source: String,
    /// What was found.
    pub found: f64,
    /// Where `found` has to lie; `None` if the number is only reported.
    pub within: Option<[f64; 2]>,
    /// Why the two differ, if they do and it is known.
    pub note: String,
}

impl Reference {
    /// Whether the number was found where it has to lie. NaN never was.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.within.is_none_or(|[low, high]| low <= self.found && self.found <= high)
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

/// What a report comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was asserted is so, and something was asserted.
    Holds,
    /// Something that was asserted is not so.
    Fails,
    /// Nothing was asserted.
    NothingAsserted,
}

impl Report {
    /// What the report comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let asserted = self.checks.iter().filter(|c| c.asserted).count()
            + self.references.iter().filter(|r| r.within.is_some()).count()
            + self.detections.iter().filter(|d| d.expected.is_some()).count();
        match (self.failures().is_empty(), asserted) {
            (false, _) => Verdict::Fails,
            (true, 0) => Verdict::NothingAsserted,
            (true, _) => Verdict::Holds,
        }
    }

    /// What is not as it was asserted, a sentence each.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let checks = self.checks.iter().filter(|c| !c.passes()).map(failed_check);
        let references = self.references.iter().filter(|r| !r.passes()).map(|r| {
            let [low, high] = r.within.unwrap_or([f64::NAN; 2]);
            format!("{}: found {:.6}, expected within [{low}, {high}]", r.what, r.found)
        });
        let detections = self.detections.iter().filter(|d| !d.passes()).map(|d| {
            let (is, should) = if d.raised { ("raised", "not raised") } else { ("not raised", "raised") };
            format!("{} of {}: {is} ({} of {}), expected {should}", d.detector, d.of, d.count, d.out_of)
        });
        let divergences = self
            .divergences
            .iter()
            .filter(|d| !d.expected)
            .map(|d| format!("{}: diverged at step {}: {}", d.of, d.step, d.why));
        checks.chain(references).chain(detections).chain(divergences).collect()
    }
}

fn failed_check(check: &Check) -> String {
    let (name, tally) = (check.tally.statement.name, &check.tally);
    let status = tally.status();
    let why = match (status, &tally.worst) {
        (Status::HypothesisFailed, _) => {
            let failed = tally.failed.iter().zip(tally.statement.hypotheses).zip(&tally.failed_at);
            let first = failed.filter(|((count, _), _)| **count > 0).map(|((_, text), at)| {
                format!("\"{text}\" failed, first at {}", at.as_deref().unwrap_or("an unnamed place"))
            });
            first.collect::<Vec<_>>().join("; ")
        }
        (Status::Holds, Some(worst)) => {
            let [low, high] = check.band.unwrap_or([f64::NAN; 2]);
            format!("measured / bound is {:.4}, outside its band [{low}, {high}]", worst.ratio())
        }
        (_, Some(worst)) => {
            format!("measured {:e}, bound {:e}, at {}", worst.measured, worst.bound, worst.at)
        }
        (_, None) => "nothing was evaluated".into(),
    };
    format!("{name} of {}: {status}: {why}", check.of)
}
