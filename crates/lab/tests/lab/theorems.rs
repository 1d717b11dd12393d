//! The loops of the convergence theorems, and the theorems beside them.

use halfulp::{Op, Task};
use halfulp::{Operands, Policy, Rounding, apply};
use halfulp_lab::bound::{Status, Tally, theorem_adam, theorem_muon};
use halfulp_lab::problem::{Domain, Problem, Quadratic, Rosenbrock};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::horizon::{Adam, Muon, Place, Places};

pub fn bowl(noise: f64) -> Quadratic {
    Quadratic::new(Quadratic::logspace(0.01, 1.0, 12), noise, 1.0, 4.0)
}

fn adam(steps: u64) -> Adam {
    let t = steps as f64;
    Adam { steps, alpha: 0.5 / t.sqrt(), beta1: 0.0, beta2: 1.0 - 1.0 / t, epsilon: 1e-4 }
}

pub fn muon(steps: u64) -> Muon {
    let root = (steps as f64).sqrt();
    Muon { steps, eta: 0.5 / (root * root.sqrt()), beta: 1.0 - 1.0 / root }
}

fn nearest(mantissa: u32) -> Place {
    Place::rounded(mantissa, Rounding::NearestEven).unwrap()
}

/// One number through the scalar arithmetic.
fn scalar(mantissa: u32, x: f64) -> f64 {
    let storage = Storage::mantissa(mantissa, Policy::IEEE).unwrap();
    let (format, policy) = storage.format().unwrap();
    let binary64 = halfulp::format::catalog::lookup("binary64").unwrap();
    let convert = |from, to, policy: &Policy, code: u64| {
        let task = Task::new(Op::Convert, [from, from, from], to).with_policy(*policy);
        apply(&task, Operands { codes: [code, 0, 0], noise: 0 }).code
    };
    let code = convert(binary64, *format, policy, x.to_bits());
    f64::from_bits(convert(*format, binary64, &Policy::IEEE, code))
}

/// The same loop, number by number, without vectors and without kernels.
#[test]
fn adam_is_what_its_formula_says_bit_for_bit() {
    let (problem, settings, bits) = (bowl(0.0), Adam { beta1: 0.9, ..adam(50) }, 4);
    let all = nearest(bits);
    let (weights, gradients, momentum) = (all.clone(), all.clone(), all.clone());
    let places = Places { weights, gradients, momentum, second: all, ..Places::EXACT };
    let found = settings.run(&problem, &places, 7).mean_square;
    let mut x = problem.start(halfulp::noise::word(7, 0));
    let n = x.len();
    let (mut m, mut v, mut sum, mut decayed) = (vec![0.0; n], vec![0.0; n], 0.0, 0.0);
    for _ in 0..settings.steps {
        let mut g = vec![0.0; n];
        problem.gradient(&x, &mut g);
        sum += g.iter().map(|g| g * g).sum::<f64>();
        let sent: Vec<f64> = x.iter().map(|&x| scalar(bits, x)).collect();
        problem.gradient(&sent, &mut g);
        decayed = 1.0 + settings.beta2 * decayed;
        let alpha = settings.alpha * (1.0 - settings.beta1) * f64::sqrt(decayed);
        for i in 0..n {
            let g = scalar(bits, g[i]);
            let (mi, vi) = (settings.beta1 * m[i] + g, settings.beta2 * v[i] + g * g);
            x[i] -= alpha * mi / (settings.epsilon + vi).sqrt();
            (m[i], v[i]) = (scalar(bits, mi), scalar(bits, vi));
        }
    }
    assert_eq!(found.to_bits(), (sum / settings.steps as f64).to_bits());
}

