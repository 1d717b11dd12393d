//! Optimizers of matrices beside published implementations in binary64 (`tools/matrix_golden.py` wrote what those computed), and their own choices.
//!
//! Both sides compute in binary64, and differ in the order of sums of at most 9 terms and in how singular values, eigenvectors and QR decompositions are found: a few
//! dozen units of 2^-53, relatively, times how far these are amplified. That is most in Shampoo's roots, whose eigenvalues begin at epsilon, 10^-4, beside
//! statistics of up to some 10^2: 10^6 times 2^-53 times a few dozen is below the tolerance of 10^-8; of the others, 10^-10.

use std::collections::HashMap;

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::muon::{Blocks, Neurons, Polar, Rescale, Scale, Vectors};
use halfulp_lab::optimizer::root::{Newton, Root};
use halfulp_lab::optimizer::{
    Adam, Blind, Keepers, Muon, NewtonSchulz, Optimizer, Psgd, Shampoo, Soap, States, Step, Storages,
};
use halfulp_lab::problem::{MatrixQuadraticSpec, Problem, ProblemSpec, Shape};
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};
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

/// Steps of `1 / probability`, and those of the schedule that is annealed.
#[test]
fn psgd_fits_its_factors_as_often_as_it_says() {
    let share = |psgd: &Psgd, from: u64, to: u64| {
        (from..to).filter(|t| psgd.fits(*t)).count() as f64 / (to - from) as f64
    };
    let half = Psgd { probability: Some(0.5), ..Psgd::reference() };
    assert_eq!(share(&half, 1, 101), 0.5);
    let annealed = Psgd::reference();
    assert_eq!(share(&annealed, 1, 500), 1.0);
    assert!((share(&annealed, 4500, 5000) - 0.03).abs() < 0.005);
}

fn bowl() -> Box<dyn Problem> {
    ProblemSpec::MatrixQuadratic(MatrixQuadraticSpec { noise: 0.0, ..MatrixQuadraticSpec::default() })
        .build()
        .expect("a problem")
}

