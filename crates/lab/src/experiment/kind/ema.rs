//! `[run.ema]`: exponential moving averages in low precision beside their bounds.

use halfulp::{Policy, Rounding};
use rayon::prelude::*;
use serde::Deserialize;

use super::signal::Signal;
use crate::arithmetic::{Arithmetic, Coefficient, Plain, Rounded};
use crate::bound::ema::{self, Averages, Constants};
use crate::bound::outward::Upper;
use crate::bound::quantization::{Errors, FROM_EXACT, FROM_RESULT};
use crate::bound::{Status, Tally};
use crate::detect::Count;
use crate::experiment::{Findings, Invalid, Kind, Memory, Progress, Seeds, range};
use crate::optimizer::ema::{Ema, Factors};
use crate::report::{Axis, Curve, Curves, Figure, Role, Table};
use crate::storage::{Keeper, Storage};
use halfulp::noise;

/// The settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmaRun {
    /// Where the average is kept: each is run.
    storages: Vec<Storage>,
    /// Decays.
    betas: Vec<f64>,
    /// What is averaged.
    signals: Vec<Signal>,
    /// Forms that are also run with every operation rounded to the storage's format.
    #[serde(default)]
    forms: Vec<Ema>,
    /// Steps of each run.
    steps: u64,
    /// Elements of each run.
    elements: usize,
    /// Seeds of signals and of stochastic rounding.
    #[serde(default)]
    seeds: Seeds,
}

/// One run: a storage, a decay, a signal, a seed; with only storing rounded, or in a form.
#[derive(Clone, Copy)]
struct Cell<'a> {
    storage: &'a Storage,
    beta: f64,
    signal: Signal,
    form: Option<Ema>,
    seed: u64,
}

impl Cell<'_> {
    fn name(&self) -> String {
        let form = match self.form {
            None => "stored",
            Some(Ema::TwoProduct) => "two products",
            Some(Ema::Lerp) => "lerp",
            Some(Ema::Fma) => "fma",
            Some(Ema::LerpFused) => "lerp, fused",
            Some(Ema::TwoProductFused) => "two products, fused",
            Some(Ema::Sum) => "sum",
        };
        format!("{}, {form}, beta {}, {}", self.storage, self.beta, self.signal.name())
    }
}

/// What a run found.
struct Outcome {
    of: String,
    tallies: Vec<Tally>,
    curve: Vec<(f64, f64, f64)>,
    frozen: Count,
    mean: f64,
}

impl Kind for EmaRun {
    fn check(&self) -> Result<(), Invalid> {
        let wrong = |key: &str, why: String| Err(Invalid::new(format!("run.ema.{key}"), why));
        for (k, beta) in self.betas.iter().enumerate() {
            range::share(format!("run.ema.betas[{k}]"), *beta)?;
        }
        for (k, storage) in self.storages.iter().enumerate() {
            if storage.format().is_none() {
                return wrong(&format!("storages[{k}]"), format!("{storage}: expected a format that rounds"));
            }
            if let Err(e) = storage.keeper() {
                return wrong(&format!("storages[{k}]"), e.to_string());
            }
        }
        if let Some(k) = self.forms.iter().position(|form| !matches!(form, Ema::TwoProduct | Ema::Lerp)) {
            return wrong(
                &format!("forms[{k}]"),
                "expected two-product or lerp: the others have no bound".into(),
            );
        }
        range::steps("run.ema.steps", self.steps)?;
        range::elements("run.ema.elements", self.elements)?;
        if self.storages.is_empty() || self.betas.is_empty() || self.signals.is_empty() {
            return wrong("storages", "expected at least one storage, one beta and one signal".into());
        }
        Ok(())
    }

    fn memory(&self, threads: u64) -> Memory {
        let forms = 1 + self.forms.len();
        let cells =
            [self.storages.len(), self.betas.len(), self.signals.len(), forms, self.seeds.as_slice().len()];
        let cells = Memory::of_runs("run.ema.seeds", &cells.map(|n| n as u64));
        // Some thirty numbers an element.
        cells.and(Memory::of("run.ema.elements", &[self.elements as u64, 320, threads]))
    }

    fn run(&self, progress: &dyn Progress) -> Result<Findings, Invalid> {
        let cells = self.cells();
        progress.parts(cells.len() as u64);
        let outcomes: Vec<Outcome> = cells
            .par_iter()
            .map(|cell| {
                let outcome = self.simulate(cell);
                progress.done();
                outcome
            })
            .collect::<Result<_, _>>()?;
        Ok(self.findings(outcomes))
    }
}

