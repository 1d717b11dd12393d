//! The loops, in plain Rust: each kernel compiles them for its instructions.
//!
//! A body is a function of one element without branches, so that a loop over it becomes vectors. [`encode`], [`decode`], [`quantize`],
//! [`arithmetic`] and [`values`] pick the body by the plan.

pub(super) mod arithmetic;
pub(super) mod bytes;
pub(super) mod count_flags;
pub(super) mod decode;
pub(super) mod encode;
pub(super) mod integer;
#[cfg(feature = "std")]
pub(super) mod lookup;
pub(super) mod magic_add;
pub(super) mod noise;
pub(super) mod odd;
pub(super) mod quantize;
pub(super) mod stream;
pub(super) mod values;
pub(super) mod widen;
