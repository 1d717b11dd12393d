//! `[run.sums]`: inner products and products of matrices in low precision beside their bounds.

mod cell;
mod data;

use serde::Deserialize;

use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds};
use crate::parallel;
use crate::product::Accumulator;
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};
use crate::storage::Storage;
use cell::{Cell, Outcome};
use data::Data;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SumsRun {
    /// How terms are added up: each is run.
    accumulators: Vec<Accumulator>,
    /// Where the factors are kept.
    inputs: Storage,
    /// Where a product of matrices is kept.
    output: Storage,
    /// Numbers of terms.
    lengths: Vec<usize>,
    /// What the terms are.
    data: Vec<Data>,
    /// Seeds of the terms and of stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
}

impl Kind for SumsRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: String, why: &str| Err(Invalid::new(format!("run.sums.{key}"), why));
        for (key, storage) in [("inputs", &self.inputs), ("output", &self.output)] {
            if storage.format().is_none() {
                return wrong(key.into(), "expected a format");
            }
            let at = |e: crate::storage::StorageError| Invalid::new(format!("run.sums.{key}"), e.to_string());
            storage.keeper().map_err(at)?;
        }
        if let Some(k) = self.lengths.iter().position(|&n| n == 0 || n > 1 << 20) {
            return wrong(format!("lengths[{k}]"), "expected 1 to 2^20 terms");
        }
        if self.accumulators.is_empty() || self.lengths.is_empty() || self.data.is_empty() {
            return wrong(
                "accumulators".into(),
                "expected at least one accumulator, one length and one kind of data",
            );
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let cells = [self.accumulators.len() as u64, self.lengths.len() as u64, self.data.len() as u64];
        let longest = self.lengths.iter().copied().max().unwrap_or(0) as u64;
        // Factors of single sums, and of products of six rows by six columns.
        let terms = Memory::of("run.sums.lengths", &[longest, 512, threads]);
        Memory::of_runs("run.sums.lengths", &cells).and(terms)
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let cells = self.cells();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<Outcome> =
            parallel::try_map(&cells, || progress.done(), |cell| cell.run(self.seeds.as_slice()))?;
        Ok(self.findings(&cells, outcomes))
    }
}

impl SumsRun {
    fn cells(&self) -> Vec<Cell<'_>> {
        let mut cells = Vec::new();
        for how in &self.accumulators {
            for &data in &self.data {
                for &length in &self.lengths {
                    cells.push(Cell { how, inputs: &self.inputs, output: &self.output, length, data });
                }
            }
        }
        cells
    }

    fn findings(&self, cells: &[Cell<'_>], outcomes: Vec<Outcome>) -> Findings {
        let mut found = Findings::default();
        let names =
            |list: &[Accumulator]| list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        found.settings = vec![
            ("accumulators".into(), names(&self.accumulators)),
            ("inputs".into(), self.inputs.to_string()),
            ("output".into(), self.output.to_string()),
            ("lengths".into(), format!("{:?}", self.lengths)),
            ("seeds".into(), format!("{:?}", self.seeds.as_slice())),
        ];
        found.figures = self.figures(cells, &outcomes);
        let head = [
            "accumulator",
            "terms",
            "number",
            "error / sum of magnitudes",
            "bound",
            "over the bound of nearest",
        ];
        let mut table = Table {
            name: "sums".into(),
            title: "Largest error of a sum, over the sum of its terms' magnitudes".into(),
            head: head.map(Into::into).into(),
            rows: Vec::new(),
        };
        for (cell, outcome) in cells.iter().zip(outcomes) {
            let of = cell.of();
            table.rows.push(vec![
                cell.how.to_string(),
                cell.data.name().into(),
                cell.length.to_string(),
                format!("{:.3e}", outcome.error),
                format!("{:.3e}", outcome.bound),
                format!("{:.3}", outcome.over_nearest),
            ]);
            found.numbers.push((format!("error.{of}"), outcome.error));
            found.numbers.push((format!("over-nearest.{of}"), outcome.over_nearest));
            found.bounds.extend(outcome.tallies.into_iter().map(|tally| (of.clone(), tally)));
        }
        found.tables.push(table);
        found
    }

    /// One picture for each accumulator: errors and bounds over the number of terms.
    fn figures(&self, cells: &[Cell<'_>], outcomes: &[Outcome]) -> Vec<Figure> {
        let figure = |how: &Accumulator| {
            let curves = self.data.iter().flat_map(|&data| {
                let here = || cells.iter().zip(outcomes).filter(move |(c, _)| c.how == how && c.data == data);
                let curve = |role: Role, word: &str, value: fn(&Outcome) -> f64| Curve {
                    label: format!("{}, {word}", data.name()),
                    role,
                    points: here().map(|(c, o)| (c.length as f64, value(o))).collect(),
                    informs_until: None,
                };
                [curve(Role::Measured, "measured", |o| o.error), curve(Role::Bound, "bound", |o| o.bound)]
            });
            Figure::Curves(Curves {
                name: how.to_string(),
                title: how.to_string(),
                x: Axis::log("terms"),
                y: Axis::log("error / sum of magnitudes"),
                curves: curves.collect(),
            })
        };
        self.accumulators.iter().map(figure).collect()
    }
}
