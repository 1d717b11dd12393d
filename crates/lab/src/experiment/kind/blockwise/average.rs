//! Averages that are stored after every step.

use halfulp::noise;

use super::super::signal::normal;
use super::settings::BlockwiseRun;
use crate::bound::Tally;
use crate::bound::blockwise::{
    AVERAGE, Averages, Blocks, CURRENT_GRADIENT, NORM, SPAN, current_gradient, span,
};
use crate::bound::outward::Upper;
use crate::bound::swamping::{Levels, SWAMPED, Step};
use crate::detect::Count;
use crate::storage::blockwise::Scheme;

/// What storing averages did.
pub(super) struct Averaged {
    /// Average, span, norm, swamping, current gradient.
    pub tallies: [Tally; 5],
    /// Steps that would have changed an element and left its index as it was.
    pub frozen: Count,
    /// Averages that are not 0 and are stored as 0.
    pub zeroed: Count,
    /// By step: the largest error over the element's bound's largest, in units of the largest scale.
    pub curve: Vec<[f64; 3]>,
}

/// An average in progress.
struct Run<'a> {
    scheme: &'a Scheme,
    beta: f64,
    seed: u64,
    blocks: Blocks,
    levels: Levels,
    averages: Averages,
    exact: Vec<f64>,
    stored: Vec<f32>,
    codes: Vec<u8>,
    scales: Vec<f32>,
    largest: f64,
    alive: bool,
    found: Averaged,
}

impl Averaged {
    pub(super) fn of(scheme: &Scheme, settings: &BlockwiseRun, seed: u64) -> Averaged {
        let n = scheme.parameters().block * settings.averaged;
        let beta = settings.beta(scheme);
        let found = Averaged {
            tallies: [&AVERAGE, &SPAN, &NORM, &SWAMPED, &CURRENT_GRADIENT].map(Tally::new),
            frozen: Count::default(),
            zeroed: Count::default(),
            curve: Vec::new(),
        };
        let mut run = Run {
            scheme,
            beta,
            seed,
            blocks: Blocks::new(scheme),
            levels: Levels::new(scheme),
            averages: Averages::new(beta, n),
            exact: vec![0.0; n],
            stored: vec![0.0; n],
            codes: vec![0; n],
            scales: vec![0.0; settings.averaged],
            largest: 0.0,
            alive: true,
            found,
        };
        let unit = |i: usize| (noise::word(noise::word(seed, 21), i as u64) >> 11) as f64 / 2f64.powi(53);
        let sizes: Vec<f64> = (0..n).map(|i| 10f64.powf(-settings.spread * unit(i))).collect();
        for t in 1..=settings.steps {
            let signal: Vec<f64> = (0..n)
                .map(|i| {
                    let g = normal(noise::word(seed, 22), u64::from(t) << 24 | i as u64) * sizes[i];
                    if scheme.parameters().signed { g } else { g * g }
                })
                .collect();
            run.step(t, &signal, settings);
        }
        run.found
    }

    pub(super) fn merge(&mut self, other: Averaged) {
        for (mine, its) in self.tallies.iter_mut().zip(other.tallies) {
            mine.merge(its);
        }
        self.frozen.merge(other.frozen);
        self.zeroed.merge(other.zeroed);
    }
}

