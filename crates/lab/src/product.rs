//! Matrix products in low precision: in what the terms are added up, in which order, and how often the sum is rounded.
//!
//! The factors are taken as they are: rounding them to a format, and rounding the result to one, is a
//! [storage](crate::storage)'s business. In between stands an [`Accumulator`], and nothing about it is left to the machine: the same
//! product has the same bits on every CPU and for any number of threads.
//!
//! ```
//! use halfulp_lab::product::Accumulator;
//! use nalgebra::DMatrix;
//!
//! let ones = DMatrix::from_element(1, 4096, 1.0);
//! let sum = |accumulator: &Accumulator| accumulator.product(&ones, &ones.transpose(), 0)[(0, 0)];
//! assert_eq!(sum(&Accumulator::binary32()), 4096.0);
//! // 256 + 1 is a tie in bfloat16, and goes back to 256.
//! let bfloat16 = Accumulator::named("bfloat16")?;
//! assert_eq!(sum(&bfloat16), 256.0);
//! assert_eq!(sum(&bfloat16.pairwise()), 4096.0);
//! # Ok::<(), halfulp_lab::experiment::Invalid>(())
//! ```

mod accumulator;
mod adder;
mod exact;
mod plain;
mod read;
mod rounded;
#[cfg(test)]
mod tests;

use halfulp::slice::Arithmetic;
use nalgebra::DMatrix;

use accumulator::Kind;
pub use accumulator::{Accumulator, Order, Products};
pub use exact::{ExactSum, number};

impl Accumulator {
    /// `a * b`, in the accumulator's format. Column by column: element `(i, j)` is the sum over `k`, from the first, of `a[i,k] * b[k,j]`.
    ///
    /// Stochastic rounding draws from the stream of `seed`; other roundings ignore it.
    ///
    /// # Panics
    /// If `a` has not as many columns as `b` has rows.
    #[must_use]
    pub fn product(&self, a: &DMatrix<f64>, b: &DMatrix<f64>, seed: u64) -> DMatrix<f64> {
        assert_eq!(a.ncols(), b.nrows(), "the columns of the first factor are the rows of the second");
        match (self.order, self.plain()) {
            (Order::Blocks { width }, _) => exact::in_blocks(self, a, b, width, seed),
            (Order::Aligned { width, fraction }, _) => exact::aligned(self, a, b, (width, fraction), seed),
            (_, Some(Kind::Binary32)) => plain::product::<f32>(self, a, b),
            (_, Some(Kind::Binary64)) => plain::product::<f64>(self, a, b),
            (_, None) => rounded::product(self, a, b, seed),
        }
    }

    /// A square root in the accumulator's format, rounded once.
    #[must_use]
    pub fn sqrt(&self, x: f64) -> f64 {
        let mut root = [f64::NAN];
        match self.plain() {
            Some(Kind::Binary32) => return f64::from((x as f32).sqrt()),
            Some(Kind::Binary64) => return x.sqrt(),
            // `Accumulator::new` made one already.
            None => drop(Arithmetic::new(self.format(), self.policy()).map(|a| a.sqrt(&[x], &mut root))),
        }
        root[0]
    }
}
