//! External programs as engines: lines of operands in, lines of answers out. This is how devices are verified.
//!
//! This is version 1 of the protocol, `cmd:PROGRAM`; [`Session`] is version 2, `cmd2:PROGRAM`.
//!
//! A program is started once per task and thread. It learns its task from placeholders in its command line and from
//! environment variables:
//!
//! | placeholder | variable | example |
//! |---|---|---|
//! | `{op}` | `HALFULP_OP` | `fma` |
//! | `{operands}` | `HALFULP_OPERANDS` | `e4m3fn,e4m3fn,binary32` |
//! | `{result}` | `HALFULP_RESULT` | `binary32` |
//! | `{format}` | `HALFULP_FORMAT` | the first operand's format |
//! | `{standard}` | `HALFULP_STANDARD` | `ieee-754` |
//! | `{round}` | `HALFULP_ROUND` | `rne`, or `sr-a:8` with 8 noise bits |
//! | `{saturate}` | `HALFULP_SATURATE` | `none` |
//! | `{tininess}` | `HALFULP_TININESS` | `after` |
//! | `{flush}` | `HALFULP_FLUSH` | `none`, `operands`, `results`, `both` |
//! | `{nan}` | `HALFULP_NAN` | the result for a NaN in a format without NaN |
//!
//! Each line on its standard input has the codes of the operands in hexadecimal, padded to their widths and separated by
//! a space, and under stochastic rounding the noise word as another column. The program answers each line in order with
//! `result flags`, or with Berkeley TestFloat's `operands result flags`, in which the operands must equal those of the line.
//! Flags are TestFloat's byte in hexadecimal, or `-` if the program does not report them; `result` alone is also accepted. The program must
//! flush its answers when no more input is available (after every line, or at the latest when a read would block), and
//! exit when its input ends.
//!
//! Whatever the program does, a run ends and its memory is bounded: each answer must arrive completely within its
//! [timeout](Timeouts), a line has at most 4096 bytes, and a program that writes unrequested output is blocked. Answers received before a fault
//! are kept: [`Engine::answered`] returns their number. A program runs in its own process group, which is killed when
//! the engine is dropped or the program fails; [`end_all`] does so before the process ends by a signal.

mod group;
mod line;
mod pipes;
mod process;
mod program;
mod session;
pub(crate) mod shown;
mod timeouts;

use halfulp::{Format, Operands, Task};

use super::{Answer, Engine, EngineError, Origin};
use process::{Due, Process};

pub use group::end_all;
pub(crate) use line::operands_text;
pub use line::{Variables, read_answer, write_operands};
#[cfg(test)]
pub(crate) use session::Unit;
pub use session::{BINARY_WINDOW, Claim, Fault, Manifest, Serving, Session, WINDOW, serve};
pub(crate) use session::{case_of_line, push_line};
pub use timeouts::Timeouts;

/// Whether the name of an engine is that of an external program.
#[must_use]
pub fn is_program(name: &str) -> bool {
    name.starts_with("cmd:") || name.starts_with("cmd2:")
}

/// Batches that wait to be written to a program of version 1, one at a time is sent.
const WAITING: usize = 1;

/// An external program that is started for each task.
pub struct Command {
    name: String,
    words: Vec<String>,
    format_name: std::sync::Arc<dyn Fn(&Format) -> String + Send + Sync>,
    timeouts: Timeouts,
    /// The digest of the program's file, if it has one that can be read.
    digest: Option<String>,
    /// Programs that run, with their task: those of one operation and its formats, a policy each.
    running: Vec<(Task, Process)>,
    /// Answers of the batch at hand.
    answered: usize,
}

