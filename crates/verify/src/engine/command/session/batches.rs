//! The process that all threads of a run share, asked by words of fixed width: batches go in, and are answered in the same order.

use std::collections::HashMap;
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use halfulp::{Flags, Task};

use super::asked::{Asked, Link, Part};
use super::due::Queue;
use super::layout::Layout;
use super::words::{self, Header, Kind};
use crate::engine::Answer;
use crate::engine::command::Timeouts;
use crate::engine::command::process::Process;

/// The most cases that one call hands over: with some threads that is enough for a round trip of 50 ms. It must not depend on how fast a device
/// is, since the shards of a run are made of it.
const MOST_AT_ONCE: usize = 1 << 18;

/// The most batches that are under way.
const MOST_BATCHES: usize = 1 << 15;

pub struct Batches {
    reports: Flags,
    limit: usize,
    /// How long an answer may take.
    patience: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The process; `None` while a thread reads from it, and once it has ended.
    process: Option<Process>,
    input: Option<SyncSender<Vec<u8>>>,
    /// The tasks that were announced.
    tasks: HashMap<Task, u32>,
    queue: Queue,
    /// Cases that are to be sent or have no answer yet.
    in_flight: usize,
    failed: Option<String>,
    users: usize,
    /// Whether the last thread ended the program.
    has_ended: bool,
    /// When the last answer came, or cases were sent while none was due.
    since: Instant,
}

/// A batch of a call.
struct Own {
    batch: u32,
    first: usize,
    count: usize,
    layout: Layout,
}

impl Batches {
    /// A connection to a program that has written its manifest. It is asked to answer an empty batch, which shows that it speaks this
    /// form.
    pub fn new(
        process: Process,
        reports: Flags,
        limit: usize,
        timeouts: Timeouts,
    ) -> Result<Batches, String> {
        let state = State {
            input: process.input(),
            process: Some(process),
            tasks: HashMap::new(),
            queue: Queue::default(),
            in_flight: 0,
            failed: None,
            users: 0,
            has_ended: false,
            since: Instant::now(),
        };
        let link = Batches {
            reports,
            limit,
            patience: timeouts.answer,
            state: Mutex::new(state),
            changed: Condvar::new(),
        };
        link.greet()?;
        Ok(link)
    }

