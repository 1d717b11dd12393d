//! The filter itself: whatever one read gave is answered before the next, so that a device on the other end of a
//! pipe never waits for an answer to a line that it has sent whole.

use std::io::{ErrorKind, Read, Write};

use anyhow::Context as _;

use super::columns::Columns;
use super::fault::{BadLine, Fault};

/// Bytes read at once, and the longest line.
const BUFFER: usize = 1 << 18;

/// Answers the lines of `input` on `output`. The last line need not end with a line feed.
///
/// # Errors
/// A bad line, once the lines before it are answered; or the reason why reading or writing failed.
pub fn answer(mut input: impl Read, mut output: impl Write, columns: &Columns) -> anyhow::Result<()> {
    let mut buffer = vec![0; BUFFER + 1];
    let mut answers = Vec::with_capacity(4 * BUFFER);
    let (mut held, mut line) = (0, 0);
    loop {
        if held == BUFFER {
            let fault = BadLine { line: line + 1, column: BUFFER, fault: Fault::TooLong };
            return Err(fault.into());
        }
        let got = match input.read(&mut buffer[held..BUFFER]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            got => got?,
        };
        let last = got == 0;
        let end = held + got;
        let whole = if last && held != 0 {
            buffer[held] = b'\n';
            held + 1
        } else {
            let fresh = &buffer[held..end];
            fresh.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| held + at + 1)
        };
        answers.clear();
        let outcome = columns.answer(&buffer[..whole], &mut line, &mut answers);
        match output.write_all(&answers).and_then(|()| output.flush()) {
            // Nobody reads any more.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written.context("could not print")?,
        }
        outcome?;
        if last {
            return Ok(());
        }
        buffer.copy_within(whole..end, 0);
        held = end - whole;
    }
}
