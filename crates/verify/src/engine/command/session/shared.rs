//! The process that all threads of a run share, asked by lines. A thread that waits for answers reads for all of them, one at a time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::asked::{Asked, Link};
use super::lines;
use super::manifest::Manifest;
use super::pending::Batch;
use crate::engine::Answer;
use crate::engine::command::Timeouts;
use crate::engine::command::process::{Due, Process};
use crate::engine::command::shown::quoted;

/// The line after which a program must have written its answers out.
const FLUSH: &[u8] = b"flush\n";

/// The most cases that one call hands over.
const MOST_AT_ONCE: usize = 1 << 16;

pub struct Shared {
    manifest: Arc<Manifest>,
    limit: usize,
    /// How long an answer may take.
    patience: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The process; `None` while a thread reads from it, and once it has ended.
    process: Option<Process>,
    input: Input,
    next: u64,
    batches: Vec<Batch>,
    in_flight: usize,
    failed: Option<String>,
    /// Lines without the device's prefix, and the first of them.
    skipped: u64,
    other: Option<String>,
    /// Whether any answer came.
    is_answered: bool,
    users: usize,
    /// Whether the last thread ended the program.
    has_ended: bool,
    /// When the last answer came, or cases were sent while none was due.
    since: Instant,
}

impl State {
    /// The first case that was sent and has no answer.
    fn unanswered(&self) -> Option<u64> {
        self.batches.iter().filter_map(Batch::unanswered).min()
    }
}

type Input = Option<std::sync::mpsc::SyncSender<Vec<u8>>>;

