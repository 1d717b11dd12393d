//! External programs of protocol 2: one process for all tasks and threads of a run.
//!
//! The program first writes its [`Manifest`]. Then it reads lines of cases, each with a number and its whole task, and writes answers with the
//! numbers, in any order. All threads share the process, up to a window of cases without an answer. `docs/devices.md` is the description
//! for people who write such programs.

mod lines;
mod manifest;
mod pending;
mod serve;
mod shared;

use std::sync::Arc;

use halfulp::{Format, Operands, Task};

use super::line::Variables;
use super::process::Process;
use super::timeouts::Timeouts;
use crate::engine::{Answer, Engine, EngineError, Origin};
use shared::Shared;

use manifest::PROTOCOL;
pub use manifest::{Claim, Manifest};
pub use serve::serve;

/// How a format is named.
type Names = Arc<dyn Fn(&Format) -> String + Send + Sync>;

/// The usual number of cases without an answer: a round trip of 50 ms leaves room for more than a million cases a second.
pub const WINDOW: usize = 1 << 16;

/// An external program of protocol 2. Engines that are forked from one another share its process.
pub struct Session {
    name: String,
    format_name: Names,
    timeouts: Timeouts,
    window: usize,
    manifest: Arc<Manifest>,
    shared: Arc<Shared>,
    answered: usize,
    /// Whether it is one of those that a run works with, and has not finished.
    works: bool,
}

impl Session {
    /// Starts a program and reads its manifest. `window` is the number of cases that may be without an answer at a time; the program's
    /// manifest may lower it. `format_name` is what the program is told for a format.
    ///
    /// # Errors
    /// If the command line is empty or has an unmatched quotation mark, or the program does not start or has no valid manifest.
    pub fn start(
        line: &str,
        timeouts: Timeouts,
        window: usize,
        format_name: impl Fn(&Format) -> String + Send + Sync + 'static,
    ) -> Result<Session, EngineError> {
        let name = format!("cmd2:{line}");
        let fail = |message: String| EngineError { engine: name.clone(), message };
        let words = shlex::split(line).ok_or_else(|| {
            fail("the command line has an unmatched quotation mark or ends in a backslash".into())
        })?;
        if words.is_empty() {
            return Err(fail("no program is named after cmd2:, as in cmd2:./my_device".into()));
        }
        let window = window.max(1);
        let mut process =
            Process::start(&words, &Variables::of_protocol(PROTOCOL), timeouts, window).map_err(fail)?;
        let manifest = Manifest::read(&mut process).map_err(fail)?;
        let limit = manifest.window.map_or(window, |own| own.min(window));
        let manifest = Arc::new(manifest);
        let shared = Arc::new(Shared::new(process, Arc::clone(&manifest), limit, timeouts));
        Ok(Session {
            format_name: Arc::new(format_name),
            timeouts,
            window,
            manifest,
            shared,
            answered: 0,
            works: false,
            name,
        })
    }

    /// What the program says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl Engine for Session {
    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        let window = (self.window != WINDOW).then(|| ("--window", self.window.to_string()));
        self.timeouts.options().into_iter().chain(window).collect()
    }

    fn covers(&self, task: &Task) -> bool {
        self.manifest.claims(task, &*self.format_name)
    }

    fn at_once(&self) -> usize {
        self.shared.window()
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let text = lines::task_text(task, &*self.format_name);
        let (answered, done) = self.shared.answer(task, &text, operands, answers);
        self.answered = answered;
        done.map_err(|message| EngineError { engine: self.name.clone(), message })
    }

    fn answered(&self) -> usize {
        self.answered
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        if !std::mem::take(&mut self.works) {
            return Ok(());
        }
        self.shared.leave().map_err(|message| EngineError { engine: self.name.clone(), message })
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        self.shared.enter();
        Ok(Box::new(Session {
            name: self.name.clone(),
            format_name: Arc::clone(&self.format_name),
            timeouts: self.timeouts,
            window: self.window,
            manifest: Arc::clone(&self.manifest),
            shared: Arc::clone(&self.shared),
            answered: 0,
            works: true,
        }))
    }
}

#[cfg(test)]
mod tests;
