//! Optimizers of matrices beside published implementations in binary64 (`tools/matrix_golden.py` wrote what those computed).
//!
//! Both sides compute in binary64, and differ in the order of sums of at most 9 terms and in how singular values, eigenvectors and QR decompositions are found: a few
//! dozen units of 2^-53, relatively, times how far these are amplified. That is most in Shampoo's roots, whose eigenvalues begin at epsilon, 10^-4, beside
//! statistics of up to some 10^2: 10^6 times 2^-53 times a few dozen is below the tolerance of 10^-8; of the others, 10^-10.

use std::collections::HashMap;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::muon::{Neurons, Polar, Rescale, Scale};
use halfulp_lab::optimizer::{
    Adam, Blind, Keepers, Muon, NewtonSchulz, Optimizer, Psgd, Shampoo, Soap, States, Step,
};
use halfulp_lab::problem::Shape;
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_lab::train::Streams;
use nalgebra::DMatrix;

/// A case of the file.
struct Case {
    name: String,
    rows: usize,
    columns: usize,
    keys: HashMap<String, String>,
    lines: Vec<Vec<f64>>,
}

impl Case {
    fn number(&self, key: &str) -> f64 {
        self.keys[key].parse().expect("a number")
    }

    fn shape(&self) -> Shape {
        Shape { name: "w".into(), rows: self.rows, columns: self.columns }
    }
}

fn numbers(line: &str) -> Vec<f64> {
    line.split(' ').map(|word| f64::from_bits(u64::from_str_radix(word, 16).expect("a word"))).collect()
}

fn cases(name: &str) -> Vec<Case> {
    let text = include_str!("../data/matrix-optimizers.txt");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some(head) = line.strip_prefix("case ") else {
            cases.last_mut().expect("a case").lines.push(numbers(line));
            continue;
        };
        let words: Vec<&str> = head.split(' ').collect();
        let key = |word: &&str| word.split_once('=').map(|(key, value)| (key.into(), value.into()));
        cases.push(Case {
            name: words[0].into(),
            rows: words[1].parse().expect("rows"),
            columns: words[2].parse().expect("columns"),
            keys: words[4..].iter().filter_map(key).collect(),
            lines: Vec::new(),
        });
    }
    cases.retain(|case| case.name == name);
    cases
}

fn states<P: Optimizer>(optimizer: &P, weights: &[f64], shape: &Shape) -> States<f64> {
    let zeros = |n: usize| vec![0.0; n];
    let (n, matrices) = (weights.len(), optimizer.matrices(shape));
    States {
        weights: weights.to_vec(),
        compensation: Vec::new(),
        first: zeros(n),
        second: zeros(n),
        matrices: zeros(matrices),
    }
}

/// The largest distance of a weight from the library's over all steps, relative to how far weights have moved.
fn distance<P: Optimizer>(optimizer: &P, case: &Case) -> f64 {
    let shape = case.shape();
    let mut states = states(optimizer, &case.lines[0], &shape);
    let (mut plain, mut keepers) = (Plain::<f64>::default(), Keepers::exact());
    let (mut worst, mut moved) = (0.0f64, 0.0f64);
    for (t, step) in (1u64..).zip(case.lines[1..].chunks(2)) {
        let seeds = Streams::new(0).step(t);
        let given = Step {
            seeds: &seeds,
            shapes: std::slice::from_ref(&shape),
            states: &mut states,
            gradients: &step[0],
            keepers: &mut keepers,
        };
        optimizer.step(&mut plain, given, &mut Blind).expect("a step");
        for ((ours, theirs), start) in states.weights.iter().zip(&step[1]).zip(&case.lines[0]) {
            worst = worst.max((ours - theirs).abs());
            moved = moved.max((theirs - start).abs());
        }
    }
    worst / moved
}

/// Every case is within the tolerance, and what is wrong with it is far beyond.
fn agrees<P: Optimizer>(name: &str, tolerance: f64, optimizer: impl Fn(&Case) -> P, fault: impl Fn(&mut P)) {
    let cases = cases(name);
    assert!(cases.len() >= 2, "{name}");
    for case in cases {
        let mut optimizer = optimizer(&case);
        let apart = distance(&optimizer, &case);
        fault(&mut optimizer);
        let faulty = distance(&optimizer, &case);
        println!("{name} {} by {}: {apart:e}, with a fault {faulty:e}", case.rows, case.columns);
        assert!(apart <= tolerance, "{name} {:?}: {apart:e}", case.keys);
        assert!(faulty > 1e4 * tolerance, "{name} {:?}: {faulty:e}", case.keys);
    }
}

