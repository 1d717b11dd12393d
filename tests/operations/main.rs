//! Operations: what tasks have a meaning, exactness before rounding, flags.

mod arguments;
mod exact;
mod flags;
#[path = "../support/mod.rs"]
mod support;
