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

mod exact;
mod plain;
mod read;
mod rounded;
#[cfg(test)]
mod tests;

use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Format, Policy, Rounding};
use nalgebra::DMatrix;

use crate::experiment::Invalid;
pub use exact::{ExactSum, number};

/// What the terms of a sum of products are added up in.
#[derive(Clone, Debug, PartialEq)]
pub struct Accumulator {
    format: Format,
    policy: Policy,
    /// What becomes of a product before it is added.
    pub products: Products,
    /// In which order, and how often, sums are rounded.
    pub order: Order,
}

/// What becomes of a product before it is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Products {
    /// Nothing: it is added exactly, as by a fused multiply-add.
    #[default]
    Exact,
    /// It is rounded to the accumulator's format.
    Rounded,
}

/// In which order the terms are added, and how often the sum is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Order {
    /// One after the other, to 0, and rounded after each.
    #[default]
    Sequential,
    /// The first half and the second half (of an odd number the first has one more), each so, then both sums: `ceil(log2 n)` roundings
    /// a term.
    Pairwise,
    /// So many products are added to the sum exactly, and rounded once. With a width of at least the number of terms: one rounding.
    Blocks {
        /// Products a block, at least 1.
        width: usize,
    },
    /// As matrix units do: so many products and the sum are aligned to the largest exponent among them, cut toward zero to so many
    /// fractional bits, added exactly, and rounded by the accumulator's policy (toward zero in the units described by Fasi, Higham,
    /// Mikaitis and Pranesh, PeerJ CS 2021). The exponent of a product is the sum of its factors' exponents.
    Aligned {
        /// Products a block, at least 1.
        width: usize,
        /// Fractional bits that are kept, relative to the largest exponent.
        fraction: i32,
    },
}

impl Accumulator {
    /// Sums in a format under a policy, of exact products, one after the other.
    ///
    /// # Errors
    /// A format whose values binary64 does not hold, or a policy that arrays cannot be computed under.
    pub fn new(format: Format, policy: Policy) -> Result<Accumulator, Invalid> {
        let invalid = |why: String| Invalid::new("accumulator", why);
        if format.quantum_min() < -1074 || format.emax() > 1023 || format.precision() > 53 {
            return Err(invalid("a format that binary64 does not contain".into()));
        }
        let accumulator = Accumulator { format, policy, products: Products::Exact, order: Order::Sequential };
        if accumulator.plain().is_none() {
            Arithmetic::new(&format, &policy).map_err(|e| invalid(e.to_string()))?;
        }
        Ok(accumulator)
    }

    /// Sums in a format of the catalog, rounded to nearest, ties to even.
    ///
    /// # Errors
    /// A name that means no format, or several.
    pub fn named(name: &str) -> Result<Accumulator, Invalid> {
        let format = catalog::lookup(name).map_err(|e| Invalid::new("accumulator", e.to_string()))?;
        Accumulator::new(format, Policy::IEEE)
    }

    /// Sums in binary32, as a CPU or a matrix library has them.
    #[must_use]
    pub fn binary32() -> Accumulator {
        Accumulator::ieee(plain::BINARY32)
    }

    /// Sums in binary64.
    #[must_use]
    pub fn binary64() -> Accumulator {
        Accumulator::ieee(plain::BINARY64)
    }

    fn ieee(format: Format) -> Accumulator {
        Accumulator { format, policy: Policy::IEEE, products: Products::Exact, order: Order::Sequential }
    }

    /// The same with sums of halves.
    #[must_use]
    pub fn pairwise(self) -> Accumulator {
        Accumulator { order: Order::Pairwise, ..self }
    }

    /// The same with one rounding a block of products.
    #[must_use]
    pub fn blocks(self, width: usize) -> Accumulator {
        Accumulator { order: Order::Blocks { width: width.max(1) }, ..self }
    }

    /// The same as a matrix unit that aligns and cuts.
    #[must_use]
    pub fn aligned(self, width: usize, fraction: i32) -> Accumulator {
        Accumulator { order: Order::Aligned { width: width.max(1), fraction }, ..self }
    }

    /// The same with products that are rounded before they are added.
    #[must_use]
    pub fn rounded_products(self) -> Accumulator {
        Accumulator { products: Products::Rounded, ..self }
    }

    /// The format of the sums.
    #[must_use]
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// How sums are rounded.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether every rounding goes to the nearest.
    #[must_use]
    pub const fn is_nearest(&self) -> bool {
        matches!(self.policy.rounding, Rounding::NearestEven | Rounding::NearestAway)
    }

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
            (_, Some(plain::Kind::Binary32)) => plain::product::<f32>(self, a, b),
            (_, Some(plain::Kind::Binary64)) => plain::product::<f64>(self, a, b),
            (_, None) => rounded::product(self, a, b, seed),
        }
    }

    /// A square root in the accumulator's format, rounded once.
    #[must_use]
    pub fn sqrt(&self, x: f64) -> f64 {
        let mut root = [f64::NAN];
        match self.plain() {
            Some(plain::Kind::Binary32) => return f64::from((x as f32).sqrt()),
            Some(plain::Kind::Binary64) => return x.sqrt(),
            // `Accumulator::new` made one already.
            None => drop(Arithmetic::new(&self.format, &self.policy).map(|a| a.sqrt(&[x], &mut root))),
        }
        root[0]
    }

    /// The CPU's own arithmetic, where that is what the format and the policy say.
    fn plain(&self) -> Option<plain::Kind> {
        plain::kind(&self.format, &self.policy)
    }
}

/// Numbers that can be added in some order: what [`Order::Sequential`] and [`Order::Pairwise`] are written over.
trait Adder {
    type Number: Copy + Default;
    /// `sum += column * by`, elementwise.
    fn multiply_add(&mut self, column: &[Self::Number], by: Self::Number, sum: &mut Vec<Self::Number>);
    /// `sum += terms`, elementwise.
    fn add(&mut self, terms: &[Self::Number], sum: &mut Vec<Self::Number>);
}

/// A column of a product: the columns of `a`, of `rows` elements each, times the elements of `b`.
fn column<A: Adder>(
    adder: &mut A,
    order: Order,
    rows: usize,
    a: &[A::Number],
    b: &[A::Number],
) -> Vec<A::Number> {
    if order != Order::Pairwise || b.len() < 2 {
        let mut sum = vec![A::Number::default(); rows];
        for (k, &by) in b.iter().enumerate() {
            adder.multiply_add(&a[k * rows..(k + 1) * rows], by, &mut sum);
        }
        return sum;
    }
    let half = b.len().div_ceil(2);
    let mut sum = column(adder, order, rows, &a[..half * rows], &b[..half]);
    let rest = column(adder, order, rows, &a[half * rows..], &b[half..]);
    adder.add(&rest, &mut sum);
    sum
}
