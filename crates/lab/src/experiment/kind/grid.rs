//! `[run.grid]`: whole runs over horizons and mantissas. At what rate the gradient vanishes with the horizon, what rounding costs of it, on
//! which diagonals of the grid what it costs is the same, and the convergence bounds beside it.

mod cells;
mod collapse;
mod fit;
mod optimizer;
mod part;
mod paths;
mod pictures;
mod rounded;
mod settings;
mod show;
mod tables;
mod tune;
mod tuned;

use std::collections::BTreeSet;

pub use self::settings::GridRun;

use self::cells::Grid;
use self::paths::Paths;
use self::rounded::RoundingName;
use self::settings::{KIND, RunSpec, wrong};
use super::ALONE;
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, range};

impl GridRun {
    fn check_run(&self, k: usize) -> Result<(), Invalid> {
        let run = &self.runs[k];
        let at = |key: &str, why: String| wrong(&format!("runs[{k}].{key}"), why);
        if run.name.is_empty() || !run.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(at("name", "expected letters, digits and dashes".into()));
        }
        let optimizer = run.optimizer.check(self.seeds.as_slice());
        optimizer.map_err(|(key, why)| at(&format!("optimizer.{key}"), why))?;
        run.problem.check().map_err(|e| at(&e.key, e.why))?;
        // Which constants and tensors there are does not depend on sizes, and those of a large problem take long.
        let problem = run.problem.smallest().build().map_err(|e| at(&e.key, e.why))?;
        if self.bounds {
            let needs = run.optimizer.needs(&*problem, &format!("{KIND}.runs[{k}].problem"));
            needs.map_err(|e| Invalid::new(e.key, format!("bounds = true: {}", e.why)))?;
        }
        for (i, what) in run.rounded.iter().enumerate() {
            if let Some(why) = run.optimizer.refuses(*what, self.bounds) {
                return Err(at(&format!("rounded[{i}]"), why.into()));
            }
        }
        let different = run.rounded.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len();
        if run.rounded.is_empty() || different < run.rounded.len() {
            return Err(at("rounded", "expected something that is rounded, each once".into()));
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<(), Invalid> {
        rounded::grid(&self.mantissas, &self.horizons).map_err(|(key, why)| wrong(key, why))?;
        let roundings = self.roundings.iter().map(RoundingName::short).collect::<BTreeSet<_>>();
        if self.roundings.is_empty() || roundings.len() < self.roundings.len() {
            return Err(wrong("roundings", "expected at least one, each once"));
        }
        range::share(format!("{KIND}.keeps"), self.keeps)?;
        if let Some(paths) = &self.paths {
            paths.check().map_err(|(key, why)| wrong(&format!("paths.{key}"), why))?;
        }
        let sorted = self.diagonals.is_sorted_by(|a, b| a < b);
        if !sorted || self.diagonals.iter().any(|s| !(0.0..=4.0).contains(s)) {
            return Err(wrong("diagonals", "expected exponents, 0 to 4 each, in ascending order"));
        }
        if self.looks.is_some_and(|looks| looks < 8) {
            return Err(wrong("looks", "expected 8 or more"));
        }
        if self.looks.is_some() && self.bounds {
            return Err(wrong(
                "looks",
                "expected no looks beside bounds = true: the bounds are about every step",
            ));
        }
        Ok(())
    }
}

impl Kind for GridRun {
    fn check(&self) -> Result<(), Invalid> {
        self.check_numbers()?;
        let names: BTreeSet<&str> = self.runs.iter().map(|run| run.name.as_str()).collect();
        if names.len() != self.runs.len() || names.is_empty() {
            return Err(wrong("runs", "expected runs, each with a name of its own"));
        }
        (0..self.runs.len()).try_for_each(|k| self.check_run(k))
    }

    fn memory(&self, threads: u64) -> Memory {
        let rounded: u64 = self.runs.iter().map(|run| 1 + run.rounded.len() as u64).sum();
        let columns = self.mantissas.len() + self.paths.as_ref().map_or(0, Paths::count);
        let grid = [self.horizons.len(), columns, self.roundings.len()].map(|n| n as u64);
        let seeds = self.seeds.as_slice().len() as u64;
        let outcomes = Memory::of("run.grid.seeds", &grid).times(rounded.saturating_mul(seeds)).times(16);
        let cells = Memory::of("run.grid.horizons", &grid).times(rounded).times(4096);
        let problem = |run: &RunSpec| run.problem.memory("run.grid.runs");
        let elements = self.runs.iter().map(|run| run.problem.elements()).max().unwrap_or(0);
        let elements = Memory::of("run.grid.runs", &[elements, ALONE, threads]);
        let watched = Memory::of_runs("run.grid.seeds", &[seeds, threads]);
        self.runs.iter().map(problem).fold(cells.and(outcomes).and(watched).and(elements), Memory::and)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let mut grid = Grid::new(self)?;
        grid.run(progress)?;
        show::findings(self, &grid)
    }
}
