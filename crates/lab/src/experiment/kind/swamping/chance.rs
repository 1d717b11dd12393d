//! What is stored by one of two levels, by chance.

use halfulp::noise;

use super::average::Setting;
use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::bound::swamping::{
    ADDED_MEAN, ADDED_VARIANCE, DECAY, INVERSE_ROOT, Levels, UNBIASED, deviation, inverse_root_variance,
    variance_added,
};

/// How a number is stored: levels, the number in units of the scale, noise.
pub(super) type Store<'a> = dyn Fn(&Levels, f64, u64) -> u8 + Sync + 'a;

/// What storing numbers many times came to.
pub(super) struct Stored {
    /// The bias, and the variance of the inverse root.
    pub tallies: [Tally; 2],
    /// By the lower level: the variance half-way to the next, of the first seed.
    pub curve: Vec<(f64, f64)>,
}

/// Numbers in every cell between two levels, each stored many times: the bias, and the variance of the inverse root.
pub(super) fn stored(levels: &Levels, draws: u32, seeds: &[u64], store: &Store<'_>) -> Stored {
    let (mut tallies, mut curve) = ([&UNBIASED, &INVERSE_ROOT].map(Tally::new), Vec::new());
    let n = f64::from(draws);
    // What is measured is a sum of so many numbers in binary64.
    let computed = Upper::of(1.0) + Upper::of(n + 8.0) * Upper::of(2f64.powi(-52));
    for (cell, pair) in levels.values().windows(2).enumerate().filter(|(_, pair)| pair[0] >= 0.0) {
        let (low, gap) = (pair[0], pair[1] - pair[0]);
        for (k, part) in [0.25, 0.5, 0.75].into_iter().enumerate() {
            let x = low + part * gap;
            for &seed in seeds {
                let at = || format!("seed {seed}, {x:.6e} between the levels {cell} and {}", cell + 1);
                let stream = noise::word(noise::word(seed, 32), (3 * cell + k) as u64);
                let draw =
                    |i: u32| levels.values()[usize::from(store(levels, x, noise::word(stream, i.into())))];
                let values: Vec<f64> = (0..draws).map(draw).collect();
                let off = (values.iter().map(|q| q - x).sum::<f64>() / n).abs();
                let bound = Upper::of(gap) * deviation(2.0, n) * computed;
                tallies[0].observe(off, bound.get(), gap, at);
                if low <= 0.0 {
                    tallies[1].fail(0, at);
                    continue;
                }
                let bound = Upper::of(inverse_root_variance(low, pair[1])) * computed;
                let measured = inverse_root(&values, pair);
                tallies[1].observe(measured, bound.get(), f64::INFINITY, at);
                if part == 0.5 && seed == seeds[0] {
                    curve.push((low, measured));
                }
            }
        }
    }
    Stored { tallies, curve }
}

/// The mean square of `1 / sqrt(q)` less its mean; around the middle of the two values, where nothing cancels.
fn inverse_root(values: &[f64], pair: &[f64]) -> f64 {
    let (n, middle) = (values.len() as f64, (1.0 / pair[0].sqrt() + 1.0 / pair[1].sqrt()) / 2.0);
    let off = |q: &f64| 1.0 / q.sqrt() - middle;
    let mean = values.iter().map(off).sum::<f64>() / n;
    values.iter().map(|q| off(q).powi(2)).sum::<f64>() / n - mean * mean
}

/// What storing by chance adds to a signal.
pub(super) struct Added {
    /// Its variance, and its mean.
    pub tallies: [Tally; 2],
}

impl Added {
    pub(super) fn new() -> Added {
        Added { tallies: [&ADDED_VARIANCE, &ADDED_MEAN].map(Tally::new) }
    }
}

