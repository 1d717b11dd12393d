//! `[run.muon-step]`: Muon's orthogonalization in low precision beside its bounds.

mod findings;
mod iteration;
mod momentum;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, range};
use crate::optimizer::newton_schulz::NewtonSchulz;
use crate::parallel;
use crate::storage::Storage;
use findings::findings;
use iteration::Cell;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MuonStepRun {
    /// Rows and columns of the gradients.
    shapes: Vec<[usize; 2]>,
    /// Iterations by name: each is run on each shape.
    iterations: BTreeMap<String, NewtonSchulz>,
    /// Where the momentum is kept: what that does to the step.
    #[serde(default)]
    momenta: Vec<Storage>,
    /// Momenta and errors, drawn at random, that the bounds of the polar factor are evaluated on.
    cases: Option<usize>,
    /// Seeds of gradients and of stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
}

/// Most elements of a gradient.
const MOST: usize = 1 << 20;

impl Kind for MuonStepRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: String, why: &str| Err(Invalid::new(format!("run.muon-step.{key}"), why));
        for (k, [rows, columns]) in self.shapes.iter().enumerate() {
            if *rows == 0 || *columns == 0 || rows.saturating_mul(*columns) > MOST {
                return wrong(
                    format!("shapes[{k}]"),
                    "expected rows and columns, at least 1 each, at most 2^20 elements together",
                );
            }
        }
        for (name, iteration) in &self.iterations {
            let at = |e: Invalid| Invalid::new(format!("run.muon-step.iterations.{name}.{}", e.key), e.why);
            iteration.check().map_err(at)?;
            range::within(format!("run.muon-step.iterations.{name}.steps"), iteration.steps, &(1..=20))?;
            if iteration.coefficients[0] == 0.0 {
                return wrong(
                    format!("iterations.{name}.coefficients"),
                    "expected a first coefficient other than 0",
                );
            }
            if iteration.storage != Storage::Exact && iteration.storage.format().is_none() {
                return wrong(
                    format!("iterations.{name}.storage"),
                    "expected a format or exact: blocks have no bound here",
                );
            }
        }
        for (k, storage) in self.momenta.iter().enumerate() {
            let at = |e: crate::storage::StorageError| {
                Invalid::new(format!("run.muon-step.momenta[{k}]"), e.to_string())
            };
            storage.keeper().map_err(at)?;
        }
        if let Some(cases) = self.cases {
            range::within("run.muon-step.cases", cases, &(1..=10_000_000))?;
        }
        if self.shapes.is_empty() || self.iterations.is_empty() {
            return wrong("shapes".into(), "expected at least one shape and one iteration");
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let tall = self.iterations.values().any(|iteration| !iteration.transpose);
        // A matrix, what it is multiplied with, and a dozen of each that a step leaves.
        let elements = |[rows, columns]: &[usize; 2]| {
            let side = if tall { rows.max(columns) } else { rows.min(columns) };
            let (elements, square) =
                (*rows as u64 * *columns as u64, (*side as u64).saturating_mul(*side as u64));
            elements.saturating_add(square)
        };
        let largest = self.shapes.iter().map(elements).max().unwrap_or(0);
        let steps = self.iterations.values().map(|iteration| iteration.steps as u64).max().unwrap_or(0);
        let cells =
            [self.iterations.len() as u64, self.shapes.len() as u64, self.seeds.as_slice().len() as u64];
        let matrices = Memory::of("run.muon-step.shapes", &[largest, 64, 2 + steps, threads]);
        Memory::of_runs("run.muon-step.seeds", &cells).and(matrices)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let cells = self.cells();
        progress.parts(cells.len() as u64 + 1);
        let outcomes: Vec<_> = parallel::try_map(&cells, || progress.done(), |cell| cell.run())?;
        let momenta = momentum::all(&self.momenta, self.cases.unwrap_or(0), self.seeds.as_slice())?;
        progress.done();
        Ok(findings(self.settings(), &cells, outcomes, momenta))
    }
}

impl MuonStepRun {
    /// The largest first, so that threads end together.
    fn cells(&self) -> Vec<Cell<'_>> {
        let mut cells = Vec::new();
        for (name, how) in &self.iterations {
            for &shape in &self.shapes {
                for &seed in self.seeds.as_slice() {
                    cells.push(Cell { name, how, shape, seed });
                }
            }
        }
        cells
    }

    fn settings(&self) -> Vec<(String, String)> {
        let shapes: Vec<String> = self.shapes.iter().map(|[m, n]| format!("{m}x{n}")).collect();
        let momenta: Vec<String> = self.momenta.iter().map(ToString::to_string).collect();
        let mut settings = vec![
            ("shapes".into(), shapes.join(", ")),
            ("momenta".into(), momenta.join(", ")),
            ("cases".into(), self.cases.unwrap_or(0).to_string()),
            ("seeds".into(), format!("{:?}", self.seeds.as_slice())),
            ("gradients".into(), "independent normal elements, mean 0, variance 1".into()),
        ];
        for (name, how) in &self.iterations {
            let text = format!(
                "{} steps, coefficients {:?} in {}, matrices in {}, sums in {}, elementwise {:?}, epsilon {}, {}",
                how.steps,
                how.coefficients,
                how.coefficient_storage,
                how.storage,
                how.accumulator,
                how.elementwise,
                how.epsilon,
                if how.transpose { "tall matrices transposed" } else { "never transposed" },
            );
            settings.push((format!("iterations.{name}"), text));
        }
        settings
    }
}
