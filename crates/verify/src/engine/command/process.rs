//! A running program: a thread writes to it, threads read from it, so that no full pipe can block both sides.

use std::io::{Read, Write};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::line::Variables;

/// How much of what a program says on its standard error is kept for reports.
const KEPT: usize = 2000;

/// A started program. Dropping it kills and reaps it.
pub struct Process {
    child: Child,
    shown: String,
    timeout: Duration,
    /// To the writing thread; `None` after the input was closed.
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Vec<u8>>,
    errors: Option<JoinHandle<Vec<u8>>>,
    /// What was read and not taken yet: from `start`.
    buffer: Vec<u8>,
    start: usize,
    /// Answer lines taken, for reports.
    lines: u64,
}

impl Process {
    /// Starts a program with its placeholders filled.
    pub fn start(words: &[String], variables: &Variables, timeout: Duration) -> Result<Process, String> {
        let words: Vec<String> = words.iter().map(|word| variables.fill(word)).collect();
        let shown = words.join(" ");
        let mut child = std::process::Command::new(&words[0])
            .args(&words[1..])
            .envs(variables.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("could not start {:?}: {e}", words[0]))?;
        let (input, lines) = mpsc::channel::<Vec<u8>>();
        let (chunks, output) = mpsc::channel::<Vec<u8>>();
        if let Some(mut pipe) = child.stdin.take() {
            std::thread::spawn(move || {
                // A program that closed its input ends this thread; reading shows why.
                while let Ok(bytes) = lines.recv() {
                    if pipe.write_all(&bytes).and_then(|()| pipe.flush()).is_err() {
                        break;
                    }
                }
            });
        }
        if let Some(pipe) = child.stdout.take() {
            std::thread::spawn(move || forward(pipe, &chunks));
        }
        let errors = child.stderr.take().map(|pipe| std::thread::spawn(move || tail(pipe)));
        Ok(Process {
            child,
            shown,
            timeout,
            input: Some(input),
            output,
            errors,
            buffer: Vec::new(),
            start: 0,
            lines: 0,
        })
    }

    /// Hands lines to the program; they are written while answers are read.
    pub fn send(&mut self, lines: Vec<u8>) -> Result<(), String> {
        // If the writing thread is gone so is the program's input, and the missing answer will tell.
        if let Some(input) = &self.input {
            let _ = input.send(lines);
        }
        Ok(())
    }

    /// The next answer line, handed to a reader without its line end.
    pub fn line<T>(&mut self, read: impl FnOnce(&[u8]) -> T) -> Result<T, String> {
        let mut searched = self.start;
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
            match self.output.recv_timeout(self.timeout) {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(RecvTimeoutError::Timeout) => return Err(self.stalled()),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended_early()),
            }
        }
    }

    /// Checks that no answer came to a line that was not sent, as far as can be told now.
    pub fn nothing_more(&mut self) -> Result<(), String> {
        if self.start == self.buffer.len() {
            match self.output.try_recv() {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
        let extra = self.buffer[self.start..].split(|&b| b == b'\n').next().unwrap_or(&[]);
        let extra = String::from_utf8_lossy(&extra[..extra.len().min(80)]).into_owned();
        Err(format!("`{}` answered more than the {} lines it was sent: {extra:?}", self.shown, self.lines))
    }

    /// The report of an answer that cannot be read, which was the last line taken.
    pub fn explain(&self, why: &str, sent: &str) -> String {
        let before = &self.buffer[..self.start.saturating_sub(1)];
        let line = before.rsplit(|&b| b == b'\n').next().unwrap_or(&[]);
        let line = String::from_utf8_lossy(&line[..line.len().min(120)]);
        format!("line {} of `{}` {why}: {line:?} was the answer to {sent:?}", self.lines, self.shown)
    }

    /// Closes the input and waits for the program to end by itself, with nothing more to say.
    pub fn end(mut self) -> Result<(), String> {
        self.input = None;
        let deadline = Instant::now() + self.timeout;
        loop {
            self.nothing_more()?;
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("`{}` did not end when its input did", self.shown));
                }
            }
        }
        match self.wait() {
            Some(status) if status.success() => Ok(()),
            Some(status) => {
                let said = self.said();
                Err(format!("`{}` ended with {status}{said}", self.shown))
            }
            None => Err(format!("`{}` closed its output but did not end", self.shown)),
        }
    }

    fn stalled(&mut self) -> String {
        let _ = self.child.kill();
        let said = self.said();
        format!(
            "`{}` answered nothing for {} s, with answer line {} due (does it write its answers out when no input is \
             waiting?){said}",
            self.shown,
            self.timeout.as_secs_f64(),
            self.lines + 1,
        )
    }

    fn ended_early(&mut self) -> String {
        let how = match self.wait() {
            Some(status) => format!("ended with {status}"),
            None => "closed its output".to_string(),
        };
        let rest = String::from_utf8_lossy(&self.buffer[self.start..]).into_owned();
        let rest = if rest.is_empty() { rest } else { format!(" after the unfinished line {rest:?}") };
        let said = self.said();
        format!("`{}` {how}{rest}, with answer line {} due{said}", self.shown, self.lines + 1,)
    }

    /// Waits a moment for a program that closed its output. It must not hold up the report.
    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + self.timeout.min(Duration::from_secs(2));
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                Ok(None) | Err(_) => {
                    let _ = self.child.kill();
                    return None;
                }
            }
        }
    }

    /// What the program said on its standard error, once it is dead.
    fn said(&mut self) -> String {
        let finished = self.errors.take_if(|thread| {
            let deadline = Instant::now() + Duration::from_millis(200);
            while !thread.is_finished() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(1));
            }
            thread.is_finished()
        });
        let text = finished.and_then(|thread| thread.join().ok()).unwrap_or_default();
        match String::from_utf8_lossy(&text).trim() {
            "" => String::new(),
            text => format!("; it said: {text}"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Passes a program's output on as it comes.
fn forward(mut pipe: impl Read, chunks: &Sender<Vec<u8>>) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = pipe.read(&mut bytes) {
        if chunks.send(bytes[..count].to_vec()).is_err() {
            break;
        }
    }
}

/// The last of what a program says.
fn tail(mut pipe: impl Read) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = pipe.read(&mut bytes) {
        kept.extend_from_slice(&bytes[..count]);
        let surplus = kept.len().saturating_sub(KEPT);
        kept.drain(..surplus);
    }
    kept
}
