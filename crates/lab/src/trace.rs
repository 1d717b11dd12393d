//! Traces of real training runs: what an optimizer was given and what it made of it, judged by the lab's bounds.
//!
//! A [`Trace`] is a .safetensors file that `tools/record-trace` writes: gradients, weights and states of chosen elements, step by step. [`judge`]
//! replays it: beside every recorded number stand the exact one and the bounds on the distance; [`explain`](explain()) says which order of operations,
//! storage or fault reproduces the recorded bits. docs/traces.md has the layout.

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
pub use found::{asserted, name, report};
pub use judge::{Largest, Outside};
pub use place::Place;
pub use replay::{Against, Diagnosis, Replayed, Tried, replay};
