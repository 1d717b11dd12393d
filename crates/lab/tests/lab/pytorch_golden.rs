//! The presets `pytorch` beside PyTorch: what `torch.optim.AdamW`, `SGD` and `Muon` computed on a CPU (`tools/steps_golden.py` wrote them).

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::muon::{Polar, Scale};
use halfulp_lab::optimizer::{Adam, Blind, Ema, Keepers, Muon, NewtonSchulz, Sgd, States};
use halfulp_lab::problem::Shape;
use halfulp_lab::storage::Storage;
use halfulp_lab::train::Streams;

const STEPS: usize = 6;

fn numbers(line: &str) -> Vec<f32> {
    line.split(' ').map(|word| f32::from_bits(u32::from_str_radix(word, 16).expect("a word"))).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

/// The numbers of a case's header, and its lines.
fn cases(text: &str, each: impl Fn(&[f64]) -> usize) -> Vec<(Vec<f64>, Vec<&str>)> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let mut cases = Vec::new();
    while let Some(head) = lines.next() {
        let head: Vec<f64> = head.split(' ').skip(1).map(|word| word.parse().expect("a number")).collect();
        let rest = lines.by_ref().take(1 + each(&head) * STEPS).collect();
        cases.push((head, rest));
    }
    cases
}

fn zeroed(weights: Vec<f32>) -> States<f32> {
    let zeros = || vec![0.0f32; weights.len()];
    let (first, second) = (zeros(), zeros());
    States { weights, compensation: Vec::new(), first, second, matrices: Vec::new() }
}

#[test]
fn sgd_s_preset_computes_what_pytorch_does_to_the_last_bit() {
    let cases = cases(include_str!("../data/pytorch-sgd.txt"), |head| if head[1] == 0.0 { 2 } else { 3 });
    assert_eq!(cases.len(), 3);
    let mut unfused = 0;
    for (head, lines) in cases {
        let [rate, momentum, nesterov] = head[..] else { panic!("{head:?}") };
        let preset = Sgd::preset("pytorch").expect("a preset");
        let sgd = Sgd { rate, momentum, nesterov: nesterov != 0.0, ..preset };
        let mut states = zeroed(numbers(lines[0]));
        let (mut plain, mut keepers) = (Plain::<f32>::default(), Keepers::exact());
        for (t, step) in (1u64..).zip(lines[1..].chunks(if momentum == 0.0 { 2 } else { 3 })) {
            let (seeds, gradient) = (Streams::new(0).step(t), numbers(step[0]));
            let mut other = states.clone();
            sgd.step(&mut plain, &seeds, &mut states, &gradient, &mut keepers, &mut Blind);
            assert_eq!(bits(&states.weights), bits(&numbers(step[1])), "weights, {head:?}, step {t}");
            if let Some(first) = step.get(2) {
                assert_eq!(bits(&states.first), bits(&numbers(first)), "momentum, {head:?}, step {t}");
            }
            let twice = Sgd { fused: false, ..sgd };
            twice.step(&mut plain, &seeds, &mut other, &gradient, &mut keepers, &mut Blind);
            unfused += states.weights.iter().zip(&other.weights).filter(|(a, b)| a != b).count();
        }
    }
    // Rounding product and difference each is another step: it can be seen.
    assert!(unfused > 20, "{unfused}");
}

/// How far the weights of a step are from PyTorch's, in units of what a step of orthonormal rows would change: each step begins with PyTorch's.
fn muon_distance(how: &Muon) -> f64 {
    let cases = cases(include_str!("../data/pytorch-muon.txt"), |_| 3);
    assert_eq!(cases.len(), 2);
    let mut largest = 0.0f64;
    for (head, lines) in cases {
        let [rate, momentum, weight_decay, rows, columns] = head[..] else { panic!("{head:?}") };
        let shape = Shape { name: "w".into(), rows: rows as usize, columns: columns as usize };
        let muon = Muon { rate, momentum, weight_decay, ..how.clone() };
        let mut states = zeroed(numbers(lines[0]));
        let (mut plain, mut keepers) = (Plain::<f32>::default(), Keepers::exact());
        let unit = rate * Scale::Tall.factor(shape.rows, shape.columns) * rows.min(columns).sqrt();
        for (t, step) in (1u64..).zip(lines[1..].chunks(3)) {
            let [gradient, weights, first] = step else { panic!("{head:?}: step {t}") };
            let (seeds, g) = (Streams::new(0).step(t), numbers(gradient));
            muon.step(
                &mut plain,
                &seeds,
                &mut states,
                &g,
                std::slice::from_ref(&shape),
                &mut keepers,
                &mut Blind,
            )
            .expect("choices");
            assert_eq!(bits(&states.first), bits(&numbers(first)), "momentum, {head:?}, step {t}");
            let theirs = numbers(weights);
            let apart = states.weights.iter().zip(&theirs).map(|(a, b)| f64::from(a - b).powi(2));
            largest = largest.max(apart.sum::<f64>().sqrt() / unit);
            states.weights = theirs;
        }
    }
    largest
}

/// The momentum of `torch.optim.Muon` to the last bit. Its iteration adds products up in an order of its own, and rounds a product and what is
/// added to it once (`addmm`), so that its weights are those of fewer roundings in bfloat16: nearer to the exact iteration's than ours are.
#[test]
fn muon_s_momentum_is_pytorch_s_and_its_weights_are_near() {
    let reference = Muon { form: Ema::LerpFused, ..Muon::reference() };
    let polar = Polar::NewtonSchulz(Box::new(NewtonSchulz::exact()));
    let exact = Muon { polar, update: Storage::Exact, ..reference.clone() };
    let (ours, limit) = (muon_distance(&reference), muon_distance(&exact));
    println!("of a step, PyTorch's is {ours} from ours and {limit} from the exact iteration's");
    assert!(ours < 0.1 && limit < 0.1, "{ours} {limit}");
    // Other choices are far from it.
    let scale = Scale::Spectral;
    for other in [Muon { nesterov: false, ..reference.clone() }, Muon { scale, ..reference.clone() }] {
        let far = muon_distance(&other);
        assert!(far > 0.15, "{far}");
    }
}

#[test]
fn the_preset_computes_what_pytorch_does_to_the_last_bit() {
    let cases = cases(include_str!("../data/pytorch-adamw.txt"), |_| 4);
    assert_eq!(cases.len(), 3);
    for (head, lines) in cases {
        let [rate, beta1, beta2, epsilon, weight_decay] = head[..] else { panic!("{head:?}") };
        let preset = Adam::preset("pytorch").expect("a preset");
        let adam = Adam { rate, betas: [beta1, beta2], epsilon, weight_decay, ..preset };
        let mut states = zeroed(numbers(lines[0]));
        let (mut plain, mut keepers) = (Plain::<f32>::default(), Keepers::exact());
        for (t, step) in (1u64..).zip(lines[1..].chunks(4)) {
            let [gradient, weights, first, second] = step else { panic!("{head:?}: step {t}") };
            let seeds = Streams::new(0).step(t);
            adam.step(&mut plain, &seeds, &mut states, &numbers(gradient), &mut keepers, &mut Blind);
            let at = format!("{head:?}: step {t}");
            assert_eq!(bits(&states.first), bits(&numbers(first)), "first moment, {at}");
            assert_eq!(bits(&states.second), bits(&numbers(second)), "second moment, {at}");
            assert_eq!(bits(&states.weights), bits(&numbers(weights)), "weights, {at}");
        }
    }
}
