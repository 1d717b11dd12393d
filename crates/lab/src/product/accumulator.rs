//! What sums are added up in.

use halfulp::format::catalog;
use halfulp::slice::Arithmetic;
use halfulp::{Format, Policy, Rounding, Saturation};

use crate::experiment::Invalid;
use crate::storage::ieee;

/// What the terms of a sum of products are added up in.
#[derive(Clone, Debug, PartialEq)]
pub struct Accumulator {
    pub(super) format: Format,
    pub(super) policy: Policy,
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
        Accumulator::ieee(BINARY32)
    }

    /// Sums in binary64.
    #[must_use]
    pub fn binary64() -> Accumulator {
        Accumulator::ieee(BINARY64)
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

    /// The CPU's own arithmetic, where that is what the format and the policy say.
    pub(super) fn plain(&self) -> Option<Kind> {
        kind(&self.format, &self.policy)
    }
}

pub(super) const BINARY32: Format = ieee(32, 24);
pub(super) const BINARY64: Format = ieee(64, 53);

/// A format that the CPU computes in.
pub(super) enum Kind {
    Binary32,
    Binary64,
}

pub(super) fn kind(format: &Format, policy: &Policy) -> Option<Kind> {
    let ieee = policy.rounding == Rounding::NearestEven
        && policy.saturation == Saturation::None
        && !policy.flush_operands
        && !policy.flush_results;
    match *format {
        BINARY32 if ieee => Some(Kind::Binary32),
        BINARY64 if ieee => Some(Kind::Binary64),
        _ => None,
    }
}
