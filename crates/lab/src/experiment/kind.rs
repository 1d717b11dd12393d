//! The kinds of experiment. A kind's settings are the keys of its table in a file: `[run.ema]`.

mod adamw;
mod blockwise;
mod compare;
mod ema;
mod grid;
mod mean;
mod muon_step;
mod one_step;
mod pathologies;
mod signal;
mod sums;
mod swamping;

use std::path::Path;

use serde::Deserialize;

use super::Kind;

/// Bytes an element of a run that has an exact twin: a dozen numbers of 256 bits, and what is known of their errors.
const TWIN: u64 = 2048;
/// Bytes an element of a run without one.
const ALONE: u64 = 256;

/// The one table under `run`: its name is the kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kinds {
    /// Averages in low precision.
    Ema(ema::EmaRun),
    /// One step of AdamW.
    OneStep(one_step::OneStepRun),
    /// Optimizers and storages side by side.
    Compare(compare::CompareRun),
    /// What low precision does to each part, alone.
    Pathologies(pathologies::PathologiesRun),
    /// Block-wise 8-bit storage.
    Blockwise(blockwise::BlockwiseRun),
    /// AdamW beside its exact twin.
    Adamw(adamw::AdamwRun),
    /// Whole runs over horizons and mantissas.
    Grid(grid::GridRun),
    /// Muon's orthogonalization.
    MuonStep(muon_step::MuonStepRun),
    /// Sums and products of matrices.
    Sums(sums::SumsRun),
    /// Averages that are kept by levels.
    Swamping(swamping::SwampingRun),
}

impl Kinds {
    /// Files that are named by relative paths are in this folder.
    pub(super) fn relative_to(&mut self, folder: &Path) {
        if let Kinds::Adamw(kind) = self {
            kind.relative_to(folder);
        }
    }

    /// The settings of the kind that it is.
    pub(super) fn kind(&self) -> &dyn Kind {
        match self {
            Kinds::Ema(kind) => kind,
            Kinds::OneStep(kind) => kind,
            Kinds::Blockwise(kind) => kind,
            Kinds::Adamw(kind) => kind,
            Kinds::Grid(kind) => kind,
            Kinds::Compare(kind) => kind,
            Kinds::Pathologies(kind) => kind,
            Kinds::MuonStep(kind) => kind,
            Kinds::Sums(kind) => kind,
            Kinds::Swamping(kind) => kind,
        }
    }
}
