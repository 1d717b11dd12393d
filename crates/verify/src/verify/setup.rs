//! What a run is made of, and what its threads share.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::job::Job;
use super::plan::{Part, Plan};
use crate::engine::{Engine, EngineError};

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

/// What all threads of a run share.
pub struct Shared<'a> {
    pub jobs: &'a [Job],
    pub plan: &'a Plan,
    pub oracles: Vec<&'a str>,
    pub keep: usize,
    pub next: AtomicU64,
    pub stopped: AtomicBool,
    pub why: Mutex<Option<EngineError>>,
    pub progress: &'a (dyn Fn(u64) + Sync),
}

impl Shared<'_> {
    /// Lets all threads end soon. The first reason stays.
    pub fn stop(&self, error: EngineError) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Ok(mut why) = self.why.lock() {
            why.get_or_insert(error);
        }
    }

    pub fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
