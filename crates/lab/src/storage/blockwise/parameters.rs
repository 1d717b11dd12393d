//! What decides the bits of a block-wise storage.

use super::{Decision, Map};

/// Everything that decides a bit of a block-wise storage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parameters {
    /// The code book.
    pub map: Map,
    /// Whether it has negative entries.
    pub signed: bool,
    /// Elements that share a scale; the last block may be shorter.
    pub block: usize,
    /// Which code a quotient gets.
    pub decision: Decision,
    /// How the quotient is computed.
    pub scaling: Scaling,
    /// Whether a block that is shorter than the others is divided, whatever `scaling` says.
    pub divide_remainder: bool,
    /// The least scale.
    pub floor: Floor,
    /// What a NaN does to its block's scale.
    pub nans: Nans,
    /// Whether subnormal operands and results are zeros of their sign.
    pub flush: bool,
    /// Whether a code whose value has another sign bit than the element is moved by one, up if the element is positive, else down
    /// (modulo 256).
    pub sign_repair: bool,
    /// What a block of zeros is stored as.
    pub zeros: Zeros,
}

/// How an element is divided by its block's scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scaling {
    /// Divided: one rounding.
    Division,
    /// Multiplied by the rounded reciprocal: two roundings.
    Reciprocal,
}

/// The least scale of a block.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Floor {
    /// There is none.
    None,
    /// A smaller scale is replaced by this one, and this one is stored.
    Stored(f32),
    /// Elements are divided by no less than this, and the smaller scale is stored (this one in a block that is shorter than the others).
    Divisor(f32),
}

/// What a NaN among the elements does to the scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nans {
    /// The largest magnitude is taken among the other elements.
    Ignored,
    /// The scale is NaN.
    Propagated,
}

/// What a block of zeros is stored as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zeros {
    /// As any other block: without a floor, 0/0 is a NaN, and the code is what the comparisons make of it.
    AsComputed,
    /// The first code, whatever its value.
    FirstCode,
    /// The code of the quotient 0.
    Zero,
}
