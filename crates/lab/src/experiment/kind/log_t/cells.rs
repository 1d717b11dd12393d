//! The cells of the grid: one for each run, rounded part, rounding, mantissa and horizon.

use rayon::prelude::*;

use super::super::rounded::What;
use super::{Known, LogT, OptimizerSpec};
use crate::bound::{Tally, theorem_adam, theorem_muon};
use crate::detect::Count;
use crate::experiment::{Invalid, Progress};
use crate::framework::{AdamRun, MuonRun, Places};

/// A row of cells: one thing rounded in one way in one run.
pub(super) struct Row {
    /// Index of the run.
    pub(super) run: usize,
    /// What is rounded.
    pub(super) what: What,
    /// Index of the rounding.
    pub(super) rounding: usize,
    /// `RUN.WHAT.ROUNDING`.
    pub(super) name: String,
    /// Predicted slopes.
    pub(super) mechanism: Option<f64>,
    pub(super) sufficient: Option<f64>,
    /// Cells by mantissa, then horizon.
    pub(super) cells: Vec<Vec<Cell>>,
}

/// What came of the seeds of one cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// The mean over the seeds of the mean size of gradients.
    pub(super) mean: f64,
    /// The first step at which a run left the numbers.
    pub(super) diverged: Option<u64>,
    /// Stores that changed nothing and should have.
    pub(super) frozen: Count,
    /// Adam's `rho`, Muon's `kappa`, as measured.
    pub(super) amplified: f64,
    /// The bounds, a priori and a posteriori.
    bounds: Option<[Tally; 2]>,
}

/// All cells, and the runs without rounding.
pub(super) struct Grid<'a> {
    settings: &'a LogT,
    problems: Vec<Known>,
    /// By run, then horizon.
    pub(super) exact: Vec<Vec<Cell>>,
    pub(super) rows: Vec<Row>,
}

/// A cell to compute: the row (or none, for the run without rounding), and the indices of run, mantissa and horizon.
#[derive(Clone, Copy)]
struct Job {
    row: Option<usize>,
    run: usize,
    mantissa: usize,
    horizon: usize,
}