impl Run<'_> {
    fn step(&mut self, t: u32, signal: &[f64], settings: &BlockwiseRun) {
        self.found.tallies.iter_mut().for_each(|tally| tally.step(u64::from(t)));
        let b = self.beta;
        let n = signal.len();
        let fresh: Vec<f64> = (0..n).map(|i| b * f64::from(self.stored[i]) + (1.0 - b) * signal[i]).collect();
        let narrow: Vec<f32> = fresh.iter().map(|x| *x as f32).collect();
        let (codes, scales, before) = (self.codes.clone(), self.scales.clone(), self.stored.clone());
        // The lengths are right: all of them come from the scheme.
        let _ = self.scheme.quantize(&narrow, &mut self.codes, &mut self.scales);
        let _ = self.scheme.dequantize(&self.codes, &self.scales, &mut self.stored);
        let len = self.scheme.parameters().block;
        let mut step = [0.0f64; 2];
        for (i, x) in self.exact.iter_mut().enumerate() {
            *x = b * *x + (1.0 - b) * signal[i];
        }
        for k in 0..n / len {
            let block = self.blocks.block(&narrow[k * len..(k + 1) * len]);
            self.alive &= block.is_ok();
            let Ok(block) = block else {
                self.unknown(t, k * len..(k + 1) * len);
                continue;
            };
            self.largest = self.largest.max(block.largest);
            for i in k * len..(k + 1) * len {
                let local = self.blocks.element(&block, narrow[i], self.stored[i]);
                // Both recursions are computed in binary64: four roundings a step.
                let exact = Upper::of(fresh[i].abs() + self.exact[i].abs()) * Upper::of(2f64.powi(-50));
                let computed = Upper::distance(fresh[i], f64::from(narrow[i])) + exact;
                let bound = self.averages.step(i, local, computed);
                let error = (f64::from(self.stored[i]) - self.exact[i]).abs();
                step = [step[0].max(error), step[1].max(bound.get())];
                let change = Step {
                    signal: signal[i],
                    scales: [scales[k], self.scales[k]].map(|s| f64::from(s) * self.unit()),
                    codes: [codes[i], self.codes[i]],
                };
                let seed = self.seed;
                let at = || format!("seed {seed}, step {t}, element {i}");
                self.observe(error, bound, at);
                self.levels.observe(&mut self.found.tallies[3], b, &change, at);
                let moving = fresh[i] != f64::from(before[i]) && t > 1;
                self.found.frozen.add(moving, codes[i] == self.codes[i]);
                self.found.zeroed.add(fresh[i] != 0.0, self.stored[i] == 0.0);
                if !self.scheme.parameters().signed {
                    self.gradient(before[i], [signal[i], fresh[i]], settings, at);
                }
            }
        }
        self.spans(t, len, step);
    }

    /// The elements of a block of whose storing nothing is known.
    fn unknown(&mut self, t: u32, elements: std::ops::Range<usize>) {
        let seed = self.seed;
        let tallies = if self.scheme.parameters().signed { &[0, 3][..] } else { &[0, 3, 4] };
        for i in elements {
            let at = || format!("seed {seed}, step {t}, element {i}");
            tallies.iter().for_each(|&k| self.found.tallies[k].fail(0, at));
        }
    }

    fn unit(&self) -> f64 {
        f64::from(self.scheme.parameters().map.unit())
    }

    fn observe(&mut self, error: f64, bound: Upper, at: impl FnOnce() -> String) {
        let largest = self.largest;
        if self.alive {
            self.found.tallies[0].observe(error, bound.get(), largest, at);
        } else {
            self.found.tallies[0].fail(0, at);
        }
    }

    /// The part of an Adam step that comes from the gradient whose square was just averaged, with the epsilon 1e-30.
    fn gradient(
        &mut self,
        kept: f32,
        [square, v]: [f64; 2],
        settings: &BlockwiseRun,
        at: impl FnOnce() -> String,
    ) {
        if kept < 0.0 {
            return self.found.tallies[4].fail(0, at);
        }
        let [b1, b2] = settings.betas;
        let part = (1.0 - b1) * square.sqrt() / (v.sqrt() + 1e-30);
        self.found.tallies[4].observe(part, current_gradient(b1, b2).get(), f64::INFINITY, at);
    }

    fn spans(&mut self, t: u32, len: usize, [error, running]: [f64; 2]) {
        let seed = self.seed;
        let at = || format!("seed {seed}, step {t}");
        if !self.alive {
            (1..3).for_each(|k| self.found.tallies[k].fail(0, at));
            return;
        }
        // Rounding to binary32 before it is stored, and the recursions in binary64, add a few u of the largest magnitude.
        let step = self.blocks.uniform(self.largest) + Upper::of(self.largest) * Upper::of(2f64.powi(-22));
        let span = span(step, self.beta, t);
        self.found.tallies[1].observe(error, span.get(), self.largest, at);
        let norm = Upper::of(len as f64).sqrt() * span;
        let trivial = (len as f64).sqrt() * self.largest;
        let errors: Vec<f64> =
            self.exact.iter().zip(&self.stored).map(|(x, q)| (f64::from(*q) - x).powi(2)).collect();
        for (k, block) in errors.chunks(len).enumerate() {
            let measured = block.iter().sum::<f64>().sqrt();
            let at = || format!("seed {seed}, step {t}, block {k}");
            self.found.tallies[2].observe(measured, norm.get(), trivial, at);
        }
        self.found.curve.push([error, running, span.get()].map(|x| x / self.largest));
    }
}
