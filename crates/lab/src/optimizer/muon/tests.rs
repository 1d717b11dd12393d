use std::borrow::Cow;

use halfulp::noise;
use nalgebra::DMatrix;

use super::*;
use crate::arithmetic::{Arithmetic, Exact, Plain};
use crate::matrix::polar;
use crate::optimizer::{Blind, Elementwise, Optimizer, Sgd, States, Storages};
use crate::problem::Shape;
use crate::train::Streams;

const SHAPES: [Shape; 2] = [
    Shape { name: Cow::Borrowed("tall"), rows: 6, columns: 3 },
    Shape { name: Cow::Borrowed("wide"), rows: 2, columns: 5 },
];

fn gradient(t: u64) -> Vec<f64> {
    (0..28).map(|k| (noise::word(t, k) >> 40) as f64 / (1u64 << 23) as f64 - 1.0).collect()
}

/// Weights after some steps, and the momentum.
fn run<A: Arithmetic>(a: &mut A, how: &Muon, storages: &Storages, steps: u64) -> [Vec<f64>; 2] {
    let mut keepers = storages.keepers().expect("storages");
    let numbers = |a: &A, x: &[f64]| x.iter().map(|&x| a.number(x)).collect::<Vec<_>>();
    let mut states = States {
        weights: numbers(a, &gradient(99)),
        compensation: vec![],
        matrices: vec![],
        first: numbers(a, &[0.0; 28]),
        second: vec![],
    };
    for t in 1..=steps {
        let g = numbers(a, &gradient(t));
        let seeds = Streams::new(1).step(t);
        how.step(a, &seeds, &mut states, &g, &SHAPES, &mut keepers, &mut Blind)
            .expect("choices that go together");
    }
    [states.weights, states.first].map(|x| x.iter().map(|x| a.value(x)).collect())
}

fn close(a: &[f64], b: &[f64], within: f64) {
    for (x, y) in a.iter().zip(b) {
        assert!((x - y).abs() <= within, "{x} {y}");
    }
}

/// The step as the formulas have it, on matrices.
#[test]
fn the_plain_step_is_the_formula() {
    let how = Muon { rate: 0.1, weight_decay: 0.5, scale: Scale::Tall, ..Muon::plain() };
    let [weights, momentum] = run(&mut Plain::<f64>::default(), &how, &Storages::default(), 3);
    let (mut w, mut m) = (gradient(99), gradient(1));
    for t in 1..=3 {
        if t > 1 {
            m = m.iter().zip(gradient(t)).map(|(m, g)| 0.95 * m + 0.05 * g).collect();
        }
        for (first, rows, columns, scale) in [(0, 6, 3, 2f64.sqrt()), (18, 2, 5, 1.0)] {
            let part = first..first + rows * columns;
            let o = polar(&DMatrix::from_row_slice(rows, columns, &m[part.clone()])).expect("finite");
            for (w, o) in w[part].iter_mut().zip(o.transpose().iter()) {
                *w = *w * (1.0 - 0.1 * 0.5) - 0.1 * scale * o;
            }
        }
    }
    close(&weights, &w, 1e-14);
    close(&momentum, &m, 1e-15);
}

#[test]
fn the_forms_agree_where_nothing_is_rounded() {
    let plain = Muon { warm: false, nesterov: true, ..Muon::plain() };
    let storages = Storages::default();
    let [reference, m] = run(&mut Plain::<f64>::default(), &plain, &storages, 4);
    for form in [Ema::Lerp, Ema::Fma, Ema::LerpFused, Ema::TwoProductFused] {
        let how = Muon { form, ..plain.clone() };
        let [weights, momentum] = run(&mut Plain::<f64>::default(), &how, &storages, 4);
        close(&weights, &reference, 1e-13);
        close(&momentum, &m, 1e-15);
    }
    // A sum is 20 times the average, and its polar factor the same.
    let how = Muon { form: Ema::Sum, ..plain.clone() };
    let [weights, momentum] = run(&mut Plain::<f64>::default(), &how, &storages, 4);
    close(&weights, &reference, 1e-12);
    close(&momentum, &m.iter().map(|m| m * 20.0).collect::<Vec<_>>(), 1e-12);
    // In MPFR but for the polar factor.
    let [weights, momentum] = run(&mut Exact::default(), &plain, &storages, 4);
    close(&weights, &reference, 1e-13);
    close(&momentum, &m, 1e-15);
}

