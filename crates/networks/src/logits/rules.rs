//! What becomes of a distance in a norm, and in `max(x, 0)^2`.

use super::known::{Known, least};
use super::{Certificate, WIDE, norm, up};
use crate::layer::{EPSILON, Norm};

/// What a certificate has for the middle of `f(h) - f(h - d)`, and what it leaves to the radius.
fn middle(how: Certificate, exact: f64, linear: f64) -> (f64, f64) {
    match how {
        Certificate::WorstCase => (0.0, 0.0),
        Certificate::FirstOrder => (linear, (exact - linear).abs()),
        Certificate::Running => (exact, 0.0),
    }
}

/// Of `f(x) = max(x, 0)^2`, which is convex and does not decrease: around `p` it moves most to the right, by `f(p + r) - f(p)`, and at most `f'(p + r)` times as
/// far as `x` does.
pub(super) fn relu_squared(how: Certificate, e: &Known, given: &[f64]) -> Known {
    let (mut middles, mut radii, mut norms) = (Vec::new(), Vec::new(), Vec::new());
    for (row, given) in given.chunks(e.columns).enumerate() {
        let (middle_of, radius, known) = e.row(row);
        let (mut steepest, mut rest, mut moved) = (0.0f64, Vec::new(), Vec::new());
        for ((&x, &d), &radius) in given.iter().zip(middle_of).zip(radius) {
            let p = x - d;
            let rounded = WIDE * p.abs();
            let r = up(radius + rounded);
            let [at_x, at_p] = [x, p].map(|x| x.max(0.0));
            let exact = (at_x - at_p) * (at_x + at_p);
            let (middle, left) = middle(how, exact, 2.0 * at_x * d);
            let most = up((p + r).max(0.0));
            radii.push(up(if p > 0.0 { r * (2.0 * p + r) } else { most * most }));
            steepest = steepest.max(2.0 * most);
            rest.push(up(left + WIDE * (at_x * at_x + at_p * at_p + left.abs() + middle.abs())));
            moved.push(rounded);
            middles.push(middle);
        }
        let first = radii.len() - rest.len();
        radii[first..].iter_mut().zip(&rest).for_each(|(radius, rest)| *radius = up(*radius + rest));
        norms.push(up(steepest * up(known + norm(moved)) + norm(rest)));
    }
    Known::of(e.columns, middles, radii, norms)
}

/// A row of a norm without gains: its values and `n` times their mean square, with what is added to that.
struct Row {
    r: f64,
    size: f64,
}

impl Row {
    fn of(x: &[f64]) -> Row {
        let n = x.len() as f64;
        let mean = x.iter().map(|x| x * x).sum::<f64>() / n + EPSILON;
        Row { r: 1.0 / mean.sqrt(), size: n * mean }
    }
}

/// Of `f(x) = g x / sqrt(mean(x^2) + epsilon)`.
pub(super) fn normed(how: Certificate, layer: &Norm, weights: &[f64], e: &Known, given: &[f64]) -> Known {
    let gains = &weights[layer.first..layer.first + layer.width];
    let largest = gains.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    let (mut middles, mut radii, mut norms) = (Vec::new(), Vec::new(), Vec::new());
    for (row, given) in given.chunks(e.columns).enumerate() {
        let (d, radius, known) = e.row(row);
        let p: Vec<f64> = given.iter().zip(d).map(|(x, d)| x - d).collect();
        let known = up(known + WIDE * norm(p.iter().copied()));
        let radius: Vec<f64> =
            radius.iter().zip(&p).map(|(r, p)| least(up(r + WIDE * p.abs()), known)).collect();
        let (at_x, at_p) = (Row::of(given), Row::of(&p));
        let slope = given.iter().zip(d).map(|(x, d)| x * d).sum::<f64>() / at_x.size;
        let (each, whole) = spread(&p, &at_p, &radius, known);
        let mut rest = Vec::with_capacity(p.len());
        for (((&x, &d), &p), (&g, &each)) in given.iter().zip(d).zip(&p).zip(gains.iter().zip(&each)) {
            let [y, z] = [x * at_x.r, p * at_p.r].map(|x| x * g);
            let linear = g * at_x.r * (d - x * slope);
            let (middle, left) = middle(how, y - z, linear);
            let rounded = WIDE * (y.abs() + z.abs() + left + middle.abs());
            rest.push(up(left + rounded));
            middles.push(middle);
            radii.push(up(g.abs() * least(each, whole) + left + rounded));
        }
        norms.push(up(largest * whole + norm(rest)));
    }
    Known::of(e.columns, middles, radii, norms)
}

/// How far the row `x / sqrt(mean(x^2) + epsilon)` moves while `x` does from `p`: each number, and the norm. With `m (1 + s)` for the mean square, `|s| <= t`, it
/// moves by `r ((x - p) (1 + phi) + p phi)`, `phi = (1 + s)^(-1/2) - 1`; and, as `u / |u|` does from `v / |v|` by at most `2 |u - v| / (|u| + |v|)`, by at most
/// `2 sqrt(n) known / (2 |v| - known)`, and no more than twice `sqrt(n)`.
fn spread(p: &[f64], at_p: &Row, radius: &[f64], known: f64) -> (Vec<f64>, f64) {
    let along = p.iter().zip(radius).map(|(p, r)| p.abs() * r).sum::<f64>();
    let along = least(along, norm(p.iter().copied()) * known);
    let t = up(up(2.0 * along + known * known) / at_p.size * (1.0 + WIDE));
    let phi = if t < 1.0 { up(up(1.0 / (1.0 - t).sqrt()) - 1.0 + WIDE) } else { f64::INFINITY };
    let each = p.iter().zip(radius).map(|(p, r)| up(at_p.r * (r * (1.0 + phi) + p.abs() * phi)));
    let root = (p.len() as f64).sqrt();
    let apart = (2.0 * at_p.size.sqrt() * (1.0 - WIDE) - known) * (1.0 - WIDE);
    let whole = if apart > 0.0 { up(2.0 * root * known / apart) } else { f64::INFINITY };
    (each.collect(), least(whole, up(2.0 * root)))
}

#[cfg(test)]
mod tests;
