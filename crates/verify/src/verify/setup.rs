//! What a run is made of.

use std::num::NonZero;

use super::job::Job;
use super::plan::{Part, Plan};
use crate::engine::Engine;

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many threads; each has its own engines. No more run than there is work for, than 1024, or than the system
    /// grants.
    pub threads: NonZero<usize>,
    /// How many mismatches a job keeps to explain: those of the lowest case numbers.
    pub keep: usize,
    /// Which cases: all, one shard, or one case.
    pub part: Part,
}

/// Jobs, engines and which of them covers what.
pub struct Setup<'a> {
    pub jobs: &'a [Job],
    pub subject: &'a dyn Engine,
    pub oracles: &'a [Box<dyn Engine>],
    pub settings: Settings,
    pub plan: Plan,
}
