//! The cells of the grid: one for each run, rounded part, rounding, mantissa and horizon.

use std::collections::{BTreeMap, BTreeSet};

use super::optimizer::{Needs, Optimizer};
use super::rounded::What;
use super::settings::{GridRun, KIND};
use super::tune::{self, Rate};
use crate::bound::muon::iterated::Factor;
use crate::bound::{Tally, theorem_adam, theorem_muon};
use crate::detect::Count;
use crate::experiment::{Invalid, Progress};
use crate::parallel;
use crate::problem::{Domain, Problem};
use crate::train::horizon::{Adam, AdamRun, Muon, MuonRun, Places};

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
    /// Cells by horizon and stored bits.
    cells: BTreeMap<(usize, u32), Cell>,
}

impl Row {
    /// The cell of a horizon and so many bits.
    pub(super) fn cell(&self, horizon: usize, bits: u32) -> Option<&Cell> {
        self.cells.get(&(horizon, bits))
    }

    /// All cells: horizon, bits and what came of them.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, u32, &Cell)> {
        self.cells.iter().map(|(&(horizon, bits), cell)| (horizon, bits, cell))
    }
}

/// What came of the seeds of one cell.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// For each seed the mean size of gradients; NaN for a run that diverged.
    pub(super) sizes: Vec<f64>,
    /// The first step at which a run left the numbers.
    pub(super) diverged: Option<u64>,
    /// Stores that changed nothing and should have.
    pub(super) frozen: Count,
    /// The bounds, if they were asked for.
    pub(super) bounds: Option<Bounds>,
}

/// The bounds of a cell.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// A priori and a posteriori.
    pub(super) tallies: [Tally; 2],
    /// Their values; infinite where they say nothing, NaN where they cannot be evaluated.
    pub(super) values: [f64; 2],
    /// What is known without them.
    pub(super) trivial: f64,
    /// Adam's `rho`, Muon's `kappa`, as measured.
    pub(super) amplified: f64,
    /// What an iteration in the place of Muon's polar factors lost, at most.
    pub(super) factor: Option<Factor>,
}

impl Cell {
    /// The mean over the seeds.
    pub(super) fn mean(&self) -> f64 {
        self.sizes.iter().sum::<f64>() / self.sizes.len() as f64
    }
}

/// All cells, and the runs without rounding.
pub(super) struct Grid<'a> {
    pub(super) settings: &'a GridRun,
    problems: Vec<Box<dyn Problem>>,
    /// What the bounds need, and where it holds.
    needs: Vec<Option<(Needs, Domain)>>,
    /// Learning rates by run, then horizon.
    pub(super) rates: Vec<Vec<Rate>>,
    /// By run, then horizon.
    pub(super) exact: Vec<Vec<Cell>>,
    pub(super) rows: Vec<Row>,
}

/// A cell to compute: the row and bits (or none, for the run without rounding), and the indices of run and horizon.
#[derive(Clone, Copy)]
struct Job {
    rounded: Option<(usize, u32)>,
    run: usize,
    horizon: usize,
}

