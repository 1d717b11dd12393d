//! Operators, and sums and products of iterators. The operators call the methods of the same names.

use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use super::{FloatFormat, Minifloat};

macro_rules! operators {
    ($($operator:ident, $method:ident, $assign:ident, $assign_method:ident;)*) => {$(
        impl<F: FloatFormat> $operator for Minifloat<F> {
            type Output = Self;
            #[inline]
            fn $method(self, y: Self) -> Self {
                Minifloat::$method(self, y)
            }
        }

        impl<F: FloatFormat> $operator<&Minifloat<F>> for Minifloat<F> {
            type Output = Self;
            #[inline]
            fn $method(self, y: &Self) -> Self {
                Minifloat::$method(self, *y)
            }
        }

        impl<F: FloatFormat> $operator<Minifloat<F>> for &Minifloat<F> {
            type Output = Minifloat<F>;
            #[inline]
            fn $method(self, y: Minifloat<F>) -> Minifloat<F> {
                Minifloat::$method(*self, y)
            }
        }

        impl<F: FloatFormat> $operator for &Minifloat<F> {
            type Output = Minifloat<F>;
            #[inline]
            fn $method(self, y: Self) -> Minifloat<F> {
                Minifloat::$method(*self, *y)
            }
        }

        impl<F: FloatFormat> $assign for Minifloat<F> {
            #[inline]
            fn $assign_method(&mut self, y: Self) {
                *self = Minifloat::$method(*self, y);
            }
        }

        impl<F: FloatFormat> $assign<&Minifloat<F>> for Minifloat<F> {
            #[inline]
            fn $assign_method(&mut self, y: &Self) {
                *self = Minifloat::$method(*self, *y);
            }
        }
    )*};
}

operators! {
    Add, add, AddAssign, add_assign;
    Sub, sub, SubAssign, sub_assign;
    Mul, mul, MulAssign, mul_assign;
    Div, div, DivAssign, div_assign;
    Rem, rem, RemAssign, rem_assign;
}

impl<F: FloatFormat> Neg for Minifloat<F> {
    type Output = Self;
    #[inline]
    fn neg(self) -> Self {
        Minifloat::neg(self)
    }
}

impl<F: FloatFormat> Neg for &Minifloat<F> {
    type Output = Minifloat<F>;
    #[inline]
    fn neg(self) -> Minifloat<F> {
        Minifloat::neg(*self)
    }
}

/// Adds from first to last, rounding after each step. An empty sum is zero.
impl<F: FloatFormat> Sum for Minifloat<F> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.reduce(Minifloat::add).unwrap_or(Self::ZERO)
    }
}

/// Adds from first to last, rounding after each step. An empty sum is zero.
impl<'a, F: FloatFormat> Sum<&'a Minifloat<F>> for Minifloat<F> {
    fn sum<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.copied().sum()
    }
}

/// Multiplies from first to last, rounding after each step. An empty product is one.
impl<F: FloatFormat> Product for Minifloat<F> {
    fn product<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.reduce(Minifloat::mul).unwrap_or(Self::ONE)
    }
}

/// Multiplies from first to last, rounding after each step. An empty product is one.
impl<'a, F: FloatFormat> Product<&'a Minifloat<F>> for Minifloat<F> {
    fn product<I: Iterator<Item = &'a Self>>(numbers: I) -> Self {
        numbers.copied().product()
    }
}