impl Shared {
    pub fn new(process: Process, manifest: Arc<Manifest>, limit: usize, timeouts: Timeouts) -> Shared {
        let input = process.input();
        let state = State {
            process: Some(process),
            input,
            next: 0,
            batches: Vec::new(),
            in_flight: 0,
            failed: None,
            skipped: 0,
            other: None,
            is_answered: false,
            users: 0,
            has_ended: false,
            since: Instant::now(),
        };
        Shared {
            manifest,
            limit,
            patience: timeouts.answer,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a batch, as far as the window has room, and waits until it is answered.
    fn exchange<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        base: u64,
        asked: &Asked<'_>,
    ) -> Result<(), String> {
        loop {
            if let Some(why) = &state.failed {
                return Err(why.clone());
            }
            let room = self.limit.saturating_sub(state.in_flight);
            let input = state.input.clone();
            let Some(batch) = state.batches.iter_mut().find(|batch| batch.numbers().start == base) else {
                return Err("its cases were lost".into());
            };
            if batch.is_complete() {
                return Ok(());
            }
            let first = batch.sent;
            let count = room.min(asked.operands.len() - first);
            if count > 0 {
                batch.sent += count;
                if state.in_flight == 0 {
                    state.since = Instant::now();
                }
                state.in_flight += count;
                drop(state);
                let mut bytes = Vec::with_capacity(count * 64);
                for (part, cases) in asked.within(first..first + count) {
                    for (number, case) in (base + cases.start as u64..).zip(&asked.operands[cases]) {
                        lines::push_case(number, &part.task, &part.text, case, &mut bytes);
                    }
                }
                bytes.extend_from_slice(FLUSH);
                // The window bounds what waits here. If the program's input is gone, the missing answers will tell.
                if let Some(input) = input {
                    let _ = input.send(bytes);
                }
                state = self.state();
                continue;
            }
            state = match state.process.take() {
                Some(process) => self.read(state, process),
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Reads what the program has to say, for all threads.
    fn read<'a>(&'a self, state: MutexGuard<'a, State>, mut process: Process) -> MutexGuard<'a, State> {
        drop(state);
        let mut lines: Vec<String> = Vec::new();
        // While nothing is read, no case gets its answer: what is looked up is still due.
        let due = || self.state().unanswered();
        let read = process
            .lines(Due::Case(&due), &mut |line| lines.push(String::from_utf8_lossy(line).into_owned()));
        let mut state = self.state();
        let before = state.in_flight;
        for line in &lines {
            if let Err(why) = self.take(&mut state, line) {
                let shown = quoted(line.as_bytes(), 100);
                state.failed.get_or_insert(format!("the line {shown} of {} {why}", process.shown()));
                break;
            }
        }
        if state.in_flight < before {
            state.since = Instant::now();
        }
        if let Err(why) = read {
            let why = format!("{why}{}", self.skipped(&state));
            state.failed.get_or_insert(why);
        }
        if state.failed.is_none() && state.since.elapsed() > self.patience {
            let first = state.unanswered();
            let why = process.silent(self.patience, Due::Case(&|| first));
            state.failed = Some(format!("{why}{}", self.skipped(&state)));
        }
        state.process = Some(process);
        if state.failed.is_some() {
            // It is not asked again: dropped, it ends with all that it started.
            state.process = None;
            state.input = None;
        }
        self.changed.notify_all();
        state
    }

    /// What may be wrong where no answer was found: another prefix than the manifest says.
    fn skipped(&self, state: &State) -> String {
        let (count, prefix) = (state.skipped, &self.manifest.prefix);
        match &state.other {
            Some(first) if !prefix.is_empty() && !state.is_answered => {
                let s = if count == 1 { "" } else { "s" };
                format!("; skipped: {count} line{s} without the prefix {prefix:?}, the first of them {first}")
            }
            _ => String::new(),
        }
    }

    /// Takes a line.
    fn take(&self, state: &mut State, line: &str) -> Result<(), String> {
        let Some(line) = own(&self.manifest, line) else {
            state.skipped += 1;
            state.other.get_or_insert_with(|| quoted(line.as_bytes(), 60));
            return Ok(());
        };
        let (number, rest) = lines::number(line)?;
        let batch = state.batches.iter_mut().find(|batch| batch.numbers().contains(&number));
        let batch = batch.ok_or_else(|| match number < state.next {
            true => format!("answers case {number} again"),
            false => format!("answers case {number}, which was not sent"),
        })?;
        batch.take(number, rest, self.manifest.reports())?;
        state.in_flight -= 1;
        state.is_answered = true;
        Ok(())
    }
}

impl Link for Shared {
    fn window(&self) -> usize {
        self.limit.min(MOST_AT_ONCE)
    }

    fn enter(&self) -> bool {
        let mut state = self.state();
        state.users += usize::from(!state.has_ended);
        !state.has_ended
    }

    fn leave(&self) -> Result<(), String> {
        let mut state = self.state();
        state.users = state.users.saturating_sub(1);
        if state.users > 0 || state.failed.is_some() {
            return Ok(());
        }
        state.has_ended = true;
        state.input = None;
        state
            .process
            .take()
            .map_or(Ok(()), |process| process.end_with(&|line| is_chatter(&self.manifest, line)))
    }

    fn answer(&self, asked: &Asked<'_>, answers: &mut [Answer]) -> (usize, Result<(), String>) {
        let mut state = self.state();
        let base = state.next;
        state.next += asked.operands.len() as u64;
        state.batches.push(Batch::new(base, &asked.parts, asked.operands.len()));
        let done = self.exchange(state, base, asked);
        let mut state = self.state();
        let Some(place) = state.batches.iter().position(|batch| batch.numbers().start == base) else {
            return (0, done);
        };
        let batch = state.batches.swap_remove(place);
        let mut count = 0;
        for (answer, given) in answers.iter_mut().zip(batch.answers()) {
            *answer = given;
            count += 1;
        }
        (count, done)
    }
}

/// A line of the protocol, without its prefix; `None` for what a simulator says besides.
fn own<'a>(manifest: &Manifest, line: &'a str) -> Option<&'a str> {
    let line = line.trim_end();
    let own = line.strip_prefix(&*manifest.prefix)?.trim_start();
    (!own.is_empty() && !own.starts_with('#')).then_some(own)
}

fn is_chatter(manifest: &Manifest, line: &[u8]) -> bool {
    own(manifest, &String::from_utf8_lossy(line)).is_none()
}