impl<'a> Grid<'a> {
    pub(super) fn new(settings: &'a GridRun) -> Result<Grid<'a>, Invalid> {
        let runs = 0..settings.runs.len();
        let problems = runs.map(|k| settings.problem(k)).collect::<Result<Vec<_>, Invalid>>()?;
        let (mut needs, mut rows) = (Vec::new(), Vec::new());
        for (run, spec) in settings.runs.iter().enumerate() {
            let key = format!("{KIND}.runs[{run}].problem");
            let wanted = settings.bounds.then(|| spec.optimizer.needs(&*problems[run], &key));
            needs.push(wanted.transpose()?.map(|needs| (needs, problems[run].constants().domain)));
            for &what in &spec.rounded {
                for (rounding, how) in settings.roundings.iter().enumerate() {
                    let name = format!("{}.{what}.{}", spec.name, how.short());
                    rows.push(Row { run, what, rounding, name, cells: BTreeMap::new() });
                }
            }
        }
        Ok(Grid { settings, problems, needs, rates: Vec::new(), exact: Vec::new(), rows })
    }

    /// The stored bits that are run at a horizon.
    fn bits(&self, horizon: usize) -> BTreeSet<u32> {
        let horizons = &self.settings.horizons;
        let paths =
            self.settings.paths.iter().flat_map(|paths| {
                (0..paths.count()).map(move |s| paths.bits(s, horizons[0], horizons[horizon]))
            });
        self.settings.mantissas.iter().copied().chain(paths).collect()
    }

    /// Computes all cells, the longest runs first.
    pub(super) fn run(&mut self, progress: &dyn Progress) -> Result<(), Invalid> {
        self.rates = tune::rates(self.settings, &self.problems);
        let mut jobs = Vec::new();
        for horizon in (0..self.settings.horizons.len()).rev() {
            let exact = |run| Job { rounded: None, run, horizon };
            jobs.extend((0..self.settings.runs.len()).map(exact));
            let bits = self.bits(horizon);
            for (k, row) in self.rows.iter().enumerate() {
                jobs.extend(bits.iter().map(|&bits| Job { rounded: Some((k, bits)), run: row.run, horizon }));
            }
        }
        progress.parts(jobs.len() as u64);
        let cells = parallel::try_map(&jobs, || progress.done(), |job| self.cell(job))?;
        self.exact = vec![vec![Cell::default(); self.settings.horizons.len()]; self.settings.runs.len()];
        for (job, cell) in jobs.iter().zip(cells) {
            match job.rounded {
                None => self.exact[job.run][job.horizon] = cell,
                Some((row, bits)) => {
                    self.rows[row].cells.insert((job.horizon, bits), cell);
                }
            }
        }
        Ok(())
    }

    fn cell(&self, job: &Job) -> Result<Cell, Invalid> {
        let settings = self.settings;
        let places = job.rounded.map_or(Ok(Places::EXACT), |(row, bits)| {
            let row = &self.rows[row];
            row.what.places(bits, settings.roundings[row.rounding].0)
        });
        let iteration = settings.runs[job.run].optimizer.iteration();
        let places = places.map_err(|why| super::wrong("roundings", why))?;
        let places = Places { iteration, ..places };
        let steps = settings.horizons[job.horizon];
        let at = format!("{}, T = {steps}", job.rounded.map_or("exact".into(), |(_, m)| format!("M = {m}")));
        let rate = self.rates[job.run][job.horizon].factor;
        Ok(match settings.runs[job.run].optimizer.of(steps, rate) {
            Optimizer::Adam(adam) => self.adam(job.run, adam, &places, &at),
            Optimizer::Muon(muon) => self.muon(job.run, muon, &places, &at),
        })
    }

    fn adam(&self, run: usize, adam: Adam, places: &Places, at: &str) -> Cell {
        let (problem, seeds) = (&*self.problems[run], self.settings.seeds.as_slice());
        let domain = self.needs[run].map(|(_, domain)| domain);
        let one = |&seed: &u64| match domain {
            Some(domain) => adam.measure(problem, places, domain, seed),
            None => adam.thinned(problem, places, self.settings.stride(adam.steps), seed),
        };
        let runs: Vec<AdamRun> = seeds.iter().map(one).collect();
        let mut cell = Cell { sizes: runs.iter().map(|run| run.mean_square).collect(), ..Cell::default() };
        for run in &runs {
            cell.diverged = cell.diverged.or(run.diverged);
            cell.frozen.merge(run.frozen);
        }
        if let Some((Needs::Adam(needs), _)) = self.needs[run] {
            let mut tallies = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
            let [a_priori, a_posteriori] = &mut tallies;
            let dimension = problem.dimension();
            let runs = theorem_adam::Runs { adam, places, dimension, needs, runs: &runs };
            runs.observe(a_priori, a_posteriori, at);
            let (known, measured) = runs.terms();
            let values = [known.map_or(f64::NAN, |terms| terms.value().get()), measured.value().get()];
            cell.bounds = Some(Bounds {
                tallies,
                values,
                trivial: measured.trivial(),
                amplified: measured.rho,
                factor: None,
            });
        }
        cell
    }

    fn muon(&self, run: usize, muon: Muon, places: &Places, at: &str) -> Cell {
        let (problem, seeds) = (&*self.problems[run], self.settings.seeds.as_slice());
        let domain = self.needs[run].map(|(_, domain)| domain);
        let one = |&seed: &u64| match domain {
            Some(domain) => muon.measure(problem, places, domain, seed),
            None => muon.thinned(problem, places, self.settings.stride(muon.steps), seed),
        };
        let runs: Vec<MuonRun> = seeds.iter().map(one).collect();
        let mut cell = Cell { sizes: runs.iter().map(|run| run.mean_nuclear).collect(), ..Cell::default() };
        for run in &runs {
            cell.diverged = cell.diverged.or(run.diverged);
            cell.frozen.merge(run.frozen);
        }
        if let Some((Needs::Muon(needs), _)) = self.needs[run] {
            let mut tallies = theorem_muon::statements(places).map(Tally::new);
            let [a_priori, a_posteriori] = &mut tallies;
            let tensor = &problem.shapes()[0];
            let shape = [tensor.rows, tensor.columns];
            let runs = theorem_muon::Runs { muon, places, shape, needs, runs: &runs };
            runs.observe(a_priori, a_posteriori, at);
            let (known, measured) = runs.terms();
            let value = |terms: theorem_muon::Terms| terms.value().map_or(f64::NAN, |bound| bound.get());
            let (values, amplified) = ([value(known), value(measured)], measured.kappa().get());
            let factor = places.iteration.as_ref().map(|_| measured.factor);
            cell.bounds = Some(Bounds { tallies, values, trivial: measured.trivial(), amplified, factor });
        }
        cell
    }

    /// The bounds of the runs without rounding, and of every row.
    pub(super) fn bounds(&self) -> Vec<(String, Tally)> {
        let exact = self.exact.iter().zip(&self.settings.runs);
        let exact = exact.map(|(cells, run)| (format!("{}.exact", run.name), cells.iter().collect()));
        let rows = self.rows.iter().map(|row| (row.name.clone(), row.cells.values().collect::<Vec<_>>()));
        let mut bounds = Vec::new();
        for (of, cells) in exact.chain(rows) {
            let mut both =
                cells.into_iter().filter_map(|cell| cell.bounds.as_ref()).map(|b| b.tallies.clone());
            let Some(mut sum) = both.next() else { continue };
            both.for_each(|more| sum.iter_mut().zip(more).for_each(|(sum, more)| sum.merge(more)));
            bounds.extend(sum.map(|tally| (of.clone(), tally)));
        }
        bounds
    }
}
