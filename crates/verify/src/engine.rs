//! What an engine is: anything that, given a task and operands, answers.

pub mod apfloat;
mod asked;
pub mod command;
pub mod definition;
pub mod host;
pub mod kernel;
#[cfg(feature = "mpfr")]
pub mod mpfr;
pub mod recorded;

use core::ops::Range;

use halfulp::{Code, Flags, Operands, Rounded, Task, apply};
use serde::{Deserialize, Serialize};

/// One answer: a code, and those exceptions that the engine can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The result's code. Engines that do not know a NaN's payload answer with the format's canonical NaN.
    pub code: Code,
    /// The exceptions raised.
    pub flags: Flags,
    /// Which exceptions the engine can tell; the others are not compared.
    pub known: Flags,
}

impl Answer {
    /// An answer with all five exceptions known.
    #[must_use]
    pub const fn full(rounded: Rounded) -> Answer {
        Answer { code: rounded.code, flags: rounded.flags, known: Flags::ALL }
    }

    /// Whether two answers agree: the same code, and the same exceptions as far as both know them.
    #[must_use]
    pub const fn agrees(&self, other: &Answer) -> bool {
        let known = self.known.bits() & other.known.bits();
        self.code == other.code && (self.flags.bits() ^ other.flags.bits()) & known == 0
    }
}

/// Why an engine could not answer. The run ends there: this is never a mismatch.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("engine {engine}: {message}")]
pub struct EngineError {
    /// The engine's name.
    pub engine: String,
    /// What went wrong, for the person who started the run.
    pub message: String,
}

/// Who stands behind an engine's answers: what its agreement is worth depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// This project's own code.
    Own,
    /// Arithmetic that others wrote, or results that others' work gave.
    ThirdParty,
    /// A program of the person who runs it.
    Device,
}

/// What of the answers of a third party's engine is the third party's, and what this project's adapter around it decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
    /// The third party's.
    pub theirs: &'static str,
    /// The adapter's.
    pub adapter: &'static str,
}

/// Anything that answers tasks: this library, an oracle, a CPU, a program.
pub trait Engine: Send {
    /// Its name, as on the command line.
    fn name(&self) -> &str;

    /// Who stands behind its answers. An engine that does not say so is taken for this project's own.
    fn origin(&self) -> Origin {
        Origin::Own
    }

    /// What of its answers is whose, where a third party stands behind them.
    fn shares(&self) -> Option<Shares> {
        None
    }

    /// The options of `halfulp verify`, with their values, that it was made by beside its name: a replay repeats them.
    fn options(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Whether a third party's arithmetic, rounding or record takes part in its answers to a task: only then are they counted as a
    /// third party's. What this project's adapter adds, [`Engine::shares`] says. Precondition: it covers the task.
    fn is_third_party(&self, task: &Task) -> bool {
        let _ = task;
        self.origin() == Origin::ThirdParty
    }

    /// Whether it can answer the task. Precondition: [`Task::check`] is `Ok`.
    fn covers(&self, task: &Task) -> bool;

    /// Answers one task on a batch of operands, in order. Precondition: it covers the task, and both slices have the
    /// same length.
    ///
    /// Successive calls often repeat the operands with another policy, so an engine may keep what does not depend
    /// on it.
    ///
    /// # Errors
    /// The engine could not answer: a device that died, an answer that cannot be read.
    fn run(&mut self, task: &Task, operands: &[Operands], answers: &mut [Answer]) -> Result<(), EngineError>;

    /// After a [`Engine::run`] that failed: how many answers from the batch's start are there all the same, to be
    /// compared before the run ends.
    fn answered(&self) -> usize {
        0
    }

    /// Where the batch that comes next stands: the number of its first case, and the seed whose word of a case's number
    /// is the noise of most cases. For engines that make noise themselves.
    fn stands_at(&mut self, seed: u64, first: u64) {
        let _ = (seed, first);
    }

    /// Whether it can be asked about runs of consecutive operands, by [`Engine::gives`], and knows codes alone: then
    /// every source of a conversion is swept against the steps that the oracles' results make.
    fn sweeps(&self, task: &Task) -> bool {
        let _ = task;
        false
    }

    /// Whether all of these consecutive codes, each as the only operand, give this result. `false` may also mean that
    /// it can't tell; then it is asked one by one. Precondition: it sweeps the task.
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
    /// Something was wrong that shows only at the end, as a program that answers more than it was asked.
    fn finish(&mut self) -> Result<(), EngineError> {
        Ok(())
    }

    /// Another engine of the same kind, for another thread.
    ///
    /// # Errors
    /// It could not be started.
    fn fork(&self) -> Result<Box<dyn Engine>, EngineError>;
}

/// The library's own scalar path.
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
