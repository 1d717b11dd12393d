//! Loops in plain Rust, which each kernel compiles for its instruction set.
//!
//! A loop body is a branch-free function of one element, so that the compiler vectorizes the loop. [`encode`], [`decode`], [`quantize`],
//! [`arithmetic`] and [`values`] select the body by the plan.

pub(super) mod arithmetic;
pub(super) mod blocks;
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