#[test]
fn runs_are_functions_of_their_seed_and_watching_changes_nothing() {
    let (problem, matrix) = (bowl(0.3), bowl(0.3).shaped(3, 4));
    let stochastic = Place::rounded(3, "sr-a:32".parse().unwrap()).unwrap();
    let places = Places { second: stochastic.clone(), momentum: stochastic, ..Places::EXACT };
    let (a, b) = (adam(100), muon(100));
    let watched = a.measure(&problem, &places, Domain::Everywhere, 1);
    assert_eq!(a.run(&problem, &places, 1).mean_square, watched.mean_square);
    assert_ne!(a.run(&problem, &places, 2).mean_square, watched.mean_square);
    let watched = b.measure(&matrix, &places, Domain::Everywhere, 1);
    assert_eq!(b.run(&matrix, &places, 1).mean_nuclear, watched.mean_nuclear);
    assert_ne!(b.run(&matrix, &places, 2).mean_nuclear, watched.mean_nuclear);
}

/// Without rounding, for vanishing c: the theorem for Adam without momentum, written down once more.
#[test]
fn the_bound_for_adam_is_the_known_one_where_nothing_is_rounded() {
    let settings = adam(1000);
    let terms = theorem_adam::Terms {
        adam: settings,
        dimension: 12,
        smoothness: 1.0,
        gap: 3.0,
        gradient: 1.5,
        q_gradients: 0.0,
        q_weights: 0.0,
        rho: 0.0,
        weights: Some(2.0),
        first_weights: 2.0,
        first_square: 1.0,
    };
    let (d, t, r, l) = (12.0, 1000.0f64, 1.5 + 1e-2, 1.0);
    let (alpha, one_minus) = (settings.alpha, 1.0 - settings.beta2);
    let e = 4.0 * d * r * r / one_minus.sqrt() + alpha * d * r * l / one_minus;
    let logarithm = (1.0 + r * r / (one_minus * 1e-4)).ln() / t - settings.beta2.ln();
    let known = 2.0 * r * 3.0 / (alpha * t) + e * logarithm;
    let found = terms.value().get();
    assert!(found >= known && found < known * (1.0 + 1e-6), "{found} {known}");
    // Every term of quantization makes it larger.
    for more in [
        theorem_adam::Terms { q_gradients: 0.01, ..terms },
        theorem_adam::Terms { q_weights: 0.01, ..terms },
        theorem_adam::Terms { rho: 0.1, ..terms },
        theorem_adam::Terms { q_weights: 0.01, weights: None, ..terms },
    ] {
        assert!(more.value().get() > 1.01 * found, "{more:?}");
    }
    assert!((theorem_adam::rho(0.01, 101) / (0.99f64.powi(-50) - 1.0) - 1.0).abs() < 1e-11);
    assert_eq!(theorem_adam::rho(1.0, 2), f64::INFINITY);
}

fn adam_tallies(problem: &dyn Problem, settings: Adam, places: &Places, seeds: u64) -> [Tally; 2] {
    let constants = problem.constants();
    let needs = theorem_adam::Needs::of(&constants, "problem").unwrap();
    let run = |seed| settings.measure(problem, places, constants.domain, seed);
    let runs: Vec<_> = (0..seeds).map(run).collect();
    let mut tallies = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
    let [known, measured] = &mut tallies;
    let dimension = problem.dimension();
    theorem_adam::Runs { adam: settings, places, dimension, needs, runs: &runs }
        .observe(known, measured, "here");
    tallies
}

#[test]
fn adams_bounds_are_kept_and_are_far_above_the_start() {
    for noise in [0.0, 0.1] {
        let problem = bowl(noise);
        let second = nearest(22);
        for places in [Places::EXACT, Places { second, ..Places::EXACT }] {
            let [known, measured] = adam_tallies(&problem, adam(1 << 17), &places, 2);
            assert_eq!((known.counts().violated, known.counts().evaluated), (0, 1));
            assert_eq!(
                (known.status(), measured.status()),
                (Status::Vacuous, Status::Vacuous),
                "{measured:?}"
            );
        }
    }
}

fn muon_tallies(problem: &dyn Problem, settings: Muon, places: &Places, seeds: u64) -> [Tally; 2] {
    let constants = problem.constants();
    let needs = theorem_muon::Needs::of(&constants, "problem").unwrap();
    let run = |seed| settings.measure(problem, places, constants.domain, seed);
    let runs: Vec<_> = (0..seeds).map(run).collect();
    let mut tallies = [&theorem_muon::A_PRIORI, &theorem_muon::A_POSTERIORI].map(Tally::new);
    let [known, measured] = &mut tallies;
    theorem_muon::Runs { muon: settings, places, shape: [3, 4], needs, runs: &runs }
        .observe(known, measured, "here");
    tallies
}

