//! Averages that are stored by the nearest level after every step.

use halfulp::noise;

use crate::bound::Tally;
use crate::bound::swamping::{Levels, SWAMPED, Step};
use crate::detect::Count;

/// What is averaged how.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub beta: f64,
    pub elements: usize,
    pub steps: u32,
    pub seed: u64,
}

impl Setting {
    /// The signal of an element: uniform up to 1, with a sign if the levels have one.
    pub(super) fn signal(&self, signed: bool, t: u32, i: usize) -> f64 {
        let word = noise::word(noise::word(self.seed, 31), u64::from(t) << 24 | i as u64);
        let part = (word >> 11) as f64 / 2f64.powi(53);
        if signed { 2.0 * part - 1.0 } else { part }
    }
}

/// What became of them.
pub(super) struct Averaged {
    pub tally: Tally,
    /// Steps that would have changed an average and left its index.
    pub frozen: Count,
}

impl Averaged {
    pub(super) fn new() -> Averaged {
        Averaged { tally: Tally::new(&SWAMPED), frozen: Count::default() }
    }

    /// The share of steps of which the theorem says that the index stays.
    pub(super) fn said(&self) -> f64 {
        let counts = self.tally.counts();
        counts.evaluated as f64 / counts.places().max(1) as f64
    }
}

/// Averages under one scale, the largest magnitude. Of a steady scale, the first element stays at 1.
pub(super) fn run(
    levels: &Levels,
    signed: bool,
    how: &Setting,
    steady: bool,
    store: &dyn Fn(&Levels, f64) -> u8,
    found: &mut Averaged,
) {
    let signal = |t: u32, i: usize| if steady && i == 0 { 1.0 } else { how.signal(signed, t, i) };
    let mut values: Vec<f64> = (0..how.elements).map(|i| signal(0, i)).collect();
    let mut codes = vec![0u8; how.elements];
    let mut scale = 0.0;
    for t in 0..=how.steps {
        let signals: Vec<f64> = (0..how.elements).map(|i| signal(t, i)).collect();
        let before = scale;
        if t > 0 {
            for ((x, z), code) in values.iter_mut().zip(&signals).zip(&codes) {
                let stored = levels.values()[usize::from(*code)] * before;
                *x = how.beta * stored + (1.0 - how.beta) * z;
            }
        }
        if t > 0 {
            found.tally.step(t.into());
        }
        scale = values.iter().fold(0.0f64, |a, x| a.max(x.abs()));
        for (i, x) in values.iter().enumerate() {
            let fresh = store(levels, x / scale);
            if t > 0 {
                let stored = levels.values()[usize::from(codes[i])] * before;
                found.frozen.add(*x != stored, fresh == codes[i]);
                let step = Step { signal: signals[i], scales: [before, scale], codes: [codes[i], fresh] };
                let word = if steady { "steady" } else { "free" };
                let at = || format!("seed {}, {word} scale, step {t}, element {i}", how.seed);
                levels.observe(&mut found.tally, how.beta, &step, at);
            }
            codes[i] = fresh;
        }
    }
}
