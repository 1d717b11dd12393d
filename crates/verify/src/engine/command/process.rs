//! A running program: lines go in, answer lines come out, each within a time and a length.

mod bytes;
mod end;

use std::process::{ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::time::{Duration, Instant};

use super::group::Group;
use super::line::Variables;
use super::pipes::{self, Said};
use super::shown::{lines, quoted};
use super::timeouts::Timeouts;

/// The longest line that is read, in bytes. An answer has some fifty.
const LONGEST: usize = 4096;

/// How much of a line is shown.
const SHOWN: usize = 100;

/// What a program has to write next, for reports.
#[derive(Clone, Copy)]
pub enum Due<'a> {
    /// The answer to the next line that it was sent.
    Line,
    /// The rest of its manifest.
    Manifest,
    /// The answer to a case, whose number is looked up.
    Case(&'a dyn Fn() -> Option<u64>),
}

impl Due<'_> {
    /// What a program that ended left out: "exited before ...".
    fn before(self, line: u64) -> String {
        match self {
            Due::Line => format!("answering line {line}"),
            Due::Manifest => "its manifest ended (`ready`)".into(),
            Due::Case(number) => {
                number().map_or("its input ended".into(), |case| format!("answering case {case}"))
            }
        }
    }

    /// What a program that is silent should write.
    fn what(self, line: u64) -> String {
        match self {
            Due::Line => format!("answer line {line} due"),
            Due::Manifest => "the end of its manifest (`ready`) due".into(),
            Due::Case(number) => {
                number().map_or("an answer due".into(), |case| format!("the answer to case {case} due"))
            }
        }
    }
}

/// A started program. Dropping it kills and reaps it and all that it started.
pub struct Process {
    group: Group,
    shown: String,
    timeouts: Timeouts,
    /// To the writing thread; `None` after the input was closed.
    input: Option<SyncSender<Vec<u8>>>,
    output: Receiver<Vec<u8>>,
    said: Option<Said>,
    /// What was read and not taken yet: from `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Answer lines taken, for reports.
    lines: u64,
}

/// When some time from now is over; `None` if that is further than clocks go.
fn after(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
}

fn left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()))
}

impl Process {
    /// Starts a program with its placeholders filled; `waiting` is the number of batches that wait for its input.
    pub fn start(
        words: &[String],
        variables: &Variables,
        timeouts: Timeouts,
        waiting: usize,
    ) -> Result<Process, String> {
        let words: Vec<String> = words.iter().map(|word| variables.fill(word)).collect();
        let mut command = std::process::Command::new(&words[0]);
        command.args(&words[1..]).envs(variables.environment());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group =
            Group::start(&mut command).map_err(|e| format!("could not start {:?}: {e}", words[0]))?;
        let leader = &mut group.leader;
        let output = leader.stdout.take().map(pipes::reader);
        Ok(Process {
            input: leader.stdin.take().map(|pipe| pipes::writer(pipe, waiting)),
            output: output.ok_or("it has no output")?,
            said: leader.stderr.take().map(Said::listen),
            group,
            shown: format!("`{}`", lines(&words.join(" "))),
            timeouts,
            buffer: Vec::new(),
            start: 0,
            lines: 0,
        })
    }

    /// The way to its input, for several threads. It closes once all of them are dropped and the process is ended.
    pub fn input(&self) -> Option<SyncSender<Vec<u8>>> {
        self.input.clone()
    }

    /// The command line, as it is shown.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// How long the next answer may take.
    fn timeout(&self) -> Duration {
        if self.lines == 0 { self.timeouts.startup } else { self.timeouts.answer }
    }

