//! The kinds of experiment. A kind's settings are the keys of its table in a file: `[run.ema]`.

mod adamw;
mod blockwise;
mod compare;
mod eco;
mod ema;
mod grid;
mod mean;
mod muon_step;
mod one_step;
mod pathologies;
mod signal;
mod sums;
mod swamping;

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess};

use super::{Divided, Findings, Invalid, Memory, Progress};
use crate::registry::{Named, Other, Registry, one_key};

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

/// The names of this crate's kinds.
pub const NAMES: &[&str] = &[
    "ema",
    "one-step",
    "compare",
    "pathologies",
    "blockwise",
    "adamw",
    "grid",
    "muon-step",
    "sums",
    "swamping",
    "eco",
];

/// The one table under `run`: its name is the kind. Or what is wrong with it, if it is another crate's.
#[derive(Debug)]
pub struct Kinds(Result<Box<dyn Kind>, Invalid>);

impl Kinds {
    /// Files that are named by relative paths are in this folder.
    pub(super) fn relative_to(&mut self, folder: &Path) {
        if let Ok(kind) = &mut self.0 {
            kind.relative_to(folder);
        }
    }

    /// The settings of the kind that it is.
    pub(super) fn kind(&self) -> Result<&dyn Kind, &Invalid> {
        self.0.as_deref()
    }
}

impl Named for Kinds {
    const WHAT: &'static str = "kind of experiment";
    const BUILTIN: &'static [&'static str] = NAMES;

    fn builtin<'de, A: MapAccess<'de>>(name: &str, map: &mut A) -> Result<Kinds, A::Error> {
        Ok(Kinds(Ok(match name {
            "ema" => Box::new(map.next_value::<ema::EmaRun>()?) as Box<dyn Kind>,
            "one-step" => Box::new(map.next_value::<one_step::OneStepRun>()?),
            "compare" => Box::new(map.next_value::<compare::CompareRun>()?),
            "pathologies" => Box::new(map.next_value::<pathologies::PathologiesRun>()?),
            "blockwise" => Box::new(map.next_value::<blockwise::BlockwiseRun>()?),
            "adamw" => Box::new(map.next_value::<adamw::AdamwRun>()?),
            "grid" => Box::new(map.next_value::<grid::GridRun>()?),
            "muon-step" => Box::new(map.next_value::<muon_step::MuonStepRun>()?),
            "sums" => Box::new(map.next_value::<sums::SumsRun>()?),
            "eco" => Box::new(map.next_value::<eco::EcoRun>()?),
            _ => Box::new(map.next_value::<swamping::SwampingRun>()?),
        })))
    }

    fn registered(registry: &Registry, name: &str, table: toml::Table) -> Option<Kinds> {
        let kind = Other::of(&registry.kinds, name, table)?.build();
        Some(Kinds(kind.map_err(|e| Invalid::new(format!("run.{}", e.key), e.why))))
    }

    fn names(registry: &Registry) -> Vec<&str> {
        registry.kinds.iter().map(|(name, _)| name.as_str()).collect()
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kinds, D::Error> {
        one_key(deserializer)
    }
}
