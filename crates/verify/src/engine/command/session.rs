//! External programs of protocol 2: one process for all tasks and threads of a run.
//!
//! The program first writes its [`Manifest`]. Then it reads lines of cases, each with a number and its whole task, and writes answers with the
//! numbers, in any order; or, where its manifest says so, words of fixed width in the same order. All threads share the process, up to a
//! window of cases without an answer. `docs/devices.md` is the description for people who write such programs.

mod asked;
mod batches;
mod claim;
mod due;
mod layout;
mod lines;
mod manifest;
mod pending;
mod serve;
mod shared;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use halfulp::{Format, Operands, Task};

use super::line::Variables;
use super::process::Process;
use super::timeouts::Timeouts;
use crate::engine::{Answer, Engine, EngineError, Origin};
use asked::{Asked, Link, Part};
use batches::Batches;
use shared::Shared;

pub use claim::Claim;
pub use manifest::Manifest;
use manifest::PROTOCOL;
#[cfg(test)]
pub(crate) use serve::Unit;
pub(crate) use serve::case as case_of_line;
pub use serve::{Fault, Serving, serve};

/// Appends the line of a case.
pub(crate) fn push_line(
    number: u64,
    task: &Task,
    operands: &Operands,
    name: &dyn Fn(&Format) -> String,
    out: &mut Vec<u8>,
) {
    lines::push_case(number, task, &lines::task_text(task, name), operands, out);
}

/// How a format is named.
type Names = Arc<dyn Fn(&Format) -> String + Send + Sync>;

/// The usual number of cases without an answer: a round trip of 50 ms leaves room for more than a million cases a second.
pub const WINDOW: usize = 1 << 16;

/// The same in the binary form, which is faster.
pub const BINARY_WINDOW: usize = 1 << 22;

/// An external program of protocol 2. Engines that are forked from one another share its process; once all have finished it ends, and it is started again
/// for the next one.
pub struct Session {
    name: String,
    format_name: Names,
    timeouts: Timeouts,
    window: Option<usize>,
    manifest: Arc<Manifest>,
    /// The connection to the process that was started last.
    last: Arc<Mutex<Arc<dyn Link>>>,
    link: Arc<dyn Link>,
    answered: usize,
    /// Whether it is one of those that a run works with, and has not finished.
    works: bool,
}

impl Session {
    /// Starts a program and reads its manifest. `window` is the number of cases that may be without an answer at a time, [`WINDOW`] or
    /// [`BINARY_WINDOW`] unless it is given; the program's manifest may lower it. `format_name` is what the program is told for a format.
    ///
    /// # Errors
    /// If the command line is empty or has an unmatched quotation mark, or the program does not start or has no valid manifest.
    pub fn start(
        line: &str,
        timeouts: Timeouts,
        window: Option<usize>,
        format_name: impl Fn(&Format) -> String + Send + Sync + 'static,
    ) -> Result<Session, EngineError> {
        let name = format!("{PREFIX}{line}");
        let (manifest, link) = connect(line, timeouts, window)
            .map_err(|message| EngineError { engine: name.clone(), message })?;
        Ok(Session {
            format_name: Arc::new(format_name),
            timeouts,
            window,
            manifest,
            last: Arc::new(Mutex::new(Arc::clone(&link))),
            link,
            answered: 0,
            works: false,
            name,
        })
    }

    /// The connection for one thread more: that to the process which runs, or to a new one.
    fn enter(&self) -> Result<Arc<dyn Link>, String> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if !last.enter() {
            let line = self.name.strip_prefix(PREFIX).unwrap_or_default();
            let (manifest, link) = connect(line, self.timeouts, self.window)?;
            if manifest != self.manifest {
                return Err("its manifest is another one than when it was started before".into());
            }
            link.enter();
            *last = link;
        }
        Ok(Arc::clone(&last))
    }

    /// What the program says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// How the names of these engines begin.
const PREFIX: &str = "cmd2:";

/// Starts the program of a command line and reads its manifest.
fn connect(
    line: &str,
    timeouts: Timeouts,
    window: Option<usize>,
) -> Result<(Arc<Manifest>, Arc<dyn Link>), String> {
    let words = shlex::split(line)
        .ok_or("the command line has an unmatched quotation mark or ends in a backslash")?;
    if words.is_empty() {
        return Err("no program is named after cmd2:, as in cmd2:./my_device".into());
    }
    let waiting = window.unwrap_or(WINDOW).clamp(1, WINDOW);
    let mut process = Process::start(&words, &Variables::of_protocol(PROTOCOL), timeouts, waiting)?;
    let manifest = Arc::new(Manifest::read(&mut process)?);
    let own = window.unwrap_or(if manifest.binary { BINARY_WINDOW } else { WINDOW });
    let limit = manifest.window.map_or(own, |most| most.min(own)).max(1);
    let link: Arc<dyn Link> = if manifest.binary {
        Arc::new(Batches::new(process, manifest.reports(), limit, timeouts)?)
    } else {
        Arc::new(Shared::new(process, Arc::clone(&manifest), limit, timeouts))
    };
    Ok((manifest, link))
}

impl Engine for Session {
    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    fn identity(&self) -> Option<String> {
        (!self.manifest.name.is_empty()).then(|| self.manifest.name.clone())
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        let window = self.window.map(|window| ("--window", window.to_string()));
        self.timeouts.options().into_iter().chain(window).collect()
    }

    fn covers(&self, task: &Task) -> bool {
        self.manifest.claims(task, &*self.format_name)
    }

    fn claims(&self) -> Option<String> {
        Some(self.manifest.claimed())
    }

    fn at_once(&self) -> usize {
        self.link.window()
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let part =
            Part { task: *task, text: lines::task_text(task, &*self.format_name), cases: 0..operands.len() };
        let (answered, done) = self.link.answer(&Asked { parts: vec![part], operands }, answers);
        self.answered = answered;
        done.map_err(|message| EngineError { engine: self.name.clone(), message })
    }

    fn run_mixed(
        &mut self,
        tasks: &[Task],
        operands: &[Operands],
        answers: &mut [Answer],
    ) -> (usize, Result<(), EngineError>) {
        let mut parts: Vec<Part> = Vec::new();
        for same in tasks.chunk_by(|a, b| a == b) {
            let first = parts.last().map_or(0, |part| part.cases.end);
            let text = lines::task_text(&same[0], &*self.format_name);
            parts.push(Part { task: same[0], text, cases: first..first + same.len() });
        }
        let (answered, done) = self.link.answer(&Asked { parts, operands }, answers);
        self.answered = answered;
        (answered, done.map_err(|message| EngineError { engine: self.name.clone(), message }))
    }

    fn answered(&self) -> usize {
        self.answered
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        if !std::mem::take(&mut self.works) {
            return Ok(());
        }
        self.link.leave().map_err(|message| EngineError { engine: self.name.clone(), message })
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        let link = self.enter().map_err(|message| EngineError { engine: self.name.clone(), message })?;
        Ok(Box::new(Session {
            name: self.name.clone(),
            format_name: Arc::clone(&self.format_name),
            timeouts: self.timeouts,
            window: self.window,
            manifest: Arc::clone(&self.manifest),
            last: Arc::clone(&self.last),
            link,
            answered: 0,
            works: true,
        }))
    }
}

#[cfg(test)]
mod tests;