    /// Hands lines to the program; they are written while answers are read.
    pub fn send(&mut self, mut lines: Vec<u8>) -> Result<(), String> {
        let deadline = after(self.timeout());
        loop {
            let Some(input) = &self.input else { return Ok(()) };
            match input.try_send(lines) {
                // If the writing thread is gone so is the program's input, and the missing answer will tell.
                Ok(()) | Err(TrySendError::Disconnected(_)) => return Ok(()),
                Err(TrySendError::Full(_)) if left(deadline).is_zero() => {
                    let (shown, lines, s) = (&self.shown, self.lines, if self.lines == 1 { "" } else { "s" });
                    let what =
                        format!("{shown} answered {lines} line{s}, but does not read those it is sent");
                    return Err(self.after_all(what));
                }
                Err(TrySendError::Full(back)) => {
                    lines = back;
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
    }

    /// The next line, handed to a reader without its line end. It has to come whole before the time is over. `due` is what it should be.
    pub fn line<T>(&mut self, due: Due<'_>, read: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        let mut searched = self.start;
        let mut deadline = None;
        loop {
            let end = self.buffer[searched..].iter().position(|&b| b == b'\n');
            if let Some(length) = end {
                let end = searched + length;
                let answer = read(&self.buffer[self.start..end]);
                self.start = end + 1;
                self.lines += 1;
                return Ok(answer);
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            searched = self.buffer.len();
            if searched > LONGEST {
                return Err(self.endless());
            }
            // The clock is asked only where something is waited for.
            let deadline = *deadline.get_or_insert_with(|| after(self.timeout()));
            match self.output.recv_timeout(left(deadline)) {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(RecvTimeoutError::Timeout) => return Err(self.stalled(due)),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended_early(due)),
            }
        }
    }

    /// The next line, and those that came with it.
    pub fn lines(&mut self, due: Due<'_>, take: &mut dyn FnMut(&[u8])) -> Result<(), String> {
        self.line(due, &mut *take)?;
        while self.buffer[self.start..].contains(&b'\n') {
            self.line(due, &mut *take)?;
        }
        Ok(())
    }

    /// Ends a program that takes no answer for `time`, though it writes other lines.
    pub fn silent(&mut self, time: Duration, due: Due<'_>) -> String {
        let (time, due) = (time.as_secs_f64(), due.what(self.lines + 1));
        self.after_all(format!(
            "{} answered nothing for {time} s, and wrote other lines, with {due}",
            self.shown
        ))
    }

    /// The report of an answer that cannot be read, which was the last line taken.
    pub fn explain(&self, why: &str, sent: &str) -> String {
        let before = &self.buffer[..self.start.saturating_sub(1)];
        let line = quoted(before.rsplit(|&b| b == b'\n').next().unwrap_or(&[]), SHOWN);
        format!("line {} of {} {why}: {line} was the answer to {sent:?}", self.lines, self.shown)
    }

    /// More of a line than any answer has.
    fn endless(&mut self) -> String {
        let begins = quoted(&self.buffer, 40);
        format!(
            "line {} of {} has no end: more than {LONGEST} bytes, of which the first are {begins}",
            self.lines + 1,
            self.shown
        )
    }

    fn stalled(&mut self, due: Due<'_>) -> String {
        let why = match self.group.has_ended() {
            true => "it ended, but something that it started keeps its output open",
            false if self.lines == 0 && matches!(due, Due::Manifest) => {
                "a cmd2:PROGRAM writes its manifest before it reads, and one that only answers lines of operands is a cmd:PROGRAM; \
                 --startup-timeout gives it longer to start"
            }
            false if self.lines == 0 => {
                "does it write its answers out when no input is waiting? --startup-timeout gives it longer to start"
            }
            false => "does it write its answers out when no input is waiting?",
        };
        let unfinished = match self.buffer.len() {
            0 => "nothing".to_string(),
            _ => format!("no whole line, only {},", quoted(&self.buffer, SHOWN)),
        };
        let (time, due) = (self.timeout().as_secs_f64(), due.what(self.lines + 1));
        self.after_all(format!("{} answered {unfinished} for {time} s, with {due} ({why})", self.shown))
    }

    fn ended_early(&mut self, due: Due<'_>) -> String {
        let how = match self.wait() {
            Some(status) => how(status),
            None => "closed its output".to_string(),
        };
        let rest = match self.buffer.len() {
            0 => String::new(),
            _ => format!(" after the unfinished line {}", quoted(&self.buffer, SHOWN)),
        };
        let due = due.before(self.lines + 1);
        self.after_all(format!("{} {how}{rest} before {due}", self.shown))
    }

    /// Waits a moment for a program that closed its output. It must not hold up the report.
    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = after(self.timeouts.answer.min(Duration::from_secs(2)));
        while !self.group.has_ended() {
            if left(deadline).is_zero() {
                self.group.end();
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.group.end()
    }

    /// Ends the program, and adds to what is reported of it what it said on its standard error.
    fn after_all(&mut self, report: String) -> String {
        self.group.end();
        match self.said.take().map(|said| said.text()).unwrap_or_default().as_str() {
            "" => report,
            text => format!("{report}; it wrote on standard error:\n    {}", lines(text)),
        }
    }
}

/// How a program ended, in words.
fn how(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exited with status {code}"),
        // A signal, which the system names.
        None => format!("was ended by {status}"),
    }
}
