//! The loops, in plain Rust: each kernel compiles them for its instructions.
//!
//! A body is a function of one element without branches, so that a loop over it becomes vectors. [`convert`] picks the body by
//! the plan.

pub(super) mod arithmetic;
pub(super) mod convert;
pub(super) mod integer;
#[cfg(feature = "std")]
pub(super) mod lookup;
pub(super) mod quick;
pub(super) mod tally;
pub(super) mod widen;
