//! What a run is made of, and what its threads share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use halfulp::{Operands, Task};

use super::job::Job;
use super::log::Log;
use super::plan::{Plan, Settings};
use super::waived::Waived;
use crate::engine::{Engine, EngineError};

/// Jobs, engines and which of them covers what.
pub struct Setup<'a> {
    pub jobs: &'a [Job],
    pub subject: &'a dyn Engine,
    pub oracles: &'a [Box<dyn Engine>],
    pub settings: Settings,
    pub plan: Plan,
    pub observer: Option<Observer<'a>>,
    pub waived: Waived,
}

/// Is told the cases that the subject answered, and under which task.
pub type Observer<'a> = &'a (dyn Fn(&Task, &[Operands]) + Sync);

/// Why a run ended before all was compared.
pub struct Stop {
    pub error: EngineError,
    /// What the engines were asked then; nothing at their end.
    pub task: Option<Task>,
}

/// What all threads of a run share.
pub struct Shared<'a> {
    pub jobs: &'a [Job],
    pub plan: &'a Plan,
    pub waived: &'a Waived,
    pub log: Option<Log<'a>>,
    pub oracles: Vec<&'a str>,
    pub keep: usize,
    pub next: AtomicU64,
    pub stopped: AtomicBool,
    pub why: Mutex<Option<Stop>>,
    pub progress: &'a (dyn Fn(u64) + Sync),
    pub observer: Option<Observer<'a>>,
}

impl Shared<'_> {
    /// Lets all threads end soon. The first reason stays.
    pub fn stop(&self, stop: Stop) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Ok(mut why) = self.why.lock() {
            why.get_or_insert(stop);
        }
    }

    pub fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
