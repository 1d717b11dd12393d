//! In which order terms are added.

use super::accumulator::Order;

/// Numbers that can be added in some order: what [`Order::Sequential`] and [`Order::Pairwise`] are written over.
pub(super) trait Adder {
    type Number: Copy + Default;
    /// `sum += column * by`, elementwise.
    fn multiply_add(&mut self, column: &[Self::Number], by: Self::Number, sum: &mut Vec<Self::Number>);
    /// `sum += terms`, elementwise.
    fn add(&mut self, terms: &[Self::Number], sum: &mut Vec<Self::Number>);
}

/// A column of a product: the columns of `a`, of `rows` elements each, times the elements of `b`.
pub(super) fn column<A: Adder>(
    adder: &mut A,
    order: Order,
    rows: usize,
    a: &[A::Number],
    b: &[A::Number],
) -> Vec<A::Number> {
    if order != Order::Pairwise || b.len() < 2 {
        let mut sum = vec![A::Number::default(); rows];
        for (k, &by) in b.iter().enumerate() {
            adder.multiply_add(&a[k * rows..(k + 1) * rows], by, &mut sum);
        }
        return sum;
    }
    let half = b.len().div_ceil(2);
    let mut sum = column(adder, order, rows, &a[..half * rows], &b[..half]);
    let rest = column(adder, order, rows, &a[half * rows..], &b[half..]);
    adder.add(&rest, &mut sum);
    sum
}
