//! The presets `pytorch` beside PyTorch: bits that `torch.optim.AdamW` and `torch.optim.SGD` computed on a CPU (`tools/steps_golden.py` wrote them).

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::{Adam, Blind, Keepers, Sgd, States};
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
    States { weights, compensation: Vec::new(), first, second }
}

#[test]
fn sgd_s_preset_computes_what_pytorch_does_to_the_last_bit() {
    let cases = cases(include_str!("data/pytorch-sgd.txt"), |head| if head[1] == 0.0 { 2 } else { 3 });
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

#[test]
fn the_preset_computes_what_pytorch_does_to_the_last_bit() {
    let cases = cases(include_str!("data/pytorch-adamw.txt"), |_| 4);
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
