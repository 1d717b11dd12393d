//! The decomposition: exact where it is an identity, and faults of layers that the bounds find and name.

use std::fmt;
use std::sync::Arc;

use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::product::Accumulator;
use halfulp_networks::abc::{self, Kept, Subject, Tracks};
use halfulp_networks::network::{Input, Network, Residual, Transformer};
use halfulp_networks::quantizer::{Elements, NAMES, Quantizer, named};

use super::faulty::{Fault, Faulty};

#[test]
fn the_identity_holds_exactly_in_rationals_and_to_within_intervals() {
    for name in NAMES {
        let quantizer = named(name).expect("a quantizer");
        let rational = abc::rationals(&*quantizer, 3);
        assert_eq!(rational.status(), Status::Holds, "{name}: {rational:?}");
        assert!(rational.counts().places() == 20 && rational.ratio() == Some(0.0), "{name}: {rational:?}");
        let balls = abc::balls(&*quantizer, 3);
        assert_eq!(balls.status(), Status::Holds, "{name}: {balls:?}");
        // Nothing is kept in fewer bits in the first stage.
        assert_eq!(balls.counts().places(), 16);
    }
}

fn network() -> Network {
    Residual { inputs: 6, width: 64, hidden: 96, blocks: 2, outputs: 4, norm: true }.network()
}

fn rows(network: &Network) -> Vec<f64> {
    network.start(77)[..6 * 16].to_vec()
}

fn kept(name: &str) -> Kept {
    Kept { quantizer: named(name).expect("a quantizer"), accumulator: Accumulator::binary32() }
}

const SIZES: [f64; 3] = [0.03125, 0.25, 1.0];

/// Both tracks, with what one layer does in place of what is declared.
fn tracks(declared: &Kept, fault: Option<(usize, Kept)>) -> Tracks {
    let network = network();
    let (mut weights, rows) = (network.start(5), rows(&network));
    // Neighbouring blocks have scales of their own, so that a shift of them changes something.
    for layer in network.linears().filter(|layer| layer.inner) {
        let blocks = weights[layer.range()].chunks_mut(32);
        blocks.enumerate().for_each(|(k, block)| block.iter_mut().for_each(|w| *w *= SIZES[k % 3]));
    }
    let actual = fault.into_iter().collect();
    let subject = Subject { network: &network, weights: &weights, declared: declared.clone(), actual };
    subject.tracks(Input::Rows(&rows), "test")
}

fn tally<'t>(tracks: &'t Tracks, name: &str) -> &'t Tally {
    tracks.tallies.iter().find(|tally| tally.statement.name == name).expect("a tally")
}

const BOUNDS: [&str; 5] = ["abc.identity", "abc.linear", "abc.gain", "network.kept", "network.product"];

#[test]
fn what_is_declared_holds_of_every_layer() {
    for name in NAMES {
        let tracks = tracks(&kept(name), None);
        for bound in BOUNDS {
            let tally = tally(&tracks, bound);
            assert_eq!(tally.status(), Status::Holds, "{name}: {tally:?}");
        }
        // Inputs and outputs are in full.
        assert_eq!(tracks.layers.len(), 4);
        assert_eq!(tracks.stages.len(), 4);
        assert_eq!((tracks.stages[0].ratios.r, tracks.stages[0].gain), (0.0, None));
        for layer in &tracks.layers {
            let product = layer.spectral * layer.alignment;
            // What products in binary32 round is all that is between them.
            assert!(
                (layer.gain / product - 1.0).abs() < 1e-3,
                "{name}, {}: {} {product}",
                layer.name,
                layer.gain
            );
        }
        for stage in &tracks.stages[1..] {
            let r = &stage.ratios;
            assert!((r.a + r.b + r.c - r.r).abs() <= 1e-12 * r.r && r.r > 0.0, "{name} {r:?}");
            assert_eq!(r.b > 0.0, stage.name != "output", "{name} {r:?}");
        }
    }
}

