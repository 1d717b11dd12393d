//! The grid's rows, with what was fitted to them.

use super::cells::{Cell, Row};
use super::collapse::{Spread, collapse};
use super::fit::{Verdict, least};
use super::settings::GridRun;
use crate::experiment::kind::mean::Mean;

/// The sizes of gradients over the horizons, at one mantissa or along one path.
pub(super) struct Line<'a> {
    /// `exact`, `m3`, `s0.5`.
    pub(super) name: String,
    /// By horizon.
    pub(super) cells: Vec<&'a Cell>,
    /// Of each seed.
    pub(super) slopes: Vec<f64>,
    pub(super) rate: Mean,
    /// Of each seed the part of the rate that is lost.
    pub(super) lost: Vec<f64>,
    pub(super) loses: Mean,
}

/// A row with its lines.
pub(super) struct Fitted<'a> {
    pub(super) row: &'a Row,
    pub(super) lines: Vec<Line<'a>>,
    /// The paths, by exponent; none without paths.
    pub(super) paths: Vec<Line<'a>>,
    pub(super) verdicts: Vec<Verdict>,
    /// By exponent of the diagonals.
    pub(super) spreads: Vec<Option<Spread>>,
}

impl Fitted<'_> {
    /// The least exponent of the paths that keeps the rate.
    pub(super) fn least(&self, settings: &GridRun) -> f64 {
        settings.paths.as_ref().map_or(f64::NAN, |paths| least(&paths.exponents, &self.verdicts))
    }

    /// The index of the exponent whose diagonals differ least, if it stands out.
    pub(super) fn collapses(&self) -> Option<usize> {
        collapse(&self.spreads)
    }
}

/// A run without rounding, and its rows.
pub(super) struct Part<'a> {
    pub(super) run: usize,
    pub(super) exact: Line<'a>,
    pub(super) rows: Vec<Fitted<'a>>,
}

/// How much larger gradients are than without rounding at the last horizon, relatively, seed by seed.
pub(super) fn excess(line: &Line<'_>, exact: &Line<'_>) -> Mean {
    let (Some(rounded), Some(exact)) = (line.cells.last(), exact.cells.last()) else { return Mean::of(&[]) };
    let pairs = rounded.sizes.iter().zip(&exact.sizes);
    Mean::of(&pairs.map(|(rounded, exact)| rounded / exact - 1.0).collect::<Vec<_>>())
}