impl EmaRun {
    fn cells(&self) -> Vec<Cell<'_>> {
        let mut cells = Vec::new();
        for storage in &self.storages {
            for &beta in &self.betas {
                for &signal in &self.signals {
                    for form in std::iter::once(None).chain(self.forms.iter().map(|&form| Some(form))) {
                        for &seed in self.seeds.as_slice() {
                            cells.push(Cell { storage, beta, signal, form, seed });
                        }
                    }
                }
            }
        }
        cells
    }

    fn simulate(&self, cell: &Cell<'_>) -> Result<Outcome, Invalid> {
        let wrong = |e: crate::storage::StorageError| Invalid::new("run.ema.storages", e.to_string());
        let keeper = cell.storage.keeper().map_err(wrong)?;
        let Some((format, policy)) = cell.storage.format() else {
            return Err(Invalid::new("run.ema.storages", "expected a format that rounds"));
        };
        match cell.form {
            None => self.average(cell, Plain::<f64>::default(), keeper, Ema::TwoProduct),
            Some(form) => {
                let rounded = Rounded::<f64>::new(format, policy).map_err(wrong)?;
                self.average(cell, rounded, keeper, form)
            }
        }
    }

    fn average<A: Arithmetic<Number = f64>>(
        &self,
        cell: &Cell<'_>,
        mut a: A,
        mut keeper: Keeper,
        form: Ema,
    ) -> Result<Outcome, Invalid> {
        let n = self.elements;
        let (format, policy) = cell.storage.format().unwrap_or_else(|| unreachable!("checked"));
        let (store, step) = (Errors::of(format, policy), a.errors());
        let keep = a.coefficient(Coefficient::Given(cell.beta), &mut Keeper::Exact);
        let add = a.coefficient(Coefficient::Complement(cell.beta), &mut Keeper::Exact);
        let constants = Constants::new(cell.beta, keep, add);
        let factors = Factors { keep: vec![keep; n], add: vec![add; n] };
        let rounding = noise::word(cell.seed, 2);
        let mut up = largest_of(cell.storage);
        let mut rooms = [vec![0.0; n], vec![0.0; n], vec![0.0; n]];
        let (mut m, mut before) = (vec![0.0; n], vec![0.0; n]);
        let mut averages = Averages::new(cell.beta, store, n);
        let mut tallies = Tallies::new(cell);
        let (mut largest, mut frozen, mut curve) = (0.0f64, Count::default(), Vec::new());
        let mut mean = 0.0;
        for t in 1..=self.steps {
            let g: Vec<f64> =
                (0..n).map(|k| a.number(cell.signal.at(noise::word(cell.seed, 1), t, k))).collect();
            tallies.begin(t);
            before.copy_from_slice(&m);
            a.place(noise::word(rounding, 2 * t), 0);
            let mut seen = [vec![0.0; n], vec![0.0; n]];
            let [r, s, sum] = &mut rooms;
            form.step(&mut a, &factors, &mut m, &g, [r, s, sum], |k, x| seen[k].copy_from_slice(x));
            let fresh = m.clone();
            keeper.store(&mut m, noise::word(rounding, 2 * t + 1), 0);
            largest = g.iter().fold(largest, |max, x| max.max(x.abs()));
            for k in 0..n {
                if store.saturates(fresh[k]) {
                    tallies.lose(k);
                }
                frozen.add(fresh[k] != before[k], m[k] == before[k]);
                if cell.form.is_none() {
                    tallies.one(&store, fresh[k], m[k], t, k);
                    averages.stored(k, g[k], before[k], fresh[k], m[k]);
                    continue;
                }
                // What is stored is in the format already.
                let stored = Upper::distance(fresh[k], m[k]);
                let parts = [seen[0][k], seen[1][k], fresh[k]];
                let local = match form {
                    Ema::Lerp => ema::lerp(&constants, &step, stored, before[k], g[k], parts),
                    _ => ema::two_products(&constants, &step, stored, before[k], g[k], parts),
                };
                averages.rounded(k, g[k], local);
            }
            tallies.step(cell, &averages, &m, t, up(largest), &g);
            let worst = (0..n).map(|k| ((m[k] - averages.exact()[k]).abs(), averages.with_slack(k)));
            let worst = worst.fold((0.0f64, 0.0f64), |(x, y), (a, b)| (x.max(a), y.max(b)));
            if t.is_power_of_two() || t == self.steps || t % (self.steps / 64).max(1) == 0 {
                curve.push((t as f64, worst.0, worst.1));
            }
            mean = m.iter().sum::<f64>() / n as f64;
        }
        tallies.finish(cell, &averages, &m, self.steps, up(largest));
        Ok(Outcome { of: cell.name(), tallies: tallies.all(), curve, frozen, mean })
    }

    fn findings(&self, outcomes: Vec<Outcome>) -> Findings {
        let mut found = Findings::default();
        let mut table = Table {
            name: "averages".into(),
            title: "Averages: measured over bound where that is largest, frozen writes, mean at the end"
                .into(),
            head: ["average", "bound", "status", "measured / bound", "frozen writes", "mean"]
                .map(String::from)
                .to_vec(),
            rows: Vec::new(),
        };
        let seeds = self.seeds.as_slice().len();
        for group in outcomes.chunks(seeds) {
            let of = group[0].of.clone();
            let (seen, all) = group.iter().fold((0, 0), |(a, b), o| (a + o.frozen.seen, b + o.frozen.of));
            let frozen = if all == 0 { 0.0 } else { seen as f64 / all as f64 };
            let mean = group.iter().map(|o| o.mean).sum::<f64>() / seeds as f64;
            found.numbers.push((format!("frozen of {of}"), frozen));
            found.numbers.push((format!("mean of {of}"), mean));
            for k in 0..group[0].tallies.len() {
                let mut tally = group[0].tallies[k].clone();
                for other in &group[1..] {
                    tally.merge(other.tallies[k].clone());
                }
                let ratio = tally.ratio().map_or("-".into(), |ratio| format!("{ratio:.3}"));
                table.rows.push(vec![
                    of.clone(),
                    tally.statement.name.into(),
                    tally.status().to_string(),
                    ratio,
                    format!("{:.1} %", 100.0 * frozen),
                    format!("{mean:.4}"),
                ]);
                found.bounds.push((of.clone(), tally));
            }
            if found.figures.len() < 12 {
                found.figures.push(figure(found.figures.len(), &group[0]));
            }
        }
        for (_, tally) in &found.bounds {
            let name = format!("largest ratio of {}", tally.statement.name);
            let ratio = tally.ratio().filter(|_| tally.status() != Status::Vacuous).unwrap_or(0.0);
            match found.numbers.iter_mut().find(|(known, _)| *known == name) {
                Some((_, largest)) => *largest = largest.max(ratio),
                None => found.numbers.push((name, ratio)),
            }
        }
        found.tables.push(table);
        found.settings = vec![
            ("steps".into(), self.steps.to_string()),
            ("elements".into(), self.elements.to_string()),
            ("seeds".into(), seeds.to_string()),
        ];
        found
    }
}

