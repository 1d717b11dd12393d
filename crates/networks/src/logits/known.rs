//! What is known of the distance between numbers of the quantized network and those of the exact one.

use super::{WIDE, norm, up};

/// Of `e = h^q - h`, row by row: every number lies within its radius of its middle, and every row of what is between `e` and the middles has at most its norm.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) columns: usize,
    pub(super) middle: Vec<f64>,
    pub(super) radius: Vec<f64>,
    pub(super) norm: Vec<f64>,
}

impl Known {
    /// That there is no distance.
    pub(super) fn none(rows: usize, columns: usize) -> Known {
        let zeros = || vec![0.0; rows * columns];
        Known { columns, middle: zeros(), radius: zeros(), norm: vec![0.0; rows] }
    }

    /// From radii alone, and norms that are known besides. The smaller of what both say counts.
    pub(super) fn of(columns: usize, middle: Vec<f64>, mut radius: Vec<f64>, mut norms: Vec<f64>) -> Known {
        for (radius, known) in radius.chunks_mut(columns).zip(&mut norms) {
            *known = least(*known, up(norm(radius.iter().copied())));
            radius.iter_mut().for_each(|radius| *radius = least(*radius, *known));
        }
        Known { columns, middle, radius, norm: norms }
    }

    /// Of a sum that is rounded once: the branch of a block, and what goes around it.
    pub(super) fn plus(&self, other: &Known, sum: &[f64]) -> Known {
        let middle: Vec<f64> = self.middle.iter().zip(&other.middle).map(|(x, y)| x + y).collect();
        let rounded: Vec<f64> = sum.iter().zip(&middle).map(|(y, d)| WIDE * (y.abs() + d.abs())).collect();
        let radii = self.radius.iter().zip(&other.radius).zip(&rounded);
        let radius = radii.map(|((x, y), rounded)| up(x + y + rounded)).collect();
        let rows = rounded.chunks(self.columns).map(|row| norm(row.iter().copied()));
        let norms = self.norm.iter().zip(&other.norm).zip(rows).map(|((x, y), rounded)| up(x + y + rounded));
        Known::of(self.columns, middle, radius, norms.collect())
    }

    /// At least the norm of each row of `e`.
    pub(super) fn bounds(&self) -> Vec<f64> {
        let rows = self.middle.chunks(self.columns).zip(&self.norm);
        rows.map(|(middle, radius)| up(norm(middle.iter().copied()) + radius)).collect()
    }

    /// The row: its middles, radii and norm.
    pub(super) fn row(&self, row: usize) -> (&[f64], &[f64], f64) {
        let range = row * self.columns..(row + 1) * self.columns;
        (&self.middle[range.clone()], &self.radius[range], self.norm[row])
    }
}

/// The smaller; of a NaN, which says nothing, the other.
pub(super) fn least(x: f64, y: f64) -> f64 {
    x.min(y)
}
