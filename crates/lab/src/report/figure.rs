//! Pictures, as data.

use serde::Serialize;

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
