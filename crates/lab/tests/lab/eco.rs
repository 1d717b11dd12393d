//! Error feedback through the momentum (ECO, arXiv 2601.22101, in the exact form of its extension): without master weights, the weights before
//! rounding are those of the run with master weights that sees the same gradients.
//!
//! With `m~ = b m + (1 - b) g(w^)`, `w~ = (1 - rate l) w^ - rate m~`, `w^ = Q(w~)` and `e = w~ - w^`, the momentum that is kept is
//! `m~ + ((1 - rate l) / rate) (e_prev - e / b)`, from `m_0 - ((1 - rate l) / (b rate)) e_0`. Then `w~` is the master weight.

use halfulp_lab::problem::{Problem, ProblemSpec};
use halfulp_lab::storage::Storage;

const BETA: f64 = 0.9;
const RATE: f64 = 0.05;
const DECAY: f64 = 0.1;

/// The largest distance of the weights before rounding from the master weights, relative to the largest weight.
fn deviation(storage: &Storage, exact: bool) -> f64 {
    #[derive(serde::Deserialize)]
    struct File {
        problem: ProblemSpec,
    }
    let file: File =
        toml::from_str("problem = { quadratic = { dimension = 24, noise = 0.2 } }").expect("a problem");
    let problem: Box<dyn Problem> = file.problem.build().expect("a problem");
    let (mut keeper, keep) = (storage.keeper().expect("a keeper"), 1.0 - RATE * DECAY);
    let mut master = problem.start(3);
    let n = master.len();
    let mut stored = master.clone();
    keeper.store(&mut stored, 0, 0);
    let mut e: Vec<f64> = master.iter().zip(&stored).map(|(w, q)| w - q).collect();
    let mut m: Vec<f64> = e.iter().map(|e| -keep / (BETA * RATE) * e).collect();
    let (mut full, mut g, mut worst) = (vec![0.0; n], vec![0.0; n], 0.0f64);
    for t in 1..=300 {
        problem.sample(&stored, 7, t, &mut g);
        let mut before = vec![0.0; n];
        for k in 0..n {
            full[k] = BETA * full[k] + (1.0 - BETA) * g[k];
            master[k] = keep * master[k] - RATE * full[k];
            m[k] = BETA * m[k] + (1.0 - BETA) * g[k];
            before[k] = keep * stored[k] - RATE * m[k];
            worst = worst.max((before[k] - master[k]).abs());
        }
        stored.clone_from(&before);
        keeper.store(&mut stored, t, 0);
        for k in 0..n {
            let lost = before[k] - stored[k];
            m[k] += keep / RATE * if exact { e[k] - lost / BETA } else { lost * (1.0 - 1.0 / BETA) };
            e[k] = lost;
        }
    }
    worst / master.iter().fold(0.0f64, |max, w| max.max(w.abs()))
}

#[test]
fn the_exact_form_is_the_run_with_master_weights() {
    for name in ["bfloat16", "binary16", "e4m3fn"] {
        let storage = Storage::named(name).expect("a format");
        let exact = deviation(&storage, true);
        assert!(exact <= 1e-13, "{name}: {exact}");
        // The first form takes the error as the same from step to step: it is only near.
        let near = deviation(&storage, false);
        assert!(near > 1e-6, "{name}: {near}");
    }
}
