//! The bounds of an average.

use halfulp::{Policy, Rounding};

use super::cell::Cell;
use crate::bound::Tally;
use crate::bound::ema::{self, Averages};
use crate::bound::outward::Upper;
use crate::bound::quantization::{Errors, FROM_EXACT, FROM_RESULT};
use crate::storage::Storage;

/// The least number of a storage's format that is not below a magnitude.
pub(super) fn largest_of(storage: &Storage) -> impl FnMut(f64) -> f64 + use<> {
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
pub(super) struct Tallies {
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
    pub(super) fn new(cell: &Cell<'_>) -> Tallies {
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

    pub(super) fn lose(&mut self, k: usize) {
        self.lost.resize(self.lost.len().max(k + 1), false);
        self.lost[k] = true;
    }

    /// What is evaluated at every step, from here on at this one.
    pub(super) fn begin(&mut self, t: u64) {
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

    pub(super) fn one(&mut self, errors: &Errors, x: f64, q: f64, t: u64, k: usize) {
        if let Some([exact, result]) = &mut self.quantization {
            errors.observe(x, q, [exact, result], || format!("{}, step {t}, element {k}", self.of));
        }
    }

    /// Measures all elements after a step. `largest` is at least the signal's magnitude so far, in the format.
    pub(super) fn step(
        &mut self,
        cell: &Cell<'_>,
        averages: &Averages,
        m: &[f64],
        t: u64,
        largest: f64,
        g: &[f64],
    ) {
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

    pub(super) fn finish(&mut self, cell: &Cell<'_>, averages: &Averages, m: &[f64], t: u64, largest: f64) {
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

    pub(super) fn all(self) -> Vec<Tally> {
        let mut all = vec![self.running];
        all.extend(self.a_priori);
        all.extend(self.quantization.into_iter().flatten());
        all.extend(self.probability);
        all.extend(self.relative);
        all
    }
}
