//! Steps are written once: in every arithmetic they are what a plain loop says they are.

use halfulp::noise;
use halfulp_lab::arithmetic::{Arithmetic, Exact, Plain, Rounded, Running};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::optimizer::adam::PRESETS;
use halfulp_lab::optimizer::{Adam, Blind, Ema, Keepers, Sgd, States, Storages};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::Streams;
use rug::Float;

/// Multiples of 2^-10 from -1 to 1: numbers of all the formats here but bfloat16.
fn drawn(seed: u64, n: usize) -> Vec<f64> {
    (0..n as u64).map(|k| (noise::word(seed, k) >> 53) as f64 / 1024.0 - 1.0).collect()
}

fn states<A: Arithmetic>(a: &A, weights: &[f64]) -> States<A::Number> {
    let zeros = || vec![a.number(0.0); weights.len()];
    States {
        weights: weights.iter().map(|&w| a.number(w)).collect(),
        compensation: zeros(),
        matrices: Vec::new(),
        first: zeros(),
        second: zeros(),
    }
}

/// Weights after some steps with gradients that depend on nothing.
fn run<A: Arithmetic>(
    mut a: A,
    adam: &Adam,
    keepers: &mut Keepers,
    steps: u64,
    n: usize,
) -> States<A::Number> {
    let mut states = states(&a, &drawn(1, n));
    let streams = Streams::new(5);
    for t in 1..=steps {
        let g: Vec<A::Number> = drawn(100 + t, n).iter().map(|&g| a.number(g)).collect();
        adam.step(&mut a, &streams.step(t), &mut states, &g, keepers, &mut Blind);
    }
    states
}

/// `torch.optim.AdamW` as its documentation has it, in f64, with the last product and sum of each average fused.
fn adamw(adam: &Adam, steps: u64, n: usize) -> Vec<f64> {
    let [b1, b2] = adam.betas;
    let mut w: Vec<f64> = drawn(1, n);
    let (mut m, mut v) = (vec![0.0; n], vec![0.0; n]);
    for t in 1..=steps {
        let g = drawn(100 + t, n);
        let (c1, c2) = (1.0 - b1.powf(t as f64), (1.0 - b2.powf(t as f64)).sqrt());
        for i in 0..n {
            let g = g[i];
            w[i] *= 1.0 - adam.rate * adam.weight_decay;
            m[i] = (1.0 - b1).mul_add(g - m[i], m[i]);
            v[i] = ((1.0 - b2) * g).mul_add(g, b2 * v[i]);
            w[i] -= adam.rate / c1 * m[i] / (v[i].sqrt() / c2 + adam.epsilon);
        }
    }
    w
}

#[test]
fn pytorch_s_preset_is_its_documentation() {
    let adam = Adam { weight_decay: 0.01, ..Adam::preset("pytorch").expect("a preset") };
    let states = run(Plain::<f64>::default(), &adam, &mut Keepers::exact(), 20, 700);
    assert_eq!(states.weights, adamw(&adam, 20, 700));
}

#[test]
fn in_exact_arithmetic_the_forms_of_an_average_are_one() {
    let mut results = Vec::new();
    for form in [Ema::TwoProduct, Ema::Lerp, Ema::Fma, Ema::LerpFused, Ema::TwoProductFused] {
        let mut adam = Adam::plain();
        (adam.choices.first, adam.choices.second) = (form, form);
        let states = run(Exact::default(), &adam, &mut Keepers::exact(), 10, 8);
        results.push(states.weights.iter().map(rug::Float::to_f64).collect::<Vec<_>>());
    }
    for other in &results[1..] {
        assert_eq!(*other, results[0]);
    }
}

