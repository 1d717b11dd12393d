//! Block-wise 8-bit storage: how far an element that is read back is from the one stored.
//!
//! With `A` a block's largest magnitude, `d` its scale (`A`, or `A / 127` for integers), `z = x / d` computed with relative error `tau` (`u` by
//! division, `2u + u^2` by the rounded reciprocal, `u = 2^-24`) and `c` the entry that `z` gets,
//!
//! ```text
//! |c d (1 + delta) - x| <= d (|c - z| + tau |x| / d) + u |Q|,    |delta| <= u,
//! ```
//!
//! and `|c - z|` is at most half the gap between the entries around `z`, more where the rule is not to nearest: by what its middles are
//! rounded, by a step of its grid, by the other half of the gap where a sign is repaired. All of that is known from the code book and the rule;
//! nothing of the implementation enters.

mod average;
mod cells;

use super::outward::Upper;
use super::{Statement, Tally};
use crate::bound::Hypothesis::Checked;
use crate::storage::blockwise::{Floor, Map, Scheme};

pub use average::{AVERAGE, Averages, CURRENT_GRADIENT, NORM, SPAN, current_gradient, span};
pub use cells::{Cells, decade_of};

/// One element of a block.
pub static ELEMENT: Statement = Statement {
    name: "blockwise.element",
    formula: "|Q(x) - x| <= d (hg(z) + s) + tau |x| + u |Q(x)|, hg half the gap around z = x / d, s what the rule adds",
    source: "derived here",
    clause: "B11",
    measures: "|Q(x) - x|, in the tensor's unit",
    trivial: "|x|: the error of storing 0",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE), Checked(NORMAL), Checked(SIGNED)],
};

/// One element in units of the block's largest magnitude.
pub static UNIFORM: Statement = Statement {
    name: "blockwise.uniform",
    formula: "|Q(x) - x| <= A h, h the largest half-gap of the code book: 1/254, 1/510, 0.00703, 0.00352, and a few u",
    source: "derived here",
    clause: "B11",
    measures: "|Q(x) - x|, in the tensor's unit",
    trivial: "A: the error of storing 0 at most",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE), Checked(NORMAL), Checked(SIGNED)],
};

/// One element under an equidistant code book of `N` steps from 0 to 1.
pub static LINEAR: Statement = Statement {
    name: "blockwise.linear",
    formula: "|Q(x) - x| <= A (1/(2N) + e) (1 + u)^2 + (tau + u + tau u) |x|, N = 127 or 255, e the table's largest error; 1/N where signs are repaired",
    source: "derived here",
    clause: "B11",
    measures: "|Q(x) - x|, in the tensor's unit",
    trivial: "A: the error of storing 0 at most",
    identity: false,
    everywhere: false,
    hypotheses: &[Checked(FINITE), Checked(NORMAL), Checked(SIGNED)],
};

/// One element, relative to itself, by its decade below the largest magnitude.
pub static RELATIVE: Statement = Statement {
    name: "blockwise.relative",
    formula: "|Q(x) - x| <= R(k) |x| for 10^-(k+1) <= |x| / A < 10^-k, R(k) = max min(z - c, c' - z) / z over that decade",
    source: "derived here",
    clause: "B11",
    measures: "|Q(x) - x| / |x|",
    trivial: "1: the error of storing 0, relatively",
    identity: false,
    everywhere: false,
    hypotheses: &[
        Checked(FINITE),
        Checked(NORMAL),
        Checked(SIGNED),
        Checked("at least 1e-7 of the block's largest magnitude"),
    ],
};

const FINITE: &str = "all elements of the block are finite";
const NORMAL: &str = "the scale is a normal number, not below the floor and not above 2^126";
const SIGNED: &str = "no negative element under an unsigned code book";

/// Bounds of one scheme, as they are evaluated on blocks.
#[derive(Clone, Debug)]
pub struct Blocks {
    scheme: Scheme,
    cells: Cells,
    tallies: [Tally; 4],
}

/// What is known of a block before it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The largest magnitude.
    pub largest: f64,
    /// What elements are divided by.
    pub divisor: f64,
}

