//! How a stream is run, and what it shows.

use super::mixed::Stream;
use crate::engine::{Answer, Engine, EngineError};
use crate::verify::{Comparison, FlagCounts};

/// How a device is started.
pub type Device<'a> = &'a dyn Fn() -> Result<Box<dyn Engine>, EngineError>;

/// How a stream is run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The differences that count.
    pub comparison: Comparison,
    /// The most mismatches that are asked again alone, the first of each kind before others.
    pub examined: usize,
    /// The most of them whose history is reduced.
    pub reduced: usize,
    /// The most times that the device is started for one of them.
    pub starts: usize,
}

/// A wrong answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Its place in the stream, from 0.
    pub place: usize,
    /// What the device answered there.
    pub got: Answer,
    /// What the oracle answers.
    pub want: Answer,
}

/// A wrong answer that depends on what came before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The answer in the whole stream.
    pub wrong: Wrong,
    /// The cases that bring it about, with itself as the last one; empty if even all cases before it do not do so again.
    pub history: Stream,
    /// What the device answered to each of them.
    pub got: Vec<Answer>,
    /// What the oracle answers to each of them; undefined where it has no answer.
    pub want: Vec<Answer>,
    /// Whether no single case before the last can be left out.
    pub is_least: bool,
    /// Whether the last answer was wrong when these cases were asked once more.
    pub repeats: bool,
}

/// What a stream showed.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Cases that were answered and compared.
    pub compared: usize,
    /// Cases that were answered, and to which the oracle has no answer: they were not compared.
    pub open: usize,
    /// Tasks of which some case was compared.
    pub tasks: usize,
    /// How often each flag was compared.
    pub flags: FlagCounts,
    /// Wrong answers among them.
    pub mismatches: usize,
    /// Wrong answers that were asked again alone.
    pub examined: usize,
    /// Those that are wrong alone too.
    pub alone: Vec<Wrong>,
    /// Those that depend on what came before.
    pub sequential: Vec<Found>,
    /// Those that were right alone, and whose history was not looked for.
    pub not_reduced: usize,
    /// Why not all cases were answered, or why no more of the wrong ones were asked again.
    pub failure: Option<EngineError>,
}
