//! Oracles, numbered cases, and the verifier that compares engines bit for bit.
//!
//! An [`Engine`] answers tasks. An oracle is an engine that is trusted, a subject one that is under test; the
//! verifier treats them alike.

pub mod cases;
pub mod engine;
pub mod errata;
pub mod report;
pub mod suite;
pub mod verify;

pub use cases::{Cases, Selection};
pub use engine::{Answer, Engine, EngineError, Origin, Shares};
pub use verify::{Comparison, Job, Report, Settings, Verifier};
