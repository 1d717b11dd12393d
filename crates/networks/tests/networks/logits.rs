//! Certificates of logits: what is measured stays under them, and a fault of a layer leaves its layer's.

use std::fmt;
use std::sync::Arc;

use halfulp::Rounding;
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::product::Accumulator;
use halfulp_networks::abc::{Kept, Subject};
use halfulp_networks::layer::Blind;
use halfulp_networks::logits::{Certificate, Certified, Clean, StageErrors};
use halfulp_networks::network::{Input, Network, Residual, Transformer};
use halfulp_networks::numerics::{Numerics, Rationals};
use halfulp_networks::quantizer::{Elements, NAMES, Quantizer, named};
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

use super::faulty::{Fault, Faulty};

const SIZES: [f64; 3] = [0.03125, 0.25, 1.0];
const LAYERS: [&str; 4] = ["block 1, up", "block 1, down", "block 2, up", "block 2, down"];

/// A network whose neighbouring blocks have scales of their own, so that a shift of them changes something, and rows of it.
pub struct Case {
    pub network: Network,
    pub weights: Vec<f64>,
    pub rows: Vec<f64>,
}

impl Case {
    pub fn new() -> Case {
        let network =
            Residual { inputs: 6, width: 64, hidden: 96, blocks: 2, outputs: 4, norm: true }.network();
        let mut weights = network.start(5);
        for layer in network.linears().filter(|layer| layer.inner) {
            let blocks = weights[layer.range()].chunks_mut(32);
            blocks.enumerate().for_each(|(k, block)| block.iter_mut().for_each(|w| *w *= SIZES[k % 3]));
        }
        let rows = network.start(77)[..6 * 16].to_vec();
        Case { network, weights, rows }
    }

    fn clean(&self) -> Clean {
        Clean::of(&self.network, &self.weights, &self.rows).unwrap_or_else(|e| panic!("{e}"))
    }

    fn certified(&self, clean: &Clean, declared: &Kept, fault: Option<(usize, Kept)>) -> Certified {
        let subject = Subject {
            network: &self.network,
            weights: &self.weights,
            declared: declared.clone(),
            actual: fault.into_iter().collect(),
        };
        Certified::of(&subject, clean, "test")
    }
}

fn kept(name: &str) -> Kept {
    Kept { quantizer: named(name).expect("a quantizer"), accumulator: Accumulator::binary32() }
}

fn tally(certified: &Certified, how: Certificate) -> &Tally {
    certified.tallies.iter().find(|tally| tally.statement == how.statement()).expect("a tally")
}

fn index(how: Certificate) -> usize {
    Certificate::ALL.iter().position(|one| *one == how).expect("a certificate")
}

fn worst(stage: &StageErrors, how: Certificate) -> f64 {
    let rows = stage.measured.iter().zip(&stage.bounds[index(how)]);
    // A NaN is no bound.
    rows.map(|(measured, bound)| measured / bound).fold(0.0, |x, y| if y.is_nan() { y } else { x.max(y) })
}

#[test]
fn errors_stay_under_every_certificate_behind_every_stage() {
    let case = Case::new();
    let clean = case.clean();
    for name in NAMES {
        let certified = case.certified(&clean, &kept(name), None);
        assert_eq!(certified.faulty().count(), 0, "{name}");
        assert_eq!(certified.stages.len(), 4);
        for stage in &certified.stages {
            for how in Certificate::ALL {
                assert!(worst(stage, how) <= 1.0, "{name}, {}: {how:?}", stage.name);
            }
        }
        let logits = certified.stages.last().expect("logits");
        assert!(logits.measured.iter().all(|x| *x > 1e-4), "{name}");
        // What accumulators in binary32 may round is all that the running one does not know.
        assert!(worst(logits, Certificate::Running) > 0.9, "{name}: {}", worst(logits, Certificate::Running));
        assert_eq!(tally(&certified, Certificate::Running).status(), Status::Holds, "{name}");
        let names: Vec<&str> = certified.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(names, LAYERS);
        assert!(certified.layers.iter().all(|layer| layer.tally.status() == Status::Holds), "{name}");
        // The more is known, the more is proved.
        assert!(certified.proved.is_sorted() && certified.proved[2] > 8, "{name}: {:?}", certified.proved);
    }
}

#[test]
fn a_fault_in_one_layer_is_caught_and_that_layer_alone_is_named() {
    let case = Case::new();
    let clean = case.clean();
    // The layer at the entrance has the number 0.
    for (index, layer) in (1..).zip(LAYERS) {
        for name in NAMES {
            let declared = kept(name);
            for fault in [Fault::Scaled(1), Fault::Scaled(-1), Fault::Scaled(3), Fault::Shifted] {
                let quantizer = Arc::new(Faulty { inner: declared.quantizer.clone(), fault });
                let actual = Kept { quantizer, ..declared.clone() };
                let certified = case.certified(&clean, &declared, Some((index, actual)));
                let faulty: Vec<&str> = certified.faulty().collect();
                assert_eq!(faulty, [layer], "{name}: {fault:?}");
                let tally = tally(&certified, Certificate::Running);
                assert_eq!(tally.status(), Status::Violated, "{name}: {fault:?} of {layer}: {tally:?}");
            }
            // A unit that cuts after 13 bits, as for FP8 on some GPUs, and sums of bfloat16 toward zero.
            let toward_zero = halfulp::Policy::IEEE.rounding(Rounding::TowardZero);
            let short = Accumulator::new(halfulp::Format::BFLOAT16, toward_zero).expect("an accumulator");
            for accumulator in [Accumulator::binary32().aligned(32, 13), short] {
                let what = accumulator.to_string();
                let actual = Kept { accumulator, ..declared.clone() };
                let certified = case.certified(&clean, &declared, Some((index, actual.clone())));
                let faulty: Vec<&str> = certified.faulty().collect();
                assert_eq!(faulty, [layer], "{name}: {what}");
                // Where that is declared it is no fault.
                let certified = case.certified(&clean, &actual, None);
                assert_eq!(certified.faulty().count(), 0, "{name}: {what}");
                for how in Certificate::ALL {
                    assert_ne!(tally(&certified, how).status(), Status::Violated, "{name}: {what}: {how:?}");
                }
            }
        }
    }
}

