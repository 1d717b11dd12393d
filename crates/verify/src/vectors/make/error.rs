//! Why a vector file cannot be written.

use std::io;

use crate::cases::CasesError;
use crate::engine::{Answer, EngineError};
use crate::vectors::form::FormError;

/// Why a vector file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The cases cannot be numbered.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// The notation does not have the task.
    #[error(transparent)]
    Form(#[from] FormError),
    /// An engine could not answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An engine does not know the task.
    #[error("engine {engine} does not cover this task: name another one")]
    NotCovered {
        /// The engine.
        engine: String,
    },
    /// Two engines contradict each other, so that neither answer is written.
    #[error(
        "case {case}: {engine} answers {} and {other} answers {} to the operands {operands}: one of them is wrong",
        shown(.said),
        shown(.against)
    )]
    Contradiction {
        /// The case.
        case: u64,
        /// The engine that computes.
        engine: String,
        /// Its answer.
        said: Answer,
        /// The engine that confirms.
        other: String,
        /// Its answer.
        against: Answer,
        /// The operands, in hexadecimal.
        operands: String,
    },
    /// The rows cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

fn shown(answer: &Answer) -> String {
    format!("{:x} with flags {:02x}", answer.code, answer.flags.bits())
}
