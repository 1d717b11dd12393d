//! The bounds along a run of one moment.

use std::ops::Range;

use super::{BIAS, VARIANCE};
use crate::bound::Tally;
use crate::bound::outward::Upper;
use crate::bound::swamping::{Levels, SWAMPED, Step, deviation};
use crate::detect::Value;
use crate::optimizer::{Observer, Quantity, States};
use crate::storage::levels::{BlockLevels, Chance, LowBit};
use crate::train::{Seeds, Watch};

/// A moment that is kept in few bits.
#[derive(Clone, Debug)]
pub struct Kept {
    low: LowBit,
    second: bool,
    beta: f64,
    tensors: Vec<Range<usize>>,
    of: String,
    levels: Option<Levels>,
    index: Tally,
    /// Codes and scales after the last step.
    known: Option<(Vec<u8>, Vec<f32>)>,
    fresh: Vec<f64>,
    gradient: Vec<f64>,
    /// Sums of `d` and `d^2`, and how many there are.
    sums: [f64; 2],
    count: f64,
    outside: u64,
    /// Sums of `(Q(x) - x)^2` and of the squares of the signal.
    noise: [f64; 2],
    frozen: [u64; 2],
}

impl Kept {
    /// Of the first or the second moment of a run, whose tensors those are that are kept so; `of` names the run.
    #[must_use]
    pub fn new(low: &LowBit, second: bool, beta: f64, tensors: Vec<Range<usize>>, of: &str) -> Kept {
        let nearest = low.rounding == Chance::Nearest && !low.book().is_empty();
        Kept {
            low: low.clone(),
            second,
            beta,
            tensors,
            of: of.into(),
            levels: nearest.then(|| Levels::low_bit(low)),
            index: Tally::new(&SWAMPED),
            known: None,
            fresh: Vec::new(),
            gradient: Vec::new(),
            sums: [0.0; 2],
            count: 0.0,
            outside: 0,
            noise: [0.0; 2],
            frozen: [0; 2],
        }
    }

    /// What became of the bounds that can be asked of such a storage.
    #[must_use]
    pub fn tallies(&self) -> Vec<Tally> {
        if self.levels.is_some() {
            return vec![self.index.clone()];
        }
        if !self.low.is_unbiased() {
            return Vec::new();
        }
        let [mut bias, mut variance] = [&BIAS, &VARIANCE].map(Tally::new);
        let at = || {
            format!("{}, {} stores between levels, {} beyond the last one", self.of, self.count, self.outside)
        };
        if self.count == 0.0 || self.sums.iter().any(|x| x.is_nan()) {
            [&mut bias, &mut variance].into_iter().for_each(|tally| tally.fail(0, at));
        } else {
            let room = Upper::of(0.5f64.powi(20));
            let [mean, square] = self.sums.map(|sum| sum / self.count);
            bias.observe(mean.abs(), (deviation(2.0, self.count) + room).get(), 1.0, at);
            let bound = Upper::of(0.25) + deviation(1.0, self.count) + room;
            variance.observe(square, bound.get(), 1.0, at);
        }
        vec![bias, variance]
    }

    /// The standard deviation that storing adds to the signal, over the signal's root mean square: `b / (1 - b) |Q(x) - x| / |z|`.
    #[must_use]
    pub fn added(&self) -> f64 {
        self.beta / (1.0 - self.beta) * (self.noise[0] / self.noise[1]).sqrt()
    }

    /// The share of stores that left a code as it was.
    #[must_use]
    pub fn frozen(&self) -> f64 {
        self.frozen[0] as f64 / (self.frozen[1] as f64).max(1.0)
    }

    fn block(&mut self, range: Range<usize>, stored: &[f64], codes: &mut [u8], scales: &mut [f32], t: u64) {
        let fresh: Vec<f32> = self.fresh[range.clone()].iter().map(|x| *x as f32).collect();
        let scale = self.low.scale(&fresh);
        let levels = self.low.levels_of(scale);
        let before = self
            .known
            .as_ref()
            .map(|(codes, scales)| (codes[range.start..range.end].to_vec(), scales[range.start]));
        for (i, (&x, &q)) in fresh.iter().zip(stored).enumerate() {
            let at = range.start + i;
            let code = levels.code_of(q as f32);
            let signal = if self.second { self.gradient[at].powi(2) } else { self.gradient[at] };
            (codes[at], scales[at]) = (code, scale.scale);
            self.noise[0] += (q - f64::from(x)).powi(2);
            self.noise[1] += signal * signal;
            self.chance(x, q, &levels);
            let Some((codes_before, scale_before)) = &before else { continue };
            self.frozen[0] += u64::from(codes_before[i] == code);
            self.frozen[1] += 1;
            if let Some(swamped) = &self.levels {
                let step = Step {
                    signal,
                    scales: [f64::from(*scale_before), f64::from(scale.scale)],
                    codes: [codes_before[i], code],
                };
                swamped.observe(&mut self.index, self.beta, &step, || {
                    format!("{}, step {t}, element {at}", self.of)
                });
            }
        }
    }

    fn chance(&mut self, x: f32, q: f64, levels: &BlockLevels) {
        let [below, above] = levels.around(x).map(f64::from);
        let wide = f64::from(x);
        if !(below < above && below <= wide && wide <= above) {
            self.outside += u64::from(!(below == wide && q == wide));
            return;
        }
        let d = (q - wide) / (above - below);
        self.sums[0] += d;
        self.sums[1] += d * d;
        self.count += 1.0;
    }
}

impl<N: Value> Observer<N> for Kept {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        if what == if self.second { Quantity::Second } else { Quantity::First } {
            self.fresh.resize(self.fresh.len().max(first + values.len()), 0.0);
            let to = &mut self.fresh[first..first + values.len()];
            to.iter_mut().zip(values).for_each(|(to, x)| *to = x.value());
        }
    }
}

impl<N: Value> Watch<N> for Kept {
    fn before(&mut self, _: &Seeds, _: &States<N>, gradient: &[N]) {
        self.gradient = gradient.iter().map(Value::value).collect();
    }

    fn after(&mut self, at: &Seeds, states: &States<N>) {
        let stored = if self.second { &states.second } else { &states.first };
        let stored: Vec<f64> = stored.iter().map(Value::value).collect();
        if self.fresh.len() < stored.len() {
            return;
        }
        let (mut codes, mut scales) = (vec![0; stored.len()], vec![0.0; stored.len()]);
        for tensor in self.tensors.clone() {
            for first in tensor.clone().step_by(self.low.block) {
                let range = first..(first + self.low.block).min(tensor.end);
                self.block(range.clone(), &stored[range], &mut codes, &mut scales, at.t);
            }
        }
        self.known = Some((codes, scales));
    }
}
