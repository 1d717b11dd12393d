//! Traces of real training runs: what an optimizer was given and what it made of it, judged by the lab's bounds.
//!
//! A [`Trace`] is a .safetensors file that `tools/record-trace` writes: gradients, weights and states of chosen elements, step by step. [`replay`]
//! compares every recorded number with the exact one and the bounds on their distance, and with what orders of operations and faults give bit by bit;
//! [`report`] says what is asserted of it. docs/traces.md has the layout, clause B17 of SPEC.md the bounds.
//!
//! ```no_run
//! use halfulp_lab::experiment::{Assertions, Quiet};
//! use halfulp_lab::trace::{ASSERTED, Against, Trace, replay, report};
//!
//! let trace = Trace::open("run.safetensors".as_ref())?;
//! let against = Against { limit: 1 << 30, ..Against::default() };
//! let found = replay(&trace, &against, &Quiet)?;
//! let assertions = Assertions::parse(ASSERTED, "what is asserted by default")?;
//! println!("{}", report(&trace, &against, &found, &assertions, "halfulp bound trace run.safetensors")?.score());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod anchored;
mod candidate;
mod explain;
mod fault;
mod file;
mod found;
mod hyper;
pub mod json;
mod judge;
mod known;
mod method;
mod place;
mod replay;
mod rows;

pub use candidate::{Candidate, Kept, ROUNDS, Rounds};
pub use explain::{Explained, Reproduced};
pub use file::{Parameter, Recorded, Trace, TraceError};
pub use found::{ASSERTED, name, report};
pub use judge::{Largest, Outside};
pub use place::Place;
pub use replay::{Against, Diagnosis, Replayed, Tried, replay};
