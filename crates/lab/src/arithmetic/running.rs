//! A running error bound beside every number: each operation adds what it rounds to what its operands bring.

use super::plain::Native;
use super::{Arithmetic, Coefficient, Operation};
use crate::bound::outward::Upper;
use crate::bound::quantization::Errors;
use crate::storage::Keeper;

/// A computed number, and how far it can be from the one that exact arithmetic has in its place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bounded<V> {
    /// The computed number.
    pub value: V,
    /// At least the distance to the exact one.
    pub error: Upper,
}

/// Any arithmetic in `f32` or `f64`, and the running error bound of everything that it computes.
///
/// With errors `x`, `y` of operands `a`, `b`, and `r` the rounding of the result: `x + y + r` for sums, `|a| y + |b| x + x y + r` for
/// products, `(x + |a / b| y) / (|b| - y) + r` for quotients, `x / (sqrt(a) + sqrt(max(0, a - x))) + r` for square roots, but `sqrt(x) + r`
/// where both roots are 0. An operand that may be 0 or less where it must not be makes the bound infinite.
#[derive(Clone, Debug)]
pub struct Running<A> {
    inner: A,
}

impl<A> Running<A> {
    /// The running error of an arithmetic.
    pub const fn new(inner: A) -> Running<A> {
        Running { inner }
    }
}

/// What operands with errors make of the exact result, without the rounding.
fn carried(op: Operation, [a, b, c]: [(f64, Upper); 3]) -> Upper {
    let ((a, x), (b, y), (_, w)) = (a, b, c);
    match op {
        Operation::Add | Operation::Sub => x + y,
        Operation::Mul => Upper::of(a) * y + Upper::of(b) * x + x * y,
        Operation::Fma => Upper::of(a) * y + Upper::of(b) * x + x * y + w,
        Operation::Div => {
            let quotient = Upper::of(a).over(b.abs());
            (x + quotient * y).over((b.abs() - y.get()).next_down())
        }
        Operation::Sqrt => {
            let least = (a - x.get()).next_down().max(0.0).sqrt().next_down().max(0.0);
            let roots = (a.max(0.0).sqrt().next_down().max(0.0) + least).next_down();
            if x == Upper::ZERO { Upper::ZERO } else { x.over(roots).min(x.sqrt()) }
        }
    }
}

impl<V: Native, A: Arithmetic<Number = V>> Arithmetic for Running<A> {
    type Number = Bounded<V>;

    fn compute(&mut self, op: Operation, operands: [&[Bounded<V>]; 3], to: &mut [Bounded<V>]) {
        let values = operands.map(|x| x.iter().map(|x| x.value).collect::<Vec<V>>());
        let mut results = vec![V::default(); to.len()];
        self.inner.compute(op, [&values[0], &values[1], &values[2]], &mut results);
        let errors = self.inner.errors();
        for (k, (z, value)) in to.iter_mut().zip(results).enumerate() {
            let operand =
                |x: &[Bounded<V>]| x.get(k).map_or((0.0, Upper::ZERO), |x| (x.value.wide(), x.error));
            let carried = carried(op, operands.map(operand));
            // Sums that are subnormal are exact, but that is not needed.
            *z = Bounded { value, error: carried + errors.of_result(value.wide()) };
        }
    }

    fn number(&self, x: f64) -> Bounded<V> {
        Bounded { value: self.inner.number(x), error: Upper::ZERO }
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> Bounded<V> {
        let value = self.inner.coefficient(coefficient, kept);
        let distance = (coefficient.exact(256) - value.wide()).abs();
        // The constant itself is right to 2^-250 of its value.
        let slack = Upper::of(value.wide()) * Upper::of(2f64.powi(-250));
        let distance = distance.to_f64_round(rug::float::Round::Up);
        Bounded { value, error: Upper::of(distance) + slack }
    }

    fn value(&self, x: &Bounded<V>) -> f64 {
        x.value.wide()
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [Bounded<V>], seed: u64, first: u64) {
        let mut stored: Vec<V> = values.iter().map(|x| x.value).collect();
        self.inner.store(keeper, &mut stored, seed, first);
        for (x, value) in values.iter_mut().zip(stored) {
            // What storing changes is known exactly: no bound of it is needed.
            *x = Bounded { value, error: x.error + Upper::distance(x.value.wide(), value.wide()) };
        }
    }

    fn place(&mut self, seed: u64, first: u64) {
        self.inner.place(seed, first);
    }

    fn errors(&self) -> Errors {
        self.inner.errors()
    }
}
