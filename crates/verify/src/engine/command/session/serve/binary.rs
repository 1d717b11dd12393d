//! Batches of words in, batches of words out.

use std::io::{self, BufRead, Read, Write};

use halfulp::{Flags, Format, Operands, Task};

use super::super::layout::Layout;
use super::super::words::{self, Header, Kind};
use super::task::task;
use super::unit::Unit;
use crate::engine::Answer;

/// Cases that are read at once.
const STEP: usize = 1 << 12;

/// The longest text of a task, in bytes.
const LONGEST: u32 = 1 << 12;

/// Answers batches until the input ends.
pub fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    format: &dyn Fn(&str) -> Option<Format>,
    mut unit: Unit,
) -> io::Result<()> {
    let mut tasks: Vec<(Task, Layout)> = Vec::new();
    while !input.fill_buf()?.is_empty() {
        let mut bytes = [0; words::HEADER];
        input.read_exact(&mut bytes)?;
        let header = Header::read(&bytes).ok_or_else(|| wrong(format!("{bytes:02x?} is not a header")))?;
        match header.kind {
            Kind::Task => {
                if header.count > LONGEST || header.task as usize != tasks.len() {
                    return Err(wrong(format!("{bytes:02x?} announces no task")));
                }
                let mut text = vec![0; header.count as usize];
                input.read_exact(&mut text)?;
                let text = String::from_utf8_lossy(&text);
                let task = task(&text, format).ok_or_else(|| wrong(format!("{text:?} is no task")))?;
                tasks.push((task, Layout::of(&task, Flags::ALL)));
            }
            Kind::Cases => {
                output.write_all(&words::answer_header(header.batch, header.count))?;
                if header.count > 0 {
                    let (task, layout) = tasks
                        .get(header.task as usize)
                        .ok_or_else(|| wrong(format!("task {} was not announced", header.task)))?;
                    answer(&mut input, &mut output, (task, layout), header.count as usize, &mut unit)?;
                }
                output.flush()?;
            }
        }
    }
    output.flush()
}

/// Answers the cases of a batch.
fn answer(
    input: &mut impl Read,
    output: &mut impl Write,
    (task, layout): (&Task, &Layout),
    count: usize,
    unit: &mut Unit,
) -> io::Result<()> {
    let mut read = vec![0; STEP.min(count) * layout.case()];
    let mut cases = vec![Operands::new(0, 0, 0); STEP.min(count)];
    let (mut answers, mut written) = (Vec::with_capacity(cases.len()), Vec::new());
    for first in (0..count).step_by(STEP) {
        let count = STEP.min(count - first);
        let bytes = &mut read[..count * layout.case()];
        input.read_exact(bytes)?;
        layout.cases(bytes, &mut cases[..count]);
        answers.clear();
        answers.extend(cases[..count].iter().map(|case| Answer::full(unit.answer(task, *case))));
        written.clear();
        layout.push_answers(&answers, &mut written);
        output.write_all(&written)?;
    }
    Ok(())
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
