//! A test for every clause of SPEC.md that is about networks, named after it. The other tests of this package go further.

use halfulp_lab::bound::Status;
use halfulp_lab::product::Accumulator;
use halfulp_networks::abc::{GAIN, IDENTITY, KEPT, Kept, LINEAR, PRODUCT, Ratios, Subject};
use halfulp_networks::logits::chance::Chances;
use halfulp_networks::logits::{
    CHANCE, Certificate, Certified, Clean, FIRST_ORDER, LAYER, RUNNING, WORST_CASE,
};
use halfulp_networks::network::{Input, Residual};
use halfulp_networks::numerics::{Numerics, Rationals};
use halfulp_networks::quantizer::named;

/// By hand: the maps `f(h) = h` and `f^q(h) = 2 h` on `h = (1, 0)` and `h^q = (1, 1)`.
#[test]
fn b21_errors_are_propagated_or_created() {
    let mut n = Rationals;
    let row = |x: [f64; 2]| x.map(|x| Rationals.number(x));
    let rows = [[1.0, 0.0], [1.0, 1.0], [2.0, 0.0], [2.0, 2.0]].map(row);
    let [clean, clean_of_quantized, quantized_of_clean, quantized] = rows.each_ref().map(|x| &x[..]);
    let four = halfulp_networks::abc::Four { clean, clean_of_quantized, quantized_of_clean, quantized };
    let found = Ratios::of(&mut n, four);
    // a = ((0, 2) + (0, 1)) / 2 = (0, 3/2), b = ((1, 1) + (1, 0)) / 2 = (1, 1/2).
    let number = |x: f64| Rationals.number(x);
    assert_eq!(found, Ratios { r: number(5.0), a: number(2.25), b: number(1.25), c: number(1.5) });
    assert_eq!(found.defect(&mut n), number(0.0));
    let network = Residual { inputs: 4, width: 32, hidden: 32, blocks: 1, outputs: 3, norm: true }.network();
    let weights = network.start(1);
    let declared =
        Kept { quantizer: named("w4a4").expect("a quantizer"), accumulator: Accumulator::binary32() };
    let subject = Subject { network: &network, weights: &weights, declared, actual: Vec::new() };
    let rows: Vec<f64> = (0..8 * 4).map(|k| f64::from(k % 7) / 4.0 - 0.5).collect();
    let tracks = subject.tracks(Input::Rows(&rows), "b21");
    for statement in [&IDENTITY, &LINEAR, &GAIN] {
        assert_eq!(statement.clause, "B21");
        let tally = tracks.tallies.iter().find(|tally| tally.statement == statement).expect("a tally");
        assert_eq!(tally.status(), Status::Holds, "{tally:?}");
    }
}

/// The largest error of each format in its blocks: half the largest distance of neighbours, or what is beyond the largest number.
#[test]
fn b22_what_is_kept_is_within_half_a_distance() {
    for (name, x, kept, error) in [
        ("w4a4", [7.0, 2.5], [7.0, 2.0], 0.5),
        ("fp8", [448.0, 17.0], [448.0, 16.0], 1.0),
        ("mxfp4", [4.0, 5.0], [4.0, 4.0], 1.0),
        ("mxfp4", [7.5, 1.0], [6.0, 1.0], 1.5),
        ("e2m1-32", [12.0, 5.0], [12.0, 4.0], 1.0),
        ("mxfp8", [256.0, 17.0], [256.0, 16.0], 1.0),
        ("nvfp4", [2688.0, 2240.0], [2688.0, 1792.0], 448.0),
    ] {
        let quantizer = named(name).expect("a quantizer");
        let mut found = x;
        quantizer.quantize(&mut found, 2);
        assert_eq!(found, kept, "{name}");
        let errors = quantizer.errors(&x, 2);
        let each = x.iter().zip(kept).zip(errors).map(|((x, kept), bound)| ((x - kept).abs(), bound.get()));
        let (largest, bound) = each.fold((0.0, 0.0), |worst, one| if one.0 > worst.0 { one } else { worst });
        assert_eq!(largest, error, "{name}");
        assert!(bound >= error && bound <= 2.0 * error, "{name}: {bound}");
    }
    assert_eq!([KEPT.clause, PRODUCT.clause], ["B22"; 2]);
}