/// Numbers that are none are no errors of 0, also where a square makes 0 of them.
#[test]
fn a_layer_that_makes_what_is_no_number_is_named() {
    let case = Case::new();
    let clean = case.clean();
    let declared = kept("fp8");
    let quantizer = Arc::new(Faulty { inner: declared.quantizer.clone(), fault: Fault::Scaled(2000) });
    for (index, layer) in (1..).zip(LAYERS) {
        let actual = Kept { quantizer: quantizer.clone(), ..declared.clone() };
        let certified = case.certified(&clean, &declared, Some((index, actual)));
        assert_eq!(certified.faulty().collect::<Vec<_>>(), [layer]);
        for how in Certificate::ALL {
            assert_eq!(tally(&certified, how).status(), Status::HypothesisFailed, "{layer}: {how:?}");
        }
        assert_eq!(certified.proved, [0; 3]);
    }
}

/// binary16, without scales.
#[derive(Debug)]
struct Half(Elements);

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("binary16")
    }
}

impl Quantizer for Half {
    fn elements(&self) -> &Elements {
        &self.0
    }

    fn block(&self, columns: usize) -> usize {
        columns
    }

    fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
        vec![1.0; x.len() / columns]
    }

    fn bits(&self, _: usize) -> f64 {
        16.0
    }
}

/// Of 8 bits and fewer the worst case says nothing; of 11 bits of precision it does.
#[test]
fn the_worst_case_informs_where_errors_are_small() {
    let case = Case::new();
    let clean = case.clean();
    let quantizer = Arc::new(Half(Elements::of(halfulp::Format::BINARY16)));
    let declared = Kept { quantizer, accumulator: Accumulator::binary32() };
    let certified = case.certified(&clean, &declared, None);
    for how in Certificate::ALL {
        assert_eq!(tally(&certified, how).status(), Status::Holds, "{how:?}");
    }
    let [worst, first, running] =
        Certificate::ALL.map(|how| tally(&certified, how).ratio().expect("a ratio"));
    assert!(worst < first && first < running, "{worst} {first} {running}");
    let coarse = case.certified(&clean, &kept("fp8"), None);
    assert_eq!(tally(&coarse, Certificate::WorstCase).status(), Status::Vacuous);
}

/// Without norms everything is rational.
#[test]
fn what_is_measured_is_the_error_in_rationals() {
    let network = Residual { inputs: 3, width: 4, hidden: 5, blocks: 2, outputs: 3, norm: false }.network();
    let few = |x: f64| (x * 64.0).round() / 64.0;
    let weights: Vec<f64> = network.start(3).into_iter().map(few).collect();
    let rows: Vec<f64> = (0..12).map(|k| few((f64::from(k) * 1.3).sin())).collect();
    let clean = Clean::of(&network, &weights, &rows).unwrap_or_else(|e| panic!("{e}"));
    let rational: Vec<BigRational> = weights.iter().map(|&w| Rationals.number(w)).collect();
    let exact = network.logits(&mut Rationals, &rational, Input::Rows(&rows), &mut Blind);
    for name in NAMES {
        let subject =
            Subject { network: &network, weights: &weights, declared: kept(name), actual: Vec::new() };
        let certified = Certified::of(&subject, &clean, "test");
        let logits = certified.stages.last().expect("logits");
        let pairs = certified.quantized.iter().zip(&exact);
        let errors: Vec<f64> = pairs
            .map(|(x, exact)| (Rationals.number(*x) - exact).abs().to_f64().expect("a number"))
            .collect();
        for (row, errors) in errors.chunks(3).enumerate() {
            let error = errors.iter().map(|e| e * e).sum::<f64>().sqrt();
            let measured = logits.measured[row];
            assert!(measured <= error && error - measured < 1e-9, "{name}, row {row}: {measured} {error}");
            assert!(logits.bounds.iter().all(|bounds| bounds[row] >= error), "{name}, row {row}");
        }
    }
}

#[test]
fn attention_has_no_certificates() {
    let shape = Transformer { tokens: 9, length: 6, width: 32, hidden: 32, heads: 2, blocks: 2 };
    let network = shape.network();
    let error = Clean::of(&network, &network.start(0), &[0.0; 6]).map(|_| ()).expect_err("attention");
    assert!(error.contains("attention"), "{error}");
}
