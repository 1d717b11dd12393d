//! The groups of bins, a family of them in each file.

pub mod compare;
pub mod integers;
pub mod operands;
pub mod product;
pub mod quotient;
pub mod range;
pub mod reasons;
pub mod results;
pub mod rounding;
pub mod sums;
