//! Engines: anything that answers tasks on operands.

pub mod apfloat;
mod asked;
pub mod command;
pub mod cpu;
pub mod definition;
pub mod host;
pub mod kernel;
pub mod model;
#[cfg(feature = "mpfr")]
pub mod mpfr;
pub mod profile;
pub mod recorded;

use core::ops::Range;

use halfulp::{Code, Flags, Operands, Rounded, Task, apply};
use serde::{Deserialize, Serialize};

/// An answer: a code, and the exceptions that the engine reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The code of the result. Engines that do not know the payload of a NaN answer with the format's canonical NaN.
    pub code: Code,
    /// The exceptions raised.
    pub flags: Flags,
    /// The exceptions that the engine can report; the others are not compared.
    pub known: Flags,
    /// Whether a device gave no value: some digit of its result or flags was `x` or `z`, as simulators print signals without one. Such an
    /// answer agrees with none, and its other fields do not count.
    pub undefined: bool,
}

impl Answer {
    /// An answer without a value: see [`Answer::undefined`].
    pub const UNDEFINED: Answer = Answer { code: 0, flags: Flags::NONE, known: Flags::NONE, undefined: true };

    /// An answer with all five exceptions known.
    #[must_use]
    pub const fn full(rounded: Rounded) -> Answer {
        Answer::new(rounded.code, rounded.flags, Flags::ALL)
    }

    /// An answer with a value, and the exceptions that are known.
    #[must_use]
    pub const fn new(code: Code, flags: Flags, known: Flags) -> Answer {
        Answer { code, flags, known, undefined: false }
    }

    /// Whether two answers agree: equal codes, and equal exceptions among those that both report.
    #[must_use]
    pub const fn agrees(&self, other: &Answer) -> bool {
        let known = self.known.bits() & other.known.bits();
        self.code == other.code
            && (self.flags.bits() ^ other.flags.bits()) & known == 0
            && !self.undefined
            && !other.undefined
    }
}

/// Why an engine could not answer. This ends the run and is never a mismatch.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("engine {engine}: {message}")]
pub struct EngineError {
    /// The engine's name.
    pub engine: String,
    /// The error, as a message for the user.
    pub message: String,
}

/// The origin of an engine's answers, which determines how much its agreement is worth.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// This project's own code.
    Own,
    /// Arithmetic or recorded results of a third party.
    ThirdParty,
    /// A program of the user.
    Device,
}

/// For an engine with third-party work: what is decided by the third party, and what by this project's adapter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
    /// The third party's part.
    pub theirs: &'static str,
    /// The adapter's part.
    pub adapter: &'static str,
}

/// Where the results of a conversion are monotone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Monotone {
    /// That is not known.
    Nowhere,
    /// Among the numbers of a sign; NaNs may have results of their own.
    Numbers,
    /// Among the numbers, and all NaNs of a sign have the same result.
    Everywhere,
}

/// An engine answers tasks: this library, an oracle, a CPU, a program.
pub trait Engine: Send {
    /// The name, as on the command line.
    fn name(&self) -> &str;

    /// The origin of its answers. The default is this project's own code.
    fn origin(&self) -> Origin {
        Origin::Own
    }

    /// What tells it from others of the same name, where the name does not: what a device calls itself, or the digest of a program or of what a file
    /// says. Results of one run come from engines with the same identity.
    fn identity(&self) -> Option<String> {
        None
    }

    /// The shares of the third party and of the adapter, for an engine with third-party work.
    fn shares(&self) -> Option<Shares> {
        None
    }