#[test]
fn the_reference_stays_near_the_exact_iteration_and_stores_what_it_is_told() {
    let exact = Polar::NewtonSchulz(Box::new(NewtonSchulz::exact()));
    let how = Muon { polar: exact, update: Storage::Exact, ..Muon::reference() };
    let [exact, _] = run(&mut Plain::<f64>::default(), &how, &Storages::default(), 5);
    let storages = Storages { first: Storage::bfloat16(), ..Storages::default() };
    let [weights, momentum] = run(&mut Plain::<f32>::default(), &Muon::reference(), &storages, 5);
    close(&weights, &exact, 5.0 * 0.02 * 0.15);
    assert!(momentum.iter().all(|m| m.to_bits().trailing_zeros() >= 45), "momentum is kept in bfloat16");
    let moved = gradient(99).iter().zip(&weights).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(moved > 0.02 && moved < 5.0 * 0.02 * 1.3 * 2f64.sqrt());
}

#[test]
fn the_stored_momentum_can_be_what_is_orthogonalized() {
    let storages = Storages { first: Storage::named("e4m3fn").expect("a format"), ..Storages::default() };
    let fresh = Muon::plain();
    let stored = Muon { moments: Moments::Stored, ..Muon::plain() };
    let [a, m] = run(&mut Plain::<f64>::default(), &fresh, &storages, 2);
    let [b, n] = run(&mut Plain::<f64>::default(), &stored, &storages, 2);
    assert_eq!(m, n);
    assert_ne!(a, b);
}

#[test]
fn a_vector_is_normalized_and_a_nan_is_passed_on() {
    let o = Polar::Exact.orthogonalize(&DMatrix::from_row_slice(1, 2, &[3.0, 4.0]), 0).expect("choices");
    assert!((o - DMatrix::from_row_slice(1, 2, &[0.6, 0.8])).amax() < 1e-15);
    for polar in [Polar::Exact, Muon::reference().polar] {
        let o = polar.orthogonalize(&DMatrix::from_row_slice(2, 2, &[1.0, f64::NAN, 0.0, 1.0]), 0);
        assert!(o.expect("choices").iter().any(|x| x.is_nan()));
    }
}

#[test]
fn wrong_choices_are_named() {
    let bad = [
        ("rate", Muon { rate: 0.0, ..Muon::reference() }),
        ("momentum", Muon { momentum: 1.0, ..Muon::reference() }),
        ("weight-decay", Muon { weight_decay: 51.0, ..Muon::reference() }),
        ("schedule.power", Muon { schedule: Schedule::Power { power: -1.0 }, ..Muon::reference() }),
        (
            "elementwise",
            Muon {
                polar: Polar::NewtonSchulz(Box::new(NewtonSchulz::reference().stored(Storage::Exact))),
                ..Muon::reference()
            },
        ),
    ];
    for (key, muon) in bad {
        assert_eq!(muon.check().expect_err(key).key, key);
    }
    assert_eq!(Muon::reference().check(), Ok(()));
}

/// What reports show of a run: every number and choice, those of the iteration and of the other optimizer too.
#[test]
fn settings_have_every_number_and_choice() {
    let muon = Muon { weight_decay: 0.25, rest: Some(Adam::plain()), ..Muon::reference() };
    let shown = muon.settings();
    for part in [
        "rate = 0.02",
        "schedule = \"constant\"",
        "momentum = 0.95",
        "form = \"lerp\"",
        "nesterov = true",
        "warm = false",
        "moments = \"fresh\"",
        "newton-schulz = { steps = 5, coefficients = [3.4445, -4.775, 2.0315]",
        "storage = \"bfloat16 rne\"",
        "accumulator = \"binary32",
        "scale = \"tall\"",
        "update = \"bfloat16 rne\"",
        "weight-decay = 0.25",
        "decay = \"before\"",
        "rest = { rate = 0.001, betas = [0.9, 0.999]",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let plain = Muon::plain().settings();
    assert!(plain.contains("polar = \"exact\"") && !plain.contains("rest"), "{plain}");
    // No optimizer of this crate shows nothing.
    let all = [
        Elementwise::Sgd(Sgd::preset("plain").expect("a preset")),
        Elementwise::Adam(Adam::plain()),
        Elementwise::Muon(Box::new(muon)),
    ];
    assert!(all.iter().all(|one| one.settings().contains("rate = ")), "{all:?}");
}