fn figure(k: usize, outcome: &Outcome) -> Figure {
    let curve = |label: &str, role, points: Vec<(f64, f64)>| Curve::new(label, role, points);
    Figure::Curves(Curves {
        name: format!("average-{k}"),
        title: outcome.of.clone(),
        x: Axis::log("step"),
        y: Axis::log("distance from the exact average, largest of all elements"),
        curves: vec![
            curve("measured", Role::Measured, outcome.curve.iter().map(|p| (p.0, p.1)).collect()),
            curve("running bound", Role::Bound, outcome.curve.iter().map(|p| (p.0, p.2)).collect()),
        ],
    })
}

/// The least number of a storage's format that is not below a magnitude.
fn largest_of(storage: &Storage) -> impl FnMut(f64) -> f64 + use<> {
    let upward = storage.format().and_then(|(format, _)| {
        let policy = Policy::IEEE.rounding(Rounding::TowardPositive);
        Storage::Format { format: *format, policy }.keeper().ok()
    });
    let mut upward = upward;
    move |x| {
        let mut x = [x];
        if let Some(keeper) = &mut upward {
            keeper.store(&mut x, 0, 0);
        }
        x[0]
    }
}

/// The bounds of a run.
struct Tallies {
    of: String,
    running: Tally,
    a_priori: Option<Tally>,
    quantization: Option<[Tally; 2]>,
    probability: Option<Tally>,
    relative: Option<Tally>,
    ratio: Vec<f64>,
    lost: Vec<bool>,
    tiny: Vec<bool>,
}

impl Tallies {
    fn new(cell: &Cell<'_>) -> Tallies {
        let stored = cell.form.is_none();
        let by_chance =
            cell.storage.format().is_some_and(|(_, p)| matches!(p.rounding, Rounding::Stochastic { .. }));
        Tallies {
            of: format!("seed {}", cell.seed),
            running: Tally::new(if stored { &ema::RUNNING } else { &ema::ROUNDED }),
            a_priori: stored.then(|| Tally::new(&ema::A_PRIORI)),
            quantization: stored.then(|| [Tally::new(&FROM_EXACT), Tally::new(&FROM_RESULT)]),
            probability: (stored && by_chance).then(|| Tally::new(&ema::PROBABILITY)),
            relative: (stored && cell.signal.is_nonnegative()).then(|| Tally::new(&ema::RELATIVE)),
            ratio: Vec::new(),
            lost: Vec::new(),
            tiny: Vec::new(),
        }
    }