#[test]
fn muons_bounds_hold_and_end_where_the_momentum_is_too_coarse() {
    for noise in [0.0, 0.1] {
        let problem = bowl(noise).shaped(3, 4);
        let at = |bits| Places { momentum: nearest(bits), ..Places::EXACT };
        for places in [Places::EXACT, at(12)] {
            let tallies = muon_tallies(&problem, muon(400), &places, 3);
            assert!(
                tallies.iter().all(|t| (t.counts().evaluated, t.counts().violated) == (1, 0)),
                "{tallies:?}"
            );
            assert!(tallies[1].ratio() >= tallies[0].ratio());
        }
        let coarse = muon_tallies(&problem, muon(400), &at(5), 3);
        assert_eq!(coarse[0].status(), Status::Vacuous, "{coarse:?}");
        let hopeless = muon_tallies(&problem, muon(400), &at(2), 3);
        assert_eq!(hopeless[0].status(), Status::HypothesisFailed, "{hopeless:?}");
    }
}

/// Each hypothesis, when it fails, is the one that is named.
#[test]
fn what_is_not_supposed_is_not_bounded() {
    let failed = |tally: &Tally| tally.failed.iter().position(|&n| n > 0);
    let problem = bowl(0.1);
    let no_master = Places { weights: nearest(7), master: false, ..Places::EXACT };
    let with_momentum = Adam { beta1: 0.5, ..adam(50) };
    for (settings, places) in [(adam(50), &no_master), (with_momentum, &Places::EXACT)] {
        let tallies = adam_tallies(&problem, settings, places, 1);
        assert!(tallies.iter().all(|t| t.status() == Status::HypothesisFailed && failed(t) == Some(1)));
    }
    let far = Adam { alpha: 100.0, ..adam(50) };
    let tallies = adam_tallies(&problem, far, &Places::EXACT, 1);
    assert!(tallies.iter().all(|t| failed(t) == Some(2)), "{tallies:?}");
    let wild = Adam { alpha: 1e80, ..adam(50) };
    let tallies = adam_tallies(&Rosenbrock::new(2, 0.0, 2.0), wild, &Places::EXACT, 1);
    assert!(tallies.iter().all(|t| failed(t) == Some(0)), "{tallies:?}");
    // The weights' format is said to be finer than it is.
    let (settings, constants) = (adam(50), problem.constants());
    let coarse = Places { weights: nearest(3), ..Places::EXACT };
    let runs = [1, 2].map(|seed| settings.measure(&problem, &coarse, constants.domain, seed));
    let needs = theorem_adam::Needs::of(&constants, "problem").unwrap();
    let fine = Places { weights: nearest(9), ..Places::EXACT };
    let [mut known, mut measured] = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
    let runs = theorem_adam::Runs { adam: settings, places: &fine, dimension: 12, needs, runs: &runs };
    runs.observe(&mut known, &mut measured, "here");
    assert_eq!((failed(&known), failed(&measured)), (Some(4), None));
}