/// One block of one number: `h + d max(u h, 0)^2` with weights of 1 in MXFP4. 5 is kept as 4, 16 as itself: 21 in place of 30.
#[test]
fn b23_logits_stay_under_their_certificates() {
    let network = Residual { inputs: 1, width: 1, hidden: 1, blocks: 1, outputs: 1, norm: false }.network();
    let mut weights = vec![1.0; network.parameters()];
    for bias in network.linears().filter_map(|layer| layer.bias) {
        weights[bias] = 0.0;
    }
    let clean = Clean::of(&network, &weights, &[5.0]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(clean.logits(), [30.0]);
    let declared =
        Kept { quantizer: named("mxfp4").expect("a quantizer"), accumulator: Accumulator::binary32() };
    let subject = Subject { network: &network, weights: &weights, declared, actual: Vec::new() };
    let certified = Certified::of(&subject, &clean, "b23");
    assert_eq!(certified.quantized, [21.0]);
    let logits = certified.stages.last().expect("logits");
    let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-5, "{x}, not {y}");
    near(logits.measured[0], 9.0);
    // The quantizer may err by 1 of 5, and by 0.2 of the weight 1, which 4 is multiplied by: (4 + 1.8)^2 - 4^2 = 17.64. Then by 3.2 of 16, and by 0.2 of 1.
    near(logits.bounds[0][0], 17.64 + 3.2 + 0.2 * 16.0);
    // The derivative at 4 is 8: -8, and 1 of second order.
    near(logits.bounds[1][0], 9.0);
    near(logits.bounds[2][0], 9.0);
    for how in Certificate::ALL {
        assert_eq!(how.statement().clause, "B23");
    }
    assert!([&WORST_CASE, &FIRST_ORDER, &RUNNING, &LAYER].iter().all(|statement| statement.clause == "B23"));
}

/// The same by chance: 5 becomes 4 or 6, at a derivative of 10.
#[test]
fn b24_rounding_by_chance_stays_within_its_limit() {
    let network = Residual { inputs: 1, width: 1, hidden: 1, blocks: 1, outputs: 1, norm: false }.network();
    let mut weights = vec![1.0; network.parameters()];
    for bias in network.linears().filter_map(|layer| layer.bias) {
        weights[bias] = 0.0;
    }
    let chances = Chances::of(&network, &weights, &named("mxfp4").expect("a quantizer"), &[5.0]);
    let draws: Vec<_> = (0..64).map(|seed| chances.draw(seed)).collect();
    let low = draws.iter().filter(|draw| draw.logits == [21.0]).collect::<Vec<_>>();
    assert!((16..48).contains(&low.len()), "{}", low.len());
    for draw in low {
        assert_eq!((draw.first_order[0], draw.cut[0]), (-10.0, 0.0));
        // 5 has the span 2 and 1, a code of 4 at the scale 1/4, has 1/2: (10 1/2 4)^2 + (10 2)^2. 16 is the code 4 at the scale 4: (1/2 16)^2 + 8^2.
        assert_eq!((draw.squares[0], draw.spans[0]), (400.0 + 400.0 + 64.0 + 64.0, 20.0 + 20.0 + 8.0 + 8.0));
        // Expected, of which c is a thirty-second: the same with 5 for 4, and 25 for 16, which is cut to 24, with the span 8.
        let (v, c) =
            (928.0 / 4.0, (25.0f64.powi(2) + 20.0f64.powi(2) + 12.5f64.powi(2) + 8.0f64.powi(2)) / 32.0);
        for p in [0.05f64, 1e-9] {
            let limit = ((v + c) * (2.0 * (1.0 / p).ln() + (1.0f64 + v / c).ln())).sqrt() + 56.0 / 65536.0;
            assert!((chances.limit(draw, 0, p) / limit - 1.0).abs() < 1e-8, "{p}");
            assert!(draw.first_order[0].abs() < limit);
        }
    }
    assert_eq!(CHANCE.clause, "B24");
}