impl Blocks {
    /// Not evaluated yet.
    #[must_use]
    pub fn new(scheme: &Scheme) -> Blocks {
        let tallies = [&ELEMENT, &UNIFORM, &LINEAR, &RELATIVE].map(Tally::new);
        Blocks { scheme: scheme.clone(), cells: Cells::new(scheme), tallies }
    }

    /// The code book's cells.
    #[must_use]
    pub const fn cells(&self) -> &Cells {
        &self.cells
    }

    /// The largest magnitude of a block and its divisor, by their definition.
    ///
    /// # Errors
    /// The index of the hypothesis that fails.
    pub fn block(&self, values: &[f32]) -> Result<Block, usize> {
        let p = self.scheme.parameters();
        if !values.iter().all(|x| x.is_finite()) {
            return Err(0);
        }
        let largest = values.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        let floor = match p.floor {
            Floor::None => 0.0,
            Floor::Stored(floor) | Floor::Divisor(floor) => floor,
        };
        let divisor = largest / p.map.unit();
        if divisor < floor.max(f32::MIN_POSITIVE) || divisor > 2f32.powi(126) {
            return Err(1);
        }
        if !p.signed && values.iter().any(|x| *x < 0.0) {
            return Err(2);
        }
        Ok(Block { largest: f64::from(largest), divisor: f64::from(divisor) })
    }

    /// How far an element of a block can be from what it is read back as, at most.
    #[must_use]
    pub fn element(&self, block: &Block, x: f32, read_back: f32) -> Upper {
        self.cells.element(block.divisor, f64::from(x), f64::from(read_back))
    }

    /// The same for every element of a block: `A h`.
    #[must_use]
    pub fn uniform(&self, largest: f64) -> Upper {
        let unit = f64::from(self.scheme.parameters().map.unit());
        let at_end = self.cells.tau() + Upper::of(2.0 * U);
        Upper::of(largest) * (self.cells.widest().over(unit) * Upper::of(1.0 + 4.0 * U) + at_end)
            + self.cells.underflow(largest)
    }

    /// Evaluates the bounds on blocks that were stored, from the first element of a tensor. `at` says where this is.
    pub fn observe(&mut self, values: &[f32], read_back: &[f32], at: &dyn Fn(usize) -> String) {
        let len = self.scheme.parameters().block;
        let blocks = values.chunks(len).zip(read_back.chunks(len)).enumerate();
        for (k, (values, read_back)) in blocks {
            match self.block(values) {
                Ok(block) => self.observe_block(&block, values, read_back, &|i| at(k * len + i)),
                Err(failed) => self.tallies.iter_mut().for_each(|tally| tally.fail(failed, || at(k * len))),
            }
        }
    }

    fn observe_block(
        &mut self,
        block: &Block,
        values: &[f32],
        read_back: &[f32],
        at: &dyn Fn(usize) -> String,
    ) {
        let uniform = self.uniform(block.largest).get();
        for (i, (&x, &q)) in values.iter().zip(read_back).enumerate() {
            let magnitude = f64::from(x.abs());
            // Both are binary32 numbers: in binary64 the difference is off by 2^-53 of itself at most.
            let error = (f64::from(q) - f64::from(x)).abs();
            let place = || at(i);
            let element = self.element(block, x, q).get();
            self.tallies[0].observe(error, element, magnitude, place);
            self.tallies[1].observe(error, uniform, block.largest, place);
            if self.scheme.parameters().map != Map::Dynamic {
                let linear = self.cells.linear(block.largest, magnitude).get();
                self.tallies[2].observe(error, linear, block.largest, place);
            }
            match decade_of(magnitude / block.largest) {
                Some(decade) => {
                    let bound = self.cells.relative(decade).get();
                    self.tallies[3].observe(error / magnitude, bound, 1.0, place);
                }
                None if x != 0.0 => self.tallies[3].fail(3, place),
                None => {}
            }
        }
    }

    /// What became of the bounds: element, uniform, linear, relative.
    #[must_use]
    pub fn into_tallies(self) -> [Tally; 4] {
        self.tallies
    }
}

/// Binary32's unit roundoff.
const U: f64 = 1.0 / (1u64 << 24) as f64;

#[cfg(test)]
mod tests;
