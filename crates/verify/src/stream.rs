//! Streams: cases of several tasks in one order, for devices whose answers depend on what came before.
//!
//! A stream interleaves operations and roundings in a seeded order. Where the device is wrong, it is started anew and asked the case alone: a wrong
//! answer is then a function of the case. Otherwise the cases before it are reduced to those without which the answer is right.

mod document;
mod draw;
mod examine;
mod history;
mod mixed;
mod outcome;
mod run;
mod text;

pub use document::{Alone, Document, Line, Sequential};
pub use draw::draw;
pub use mixed::Stream;
pub use outcome::{Device, Found, Outcome, Settings, Wrong};
pub use run::run;
pub use text::{from_lines, to_lines};

#[cfg(test)]
mod tests;