    /// The options of `halfulp verify`, with their values, that configured the engine: a replay repeats them.
    fn options(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whether third-party arithmetic, rounding or recorded results contribute to its answers to a task; only then are the answers counted as
    /// third-party. [`Engine::shares`] describes the contribution of this project's adapter. Precondition: the engine covers the task.
    fn is_third_party(&self, task: &Task) -> bool {
        let _ = task;
        self.origin() == Origin::ThirdParty
    }

    /// The words of the command that judges it again, of an engine that `halfulp verify` cannot name; a replay adds the case.
    fn replayed_by(&self) -> Option<Vec<String>> {
        None
    }

    /// Whether it can answer the task. Precondition: [`Task::check`] returns `Ok`.
    fn covers(&self, task: &Task) -> bool;

    /// What it says that it answers, for people who asked it something else; `None` of an engine that says nothing of the kind.
    fn claims(&self) -> Option<String> {
        None
    }

    /// Answers one task on a batch of operands, in order. Precondition: the engine covers the task, and both slices have the
    /// same length.
    ///
    /// Successive calls often repeat the operands with another policy, so an engine may cache what does not depend
    /// on the policy.
    ///
    /// # Errors
    /// If the engine could not answer: for example, a device died or gave an invalid answer.
    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError>;

    /// Answers cases of several tasks, one for each case, in their order: the number of valid answers at the start, and why there are no more.
    /// Precondition: as for [`Engine::run`], for each of the tasks.
    fn run_mixed(
        &mut self,
        tasks: &[Task],
        operands: &[Operands],
        answers: &mut [Answer],
    ) -> (usize, Result<(), EngineError>) {
        let mut first = 0;
        for part in tasks.chunk_by(|a, b| a == b) {
            let cases = first..first + part.len();
            if let Err(error) = self.run(&part[0], &operands[cases.clone()], &mut answers[cases]) {
                return (first + self.answered(), Err(error));
            }
            first += part.len();
        }
        (first, Ok(()))
    }

    /// Adds the numbers of the cases that it has no answer to, though it covers the task: where what it models leaves the result open.
    /// They are not compared. Precondition: the engine covers the task.
    fn unanswered(&self, task: &Task, operands: &[Operands], cases: &mut Vec<usize>) {
        let _ = (task, operands, cases);
    }

    /// The number of operands that it should be asked at once: more than the usual ones where answers take long to arrive.
    fn at_once(&self) -> usize {
        512
    }

    /// After a failed [`Engine::run`]: the number of valid answers at the start of the batch, which are still
    /// compared before the run ends.
    fn answered(&self) -> usize {
        0
    }

    /// Announces the next batch: the number of its first case, and the seed from which the noise of most cases is derived by the case
    /// number. For engines that generate noise themselves.
    fn stands_at(&mut self, seed: u64, first: u64) {
        let _ = (seed, first);
    }

    /// Whether it can be asked about runs of consecutive operands with [`Engine::gives`], and reports only codes. Then
    /// all operands of a conversion are compared with the step function given by the oracles' results.
    fn sweeps(&self, task: &Task) -> bool {
        let _ = task;
        false
    }

    /// Where as an oracle its results of a conversion are monotone: then the results at the ends of a run are those within. Precondition: the
    /// engine covers the task. Nothing is known of a device, which may be wrong for a single operand.
    fn monotone(&self, task: &Task) -> Monotone {
        let _ = task;
        if self.origin() == Origin::Device { Monotone::Nowhere } else { Monotone::Everywhere }
    }

    /// Whether all of these consecutive codes, each as the only operand, give this result. `false` may also mean that
    /// the engine cannot tell; then it is asked for each operand. Precondition: it sweeps the task.
    ///
    /// # Errors
    /// As for [`Engine::run`].
    fn gives(&mut self, task: &Task, operands: Range<Code>, result: Code) -> Result<bool, EngineError> {
        let _ = (task, operands, result);
        Ok(false)
    }

    /// Ends the engine's work after its last batch.
    ///
    /// # Errors
    /// If an error is detected only at the end, such as a program that gives too many answers.
    fn finish(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    /// Another engine of the same kind, for another thread.
    ///
    /// # Errors
    /// If it could not be started.
    fn fork(&self) -> Result<Box<dyn Engine>, EngineError>;
}

/// The scalar code of the library.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scalar;

impl Engine for Scalar {
    fn name(&self) -> &str {
        "scalar"
    }

    fn covers(&self, _: &Task) -> bool {
        true
    }

    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError> {
        for (operands, answer) in operands.iter().zip(answers) {
            *answer = Answer::full(apply(task, *operands));
        }
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Engine>, EngineError> {
        Ok(Box::new(*self))
    }
}
