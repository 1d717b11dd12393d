//! Statistics of a quantization, independent of the number of threads: each chunk is summed by itself, in eight lanes,
//! and chunks are added in order.

use std::array::from_fn;

use crate::coder::Codes;

/// Sums are made in this many lanes, element `i` in lane `i` modulo this.
const LANES: usize = 8;

/// Counts, errors and sums over the elements of a tensor.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The number of elements.
    pub count: u64,
    /// Elements out of the format's range.
    pub saturated: u64,
    /// Nonzero elements that became zero.
    pub flushed: u64,
    /// Elements that are NaN before or after.
    pub nan: u64,
    /// Elements that are NaN before.
    pub nan_before: u64,
    /// Elements that changed.
    pub inexact: u64,
    /// The largest absolute error.
    pub absolute: f64,
    /// The largest relative error.
    pub relative: f64,
    /// The sum of squares of the elements.
    pub signal: f64,
    /// The sum of squares of the errors.
    pub noise: f64,
    /// The number of distinct finite codes that occur, set once all elements are counted.
    pub codes_used: u64,
    /// The number of occurrences of each code.
    pub codes: Vec<u64>,
    /// The number of occurrences of each binary64 exponent field in the elements divided by the scale, if counted.
    pub exponents: Vec<u64>,
    /// The sum of relative errors of the numbers of each such exponent field, in units of [`UNIT`]; an error of more than 1 counts as
    /// 1, and so does that of a number which became infinite or a NaN.
    pub errors: Vec<u64>,
}

/// The unit of [`Tally::errors`]: whole numbers, whose sum does not depend on the order.
pub const UNIT: f64 = 1.0 / (1 << 28) as f64;

/// Numbers before, over the scale, and after, with the codes that were chosen.
pub struct Block<'a> {
    /// The numbers.
    pub numbers: &'a [f64],
    /// The numbers over the scale.
    pub quotients: &'a [f64],
    /// The values that those became.
    pub values: &'a [f64],
    /// Their codes.
    pub codes: &'a Codes,
    /// The scale.
    pub scale: f64,
}

/// A tally of one chunk in the making: all but how often codes and exponents occur.
#[derive(Default)]
pub struct Counter {
    tally: Tally,
    absolute: [f64; LANES],
    relative: [f64; LANES],
    signal: [f64; LANES],
    noise: [f64; LANES],
}

impl Counter {
    /// Counts a block, and so many elements of it that were out of range.
    pub fn add(&mut self, block: &Block<'_>, saturated: u64) {
        self.tally.count += block.numbers.len() as u64;
        self.tally.saturated += saturated;
        self.count(block);
        let [numbers, quotients, values] =
            [block.numbers, block.quotients, block.values].map(<[f64]>::as_chunks);
        for ((x, y), v) in numbers.0.iter().zip(quotients.0).zip(values.0) {
            self.add_lanes(x, y, v, block.scale);
        }
        // Zeros change no maximum and no sum.
        let rest = |rest: &[f64]| from_fn(|i| rest.get(i).copied().unwrap_or(0.0));
        self.add_lanes(&rest(numbers.1), &rest(quotients.1), &rest(values.1), block.scale);
    }

    fn count(&mut self, block: &Block<'_>) {
        let count = |which: fn(f64, f64) -> bool| {
            let pairs = block.quotients.iter().zip(block.values);
            pairs.map(|(&y, &v)| u64::from(which(y, v))).sum::<u64>()
        };
        let tally = &mut self.tally;
        tally.flushed += count(|y, v| (v == 0.0) & (y.abs() > 0.0));
        let nan = count(|y, v| y.is_nan() | v.is_nan());
        if nan > 0 {
            tally.nan += nan;
            tally.nan_before += count(|y, _| y.is_nan());
        }
        tally.inexact += count(|y, v| (v != y) & !y.is_nan());
    }

    #[inline(always)]
    fn add_lanes(&mut self, x: &[f64; LANES], y: &[f64; LANES], v: &[f64; LANES], scale: f64) {
        // Step by step, without branches, so that lanes are computed side by side.
        let counts: [bool; LANES] = from_fn(|i| (y[i].abs() < f64::INFINITY) & (v[i].abs() < f64::INFINITY));
        // As `scale::times` has it, without a branch.
        let product = |v: f64| (v * scale).clamp(-f64::MAX, f64::MAX);
        let number: [f64; LANES] = from_fn(|i| keep(x[i].abs(), counts[i]));
        let error: [f64; LANES] = from_fn(|i| keep((product(v[i]) - x[i]).abs(), counts[i]));
        // Of a zero there is no relative error: any number over infinity is zero.
        let divisor: [f64; LANES] = from_fn(|i| if number[i] == 0.0 { f64::INFINITY } else { number[i] });
        let relative: [f64; LANES] = from_fn(|i| error[i] / divisor[i]);
        for i in 0..LANES {
            self.absolute[i] = greater(error[i], self.absolute[i]);
            self.relative[i] = greater(relative[i], self.relative[i]);
            self.signal[i] += number[i] * number[i];
            self.noise[i] += error[i] * error[i];
        }
    }

