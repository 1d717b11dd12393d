//! The preset `pytorch` beside PyTorch: bits that `torch.optim.AdamW` computed on a CPU (`tools/steps_golden.py` wrote them).

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::optimizer::{Adam, Blind, Keepers, States};
use halfulp_lab::train::Streams;

const STEPS: usize = 6;

fn numbers(line: &str) -> Vec<f32> {
    line.split(' ').map(|word| f32::from_bits(u32::from_str_radix(word, 16).expect("a word"))).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn the_preset_computes_what_pytorch_does_to_the_last_bit() {
    let text = include_str!("data/pytorch-adamw.txt");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let cases: Vec<&[&str]> = lines.chunks(2 + 4 * STEPS).collect();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let head: Vec<f64> = case[0].split(' ').skip(1).map(|word| word.parse().expect("a number")).collect();
        let [rate, beta1, beta2, epsilon, weight_decay] = head[..] else { panic!("{}", case[0]) };
        let preset = Adam::preset("pytorch").expect("a preset");
        let adam = Adam { rate, betas: [beta1, beta2], epsilon, weight_decay, ..preset };
        let weights = numbers(case[1]);
        let zeros = || vec![0.0f32; weights.len()];
        let (first, second) = (zeros(), zeros());
        let mut states = States { weights, compensation: Vec::new(), first, second };
        let (mut plain, mut keepers) = (Plain::<f32>::default(), Keepers::exact());
        for (t, step) in (1u64..).zip(case[2..].chunks(4)) {
            let [gradient, weights, first, second] = step else { panic!("{}: step {t}", case[0]) };
            let seeds = Streams::new(0).step(t);
            adam.step(&mut plain, &seeds, &mut states, &numbers(gradient), &mut keepers, &mut Blind);
            let at = format!("{}: step {t}", case[0]);
            assert_eq!(bits(&states.first), bits(&numbers(first)), "first moment, {at}");
            assert_eq!(bits(&states.second), bits(&numbers(second)), "second moment, {at}");
            assert_eq!(bits(&states.weights), bits(&numbers(weights)), "weights, {at}");
        }
    }
}
