//! `[run.one-step]`: one step of AdamW with every operation rounded, from drawn states.

use serde::Deserialize;

use super::TWIN;
use super::signal::normal;
use crate::arithmetic::{Arithmetic, Rounded};
use crate::bound::Tally;
use crate::bound::adamw::OpenLoop;
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, inline, range};
use crate::optimizer::{Adam, AdamSpec, States, Storages};
use crate::parallel;
use crate::report::Table;
use crate::storage::Storage;
use crate::train::{Streams, Watch};
use halfulp::noise;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OneStepRun {
    /// Formats that every operation is rounded to: each is run.
    formats: Vec<Storage>,
    /// Adam and its numbers, in any order of operations.
    optimizer: AdamSpec,
    /// The step, from 1: how far the bias corrections have come.
    step: u64,
    /// Elements for each seed.
    elements: usize,
    /// Seeds of the states.
    #[serde(default)]
    seeds: Seeds,
}

impl Kind for OneStepRun {
    fn check(&self) -> Result<(), Invalid> {
        self.optimizer.build("run.one-step.optimizer")?;
        if let Some(k) = self.formats.iter().position(|storage| storage.format().is_none()) {
            return Err(Invalid::new(format!("run.one-step.formats[{k}]"), "expected a format that rounds"));
        }
        if self.formats.is_empty() {
            return Err(Invalid::new("run.one-step.formats", "expected at least one"));
        }
        range::steps("run.one-step.step", self.step)?;
        range::elements("run.one-step.elements", self.elements)
    }

    fn memory(&self, threads: u64) -> Memory {
        let (formats, seeds) = (self.formats.len() as u64, self.seeds.as_slice().len() as u64);
        let cells = Memory::of_runs("run.one-step.seeds", &[formats, seeds]);
        cells.and(Memory::of("run.one-step.elements", &[self.elements as u64, TWIN, threads]))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let adam = self.optimizer.build("run.one-step.optimizer")?;
        let seeds = self.seeds.as_slice();
        let cells: Vec<(&Storage, u64)> =
            self.formats.iter().flat_map(|format| seeds.iter().map(move |&seed| (format, seed))).collect();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<(Vec<Tally>, f64)> =
            parallel::try_map(&cells, || progress.done(), |(format, seed)| self.one(&adam, format, *seed))?;
        let mut found = Findings { uniform: true, ..Findings::default() };
        let mut rows = Vec::new();
        for (format, group) in self.formats.iter().zip(outcomes.chunks(seeds.len())) {
            let largest = group.iter().map(|(_, error)| *error).fold(0.0f64, f64::max);
            found.numbers.push((format!("update error of {format}, in u"), largest));
            for k in 0..group[0].0.len() {
                let mut tally = group[0].0[k].clone();
                group[1..].iter().for_each(|(tallies, _)| tally.merge(tallies[k].clone()));
                let ratio = tally.ratio().map_or("-".into(), |ratio| format!("{ratio:.3}"));
                let name = tally.statement.name.to_string();
                rows.push(vec![
                    format.to_string(),
                    name,
                    tally.status().to_string(),
                    tally.counts().evaluated.to_string(),
                    ratio,
                ]);
                found.bounds.push((format.to_string(), tally));
            }
        }
        found.tables.push(Table {
            name: "one-step".into(),
            title: "One step, every operation rounded".into(),
            head: ["format", "bound", "status", "elements", "measured / bound"].map(String::from).to_vec(),
            rows,
        });
        found.settings.push(("step".into(), self.step.to_string()));
        found.settings.push(("elements".into(), self.elements.to_string()));
        found.settings.push(("optimizer".into(), inline(&adam)));
        Ok(found)
    }
}

impl OneStepRun {
    fn one(&self, adam: &Adam, storage: &Storage, seed: u64) -> Result<(Vec<Tally>, f64), Invalid> {
        let wrong = |e: crate::storage::StorageError| Invalid::new("run.one-step.formats", e.to_string());
        let Some((format, policy)) = storage.format() else {
            return Err(Invalid::new("run.one-step.formats", "expected a format that rounds"));
        };
        let mut a = Rounded::<f64>::new(format, policy).map_err(wrong)?;
        let storages = Storages::all(storage);
        let mut keepers = storages.keepers().map_err(|(_, e)| wrong(e))?;
        let n = self.elements;
        // Moments of all sizes: normal numbers, times a power of two.
        let drawn = |tensor: u64, spread: u64| -> Vec<f64> {
            let seed = noise::word(seed, tensor);
            let scale = |k: u64| 2f64.powi(-((noise::word(seed ^ 1, k) % spread) as i32));
            (0..n as u64).map(|k| a.number(normal(seed, k) * scale(k))).collect()
        };
        let (weights, first) = (drawn(1, 4), drawn(2, 12));
        let squares: Vec<f64> = drawn(3, 6).iter().map(|x| a.number(x * x)).collect();
        let gradient = drawn(4, 8);
        let mut states =
            States { weights, compensation: Vec::new(), first, second: squares, matrices: Vec::new() };
        let mut open = OpenLoop::new(adam, &a, &storages, &states.weights, &format!("seed {seed}"))?;
        open.moments(&states.first, &states.second);
        let seeds = Streams::new(seed).step(self.step);
        Watch::<f64>::before(&mut open, &seeds, &states, &gradient);
        adam.step(&mut a, &seeds, &mut states, &gradient, &mut keepers, &mut open);
        open.after(&seeds, &states);
        let error = open.largest_update_error();
        // The bounded step supposes moments that started at 0.
        let tallies =
            open.tallies().into_iter().filter(|t| t.statement.name != "preconditioner.bounded-step");
        Ok((tallies.collect(), error))
    }
}