    fn lose(&mut self, k: usize) {
        self.lost.resize(self.lost.len().max(k + 1), false);
        self.lost[k] = true;
    }

    /// What is evaluated at every step, from here on at this one.
    fn begin(&mut self, t: u64) {
        let quantization = self.quantization.iter_mut().flatten();
        let all = quantization.chain(&mut self.a_priori).chain(&mut self.relative).chain([&mut self.running]);
        all.for_each(|tally| tally.step(t));
    }

    /// An element that saturated, at this step or an earlier one.
    fn lost(&mut self, t: u64, k: usize) {
        let at = || format!("{}, step {t}, element {k}", self.of);
        self.running.fail(0, at);
        self.a_priori.iter_mut().for_each(|tally| tally.fail(0, at));
        self.relative.iter_mut().for_each(|tally| tally.fail(2, at));
    }

    fn one(&mut self, errors: &Errors, x: f64, q: f64, t: u64, k: usize) {
        if let Some([exact, result]) = &mut self.quantization {
            errors.observe(x, q, [exact, result], || format!("{}, step {t}, element {k}", self.of));
        }
    }

    /// Measures all elements after a step. `largest` is at least the signal's magnitude so far, in the format.
    fn step(&mut self, cell: &Cell<'_>, averages: &Averages, m: &[f64], t: u64, largest: f64, g: &[f64]) {
        self.ratio.resize(m.len(), 0.0);
        self.lost.resize(m.len(), false);
        self.tiny.resize(m.len(), false);
        let Some((format, policy)) = cell.storage.format() else { return };
        let errors = Errors::of(format, policy);
        for (k, &m) in m.iter().enumerate() {
            if self.lost[k] {
                self.lost(t, k);
                continue;
            }
            let at = || format!("{}, step {t}, element {k}", self.of);
            let (exact, slack) = (averages.exact()[k], averages.slack(k));
            let measured = (m - exact).abs();
            let trivial = largest.max(exact.abs());
            self.running.observe(measured, averages.with_slack(k), trivial, at);
            if let Some(tally) = &mut self.a_priori {
                if largest.is_finite() {
                    let bound = ema::a_priori(&errors, cell.beta, largest, t) + slack;
                    tally.observe(measured, bound.get(), trivial, at);
                } else {
                    tally.fail(1, at);
                }
            }
            if let Some(tally) = &mut self.relative {
                self.ratio[k] = self.ratio[k].max(g[k]);
                self.tiny[k] |= m < errors.normal() || exact <= 0.0;
                // The step itself is computed in binary64: four more roundings, of the smallest size.
                let unit = errors.unit() + 4.0 * f64::EPSILON;
                let bound = ema::relative(unit, cell.beta, 1, self.ratio[k] / exact.next_down());
                if self.tiny[k] {
                    tally.fail(1, at);
                } else if bound == Upper::UNKNOWN {
                    tally.fail(0, at);
                } else {
                    let slack = slack.over(exact.next_down());
                    tally.observe((m / exact - 1.0).abs(), (bound + slack).get(), 1.0, at);
                }
            }
        }
    }

    fn finish(&mut self, cell: &Cell<'_>, averages: &Averages, m: &[f64], t: u64, largest: f64) {
        let Some((format, policy)) = cell.storage.format() else { return };
        let (Some(tally), errors) = (&mut self.probability, Errors::of(format, policy)) else { return };
        let gap = errors.ulp(largest);
        // Below 1.18 the share is not bounded by less than 1.
        for lambda in [1.25, 1.5, 2.0, 3.0] {
            let bias = ema::bias(gap, &policy.rounding, cell.beta, t);
            let distance = ema::deviation(gap, cell.beta, t, lambda) + bias;
            let beyond = m.iter().zip(averages.exact()).enumerate();
            let beyond = beyond.filter(|(k, (m, e))| (**m - **e).abs() > distance + averages.slack(*k).get());
            let share = beyond.count() as f64 / m.len() as f64;
            let bound = 2.0 * (-lambda * lambda / 2.0).exp();
            tally.observe(share, bound, 1.0, || format!("{}, k = {lambda}, {} elements", self.of, m.len()));
        }
    }

    fn all(self) -> Vec<Tally> {
        let mut all = vec![self.running];
        all.extend(self.a_priori);
        all.extend(self.quantization.into_iter().flatten());
        all.extend(self.probability);
        all.extend(self.relative);
        all
    }
}
