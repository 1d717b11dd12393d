//! No point of what is known is lost behind a rule.

use halfulp::noise;

use super::*;
use crate::layer::{Blind, Forward};
use crate::numerics::Fast;

const COLUMNS: usize = 6;

fn unit(seed: u64, k: u64) -> f64 {
    noise::word(seed, k) as f64 / 2f64.powi(63) - 1.0
}

/// A row, what is known of its error, and an error: at a corner of what is known or inside.
fn case(seed: u64) -> (Vec<f64>, Known, Vec<f64>) {
    let size = 2f64.powi((noise::word(seed, 99) % 12) as i32 - 9);
    let row = |of: u64, by: f64| (0..COLUMNS as u64).map(|k| by * unit(seed ^ of, k)).collect::<Vec<_>>();
    let (x, middle) = (row(1, 2.0), row(2, size));
    let radius: Vec<f64> = row(3, size).iter().map(|r| r.abs()).collect();
    // Every second case has a norm that cuts the corners off.
    let whole = norm(radius.iter().copied()) * if seed.is_multiple_of(2) { 1.0 } else { 0.4 };
    let known = Known::of(COLUMNS, middle.clone(), radius.clone(), vec![whole]);
    let mut off: Vec<f64> = row(4, 1.0)
        .iter()
        .zip(&radius)
        .map(|(x, r)| if seed.is_multiple_of(3) { x * r } else { r.copysign(*x) })
        .collect();
    let long = norm(off.iter().copied());
    if long > whole {
        off.iter_mut().for_each(|x| *x *= whole / long * (1.0 - 1e-12));
    }
    let e = middle.iter().zip(&off).map(|(d, x)| d + x).collect();
    (x, known, e)
}

/// How near the errors come to what is said of them: the largest quotient of distance and radius, and of the norms.
fn nearest(known: &Known, e: &[f64]) -> [f64; 2] {
    let off: Vec<f64> = e.iter().zip(&known.middle).map(|(e, d)| (e - d).abs()).collect();
    let over = |off: f64, radius: f64| if off == 0.0 { 0.0 } else { off / radius };
    let each = off.iter().zip(&known.radius).map(|(off, r)| over(*off, *r));
    [each.fold(0.0, f64::max), over(norm(off.iter().copied()), known.norm[0])]
}

/// In the worst case no signs are known: the same point has a middle of 0.
fn for_certificate(how: Certificate, known: &Known) -> Known {
    if how != Certificate::WorstCase {
        return known.clone();
    }
    let radius = known.middle.iter().zip(&known.radius).map(|(d, r)| up(d.abs() + r)).collect();
    let whole = up(norm(known.middle.iter().copied()) + known.norm[0]);
    Known::of(COLUMNS, vec![0.0; COLUMNS], radius, vec![whole])
}

#[test]
fn no_point_is_lost_in_a_square() {
    for how in Certificate::ALL {
        let mut closest = [0.0f64; 2];
        for seed in 0..20_000 {
            let (x, known, e) = case(seed);
            let found = relu_squared(how, &for_certificate(how, &known), &x);
            let f = |x: f64| x.max(0.0).powi(2);
            let after: Vec<f64> = x.iter().zip(&e).map(|(x, e)| f(*x) - f(x - e)).collect();
            let near = nearest(&found, &after);
            assert!(near[0] <= 1.0 && near[1] <= 1.0, "{how:?}, case {seed}: {near:?}");
            closest = [0, 1].map(|k| closest[k].max(near[k]));
        }
        // The rule is sharp somewhere.
        assert!(closest[0] > 0.99 && closest[1] > 0.5, "{how:?}: {closest:?}");
    }
}

#[test]
fn no_point_is_lost_in_a_norm() {
    let layer = Norm { first: 0, width: COLUMNS };
    let gains: Vec<f64> = (0..COLUMNS as u64).map(|k| 1.0 + 0.5 * unit(77, k)).collect();
    let f = |x: &[f64]| {
        let mut a = Fast::<f64>::default();
        let mut forward = Forward { a: &mut a, weights: &gains, tape: None, watch: &mut Blind };
        crate::layer::Layer::Norm(layer).forward(&mut forward, x.to_vec())
    };
    for how in Certificate::ALL {
        let mut closest = [0.0f64; 2];
        for seed in 0..20_000 {
            let (x, known, e) = case(seed);
            let found = normed(how, &layer, &gains, &for_certificate(how, &known), &x);
            let exact: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x - e).collect();
            let after: Vec<f64> = f(&x).iter().zip(f(&exact)).map(|(x, y)| x - y).collect();
            let near = nearest(&found, &after);
            assert!(near[0] <= 1.0 && near[1] <= 1.0, "{how:?}, case {seed}: {near:?}");
            closest = [0, 1].map(|k| closest[k].max(near[k]));
        }
        assert!(closest[0] > 0.5 && closest[1] > 0.5, "{how:?}: {closest:?}");
    }
}
