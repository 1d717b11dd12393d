//! Programs that write bytes and no lines.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::super::shown::hexadecimal;
use super::{Process, how};

impl Process {
    /// The next bytes, as they come. `due` says what they should be: "the answer to case 3".
    pub fn bytes(&mut self, wait: Duration, due: &dyn Fn() -> String) -> Result<Vec<u8>, String> {
        if self.start < self.buffer.len() {
            // They came with the last line.
            let rest = self.buffer.split_off(self.start);
            self.buffer.clear();
            self.start = 0;
            return Ok(rest);
        }
        match self.output.recv_timeout(wait) {
            Ok(bytes) => Ok(bytes),
            Err(RecvTimeoutError::Timeout) => {
                let why = match self.group.has_ended() {
                    true => "it ended, but something that it started keeps its output open",
                    false => "does it write its answers out when no input is waiting?",
                };
                let time = self.timeouts.answer.as_secs_f64();
                let shown = &self.shown;
                Err(self
                    .after_all(format!("{shown} answered nothing for {time} s, with {} due ({why})", due())))
            }
            Err(RecvTimeoutError::Disconnected) => {
                let how = self.wait().map_or("closed its output".to_string(), how);
                Err(self.after_all(format!("{} {how} before {}", self.shown, due())))
            }
        }
    }

    /// Closes the input and waits for the program to end by itself, without another byte.
    pub fn end_of_bytes(self) -> Result<(), String> {
        self.end_checking(&|process| {
            while let Ok(bytes) = process.output.try_recv() {
                process.buffer.extend(bytes);
            }
            match &process.buffer[process.start..] {
                [] => Ok(()),
                more => Err(format!("{} wrote more than its answers: {}", process.shown, hexadecimal(more))),
            }
        })
    }
}