/// Weights after some steps on a quadratic of matrices.
fn after<P: Optimizer + Clone>(optimizer: &P, steps: u64, storages: &Storages) -> Vec<f64> {
    let problem = bowl();
    let start = problem.start(2);
    let mut run =
        Run::new(&*problem, optimizer.clone(), Plain::<f64>::default(), storages, Streams::new(2), &start)
            .expect("a run");
    (0..steps).for_each(|_| run.step(&mut Blind).expect("a step"));
    let mut weights = Vec::new();
    run.weights(&mut weights);
    weights
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Grafted steps are as long as Adam's, in another direction.
#[test]
fn shampoo_s_grafted_steps_are_as_long_as_adam_s() {
    let grafted = Shampoo { accumulator: Accumulator::binary64(), ..Shampoo::grafted() };
    let storages = Storages::default();
    let start = bowl().start(2);
    let (ours, adam) = (after(&grafted, 1, &storages), after(&grafted.adam, 1, &storages));
    let (a, b) = (apart(&ours, &start), apart(&adam, &start));
    assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
    assert!(apart(&ours, &adam) > 0.1 * b);
}

/// Between two roots the old ones are taken; roots by Newton's iteration are those by eigenvalues, and in few bits they are near.
#[test]
fn shampoo_s_roots_are_taken_every_so_many_steps_and_in_few_bits() {
    let shampoo = |every, root: Root| Shampoo {
        every,
        root,
        accumulator: Accumulator::binary64(),
        ..Shampoo::grafted()
    };
    let storages = Storages::default();
    let run = |shampoo: &Shampoo| after(shampoo, 6, &storages);
    let (each, seldom) = (run(&shampoo(1, Root::Eigen)), run(&shampoo(1000, Root::Eigen)));
    assert!(apart(&each, &seldom) > 1e-6);
    let newton = |storage, accumulator, tolerance| {
        Root::Newton(Box::new(Newton { steps: 200, tolerance, storage, accumulator }))
    };
    let exact = run(&shampoo(1, newton(Storage::Exact, Accumulator::binary64(), 1e-13)));
    let half = run(&shampoo(1, newton(Storage::bfloat16(), Accumulator::binary32(), 1e-3)));
    let moved = apart(&each, &bowl().start(2));
    let [near, far] = [apart(&exact, &each) / moved, apart(&half, &each) / moved];
    println!("of the way, Newton's roots are {near:e} off in binary64, {far:e} in bfloat16");
    assert!(near < 1e-3 && far < 1.0 && near < far, "{near:e} {far:e}");
    // Preconditioners in 8 bits change the way, and do not stop it.
    let kept = Storages { matrices: Storage::named("e4m3fn").expect("a format"), ..Storages::default() };
    let eight = after(&shampoo(1, Root::Eigen), 6, &kept);
    assert!(eight.iter().all(|w| w.is_finite()) && apart(&eight, &each) > 1e-6);
}

/// All of them go down on a quadratic of matrices.
#[test]
fn they_descend() {
    fn goes<P: Optimizer + Clone>(optimizer: &P) {
        let problem = bowl();
        let (start, storages) = (problem.start(2), Storages::default());
        let end = after(optimizer, 300, &storages);
        let (before, then) = (problem.value(&start), problem.value(&end));
        assert!(then < 0.2 * before, "{}: {before} to {then}", optimizer.name());
    }
    let adam = Adam { rate: 1e-2, ..Adam::preset("pytorch").expect("a preset") };
    goes(&Shampoo { adam, ..Shampoo::grafted() });
    goes(&Soap { adam: Adam { rate: 1e-2, ..Soap::reference().adam }, ..Soap::reference() });
    goes(&Psgd { rate: 1e-2, ..Psgd::reference() });
    goes(&Muon { rate: 1e-2, ..Muon::normuon() });
    goes(&Muon { rate: 1e-2, radius: 1.0, ..Muon::scion() });
}

/// Blocks: with a period of 1, or one block, it is Muon to the last bit; between, blocks are orthogonal each.
#[test]
fn muon_in_blocks_is_muon_at_the_ends() {
    let muon = Muon { rate: 1e-2, ..exact(Muon::reference()) };
    let blocks = |grid, period| Muon { blocks: Some(Blocks { grid, period, rate: 1.0 }), ..muon.clone() };
    let storages = Storages::default();
    let whole = after(&muon, 4, &storages);
    assert_eq!(after(&blocks([2, 3], 1), 4, &storages), whole);
    let one = after(&blocks([1, 1], 100), 4, &storages);
    assert!(apart(&one, &whole) == 0.0);
    let in_blocks = after(&blocks([2, 3], 5), 4, &storages);
    assert!(apart(&in_blocks, &whole) > 1e-3);
    // The first step from rest: with exact factors its singular values are 1 in each block, times the rate and the scale of the block.
    let step = after(&blocks([2, 3], 5), 1, &storages);
    let start = bowl().start(2);
    let moved: Vec<f64> = start.iter().zip(&step).map(|(a, b)| (a - b) / 1e-2).collect();
    let moved = DMatrix::from_row_slice(8, 12, &moved);
    for (top, left) in [(0, 0), (4, 0), (0, 4), (4, 8)] {
        let block = moved.view((top, left), (4, 4)).into_owned();
        for value in block.singular_values().iter() {
            assert!((value - 1.0).abs() < 1e-9, "{value}");
        }
    }
}

#[test]
fn signs_of_vectors_are_their_own() {
    let scion = Muon { vectors: Vectors::Sign, vector_radius: 2.0, rate: 0.5, ..exact(Muon::scion()) };
    let shape = Shape { name: "b".into(), rows: 3, columns: 1 };
    let mut states = states(&scion, &[1.0, 1.0, 1.0], &shape);
    let seeds = Streams::new(0).step(1);
    let step = Step {
        seeds: &seeds,
        shapes: std::slice::from_ref(&shape),
        states: &mut states,
        gradients: &[0.3, -0.2, 0.0],
        keepers: &mut Keepers::exact(),
    };
    Optimizer::step(&scion, &mut Plain::<f64>::default(), step, &mut Blind).expect("a step");
    assert_eq!(states.weights, [0.0, 2.0, 1.0]);
}
