//! The settings of a run.

use serde::Deserialize;

use crate::experiment::{Invalid, Seeds};
use crate::storage::blockwise::{Map, Scheme};

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BlockwiseRun {
    /// Presets: each is run with every code book that it has.
    pub(super) presets: Vec<String>,
    /// Elements that share a scale.
    pub(super) block: usize,
    /// Blocks that are stored once, of each kind of numbers.
    pub(super) blocks: usize,
    /// Blocks whose averages are taken.
    pub(super) averaged: usize,
    /// Steps of the averages.
    pub(super) steps: u32,
    /// Decays: of averages of normal numbers (signed), and of squared ones (unsigned).
    pub(super) betas: [f64; 2],
    /// Decades over which the sizes of the averaged elements are spread.
    pub(super) spread: f64,
    /// Seeds of the numbers.
    #[serde(default)]
    pub(super) seeds: Seeds,
}

impl BlockwiseRun {
    /// Every preset with every code book that it has.
    pub(super) fn schemes(&self) -> Result<Vec<Scheme>, Invalid> {
        let mut all = Vec::new();
        for (k, name) in self.presets.iter().enumerate() {
            let books: &[(Map, bool)] = match name.as_str() {
                "int8" => &[(Map::Integer, true)],
                _ => {
                    &[(Map::Linear, true), (Map::Linear, false), (Map::Dynamic, true), (Map::Dynamic, false)]
                }
            };
            for &(map, signed) in books {
                let key = match Scheme::BLOCKS.contains(&self.block) {
                    true => format!("presets[{k}]"),
                    false => "block".into(),
                };
                let scheme = Scheme::preset(name, map, signed, self.block);
                all.push(scheme.map_err(|e| Invalid::new(format!("run.blockwise.{key}"), e))?);
            }
        }
        if all.is_empty() {
            return Err(Invalid::new("run.blockwise.presets", "expected at least one preset"));
        }
        Ok(all)
    }

    pub(super) fn beta(&self, scheme: &Scheme) -> f64 {
        self.betas[usize::from(!scheme.parameters().signed)]
    }
}
