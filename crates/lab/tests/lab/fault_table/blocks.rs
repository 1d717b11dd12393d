//! Faults of block-wise storages.

use halfulp_lab::bound::Tally;
use halfulp_lab::bound::blockwise::{self, Blocks};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::storage::blockwise::{Map, Scheme};

use super::roundings::exact_average;

fn scheme() -> Scheme {
    Scheme::preset("paper", Map::Linear, true, 64).expect("a scheme")
}

/// What a scheme makes of numbers, or zeros.
fn read_back(values: &[f32], fault: bool) -> Vec<f32> {
    let mut back = vec![0.0; values.len()];
    if !fault {
        let scheme = scheme();
        let (mut codes, mut scales) = (vec![0; values.len()], vec![0.0; values.len() / 64]);
        scheme.quantize(values, &mut codes, &mut scales).expect("whole blocks");
        scheme.dequantize(&codes, &scales, &mut back).expect("whole blocks");
    }
    back
}

pub fn zeros(fault: bool) -> Vec<Tally> {
    let values: Vec<f32> = (0..64u8).map(|k| f32::from(k) / 40.0 - 0.7).collect();
    let mut blocks = Blocks::new(&scheme());
    blocks.observe(&values, &read_back(&values, fault), &|i| format!("element {i}"));
    blocks.into_tallies().to_vec()
}

pub fn block_average(fault: bool) -> Vec<Tally> {
    let (n, blocks) = (64, Blocks::new(&scheme()));
    let mut averages = blockwise::Averages::new(0.9, n);
    let mut tallies = [&blockwise::AVERAGE, &blockwise::SPAN, &blockwise::NORM].map(Tally::new);
    let mut stored = vec![0.0f32; n];
    for t in 1..=50u32 {
        let fresh: Vec<f32> = stored.iter().map(|m| 0.9 * m + 0.1).collect();
        stored = read_back(&fresh, fault);
        let block = blocks.block(&fresh).expect("a block");
        let error = f64::from(stored[0]) - exact_average(t.into());
        let local = blocks.element(&block, fresh[0], stored[0]);
        // What is rounded to binary32 on the way is below a millionth.
        let running = (0..n).map(|i| averages.step(i, local, Upper::of(1e-6))).last().expect("elements");
        let span = blockwise::span(blocks.uniform(1.0) + Upper::of(1e-6), 0.9, t);
        let norm = Upper::of(8.0) * span;
        for (tally, (measured, bound)) in
            tallies.iter_mut().zip([(error, running), (error, span), (8.0 * error, norm)])
        {
            tally.observe(measured.abs(), bound.get(), 8.0, String::new);
        }
    }
    tallies.to_vec()
}
