//! Optimizer steps computed in emulated low precision, beside bounds derived from theory.
//!
//! A step is written once, over an [arithmetic] and a [storage] for each of its tensors. A
//! [bound] states its formula, its source and its hypotheses; a run evaluates it and measures what it bounds, and the
//! verdict is one of: holds, violated, vacuous, hypothesis failed, not evaluated.

pub mod arithmetic;
pub mod bound;
pub mod check;
pub mod detect;
pub mod experiment;
pub mod matrix;
pub mod optimizer;
mod parallel;
pub mod problem;
pub mod product;
pub mod program;
pub mod registry;
pub mod report;
pub mod storage;
mod toml_value;
pub mod trace;
pub mod train;
mod vectors;
