//! Optimizers of matrices: grafting, roots every so many steps and in few bits, blocks, vectors, and that they descend.

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::muon::{Blocks, Polar, Vectors};
use halfulp_lab::optimizer::root::{Newton, Root};
use halfulp_lab::optimizer::{
    Adam, Blind, Keepers, Muon, Optimizer, Psgd, Shampoo, Soap, States, Step, Storages,
};
use halfulp_lab::problem::{MatrixQuadraticSpec, Problem, ProblemSpec, Shape};
use halfulp_lab::product::Accumulator;
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};
use nalgebra::DMatrix;

fn exact(muon: Muon) -> Muon {
    Muon { polar: Polar::Exact, update: Storage::Exact, ..muon }
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
    let mut states = States {
        weights: vec![1.0; 3],
        compensation: Vec::new(),
        first: vec![0.0; 3],
        second: Vec::new(),
        matrices: Vec::new(),
    };
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
