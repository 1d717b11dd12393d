//! Oracles, numbered cases, and the verifier that compares engines bit for bit.
//!
//! An [`Engine`] answers tasks. The subject is the engine under test (the device under test); an oracle is a reference engine. The
//! verifier treats them alike.

pub mod campaign;
pub mod cases;
pub mod coverage;
pub mod deviation;
pub mod diagnose;
pub mod diff;
mod digest;
pub mod engine;
pub mod errata;
pub mod model;
pub mod profile;
pub mod report;
pub mod stream;
pub mod suite;
mod toml_text;
pub mod vectors;
pub mod verify;
pub mod waiver;

pub use cases::{Cases, Selection};
pub use engine::{Answer, Engine, EngineError, Origin, Shares};
pub use verify::{Comparison, Job, Report, Settings, Verifier};
