//! Which order of operations each tensor was computed by, and whether that is one order for all tensors of a parameter.

use super::orders::{self, Decided, Unit};
use super::replayed::Order;

/// What is decided of each batch, of its parameters, of weights, first and second moment. `covers` is as of [`Unit::decide`].
pub fn each(
    units: &[Vec<[Unit; 3]>],
    candidates: usize,
    covers: &dyn Fn(usize, usize) -> bool,
) -> Vec<Vec<[Decided; 3]>> {
    let ranked = orders::ranked(units.iter().flatten().flatten(), candidates);
    // Where all weights stand still, or all moments, nothing is known of what computes them.
    let changed = |tensor: usize| units.iter().flatten().any(|of_part| of_part[tensor].changed > 0);
    let changed: [bool; 3] = std::array::from_fn(changed);
    let of_part = |unit: &[Unit; 3]| {
        std::array::from_fn(|tensor| {
            let decided = unit[tensor].decide(&ranked, covers);
            Decided { is_known: decided.is_known && changed[tensor], ..decided }
        })
    };
    units.iter().map(|batch| batch.iter().map(of_part).collect()).collect()
}

/// Takes in what was decided of a batch's parameters, by kind of tensor.
pub fn take(orders: &mut Vec<Order>, parameters: &[usize], decided: &[[Decided; 3]]) {
    for (number, of_part) in parameters.iter().zip(decided) {
        for (tensor, one) in of_part.iter().enumerate().filter(|(_, one)| one.of > 0) {
            let is_same = |order: &&mut Order| {
                (order.tensor, order.decided.order, order.decided.is_known)
                    == (tensor, one.order, one.is_known)
            };
            match orders.iter_mut().find(is_same) {
                Some(order) => {
                    order.parameters.push(*number);
                    order.decided.merge(one);
                }
                None => orders.push(Order { tensor, parameters: vec![*number], decided: one.clone() }),
            }
        }
    }
}

/// Whether one of the allowed candidates is the order of all tensors of a parameter whose orders are known, as far as the numbers tell: it was decided for, or
/// differs from the one that was in too few numbers. Orders of single tensors can each be known, and no optimizer have all of them.
pub fn is_one_order(decided: &[Decided; 3], allowed: &dyn Fn(usize) -> bool) -> bool {
    let known: Vec<&Decided> = decided.iter().filter(|one| one.of > 0 && one.is_known).collect();
    let fits = |k: usize, one: &Decided| one.order == k || one.alike().iter().any(|(other, _)| *other == k);
    let candidates = known.first().map_or(0, |one| one.apart.len() + 1);
    known.is_empty() || (0..candidates).any(|k| allowed(k) && known.iter().all(|one| fits(k, one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::orders::TELLING;

    /// A tensor that was decided to be of one of three orders, and in how many numbers it differs from the others.
    fn decided(order: usize, apart: [(usize, u64); 2]) -> Decided {
        Decided { order, missed: 0, of: 1000, is_known: true, apart: apart.to_vec(), telling: None }
    }

    #[test]
    fn orders_that_no_one_has_are_a_mixture() {
        let all = |_| true;
        let moments = decided(0, [(1, 400), (2, 400)]);
        let nothing = Decided { of: 0, is_known: false, ..moments.clone() };
        let weights = decided(1, [(0, 300), (2, 300)]);
        assert!(!is_one_order(&[weights.clone(), moments.clone(), moments.clone()], &all));
        // What differs in too few numbers is not told apart.
        let alike = decided(1, [(0, TELLING - 1), (2, 300)]);
        assert!(is_one_order(&[alike.clone(), moments.clone(), nothing.clone()], &all));
        // An order that is not allowed does not make it one.
        assert!(!is_one_order(&[alike, moments, nothing.clone()], &|k| k != 0));
        assert!(is_one_order(&[weights, nothing.clone(), nothing], &all));
    }
}