impl<'a> Grid<'a> {
    pub(super) fn new(settings: &'a LogT) -> Result<Grid<'a>, Invalid> {
        let runs = 0..settings.runs.len();
        let problems = runs.map(|k| Ok(Known::new(settings.problem(k)?))).collect::<Result<_, Invalid>>()?;
        let mut rows = Vec::new();
        for (run, spec) in settings.runs.iter().enumerate() {
            for rounded in &spec.rounded {
                for (rounding, how) in settings.roundings.iter().enumerate() {
                    let what = rounded.what;
                    let name = format!("{}.{what}.{}", spec.name, how.short());
                    let (mechanism, sufficient) = (rounded.mechanism, rounded.sufficient);
                    let cells =
                        vec![vec![Cell::default(); settings.horizons.len()]; settings.mantissas.len()];
                    rows.push(Row { run, what, rounding, name, mechanism, sufficient, cells });
                }
            }
        }
        let exact = vec![vec![Cell::default(); settings.horizons.len()]; settings.runs.len()];
        Ok(Grid { settings, problems, exact, rows })
    }

    /// Computes all cells, the longest runs first.
    pub(super) fn run(&mut self, progress: &dyn Progress) {
        let (mantissas, horizons) = (self.settings.mantissas.len(), self.settings.horizons.len());
        let mut jobs = Vec::new();
        for horizon in (0..horizons).rev() {
            let exact = |run| Job { row: None, run, mantissa: 0, horizon };
            jobs.extend((0..self.settings.runs.len()).map(exact));
            for (k, row) in self.rows.iter().enumerate() {
                let job = |mantissa| Job { row: Some(k), run: row.run, mantissa, horizon };
                jobs.extend((0..mantissas).map(job));
            }
        }
        progress.parts(jobs.len() as u64);
        let compute = |job: &Job| {
            let cell = self.cell(job);
            progress.done();
            cell
        };
        let cells: Vec<Cell> = jobs.par_iter().with_max_len(1).map(compute).collect();
        for (job, cell) in jobs.iter().zip(cells) {
            match job.row {
                None => self.exact[job.run][job.horizon] = cell,
                Some(row) => self.rows[row].cells[job.mantissa][job.horizon] = cell,
            }
        }
    }

    fn cell(&self, job: &Job) -> Cell {
        let settings = self.settings;
        let places = job.row.map_or(Ok(Places::EXACT), |row| {
            let row = &self.rows[row];
            row.what.places(settings.mantissas[job.mantissa], settings.roundings[row.rounding].0)
        });
        // Formats and roundings were checked: what is left is a kernel that the CPU has not.
        let Ok(places) = places else { return Cell { mean: f64::NAN, diverged: Some(0), ..Cell::default() } };
        let mantissa = job.row.map(|_| settings.mantissas[job.mantissa]);
        let steps = settings.horizons[job.horizon];
        let at = format!("{}, T = {steps}", mantissa.map_or("exact".into(), |m| format!("M = {m}")));
        match settings.runs[job.run].optimizer {
            OptimizerSpec::Adam { .. } => self.adam(job.run, &places, steps, &at),
            OptimizerSpec::Muon { .. } => self.muon(job.run, &places, steps, &at),
        }
    }

    fn adam(&self, run: usize, places: &Places, steps: u64, at: &str) -> Cell {
        let known = &self.problems[run];
        let Some(adam) = self.settings.runs[run].optimizer.adam(steps) else { return Cell::default() };
        let watched = places.master && adam.beta1 == 0.0;
        let one = |&seed: &u64| match watched {
            true => adam.measure(&*known.problem, places, known.constants.domain, seed),
            false => adam.run(&*known.problem, places, seed),
        };
        let runs: Vec<AdamRun> = self.settings.seeds.as_slice().iter().map(one).collect();
        let mut cell = Cell::default();
        for run in &runs {
            cell.mean += run.mean_square / runs.len() as f64;
            cell.diverged = cell.diverged.or(run.diverged);
            cell.frozen.merge(run.frozen);
            cell.amplified = run.measured.map_or(cell.amplified, |m| m.rho.max(cell.amplified));
        }
        if let (true, Some(needs)) = (watched, known.adam) {
            let mut tallies = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
            let [a_priori, a_posteriori] = &mut tallies;
            let dimension = known.problem.dimension();
            theorem_adam::Runs { adam, places, dimension, needs, runs: &runs }.observe(
                a_priori,
                a_posteriori,
                at,
            );
            cell.bounds = Some(tallies);
        }
        cell
    }

    fn muon(&self, run: usize, places: &Places, steps: u64, at: &str) -> Cell {
        let known = &self.problems[run];
        let Some(muon) = self.settings.runs[run].optimizer.muon(steps) else { return Cell::default() };
        let one = |&seed: &u64| match places.master {
            true => muon.measure(&*known.problem, places, known.constants.domain, seed),
            false => muon.run(&*known.problem, places, seed),
        };
        let runs: Vec<MuonRun> = self.settings.seeds.as_slice().iter().map(one).collect();
        let mut cell = Cell::default();
        for run in &runs {
            cell.mean += run.mean_nuclear / runs.len() as f64;
            cell.diverged = cell.diverged.or(run.diverged);
            cell.frozen.merge(run.frozen);
        }
        if let (true, Some(needs)) = (places.master, known.muon) {
            let mut tallies = [&theorem_muon::A_PRIORI, &theorem_muon::A_POSTERIORI].map(Tally::new);
            let [a_priori, a_posteriori] = &mut tallies;
            let rank = known.problem.shapes().iter().map(|s| s.rows.min(s.columns)).sum();
            let runs = theorem_muon::Runs { muon, places, rank, needs, runs: &runs };
            runs.observe(a_priori, a_posteriori, at);
            cell.amplified = runs.terms().1.kappa().get();
            cell.bounds = Some(tallies);
        }
        cell
    }

    /// The bounds of every row, and of the runs without rounding.
    pub(super) fn bounds(&self) -> Vec<(String, Tally)> {
        let exact = self.exact.iter().zip(&self.settings.runs);
        let exact =
            exact.map(|(cells, run)| (format!("{}.exact", run.name), cells.iter().collect::<Vec<_>>()));
        let rows = self.rows.iter().map(|row| (row.name.clone(), row.cells.iter().flatten().collect()));
        let mut bounds = Vec::new();
        for (of, cells) in exact.chain(rows) {
            let mut both = cells.into_iter().filter_map(|cell| cell.bounds.clone());
            let Some(mut sum) = both.next() else { continue };
            both.for_each(|more| sum.iter_mut().zip(more).for_each(|(sum, more)| sum.merge(more)));
            bounds.extend(sum.map(|tally| (of.clone(), tally)));
        }
        bounds
    }

    /// How much larger gradients were than without rounding, relatively: 0 for not at all, infinity for a run that diverged.
    pub(super) fn excess(&self, row: &Row, mantissa: usize, horizon: usize) -> f64 {
        let cell = &row.cells[mantissa][horizon];
        match cell.diverged {
            Some(_) => f64::INFINITY,
            None => cell.mean / self.exact[row.run][horizon].mean - 1.0,
        }
    }
}
