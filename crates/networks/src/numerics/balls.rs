//! Intervals: every number is known to lie within a radius of one of binary64, with all that was rounded in the radius.

use halfulp_lab::bound::ball::Ball;
use halfulp_lab::bound::outward::Upper;
use rug::Float;
use rug::float::Round;
use rug::ops::AssignRound;

use super::{Numerics, Operation, View};
use crate::quantizer::Quantizer;

/// The lab's balls, rounded outward. What exact arithmetic has for a network in the balls' middles lies in the balls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balls {
    /// Numbers for whose ball a quantizer's result is not decided: they are [`Ball::UNKNOWN`] from there on.
    pub undecided: u64,
}

/// The ends of a ball, outward.
fn ends(x: Ball) -> [f64; 2] {
    let (middle, radius) = (x.middle(), x.radius().get());
    match radius == 0.0 {
        true => [middle; 2],
        false => [(middle - radius).next_down(), (middle + radius).next_up()],
    }
}

/// The ball of all numbers between two.
fn between(low: f64, high: f64) -> Ball {
    let middle = low / 2.0 + high / 2.0;
    Ball::around(middle, Upper::distance(low, middle).max(Upper::distance(high, middle)))
}

/// `x y + z`. Of numbers without error whose product and sum are numbers of binary64 it has none: numbers of few bits, as quantized networks have them, often
/// lie on the boundaries of the next quantizer, and are decided only so.
fn mul_add(x: Ball, y: Ball, z: Ball) -> Ball {
    let [a, b, c] = [x, y, z].map(|x| x.middle());
    let product = a * b;
    let sum = product + c;
    // The error of a sum (Knuth): exact, as is that of a product that does not underflow.
    let part = sum - product;
    let error = (product - (sum - part)) + (c - part);
    let sure = [x, y, z].iter().all(|x| x.radius() == Upper::ZERO);
    let is_exact = sure && a.mul_add(b, -product) == 0.0 && error == 0.0;
    match is_exact && (product == 0.0 && (a == 0.0 || b == 0.0) || product.abs() > LEAST) {
        true => Ball::exact(sum),
        false if c == 0.0 && z.radius() == Upper::ZERO => x * y,
        false if a == 1.0 && x.radius() == Upper::ZERO => y + z,
        false => x.mul_add(y, z),
    }
}

/// The error of a product at least as large is a number of binary64.
const LEAST: f64 = 1e-290;

/// An exponential, rounded down or up.
fn exp(x: f64, round: Round) -> f64 {
    let mut to = Float::new(53);
    to.assign_round(Float::with_val(53, x).exp_ref(), round);
    to.to_f64_round(round)
}

impl Numerics for Balls {
    type Number = Ball;

    fn number(&self, x: f64) -> Ball {
        Ball::exact(x)
    }

    fn value(&self, x: &Ball) -> f64 {
        x.middle()
    }

    fn compute(&mut self, op: Operation, [a, b, c]: [&[Ball]; 3], to: &mut [Ball]) {
        for (k, to) in to.iter_mut().enumerate() {
            *to = match op {
                Operation::Add => mul_add(Ball::exact(1.0), a[k], b[k]),
                Operation::Sub => mul_add(Ball::exact(1.0), a[k], -b[k]),
                Operation::Mul => mul_add(a[k], b[k], Ball::ZERO),
                Operation::Div => a[k].over(b[k]),
                Operation::Sqrt => a[k].sqrt(),
                Operation::Fma => mul_add(a[k], b[k], c[k]),
            };
        }
    }

    fn product(&mut self, a: View<'_, Ball>, b: View<'_, Ball>, to: &mut [Ball]) {
        for (k, to) in to.iter_mut().enumerate() {
            let (i, j) = (k / b.width(), k % b.width());
            *to = (0..a.width()).fold(Ball::ZERO, |sum, k| mul_add(*a.at(i, k), *b.at(k, j), sum));
        }
    }

    fn exp(&mut self, x: &[Ball], to: &mut [Ball]) {
        for (to, x) in to.iter_mut().zip(x) {
            let [low, high] = ends(*x);
            *to = between(exp(low, Round::Down), exp(high, Round::Up));
        }
    }

    fn relu(&mut self, x: &[Ball], to: &mut [Ball]) {
        for (to, x) in to.iter_mut().zip(x) {
            let [low, high] = ends(*x);
            *to = match () {
                () if low >= 0.0 => *x,
                () if high <= 0.0 => Ball::ZERO,
                () => between(0.0, high),
            };
        }
    }

    /// Decided where a row of the least magnitudes and one of the largest have the same scales and are kept as the same numbers: what is between them is
    /// kept so, too.
    fn quantize(&mut self, quantizer: &dyn Quantizer, x: &mut [Ball], columns: usize) {
        let rows = [f64::min, f64::max].map(|choose| {
            let end = |x: &Ball| {
                let [low, high] = ends(*x);
                // A ball around 0 has nothing of the least magnitude but 0.
                let least = if low < 0.0 && high > 0.0 { 0.0 } else { low.abs().min(high.abs()) };
                choose(least, low.abs().max(high.abs())).copysign(x.middle())
            };
            let mut rows: Vec<f64> = x.iter().map(end).collect();
            let scales = quantizer.scales(&rows, columns);
            quantizer.quantize(&mut rows, columns);
            (rows, scales)
        });
        let [(least, low_scales), (most, high_scales)] = rows;
        let same_scales = low_scales == high_scales;
        for (x, (least, most)) in x.iter_mut().zip(least.into_iter().zip(most)) {
            let [low, high] = ends(*x);
            let same = (low >= 0.0 || high <= 0.0) && least == most || most == 0.0;
            *x = match same && same_scales {
                true => Ball::exact(most),
                false => {
                    self.undecided += 1;
                    Ball::UNKNOWN
                }
            };
        }
    }
}
