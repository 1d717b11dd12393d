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
mod batch;
mod bits;
mod candidate;
mod decide;
mod diagnose;
mod explain;
mod fault;
mod file;
mod found;
mod given;
mod hyper;
pub mod json;
mod judge;
mod kept;
mod known;
mod low_bit;
mod matrices;
mod memory;
mod method;
mod muon;
mod not_judged;
mod orders;
mod orthogonal;
mod parameter;
mod place;
mod replay;
mod replayed;
mod rounds;
mod rows;
mod tables;
mod torchao;

pub use candidate::{Candidate, Kept};
pub use explain::Explained;
pub use file::Trace;
pub use found::{ASSERTED, name, report};
pub use judge::{Largest, Outside};
pub use orders::{Decided, Reproduced};
pub use parameter::{Parameter, Recorded, TraceError};
pub use place::Place;
pub use replay::{memory, replay};
pub use replayed::{Against, Diagnosis, Order, Replayed, Tried};
pub use rounds::{ROUNDS, Rounds};