/// A program that reports the sum over the steps in place of their mean: the formulas are loose, but not that loose.
#[test]
fn a_sum_in_place_of_a_mean_exceeds_the_bounds() {
    let (problem, matrix, places) = (bowl(0.1), bowl(0.1).shaped(3, 4), Places::EXACT);
    let constants = problem.constants();
    let settings = adam(1 << 17);
    let needs = theorem_adam::Needs::of(&constants, "problem").unwrap();
    let mut runs: Vec<_> = (0..8).map(|k| settings.measure(&problem, &places, constants.domain, k)).collect();
    let mut momenta: Vec<_> =
        (0..8).map(|k| muon(400).measure(&matrix, &places, constants.domain, k)).collect();
    for expected in [Status::Vacuous, Status::Violated] {
        let mut tallies = [&theorem_adam::A_PRIORI, &theorem_adam::A_POSTERIORI].map(Tally::new);
        let [known, measured] = &mut tallies;
        theorem_adam::Runs { adam: settings, places: &places, dimension: 12, needs, runs: &runs }
            .observe(known, measured, "here");
        assert!(tallies.iter().all(|tally| tally.status() == expected), "{tallies:?}");
        runs.iter_mut().for_each(|run| run.mean_square *= settings.steps as f64);
    }
    let needs = theorem_muon::Needs::of(&matrix.constants(), "problem").unwrap();
    for violated in [0, 1] {
        let mut tallies = [&theorem_muon::A_PRIORI, &theorem_muon::A_POSTERIORI].map(Tally::new);
        let [known, measured] = &mut tallies;
        theorem_muon::Runs { muon: muon(400), places: &places, shape: [3, 4], needs, runs: &momenta }
            .observe(known, measured, "here");
        assert!(tallies.iter().all(|tally| tally.counts().violated == violated), "{tallies:?}");
        momenta.iter_mut().for_each(|run| run.mean_nuclear *= 400.0);
    }
}

/// Gradients are taken at the rounded weights: these have to be in the domain, too, and so has the end.
#[test]
fn the_domain_is_checked_where_gradients_are_taken_and_at_the_end() {
    let problem = bowl(0.0);
    // To nearest with one bit, numbers from 0.75 on go to 1.
    let coarse = Places { weights: nearest(1), ..Places::EXACT };
    let start = problem.start(halfulp::noise::word(1, 0));
    let largest = start.iter().fold(0.0f64, |a, x| a.max(x.abs()));
    let settings = Adam { steps: 1, ..adam(50) };
    let outside =
        |places: &Places, domain| settings.measure(&problem, places, domain, 1).measured.unwrap().outside;
    let mut sent = vec![0.0; start.len()];
    coarse.clone().weights.store(&start, &mut sent, 0, 0);
    let rounded = sent.iter().fold(0.0f64, |a, x| a.max(x.abs()));
    assert!(rounded > largest, "the largest weight is rounded upwards: {largest} {rounded}");
    let domain = Domain::Box(largest);
    assert_eq!(outside(&Places::EXACT, domain), None);
    assert_eq!(outside(&coarse, domain), Some(1));
    // One step of a length that leaves any such box.
    let far = Adam { alpha: 100.0, ..settings };
    assert_eq!(far.measure(&problem, &Places::EXACT, domain, 1).measured.unwrap().outside, Some(2));
}

/// Fewer looks see the same run: at a stride of 1 the same number, at 4 the mean over every fourth step, from the third on.
#[test]
fn looking_less_often_changes_nothing_but_the_mean() {
    let (problem, matrix) = (bowl(0.3), bowl(0.3).shaped(3, 4));
    let (a, b) = (adam(40), muon(40));
    assert_eq!(
        a.thinned(&problem, &Places::EXACT, 1, 5).mean_square,
        a.run(&problem, &Places::EXACT, 5).mean_square
    );
    let upto = |steps: u64| Adam { steps, ..a }.run(&problem, &Places::EXACT, 5).mean_square * steps as f64;
    let seen = (0..10).map(|k| upto(4 * k + 3) - upto(4 * k + 2)).sum::<f64>() / 10.0;
    let thinned = a.thinned(&problem, &Places::EXACT, 4, 5).mean_square;
    assert!((thinned / seen - 1.0).abs() < 1e-9, "{thinned} {seen}");
    let upto = |steps: u64| Muon { steps, ..b }.run(&matrix, &Places::EXACT, 5).mean_nuclear * steps as f64;
    let seen = (0..10).map(|k| upto(4 * k + 3) - upto(4 * k + 2)).sum::<f64>() / 10.0;
    let thinned = b.thinned(&matrix, &Places::EXACT, 4, 5).mean_nuclear;
    assert!((thinned / seen - 1.0).abs() < 1e-9, "{thinned} {seen}");
}
