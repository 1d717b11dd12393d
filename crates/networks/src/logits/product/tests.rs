//! What a linear layer makes of errors, where all of them are the largest and of one sign.

use halfulp_lab::product::Accumulator;

use super::*;
use crate::quantizer::named;

const COLUMNS: usize = 32;
/// What errors of the row that is given are, around their middle.
const OFF: f64 = 0.375;

/// Odd integers and a half, which go to even: up by a half. One number is 7, so that the scale is 1.
fn halves(largest: usize) -> Vec<f64> {
    (0..COLUMNS).map(|k| if k == largest { 7.0 } else { 1.5 + 2.0 * (k % 3) as f64 }).collect()
}

fn layer() -> Linear {
    Linear { index: 0, name: "x".into(), first: 0, shape: [COLUMNS, 2], bias: None, inner: true }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// The error behind the layer, and what is known of it: of a row whose numbers are off by `middle + sign * OFF`.
fn carried(how: Certificate, middle: f64, sign: f64) -> ([f64; 2], Known) {
    // The second row has weights of both signs.
    let mut weights = halves(0);
    weights.extend(halves(0).iter().enumerate().map(|(k, w)| if k % 2 == 0 { *w } else { -w }));
    let kept = Kept { quantizer: named("w4a4").expect("a quantizer"), accumulator: Accumulator::binary32() };
    let (layer, given) = (layer(), halves(1));
    let declared = Declared::of(&layer, &weights, &kept);
    let product = declared.product(&given);
    let known = Known::of(COLUMNS, vec![middle; COLUMNS], vec![OFF; COLUMNS], vec![f64::INFINITY]);
    let exact: Vec<f64> = given.iter().map(|x| x - (middle + sign * OFF)).collect();
    let (mut narrow, mut rows) = (given.clone(), weights.clone());
    kept.quantizer.quantize(&mut narrow, COLUMNS);
    kept.quantizer.quantize(&mut rows, COLUMNS);
    // Small multiples of an eighth: exact.
    let error = |row: usize| {
        let of = row * COLUMNS..(row + 1) * COLUMNS;
        dot(&rows[of.clone()], &narrow) - dot(&weights[of], &exact)
    };
    ([error(0), error(1)], declared.carry(how, &known, &given, &product))
}

/// How much of what is said is reached: by the results one by one, and in the norm.
fn reached([first, second]: [f64; 2], known: &Known) -> [f64; 3] {
    let off = [first - known.middle[0], second - known.middle[1]];
    [off[0].abs() / known.radius[0], off[1].abs() / known.radius[1], off[0].hypot(off[1]) / known.norm[0]]
}

/// Errors of weights, of what is multiplied, and those from before count each in full, and none twice: without any of them the first result would be outside.
#[test]
fn no_error_is_outside_and_all_of_one_sign_come_near() {
    for how in Certificate::ALL {
        for middle in [0.0, 0.5, -1.25] {
            // By magnitudes alone nothing is known of a middle.
            if how == Certificate::WorstCase && middle != 0.0 {
                continue;
            }
            let mut most: f64 = 0.0;
            for sign in [1.0, -1.0] {
                let (errors, known) = carried(how, middle, sign);
                let reached = reached(errors, &known);
                assert!(reached.iter().all(|part| *part <= 1.0), "{how:?} {middle} {sign}: {reached:?}");
                most = most.max(reached[0]);
            }
            assert!(most > 0.95, "{how:?} {middle}: {most}");
        }
    }
}
