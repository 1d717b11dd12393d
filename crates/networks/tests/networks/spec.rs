//! A test for every clause of SPEC.md that is about networks, named after it. The other tests of this package go further.

use halfulp_lab::bound::Status;
use halfulp_lab::product::Accumulator;
use halfulp_networks::abc::{GAIN, IDENTITY, KEPT, Kept, LINEAR, PRODUCT, Ratios, Subject};
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
