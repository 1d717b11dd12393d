//! `[run.blockwise]`: block-wise 8-bit storage beside its bounds, once and in averages.

mod average;
mod findings;
mod sample;

use rayon::prelude::*;
use serde::Deserialize;

use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, range};
use crate::storage::blockwise::{Map, Scheme};

use average::Averaged;
use sample::Sampled;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BlockwiseRun {
    /// Presets: each is run with every code book that it has.
    presets: Vec<String>,
    /// Elements that share a scale.
    block: usize,
    /// Blocks that are stored once, of each kind of numbers.
    blocks: usize,
    /// Blocks whose averages are taken.
    averaged: usize,
    /// Steps of the averages.
    steps: u32,
    /// Decays: of averages of normal numbers (signed), and of squared ones (unsigned).
    betas: [f64; 2],
    /// Decades over which the sizes of the averaged elements are spread.
    spread: f64,
    /// Seeds of the numbers.
    #[serde(default)]
    seeds: Seeds,
}

/// What was found of one scheme, over all seeds.
struct Outcome {
    scheme: Scheme,
    beta: f64,
    sampled: Sampled,
    averaged: Averaged,
}

impl Kind for BlockwiseRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: &str, why: &str| Err(Invalid::new(format!("run.blockwise.{key}"), why));
        self.schemes()?;
        for (key, blocks) in [("blocks", self.blocks), ("averaged", self.averaged)] {
            range::elements(format!("run.blockwise.{key}"), blocks)?;
            let elements = self.block as u64 * blocks as u64;
            range::within(format!("run.blockwise.{key}"), elements, &(1..=range::ELEMENTS))
                .map_err(|e| Invalid::new(e.key, format!("{} elements in all blocks together", e.why)))?;
        }
        range::within("run.blockwise.steps", self.steps, &(1..=1 << 30))?;
        for (k, beta) in self.betas.iter().enumerate() {
            range::share(format!("run.blockwise.betas[{k}]"), *beta)?;
        }
        if !(0.0..=15.0).contains(&self.spread) {
            return wrong("spread", "expected decades, from 0 to 15");
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let runs = [4 * self.presets.len() as u64, self.seeds.as_slice().len() as u64];
        let (block, steps) = (self.block as u64, u64::from(self.steps));
        let stored = Memory::of("run.blockwise.blocks", &[block, self.blocks as u64, 32, threads]);
        let averaged = Memory::of("run.blockwise.averaged", &[block, self.averaged as u64, 96, threads]);
        let curves = Memory::of("run.blockwise.steps", &[steps, 24, runs[0], runs[1]]);
        Memory::of_runs("run.blockwise.seeds", &runs).and(stored).and(averaged).and(curves)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let schemes = self.schemes()?;
        let seeds = self.seeds.as_slice();
        progress.parts((schemes.len() * seeds.len()) as u64);
        let parts: Vec<(Sampled, Averaged)> = (0..schemes.len() * seeds.len())
            .into_par_iter()
            .map(|k| {
                let (scheme, seed) = (&schemes[k / seeds.len()], seeds[k % seeds.len()]);
                let sampled = Sampled::of(scheme, self.blocks, seed);
                let averaged = Averaged::of(scheme, self, seed);
                progress.done();
                (sampled, averaged)
            })
            .collect();
        let mut parts = parts.into_iter();
        let mut outcomes = Vec::new();
        for scheme in schemes {
            let mut of_scheme = parts.by_ref().take(seeds.len());
            let Some((mut sampled, mut averaged)) = of_scheme.next() else { continue };
            for (more, other) in of_scheme {
                sampled.merge(more);
                averaged.merge(other);
            }
            outcomes.push(Outcome { beta: self.beta(&scheme), scheme, sampled, averaged });
        }
        Ok(findings::findings(self, outcomes))
    }
}

impl BlockwiseRun {
    /// Every preset with every code book that it has.
    fn schemes(&self) -> Result<Vec<Scheme>, Invalid> {
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

    fn beta(&self, scheme: &Scheme) -> f64 {
        self.betas[usize::from(!scheme.parameters().signed)]
    }
}