    fn greet(&self) -> Result<(), String> {
        let mut state = self.state();
        // Its number is the first.
        let header = Header { kind: Kind::Cases, codes: [0; 3], sizes: [0; 2], task: 0, batch: 0, count: 0 };
        let batch = state.queue.push(0, 1);
        state.send(header.bytes().to_vec());
        loop {
            let process = state.process.take().ok_or("its output is gone")?;
            state = self.read(state, process);
            if let Some(why) = &state.failed {
                return Err(why.clone());
            }
            if state.queue.is_answered(batch) {
                return Ok(());
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the cases, as far as the window has room, and waits until all are answered. `own` are the batches that were sent.
    fn exchange(&self, asked: &Asked<'_>, own: &mut Vec<Own>) -> Result<(), String> {
        let (mut first, mut waiting) = (0, 0);
        let mut state = self.state();
        loop {
            if let Some(why) = &state.failed {
                return Err(why.clone());
            }
            let left = asked.operands.len() - first;
            if left > 0 {
                let room = self.limit.saturating_sub(state.in_flight);
                // Small batches cost more than they gain.
                if room >= left.min(self.limit.div_ceil(4)) && state.queue.len() < MOST_BATCHES {
                    if state.in_flight == 0 {
                        state.since = Instant::now();
                    }
                    let Some((part, cases)) = asked.within(first..first + room.min(left)).next() else {
                        return Err("its cases were lost".into());
                    };
                    state.in_flight += cases.len();
                    drop(state);
                    let layout = Layout::of(&part.task, self.reports);
                    let mut message = vec![0; words::HEADER];
                    layout.push(&asked.operands[cases.clone()], &mut message);
                    state = self.state();
                    let batch = state.send_batch(part, &layout, cases.len(), message);
                    first += cases.len();
                    own.push(Own { batch, first: cases.start, count: cases.len(), layout });
                    continue;
                }
            }
            while waiting < own.len() && state.queue.is_answered(own[waiting].batch) {
                waiting += 1;
            }
            if left == 0 && waiting == own.len() {
                return Ok(());
            }
            state = match state.process.take() {
                Some(process) => self.read(state, process),
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Reads what the program has to say, for all threads.
    fn read<'a>(&'a self, state: MutexGuard<'a, State>, mut process: Process) -> MutexGuard<'a, State> {
        let wait = self.patience.saturating_sub(state.since.elapsed());
        drop(state);
        // While nothing is read, no case gets its answer: what is looked up is still due.
        let read = process.bytes(wait, &|| self.state().queue.missing());
        let mut state = self.state();
        let taken = read.and_then(|bytes| {
            let answered = state.queue.add(&bytes).map_err(|why| format!("{} {why}", process.shown()))?;
            if answered > 0 {
                state.since = Instant::now();
            }
            state.in_flight = state.in_flight.saturating_sub(answered);
            Ok(())
        });
        match taken {
            Ok(()) if state.failed.is_none() => state.process = Some(process),
            Ok(()) => {}
            // It is not asked again: dropped, it ends with all that it started.
            Err(why) => state.fail(why),
        }
        self.changed.notify_all();
        state
    }

    /// The answers of some batches, from the first on, and what is wrong with the next one.
    fn collect(&self, own: &[Own], answers: &mut [Answer]) -> (usize, Result<(), String>) {
        let mut count = 0;
        for Own { batch, first, count: cases, layout } in own {
            let Some(bytes) = self.state().queue.take(*batch) else { break };
            let (read, fault) = layout.answers(&bytes, &mut answers[*first..first + cases]);
            count = first + read;
            if let Err(why) = fault {
                let mut state = self.state();
                let shown = state
                    .process
                    .as_ref()
                    .map_or("the program".into(), |process| process.shown().to_string());
                let why = format!("{shown} answers case {read} of batch {batch} with {why}");
                state.fail(why.clone());
                self.changed.notify_all();
                return (count, Err(why));
            }
            if read < *cases {
                break;
            }
        }
        (count, Ok(()))
    }
}

impl State {
    fn send(&self, message: Vec<u8>) {
        // The most batches fit in what waits. If the program's input is gone, the missing answers will tell.
        if let Some(input) = &self.input {
            let _ = input.send(message);
        }
    }

    /// Sends a batch, whose message begins with room for its header: its number.
    fn send_batch(&mut self, part: &Part, layout: &Layout, count: usize, mut message: Vec<u8>) -> u32 {
        let batch = self.queue.push(count, layout.answer());
        let new = self.tasks.len() as u32;
        let task = *self.tasks.entry(part.task).or_insert(new);
        let header = Header {
            kind: Kind::Cases,
            codes: words::codes(&part.task),
            sizes: [layout.case() as u8, layout.answer() as u8],
            task,
            batch,
            count: count as u32,
        };
        message[..words::HEADER].copy_from_slice(&header.bytes());
        if task == new {
            let text = part.text.as_bytes();
            let announced = Header { kind: Kind::Task, batch: 0, count: text.len() as u32, ..header };
            message = [&announced.bytes()[..], text, &message].concat();
        }
        self.send(message);
        batch
    }

    fn fail(&mut self, why: String) {
        self.failed.get_or_insert(why);
        self.process = None;
        self.input = None;
    }
}

impl Link for Batches {
    fn window(&self) -> usize {
        // Two calls have room.
        MOST_AT_ONCE.min(self.limit.div_ceil(2))
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
        state.process.take().map_or(Ok(()), Process::end_of_bytes)
    }

    fn answer(&self, asked: &Asked<'_>, answers: &mut [Answer]) -> (usize, Result<(), String>) {
        let mut own = Vec::new();
        let done = self.exchange(asked, &mut own);
        let (count, read) = self.collect(&own, answers);
        (count, done.and(read))
    }
}
