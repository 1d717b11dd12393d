//! This crate's kinds by name, and those of a registry.

use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess};

use super::{
    Kind, adamw, blockwise, compare, eco, ema, grid, muon_step, one_step, pathologies, sums, swamping,
};
use crate::experiment::Invalid;
use crate::registry::{Named, Other, Registry, one_key};

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
    pub(in crate::experiment) fn relative_to(&mut self, folder: &Path) {
        if let Ok(kind) = &mut self.0 {
            kind.relative_to(folder);
        }
    }

    /// The settings of the kind that it is.
    pub(in crate::experiment) fn kind(&self) -> Result<&dyn Kind, &Invalid> {
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