/// Averages under the scale 1. With `e` what storing did to an average, the next one is that of the signal `z + b / (1 - b) e`.
pub(super) fn average(levels: &Levels, signed: bool, how: &Setting, store: &Store<'_>, found: &mut Added) {
    let (b, n) = (how.beta, f64::from(how.steps) * how.elements as f64);
    let at = || format!("seed {}, {} steps of {} averages", how.seed, how.steps, how.elements);
    let (first, last) = (levels.values()[0], levels.values()[levels.values().len() - 1]);
    let mut stored: Vec<f64> = (0..how.elements)
        .map(|i| levels.values()[usize::from(levels.nearest(how.signal(signed, 0, i)))])
        .collect();
    let (mut sum, mut squares) = (0.0, 0.0);
    for t in 1..=how.steps {
        let stream = noise::word(noise::word(how.seed, 33), t.into());
        for (i, q) in stored.iter_mut().enumerate() {
            let x = b * *q + (1.0 - b) * how.signal(signed, t, i);
            if !(first..=last).contains(&x) {
                return found.tallies.iter_mut().for_each(|tally| tally.fail(0, at));
            }
            *q = levels.values()[usize::from(store(levels, x, noise::word(stream, i as u64)))];
            sum += *q - x;
            squares += (*q - x).powi(2);
        }
    }
    let gain = b / (1.0 - b);
    let widest = levels.widest();
    let added = Upper::of(variance_added(b, widest, 1.0)) * Upper::of(1.0 + n * 2f64.powi(-52));
    let bound = added * (Upper::of(1.0) + Upper::of(4.0) * deviation(1.0, n));
    let trivial = (gain * 2.0 * widest).powi(2);
    found.tallies[0].observe(gain * gain * squares / n, bound.get(), trivial, at);
    let bound = Upper::of(gain) * Upper::of(2.0 * widest) * deviation(2.0, n);
    let computed = Upper::of(1.0 + n * 2f64.powi(-52));
    found.tallies[1].observe((gain * sum / n).abs(), (bound * computed).get(), gain * 2.0 * widest, at);
}

/// Walks down logarithmic levels.
pub(super) struct Walk {
    pub beta: f64,
    pub spacing: f64,
    pub tally: Tally,
    /// Steps for each level that was passed.
    pub steps: f64,
    /// The same of the nearest level: infinite where it never moves.
    pub nearest: f64,
}

/// The code of `x` among the levels `exp(-k step)`: by chance one of the two around, so that the mean of codes is the logarithm.
pub(super) fn log_by_chance(x: f64, step: f64, noise: u64) -> u32 {
    (-x.ln() / step + (noise >> 11) as f64 / 2f64.powi(53)).floor() as u32
}

/// Averages without signal from 1 on, levels being `beta^spacing` apart.
pub(super) fn walk(
    beta: f64,
    spacing: f64,
    [walks, steps]: [u32; 2],
    seeds: &[u64],
    store: &(dyn Fn(f64, f64, u64) -> u32 + Sync),
) -> Walk {
    let step = -spacing * beta.ln();
    let level = |k: u32| (-step * f64::from(k)).exp();
    let n = f64::from(walks) * f64::from(steps);
    let (mut tally, mut all) = (Tally::new(&DECAY), 0.0);
    for &seed in seeds {
        let mut passed = 0u64;
        for walk in 0..walks {
            let stream = noise::word(noise::word(seed, 34), walk.into());
            let end = (0..steps).fold(0, |k, t| store(beta * level(k), step, noise::word(stream, t.into())));
            passed += u64::from(end);
        }
        all += passed as f64;
        let expected = n / spacing;
        // A logarithm that is off by 10^-12 of a level changes a step as seldom.
        let bound = Upper::of(n) * (deviation(2.0, n) + Upper::of(1e-12));
        tally.observe((passed as f64 - expected).abs(), bound.get(), expected, || {
            format!("seed {seed}, {walks} walks of {steps} steps")
        });
    }
    let end = (0..steps).fold(0, |k, _| store(beta * level(k), step, 1 << 63));
    let nearest = f64::from(steps) / f64::from(end);
    Walk { beta, spacing, tally, steps: n * seeds.len() as f64 / all, nearest }
}
