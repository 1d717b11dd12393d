//! The end of a program, by itself, with nothing more to say.

use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::Duration;

use super::super::shown::quoted;
use super::{Process, SHOWN, after, how, left};

impl Process {
    /// Checks that no answer came to a line that was not sent, as far as can be told now.
    pub fn nothing_more(&mut self) -> Result<(), String> {
        if self.start == self.buffer.len() {
            match self.output.try_recv() {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
        let extra = self.buffer[self.start..].split(|&b| b == b'\n').next().unwrap_or(&[]);
        let extra = quoted(extra, SHOWN);
        let (shown, lines, s) = (&self.shown, self.lines, if self.lines == 1 { "" } else { "s" });
        Err(format!("{shown} answered more than the {lines} line{s} it was sent: {extra}"))
    }

    /// Skips whole lines that are no answers, and a last one that only begins.
    fn skip(&mut self, is_other: &dyn Fn(&[u8]) -> bool) {
        while let Ok(bytes) = self.output.try_recv() {
            self.buffer.extend(bytes);
        }
        while self.start < self.buffer.len() {
            let rest = &self.buffer[self.start..];
            let length = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| end + 1);
            if !is_other(rest[..length].trim_ascii_end()) {
                break;
            }
            self.start += length;
        }
    }

    /// Closes the input and waits for the program to end by itself, with nothing more to say.
    pub fn end(self) -> Result<(), String> {
        self.end_with(&|_| false)
    }

    /// The same for a program some of whose lines are no answers.
    pub fn end_with(self, is_other: &dyn Fn(&[u8]) -> bool) -> Result<(), String> {
        self.end_checking(&|process| {
            process.skip(is_other);
            process.nothing_more()
        })
    }

    /// The same, with a look at what it still writes.
    pub(super) fn end_checking(
        mut self,
        check: &dyn Fn(&mut Process) -> Result<(), String>,
    ) -> Result<(), String> {
        self.input = None;
        let deadline = after(self.timeouts.answer);
        loop {
            check(&mut self)?;
            match self.output.recv_timeout(left(deadline).min(Duration::from_millis(50))) {
                Ok(bytes) => self.buffer.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if left(deadline).is_zero() => {
                    return Err(self.after_all(format!("{} did not end when its input did", self.shown)));
                }
                // What it started in turn may keep its output open: no answer is due any more.
                Err(RecvTimeoutError::Timeout) if self.group.has_ended() => {
                    self.group.end();
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        match self.wait() {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(self.after_all(format!("{} {}", self.shown, how(status)))),
            None => Err(self.after_all(format!("{} closed its output but did not end", self.shown))),
        }
    }
}