#[test]
fn transformers_have_tracks_too() {
    let shape = Transformer { tokens: 9, length: 6, width: 32, hidden: 32, heads: 2, blocks: 2 };
    let network = shape.network();
    let weights: Vec<f64> = network.start(3).iter().map(|w| w * 1.5).collect();
    let tokens = [3, 1, 8, 0, 2, 2, 5, 4, 7, 6, 1, 0];
    let subject =
        Subject { network: &network, weights: &weights, declared: kept("nvfp4"), actual: Vec::new() };
    let tracks = subject.tracks(Input::Tokens(&tokens), "test");
    for bound in BOUNDS {
        assert_eq!(tally(&tracks, bound).status(), Status::Holds, "{:?}", tally(&tracks, bound));
    }
    assert_eq!((tracks.layers.len(), tracks.stages.len(), tracks.tokens), (8, 5, 12));
    assert_eq!(tracks.clean.len(), 12 * 9);
}

/// The layer that is named where a bound is exceeded most.
fn named_in(tracks: &Tracks, bound: &str) -> Option<String> {
    let tally = tally(tracks, bound);
    (tally.status() == Status::Violated)
        .then(|| tally.worst().map(|worst| worst.at.clone()).unwrap_or_default())
}

#[test]
fn a_fault_in_one_layer_is_found_and_the_layer_named() {
    let layers = ["block 1, up", "block 1, down", "block 2, up", "block 2, down"];
    // The layer at the entrance has the number 0.
    for (index, layer) in (1..).zip(layers) {
        for name in NAMES {
            let declared = kept(name);
            let with = |fault: Fault| {
                let quantizer = Arc::new(Faulty { inner: declared.quantizer.clone(), fault });
                tracks(&declared, Some((index, Kept { quantizer, ..declared.clone() })))
            };
            for fault in [Fault::Scaled(1), Fault::Shifted] {
                let tracks = with(fault);
                for bound in ["network.kept", "network.product"] {
                    let at = named_in(&tracks, bound)
                        .unwrap_or_else(|| panic!("{name}: {fault:?} of {layer}: {bound}"));
                    assert!(
                        at.starts_with(&format!("test, {layer}, ")),
                        "{name}: {fault:?} of {layer}: {bound} at {at}"
                    );
                }
                // The error that the fault makes is no error of the decomposition.
                assert_eq!(tally(&tracks, "abc.identity").status(), Status::Holds);
            }
            assert!(
                named_in(&with(Fault::Scaled(1)), "abc.linear").is_some_and(|at| at.contains(layer)),
                "{name}"
            );
            // A unit that cuts after 13 bits, as for FP8 on some GPUs.
            let accumulator = Accumulator::binary32().aligned(32, 13);
            let tracks = tracks(&declared, Some((index, Kept { accumulator, ..declared.clone() })));
            let at = named_in(&tracks, "network.product")
                .unwrap_or_else(|| panic!("{name}: {layer} is truncated"));
            assert!(at.starts_with(&format!("test, {layer}, token ")), "{name}: {at}");
            assert_eq!(tally(&tracks, "network.kept").status(), Status::Holds);
        }
    }
}

/// The inequality is one of the spectral norm: a layer whose error is larger than its matrix can make of what goes in exceeds it.
#[test]
fn a_layer_that_propagates_more_than_its_matrix_can_exceeds_the_gain() {
    let declared = kept("mxfp8");
    let faulty = |by: f64| {
        #[derive(Debug)]
        struct Scaled(Arc<dyn Quantizer>, f64);
        impl fmt::Display for Scaled {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} times {}", self.0, self.1)
            }
        }
        impl Quantizer for Scaled {
            fn elements(&self) -> &Elements {
                self.0.elements()
            }
            fn block(&self, columns: usize) -> usize {
                self.0.block(columns)
            }
            fn scales(&self, x: &[f64], columns: usize) -> Vec<f64> {
                self.0.scales(x, columns)
            }
            fn quantize(&self, x: &mut [f64], columns: usize) {
                self.0.quantize(x, columns);
                // Weights alone: 64 rows or more.
                if x.len() >= 64 * columns {
                    x.iter_mut().for_each(|x| *x *= self.1);
                }
            }
            fn bits(&self, columns: usize) -> f64 {
                self.0.bits(columns)
            }
        }
        let quantizer = Arc::new(Scaled(declared.quantizer.clone(), by));
        tracks(&declared, Some((3, Kept { quantizer, ..declared.clone() })))
    };
    assert_eq!(named_in(&faulty(1.0), "abc.gain"), None);
    assert!(named_in(&faulty(8.0), "abc.gain").is_some_and(|at| at.contains("block 2, up")));
}
