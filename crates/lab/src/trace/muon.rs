//! The step of `torch.optim.Muon` as PyTorch computes it on a CPU: the momentum element by element, and the weights of a matrix that was recorded whole.

use nalgebra::DMatrix;

use super::orthogonal::orthogonal;
use crate::arithmetic::{Arithmetic, Coefficient};
use crate::optimizer::ema::Factors;
use crate::optimizer::muon::Polar;
use crate::optimizer::{Keepers, Muon, Observer, Quantity, States};
use crate::train::Seeds;

/// Which weights a step computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weights {
    /// None: those of some elements of a matrix depend on all of them, and where errors are bounded the iteration has no bound that informs (B10).
    None,
    /// Those of a whole matrix of so many rows and columns, with product and sum rounded once where they are `fused`: PyTorch's vector loop.
    Matrix { rows: usize, columns: usize, fused: bool },
}

/// A step.
#[allow(clippy::too_many_arguments)]
pub fn step<A: Arithmetic, O: Observer<A::Number>>(
    how: &Muon,
    computes: Weights,
    a: &mut A,
    seeds: &Seeds,
    states: &mut States<A::Number>,
    g: &[A::Number],
    keepers: &mut Keepers,
    observer: &mut O,
) {
    let n = g.len();
    let mut constant = |c: Coefficient| vec![a.coefficient(c, &mut keepers.coefficients); n];
    let (keep, add) = (Coefficient::Given(how.momentum), Coefficient::Complement(how.momentum));
    let factors = Factors { keep: constant(keep), add: constant(add) };
    let decay = constant(Coefficient::Decay(how.rate, how.weight_decay));
    let zero = a.number(0.0);
    let mut rooms: [Vec<A::Number>; 3] = std::array::from_fn(|_| vec![zero.clone(); n]);
    let m = &mut states.first;
    how.form.step(a, &factors, m, g, rooms.each_mut().map(Vec::as_mut_slice), |_, _| {});
    observer.see(Quantity::First, 0, m);
    a.store(&mut keepers.first, m, seeds.first, 0);
    let Weights::Matrix { rows, columns, fused } = computes else { return };
    let [r, s, blend] = &mut rooms;
    blend.clone_from(m);
    if how.nesterov {
        // torch.lerp(g, m, b) from m, its weight being a half or more.
        r.fill(a.number(1.0));
        a.sub(&factors.keep, r, s);
        a.sub(m, g, r);
        a.fma(s, r, m, blend);
        a.written(blend);
    }
    let matrix = DMatrix::from_row_iterator(rows, columns, blend.iter().map(|x| a.value(x)));
    let Polar::NewtonSchulz(iteration) = &how.polar else { return };
    let Ok(factor) = orthogonal(iteration, &matrix) else { return };
    let update: Vec<A::Number> = factor.transpose().iter().map(|&x| a.number(x)).collect();
    let rate = Coefficient::Given(-how.rate * how.scale.factor(rows, columns));
    // The factor of a sum is a scalar of the tensors' type.
    let mut tensors = a.kernels().cloned();
    let minus = vec![a.coefficient(rate, tensors.as_mut().unwrap_or(&mut keepers.coefficients)); n];
    let w = &mut states.weights;
    a.mul(w, &decay, r);
    a.written(r);
    if fused {
        a.fma(&minus, &update, r, w);
    } else {
        a.mul(&minus, &update, s);
        a.written(s);
        a.add(r, s, w);
    }
    observer.see(Quantity::Weights, 0, w);
    a.store(&mut keepers.weights, w, seeds.weights, 0);
}
