//! A test for every clause of SPEC.md, named after it; and a test that none is missing.

#[path = "../support/mod.rs"]
mod support;

mod conversions;
mod coverage;
mod flags;
mod formats;
mod operations;
mod p3109;
mod queries;
mod range;
mod rounding;
mod text;
mod values;
mod wide;
