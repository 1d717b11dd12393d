//! Sums in binary32 and binary64 by the CPU's own arithmetic, which is those formats rounded to nearest, ties to even.

use std::marker::PhantomData;

use halfulp::Format;
use nalgebra::DMatrix;

use super::accumulator::{Accumulator, BINARY32, BINARY64, Products};
use super::adder::{Adder, column};
use super::exact::parts;
use crate::vectors::widest;

/// `f32` or `f64`.
pub(super) trait Plain: Copy + Default + Sync {
    const FORMAT: Format;
    /// The number itself if the type has it, and the nearest otherwise.
    fn of(x: f64) -> Self;
    fn double(self) -> f64;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn mul_add(self, by: Self, sum: Self) -> Self;
}

macro_rules! plain {
    ($($type:ident $format:ident)*) => {$(
        impl Plain for $type {
            const FORMAT: Format = $format;
            #[inline(always)]
            fn of(x: f64) -> $type {
                x as $type
            }
            #[inline(always)]
            fn double(self) -> f64 {
                self.into()
            }
            #[inline(always)]
            fn add(self, other: $type) -> $type {
                self + other
            }
            #[inline(always)]
            fn mul(self, other: $type) -> $type {
                self * other
            }
            #[inline(always)]
            fn mul_add(self, by: $type, sum: $type) -> $type {
                $type::mul_add(self, by, sum)
            }
        }
    )*};
}

plain!(f32 BINARY32 f64 BINARY64);

/// Factors that the type does not hold are left to the arithmetic that takes operands as they are.
pub(super) fn product<T: Plain>(how: &Accumulator, a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let [x, y] = [a, b].map(Extent::of);
    if !x.fits(&T::FORMAT) || !y.fits(&T::FORMAT) {
        return super::rounded::product(how, a, b, 0);
    }
    // A product that the type holds exactly is added exactly by a sum, which is sooner than a fused multiply-add.
    let fused = how.products == Products::Exact && !x.times(y).fits(&T::FORMAT);
    let mut adder = PlainAdder::<T> { fused, number: PhantomData };
    let [left, right] = [a, b].map(|m| m.iter().map(|&x| T::of(x)).collect::<Vec<T>>());
    let (rows, inner) = a.shape();
    let mut to = DMatrix::zeros(rows, b.ncols());
    for (j, mut sums) in to.column_iter_mut().enumerate() {
        let sum = column(&mut adder, how.order, rows, &left, &right[j * inner..(j + 1) * inner]);
        sums.iter_mut().zip(sum).for_each(|(to, x)| *to = x.double());
    }
    to
}

/// The loops over the elements of a column, in the widest vectors that the CPU has: elements do not meet, so that changes no bit.
struct PlainAdder<T> {
    fused: bool,
    number: PhantomData<T>,
}

impl<T: Plain> Adder for PlainAdder<T> {
    type Number = T;

    fn multiply_add(&mut self, column: &[T], by: T, sum: &mut Vec<T>) {
        if self.fused {
            widest(|| sum.iter_mut().zip(column).for_each(|(s, x)| *s = x.mul_add(by, *s)));
        } else {
            widest(|| sum.iter_mut().zip(column).for_each(|(s, x)| *s = s.add(x.mul(by))));
        }
    }

    fn add(&mut self, terms: &[T], sum: &mut Vec<T>) {
        widest(|| sum.iter_mut().zip(terms).for_each(|(s, &x)| *s = s.add(x)));
    }
}

/// How many bits the numbers of a matrix have, and between which exponents.
#[derive(Clone, Copy)]
struct Extent {
    precision: i32,
    lowest: i32,
    highest: i32,
}

impl Extent {
    /// A matrix without numbers other than 0 has the extent of 1. Infinities and NaN are not looked at: arithmetic treats them as it should.
    fn of(m: &DMatrix<f64>) -> Extent {
        let numbers = m.iter().filter(|x| x.is_finite() && **x != 0.0).map(|&x| parts(x));
        let one = Extent { precision: 1, lowest: 0, highest: 0 };
        let extent = |(significand, exponent): (i64, i32)| {
            let bits = 64 - significand.unsigned_abs().leading_zeros() as i32;
            Extent { precision: bits, lowest: exponent, highest: exponent + bits - 1 }
        };
        numbers.map(extent).reduce(Extent::with).unwrap_or(one)
    }

    fn with(self, other: Extent) -> Extent {
        Extent {
            precision: self.precision.max(other.precision),
            lowest: self.lowest.min(other.lowest),
            highest: self.highest.max(other.highest),
        }
    }

    /// Of all products of two matrices' elements.
    fn times(self, other: Extent) -> Extent {
        Extent {
            precision: self.precision + other.precision,
            lowest: self.lowest + other.lowest,
            highest: self.highest + other.highest + 1,
        }
    }

    fn fits(self, format: &Format) -> bool {
        self.precision <= format.precision() as i32
            && self.lowest >= format.quantum_min()
            && self.highest <= format.emax()
    }
}