/// The bound of every number holds beside the exact twin, in every preset, format and rounding.
#[test]
fn a_running_bound_holds_and_is_no_further_than_it_need_be() {
    for preset in PRESETS {
        let adam = Adam { weight_decay: 0.01, epsilon: 1e-3, ..Adam::preset(preset).expect("a preset") };
        let exact = run(Exact::default(), &adam, &mut Keepers::exact(), 12, 40);
        for rounding in ["rne", "rtz", "rup", "sr-a:16"] {
            let text = format!("{{ format = \"binary16\", rounding = \"{rounding}\" }}");
            let storage: Storage = read(&text);
            let (format, policy) = storage.format().expect("a format");
            let rounded = Rounded::<f64>::new(format, policy).expect("arithmetic");
            let mut keepers = Storages::all(&storage).keepers().expect("keepers");
            let twin = run(rounded.clone(), &adam, &mut keepers, 12, 40);
            let bounded = run(Running::new(rounded), &adam, &mut keepers, 12, 40);
            let mut worst: f64 = 0.0;
            for ((x, exact), plain) in bounded.weights.iter().zip(&exact.weights).zip(&twin.weights) {
                assert_eq!(x.value, *plain, "the value beside a bound is the value without one");
                let distance = (exact.clone() - x.value).abs().to_f64();
                let bounds = [x.error.magnitude(), x.worst, x.chance.within(Upper::of(20.0))].map(Upper::get);
                for bound in bounds {
                    assert!(distance <= bound, "{preset} {rounding}: {distance} above {bound}");
                }
                let predicted = (Float::with_val(256, x.value) - exact - x.error.middle()).abs();
                assert!(predicted <= x.error.radius().get(), "{preset} {rounding}: {predicted}, {x:?}");
                // What is added up in magnitude is far, what is known with its sign is not.
                assert!(
                    bounds[0] <= distance * (1.0 + 1e-9) + 1e-12,
                    "{preset} {rounding}: {distance}, {x:?}"
                );
                assert!(x.sound);
                worst = worst.max(distance / x.worst.get());
            }
            assert!(worst > 1e-3, "{preset} {rounding}: measured / bound is {worst}");
        }
    }
}

fn read(text: &str) -> Storage {
    #[derive(serde::Deserialize)]
    struct File {
        storage: Storage,
    }
    toml::from_str::<File>(&format!("storage = {text}")).expect("a storage").storage
}

#[test]
fn parts_do_not_change_results() {
    let storage = read("{ format = \"bfloat16\", rounding = \"sr-b:20\" }");
    let mut keepers = Storages { compensated: true, ..Storages::all(&storage) }.keepers().expect("keepers");
    let adam = Adam { weight_decay: 0.1, ..Adam::preset("torchao").expect("a preset") };
    let whole = run(Plain::<f32>::default(), &adam, &mut keepers, 3, 1500);
    // The first 600 elements of the same tensors, whose parts end elsewhere.
    let mut a = Plain::<f32>::default();
    let mut some = states(&a, &drawn(1, 1500)[..600]);
    for t in 1..=3 {
        let g: Vec<f32> = drawn(100 + t, 1500)[..600].iter().map(|&g| g as f32).collect();
        adam.step(&mut a, &Streams::new(5).step(t), &mut some, &g, &mut keepers, &mut Blind);
    }
    assert_eq!(whole.weights[..600], some.weights);
    assert_eq!(whole.compensation[..600], some.compensation);
}

#[test]
fn momentum_is_torch_s() {
    for nesterov in [false, true] {
        let sgd = Sgd { rate: 0.1, momentum: 0.9, nesterov, ..Sgd::preset("plain").expect("a preset") };
        let mut a = Plain::<f64>::default();
        let mut states = states(&a, &drawn(1, 9));
        let (mut w, mut m) = (drawn(1, 9), [0.0; 9]);
        for t in 1..=5 {
            let g = drawn(100 + t, 9);
            let seeds = Streams::new(5).step(t);
            sgd.step(&mut a, &seeds, &mut states, &g, &mut Keepers::exact(), &mut Blind);
            for i in 0..9 {
                m[i] = 0.9 * m[i] + g[i];
                w[i] -= 0.1 * if nesterov { 0.9 * m[i] + g[i] } else { m[i] };
            }
        }
        assert_eq!(states.weights, w);
    }
}

/// Compensation returns what rounding takes: the sum of both follows the exact weights where rounded weights are frozen.
#[test]
fn compensated_weights_move_where_rounded_ones_are_frozen() {
    let storage = Storage::named("bfloat16").expect("a format");
    let sgd = Sgd::preset("plain").expect("a preset");
    assert_eq!(sgd.rate, 1e-3);
    let after = |compensated: bool| {
        let storages = Storages { weights: storage.clone(), compensated, ..Storages::default() };
        let mut a = Plain::<f64>::default();
        let mut states = states(&a, &[1.0]);
        let mut keepers = storages.keepers().expect("keepers");
        for t in 1..=100 {
            sgd.step(&mut a, &Streams::new(5).step(t), &mut states, &[1.0], &mut keepers, &mut Blind);
        }
        states
    };
    assert_eq!(after(false).weights, [1.0]);
    let with = after(true);
    assert!((with.weights[0] + with.compensation[0] - 0.9).abs() < 1e-3, "{with:?}");
}
