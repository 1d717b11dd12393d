//! `[run.adamw]`: AdamW in low precision beside its exact twin, which sees the same gradients.

mod curves;
mod numbers;
mod run;
mod settings;

use std::path::Path;

use super::TWIN;
use crate::bound::Tally;
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, inline, range};
use crate::optimizer::{Feedback, OptimizerSpec};
use crate::parallel;
use crate::report::{Axis, Curves, Figure};

use curves::with_ends;
use numbers::{of_seeds, settings};
use run::Outcome;
pub use settings::AdamwRun;
use settings::Case;

/// Whether an optimizer can be built, and has bounds of whole runs.
fn bounded(optimizer: &OptimizerSpec, key: &str) -> Result<(), Invalid> {
    match optimizer.build(key)?.unbounded() {
        Some(e) => Err(Invalid::new(format!("{key}.{}.{}", optimizer.name(), e.key), e.why)),
        None => Ok(()),
    }
}

impl Kind for AdamwRun {
    fn relative_to(&mut self, folder: &Path) {
        self.problem.relative_to(folder);
    }

    fn check(&self) -> Result<(), Invalid> {
        range::steps("run.adamw.steps", self.steps)?;
        self.problem
            .check_gradients(self.steps)
            .map_err(|e| Invalid::new(format!("run.adamw.{}", e.key), e.why))?;
        if self.cases.is_empty() {
            return Err(Invalid::new("run.adamw.cases", "expected at least one"));
        }
        bounded(&self.optimizer, "run.adamw.optimizer")?;
        for (k, case) in self.cases.iter().enumerate() {
            if let Some(optimizer) = &case.optimizer {
                bounded(optimizer, &format!("run.adamw.cases[{k}].optimizer"))?;
            }
            let wrong = |(key, e): (&str, crate::storage::StorageError)| {
                Invalid::new(format!("run.adamw.cases[{k}].storage.{key}"), e.to_string())
            };
            case.storage.keepers().map_err(wrong)?;
            if case.storage.feedback != Feedback::None {
                let why = "there are no bounds for runs with error feedback: expected none, or the experiment kinds compare and eco";
                return Err(Invalid::new(format!("run.adamw.cases[{k}].storage.feedback"), why));
            }
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let (cases, seeds) = (self.cases.len() as u64, self.seeds.as_slice().len() as u64);
        // Three points of three numbers each a step, and what became of the bounds of the whole run.
        let curves = Memory::of("run.adamw.steps", &[self.steps, 200, cases, seeds]);
        let problem = self.problem.memory("run.adamw.problem");
        let elements = Memory::of("run.adamw.problem", &[self.problem.elements(), TWIN, threads]);
        Memory::of_runs("run.adamw.seeds", &[cases, seeds]).and(curves).and(problem).and(elements)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let problem = self
            .problem
            .build_gradients()
            .map_err(|e| Invalid::new(format!("run.adamw.{}", e.key), e.why))?;
        let seeds = self.seeds.as_slice();
        let cells: Vec<(&Case, u64)> =
            self.cases.iter().flat_map(|case| seeds.iter().map(move |&seed| (case, seed))).collect();
        progress.parts(cells.len() as u64);
        let problem = (problem.as_ref(), problem.constants());
        let outcomes: Vec<Outcome> =
            parallel::try_map(&cells, || progress.done(), |(case, seed)| self.case(case, problem, *seed))?;
        Ok(self.findings(outcomes))
    }
}

impl AdamwRun {
    fn findings(&self, outcomes: Vec<Outcome>) -> Findings {
        let mut found = Findings { uniform: true, ..Findings::default() };
        let seeds = self.seeds.as_slice().len();
        for (case, group) in self.cases.iter().zip(outcomes.chunks(seeds)) {
            let tallies = merged(group);
            found.bounds.extend(tallies.iter().map(|tally| (case.name.clone(), tally.clone())));
            found.numbers.extend(of_seeds(group.iter().flat_map(|outcome| &outcome.numbers), &case.name));
            found.detections.extend(group[0].detections.iter().cloned());
            found.divergences.extend(group.iter().filter_map(|o| o.diverged.clone()));
            found.figures.push(Figure::Curves(Curves {
                name: format!("distance-{}", found.figures.len()),
                title: format!("{}: distance from the exact twin", case.name),
                x: Axis::linear("step"),
                y: Axis::log("largest |weight - exact weight| of all elements"),
                curves: with_ends(group[0].curves.clone(), &tallies),
            }));
        }
        found.settings.push(("problem".into(), inline(&self.problem)));
        found.settings.extend(settings("optimizer", &self.optimizer));
        found.settings.push(("steps".into(), self.steps.to_string()));
        found.settings.push(("seeds".into(), format!("{:?}", self.seeds.as_slice())));
        for case in &self.cases {
            let s = &case.storage;
            let master = if s.master { ", master weights" } else { "" };
            let storages = format!(
                "{}; weights {}, gradients {}, first moment {}, second moment {}{master}",
                case.arithmetic, s.weights, s.gradients, s.first, s.second
            );
            found.settings.push((case.name.clone(), storages));
            found.settings.extend(
                case.optimizer.as_ref().and_then(|own| settings(&format!("{}, optimizer", case.name), own)),
            );
        }
        found
    }
}

/// The bounds of all seeds, by name: a run that diverged has fewer than the others.
fn merged(group: &[Outcome]) -> Vec<Tally> {
    let mut all: Vec<Tally> = Vec::new();
    for tally in group.iter().flat_map(|outcome| &outcome.tallies) {
        match all.iter_mut().find(|known| std::ptr::eq(known.statement, tally.statement)) {
            Some(known) => known.merge(tally.clone()),
            None => all.push(tally.clone()),
        }
    }
    all
}
