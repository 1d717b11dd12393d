//! What all threads of a run share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::job::Job;
use super::plan::Plan;
use crate::engine::EngineError;

/// The work, and what is told to all of them.
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
