//! binary32 and binary64, by the widest vectors of the CPU.

use std::marker::PhantomData;

use halfulp::slice::Wide;

use super::{Arithmetic, Coefficient, Operation};
use crate::bound::quantization::Errors;
use crate::storage::Keeper;
use crate::vectors::widest;

/// A type that the CPU computes in, rounding to nearest: `f32` or `f64`.
pub trait Native: Wide + PartialOrd {
    /// From binary64, rounded to nearest, ties to even.
    fn of(x: f64) -> Self;
    /// How far an operation's result is from the exact one.
    fn errors() -> Errors;
    /// The operation, element by element.
    fn compute(op: Operation, operands: [&[Self]; 3], to: &mut [Self]);
    /// The value in binary64.
    fn wide(self) -> f64;
    /// The next number of the type, above or below.
    fn next(self, above: bool) -> Self;
}

/// `f32` or `f64`.
#[derive(Clone, Debug)]
pub struct Plain<V>(PhantomData<V>);

impl<V> Default for Plain<V> {
    fn default() -> Plain<V> {
        Plain(PhantomData)
    }
}

#[inline(always)]
fn each<V: Copy>(operands: [&[V]; 3], to: &mut [V], f: impl Fn(V, V) -> V) {
    for ((z, x), y) in to.iter_mut().zip(operands[0]).zip(operands[1]) {
        *z = f(*x, *y);
    }
}

macro_rules! native {
    ($type:ty, $errors:expr) => {
        impl Native for $type {
            #[inline(always)]
            fn of(x: f64) -> $type {
                x as $type
            }

            fn errors() -> Errors {
                $errors
            }

            fn next(self, above: bool) -> $type {
                if above { self.next_up() } else { self.next_down() }
            }

            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }

            fn compute(op: Operation, operands: [&[$type]; 3], to: &mut [$type]) {
                match op {
                    Operation::Add => widest(|| each(operands, to, |x, y| x + y)),
                    Operation::Sub => widest(|| each(operands, to, |x, y| x - y)),
                    Operation::Mul => widest(|| each(operands, to, |x, y| x * y)),
                    Operation::Div => widest(|| each(operands, to, |x, y| x / y)),
                    Operation::Sqrt => widest(|| {
                        for (z, x) in to.iter_mut().zip(operands[0]) {
                            *z = x.sqrt();
                        }
                    }),
                    Operation::Fma => widest(|| {
                        let [a, b, c] = operands;
                        for (((z, x), y), w) in to.iter_mut().zip(a).zip(b).zip(c) {
                            *z = x.mul_add(*y, *w);
                        }
                    }),
                }
            }
        }
    };
}

native!(f32, Errors::binary32());
native!(f64, Errors::binary64());

impl<V: Native> Arithmetic for Plain<V> {
    type Number = V;

    fn compute(&mut self, op: Operation, operands: [&[V]; 3], to: &mut [V]) {
        V::compute(op, operands, to);
    }

    fn number(&self, x: f64) -> V {
        V::of(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> V {
        let mut x = [coefficient.binary64()];
        kept.store(&mut x, 0, 0);
        V::of(x[0])
    }

    fn value(&self, x: &V) -> f64 {
        x.wide()
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [V], seed: u64, first: u64) {
        keeper.store(values, seed, first);
    }

    fn errors(&self) -> Errors {
        V::errors()
    }
}
