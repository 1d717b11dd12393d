//! Blocks of a storage end where tensors do.

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::{Adam, Blind, Elementwise, Muon, Optimizer, Sgd, Storages};
use halfulp_lab::problem::{Problem, ProblemSpec};
use halfulp_lab::storage::Storage;
use halfulp_lab::storage::blockwise::{Map, Scheme};
use halfulp_lab::train::{Run, Streams};

fn problem() -> Box<dyn Problem> {
    #[derive(serde::Deserialize)]
    struct File {
        problem: ProblemSpec,
    }
    let file: File = toml::from_str("problem = { mlp = { hidden = 20, batch = 8 } }").expect("settings");
    file.problem.build().expect("a problem")
}

/// First and second moments and weights after a step.
fn stepped(problem: &dyn Problem, optimizer: &Elementwise, storages: &Storages, steps: u64) -> [Vec<f32>; 3] {
    let (start, streams) = (problem.start(1), Streams::new(1));
    let plain = Plain::<f32>::default();
    let mut run = Run::new(problem, optimizer.clone(), plain, storages, streams, &start).expect("a run");
    (0..steps).for_each(|_| run.step(&mut Blind).expect("no divergence"));
    let states = run.states();
    [states.first.clone(), states.second.clone(), states.weights.clone()]
}

fn scheme(signed: bool, block: usize) -> Scheme {
    Scheme::preset("bitsandbytes-cuda", Map::Dynamic, signed, block).expect("a preset")
}

fn optimizers() -> Vec<Elementwise> {
    let sgd = Sgd { momentum: 0.9, rate: 0.1, ..Sgd::preset("plain").expect("a preset") };
    let adam = Adam::preset("bitsandbytes").expect("a preset");
    vec![Elementwise::Sgd(sgd), Elementwise::Adam(adam), Elementwise::Muon(Box::new(Muon::reference()))]
}

/// The tensors as ranges: 1280 weights, 20 biases, 200 weights, 10 biases.
fn tensors(problem: &dyn Problem) -> Vec<std::ops::Range<usize>> {
    let mut at = 0;
    let mut range = |elements: usize| {
        at += elements;
        at - elements..at
    };
    problem.shapes().iter().map(|shape| range(shape.elements())).collect()
}

#[test]
fn moments_are_stored_tensor_by_tensor() {
    let problem = problem();
    for optimizer in optimizers() {
        for block in [256, 2048] {
            let storages = Storages {
                first: Storage::Blockwise(scheme(true, block)),
                second: Storage::Blockwise(scheme(false, block)),
                ..Storages::default()
            };
            let [m, v, _] = stepped(problem.as_ref(), &optimizer, &storages, 1);
            // Of the first step moments were exact before they were stored.
            let [mut first, mut second, _] = stepped(problem.as_ref(), &optimizer, &Storages::default(), 1);
            let across = {
                let mut all = first.clone();
                scheme(true, block).store(&mut all);
                all
            };
            for range in tensors(problem.as_ref()) {
                scheme(true, block).store(&mut first[range.clone()]);
                if !second.is_empty() {
                    scheme(false, block).store(&mut second[range]);
                }
            }
            assert_eq!((&m, &v), (&first, &second), "{} {block}", optimizer.name());
            assert_ne!(m, across, "{} {block}: a block has elements of two tensors", optimizer.name());
        }
    }
}

#[test]
fn small_tensors_stay_whole_if_it_is_said() {
    let problem = problem();
    for optimizer in optimizers() {
        let storages = Storages {
            first: Storage::Blockwise(scheme(true, 256)),
            second: Storage::Blockwise(scheme(false, 256)),
            whole_below: 1000,
            ..Storages::default()
        };
        let [m, v, _] = stepped(problem.as_ref(), &optimizer, &storages, 1);
        let [mut first, mut second, _] = stepped(problem.as_ref(), &optimizer, &Storages::default(), 1);
        scheme(true, 256).store(&mut first[..1280]);
        if !second.is_empty() {
            scheme(false, 256).store(&mut second[..1280]);
        }
        assert_eq!((m, v), (first, second), "{}", optimizer.name());
    }
}

/// Weights and gradients, too; what is stored element by element knows no tensors.
#[test]
fn weights_and_gradients_are_stored_tensor_by_tensor() {
    let problem = problem();
    let storages = Storages { weights: Storage::Blockwise(scheme(true, 2048)), ..Storages::default() };
    let [_, _, stored] = stepped(problem.as_ref(), &optimizers()[0], &storages, 0);
    let mut weights: Vec<f32> = problem.start(1).iter().map(|w| *w as f32).collect();
    tensors(problem.as_ref()).into_iter().for_each(|range| scheme(true, 2048).store(&mut weights[range]));
    assert_eq!(stored, weights);
    let storages = Storages { gradients: Storage::Blockwise(scheme(true, 2048)), ..Storages::default() };
    let [m, ..] = stepped(problem.as_ref(), &optimizers()[0], &storages, 1);
    let [mut g, ..] = stepped(problem.as_ref(), &optimizers()[0], &Storages::default(), 1);
    tensors(problem.as_ref()).into_iter().for_each(|range| scheme(true, 2048).store(&mut g[range]));
    // The first momentum is the gradient.
    assert_eq!(m, g);
}
