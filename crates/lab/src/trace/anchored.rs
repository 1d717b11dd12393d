//! An arithmetic that goes on from what was recorded: whatever a step stores is compared and then replaced.

use rug::Float;

use crate::arithmetic::{
    Arithmetic, Bounded, Coefficient, Exact, Faithful, Kernels, Native, Operation, Plain, Rounded, Running,
};
use crate::bound::quantization::Errors;
use crate::storage::Keeper;
use crate::train::Seeds;

/// Weights, first and second moment, in this order.
pub const TENSORS: [&str; 3] = ["weights", "first moment", "second moment"];

/// How an arithmetic's number becomes a recorded one.
pub trait Anchor: Arithmetic {
    /// The recorded number in place of the one that was `stored`; before that it was `fresh`.
    fn anchor(&self, fresh: &Self::Number, stored: &Self::Number, recorded: f64) -> Self::Number;
}

impl<V: Native> Anchor for Plain<V> {
    fn anchor(&self, _: &V, _: &V, recorded: f64) -> V {
        V::of(recorded)
    }
}

impl<V: Native> Anchor for Faithful<V> {
    fn anchor(&self, _: &V, _: &V, recorded: f64) -> V {
        V::of(recorded)
    }
}

impl<V: Native> Anchor for Kernels<V> {
    fn anchor(&self, _: &V, _: &V, recorded: f64) -> V {
        V::of(recorded)
    }
}

impl<V: Native> Anchor for Rounded<V> {
    fn anchor(&self, _: &V, _: &V, recorded: f64) -> V {
        V::of(recorded)
    }
}

impl Anchor for Exact {
    fn anchor(&self, _: &Float, _: &Float, recorded: f64) -> Float {
        self.number(recorded)
    }
}

/// What is known of the computed number's distance from the exact one is known of the recorded one's.
impl<V: Native, A: Arithmetic<Number = V>> Anchor for Running<A> {
    fn anchor(&self, fresh: &Bounded<V>, stored: &Bounded<V>, recorded: f64) -> Bounded<V> {
        stored.moved(fresh, V::of(recorded))
    }
}

/// A step's stores, replaced by what was recorded.
pub struct Anchored<'r, A: Arithmetic> {
    inner: A,
    seeds: Seeds,
    /// Of each tensor, what was recorded after the step; empty if it was not.
    recorded: [&'r [f64]; 3],
    /// Of each tensor, what the step stored, before it was replaced.
    pub stored: [Vec<A::Number>; 3],
}

impl<'r, A: Anchor> Anchored<'r, A> {
    /// An arithmetic for the step of these seeds.
    pub fn new(inner: A, seeds: Seeds, recorded: [&'r [f64]; 3]) -> Anchored<'r, A> {
        Anchored { inner, seeds, recorded, stored: Default::default() }
    }

    /// The arithmetic, and what the step stored.
    pub fn into_parts(self) -> (A, [Vec<A::Number>; 3]) {
        (self.inner, self.stored)
    }
}

impl<A: Anchor> Arithmetic for Anchored<'_, A> {
    type Number = A::Number;

    fn compute(&mut self, op: Operation, operands: [&[A::Number]; 3], to: &mut [A::Number]) {
        self.inner.compute(op, operands, to);
    }

    fn number(&self, x: f64) -> A::Number {
        self.inner.number(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> A::Number {
        self.inner.coefficient(coefficient, kept)
    }

    fn value(&self, x: &A::Number) -> f64 {
        self.inner.value(x)
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [A::Number], seed: u64, first: u64) {
        let fresh = values.to_vec();
        self.inner.store(keeper, values, seed, first);
        let seeds = [self.seeds.weights, self.seeds.first, self.seeds.second];
        let Some(tensor) = seeds.iter().position(|known| *known == seed) else { return };
        self.stored[tensor].extend_from_slice(values);
        let recorded = self.recorded[tensor].get(first as usize..).unwrap_or_default();
        for ((value, fresh), recorded) in values.iter_mut().zip(&fresh).zip(recorded) {
            *value = self.inner.anchor(fresh, value, *recorded);
        }
    }

    fn place(&mut self, seed: u64, first: u64) {
        self.inner.place(seed, first);
    }

    fn errors(&self) -> Errors {
        self.inner.errors()
    }

    fn errors_of(&self, op: Operation) -> Errors {
        self.inner.errors_of(op)
    }

    fn kernels(&self) -> Option<&Keeper> {
        self.inner.kernels()
    }

    fn written(&mut self, values: &mut [A::Number]) {
        self.inner.written(values);
    }

    fn sign(&mut self, x: &[A::Number], to: &mut [A::Number]) {
        self.inner.sign(x, to);
    }

    fn lerp(
        &mut self,
        c: &[A::Number],
        x: &[A::Number],
        m: &mut [A::Number],
        rooms: [&mut [A::Number]; 3],
        fused: bool,
    ) {
        self.inner.lerp(c, x, m, rooms, fused);
    }
}
