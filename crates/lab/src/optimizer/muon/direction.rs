//! Where a step goes: orthogonal matrices, whole or block by block, and what becomes of vectors.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::Muon;
use crate::experiment::Invalid;

/// What becomes of tensors of one row or one column.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vectors {
    /// They are matrices, too: the vector over its length, and scaled as those.
    #[default]
    Matrix,
    /// The vector over its root mean square, to which 1e-8 is added.
    Rms,
    /// The signs of the elements.
    Sign,
}

/// Orthogonalization block by block, but for every few steps (MuonBP, arXiv 2510.16981).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Blocks {
    /// Into how many parts rows and columns are divided; the last ones are smaller where that does not come out even.
    pub grid: [usize; 2],
    /// Steps from one orthogonalization of the whole matrix to the next: the steps that are its multiples.
    pub period: u64,
    /// What the learning rate is multiplied by in the other steps.
    #[serde(default = "one")]
    pub rate: f64,
}

const fn one() -> f64 {
    1.0
}

impl Blocks {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.grid.iter().any(|n| !(1..=1 << 12).contains(n)) {
            return Err(Invalid::new("blocks.grid", format!("{:?}: expected 1 to 4096 parts", self.grid)));
        }
        if self.period == 0 {
            return Err(Invalid::new("blocks.period", "0: expected 1 or more"));
        }
        if !(self.rate > 0.0 && self.rate.is_finite()) {
            return Err(Invalid::new("blocks.rate", format!("{}: expected a number above 0", self.rate)));
        }
        Ok(())
    }
}

/// A direction, and what it is multiplied by.
pub(super) struct Direction {
    pub(super) matrix: DMatrix<f64>,
    pub(super) factors: By,
}

/// Factors of the elements of a matrix.
pub(super) enum By {
    /// The same of all.
    One(f64),
    /// Of each, row by row.
    Each(Vec<f64>),
}

impl By {
    pub(super) fn is_one(&self) -> bool {
        matches!(self, By::One(factor) if *factor == 1.0)
    }
}

impl Muon {
    /// The direction of step `t` from a momentum.
    pub(super) fn direction(&self, m: &DMatrix<f64>, t: u64, seed: u64) -> Result<Direction, Invalid> {
        let is_vector = m.nrows() == 1 || m.ncols() == 1;
        match self.vectors {
            Vectors::Rms if is_vector => {
                let rms = (m.iter().map(|x| x * x).sum::<f64>() / m.len() as f64).sqrt();
                Ok(Direction { matrix: m / (rms + 1e-8), factors: By::One(self.vector_radius) })
            }
            Vectors::Sign if is_vector => {
                let sign = |x: f64| if x == 0.0 || x.is_nan() { x } else { 1f64.copysign(x) };
                Ok(Direction { matrix: m.map(sign), factors: By::One(self.vector_radius) })
            }
            _ => match self.blocks.filter(|blocks| !t.is_multiple_of(blocks.period)) {
                None => {
                    let factor = self.scale.factor(m.nrows(), m.ncols()) * self.radius;
                    Ok(Direction { matrix: self.polar.orthogonalize(m, seed)?, factors: By::One(factor) })
                }
                Some(blocks) => self.in_blocks(&blocks, m, seed),
            },
        }
    }

    fn in_blocks(&self, blocks: &Blocks, m: &DMatrix<f64>, seed: u64) -> Result<Direction, Invalid> {
        let [rows, columns] =
            [m.nrows().div_ceil(blocks.grid[0]), m.ncols().div_ceil(blocks.grid[1])].map(|n| n.max(1));
        let mut matrix = m.clone();
        let mut factors = vec![1.0; m.len()];
        for top in (0..m.nrows()).step_by(rows) {
            for left in (0..m.ncols()).step_by(columns) {
                let size = (rows.min(m.nrows() - top), columns.min(m.ncols() - left));
                let block = m.view((top, left), size).into_owned();
                let at = (top * m.ncols() + left) as u64;
                let orthogonal = self.polar.orthogonalize(&block, halfulp::noise::word(seed, at))?;
                matrix.view_mut((top, left), size).copy_from(&orthogonal);
                let factor = self.scale.factor(size.0, size.1) * self.radius * blocks.rate;
                for row in top..top + size.0 {
                    factors[row * m.ncols() + left..row * m.ncols() + left + size.1].fill(factor);
                }
            }
        }
        Ok(Direction { matrix, factors: By::Each(factors) })
    }
}
