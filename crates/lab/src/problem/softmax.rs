//! The softmax's cross entropy.

/// The cross entropy of a label under the softmax of the logits, which become its derivatives: probabilities, less 1 at the label.
pub(super) fn cross_entropy(logits: &mut [f64], label: u8) -> f64 {
    let label = usize::from(label);
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let at_label = logits[label] - top;
    let mut sum = 0.0;
    for z in logits.iter_mut() {
        *z = (*z - top).exp();
        sum += *z;
    }
    logits.iter_mut().for_each(|z| *z /= sum);
    logits[label] -= 1.0;
    sum.ln() - at_label
}

/// The index of the largest; the first, of equals.
pub(super) fn largest(logits: &[f64]) -> usize {
    let mut best = 0;
    for (i, z) in logits.iter().enumerate() {
        if *z > logits[best] {
            best = i;
        }
    }
    best
}

/// The scalar product, summed in eight lanes: always in the same order.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane += x * y;
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// `to += factor x`.
pub(super) fn add_scaled(factor: f64, x: &[f64], to: &mut [f64]) {
    for (t, x) in to.iter_mut().zip(x) {
        *t += factor * x;
    }
}
