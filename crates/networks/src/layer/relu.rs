//! `max(x, 0)^2`. [So et al., Primer, NeurIPS 2021]

use super::{Backward, Forward};
use crate::numerics::{Numerics, Operation};

pub(super) fn forward<A: Numerics>(f: &mut Forward<'_, A>, x: &[A::Number]) -> Vec<A::Number> {
    let mut positive = f.a.zeros(x.len());
    f.a.relu(x, &mut positive);
    let y = f.a.binary(Operation::Mul, &positive, &positive);
    f.keep([positive]);
    y
}

/// `2 max(x, 0) dy`.
pub(super) fn backward<A: Numerics>(b: &mut Backward<'_, A>, dy: &[A::Number]) -> Vec<A::Number> {
    let positive = b.kept();
    let product = b.a.binary(Operation::Mul, &positive, dy);
    b.a.binary(Operation::Add, &product, &product)
}