fn exact(muon: Muon) -> Muon {
    Muon { polar: Polar::Exact, update: Storage::Exact, ..muon }
}

#[test]
fn normuon_is_pytorch_optimizer_s() {
    let normuon = |case: &Case| {
        let rms = case.keys["rescale"] == "match_rms";
        let rescale = if rms { Rescale::Rms } else { Rescale::Norm };
        Muon {
            rate: case.number("rate"),
            momentum: case.number("momentum"),
            weight_decay: case.number("weight-decay"),
            // There the learning rate is adjusted in the other mode alone.
            scale: if rms { Scale::None } else { Scale::Tall },
            neurons: Some(Neurons { beta: case.number("beta"), rescale, ..Neurons::default() }),
            polar: Polar::NewtonSchulz(Box::new(NewtonSchulz { epsilon: 0.0, ..NewtonSchulz::exact() })),
            update: Storage::Exact,
            ..Muon::normuon()
        }
    };
    agrees("normuon", 1e-10, normuon, |muon| muon.neurons = None);
}

#[test]
fn scion_is_pytorch_optimizer_s() {
    let scion = |case: &Case| Muon {
        rate: case.number("rate"),
        momentum: case.number("momentum"),
        radius: case.number("radius"),
        vector_radius: case.number("radius"),
        // Weights that stay in the ball decay by the rate itself.
        weight_decay: case.number("constraint"),
        ..exact(Muon::scion())
    };
    agrees("scion", 1e-10, scion, |muon| muon.momentum = 0.8);
}

#[test]
fn shampoo_is_pytorch_optimizer_s() {
    let shampoo = |case: &Case| Shampoo {
        adam: Adam { rate: case.number("rate"), betas: [0.0, 0.999], ..Adam::plain() },
        epsilon: case.number("epsilon"),
        accumulator: Accumulator::binary64(),
        ..Shampoo::plain()
    };
    agrees("shampoo", 1e-8, shampoo, |shampoo| shampoo.beta = 0.5);
}

#[test]
fn soap_is_pytorch_optimizer_s() {
    let soap = |case: &Case| {
        let reference = Soap::reference();
        let adam = Adam {
            rate: case.number("rate"),
            betas: [case.number("beta1"), case.number("beta2")],
            weight_decay: case.number("weight-decay"),
            ..reference.adam
        };
        let (beta, every) = (case.number("beta"), case.number("every") as u64);
        Soap { adam, beta, every, accumulator: Accumulator::binary64() }
    };
    agrees("soap", 1e-10, soap, |soap| soap.adam.betas[0] = 0.8);
}

#[test]
fn psgd_s_factors_are_kron_torch_s() {
    let cases = cases("psgd");
    assert_eq!(cases.len(), 6);
    let psgd = Psgd { accumulator: Accumulator::binary64(), ..Psgd::reference() };
    for case in cases {
        let (m, n) = (case.rows, case.columns);
        let matrix =
            |k: usize, rows: usize, columns: usize| DMatrix::from_row_slice(rows, columns, &case.lines[k]);
        let v = matrix(1, m, n);
        let fitted = |v: &DMatrix<f64>| {
            let (mut g, mut factors) = (matrix(0, m, n), [matrix(2, m, m), matrix(3, n, n)]);
            psgd.fit(&mut factors, &mut g, v, 0);
            let update = psgd.precondition(&factors, &g, 0);
            let [left, right] = factors;
            [(left, matrix(4, m, m)), (right, matrix(5, n, n)), (update, matrix(6, m, n))]
        };
        for (ours, theirs) in fitted(&v) {
            let apart = (&ours - &theirs).amax() / theirs.amax();
            assert!(apart <= 1e-11, "{m} by {n}: {apart:e}");
        }
        let [(ours, theirs), ..] = fitted(&(v * 1.1));
        assert!((&ours - &theirs).amax() > 1e-6, "another noise is another factor");
    }
}
