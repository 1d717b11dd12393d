//! Softmax, and the cross entropy on top of it.

use crate::numerics::{Fast, Numerics, Operation};

/// The largest value.
fn top<A: Numerics>(a: &A, x: &[A::Number]) -> usize {
    let mut best = 0;
    for (i, z) in x.iter().enumerate() {
        if a.value(z) > a.value(&x[best]) {
            best = i;
        }
    }
    best
}

/// `exp(x - max x)` in place of the row, and the sum.
fn exponentials<A: Numerics>(a: &mut A, x: &mut [A::Number]) -> A::Number {
    let n = x.len();
    let top = vec![x[top(a, x)].clone(); n];
    let less = a.binary(Operation::Sub, x, &top);
    a.exp(&less, x);
    let ones = vec![a.number(1.0); n];
    a.dot(x, &ones)
}

/// The softmax of a row, in its place.
pub(super) fn forward<A: Numerics>(a: &mut A, x: &mut [A::Number]) {
    let sum = exponentials(a, x);
    let p = a.binary(Operation::Div, x, &vec![sum; x.len()]);
    x.clone_from_slice(&p);
}

/// `p (dp - <p, dp>)` in place of `dp`.
pub(super) fn backward<A: Numerics>(a: &mut A, p: &[A::Number], dp: &mut [A::Number]) {
    let mean = a.dot(p, dp);
    let less = a.binary(Operation::Sub, dp, &vec![mean; p.len()]);
    a.compute(Operation::Mul, [p, &less, &[]], dp);
}

/// The cross entropy of a label under the softmax of logits, which become its derivatives: probabilities, less 1 at the label. The logarithm is
/// binary64's, of the numbers that were computed.
pub(crate) fn cross_entropy<A: Numerics>(a: &mut A, logits: &mut [A::Number], label: usize) -> f64 {
    let at_label = a.value(&logits[label]) - a.value(&logits[top(a, logits)]);
    let sum = exponentials(a, logits);
    let p = a.binary(Operation::Div, logits, &vec![sum.clone(); logits.len()]);
    logits.clone_from_slice(&p);
    let one = a.number(1.0);
    logits[label] = a.one(Operation::Sub, &logits[label], &one);
    a.value(&sum).ln() - at_label
}

/// The number of the largest logit; the first, of equals.
pub(crate) fn answer<A: Numerics>(a: &A, logits: &[A::Number]) -> usize {
    top(a, logits)
}

/// The mean cross entropy of logits in binary64, row by row.
pub(crate) fn mean_cross_entropy(logits: &[f64], columns: usize, labels: &[u8]) -> f64 {
    let mut fast = Fast::<f64>::default();
    let rows = logits.chunks(columns).zip(labels);
    let sum: f64 =
        rows.map(|(row, &label)| cross_entropy(&mut fast, &mut row.to_vec(), usize::from(label))).sum();
    sum / labels.len() as f64
}