impl Command {
    /// An engine from a command line: a program and its arguments, with placeholders for the task.
    /// `format_name` gives the name of a format for the program. No program is started yet.
    ///
    /// # Errors
    /// If the command line is empty, or has an unmatched quotation mark or an unknown placeholder.
    pub fn new(
        line: &str,
        timeouts: Timeouts,
        format_name: impl Fn(&Format) -> String + Send + Sync + 'static,
    ) -> Result<Command, EngineError> {
        let name = format!("cmd:{line}");
        let fail = |message: String| EngineError { engine: name.clone(), message };
        let words = shlex::split(line).ok_or_else(|| {
            fail("the command line has an unmatched quotation mark or ends in a backslash".into())
        })?;
        if words.is_empty() {
            let message = "no program is named after cmd:, as in cmd:./my_device".into();
            return Err(EngineError { engine: "cmd".into(), message });
        }
        words.iter().try_for_each(|w| Variables::check(w)).map_err(fail)?;
        let digest = words.first().and_then(|program| program::digest(program));
        Ok(Command {
            name,
            words,
            digest,
            format_name: std::sync::Arc::new(format_name),
            timeouts,
            running: Vec::new(),
            answered: 0,
        })
    }

    /// The process for a task, started if need be. Those of another operation or other formats end first.
    fn process(&mut self, task: &Task) -> Result<&mut Process, String> {
        if let Some(index) = self.running.iter().position(|(known, _)| known == task) {
            return Ok(&mut self.running[index].1);
        }
        let same_family = |known: &Task| known.with_policy(task.policy) == *task;
        if !self.running.iter().all(|(known, _)| same_family(known)) {
            self.end_all()?;
        }
        let variables = Variables::of(task, &*self.format_name);
        let process = Process::start(&self.words, &variables, self.timeouts, WAITING)?;
        self.running.push((*task, process));
        match self.running.last_mut() {
            Some((_, process)) => Ok(process),
            None => Err("the program did not start".into()),
        }
    }

    fn end_all(&mut self) -> Result<(), String> {
        self.running.drain(..).try_for_each(|(_, process)| process.end())
    }

    /// Sends a batch and reads its answers, and counts those that could be read.
    fn answer(
        &mut self,
        task: &Task,
        operands: &[Operands],
        answers: &mut [Answer],
        answered: &mut usize,
    ) -> Result<(), String> {
        let process = self.process(task)?;
        let mut input = Vec::with_capacity(operands.len() * 20);
        for operands in operands {
            line::write_operands(task, operands, &mut input);
        }
        process.send(input)?;
        for (operands, answer) in operands.iter().zip(answers) {
            let read = process.line(Due::Line, |text| line::read_answer(task, operands, text))?;
            *answer = read.map_err(|why| process.explain(&why, &line::operands_text(task, operands)))?;
            *answered += 1;
        }
        process.nothing_more()
    }
}

impl Engine for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn origin(&self) -> Origin {
        Origin::Device
    }

    /// The SHA-256 of the program's file, as it was when the engine was made: of a script that an interpreter runs, the interpreter's.
    fn identity(&self) -> Option<String> {
        self.digest.as_ref().map(|digest| format!("a program of SHA-256 {digest}"))
    }

    fn options(&self) -> Vec<(&'static str, String)> {
        self.timeouts.options()
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        let mut answered = 0;
        let done = self.answer(task, operands, answers, &mut answered);
        self.answered = answered;
        done.map_err(|message| {
            // A program that failed once is not asked again.
            self.running.retain(|(known, _)| known != task);
            EngineError { engine: self.name.clone(), message }
        })
    }

    fn answered(&self) -> usize {
        self.answered
    }

    fn finish(&mut self) -> Result<(), EngineError> {
        self.end_all().map_err(|message| EngineError { engine: self.name.clone(), message })
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(Command {
            name: self.name.clone(),
            words: self.words.clone(),
            digest: self.digest.clone(),
            format_name: self.format_name.clone(),
            timeouts: self.timeouts,
            running: Vec::new(),
            answered: 0,
        }))
    }
}

#[cfg(test)]
mod tests;
