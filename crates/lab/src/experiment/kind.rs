//! The kinds of experiment. A kind's settings are the keys of its table in a file: `[run.ema]`.

mod adamw;
mod blockwise;
mod compare;
mod eco;
mod ema;
mod grid;
mod list;
mod mean;
mod muon_step;
mod one_step;
mod pathologies;
mod signal;
mod sums;
mod swamping;

use std::fmt;
use std::path::Path;

pub use list::{Kinds, NAMES};

use super::{Divided, Findings, Invalid, Memory, Progress};

/// One kind of experiment: a table in a file.
pub trait Kind: fmt::Debug + Send + Sync {
    /// Files that are named by relative paths are in this folder.
    fn relative_to(&mut self, _folder: &Path) {}

    /// Whether the settings make sense together.
    ///
    /// # Errors
    /// The key and what is wrong with it.
    fn check(&self) -> Result<(), Invalid>;

    /// About how much memory a run takes with so many threads. Precondition: the settings were checked.
    fn memory(&self, threads: u64) -> Memory;

    /// Runs it. The result is the same for any number of threads.
    ///
    /// # Errors
    /// What cannot be run after all.
    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid>;

    /// The same as a kind whose runs consist of parts that can be kept, if it is one. Its `run` is [`whole`](super::whole).
    fn divided(&self) -> Option<&dyn Divided> {
        None
    }
}

/// Bytes an element of a run that has an exact twin: a dozen numbers of 256 bits, and what is known of their errors.
const TWIN: u64 = 2048;
/// Bytes an element of a run without one.
const ALONE: u64 = 256;