    /// The chunk's tally.
    pub fn finish(self) -> Tally {
        let max = |lanes: [f64; LANES]| lanes.into_iter().fold(0.0, f64::max);
        Tally {
            absolute: max(self.absolute),
            relative: max(self.relative),
            signal: self.signal.iter().sum(),
            noise: self.noise.iter().sum(),
            ..self.tally
        }
    }
}

/// The number or zero.
#[inline(always)]
fn keep(x: f64, which: bool) -> f64 {
    f64::from_bits(x.to_bits() & u64::from(which).wrapping_neg())
}

/// The greater of two numbers; the second if the first is a NaN.
#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The largest magnitude of the finite ones among numbers; zero without any.
pub fn largest(numbers: &[f64]) -> f64 {
    let finite = |x: f64| keep(x.abs(), x.abs() < f64::INFINITY);
    let (lanes, rest) = numbers.as_chunks::<LANES>();
    let mut largest = [0.0; LANES];
    for lanes in lanes {
        largest = from_fn(|i| greater(finite(lanes[i]), largest[i]));
    }
    rest.iter().map(|x| finite(*x)).chain(largest).fold(0.0, f64::max)
}

impl Tally {
    /// Adds what comes next.
    pub(crate) fn add(&mut self, next: &Tally) {
        self.count += next.count;
        self.saturated += next.saturated;
        self.flushed += next.flushed;
        self.nan += next.nan;
        self.nan_before += next.nan_before;
        self.inexact += next.inexact;
        self.absolute = self.absolute.max(next.absolute);
        self.relative = self.relative.max(next.relative);
        self.signal += next.signal;
        self.noise += next.noise;
        add_counts(&mut self.codes, &next.codes);
        add_counts(&mut self.exponents, &next.exponents);
        add_counts(&mut self.errors, &next.errors);
    }

    /// Adds how often codes and exponents occur, whose order does not matter, and gives back the rest, which is small.
    pub(crate) fn take_codes(&mut self, next: Tally) -> Tally {
        add_counts(&mut self.codes, &next.codes);
        add_counts(&mut self.exponents, &next.exponents);
        add_counts(&mut self.errors, &next.errors);
        Tally { codes: Vec::new(), exponents: Vec::new(), errors: Vec::new(), ..next }
    }

    /// Counts which of the finite codes occur, whose values are these.
    pub(crate) fn count_codes(&mut self, values: &[f64]) {
        let used = values.iter().zip(&self.codes).filter(|(value, n)| value.is_finite() && **n > 0);
        self.codes_used = used.count() as u64;
    }

    /// The signal-to-noise ratio in decibels: infinite without error; `None` if it is undefined, because there is no
    /// signal or a sum of squares overflows or underflows binary64.
    pub fn decibels(&self) -> Option<f64> {
        if self.noise == 0.0 && self.absolute > 0.0 {
            return None;
        }
        let ratio = 10.0 * (self.signal / self.noise).log10();
        (self.signal > 0.0 && self.signal.is_finite() && self.noise.is_finite() && !ratio.is_nan())
            .then_some(ratio)
    }
}

impl Tally {
    /// The mean relative error of the numbers over the scale, by binade: the exponent `e` of those in `[2^e, 2^(e + 1))`, and the mean,
    /// 0 to 1, of errors that count as 1 where they are larger. Only where exponents were counted, of binades that occur, from 2^-1022 on.
    pub fn mean_errors(&self) -> impl Iterator<Item = (i32, f64)> {
        // Field 0 has the zeros (and what is below any format here), the last one infinities and NaNs.
        let fields = (-1023..).zip(self.exponents.iter().zip(&self.errors));
        let finite = fields.filter(|&(e, (n, _))| *n > 0 && (-1022..1024).contains(&e));
        finite.map(|(e, (n, sum))| (e, *sum as f64 * UNIT / *n as f64))
    }
}

fn add_counts(sums: &mut Vec<u64>, next: &[u64]) {
    sums.resize(sums.len().max(next.len()), 0);
    for (sum, next) in sums.iter_mut().zip(next) {
        *sum = sum.saturating_add(*next);
    }
}
