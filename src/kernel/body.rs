//! The loops, in plain Rust: each kernel compiles them for its instructions.
//!
//! A body is a function of one element without branches, so that a loop over it becomes vectors. [`convert`], [`quantize`],
//! [`arithmetic`] and [`values`] pick the body by the plan.

pub(super) mod arithmetic;
pub(super) mod bytes;
pub(super) mod chance;
pub(super) mod convert;
pub(super) mod integer;
#[cfg(feature = "std")]
pub(super) mod lookup;
pub(super) mod odd;
pub(super) mod quantize;
pub(super) mod quick;
pub(super) mod stream;
pub(super) mod tally;
pub(super) mod values;
pub(super) mod widen;
