//! `[run.blockwise]`: block-wise 8-bit storage beside its bounds, once and in averages.

mod average;
mod findings;
mod outcome;
mod sample;
mod settings;

pub use settings::BlockwiseRun;

use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, range};
use crate::parallel;

use average::Averaged;
use outcome::Outcome;
use sample::Sampled;

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
        let jobs: Vec<(&_, u64)> =
            schemes.iter().flat_map(|scheme| seeds.iter().map(move |&seed| (scheme, seed))).collect();
        let parts: Vec<(Sampled, Averaged)> = parallel::map(&jobs, |(scheme, seed)| {
            let sampled = Sampled::of(scheme, self.blocks, *seed);
            let averaged = Averaged::of(scheme, self, *seed);
            progress.done();
            (sampled, averaged)
        });
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
