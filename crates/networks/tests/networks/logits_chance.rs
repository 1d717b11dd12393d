//! Rounding by chance: within its limits, and faults that are not.

use halfulp::Rounding;
use halfulp_networks::layer::Blind;
use halfulp_networks::logits::chance::{Chances, Draw};
use halfulp_networks::network::Input;
use halfulp_networks::numerics::Fast;
use halfulp_networks::quantizer::{ByChance, NAMES, named};

use super::logits::Case;

/// In how large a part of all places the limit with each probability is exceeded: draw by draw, and by the sum of all draws.
fn exceeded<const N: usize>(chances: &Chances<'_>, probabilities: [f64; N]) -> [[f64; 2]; N] {
    let draws: Vec<Draw> = (0..48).map(|seed| chances.draw(seed)).collect();
    let mut sum = draws[0].clone();
    draws[1..].iter().for_each(|draw| sum.add(draw));
    let share = |draws: &[Draw], p: f64| {
        let over = |draw: &Draw| {
            let all = draw.first_order.iter().enumerate();
            all.filter(|(at, m)| m.abs() > chances.limit(draw, *at, p)).count() as f64
        };
        draws.iter().map(over).sum::<f64>() / (draws.len() * sum.spans.len()) as f64
    };
    probabilities.map(|p| [share(&draws, p), share(std::slice::from_ref(&sum), p)])
}

#[test]
fn chance_keeps_within_its_limits_and_roundings_with_a_bias_do_not() {
    let case = Case::new();
    for name in NAMES {
        let quantizer = named(name).expect("a quantizer");
        let chances = Chances::of(&case.network, &case.weights, &quantizer, &case.rows);
        let probabilities = [0.5, 0.05, 1e-9];
        for (p, shares) in probabilities.into_iter().zip(exceeded(&chances, probabilities)) {
            assert!(shares.iter().all(|share| *share <= p), "{name}: {p}: {shares:?}");
        }
        // It is no empty limit: a quarter of it is exceeded often.
        let draw = chances.draw(1);
        let over = |(at, m): (usize, &f64)| m.abs() > chances.limit(&draw, at, 0.05) / 4.0;
        let quarter = draw.first_order.iter().enumerate().filter(|place| over(*place)).count();
        assert!(quarter > 8, "{name}: {quarter}");
        for rounding in [Rounding::TowardZero, Rounding::TowardNegative, Rounding::TowardPositive] {
            let faulty = chances.clone().rounding(ByChance::rounding(quantizer.clone(), rounding));
            let [[_, all], [_, never]] = exceeded(&faulty, [0.05, 1e-9]);
            assert!(all > 0.5 && never > 0.1, "{name}: {rounding:?}: {all} {never}");
        }
    }
}

/// The mean of `M^2` is the sum of the squared spans times `f (1 - f)`, `f` being where each number lies between its neighbours: a sixth of the spans' where
/// these lie anywhere, and less where many are kept as they are, as zeros are. A `V` without its weights, or without its activations, would be too small for that.
#[test]
fn squares_are_a_sixth_of_the_squared_spans() {
    let case = Case::new();
    let part = |name: &str, weights: &[f64]| {
        let chances = Chances::of(&case.network, weights, &named(name).expect("a quantizer"), &case.rows);
        let draws = (0..64).map(|seed| chances.draw(seed));
        let sums = draws.map(|draw| {
            [draw.first_order.iter().map(|m| m * m).sum::<f64>(), draw.squares.iter().sum::<f64>()]
        });
        let [squares, spans] = sums.fold([0.0; 2], |[a, b], [x, y]| [a + x, b + y]);
        squares / spans
    };
    // Of 4 bits too many numbers are kept as they are.
    for name in ["fp8", "mxfp8"] {
        let both = part(name, &case.weights);
        let mut kept = case.weights.clone();
        for layer in case.network.linears().filter(|layer| layer.inner) {
            named(name).expect("a quantizer").quantize(&mut kept[layer.range()], layer.shape[0]);
        }
        // Weights that are kept as they are add nothing to the squares.
        let activations = part(name, &kept);
        println!("{name} {both} {activations}");
        assert!((0.12..0.17).contains(&both), "{name}: {both}");
        assert!((0.3..0.7).contains(&(activations / both)), "{name}: {activations} of {both}");
    }
}

/// `M` is the error but for what is of second order: which is smaller by as much as the errors are.
#[test]
fn the_first_order_is_what_is_left_of_small_errors() {
    let case = Case::new();
    let exact =
        case.network.logits(&mut Fast::<f64>::default(), &case.weights, Input::Rows(&case.rows), &mut Blind);
    let part = |name: &str| {
        let quantizer = named(name).expect("a quantizer");
        let chances = Chances::of(&case.network, &case.weights, &quantizer, &case.rows);
        let (mut error, mut rest) = (0.0, 0.0);
        for seed in 0..8 {
            let draw = chances.draw(seed);
            let first = draw.first_order.iter().zip(&draw.cut).map(|(m, cut)| m + cut);
            for ((y, exact), first) in draw.logits.iter().zip(&exact).zip(first) {
                error += (y - exact).powi(2);
                rest += (y - exact - first).powi(2);
            }
        }
        ((rest / error).sqrt(), error)
    };
    let (fine, fine_error) = part("fp8");
    assert!(fine < 0.1, "{fine}");
    // Of MXFP numbers beyond the largest are cut off. Second order: the part grows as the error does.
    for name in ["e2m1-32", "mxfp8", "mxfp4"] {
        let (coarse, coarse_error) = part(name);
        let growth = coarse / fine / (coarse_error / fine_error).sqrt();
        assert!((0.3..3.0).contains(&growth), "{name}: {fine} {coarse} {growth}");
    }
}
